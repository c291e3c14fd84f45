"""Which stage lost what a failed answer does not say.

As Ru et al. 2024, "RAGChecker: A Fine-grained Framework for Diagnosing Retrieval-Augmented
Generation", tell the retriever's errors from the generator's. One stage a question, the first that
could have prevented it; mending that one need not be enough.
"""

from __future__ import annotations

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.context import context
from pkqa.evals.scores.nuggets import lacking
from pkqa.evals.scores.passing import passed
from pkqa.evals.scores.pieces import said, withheld
from pkqa.evals.scores.spans import HALF, coverage


def blame(asked: Asked) -> str:
    """The stage, or nothing where the answer passed or the question is unanswerable.

    "retrieval": no hit says one of the vital values that are missing, or where no values are known,
    the hits hold no gold set. "checking": all that are missing stand in what was withheld.
    "answering": otherwise, also where something forbidden was said.
    """
    if not asked.record.answerable or passed(asked):
        return ""
    lost = lacking(asked.record.vital, said(asked.answer))
    if lacking(lost, context(asked)) or not (asked.record.vital or _found(asked)):
        return "retrieval"
    return "checking" if lost and not lacking(lost, withheld(asked.answer)) else "answering"


def _found(asked: Asked) -> bool:
    """Whether the hits hold a whole gold set."""
    hits = asked.answer.hits
    return any(all(coverage(place, hits) >= HALF for place in places) for places in asked.places)
