"""Gold questions of a folder of BEIR's shape (see :mod:`pkqa.evals.beir`).

A passage that was judged relevant is gold as a whole. Where a query has ``answers``, they are the
forms of one value, and only passages that say one of them are gold for it; where it has none,
nothing is known of what a right answer says, and the question has passages alone. A query that is
marked ``"answerable": false`` (as NoMIRACL's are, Thakur et al. 2024) is unanswerable: what was
found nearest to it does not answer. Of any other query without a relevant passage nobody knows
whether something answers it; it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pkqa.evals.beir import CORPUS_FILE, QUERIES_FILE, Benchmark, Query, read
from pkqa.evals.foreign.imported import (
    Imported,
    as_ingested,
    name_of,
    nugget_of,
    saying,
    span_of,
)
from pkqa.evals.gold.record import Record


def from_beir(folder: Path) -> Imported:
    """Bring in a folder.

    Raises:
        UsageError: it is not of BEIR's shape; the message names file and line.
    """
    benchmark = read([folder])
    found = Imported()
    texts: dict[str, str] = {}
    for told in _objects(folder / CORPUS_FILE):
        text = as_ingested(told["text"])
        if text.strip():
            texts[told["_id"]] = text
            found.documents.append(told | {"text": text})
        else:
            found.left_out["passages without a text"] += 1
    silent = {q["_id"] for q in _objects(folder / QUERIES_FILE) if q.get("answerable") is False}
    languages = {passage.passage_id: passage.language for passage in benchmark.passages}
    facts = _facts(benchmark)
    for query in benchmark.queries:
        relevant = [name for name in sorted(query.relevant) if name in texts]
        fact = name_of(facts.get(query.query_id, query.query_id))
        if relevant:
            found.records.append(_answerable(query, fact, relevant, texts, languages))
        elif query.query_id in silent:
            found.records.append(_record(query, query.query_id, unanswerable="near-miss"))
        else:
            found.left_out["queries without a relevant passage"] += 1
    return found


def _answerable(
    query: Query,
    fact: str,
    relevant: Sequence[str],
    texts: Mapping[str, str],
    languages: Mapping[str, str],
) -> Record:
    sets = tuple((span_of(name, texts[name]),) for name in relevant)
    if not any(answer.strip() for answer in query.answers):
        return _record(query, fact, gold=sets)
    language = languages[relevant[0]]
    nugget = nugget_of(query.answers, language)
    said = saying(sets, nugget, language)
    if not said:  # a sum or a summary, say: judged by the passages alone
        return _record(query, fact, gold=sets)
    return _record(query, fact, gold=said, nuggets=(nugget,))


def _record(query: Query, fact: str, **more: Any) -> Record:
    return Record(
        id=name_of(query.query_id),
        fact_id=name_of(fact),
        split="dev",
        language=query.language,
        question=" ".join(query.text.split()),
        tags=("beir",),
        **more,
    )


def _facts(benchmark: Benchmark) -> dict[str, str]:
    """Query id -> one of the passages that it shares with others, directly or through them."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.setdefault(name, name)) != name:
            name = above
        return name

    for query in benchmark.queries:
        for name in query.relevant:
            first, second = sorted((root(name), root(min(query.relevant))))
            parent[second] = first
    return {q.query_id: root(min(q.relevant)) for q in benchmark.queries if q.relevant}


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file whose shape was looked at already."""
    for line in path.read_text("utf-8-sig").split("\n"):
        if line.strip():
            yield json.loads(line)
