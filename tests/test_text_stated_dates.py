"""Every date that a text states, by whatever words."""

from __future__ import annotations

from datetime import date

import pytest

from pkqa.text.stated_dates import stated_dates

PUBLISHED = date(2021, 12, 20)  # a Monday


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("en", "on 7 December 2021", ["2021-12-07"]),
        ("en", "on 5 and 6 December 2023", ["2023-12-05", "2023-12-06"]),
        ("en", "on 5-6 December 2023", ["2023-12-05", "2023-12-06"]),
        ("en", "on 5–6 December 2023", ["2023-12-05", "2023-12-06"]),
        ("en", "on December 5 and 6, 2023", ["2023-12-05", "2023-12-06"]),
        ("en", "It lasted 5-6 days in December 2023", ["2023-12"]),
        ("fr", "les 5 et 6 décembre 2023", ["2023-12-05", "2023-12-06"]),
        ("ar", "يومي 5 و6 ديسمبر 2023", ["2023-12-05", "2023-12-06"]),
        ("ar", "الثامن من ديسمبر 2021", ["2021-12-08", "2021-12"]),
        ("ar", "الثامن من ديسمبر", ["--12-08"]),
        ("en", "on December 5", ["--12-05"]),
        ("en", "today", []),
    ],
)
def test_dates_that_need_no_day_of_publication(language: str, text: str, values: list[str]) -> None:
    assert [value for _, _, value in stated_dates(text, language, None)] == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("They met today.", ["2021-12-20"]),
        ("They met on December 5.", ["--12-05", "2021-12-05"]),
        # The year that is stated counts, not the nearest.
        ("They met on December 5 and 6, 2023.", ["2023-12-05", "2023-12-06"]),
    ],
)
def test_dates_are_relative_to_the_day_of_publication(text: str, values: list[str]) -> None:
    assert [value for _, _, value in stated_dates(text, "en", PUBLISHED)] == values


def test_a_date_stands_where_its_words_do() -> None:
    text = "They met on 5-6 December 2023."
    assert [text[start:end] for start, end, _ in stated_dates(text, "en", None)] == [
        "5-",
        "6 December 2023",
    ]
