"""Whether two texts say the same things, across languages."""

from __future__ import annotations

import pytest

from pkqa.answer.matching import Index, alone, around, bound, date_held, rival, shares
from pkqa.answer.quantities import Quantity
from pkqa.answer.reading import Reading, read
from pkqa.answer.words import Word
from pkqa.text.glossary import Glossary, load_synonyms

GLOSSARY = load_synonyms()
NONE = Glossary([])


def of(text: str, language: str = "en", glossary: Glossary = GLOSSARY) -> Reading:
    return read(text, language, glossary)


def last(reading: Reading) -> Word:
    return reading.words[-1]


def only(reading: Reading) -> Quantity:
    [quantity] = reading.quantities
    return quantity


@pytest.mark.parametrize(
    ("language", "word", "other", "text"),
    [
        ("en", "bridges", "en", "the bridge"),  # by stem
        ("en", "soldiers", "fr", "des soldats"),  # by concept
        ("ar", "الجنود", "fr", "des soldats"),
        ("en", "to Morocco", "ar", "من المغرب"),  # by place
        ("fr", "au Maroc", "en", "Moroccan doctors"),
        ("en", "MINUSCA", "ar", "قوة MINUSCA"),  # as it is written
        ("en", "of Lacroix", "ar", "السيد لاكروا"),  # by sound
        ("ar", "لاكروا", "fr", "Lacroix"),
        ("en", "vaccination", "en", "they vaccinated"),  # by family
        ("ar", "المتدربون", "ar", "التدريب"),
    ],
)
def test_a_word_is_held_in_any_form_that_means_the_same(
    language: str, word: str, other: str, text: str
) -> None:
    assert Index([of(text, other)]).holds(last(of(word, language)), language)


@pytest.mark.parametrize(
    ("language", "word", "text", "held"),
    [
        ("en", "vaccination", "vaccinated", True),
        ("en", "bridgehead", "bridge", True),
        ("en", "construction", "constitutional", False),  # too little of the longer one
        ("ar", "المدرب", "التدريب", True),
        ("ar", "المجتمع", "الجامعة", True),
        ("ar", "المدرسة", "التدريب", False),
    ],
)
def test_words_of_one_family_are_told_without_a_glossary(
    language: str, word: str, text: str, held: bool
) -> None:
    index = Index([of(text, language, NONE)])
    assert index.holds(last(of(word, language, NONE)), language) is held


@pytest.mark.parametrize(
    ("language", "word", "other", "text"),
    [
        ("en", "bridges", "en", "the road"),
        ("en", "soldiers", "fr", "des ponts"),
        ("en", "to Morocco", "ar", "من غانا"),
        ("en", "the vaccine", "en", "the vacancy"),
        ("en", "cart", "en", "cartoon"),  # too short for a family
        ("en", "of Meyer", "en", "of Mayor"),  # one language spells a name one way
        ("en", "bridge", "en", ""),
    ],
)
def test_a_word_of_another_meaning_is_not_held(
    language: str, word: str, other: str, text: str
) -> None:
    assert not Index([of(text, other)]).holds(last(of(word, language)), language)


def test_a_short_name_is_not_known_by_its_sound() -> None:
    assert not Index([of("السيد لي", "ar", NONE)]).holds(last(of("of Lau", "en", NONE)), "en")


def test_an_index_knows_what_its_readings_say() -> None:
    index = Index([of("Both did not come on 5 May 2023."), of("60 soldats au Mali", "fr")])
    assert index.values == {"60"}
    assert index.dates == {"2023-05-05"}
    assert index.places == {"ML"}
    assert index.pair
    assert index.denies
    assert not index.far


def test_nothing_is_in_an_empty_index() -> None:
    index = Index([])
    assert [index.values, index.dates, index.places, index.stems] == [set()] * 4
    assert [index.pair, index.denies, index.far] == [False] * 3


@pytest.mark.parametrize(
    ("texts", "far"),
    [
        ([("ar", "جسر")], True),
        ([("ar", "جسر"), ("fr", "un pont")], False),
        ([("en", "a bridge")], False),
    ],
)
def test_far_is_what_is_in_arabic_alone(texts: list[tuple[str, str]], far: bool) -> None:
    assert Index(of(text, language) for language, text in texts).far is far


