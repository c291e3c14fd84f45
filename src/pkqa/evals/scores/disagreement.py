"""Disagreement shown: whether the reader is told that documents give different values.

After Hou et al. 2024, "WikiContradict", where an answer from passages that contradict each other is
right only if it gives both sides. The answer has to list all values in one disagreement; values
that only happen to stand in its quotations do not tell the reader that there is one.
"""

from __future__ import annotations

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.nuggets import lacking
from pkqa.evals.scores.pieces import values

TAG = "disagreement"


def of(asked: Asked) -> float | None:
    """1 or 0; None for a question that is not tagged as one on which documents disagree."""
    record, answer = asked.record, asked.answer
    if TAG not in record.tags or not record.vital:
        return None
    return float(any(not lacking(record.vital, values(answer, d)) for d in answer.disagreements))
