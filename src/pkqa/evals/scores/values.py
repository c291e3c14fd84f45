"""Whether a text says a value: numbers and dates by value, names and texts by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pkqa.evals.gold.record import Value
from pkqa.evals.wording import holds
from pkqa.text.numbers import numbers
from pkqa.text.stated_dates import stated_dates


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one language.

    Attributes:
        text: what it says, without the markers of citations.
        language: ISO 639-1.
        published: the day that its "today" is relative to, ISO; None where it is not known.
    """

    text: str
    language: str
    published: str | None = None


def says(pieces: Sequence[Piece], value: Value) -> bool:
    """Whether one of the pieces says the value, in whatever form.

    A number stands there in digits of any script or in words. A date stands there when one at least
    as exact does: "7 December 2021" says 2021-12, and not the other way round. Of a name or a text,
    any form of any language will do.
    """
    return any(_says(piece, value) for piece in pieces)


def _says(piece: Piece, value: Value) -> bool:
    if value.type == "number":
        return value.value in _numbers(piece.text, piece.language)
    if value.type == "date":
        return any(_within(told, str(value.value)) for told in _dates(piece))
    return any(holds(piece.text, form) for forms in value.values.values() for form in forms)


# The same passages are looked through for one question after another.
@lru_cache(maxsize=4096)
def _numbers(text: str, language: str) -> frozenset[str]:
    return frozenset(told for _, _, told in numbers(text, language))


@lru_cache(maxsize=4096)
def _dates(piece: Piece) -> tuple[str, ...]:
    try:
        published = date.fromisoformat(piece.published) if piece.published else None
    except ValueError:
        published = None
    return tuple(told for _, _, told in stated_dates(piece.text, piece.language, published))


def _within(told: str, wanted: str) -> bool:
    """Whether a date lies within another one: a day in its month or year."""
    return told == wanted or told.startswith(f"{wanted}-")
