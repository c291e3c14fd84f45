"""A sentence read for checking: its words, quantities, dates, places, and what turns it round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pkqa.answer.cues import cues, poles
from pkqa.answer.quantities import Quantity, figures, quantities
from pkqa.answer.words import Word, content_words, cues_by_clause
from pkqa.text.calendar import MONTHS
from pkqa.text.dates import DateSpan, dates, resolve_relative
from pkqa.text.fold import level
from pkqa.text.glossary import Glossary
from pkqa.text.numbers import numbers
from pkqa.text.places import places

_BOTH = {
    "en": re.compile(r"\b(?:both|twice|couple|pair)\b"),
    "fr": re.compile(r"\b(?:couple|paire|tous deux|toutes deux)\b"),
    "ar": re.compile(r"(?<!\w)(?:كلا|كلتا|كلي|مرتين)(?!\w)"),
}
# "5 and 6 December 2023": two days of one month.
_SHARED_MONTH = re.compile(
    r"(?<![\w.,])(?P<day>[0-3]?\d)(?:\s?(?:st|nd|rd|th|er))?\s*"
    r"(?:-|–|/|,|and|et|au|to|or|و|الي|حتي)\s*(?:the |le )?\Z"
)
# A language is no place: "held in English".
_TONGUES = "English|French|Arabic|Spanish|Russian|Chinese|Portuguese|Swahili"
_TONGUE = re.compile(
    rf"\b(?:in|into|speaks?|spoken|speaking) (?:{_TONGUES})\b|\b(?:{_TONGUES})[- ]speak\w+"
    r"|\b(?:en|parle\w*|l'|le) ?(?:anglais|français|arabe|espagnol|russe|chinois|portugais)\b"
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_OF_MONTH = re.compile(
    rf"[^\W\d]+(?: و[^\W\d]+)? من (?:شهر )?(?P<month>{_MONTH})"
    r"(?!\w)(?:\s+(?:من )?(?:عام |سنه )?(?P<year>(?:19|20)\d\d))?"
)
# "December 5 and 6, 2023".
_DAY_BEHIND = re.compile(r"\s*(?:and|to|-|–)\s*(?P<day>[0-3]?\d),?\s+(?P<year>(?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stretch of text says, as far as it can be compared."""

    text: str
    language: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    dated: tuple[tuple[int, int, str], ...]  # (start, end, ISO value as far as stated)
    places: frozenset[str]
    cues: frozenset[str]
    clauses: tuple[frozenset[str], ...]  # the cues of each clause
    poles: frozenset[tuple[str, int]]
    pair: bool  # says "both": two of something without the number

    @property
    def dates(self) -> frozenset[str]:
        """The dates stated; relative ones by the day of publication."""
        return frozenset(value for _, _, value in self.dated)


def read(text: str, language: str, glossary: Glossary, published: str | None = None) -> Reading:
    """Read a text.

    Args:
        text: a sentence or several.
        language: ISO 639-1.
        glossary: which words name one concept.
        published: ISO day that "today" and "Monday" are relative to, where known.
    """
    levelled = level(text)
    dated = _dates(text, language, published)
    found = figures(text, levelled, language, [(start, end) for start, end, _ in dated])
    taken = [(start, end) for start, end, _ in (*dated, *found)]
    turned = cues(levelled, language)
    words = tuple(content_words(text, levelled, language, glossary, taken))
    return Reading(
        text=text,
        language=language,
        words=words,
        quantities=tuple(quantities(levelled, words, found)),
        dated=tuple(sorted(dated)),
        places=places(_TONGUE.sub(" ", text), language),
        cues=frozenset(cue.sort for cue in turned),
        clauses=cues_by_clause(levelled, turned),
        poles=frozenset(poles(levelled, language)),
        pair=bool((both := _BOTH.get(language)) and both.search(levelled)),
    )


def _dates(text: str, language: str, published: str | None) -> list[tuple[int, int, str]]:
    spans: list[DateSpan] = dates(text, language)
    if published and len(published) == 10:
        spans = spans + resolve_relative(text, language, date.fromisoformat(published))
    found = [(span.start, span.end, span.value) for span in spans]
    found += _worded(text, language)
    for start, end, value in list(found):
        behind = _DAY_BEHIND.match(level(text), end)
        if behind and value.startswith("--"):
            year, month = behind["year"], value[2:4]
            found = [one for one in found if one[0] != start]
            found.append((start, end, f"{year}-{month}-{value[5:7]}"))
            found.append((end, behind.end(), f"{year}-{month}-{int(behind['day']):02d}"))
        # Arabic writes its "and" in one word with the second day.
        first, joined = max(0, start - 16), text[start : start + 1] == "و"
        before = _SHARED_MONTH.search(level(text[first : start + joined]))
        if before and len(value) >= 7 and value[-3] == "-":
            day = first + before.start("day")
            found.append((day, start, f"{value[:-2]}{int(before['day']):02d}"))
    return found


def _worded(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Dates whose day is a word, as Arabic has them: "الثامن من ديسمبر 2021"."""
    levelled = level(text)
    for start, _, value in numbers(text, language):
        match = _OF_MONTH.match(levelled, start)
        if match and not levelled[start].isdigit() and len(value) <= 2 and 1 <= int(value) <= 31:
            year, month = match["year"], MONTHS[match["month"]]
            yield start, match.end(), f"{year or '-'}-{month:02d}-{int(value):02d}"
