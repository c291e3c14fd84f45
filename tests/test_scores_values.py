"""Values found in texts: numbers and dates by what they mean, names by their words."""

from __future__ import annotations

import pytest

from pkqa.evals.gold.record import Value
from pkqa.evals.scores.values import Piece, says
from pkqa.evals.wording import holds


def number(value: str) -> Value:
    return Value(type="number", value=value)


def day(value: str) -> Value:
    return Value(type="date", value=value)


# Numbers

SIXTEEN = [
    ("en", "Korea will give 16 helicopters."),
    ("en", "Sixteen helicopters will be given."),
    ("fr", "La Corée donnera 16 hélicoptères."),
    ("fr", "Seize hélicoptères seront donnés."),
    ("ar", "ستقدم كوريا 16 مروحية."),
    ("ar", "ستقدم كوريا ١٦ مروحية."),
    ("ar", "ستقدم كوريا ست عشرة مروحية."),
    ("ar", "ستة عشر بلدا"),
]


@pytest.mark.parametrize(("language", "text"), SIXTEEN)
def test_a_number_is_found_in_digits_and_in_words(language: str, text: str) -> None:
    assert says([Piece(text, language)], number("16"))
    assert not says([Piece(text, language)], number("6"))
    assert not says([Piece(text, language)], number("1"))
    assert not says([Piece(text, language)], number("160"))


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "1,724"), ("fr", "1 724"), ("fr", "1\u202f724"), ("ar", "١٬٧٢٤"), ("ar", "1724")],
)
def test_grouping_is_no_part_of_a_number(language: str, text: str) -> None:
    assert says([Piece(f"{text} x", language)], number("1724"))
    assert not says([Piece(f"{text} x", language)], number("724"))


def test_a_percentage_is_not_the_bare_number() -> None:
    assert says([Piece("50 % des femmes", "fr")], number("50%"))
    assert not says([Piece("50 % des femmes", "fr")], number("50"))
    assert not says([Piece("50 femmes", "fr")], number("50%"))


def test_words_of_a_number_are_those_of_the_pieces_language() -> None:
    assert says([Piece("soixante-deux", "fr")], number("62"))
    assert not says([Piece("soixante-deux", "en")], number("62"))
    assert says([Piece("none", "en"), Piece("soixante-deux", "fr")], number("62"))
    assert not says([], number("62"))


def test_a_name_with_a_digit_says_no_number() -> None:
    assert not says([Piece("A4P and COVID-19", "en")], number("4"))
    assert not says([Piece("A4P and COVID-19", "en")], number("19"))


# Dates

SEVENTH = [
    ("en", "on 7 December 2021"),
    ("en", "on December 7, 2021"),
    ("en", "on 2021-12-07"),
    ("fr", "le 7 décembre 2021"),
    ("ar", "في 7 ديسمبر 2021"),
    ("ar", "في ٧ كانون الأول/ديسمبر ٢٠٢١"),
    ("ar", "السابع من ديسمبر 2021"),
    ("en", "on 7 and 8 December 2021"),
]


@pytest.mark.parametrize(("language", "text"), SEVENTH)
def test_a_day_says_its_month_and_its_year(language: str, text: str) -> None:
    for wanted in ("2021-12-07", "2021-12", "2021"):
        assert says([Piece(text, language)], day(wanted))
    for other in ("2021-12-17", "2021-11", "2021-1", "2022", "202"):
        assert not says([Piece(text, language)], day(other))


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "in December 2021"), ("fr", "en décembre 2021"), ("ar", "في ديسمبر 2021")],
)
def test_a_month_says_no_day(language: str, text: str) -> None:
    assert says([Piece(text, language)], day("2021-12"))
    assert says([Piece(text, language)], day("2021"))
    assert not says([Piece(text, language)], day("2021-12-07"))


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "on Tuesday"), ("en", "on 7 December"), ("fr", "mardi"), ("ar", "يوم الثلاثاء")],
)
def test_a_day_without_a_year_is_that_of_the_publication(language: str, text: str) -> None:
    assert says([Piece(text, language, "2021-12-09")], day("2021-12-07"))
    assert not says([Piece(text, language, "2022-12-09")], day("2021-12-07"))
    assert not says([Piece(text, language)], day("2021-12-07"))
    assert not says([Piece(text, language, "some day")], day("2021-12-07"))


def test_a_number_that_looks_like_a_year_is_no_date() -> None:
    assert not says([Piece("2,021 peacekeepers", "en")], day("2021"))
    assert says([Piece("in 2021", "en")], day("2021"))


# Names and texts


def name(**forms: tuple[str, ...]) -> Value:
    return Value(type="name", values=forms)


def test_any_form_of_any_language_will_do() -> None:
    hospital = name(en=("field hospital",), fr=("hôpital de campagne", "hôpitaux de campagne"))
    assert says([Piece("un HÔPITAL de campagne", "en")], hospital)
    assert says([Piece("des hopitaux de campagne", "fr")], hospital)
    assert says([Piece("the field hospital", "fr")], hospital)
    assert not says([Piece("the hospital in the field", "en")], hospital)


def test_a_form_stands_in_one_piece() -> None:
    halves = [Piece("the field", "en"), Piece("hospital", "en")]
    assert not says(halves, name(en=("field hospital",)))


HELD = [
    ("M. Lacroix a dit", "Lacroix", True),
    ("M. Delacroix a dit", "Lacroix", False),
    ("Lacroixs", "Lacroix", False),
    ("LACROIX!", "lacroix", True),
    ("the A4P+ initiative", "A4P", True),
    ("l’ONU", "ONU", True),
    ("d’Accra", "Accra", True),
    ("a Blue Beret", "the blue beret", True),
    ("blue-beret", "blue beret", True),
    ("élève", "eleve", True),
    ("1,724 men", "1724", True),
    ("11,724 men", "1724", False),
    ("ولاكروا قال", "لاكروا", True),
    ("في مُستَشفى ميداني", "مستشفي ميداني", True),
    ("المستشفى الميداني", "مستشفى ميداني", False),
    ("أكرا", "اكرا", True),
    ("anything", "the", False),
    ("", "Lacroix", False),
]


@pytest.mark.parametrize(("text", "form", "held"), HELD)
def test_words_are_found_whole_whatever_their_spelling(text: str, form: str, held: bool) -> None:
    assert holds(text, form) is held
