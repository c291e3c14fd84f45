"""Recall: how much of the gold passages the first hits hold.

Recall at k is Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", 8.4;
what counts is the covered share of each passage (see :mod:`pkqa.evals.scores.spans`), of the best
of the alternative sets. Chunks differ in length between settings, so recall within a budget of
tokens is the fair one to compare them by: what a reader with that much room would see. High recall
does not say that the passages were used, and passages beside the gold ones are not held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.ranks import ranked, within
from pkqa.evals.scores.spans import best, coverage
from pkqa.model import Hit


def at(k: int) -> Callable[[Asked], float | None]:
    """Recall by the first ``k`` hits."""
    return lambda asked: _recall(asked, ranked(asked)[:k])


def within_tokens(tokens: int) -> Callable[[Asked], float | None]:
    """Recall by the hits that are read when they are taken in order of rank for as long as they fit
    whole into so many tokens."""
    return lambda asked: _recall(asked, within(ranked(asked), tokens))


def _recall(asked: Asked, hits: Sequence[Hit]) -> float | None:
    return best(asked, lambda places: fmean(coverage(place, hits) for place in places))
