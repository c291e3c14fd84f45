"""Reads folders of BEIR's shape: ``corpus.jsonl``, ``queries.jsonl``, ``qrels.tsv``.

(Thakur et al. 2021, "BEIR: A Heterogenous Benchmark for Zero-shot Evaluation of Information
Retrieval Models".) Records of passages and of queries say their language here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pkqa.errors import UsageError

CORPUS_FILE = "corpus.jsonl"
QUERIES_FILE = "queries.jsonl"
QRELS_FILE = "qrels.tsv"  # a line of titles, then query id, passage id and score between tabs


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of the corpus."""

    passage_id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question, with the ids of the passages that answer it."""

    query_id: str
    text: str
    language: str
    answers: tuple[str, ...]
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One or more folders, pooled."""

    passages: list[Passage]
    queries: list[Query]


def read(folders: list[Path]) -> Benchmark:
    """Pool the folders into one benchmark; languages stand in the records.

    Raises:
        UsageError: a folder is not of BEIR's shape; the message names the file and the line.
    """
    passages: list[Passage] = []
    queries: list[Query] = []
    for folder in folders:
        own = list(_passages(folder))
        passages += own
        queries += _queries(folder, _relevant(folder, {p.passage_id for p in own}))
    return Benchmark(passages, queries)


def _passages(folder: Path) -> Iterator[Passage]:
    for line in _lines(folder, CORPUS_FILE):
        record = _record(line)
        yield Passage(*(_text(line, record, name) for name in ("_id", "text", "language")))


def _queries(folder: Path, relevant: Mapping[str, set[str]]) -> Iterator[Query]:
    for line in _lines(folder, QUERIES_FILE):
        record = _record(line)
        query_id, text, language = (_text(line, record, n) for n in ("_id", "text", "language"))
        answers = record.get("answers") or []
        if not text.strip():
            raise line.fault('the "text" is blank')
        if not isinstance(answers, list):
            raise line.fault('the "answers" are no list')
        yield Query(query_id, text, language, tuple(answers), frozenset(relevant.get(query_id, ())))


def _relevant(folder: Path, passages: set[str]) -> dict[str, set[str]]:
    """Query id -> the passages judged relevant; a score of 0 or less is no relevance."""
    relevant: dict[str, set[str]] = {}
    for line in _lines(folder, QRELS_FILE):
        if line.number == 1:
            continue
        try:
            query_id, passage_id, score = line.text.split("\t")
            is_relevant = int(score) > 0
        except ValueError:
            raise line.fault("no query id, passage id and whole number between tabs") from None
        if is_relevant:
            if passage_id not in passages:
                raise line.fault(f"{CORPUS_FILE} has no passage {passage_id!r}")
            relevant.setdefault(query_id, set()).add(passage_id)
    return relevant


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a file, with its place."""

    folder: Path
    name: str
    number: int  # from 1
    text: str

    def fault(self, what: str) -> UsageError:
        place = f"{self.name}, line {self.number}"
        return UsageError(f"{self.folder} is not of BEIR's shape: {place}: {what}")


def _lines(folder: Path, name: str) -> Iterator[_Line]:
    """The lines that are not blank. Only a line feed ends one: texts may hold the other separators
    that ``str.splitlines`` knows."""
    try:
        text = (folder / name).read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"{folder} is not of BEIR's shape: {name}: {error.strerror}; the folder needs "
            f"{CORPUS_FILE}, {QUERIES_FILE} and {QRELS_FILE}"
        ) from None
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise _Line(folder, name, number, "").fault("not UTF-8") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _Line(folder, name, number, line)


def _record(line: _Line) -> dict[str, Any]:
    try:
        record = json.loads(line.text)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise line.fault("no JSON object")
    return record


def _text(line: _Line, record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str):
        raise line.fault(f'no "{name}" that is a text')
    return value
