"""What one ranking is worth to one question: each metric a number from 0 to 1.

A ranking is of chunks, best first; judgements are of documents. A document stands where its best
chunk does. A relevant document that the ranking does not hold counts as not found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from pkqa.model import Chunk

Ranking: TypeAlias = Sequence[Chunk]
Relevant: TypeAlias = frozenset[str]  # document ids, at least one

BUDGET = 1000  # o200k tokens of chunks that an answerer would be given to read


def documents(ranking: Ranking) -> list[str]:
    """The document ids of a ranking, each once, in the order of their best chunks."""
    return list(dict.fromkeys(chunk.document_id for chunk in ranking))


def first_rank(ranking: Ranking, relevant: Relevant) -> int | None:
    """The rank, from 1, of the first relevant document; None when none was found."""
    found = documents(ranking)
    return next((rank for rank, name in enumerate(found, start=1) if name in relevant), None)


def recall(ranking: Ranking, relevant: Relevant, k: int) -> float:
    """The share of the relevant documents among the first ``k`` (Manning, Raghavan and Schütze
    2008, "Introduction to Information Retrieval", 8.4); with one relevant document, 1 or 0."""
    return len(relevant.intersection(documents(ranking)[:k])) / len(relevant)


def recall_within(ranking: Ranking, relevant: Relevant, budget: int) -> float:
    """Whether (1 or 0) a relevant document is read when chunks are taken in order of rank for as
    long as they fit whole into ``budget`` tokens: what a reader with that much room would see."""
    used = 0
    for chunk in ranking:
        used += chunk.tokens
        if used > budget:
            return 0.0
        if chunk.document_id in relevant:
            return 1.0
    return 0.0


def reciprocal_rank(ranking: Ranking, relevant: Relevant) -> float:
    """1 over the rank of the first relevant document, 0 when none was found; its mean over
    questions is MRR (Voorhees 1999, "The TREC-8 Question Answering Track Report")."""
    rank = first_rank(ranking, relevant)
    return 0.0 if rank is None else 1.0 / rank


def ndcg(ranking: Ranking, relevant: Relevant, k: int) -> float:
    """Normalised discounted cumulative gain of the first ``k`` documents (Järvelin and Kekäläinen
    2002, "Cumulated Gain-Based Evaluation of IR Techniques"; the discount is 1 / log2(rank + 1)).

    A relevant document gains 1. The ideal ranking holds min(``len(relevant)``, ``k``) of them at
    its top, so that 1 can be reached whatever ``k`` is.
    """
    gained = sum(
        _discount(rank)
        for rank, name in enumerate(documents(ranking)[:k], start=1)
        if name in relevant
    )
    return gained / sum(_discount(rank) for rank in range(1, min(len(relevant), k) + 1))


def _discount(rank: int) -> float:
    return 1.0 / math.log2(rank + 1)


# The columns of the tables, in order. Shares are told apart for their intervals' sake.
SHARES: dict[str, Callable[[Ranking, Relevant], float]] = {
    "recall@1": lambda ranking, relevant: recall(ranking, relevant, 1),
    "recall@5": lambda ranking, relevant: recall(ranking, relevant, 5),
    "recall@10": lambda ranking, relevant: recall(ranking, relevant, 10),
    "recall@1,000 tokens": lambda ranking, relevant: recall_within(ranking, relevant, BUDGET),
}
METRICS = SHARES | {
    "MRR": reciprocal_rank,
    "nDCG@10": lambda ranking, relevant: ndcg(ranking, relevant, 10),
}
