"""Fractions in words."""

from __future__ import annotations

import pytest

from pkqa.text.fold import level
from pkqa.text.fractions import fractions, half_years


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Two thirds of the men", [("two thirds", "0.67")]),
        ("les deux tiers des hommes", [("deux tiers", "0.67")]),
        ("ثلثا الرجال", [("ثلثا", "0.67")]),
        ("A third of the men", [("a third", "0.33")]),
        ("un tiers des hommes", [("tiers", "0.33")]),
        ("the third man", []),
        ("trois quarts", [("trois quarts", "0.75")]),
        ("ثلاثة أرباع الرجال", [("ثلاثه ارباع", "0.75")]),
        ("ربع الرجال", [("ربع", "0.25")]),
        ("half a day, and a quarter", [("half", "0.5"), ("a quarter", "0.25")]),
        ("la moitié", [("moitie", "0.5")]),
        ("نصف الرجال", [("نصف", "0.5")]),
        ("one man in two", [("one man in two", "0.5")]),
        ("un homme sur deux", [("un homme sur deux", "0.5")]),
        ("a half-yearly report", []),
    ],
)
def test_a_fraction_in_words(text: str, said: list[tuple[str, str]]) -> None:
    levelled = level(text)
    assert [(levelled[a:b], value) for a, b, value in fractions(levelled)] == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a half-yearly report", ["half-yearly"]),
        ("le rapport semestriel", ["semestriel"]),
        ("تقرير نصف سنوي", ["نصف سنوي"]),
        ("half of the year", []),
    ],
)
def test_half_a_year_in_one_word(text: str, said: list[str]) -> None:
    levelled = level(text)
    assert [levelled[a:b] for a, b in half_years(levelled)] == said
