"""What a sentence says, as far as it can be compared."""

from __future__ import annotations

import pytest

from pkqa.answer.reading import Reading, read
from pkqa.answer.words import Word
from pkqa.text.glossary import Glossary, load_synonyms

GLOSSARY = load_synonyms()


def of(text: str, language: str = "en", published: str | None = None) -> Reading:
    return read(text, language, GLOSSARY, published)


def word(reading: Reading, folded: str) -> Word:
    [found] = [one for one in reading.words if one.folded == folded]
    return found


def values(text: str, language: str) -> list[tuple[str, str]]:
    return [(one.value, one.unit) for one in of(text, language).quantities]


# Words


def test_words_are_those_of_content_at_their_places() -> None:
    text = "The engineers of Ghana repaired 12 bridges in May 2023."
    told = of(text)
    assert [text[w.start : w.end] for w in told.words] == [
        "engineers", "Ghana", "repaired", "bridges",
    ]  # fmt: skip
    assert word(told, "bridges").stem == word(of("bridge"), "bridge").stem


def test_words_of_two_languages_share_concepts() -> None:
    english = word(of("soldiers"), "soldiers")
    french = word(of("soldats", "fr"), "soldats")
    arabic = word(of("الجنود", "ar"), "الجنود")
    assert english.concepts & french.concepts & arabic.concepts


def test_each_word_of_a_longer_name_has_its_concept() -> None:
    both = Glossary.of([{"en": ["Blue Line"], "fr": ["ligne bleue"]}])
    told = read("On the Blue Line and a blue car", "en", both)
    assert [w.concepts for w in told.words] == [{0}, {0}, frozenset(), frozenset()]


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("en", "Villagers thanked Colonel Mensah of Ghana.", ["colonel", "mensah", "ghana"]),
        ("en", "Mensah left.", []),  # it may be no more than the capital of a first word
        ("en", "Ghana left.", ["ghana"]),
        ("en", "MINUSCA left.", ["minusca"]),
        ("en", "One UN mission in two is there.", ["un"]),
        ("en", "the Security Council", ["security", "council"]),
        ("ar", "اجتمع مجلس الأمن", ["مجلس", "الامن"]),
        ("fr", "Le colonel Mensah a salué le Ghana.", ["mensah", "ghana"]),
        ("ar", "زار القائد المغرب", ["المغرب"]),
    ],
)  # fmt: skip
def test_names_are_told_by_capitals_places_and_the_glossary(
    language: str, text: str, named: list[str]
) -> None:
    assert [w.folded for w in of(text, language).words if w.named] == named


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("en", "soldiers of Morocco", {"MA"}),
        ("fr", "soldats marocains", {"MA"}),
        ("ar", "جنود من المغرب", {"MA"}),
        ("en", "in the Democratic Republic of the Congo", {"CD"}),
        ("en", "in no country", set()),
    ],
)
def test_places_are_codes(language: str, text: str, codes: set[str]) -> None:
    assert of(text, language).places == codes


def test_the_words_of_a_name_of_several_know_the_place() -> None:
    told = of("He came to the Democratic Republic of the Congo")
    assert {w.folded: w.places for w in told.words if w.places} == {
        "democratic": {"CD"},
        "republic": {"CD"},
    }


