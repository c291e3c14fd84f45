"""Reads folders of BEIR's shape: ``corpus.jsonl``, ``queries.jsonl``, ``qrels.tsv``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pkqa.errors import UsageError


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
        UsageError: a folder is not of BEIR's shape.
    """
    passages: list[Passage] = []
    queries: list[Query] = []
    for folder in folders:
        try:
            relevant: dict[str, set[str]] = {}
            for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
                query_id, passage_id, score = line.split("\t")
                if int(score) > 0:
                    relevant.setdefault(query_id, set()).add(passage_id)
            for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines():
                row = json.loads(line)
                passages.append(Passage(row["_id"], row["text"], row["language"]))
            for line in (folder / "queries.jsonl").read_text("utf-8").splitlines():
                row = json.loads(line)
                queries.append(
                    Query(
                        row["_id"],
                        row["text"],
                        row["language"],
                        tuple(row.get("answers", ())),
                        frozenset(relevant.get(row["_id"], ())),
                    )
                )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{folder} is not of BEIR's shape: {error!r}") from None
    return Benchmark(passages, queries)
