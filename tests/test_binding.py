"""Whether names, numbers and dates go with the same things in a claim and in its support."""

from __future__ import annotations

import pytest

from pkqa.answer import binding
from pkqa.answer.matching import Index
from pkqa.answer.reading import Reading, read
from pkqa.text.glossary import load_synonyms

GLOSSARY = load_synonyms()


def of(text: str, language: str = "en") -> Reading:
    return read(text, language, GLOSSARY)


def test_other_names_are_those_of_the_passage_that_the_support_lacks() -> None:
    claim = of("Doctors from Ghana and Chad met Colonel Mensah")
    support, context = of("Doctors from Ghana came"), of("Chad sent trucks")
    assert binding.other_names(claim, Index([support]), Index([support, context])) == 0.25
    assert binding.other_names(claim, Index([claim]), Index([claim, context])) == 0
    assert binding.other_names(of("doctors came"), Index([]), Index([context])) == 0


def test_extra_names_are_those_of_the_support_that_the_claim_lacks() -> None:
    claim = of("Doctors from Ghana came")
    assert binding.extra_names(claim, [of("Doctors from Ghana and Chad")]) == 0.5
    assert binding.extra_names(claim, [of("Médecins du Ghana", "fr")]) == 0
    assert binding.extra_names(claim, [of("doctors came")]) == 0


@pytest.mark.parametrize(
    ("claim", "texts", "unbound"),
    [
        ("60 doctors came", ["60 doctors left"], False),
        ("60 doctors came", ["60 trucks left"], True),
        ("60 doctors came", ["60 trucks left", "60 doctors left"], False),
        ("60 doctors came", ["70 trucks left"], False),  # that is no matter of binding
        ("60 doctors came", ["It has 60."], False),  # of what, the support does not say
        ("60", ["60 trucks left"], False),
        ("doctors came", ["60 trucks left"], False),
        ("60 doctors and 5 trucks", ["60 doctors and 5 bridges"], True),
        ("The doctors numbered 60.", ["The trucks totalled 60."], True),  # by the word before
        ("The doctors numbered 60.", ["The trucks numbered 60."], False),
    ],
)
def test_a_number_may_be_of_something_else(claim: str, texts: list[str], unbound: bool) -> None:
    assert binding.unbound(of(claim), [of(text) for text in texts]) == unbound


def test_a_number_is_bound_by_the_next_words() -> None:
    claim, support = of("60 doctors left Chad"), of("In Chad 60 nurses slept")
    assert binding.unbound(claim, [support]) == 1


def test_what_is_counted_may_stand_nowhere() -> None:
    support = Index([of("60 doctors left")])
    assert binding.uncounted(of("60 doctors came"), support) == 0
    assert binding.uncounted(of("60 trucks came"), support) == 1
    assert binding.uncounted(of("They are 60."), support) == 0


@pytest.mark.parametrize(
    ("claim", "text", "other"),
    [
        (("en", "60 doctors"), ("en", "60 soldiers"), True),
        (("en", "60 doctors"), ("fr", "60 soldats"), True),
        (("en", "60 doctors"), ("fr", "60 médecins"), False),
        (("en", "60 doctors"), ("en", "70 soldiers"), False),
        (("en", "60 doctors"), ("en", "60"), False),
        (("en", "60 zorgs"), ("en", "60 soldiers"), False),  # no glossary knows it
    ],
)
def test_a_known_thing_may_be_counted_for_another(
    claim: tuple[str, str], text: tuple[str, str], other: bool
) -> None:
    assert binding.counted_other(of(claim[1], claim[0]), [of(text[1], text[0])]) == other


@pytest.mark.parametrize(
    ("claim", "text", "share"),
    [
        ("soldiers repaired bridges", "soldiers repaired bridges", 0),
        ("soldiers painted bridges", "soldiers repaired bridges", 1 / 3),
        ("soldiers repaired hospitals", "soldiers repaired bridges", 0),
        ("women repaired bridges", "soldiers repaired bridges", 0),
        ("soldiers repaired bridges quickly", "soldiers repaired bridges", 0),
        ("", "soldiers repaired bridges", 0),
    ],
)
def test_a_word_may_stand_for_another(claim: str, text: str, share: float) -> None:
    assert binding.replaced(of(claim), [of(text)]) == pytest.approx(share)


