"""Does a small corpus answer a question in another language as surely as in its own?

``python -m pkqa.evals.small INDEX=QUESTIONS.jsonl...`` prints the share of answerable questions
that find a chunk with an expected value, of a right document, in the first 1, 3 and 5, with
Wilson's 95 % interval. Questions are compared in two ways: asked of the whole index, those that a
document in their own language answers with those that only others do; and those that both kinds
answer with themselves, asked of the one kind alone and of the other alone. A record holds
``question``, ``language``, ``expect`` and ``documents``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pkqa.evals.intervals import wilson
from pkqa.retrieve.embed import embedder_of
from pkqa.retrieve.retriever import Ranking, SnapshotRetriever, retriever_of
from pkqa.settings import load
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.fold import fold

DEPTHS = (1, 3, 5)


def main(sets: Sequence[str]) -> None:
    """Print the table."""
    print("| questions | answered in | n | " + " | ".join(f"first {k}" for k in DEPTHS) + " |")  # noqa: T201
    print("|---" * (3 + len(DEPTHS)) + "|")  # noqa: T201
    for chosen in sets:
        index, _, source = chosen.partition("=")
        rows = [json.loads(line) for line in Path(source).read_text("utf-8").splitlines()]
        with Snapshot(Path(index)) as snapshot:
            retriever = retriever_of(snapshot, embedder_of(load()), load())
            ranks = _ranks(snapshot, retriever, [row for row in rows if row["documents"]])
        for name, found in ranks.items():
            cells = [_share(sum(rank <= k for rank in found), len(found)) for k in DEPTHS]
            print(f"| {Path(source).name} | {name} | {len(found)} | " + " | ".join(cells) + " |")  # noqa: T201


def _ranks(
    snapshot: Snapshot, retriever: SnapshotRetriever, rows: Sequence[dict[str, Any]]
) -> dict[str, list[float]]:
    """The ranks of the first chunks that answer, by kind of question."""
    ranks: dict[str, list[float]] = {
        "their own language": [],
        "other languages alone": [],
        "both; their own searched": [],
        "both; the others searched": [],
    }
    for row in rows:
        wanted = [fold(value) for values in row["expect"] for value in values if value.strip()]
        right = {
            name: snapshot.document(name).language
            for name in row["documents"]
            if _holds(snapshot.document(name).text, wanted)
        }
        own = row["language"] in right.values()
        rank = _rank(snapshot, retriever.search(row["question"]), right, wanted)
        ranks["their own language" if own else "other languages alone"].append(rank)
        if own and set(right.values()) != {row["language"]}:
            others = tuple(lang for lang in snapshot.languages if lang != row["language"])
            for kind, languages in (
                ("both; their own searched", (row["language"],)),
                ("both; the others searched", others),
            ):
                found = retriever.search(row["question"], Where(languages=languages))
                ranks[kind].append(_rank(snapshot, found, right, wanted))
    return ranks


def _rank(
    snapshot: Snapshot, ranking: Ranking, right: Collection[str], wanted: Sequence[str]
) -> float:
    """The rank of the first chunk that answers, infinite where none is found."""
    for rank, place in enumerate(ranking.candidates, start=1):
        for one in (place, *place.versions):
            chunk = snapshot.chunk(one.chunk_id)
            text = snapshot.document(one.document_id).text[chunk.start : chunk.end]
            if one.document_id in right and _holds(text, wanted):
                return float(rank)
    return float("inf")


def _holds(text: str, wanted: Sequence[str]) -> bool:
    folded = fold(text)
    return any(value in folded for value in wanted)


def _share(hits: int, questions: int) -> str:
    share = np.array([hits / questions])
    (low,), (high,) = wilson(share, np.array([questions]))
    return f"{share[0]:.3f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    main(sys.argv[1:])
