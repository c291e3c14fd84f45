"""Every sentence of the interface, in the three languages the page speaks."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

from pkqa.serve.strings.arabic import ARABIC
from pkqa.serve.strings.english import ENGLISH
from pkqa.serve.strings.french import FRENCH
from pkqa.serve.strings.table import Strings

__all__ = ["LANGUAGES", "STRINGS", "Language", "Strings", "choose", "language_name", "written_date"]

Language = Literal["en", "fr", "ar"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

STRINGS: Final[dict[Language, Strings]] = {"en": ENGLISH, "fr": FRENCH, "ar": ARABIC}


def choose(asked: str | None, accepted: str | None = None, default: Language = "en") -> Language:
    """The interface language: the one asked for by name, else the browser's first that we speak.

    ``accepted`` is an ``Accept-Language`` header. Its entries are taken in the order in which
    they stand, which is how browsers write them; weights are not read.
    """
    wishes = [asked or "", *(accepted or "").split(",")]
    for wish in wishes:
        code = wish.split(";")[0].strip().lower().split("-")[0]
        if code in LANGUAGES:
            return code
    return default


_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


def written_date(date: str | None, strings: Strings) -> str:
    """An ISO day, month or year as the language writes it ("30 November 2023", "November 2023",
    "2023"); a missing one says so, and anything else is shown as it stands."""
    if date is None:
        return strings.undated
    found = _DATE.fullmatch(date)
    if found is None:
        return date
    year, month, day = found.groups()
    if not month:
        return year
    name = strings.months.split()[int(month) - 1]
    if not day:
        return f"{name} {year}"
    written = strings.first_day if day == "01" else int(day)
    return strings.date.format(day=written, month=name, year=year)


def language_name(code: str, strings: Strings) -> str:
    """The name of a document's language, or its code where the page has no name for it."""
    return dict(strings.languages).get(code, code)