# Quantities


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Sixty men", [("60", "")]),
        ("fr", "soixante hommes", [("60", "")]),
        ("fr", "une soixantaine d'hommes", [("60", "")]),
        ("ar", "ستون رجلا", [("60", "")]),
        ("ar", "٦٠ رجلا", [("60", "")]),
        ("en", "1,724 men", [("1724", "")]),
        ("fr", "1 724 hommes", [("1724", "")]),
        ("ar", "١٬٧٢٤ رجلا", [("1724", "")]),
        ("en", "50% of the men", [("50%", "")]),
        ("ar", "خمسون في المئة من الرجال", [("50%", "")]),
        ("en", "half of the men", [("0.5", "")]),
        ("fr", "la moitié des hommes", [("0.5", "")]),
        ("ar", "نصف الرجال", [("0.5", "")]),
        ("en", "one mission in two", [("0.5", "")]),
        ("en", "every other man", [("0.5", "")]),
        ("fr", "une mission sur deux", [("0.5", "")]),
        ("fr", "un tiers des hommes", [("0.33", "")]),
        ("ar", "ثلث الرجال", [("0.33", "")]),
        ("ar", "ثلثا الرجال", [("0.67", "")]),
        ("fr", "un quart des hommes", [("0.25", "")]),
        ("ar", "ربع الرجال", [("0.25", "")]),
        ("en", "the second mission", [("2.", "")]),
        ("en", "the 3rd mission", [("3.", "")]),
        ("en", "the 21st mission", [("21", "")]),
        ("fr", "la deuxième mission", [("2.", "")]),
        ("fr", "la 3e mission", [("3.", "")]),
        ("ar", "المهمة الثالثة", [("3.", "")]),
        ("en", "one man of them", []),
    ],
)
def test_numbers_in_figures_and_words_come_to_one_value(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert values(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "three years and 5 months", [("3", "year"), ("5", "month")]),
        ("fr", "trois ans et 5 mois", [("3", "year"), ("5", "month")]),
        ("ar", "ثلاث سنوات و5 أشهر", [("3", "year"), ("5", "month")]),
        ("ar", "سنتين وشهرين ويومين", [("2", "year"), ("2", "month"), ("2", "day")]),
        ("ar", "أسبوعين", [("2", "week")]),
        ("ar", "عقدين", [("2", "decade")]),
        ("en", "$5, €6 and 7 dirhams", [("5", "dollar"), ("6", "euro"), ("7", "dirham")]),
        ("fr", "3 millions de dollars", [("3000000", "dollar")]),
        ("fr", "5 € et 2 francs", [("5", "euro"), ("2", "franc")]),
        ("ar", "4 ملايين دولار", [("4000000", "dollar")]),
        ("en", "40 tonnes, 3 km, 2 miles", [("40", "tonne"), ("3", "km"), ("2", "mile")]),
        ("en", "a 40-hour week", [("40", "hour")]),
        ("en", "3 very long years", [("3", "")]),
        ("en", "the third year", [("3.", "")]),
        ("en", "for a year", [("1", "year")]),
        ("fr", "pendant un mois", [("1", "month")]),
        ("en", "a half-yearly report", [("6", "month")]),
        ("fr", "chaque semestre", [("6", "month")]),
        ("ar", "تقرير نصف سنوي", [("6", "month")]),
    ],
)
def test_units_are_told_by_signs_words_and_the_dual(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert values(text, language) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2 years", {"2", "24"}),
        ("24 months", {"24", "2"}),
        ("6 months", {"6", "0.5"}),
        ("5 years", {"5"}),
        ("7 months", {"7"}),
        ("24 men", {"24"}),
    ],
)
def test_a_length_of_time_has_its_values_in_years_and_months(text: str, values: set[str]) -> None:
    [quantity] = of(text).quantities
    assert quantity.values == values


@pytest.mark.parametrize(
    ("language", "text", "pair"),
    [
        ("en", "Both bridges", True),
        ("en", "It came twice", True),
        ("en", "Two bridges", False),
        ("fr", "tous deux sont là", True),
        ("ar", "كلا الجسرين", True),
        ("ar", "الجسر", False),
        ("de", "beide", False),
    ],
)
def test_both_is_two_without_the_number(language: str, text: str, pair: bool) -> None:
    assert of(text, language).pair is pair


@pytest.mark.parametrize(
    ("language", "text", "anaphoric"),
    [
        ("en", "53 of them", True),
        ("en", "53 of whom came", True),
        ("en", "53 of the men", False),
        ("fr", "53 d'entre eux", True),
        ("ar", "53 منهم", True),
    ],
)
def test_of_them_is_of_what_was_said(language: str, text: str, anaphoric: bool) -> None:
    [quantity] = of(text, language).quantities
    assert quantity.anaphoric is anaphoric


def test_the_neighbours_of_a_number_are_of_its_clause_nearest_first() -> None:
    text = "Late at night, the tall engineers lifted 12 heavy steel beams quickly, then slept."
    [quantity] = of(text).quantities
    assert [w.folded for w in quantity.behind] == ["heavy", "steel", "beams"]
    assert [w.folded for w in quantity.before] == ["lifted", "engineers", "tall"]
    assert text[quantity.start : quantity.end] == "12"


# Dates


