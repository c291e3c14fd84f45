"""Nugget recall: the share of the vital values that the answer says.

Voorhees 2003, "Overview of the TREC 2003 Question Answering Track", and Pradeep et al. 2024,
"Initial Nugget Evaluation Results for the TREC 2024 RAG Track", where it is "vital"; nuggets are
matched as values here, by no model. A value that is said is not always said of the right thing, and
what the answer says besides costs nothing: "pass" and "citation precision" look at that.
"""

from __future__ import annotations

from collections.abc import Sequence

from pkqa.evals.gold.record import Nugget
from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.pieces import said
from pkqa.evals.scores.values import Piece, says


def of(asked: Asked) -> float | None:
    """The share, from 0 to 1; None where nothing answers or no vital value is known."""
    return share(asked, said(asked.answer))


def share(asked: Asked, pieces: Sequence[Piece]) -> float | None:
    """The share of the vital values that the pieces say."""
    vital = asked.record.vital
    if not asked.record.answerable or not vital:
        return None
    return (len(vital) - len(lacking(vital, pieces))) / len(vital)


def lacking(nuggets: Sequence[Nugget], pieces: Sequence[Piece]) -> list[Nugget]:
    """The nuggets that no piece says."""
    return [nugget for nugget in nuggets if not says(pieces, nugget)]
