"""Search that looks at every row."""

from __future__ import annotations

import numpy as np
import pytest

from pkqa.store.exact import highest, lengths, nearest

RNG = np.random.default_rng(3)
VECTORS = (RNG.normal(size=(60, 8)) * RNG.uniform(0.1, 5, size=(60, 1))).astype(np.float32)
QUERY = RNG.normal(size=8).astype(np.float32)


@pytest.mark.parametrize("n", [1, 7, 40, 100])
def test_the_highest_are_those_that_sorting_everything_finds(n: int) -> None:
    scores = RNG.integers(0, 9, size=80).astype(np.float32)  # many are equal
    rows = np.flatnonzero(RNG.random(80) < 0.5)
    expected = sorted(rows.tolist(), key=lambda row: (-scores[row], row))[:n]
    assert highest(scores, rows, n).tolist() == expected


def test_the_nearest_are_found_among_the_rows_given_whatever_their_lengths() -> None:
    rows = np.arange(0, 60, 2)
    cosines = {
        int(row): float(VECTORS[row] @ QUERY / np.linalg.norm(VECTORS[row]) / np.linalg.norm(QUERY))
        for row in rows
    }
    found = nearest(VECTORS, lengths(VECTORS), QUERY, rows, 5)
    assert [row for row, _ in found] == sorted(cosines, key=lambda row: -cosines[row])[:5]
    for row, similarity in found:
        assert similarity == pytest.approx(cosines[row], abs=1e-6)


def test_a_zero_vector_is_near_to_nothing() -> None:
    vectors = np.array([[0, 0], [-1, 0], [2, 2]], dtype=np.float32)
    query = np.array([3, 0], dtype=np.float32)
    found = dict(nearest(vectors, lengths(vectors), query, np.arange(3), 3))
    assert found == pytest.approx({0: 0.0, 1: -1.0, 2: 0.5**0.5})


def test_among_no_rows_nothing_is_near() -> None:
    none = np.empty((0, 0), dtype=np.float32)
    assert nearest(none, lengths(none), QUERY, np.arange(0), 3) == []