def test_an_index_of_single_words_has_no_others() -> None:
    reading = of("60 engineers of Ghana")
    index = alone(reading, last(reading))
    assert index.places == {"GH"}
    assert index.values == set()
    assert not index.holds(reading.words[0], "en")


@pytest.mark.parametrize(
    ("claimed", "stated", "held"),
    [
        ("2023-05-05", ["2023-05-05"], True),
        ("2023-05", ["2023-05-05"], True),
        ("2023", ["2023-05-05"], True),
        ("2023-05-05", ["2023-05"], False),
        ("2023-05-05", ["2023-05-06"], False),
        ("2023-1", ["2023-11"], False),
        ("--05-05", ["2023-05-05"], True),
        ("--05-05", ["--05-05"], True),
        ("--05-05", ["2023-05-06"], False),
        ("2023-05-05", ["--05-05"], False),
        ("2023", [], False),
    ],
)
def test_a_date_is_held_by_one_as_exact(claimed: str, stated: list[str], held: bool) -> None:
    assert date_held(claimed, stated) is held


@pytest.mark.parametrize(
    ("claim", "text", "held"),
    [
        ("60 doctors came", "60 doctors left", True),
        ("60 doctors came", "60 trucks left", False),
        ("60 doctors came", "70 doctors left", False),
        ("60 doctors came", "The figure: 60", True),
        ("It lasts 2 years", "It lasts 24 months", True),
    ],
)
def test_a_quantity_is_bound_to_what_it_counts(claim: str, text: str, held: bool) -> None:
    reading = of(claim)
    assert bound(reading, only(reading), Index([of(text)])) is held


def test_a_quantity_without_neighbours_is_bound_wherever_it_stands() -> None:
    reading = of("60")
    assert bound(reading, only(reading), Index([of("60 doctors left")]))
    assert not bound(reading, only(reading), Index([of("70 doctors left")]))


@pytest.mark.parametrize(
    ("claim", "text", "value"),
    [
        ("60 doctors came", "70 doctors left", "70"),
        ("60 doctors came", "70 doctors left, 80 doctors stayed", "70"),
        ("60 doctors came", "70 doctors left, 60 doctors stayed", ""),
        ("60 doctors came", "70 doctors left, 60 of them by bus", ""),
        ("60 doctors came", "70 doctors left, 60 trucks stayed", "70"),
        ("60 doctors came", "70 trucks left", ""),
        ("60 doctors came", "70% of the doctors left", ""),  # a share is no number
        ("60 days passed", "70 hours and days passed", ""),  # of another unit
        ("Some 60", "70 doctors left", ""),  # of what, it does not say
        ("The 2nd doctor came", "The 3rd doctor left", ""),  # ordinals exclude nothing
        ("60 doctors came", "doctors: 70", ""),
    ],
)
def test_a_rival_is_another_value_for_the_same_thing(claim: str, text: str, value: str) -> None:
    reading = of(claim)
    assert rival(reading, only(reading), Index([of(text)])) == value


def test_what_is_around_a_quantity() -> None:
    told = of("Late engineers lifted 12 heavy steel beams quickly")
    assert [w.folded for w in around(only(told))] == [
        "heavy", "steel", "beams", "lifted", "engineers", "late",
    ]  # fmt: skip


def test_sharing_a_word() -> None:
    claim, other = of("doctors and trucks"), of("médecins", "fr")
    assert shares(claim, claim.words, other, other.words)
    assert not shares(claim, claim.words[1:], other, other.words)
    assert not shares(claim, (), other, other.words)
    assert shares(claim, claim.words, other, ())


@pytest.mark.parametrize(
    ("word", "text"),
    [("protest", "protection"), ("contract", "control"), ("interest", "international")],
)
def test_words_that_only_begin_alike_are_no_family(word: str, text: str) -> None:
    assert not Index([of(text, "en", NONE)]).holds(last(of(word, "en", NONE)), "en")
