"""What a text holds that a question can be checked against."""

from __future__ import annotations

import dataclasses

import pytest

from pkqa.answer import facts as reading
from pkqa.answer.facts import Facts
from pkqa.text.glossary import Glossary

SOLDIER, COUNCIL, SECURITY_COUNCIL = range(3)
GLOSSARY = Glossary.of(
    [
        {"en": ["soldier", "trooper"], "fr": ["soldat"], "ar": ["جندي"]},
        {"en": ["council"], "fr": ["conseil"]},
        {"en": ["Security Council"], "fr": ["Conseil de sécurité"], "ar": ["مجلس الأمن"]},
    ]
)


def facts(text: str, language: str) -> Facts:
    """What a text holds, by a glossary of three concepts."""
    return reading.facts(text, language, GLOSSARY)


KINDS = {
    field.name.removeprefix("has_")
    for field in dataclasses.fields(Facts)
    if field.name.startswith("has_")
} - {"name"}


def kinds(text: str, language: str) -> set[str]:
    """The kinds of things that a text holds; names apart."""
    held = facts(text, language)
    return {kind for kind in KINDS if getattr(held, f"has_{kind}")}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Korea pledged 16 helicopters.", "en", {"number"}),
        ("Seize hélicoptères ont été promis.", "fr", {"number"}),
        ("وعدت كوريا بـ16 مروحية.", "ar", {"number"}),
        ("ستون جنديا", "ar", {"number"}),
        ("One soldier spoke.", "en", set()),  # grammar more than a count
        ("1 soldier spoke.", "en", {"number"}),
        ("The 75th anniversary", "en", {"ordinal"}),
        ("the fourth meeting", "en", {"ordinal"}),
        ("Le premier avion", "fr", {"ordinal"}),
        ("le 75e anniversaire", "fr", {"ordinal"}),
        ("la quatrième réunion", "fr", {"ordinal"}),
        ("الذكرى الـ75", "ar", {"ordinal"}),
        ("الذكرى الخامسة والسبعون", "ar", {"ordinal"}),
        ("It costs $1,448.", "en", {"number", "money"}),
        ("1 448 dollars", "fr", {"number", "money"}),
        ("1448 دولارا", "ar", {"number", "money"}),
        ("in dollars", "en", {"money"}),
        ("The mission lasted ten years.", "en", {"number", "duration"}),
        ("For years they waited.", "en", set()),  # how long is not said
        ("pendant dix ans", "fr", {"number", "duration"}),
        ("لمدة عشر سنوات", "ar", {"number", "duration"}),
        ("دامت المحادثات يومين", "ar", {"duration"}),  # "two days" is one word
        ("She is 45 years old.", "en", {"number", "duration", "age"}),
        ("âgée de 45 ans", "fr", {"number", "duration", "age"}),
        ("يبلغ من العمر 45 عاما", "ar", {"number", "duration", "age"}),
        ("7% are women", "en", {"number", "percent"}),
        ("7 % des femmes", "fr", {"number", "percent"}),
        ("7 في المئة من النساء", "ar", {"number", "percent"}),
        ("7 بالمائة من النساء", "ar", {"number", "percent"}),
        ("half of them", "en", {"percent"}),
        ("un tiers des soldats", "fr", {"percent"}),
        ("نصف الجنود", "ar", {"percent"}),
        ("on 7 December 2021", "en", {"date"}),
        ("le 7 décembre 2021", "fr", {"date"}),
        ("في 7 دجنبر 2021", "ar", {"date"}),
        ("They met on Tuesday.", "en", {"date"}),
        ("mardi dernier", "fr", {"date"}),
        ("يوم الثلاثاء", "ar", {"date"}),
        ("Jean-Pierre Lacroix spoke.", "en", {"person"}),
        ("Mr. Bourita spoke.", "en", {"person"}),
        ("M. Bourita a parlé.", "fr", {"person"}),
        ("قال الوزير بوريطة", "ar", {"person"}),
        ("The Security Council met.", "en", set()),
        ("in South Sudan", "en", set()),
        ("a quiet afternoon", "en", set()),
        ("", "en", set()),
    ],
)
def test_kinds(text: str, language: str, expected: set[str]) -> None:
    assert kinds(text, language) == expected


def test_names_show_by_capitals_except_in_arabic() -> None:
    assert facts("the Security Council met", "en").has_name
    assert not facts("the soldiers met", "en").has_name
    assert facts("التقى الجنود", "ar").has_name


def test_a_date_is_not_a_quantity() -> None:
    held = facts("On 7 December 2021 Korea pledged 16 helicopters.", "en")
    assert held.quantities == {"16"}
    assert held.years == {"2021"}


@pytest.mark.parametrize(
    ("text", "language"),
    [("1,724 soldiers", "en"), ("1 724 soldats", "fr"), ("١٬٧٢٤ جنديا", "ar")],
)
def test_a_quantity_is_the_same_in_every_writing(text: str, language: str) -> None:
    assert facts(text, language).quantities == {"1724"}


def test_terms_stand_in_order_with_their_concepts() -> None:
    held = facts("Soldiers met soldiers in zebra suits.", "en")
    assert held.ordered == ("soldier", "met", "soldier", "zebra", "suit")
    assert held.terms == set(held.ordered)
    assert len(held.concepts) == len(held.ordered)
    assert [*held.concepts] == [{SOLDIER}, set(), {SOLDIER}, set(), set()]
    assert held.named == {SOLDIER}


def test_a_concept_is_named_by_any_of_its_words_in_any_language() -> None:
    for text, language in (("The trooper.", "en"), ("Des soldats.", "fr"), ("الجندي", "ar")):
        assert facts(text, language).named == {SOLDIER}
    assert facts("Soldaten", "de").named == set()


def test_a_concept_of_several_words_is_named_at_its_first() -> None:
    held = facts("The Security Council heard a town council.", "en")
    assert held.ordered[:2] == ("secur", "council")
    # The council inside of the longer name is not the town's.
    assert [*held.concepts[:2]] == [{SECURITY_COUNCIL}, set()]
    assert held.named == {SECURITY_COUNCIL, COUNCIL}


def test_words_are_folded_and_keys_cross_scripts() -> None:
    assert "bourita" in facts("Nasser BOURITA", "fr").words
    assert facts("Bourita", "en").keys & facts("بوريطة", "ar").keys


def test_places_and_years_of_a_text() -> None:
    held = facts("Morocco sent troops to Mali in 2014, and left in 2021.", "en")
    assert held.places == {"MA", "ML"}
    assert held.years == {"2014", "2021"}
