"""Fractions in words, which :mod:`pkqa.text.numbers` leaves out or takes for ordinals."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FRACTIONS = [
    (
        re.compile(r"\btwo[ -]thirds\b|\bdeux tiers\b|(?<!\w)[ولب]?(?:ال)?ثلث(?:ا|ي|ين|ان)(?!\w)"),
        "0.67",
    ),
    (re.compile(r"\b(?:a|one) third\b|(?<!deux )\btiers\b|(?<!\w)[ولب]?(?:ال)?ثلث(?!\w)"), "0.33"),
    (re.compile(r"\bthree[ -]quarters\b|\btrois quarts\b|(?<!\w)ثلاثه ارباع(?!\w)"), "0.75"),
    (
        re.compile(r"\b(?:a|one) quarter\b|(?<!trois )\bquart\b|(?<!\w)[ولب]?(?:ال)?ربع(?!\w)"),
        "0.25",
    ),
]
_HALF = re.compile(r"\bhalf\b|\bmoitie\b|\bdemie?\b|(?<!\w)[ولب]?(?:ال)?نصف(?!\w)")
# "Half-yearly" is a length of time.
_HALF_YEAR = re.compile(
    r"\b(?:half-?year(?:ly)?|biannual(?:ly)?|twice a year|semestriel\w*|demi-?annee"
    r"|(?:chaque|tous les|par) semestres?)\b|(?<!\w)نصف سنوي\w*(?!\w)"
)
# "One in two" is a half as well.
_IN_TWO = re.compile(
    r"\bone (?:\w+ ){0,3}(?:in|out of) two\b|\bune? (?:\w+ ){0,3}sur deux\b"
    r"|\bevery (?:second|other)\b|(?<!\w)واحده? من (?:كل|اصل) اثنت?ين(?!\w)"
)


def fractions(levelled: str) -> Iterator[tuple[int, int, str]]:
    """The fractions in words of a text that :func:`pkqa.text.fold.level` has been over: (start,
    end, plain decimal), halves first."""
    for match in _HALF.finditer(_HALF_YEAR.sub(lambda found: " " * len(found[0]), levelled)):
        yield *match.span(), "0.5"
    for pattern, value in _FRACTIONS:
        for match in pattern.finditer(levelled):
            yield *match.span(), value
    for match in _IN_TWO.finditer(levelled):
        yield *match.span(), "0.5"


def half_years(levelled: str) -> Iterator[tuple[int, int]]:
    """Where a levelled text says half a year in one word."""
    return (match.span() for match in _HALF_YEAR.finditer(levelled))
