"""Dates as a text states them, and dates relative to a day of publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pkqa.text.calendar import AMBIGUOUS, DAYS, MONTHS
from pkqa.text.fold import level


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date in a text. ``value`` is ISO 8601, as far as the words go: ``YYYY-MM-DD``, ``YYYY-MM``,
    ``YYYY``, or ``--MM-DD`` where the year is missing."""

    start: int
    end: int
    value: str


def _names(table: dict[str, int]) -> str:
    return "|".join(re.escape(name) for name in sorted(table, key=len, reverse=True))


_MONTH = rf"(?P<month>{_names(MONTHS)})(?![^\W_])"
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d|21\d\d)(?!\d|[.,]\d)"
_FREE = r"(?<![^\W_])(?<![\d][.,/\-])"  # neither inside a word nor inside a longer number

_ISO = re.compile(rf"{_FREE}(?P<year>\d{{4}})-(?P<m>\d\d)-(?P<day>\d\d)(?=T\d|(?![^\W_]))", re.I)
_SLASHED = re.compile(
    rf"{_FREE}(?P<day>\d{{1,2}})([/.\-])(?P<m>\d{{1,2}})\2(?P<year>\d{{4}})(?!\d)"
)
_DAY_MONTH = re.compile(
    rf"{_FREE}(?:[وفبل]?(?:ال)?\u0640?)?(?P<day>\d{{1,2}}|premier|فاتح|الاول(?= من))"
    rf"(?:\s?(?:st|nd|rd|th|er))?(?:\s+of|\s+من)?(?:\s+شهر)?\s+{_MONTH}\.?"
    rf"(?:\s*[/(]\s*(?:{_names(MONTHS)})(?:\s*\))?)?"
    rf"(?:,?\s+(?:de\s+|من\s+)?(?:عام\s+|سنه\s+)?{_YEAR})?"
)
_MONTH_DAY = re.compile(
    rf"{_FREE}{_MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![^\W_]|[.,]\d)(?:\s*,?\s+{_YEAR})?"
)
_MONTH_YEAR = re.compile(
    rf"{_FREE}(?:[وفبل])?{_MONTH}\.?(?:\s*/\s*(?:{_names(MONTHS)}))?"
    rf",?\s+(?:of\s+|de\s+|من\s+)?(?:عام\s+|سنه\s+)?{_YEAR}"
)
_YEAR_ALONE = re.compile(rf"(?<![\d.,/\-+])(?<![a-z]){_YEAR}(?![\d/]|-\d\d-|\s?[%٪€$]|[a-z])")
_NOT_A_YEAR_BEFORE = re.compile(
    r"(?:about|some|nearly|over|than|around|environ|pres de|quelque|plus de|moins de|"
    r"نحو|حوالي|اكثر من|اقل من|زهاء|قرابه|no|n°|resolution|القرار|قرار)\s*$"
)
_NOT_A_YEAR_AFTER = re.compile(
    r"\s*(?:(?:blue|un|moroccan|military|casques|من القبعات|من)\s+)?(?:troops|soldiers|"
    r"peacekeepers|people|men|women|personnel|helmets|police|euros?|dollars?|dirhams?|km|soldats|"
    r"hommes|femmes|personnes|casques|militaires|policiers|جندي|جنديا|عنصر|عنصرا|شخص|شخصا|"
    r"من القبعات)"
)
# Before 1900 four digits are a count more often than a year; one of these says "year".
_YEAR_BEFORE = re.compile(
    r"(?:^|[\s(])(?:in|since|of|from|until|till|by|year|en|depuis|de|des|annee|jusqu'en|vers|dans|"
    r"عام|سنه|منذ|العام|حتي)\s*$|\($"
)