@pytest.mark.parametrize(
    ("claim", "text", "strayed"),
    [
        ("Chad sent engineers with heavy trucks, Ghana paid nurses",
         "Chad sent engineers with heavy trucks, Ghana paid nurses", False),
        ("Ghana sent engineers with heavy trucks, Chad paid nurses",
         "Chad sent engineers with heavy trucks, Ghana paid nurses", True),
        ("12 doctors treated children in the large tent; 40 trucks carried water",
         "40 doctors treated children in the large tent; 12 trucks carried water", True),
        ("The school opened in 2019 with new teachers; the hospital burned in 2021",
         "The school opened in 2021 with new teachers; the hospital burned in 2019", True),
        ("The school opened in 2021 with new teachers",
         "The school opened in 2021 with new teachers; the hospital burned in 2019", False),
        ("Kenya sent engineers", "Chad sent engineers", False),  # that name stands nowhere
        ("engineers came", "Chad sent engineers", False),
    ],
)  # fmt: skip
def test_what_stands_beside_an_item_may_be_another_s(claim: str, text: str, strayed: bool) -> None:
    assert (binding.exchanged(of(claim), [of(text)]) > 0) is strayed


def test_he_may_stand_for_a_name_of_the_sentence_before() -> None:
    texts = [of("Colonel Mensah arrived at dawn."), of("He thanked the nurses.")]
    assert binding.exchanged(of("Colonel Mensah thanked the nurses"), texts) == 0
    other = [of("Colonel Mensah arrived at dawn."), of("General Traoré thanked the nurses.")]
    assert binding.exchanged(of("Colonel Mensah thanked the nurses"), other) > 0


def test_an_arabic_word_that_no_glossary_knows_is_taken_for_a_name() -> None:
    support = of("شكر زيدان الممرضات والأطباء في القاعة الكبيرة، وغادر مروان الحفل", "ar")
    assert binding.exchanged(of("شكر زيدان الممرضات", "ar"), [support]) == 0
    assert binding.exchanged(of("شكر مروان الممرضات", "ar"), [support]) > 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Chad built the new school and Mali paid the old teachers"),
        ("ar", "شكر زيدان الممرضات في القاعة وغادر مروان الحفل"),
    ],
)
def test_a_sentence_exchanges_nothing_with_itself(language: str, text: str) -> None:
    assert binding.exchanged(of(text, language), [of(text, language)]) == 0


@pytest.mark.parametrize(
    ("claim", "run"),
    [
        ("He met Kirimba Zolan", True),
        ("He met Kirimba, Zolan and doctors", False),
        ("He met Kirimba with doctors", False),
        ("He met doctors", False),
        ("", False),
    ],
)
def test_words_in_a_row_that_nobody_knows(claim: str, run: bool) -> None:
    assert binding.stranger_run(of(claim), Index([of("He met doctors")])) == run


def test_words_of_the_passage_are_no_strangers() -> None:
    assert binding.stranger_run(of("He met Kirimba Zolan"), Index([of("Kirimba Zolan came")])) == 0


@pytest.mark.parametrize(
    ("claim", "text", "crossed"),
    [
        (("en", "the aid from Ghana reached Chad"), ("en", "Ghana helped Chad"), False),
        (("en", "the aid from Ghana reached Chad"), ("en", "Chad helped Ghana"), True),
        (("en", "the aid from Ghana reached Chad"), ("en", "Chad helped"), False),
        (("en", "the aid from Ghana reached Chad"), ("fr", "Le Tchad a aidé le Ghana"), False),
        (("en", "aid came"), ("en", "Chad helped Ghana"), False),
    ],
)
def test_names_may_stand_the_other_way_round(
    claim: tuple[str, str], text: tuple[str, str], crossed: bool
) -> None:
    assert binding.crossed(of(claim[1], claim[0]), [of(text[1], text[0])]) is crossed
