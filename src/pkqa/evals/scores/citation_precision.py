"""Citation precision: the share of citations that are right.

Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations", and Liu, Zhang
and Liang 2023, "Evaluating Verifiability in Generative Search Engines", who ask whether a citation
supports its sentence; here it is right when it is one of the gold passages. One that supports the
answer and was not listed as gold counts as wrong, so that the value is a lower bound.
"""

from __future__ import annotations

from statistics import fmean

from pkqa.evals.scores.asked import Asked, Place
from pkqa.evals.scores.spans import HALF, coverage, inside
from pkqa.model import Citation


def of(asked: Asked) -> float | None:
    """The share, from 0 to 1; None without citations, and where the question has no gold."""
    if not asked.answer.citations or not asked.places:
        return None
    return fmean(right(asked, citation) for citation in asked.answer.citations)


def right(asked: Asked, citation: Citation) -> bool:
    """Whether a citation is one of the gold passages, of any set."""
    return any(matches(citation, place) for places in asked.places for place in places)


def matches(citation: Citation, place: Place | None) -> bool:
    """Whether a citation covers at least half of a gold passage, or lies at least half in it."""
    return coverage(place, [citation]) >= HALF or inside(citation, place) >= HALF