@pytest.mark.parametrize(
    ("language", "text", "dates"),
    [
        ("en", "on 5 December 2023", {"2023-12-05"}),
        ("en", "in December 2023", {"2023-12"}),
        ("en", "in 2023", {"2023"}),
        ("en", "on 5 December", {"--12-05"}),
        ("en", "on 5 and 6 December 2023", {"2023-12-05", "2023-12-06"}),
        ("en", "on 5 to 6 December 2023", {"2023-12-05", "2023-12-06"}),
        ("en", "on 5–6 December 2023", {"2023-12-05", "2023-12-06"}),
        ("fr", "du 7 au 8 décembre 2021", {"2021-12-07", "2021-12-08"}),
        ("ar", "في 7 و8 ديسمبر 2021", {"2021-12-07", "2021-12-08"}),
        ("ar", "في ٥ غشت ٢٠٢٣", {"2023-08-05"}),
        ("ar", "في 5 آب 2023", {"2023-08-05"}),
        ("ar", "في الثامن من ديسمبر", {"--12-08"}),
        ("ar", "في 5 تشرين الثاني 2023", {"2023-11-05"}),
        ("ar", "في 5 نونبر 2023", {"2023-11-05"}),
        ("en", "on Monday", set()),
    ],
)
def test_dates_are_iso_as_far_as_stated(language: str, text: str, dates: set[str]) -> None:
    told = of(text, language)
    assert told.dates == dates
    assert told.quantities == ()


def test_the_day_may_be_a_word() -> None:
    assert "2021-12-08" in of("في الثامن من ديسمبر 2021", "ar").dates


def test_a_second_day_of_a_month_may_stand_behind() -> None:
    assert {"2023-12-05", "2023-12-06"} <= of("on December 5 and 6, 2023").dates


@pytest.mark.parametrize(
    ("text", "day"),
    [("yesterday", "2023-11-29"), ("on Monday", "2023-11-27"), ("on 5 December", "2023-12-05")],
)
def test_relative_dates_are_told_by_the_day_of_publication(text: str, day: str) -> None:
    assert day in of(text, published="2023-11-30").dates
    assert day not in of(text, published="2023").dates
    assert day not in of(text).dates


# What turns round


def test_a_cue_bears_on_the_words_behind_it_in_its_clause() -> None:
    told = of("Ghana will not send heavy trucks across rivers, but sends doctors.")
    denied = [w.folded for w in told.words if "negation" in w.turned]
    assert denied == ["send", "heavy", "trucks"]
    assert [w.folded for w in told.words if "negation" in w.heads] == ["send"]
    assert [w.folded for w in told.words if "future" in w.turned] == ["send", "heavy", "trucks"]
    assert told.cues == {"negation", "future"}
    assert told.clauses[0] == {"negation", "future"}
    assert told.clauses[word(told, "doctors").clause] == set()


def test_french_denies_the_word_before_as_well() -> None:
    told = of("Le Ghana n'envoie pas les camions lourds.", "fr")
    assert [w.folded for w in told.words if "negation" in w.turned][:1] == ["n'envoie"]


def test_a_denied_refusal_denies_nothing() -> None:
    told = of("The law does not exempt doctors.")
    assert not any("negation" in w.turned for w in told.words)


def test_a_figure_s_comma_ends_no_clause() -> None:
    told = of("No unit of 1,724 soldiers came, and doctors left.")
    assert word(told, "soldiers").clause == 0
    assert word(told, "doctors").clause == 1


def test_contraries_are_read() -> None:
    assert ("north", 0) in of("the northern road").poles


@pytest.mark.parametrize("text", ["", "   ", "...", "12", "؟"])
def test_nothing_is_read_from_next_to_nothing(text: str) -> None:
    assert of(text).words == ()


def test_a_language_without_tables_is_read_by_its_figures() -> None:
    told = of("Die Brücke trägt 40 Tonnen am 5.12.2023.", "de")
    assert [q.value for q in told.quantities] == ["40"]
    assert told.dates == {"2023-12-05"}
    assert told.cues == set()


# What is known to be wrong.


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("fr", "les deux tiers des hommes", "0.67"),
        ("fr", "trois quarts des hommes", "0.75"),
        ("ar", "ثلاثة أرباع الرجال", "0.75"),
        ("en", "a third of the men", "0.33"),
        ("en", "two thirds of the men", "0.67"),
        ("en", "a quarter of the men", "0.25"),
        ("en", "three quarters of the men", "0.75"),
    ],
)
def test_a_fraction_is_one_value(language: str, text: str, value: str) -> None:
    assert values(text, language) == [(value, "")]


@pytest.mark.parametrize("text", ["le discours d'Oumarou", "le pont de l'Égypte", "les lois d'Ali"])
def test_an_elided_name_is_a_name(text: str) -> None:
    assert of(text, "fr").words[-1].named


def test_days_may_be_joined_by_a_hyphen() -> None:
    assert of("on 5-6 December 2023").dates == {"2023-12-05", "2023-12-06"}


def test_a_year_that_is_stated_is_not_guessed() -> None:
    told = of("They met on December 5 and 6, 2023.", published="2021-12-20")
    assert told.dates == {"2023-12-05", "2023-12-06"}
