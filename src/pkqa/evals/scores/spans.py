"""How much of a gold passage is covered by what was found or cited.

After Smith and Troynikov 2024, "Evaluating Chunking Strategies for Retrieval": passages are judged
by the characters of the gold that they hold, so that the judgement outlives every change of how
documents are cut into chunks. Coverage says that the words were there, not that anybody read them.
A blank between two chunks counts like any other character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from pkqa.evals.scores.asked import Asked, Place
from pkqa.model import Citation, Hit

HALF = 0.5  # of a passage: enough to know it by

GoldSet: TypeAlias = Sequence[Place | None]
Stretch: TypeAlias = Hit | Citation | Place  # of a document's text


def coverage(place: Place | None, stretches: Iterable[Stretch]) -> float:
    """The share of a place's characters that the stretches cover together, from 0 to 1.

    A place that is None stands nowhere in the index, and nothing covers it.
    """
    if place is None:
        return 0.0
    covered, last = 0, place.start
    own = (s for s in stretches if s.document_id == place.document_id)
    for stretch in sorted(own, key=lambda s: s.start):
        start, end = max(stretch.start, last), min(stretch.end, place.end)
        if end > start:
            covered, last = covered + end - start, end
    return covered / (place.end - place.start)


def inside(stretch: Stretch, place: Place | None) -> float:
    """The share of a stretch that lies within a place, from 0 to 1."""
    if place is None or stretch.document_id != place.document_id:
        return 0.0
    shared = min(stretch.end, place.end) - max(stretch.start, place.start)
    return shared / (stretch.end - stretch.start) if shared > 0 else 0.0


def best(asked: Asked, worth: Callable[[GoldSet], float]) -> float | None:
    """What the best of the alternative gold sets is worth.

    None where a question has no gold, and where it is unanswerable: passages that correct what it
    takes for granted may be found and cited, and need not be.
    """
    if not asked.record.answerable or not asked.places:
        return None
    return max(worth(places) for places in asked.places)
