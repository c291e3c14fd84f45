"""The interface says the same things in three languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

import pytest

from pkqa.serve.strings import (
    LANGUAGES,
    STRINGS,
    Language,
    Strings,
    choose,
    language_name,
    written_date,
)
from pkqa.serve.withheld import REASONS, VERDICTS

WORDS = [field.name for field in fields(Strings)]


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unsaid(language: Language, name: str) -> None:
    assert getattr(STRINGS[language], name)


@pytest.mark.parametrize("name", WORDS)
def test_blanks_to_fill_are_the_same_in_every_language(name: str) -> None:
    blanks = [
        sorted(re.findall(r"{\w+}", str(getattr(STRINGS[language], name))))
        for language in LANGUAGES
    ]
    assert blanks[0] == blanks[1] == blanks[2]


@pytest.mark.parametrize(
    "name", [w for w in WORDS if w not in {"direction", "first_day", "date", "comma"}]
)
def test_arabic_is_written_in_arabic(name: str) -> None:
    said = getattr(STRINGS["ar"], name)
    assert re.search(r"[\u0621-\u064a]", str(said))


@pytest.mark.parametrize("told", [VERDICTS, REASONS], ids=["verdicts", "reasons"])
def test_every_verdict_and_reason_is_told_in_every_language(
    told: Mapping[Language, Mapping[str, str]],
) -> None:
    assert set(told) == set(LANGUAGES)
    assert set(told["en"]) == set(told["fr"]) == set(told["ar"])
    for language in LANGUAGES:
        assert len(set(told[language].values())) == len(told["en"])
    assert all(re.search(r"[\u0621-\u064a]", said) for said in told["ar"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_has_twelve_months(language: Language) -> None:
    assert len(set(STRINGS[language].months.split())) == 12


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("fr", "ar,en;q=0.5", "fr"),
        (None, "ar-MA,ar;q=0.9,en;q=0.8", "ar"),
        (None, "pt-BR, fr-FR;q=0.7", "fr"),
        ("tlh", "de,fr", "fr"),
        ("FR", None, "fr"),
        (None, None, "en"),
        ("<script>", "", "en"),
    ],
)
def test_choosing_the_language_of_the_page(
    asked: str | None, accepted: str | None, chosen: str
) -> None:
    assert choose(asked, accepted) == chosen


def test_an_unknown_wish_keeps_the_language() -> None:
    assert choose("xx", default="ar") == "ar"


@pytest.mark.parametrize(
    ("date", "language", "written"),
    [
        ("2023-11-30", "en", "30 November 2023"),
        ("2021-12-01", "fr", "1er décembre 2021"),
        ("2023-05-29", "ar", "29 مايو 2023"),
        (None, "fr", "sans date"),
        ("2023-11", "en", "November 2023"),
        ("2021-12", "fr", "décembre 2021"),
        ("2021-12", "ar", "ديسمبر 2021"),
        ("1948", "ar", "1948"),
        ("2023-13-01", "en", "2023-13-01"),
        ("2023-11-00", "en", "2023-11-00"),
        ("2023-²-01", "en", "2023-²-01"),
        ("٢٠٢٣-١١", "en", "٢٠٢٣-١١"),
        ("some-day-soon", "en", "some-day-soon"),
    ],
)
def test_dates_as_each_language_writes_them(
    date: str | None, language: Language, written: str
) -> None:
    assert written_date(date, STRINGS[language]) == written


def test_languages_have_names_or_keep_their_code() -> None:
    assert language_name("ar", STRINGS["fr"]) == "arabe"
    assert language_name("sw", STRINGS["fr"]) == "sw"
