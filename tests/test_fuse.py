"""One score from many signs: what raises it, in the question's language and in another."""

from __future__ import annotations

import numpy as np
import pytest

from pkqa.retrieve.fuse import OTHER, OWN, SIGNS, FloatArray, fused

COSINES = SIGNS[: SIGNS.index("lexical")]
ANCHORS = ("name", "number", "concept")


def signs(**values: float) -> FloatArray:
    """The signs of one chunk, in the question's language where ``other`` is not given."""
    return np.array([[values.get(name, 0.0) for name in SIGNS]], dtype=np.float32)


def score(**values: float) -> float:
    return float(fused(signs(**values))[0])


def test_there_is_a_weight_for_each_sign_in_both_scorers() -> None:
    assert OWN.shape == OTHER.shape == (len(SIGNS),)


@pytest.mark.parametrize("other", [0.0, 1.0])
@pytest.mark.parametrize("sign", ["chunk", "sentence"])
def test_what_is_nearer_scores_higher_in_every_language(sign: str, other: float) -> None:
    near, far = (score(other=other, **{sign: cosine}) for cosine in (0.6, 0.5))
    assert near > far


def test_without_a_shared_word_the_score_is_about_the_cosine() -> None:
    assert score(**dict.fromkeys(COSINES, 0.4)) == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize("sign", ["lexical", "focus"])
def test_shared_words_raise_a_chunk_in_the_language_of_the_question(sign: str) -> None:
    many, few, none = (score(chunk=0.4, sentence=0.4, **{sign: s}) for s in (0.9, 0.3, 0.0))
    assert many > few > none


@pytest.mark.parametrize("sign", ANCHORS)
def test_anchors_raise_a_chunk_in_another_language(sign: str) -> None:
    rare, common, none = (score(chunk=0.4, other=1, **{sign: s}) for s in (0.9, 0.3, 0.0))
    assert rare > common > none


def test_names_raise_only_chunks_in_another_language() -> None:
    assert score(chunk=0.4, name=0.9) == score(chunk=0.4)


def test_each_chunk_is_scored_by_itself() -> None:
    given = np.concatenate(
        [
            signs(chunk=0.4, lexical=0.5),
            signs(chunk=0.4, name=0.5, other=1),
            signs(chunk=0.1, concept=0.5),
        ]
    )
    alone = [float(fused(row[np.newaxis])[0]) for row in given]
    assert fused(given).tolist() == pytest.approx(alone)
    assert fused(given[::-1]).tolist() == pytest.approx(alone[::-1])


def test_no_chunk_has_no_score() -> None:
    assert fused(np.zeros((0, len(SIGNS)), dtype=np.float32)).shape == (0,)