def dates(text: str, language: str) -> list[DateSpan]:  # noqa: ARG001 - one set of rules serves all
    """Return the dates that ``text`` states, in order, without overlaps.

    The names of months of English, French and Arabic are known in every ``language``, since pages
    mix them; "30/11/2023" is read day first unless that is no date.
    """
    levelled = level(text)
    taken: list[DateSpan] = []
    mask = bytearray(len(text))
    for pattern in (_ISO, _SLASHED, _DAY_MONTH, _MONTH_DAY, _MONTH_YEAR, _YEAR_ALONE):
        for match in pattern.finditer(levelled):
            if any(mask[match.start() : match.end()]):
                continue
            value = _value(text, levelled, match)
            if value:
                taken.append(DateSpan(match.start(), match.end(), value))
                mask[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return sorted(taken, key=lambda span: span.start)


def _value(text: str, levelled: str, match: re.Match[str]) -> str | None:
    """Return the ISO value of a match, or None where it is no date after all."""
    found = match.groupdict()
    year = int(found["year"]) if found.get("year") else None
    if "month" not in found and "m" not in found:
        return str(year) if year and _reads_as_year(levelled, match, year) else None
    if "month" in found:
        name = found["month"]
        if name in AMBIGUOUS and not text[match.start("month")].isupper():
            return None
        month = MONTHS[name]
    else:
        month = int(found["m"])
    if "day" not in found:
        return f"{year:04d}-{month:02d}"
    day = int(found["day"]) if found["day"].isdigit() else 1
    if month > 12 >= day and match.re is _SLASHED:
        day, month = month, day
    try:
        date(year or 2000, month, day)
    except ValueError:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"--{month:02d}-{day:02d}"


def _reads_as_year(levelled: str, match: re.Match[str], year: int) -> bool:
    before = levelled[max(0, match.start() - 24) : match.start()]
    if _NOT_A_YEAR_BEFORE.search(before) or _NOT_A_YEAR_AFTER.match(levelled, match.end()):
        return False
    return 1900 <= year < 2100 or _YEAR_BEFORE.search(before) is not None


_TODAY = {"today": 0, "aujourd'hui": 0, "اليوم": 0, "yesterday": -1, "hier": -1, "امس": -1}
_TODAY |= {"tomorrow": 1, "demain": 1, "غدا": 1, "البارحه": -1}
_NEAR = re.compile(
    rf"(?<![^\W_])(?:(?P<near>{'|'.join(map(re.escape, _TODAY))})(?:,?\s+(?P<also>{_names(DAYS)}))?"
    rf"|(?:(?P<which>last|next|this)\s+)?(?:يوم\s+)?(?P<weekday>{_names(DAYS)})"
    r"(?:\s+(?P<after>dernier|derniere|prochain|الماضي|المنصرم|الفائت|المقبل|القادم))?)(?![^\W_])"
)
_NEXT = frozenset({"next", "prochain", "المقبل", "القادم"})


def resolve_relative(text: str, language: str, published: date) -> list[DateSpan]:
    """Return the dates that ``text`` states relative to its day of publication, in order.

    "Today", "yesterday", "tomorrow"; the name of a day (the latest such day up to ``published``,
    or the first after it where the text says "next"); a day and a month without a year (the year
    that brings it nearest to ``published``, and only if a weekday beside it agrees). A statement
    that contradicts itself is left out.
    """
    levelled = level(text)
    partial = [span for span in dates(text, language) if span.value.startswith("--")]
    stated = [(span.start, span.end) for span in dates(text, language)]
    found = [
        DateSpan(span.start, span.end, day.isoformat())
        for span in partial
        if (day := _nearest(levelled, span, published))
    ]
    for match in _NEAR.finditer(levelled):
        beside = levelled[match.end() : match.end() + 3].strip(" ,،")
        if match["weekday"] and any(0 <= s - match.end() <= 3 for s, _ in stated) and beside:
            continue  # "Wednesday 7 December": the day of the month says it already
        if day := _relative(match, published):
            found.append(DateSpan(match.start(), match.end(), day.isoformat()))
    return sorted(found, key=lambda span: span.start)


def _relative(match: re.Match[str], published: date) -> date | None:
    if match["near"]:
        day = published + timedelta(days=_TODAY[match["near"]])
        return None if match["also"] and DAYS[match["also"]] != day.weekday() else day
    weekday = DAYS[match["weekday"]]
    back = (published.weekday() - weekday) % 7
    if (match["which"] or match["after"]) in _NEXT:
        return published + timedelta(days=7 - back)
    if (match["which"] or match["after"]) not in {None, "this"} and back == 0:
        back = 7
    return published - timedelta(days=back)


_DAY_BEFORE = re.compile(rf"({_names(DAYS)}),?\s*(?:the\s+|le\s+)?$")


def _nearest(levelled: str, span: DateSpan, published: date) -> date | None:
    candidates = list(_years(span.value, published))
    if not candidates:
        return None
    nearest = min(candidates, key=lambda day: abs((day - published).days))
    weekday = _DAY_BEFORE.search(levelled, max(0, span.start - 20), span.start)
    if weekday and DAYS[weekday[1]] != nearest.weekday():
        return None
    return nearest


def _years(value: str, published: date) -> Iterator[date]:
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            yield date(year, int(value[2:4]), int(value[5:7]))
        except ValueError:
            continue  # 29 February
