"""BM25 over tokens that come in analysed."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from pkqa.store.lexical import SCHEMA, LexicalIndex, LexicalWriter


def index(*chunks: tuple[str, str]) -> LexicalIndex:
    """An index of (language, words) pairs; the n-th is row n."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in SCHEMA:
        connection.execute(statement)
    writer = LexicalWriter()
    for row, (language, words) in enumerate(chunks):
        writer.add(row, language, words.split())
    writer.write(connection)

    def ask(statement: str, parameters: Sequence[Any]) -> list[Any]:
        return connection.execute(statement, parameters).fetchall()

    return LexicalIndex(ask, len(chunks))


THREE = (("en", "peace medal summit"), ("en", "peace women mission"), ("en", "peace peace peace"))


def test_the_score_is_bm25_over_the_most_the_query_could_get() -> None:
    found = index(*THREE).search({"en": ["medal", "peace"]}, 3)
    rare, common = math.log(1 + 2.5 / 1.5), math.log(1 + 0.5 / 3.5)
    # All three chunks are of mean length, so that a count of one weighs (k1 + 1) / (1 + k1) = 1.
    most = (rare + common) * 2.2
    expected = {
        0: (rare + common) / most,
        1: common / most,
        2: common * 3 * 2.2 / (3 + 1.2) / most,
    }
    assert dict(found) == pytest.approx(expected, rel=1e-5)
    assert [row for row, _ in found] == [0, 2, 1]


def test_a_word_that_no_chunk_holds_lowers_the_score_of_all() -> None:
    searched = index(*THREE)
    ((_, known),) = searched.search({"en": ["medal"]}, 1)
    ((_, half),) = searched.search({"en": ["medal", "helicopter"]}, 1)
    rare, unseen = math.log(1 + 2.5 / 1.5), math.log(1 + 3.5 / 0.5)
    assert half == pytest.approx(known * rare / (rare + unseen), rel=1e-5)


def test_a_word_asked_twice_weighs_twice() -> None:
    searched = index(*THREE)
    once = dict(searched.search({"en": ["medal", "women"]}, 3))
    twice = dict(searched.search({"en": ["medal", "women", "women"]}, 3))
    assert once[0] == pytest.approx(once[1])
    assert twice[1] == pytest.approx(2 * twice[0])


def test_the_longer_of_two_chunks_with_the_same_word_comes_second() -> None:
    found = index(("en", "peace and a great many more words"), ("en", "peace")).search(
        {"en": ["peace"]}, 2
    )
    assert [row for row, _ in found] == [1, 0]


def test_each_language_is_searched_with_its_own_tokens_and_weights() -> None:
    searched = index(("en", "mission peace"), ("fr", "mission paix"), ("fr", "paix"))
    assert [row for row, _ in searched.search({"en": ["mission"]}, 9)] == [0]
    assert [row for row, _ in searched.search({"fr": ["mission"]}, 9)] == [1]
    both = searched.search({"en": ["mission"], "fr": ["paix"]}, 9)
    assert sorted(row for row, _ in both) == [0, 1, 2]
    assert searched.search({"ar": ["mission"], "fr": [], "en": ["paix"]}, 9) == []


def test_chunks_that_are_not_allowed_are_not_found() -> None:
    searched = index(*THREE)
    allowed = np.array([False, True, True])
    assert [row for row, _ in searched.search({"en": ["peace"]}, 3, allowed)] == [2, 1]
    assert searched.search({"en": ["medal"]}, 3, allowed) == []


def test_equal_scores_come_in_the_order_of_the_rows_and_n_is_the_most() -> None:
    searched = index(*[("en", "same words")] * 5)
    assert [row for row, _ in searched.search({"en": ["same"]}, 3)] == [0, 1, 2]


def test_a_chunk_without_tokens_is_counted_and_never_found() -> None:
    searched = index(("en", ""), ("fr", ""), ("fr", "paix"))
    assert searched.search({"en": ["peace"]}, 3) == []
    assert [row for row, _ in searched.search({"fr": ["paix"]}, 3)] == [2]


def test_a_term_weighs_more_the_fewer_chunks_of_its_language_hold_it() -> None:
    searched = index(*THREE, ("fr", "medal"))
    for term, language, expected, held in (
        ("peace", "en", math.log(1 + 0.5 / 3.5), True),
        ("medal", "en", math.log(1 + 2.5 / 1.5), True),
        ("helicopter", "en", math.log(1 + 3.5 / 0.5), False),
        ("medal", "fr", math.log(1 + 0.5 / 1.5), True),
        ("medal", "ar", 1.0, False),
    ):
        weight, is_held = searched.weight(term, language)
        assert weight == pytest.approx(expected)
        assert is_held == held


def test_scores_stay_within_one_whatever_is_asked() -> None:
    rng = np.random.default_rng(7)
    words = [f"w{n}" for n in range(12)]
    chunks = [("en", " ".join(rng.choice(words, size=rng.integers(1, 40)))) for _ in range(30)]
    searched = index(*chunks)
    for _ in range(50):
        query = list(rng.choice(words, size=rng.integers(1, 6)))
        found = searched.search({"en": query}, 30)
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
        assert {row for row, _ in found} == {
            row for row, (_, text) in enumerate(chunks) if set(query) & set(text.split())
        }
