"""What stands beside the best sentence, and what it tells."""

from __future__ import annotations

import pytest

from pkqa.answer.certainty import SIGNS, certainty, limit, log_odds, signs
from pkqa.answer.evidence import FEATURES
from pkqa.answer.likelihood import fitted, logistic


def row(**values: float) -> list[float]:
    """Features of a sentence, zero where not given."""
    return [values.get(name, 0.0) for name in FEATURES]


def told(
    documents: list[str], odds: list[float], rows: list[list[float]], cross: bool = False
) -> dict[str, float]:
    return dict(zip(SIGNS, signs(documents, odds, rows, cross), strict=True))


def test_the_best_sentence_of_other_documents() -> None:
    rows = [row()] * 4
    found = told(["a", "a", "b", "c"], [3.0, 2.5, 1.0, -1.0], rows)
    assert found["odds"] == 3.0
    assert found["second"] == 2.0  # of b, not the other one of a
    assert found["tenth"] == 11.0  # there is no tenth


def test_the_tenth_document() -> None:
    names = [f"d{number}" for number in range(12)]
    odds = [5.0 - number / 2 for number in range(12)]
    assert told(names, odds, [row()] * 12)["tenth"] == 4.5


def test_similarities() -> None:
    rows = [row(sentence_similarity=0.6 - number / 100) for number in range(25)]
    found = told(["a"] * 25, [0.0] * 25, rows)
    assert found["nearest"] == pytest.approx(0.6)
    assert found["spread"] == pytest.approx(0.19)
    assert told(["a"], [0.0], rows[:1])["spread"] == pytest.approx(0.6)


def test_gaps_count_chunks_not_sentences() -> None:
    rows = [row(rank_gap=gap) for gap in (0.0, 0.0, 0.1, 0.2, 0.3, 0.4)]
    found = told(["a", "a", "b", "c", "d", "e"], [0.0] * 6, rows)
    assert found["fifth_chunk"] == 0.4
    assert found["tenth_chunk"] == 1.0  # there is none


def test_features_of_the_best_are_passed_on() -> None:
    rows = [row(kind_missing=1.0, pairs=0.5), row(kind_near=1.0)]
    found = told(["a", "b"], [1.0, 0.0], rows, cross=True)
    assert (found["kind_missing"], found["pairs"], found["kind_near"]) == (1.0, 0.5, 0.0)
    assert found["cross"] == 1.0


def test_the_weights_are_those_of_the_signs() -> None:
    assert set(fitted()["certainty"]) == {"bias", *SIGNS}


@pytest.mark.parametrize("name", SIGNS)
def test_the_certainty_moves_with_the_sign_of_the_weight(name: str) -> None:
    none = [0.0] * len(SIGNS)
    one = [float(sign == name) for sign in SIGNS]
    assert (certainty(one) - certainty(none)) * fitted()["certainty"][name] >= 0


def test_an_answer_that_stands_alone_is_more_certain_than_one_among_many() -> None:
    alone = told(["a", "b"], [3.0, -4.0], [row(sentence_similarity=0.5)] * 2)
    many = told([f"d{n}" for n in range(12)], [3.0] * 12, [row(sentence_similarity=0.5)] * 12)
    assert certainty(list(alone.values())) > certainty(list(many.values()))


@pytest.mark.parametrize("cross", [False, True])
def test_limits(cross: bool) -> None:
    found = [limit(language, cross) for language in ("en", "fr", "ar")]
    assert all(0 < one < 1 for one in found)
    # Of a language that nothing was fitted on, the most careful of all.
    assert limit("de", cross) == max(fitted()["limits"].values()) >= max(found)


@pytest.mark.parametrize("odds", [-4.0, 0.0, 2.5])
def test_log_odds(odds: float) -> None:
    assert log_odds(logistic(odds)) == pytest.approx(odds)
