"""Cues: small words that turn what a sentence says round, in English, French and Arabic.

Negation, and modality by what it makes of an event (pledged, planned, called for, possible), as in
the annotation of factuality (Saurí and Pustejovsky 2009, "FactBank"); and words of which one is the
contrary of the other. The words stand in ``cues.json``, written as regular expressions over text
that :func:`pkqa.text.fold.level` has been over; an asterisk among the contraries is any ending.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

# "Not only", "without delay" and "no more than" deny nothing.
_NO_NEGATION = re.compile(
    r"\bnot (?:only|just|merely)\b|\bn(?:e |')\w+ (?:pas|point) (?:seulement|que|uniquement)\b"
    r"|\bpas (?:seulement|uniquement|que)\b|\bnon seulement\b"
    r"|\bno (?:later|more|longer ago) than\b|\bn(?:e |')(?:\w+ ){0,2}plus (?:\w+ ){0,3}qu"
    r"|\bwithout (?:delay|doubt)\b|\bno doubt\b|\bnothing (?:\w+ )?but\b|\bnot all\b"
    r"|\bsans (?:delai|tarder|doute)\b|\bpas tou(?:te)?s\b"
    r"|(?<!\w)[وف]?(?:لم|لا|لن|ليس\w*|ما) (?:\w+ ){1,7}(?:الا|سوي|فقط|فحسب|وحده\w*)(?!\w)"
    r"|(?<!\w)(?:ليس|لا|ليست) (?:\w+ )?فقط(?!\w)|(?<!\w)دون (?:تاخير|ابطاء|شك)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue in a text; ``end`` is where the words begin that it bears on."""

    start: int
    end: int
    sort: str  # "negation", "refusal", "restriction", or a modality


def cues(levelled: str, language: str) -> list[Cue]:
    """The cues of a levelled text, in order."""
    plain = _NO_NEGATION.sub(lambda match: " " * len(match[0]), levelled)
    found = [
        Cue(match.start(), match.end(), sort)
        for sort, pattern in _patterns(language)
        for match in pattern.finditer(plain)
    ]
    return sorted(found, key=lambda cue: (cue.start, cue.sort))


def poles(levelled: str, language: str) -> Iterator[tuple[str, int]]:
    """Which sides of which pairs of contraries a levelled text speaks of: (pair, side).

    A pair has one name in all languages.
    """
    for pattern, pair, side in _sides(language):
        if pattern.search(levelled):
            yield pair, side


@cache
def _tables() -> dict[str, Any]:
    body = resources.files("pkqa.answer").joinpath("cues.json").read_text("utf-8")
    tables: dict[str, Any] = json.loads(body)
    return tables


@cache
def _patterns(language: str) -> list[tuple[str, re.Pattern[str]]]:
    before = "[وفبل]?(?:ال)?" if language == "ar" else ""
    return [
        (
            sort,
            re.compile(
                "|".join(
                    [
                        rf"(?<!\w){before}(?:{'|'.join(entry['words'])})(?!\w)",
                        *entry.get("patterns", ()),
                    ]
                )
            ),
        )
        for sort, entry in _tables()["cues"].get(language, {}).items()
    ]


@cache
def _sides(language: str) -> tuple[tuple[re.Pattern[str], str, int], ...]:
    """Each side of each pair as a pattern, with the name of its pair and the number of its side."""
    before = "[وفبل]?(?:ال)?" if language == "ar" else ""
    return tuple(
        (
            re.compile(rf"(?<!\w){before}(?:{'|'.join(words).replace('*', chr(92) + 'w*')})(?!\w)"),
            pair,
            side,
        )
        for pair, sides in _tables()["contraries"].get(language, {}).items()
        for side, words in enumerate(sides)
    )
