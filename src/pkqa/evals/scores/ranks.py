"""The hits of an answer in the order in which they are read."""

from __future__ import annotations

from pkqa.evals.scores.asked import Asked
from pkqa.model import Hit
from pkqa.text.tokens import count


def ranked(asked: Asked) -> list[Hit]:
    """All hits, the best first."""
    return sorted(asked.answer.hits, key=lambda hit: hit.rank)


def within(hits: list[Hit], tokens: int) -> list[Hit]:
    """As many of the first hits as fit whole into so many ``o200k_base`` tokens."""
    used = 0
    for read, hit in enumerate(hits):
        used += count(hit.text)
        if used > tokens:
            return hits[:read]
    return hits
