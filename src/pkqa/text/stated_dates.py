"""Every date that a text states, in whatever words: those of :mod:`pkqa.text.dates`, relative ones,
days that are words, and days that share one month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from pkqa.text.calendar import MONTHS
from pkqa.text.dates import dates, resolve_relative
from pkqa.text.fold import level
from pkqa.text.numbers import numbers

Stated = tuple[int, int, str]  # (start, end, ISO value as far as stated)

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# "5 and 6 December 2023": two days of one month.
_SHARED_MONTH = re.compile(
    r"(?<![\w.,])(?P<day>[0-3]?\d)(?:\s?(?:st|nd|rd|th|er))?\s*"
    r"(?:-|–|/|,|and|et|au|to|or|و|الي|حتي)\s*(?:the |le )?\Z"
)
# "5-6 December 2023".
_HYPHEN = re.compile(rf"(?<![\w.,/\-])[0-3]?\d-(?=[0-3]?\d\s+(?:{_MONTH})(?!\w))")
# "December 5 and 6, 2023".
_DAY_BEHIND = re.compile(r"\s*(?:and|to|-|–)\s*(?P<day>[0-3]?\d),?\s+(?P<year>(?:19|20)\d\d)(?!\d)")
_OF_MONTH = re.compile(
    rf"[^\W\d]+(?: و[^\W\d]+)? من (?:شهر )?(?P<month>{_MONTH})"
    r"(?!\w)(?:\s+(?:من )?(?:عام |سنه )?(?P<year>(?:19|20)\d\d))?"
)


def stated_dates(text: str, language: str, published: date | None) -> list[Stated]:
    """The dates of a text, in order.

    Args:
        text: a sentence or several.
        language: ISO 639-1.
        published: the day that "today", "Monday" and a day without a year are relative to, where
            it is known. A day without a year is given without one as well.
    """
    levelled = level(text)
    # A date begins behind a dash, but not behind a hyphen, which is a part of numbers.
    for hyphen in _HYPHEN.finditer(levelled):
        text = f"{text[: hyphen.end() - 1]}–{text[hyphen.end() :]}"
    found = list(_with_year(((s.start, s.end, s.value) for s in dates(text, language)), levelled))
    if published is not None:
        whole = {start for start, _, value in found if not value.startswith("--")}
        relative = resolve_relative(text, language, published)
        found += [(s.start, s.end, s.value) for s in relative if s.start not in whole]
    found += _worded(text, levelled, language)
    return sorted([*found, *_sharing_the_month(found, levelled)])


def _with_year(found: Iterable[Stated], levelled: str) -> Iterator[Stated]:
    """The dates, those without a year with that of the day behind them, and that day."""
    last = 0
    for start, end, value in found:
        behind = _DAY_BEHIND.match(levelled, end) if value.startswith("--") else None
        if behind is None:
            if start >= last:  # the year is no date by itself then
                yield start, end, value
        else:
            last = behind.end()
            year, month, day = behind["year"], value[2:4], int(behind["day"])
            yield start, end, f"{year}-{month}-{value[5:7]}"
            yield end, behind.end(), f"{year}-{month}-{day:02d}"


def _sharing_the_month(found: Iterable[Stated], levelled: str) -> Iterator[Stated]:
    """The days that stand before a date and have its month."""
    for start, _, value in found:
        # Arabic writes its "and" in one word with the second day.
        first, joined = max(0, start - 16), levelled[start : start + 1] == "و"
        before = _SHARED_MONTH.search(levelled[first : start + joined])
        if before and len(value) >= 7 and value[-3] == "-":
            yield first + before.start("day"), start, f"{value[:-2]}{int(before['day']):02d}"


def _worded(text: str, levelled: str, language: str) -> Iterator[Stated]:
    """Dates whose day is a word, as Arabic has them: "الثامن من ديسمبر 2021"."""
    for start, _, value in numbers(text, language):
        match = _OF_MONTH.match(levelled, start)
        if match and not levelled[start].isdigit() and len(value) <= 2 and 1 <= int(value) <= 31:
            year, month = match["year"], MONTHS[match["month"]]
            yield start, match.end(), f"{year or '-'}-{month:02d}-{int(value):02d}"
