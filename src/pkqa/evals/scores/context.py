"""Nuggets in context: the share of the vital values that the hits say.

Whether the retrieved passages hold the answer at all (Karpukhin et al. 2020, "Dense Passage
Retrieval for Open-Domain Question Answering"; claim recall of Ru et al. 2024, "RAGChecker"), in
whichever document: other than recall it does not ask for the gold passages. A value may stand there
of another thing, a number more easily than a name. The answerer may read on behind the last hit
that is listed, so an answer can say what is not in this context.
"""

from __future__ import annotations

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.nuggets import share
from pkqa.evals.scores.values import Piece


def of(asked: Asked) -> float | None:
    """The share, from 0 to 1; None where nothing answers or no vital value is known."""
    return share(asked, context(asked))


def context(asked: Asked) -> list[Piece]:
    """The texts of all hits."""
    pieces = []
    for hit in asked.answer.hits:
        document = asked.document(hit.document_id)
        pieces.append(Piece(hit.text, document.language, document.date))
    return pieces
