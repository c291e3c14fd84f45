"""When what a sentence says held: the date said in it, else its document's day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pkqa.model import Document, Sentence
from pkqa.text.dates import DateSpan, dates, resolve_relative
from pkqa.text.fold import level

# Reports of one event come out within days of each other.
DAYS = 7
_MONTH_DAYS = 31
_LEAD = 400  # characters in which a report says on which day it happened

# The beginning of a stretch of time rather than a point in it. Without a month it is most often
# the beginning of a count ("3,700 dead since 1948").
_SINCE = re.compile(
    r"(?:\b(?:since|from|depuis|des|a partir de|a compter de)|(?<!\w)و?منذ|(?<!\w)ابتداء من)"
    r"(?: (?:the|la|le|l'|end|fin|beginning|debut|early|late|of|de|in|نهايه|بدايه|سنه|عام|شهر))*"
    r"\s*$"
)
# A time that another sentence names.
_THEN = re.compile(
    r"\b(?:by then|then|at the time|at that time|that year|in those days|initially|at first"
    r"|originally|years? (?:ago|earlier|later|before)|months? (?:ago|earlier|later|before)"
    r"|a l'epoque|a cette (?:date|epoque)|alors|cette annee-la|au depart|a l'origine|initialement"
    r"|(?:ans?|mois|jours) (?:plus tot|plus tard|auparavant)|il y a (?:\w+ ){1,3}(?:ans?|mois))\b"
    r"|(?<!\w)(?:و?انذاك|و?حينها|و?حينيذ|في ذلك الوقت|وقتها|في البدايه)(?!\w)"
)
_COMING = re.compile(
    r"\b(?:scheduled|planned|set|due|slated|to be held|prevue?s?|fixee?s?|programmee?s?"
    r"|se tiendra|aura lieu)\b|(?<!\w)(?:المقرر|المقرره|المرتقب|المرتقبه|المقبل|المقبله)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a date may mean: all of December for "2021-12"."""

    value: str  # ISO 8601 as far as known
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many these are."""
        return (self.last - self.first).days + 1

    def overlaps(self, other: Period) -> bool:
        """Whether both may mean one day."""
        return self.first <= other.last and other.first <= self.last

    def beside(self, other: Period) -> bool:
        """Whether both are known to within a month, and lie within ``DAYS`` of each other."""
        gap = max(self.first - other.last, other.first - self.last).days
        return gap <= DAYS and max(self.days, other.days) <= _MONTH_DAYS

    def same_year(self, other: Period) -> bool:
        """Whether both are one and the same year as a whole."""
        return self.value == other.value and len(self.value) == len("2021")


def period(value: str) -> Period:
    """The period of an ISO date that may lack its day or its month."""
    year, month, day = (*map(int, value.split("-")), 0, 0)[:3]
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    return Period(value, first, last)


def published(document: Document) -> Period | None:
    """When a document was written, as far as its date or, failing that, its text says.

    A text without a date that speaks of a coming year, and of no later one, is from the year before
    it; the day and month that its first sentences give are then those of that year.
    """
    return _published(document.date, document.text, document.language)


@lru_cache(maxsize=2_000)
def _published(stated: str | None, text: str, language: str) -> Period | None:
    if stated:
        return period(stated)
    spans = dates(text, language)
    years = [int(span.value[:4]) for span in spans if not span.value.startswith("--")]
    if not years:
        return None
    latest = [s for s in spans if s.value.startswith(str(max(years)))]
    levelled = level(text)
    if not all(_COMING.search(levelled, _opening(text, s), s.start) for s in latest):
        return None
    year = str(max(years) - 1)
    month = next((s.value[2:4] for s in spans if s.value[:2] == "--" and s.end <= _LEAD), None)
    return period(f"{year}-{month}" if month else year)


def _opening(text: str, span: DateSpan) -> int:
    """Where the sentence of a date begins, near enough."""
    return max(text.rfind(mark, 0, span.start) for mark in ".!?؟\n") + 1


def held(document: Document, sentence: Sentence, at: int) -> Period | None:
    """When what stands at ``at``, an offset in the sentence, held; None where that is not known.

    The nearest date in the sentence counts. Without one it is the document's day, unless the
    sentence speaks of a time that another one names ("by then"). What a sentence dates after its
    document is still to come, so that it did not hold.
    """
    text = document.text[sentence.start : sentence.end]
    written = published(document)
    levelled = level(text)
    said = [
        (span, since)
        for span in _said(text, sentence.language, document.date)
        if not ((since := _SINCE.search(levelled[: span.start])) and len(span.value) == len("2021"))
    ]
    if said:
        nearest, _ = min(said, key=lambda row: _distance(row[0], at))
        found = period(nearest.value)
        return None if written and found.first > written.last else found
    return None if _THEN.search(levelled) else written


def _said(text: str, language: str, day: str | None) -> Iterator[DateSpan]:
    """The dates that a sentence gives, those without a year by the document's day."""
    yield from (span for span in dates(text, language) if not span.value.startswith("--"))
    if day:
        yield from resolve_relative(text, language, date.fromisoformat(day))


def _distance(span: DateSpan, at: int) -> int:
    return max(span.start - at, at - span.end, 0)
