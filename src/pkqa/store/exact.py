"""Search that looks at every row and so misses none: the highest scores, the nearest vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
RowArray = npt.NDArray[np.int64]


def highest(scores: FloatArray, rows: RowArray, n: int) -> RowArray:
    """The ``n`` of ``rows`` with the highest scores, best first; of equal ones the lower rows."""
    if len(rows) > n:  # to sort them all would take longer than all the rest
        reached = scores[rows]
        rows = rows[reached >= np.partition(reached, -n)[-n]]
    return rows[np.lexsort((rows, -scores[rows]))][:n]


def lengths(vectors: FloatArray) -> FloatArray:
    """The length of each vector, shape (rows,); of a zero vector the least that divides."""
    found: FloatArray = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.maximum(found, np.finfo(np.float32).tiny)


def nearest(
    vectors: FloatArray, lengths: FloatArray, query: FloatArray, rows: RowArray, n: int
) -> list[tuple[int, float]]:
    """The ``n`` of ``rows`` whose vectors are nearest to a query by cosine.

    Args:
        vectors: shape (all rows, dimension).
        lengths: theirs.
        query: shape (dimension,), any length but zero.
        rows: those that may be found.
        n: how many at most.

    Returns:
        (row, cosine similarity), best first.
    """
    if not len(rows):
        return []
    # Of all rows, wanted or not: to gather half of the vectors first takes twice as long.
    cosines = vectors @ query / (lengths * np.linalg.norm(query))
    similarities = cosines.astype(np.float32, copy=False)
    best = highest(similarities, rows, n)
    return list(zip(best.tolist(), similarities[best].tolist(), strict=True))
