"""Small words that turn a sentence round, and words that are contraries."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from pkqa.answer.cues import cues, poles
from pkqa.text.fold import level

TABLES = json.loads(resources.files("pkqa.answer").joinpath("cues.json").read_text("utf-8"))
SORTS = "negation refusal restriction pledge future call propose done possible".split()


def found(text: str, language: str) -> list[tuple[str, str]]:
    levelled = level(text)
    return [(cue.sort, levelled[cue.start : cue.end]) for cue in cues(levelled, language)]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_each_language_has_every_sort(language: str) -> None:
    assert list(TABLES["cues"][language]) == SORTS


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_contraries_have_two_sides_that_share_no_word(language: str) -> None:
    for one, other in TABLES["contraries"][language].values():
        assert one
        assert other
        assert set(one).isdisjoint(other)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "They did not come.", [("negation", "not")]),
        ("en", "They didn't come.", [("negation", "n't")]),
        ("en", "Nobody knows another notion.", [("negation", "nobody")]),
        ("en", "Ghana rejected it.", [("refusal", "rejected")]),
        ("en", "Only doctors came.", [("restriction", "only")]),
        ("en", "Chad pledged tents.", [("pledge", "pledged")]),
        ("en", "Chad will come.", [("future", "will")]),
        ("en", "Chad called for calm.", [("call", "called for")]),
        ("en", "Chad proposed a road.", [("propose", "proposed")]),
        ("en", "Chad has sent tents.", [("done", "has sent")]),
        ("en", "It has been repaired.", [("done", "has been repaired")]),
        ("en", "It is already there.", [("done", "already")]),
        ("en", "Chad may come.", [("possible", "may")]),
        ("fr", "Ils ne sont pas venus.", [("negation", "pas")]),
        ("fr", "Aucune route n'est sûre.", [("negation", "aucune")]),
        ("fr", "Il ne vient plus.", [("negation", "ne vient plus")]),
        ("fr", "Ils rejettent la route.", [("refusal", "rejettent")]),
        ("fr", "Le Tchad a promis des tentes.", [("done", "a promis"), ("pledge", "promis")]),
        ("fr", "Le Tchad donnera des tentes.", [("future", "donnera")]),
        ("fr", "Le Tchad doit partir.", [("call", "doit")]),
        ("fr", "Le Tchad peut partir.", [("possible", "peut")]),
        ("ar", "لم يحضر القائد.", [("negation", "لم")]),
        ("ar", "ولن يحضر القائد.", [("negation", "ولن")]),
        ("ar", "رفضت الحكومة الخطة.", [("refusal", "رفضت")]),
        ("ar", "حضر الأطباء وحدهم.", [("restriction", "وحدهم")]),
        ("ar", "تعهدت الحكومة بالمال.", [("pledge", "تعهدت")]),
        ("ar", "سيحضر القائد.", [("future", "سيحضر")]),
        ("ar", "دعت الحكومة إلى الهدوء.", [("call", "دعت")]),
        ("ar", "اقترح القائد طريقا.", [("propose", "اقترح")]),
        ("ar", "لقد حضر القائد.", [("done", "لقد")]),
        ("ar", "ربما حضر القائد.", [("possible", "ربما")]),
        ("de", "Sie kamen nicht.", []),
        ("en", "", []),
    ],
)  # fmt: skip
def test_cues_stand_where_they_turn(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The knot was tied in Nottingham by a nomad."),
        ("en", "It was not only strong but cheap."),
        ("en", "It is no more than a hut."),
        ("fr", "Le passage est long."),
        ("fr", "Non seulement le pont est solide."),
        ("fr", "Il n'a pas seulement réparé le pont."),
        ("ar", "حضر القائد الحفل."),
        ("ar", "ليس القائد فقط في القاعة."),
    ],
)
def test_what_only_looks_like_a_negation_is_none(language: str, text: str) -> None:
    assert "negation" not in [sort for sort, _ in found(text, language)]


def test_offsets_are_those_of_the_text_and_in_order() -> None:
    text = "They will not refuse, and may never come."
    told = cues(level(text), "en")
    assert [text[cue.start : cue.end] for cue in told] == ["will", "not", "refuse", "may", "never"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The number increased.", {("amount", 0)}),
        ("en", "The number fell.", {("amount", 1)}),
        ("en", "The number rose, then fell.", {("amount", 0), ("amount", 1)}),
        ("en", "The northern road", {("north", 0)}),
        ("fr", "Le nombre a augmenté.", {("amount", 0)}),
        ("fr", "La route du sud", {("north", 1)}),
        ("ar", "ارتفع العدد", {("amount", 0)}),
        ("ar", "والجنوبية", {("north", 1)}),
        ("de", "Die Zahl stieg", set()),
    ],
)
def test_a_side_of_a_pair_has_one_name_in_all_languages(
    language: str, text: str, expected: set[tuple[str, int]]
) -> None:
    assert set(poles(level(text), language)) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The cutter sold breadth."),
        ("fr", "Le nordiste a fait reconstruire l'entrepôt."),
        ("fr", "La recherche entre les participants"),
        ("en", "The participants"),
    ],
)
def test_a_word_is_not_found_within_another(language: str, text: str) -> None:
    assert set(poles(level(text), language)) == set()


# What is known to be wrong; each turns true sentences away.


@pytest.mark.parametrize("word", ["ستون", "لستين", "سنوات", "سيارات", "سيول", "السنغال", "السياسة"])
def test_a_noun_in_sin_is_no_future(word: str) -> None:
    assert found(word, "ar") == []


def test_only_is_no_negation() -> None:
    assert found("حضر الأطباء فقط.", "ar") == [("restriction", "فقط")]


@pytest.mark.parametrize(
    ("language", "text", "sort"),
    [
        ("en", "Chad has rebuilt the road.", "done"),
        ("en", "Chad has met them.", "done"),
        ("fr", "Le Tchad enverra des tentes.", "future"),
        ("fr", "Il verra la route.", "future"),
    ],
)
def test_irregular_verbs_are_cues_as_others_are(language: str, text: str, sort: str) -> None:
    assert sort in [told for told, _ in found(text, language)]


@pytest.mark.parametrize("text", ["Il rencontra le maire.", "Il montra la route."])
def test_a_past_in_ra_is_no_future(text: str) -> None:
    assert "future" not in [sort for sort, _ in found(text, "fr")]


@pytest.mark.parametrize(
    ("language", "text", "side"),
    [
        ("fr", "Le pont est long.", ("east", 0)),
        ("en", "Denmark", ("accept", 1)),
        ("ar", "الأمين العام", ("year", 0)),
        ("ar", "عقد القائد مؤتمرا", ("decade", 0)),
        ("ar", "قبل الحفل", ("accept", 0)),
    ],
)
def test_a_word_that_only_looks_like_a_contrary_is_none(
    language: str, text: str, side: tuple[str, int]
) -> None:
    assert side not in set(poles(level(text), language))
