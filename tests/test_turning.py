"""Negation, modality and contraries that stand on one side alone."""

from __future__ import annotations

import pytest

from pkqa.answer.reading import Reading, read
from pkqa.answer.turning import TURNS, contrary, dropped, matches_of, turns
from pkqa.text.glossary import load_synonyms

GLOSSARY = load_synonyms()


def of(text: str, language: str = "en") -> Reading:
    return read(text, language, GLOSSARY)


def settled(claim: Reading, *support: Reading) -> set[str]:
    return set(turns(claim, support, matches_of(claim, support)))


@pytest.mark.parametrize(
    ("claim", "text", "turned"),
    [
        (("en", "The north gate is shut"), ("en", "The south gate is shut"), True),
        (("en", "The north gate is shut"), ("fr", "La porte du sud est fermée"), True),
        (("ar", "ارتفع العدد"), ("en", "The number fell"), True),
        (("en", "The north gate is shut"), ("en", "The north and south gates are shut"), False),
        (("en", "North or south, it is shut"), ("en", "The south gate is shut"), False),
        (("en", "The gate is shut"), ("en", "The south gate is shut"), False),
        (("en", "The north gate is shut"), ("en", "The gate is shut"), False),
    ],
)
def test_a_contrary_is_the_other_side_alone(
    claim: tuple[str, str], text: tuple[str, str], turned: bool
) -> None:
    assert contrary(of(claim[1], claim[0]), [of(text[1], text[0])]) is turned


def test_words_are_matched_with_all_that_say_the_same() -> None:
    claim = of("Soldiers repaired bridges")
    found = matches_of(claim, [of("Des soldats et des soldats", "fr"), of("A bridge")])
    assert [(m.word.folded, [w.folded for w in m.same]) for m in found] == [
        ("soldiers", ["soldats", "soldats"]),
        ("bridges", ["bridge"]),
    ]
    assert matches_of(claim, []) == []


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        # the same on both sides
        ("Ghana sent doctors", "Ghana sent doctors", set()),
        ("Ghana did not send doctors", "Ghana did not send doctors", set()),
        ("Ghana did not send doctors", "Ghana sent no doctors", set()),
        ("Ghana will send doctors", "Ghana plans to send doctors", set()),
        ("Ghana refused the offer", "Ghana rejected the offer", set()),
        # negation
        ("Ghana sent doctors", "Ghana did not send doctors", {"negation_gone"}),
        ("Ghana did not send doctors", "Ghana sent doctors", {"negation_new"}),
        ("Ghana sent doctors", "No doctors came from Ghana", {"negation_gone"}),
        # refusal
        ("Ghana refused the offer of doctors", "Ghana made an offer of doctors",
         {"refusal_new"}),
        ("Ghana refused the offer of doctors", "Ghana did not take the offer of doctors",
         set()),
        # modality
        ("Ghana sent doctors", "Ghana will send doctors", {"modality_pending"}),
        ("Ghana sent doctors", "Ghana was asked to send doctors", {"modality_pending"}),
        ("Ghana has sent doctors", "Ghana promised doctors", {"modality_done",
                                                               "modality_pending"}),
        ("Ghana promised doctors", "Ghana sent doctors", set()),
        ("Ghana may send doctors", "Ghana will send doctors", set()),
        ("It rained", "Ghana will send doctors", set()),
    ],
)  # fmt: skip
def test_what_settles_a_claim(claim: str, text: str, expected: set[str]) -> None:
    assert settled(of(claim), of(text)) == expected


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        (("fr", "La mission a payé les travaux"), ("en", "The mission did not pay for the work"),
         "negation_gone"),
        (("ar", "دفعت البعثة ثمن العمل"), ("en", "The mission did not pay for the work"),
         "negation_gone"),
        (("en", "The mission did not pay for the work"), ("fr", "La mission a payé les travaux"),
         "negation_new"),
        (("en", "The mission pays the doctors"), ("fr", "La mission payera les médecins"),
         "modality_pending"),
        (("en", "The mission paid the doctors"), ("ar", "تعهدت البعثة بدفع أجور الأطباء"),
         "modality_pending"),
        (("ar", "رفض الأطباء الخطة"), ("fr", "Les médecins ont lu le plan"), "refusal_new"),
    ],
)  # fmt: skip
def test_it_is_seen_across_languages(
    claim: tuple[str, str], text: tuple[str, str], expected: str
) -> None:
    assert expected in settled(of(claim[1], claim[0]), of(text[1], text[0]))


def test_shares_are_of_the_words_in_common() -> None:
    plain, turned = (
        of("Ghana sent doctors and trucks"),
        of("Doctors of Ghana will not drive trucks"),
    )
    assert dropped(matches_of(plain, [turned])) == pytest.approx((1 / 3, 1 / 3))
    assert dropped(matches_of(turned, [plain])) == (0, 0)


def test_without_a_word_in_common_no_share_is_turned() -> None:
    claim, support = of("It never rained"), of("Ghana will not send doctors")
    assert dropped(matches_of(claim, [support])) == (0, 0)
    assert settled(claim, support) == set()


def test_the_first_of_several_turns_counts() -> None:
    claim, support = of("Ghana has sent doctors"), of("Ghana promised doctors")
    found = list(turns(claim, [support], matches_of(claim, [support])))
    assert found == [name for name in TURNS if name in found]
    assert len(found) == 2


def test_one_of_two_sentences_may_affirm() -> None:
    affirming, denying = of("Ghana sent doctors."), of("Chad did not send doctors.")
    assert settled(of("Ghana sent doctors"), denying) == {"negation_gone"}
    assert settled(of("Ghana sent doctors"), affirming, denying) == set()
