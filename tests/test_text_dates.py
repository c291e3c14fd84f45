"""Dates in English, French and Arabic, and dates relative to a publication."""

from __future__ import annotations

from datetime import date

import pytest

from pkqa.text.dates import dates, resolve_relative

CASES = [
    ("said on Tuesday, December 7, 2021, the Minister", ["2021-12-07"]),
    ("on November 29 in Rabat", ["--11-29"]),
    ("le jeudi 22 novembre 2024, la suspension", ["2024-11-22"]),
    ("le 1er août 2023 et le 1er mai", ["2023-08-01", "--05-01"]),
    ("the 4th of March 2022 and Sept. 3rd, 2021", ["2022-03-04", "2021-09-03"]),
    ("يوم 30 نونبر 2023 بالرباط", ["2023-11-30"]),
    ("في ٧ كانون الأول/ديسمبر ٢٠٢١", ["2021-12-07"]),
    ("فاتح غشت 2022 و 5 يوليوز", ["2022-08-01", "--07-05"]),
    ("ماي 2020 وشتنبر 2021 ودجنبر 2022", ["2020-05", "2021-09", "2022-12"]),
    ("منذ سنة 2017، الدورة الـ79 سنة 2024", ["2017", "2024"]),
    ("2023-11-30 et 30/11/2023 et 11/30/2023", ["2023-11-30", "2023-11-30", "2023-11-30"]),
    ("2023-11-30T10:00:00Z", ["2023-11-30"]),
    ("In December 2021 and décembre 2020", ["2021-12", "2020-12"]),
    ("since 1960, in 2024, the 2015 Summit", ["1960", "2024", "2015"]),
    ("it may 12 times march 3 miles", []),
    ("deploys 1,724 peacekeepers, about 2000 troops, 1724 من القبعات", []),
    ("31/02/2023, 2023-13-45, 40 mai", []),
    ("born in 1789, 1850 rifles", ["1789"]),
    ("loi n°33.22, S/RES/2100, 12.2021.5", []),
]


@pytest.mark.parametrize(("text", "values"), CASES)
def test_stated_dates(text: str, values: list[str]) -> None:
    found = dates(text, "en")
    assert [span.value for span in found] == values
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    ends = [span.end for span in found]
    assert all(a <= b.start for a, b in zip(ends, found[1:], strict=False))


def test_a_span_is_the_words_of_the_date() -> None:
    text = "Rabat, le 30 novembre 2023 – suite"
    (span,) = dates(text, "fr")
    assert text[span.start : span.end] == "30 novembre 2023"


PUBLISHED = date(2023, 11, 30)  # a Thursday

RELATIVE = [
    ("yesterday in Rabat", ["2023-11-29"]),
    ("أمس الأربعاء بالرباط", ["2023-11-29"]),
    ("أمس الجمعة بالرباط", []),
    ("aujourd’hui et demain", ["2023-11-30", "2023-12-01"]),
    ("on Wednesday", ["2023-11-29"]),
    ("jeudi à Rabat", ["2023-11-30"]),
    ("lundi prochain, next Friday", ["2023-12-04", "2023-12-01"]),
    ("الأربعاء المقبل", ["2023-12-06"]),
    ("last Thursday", ["2023-11-23"]),
    ("Wednesday 29 November", ["2023-11-29"]),
    ("Friday 29 November", []),
    ("on January 4", ["2024-01-04"]),
    ("Tuesday, December 7, 2021", []),
    ("no date here", []),
]


@pytest.mark.parametrize(("text", "values"), RELATIVE)
def test_relative_dates(text: str, values: list[str]) -> None:
    assert [span.value for span in resolve_relative(text, "en", PUBLISHED)] == values


def test_a_leap_day_goes_to_the_year_that_has_it() -> None:
    (span,) = resolve_relative("on February 29", "en", date(2023, 12, 1))
    assert span.value == "2024-02-29"
    assert resolve_relative("on February 29", "en", date(2022, 6, 1)) == []
