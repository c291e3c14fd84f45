"""What chance could have drawn, the same at each call: facts with repetition, and signs."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pkqa.evals.intervals import Values

RESAMPLES = 20_000
SEED = 20

Counts: TypeAlias = NDArray[np.uint8]

_BATCH = 2000  # rows that are turned into floats at a time


@lru_cache(maxsize=1)
def facts(number: int) -> Counts:
    """How often each fact is drawn when as many as there are are drawn with repetition, shape
    (resamples, facts)."""
    chances = np.full(number, 1 / number)
    drawn = np.random.default_rng(SEED).multinomial(number, chances, size=RESAMPLES)
    return drawn.astype(np.uint8)


@lru_cache(maxsize=1)
def signs(number: int) -> Counts:
    """1 where the sign of a fact is turned, 0 elsewhere, shape (resamples, facts)."""
    return np.random.default_rng(SEED).integers(0, 2, (RESAMPLES, number), dtype=np.uint8)


@lru_cache(maxsize=16)
def all_signs(number: int) -> Counts:
    """Likewise, but every way there is, shape (2 ** facts, facts)."""
    ways = np.arange(2**number)[:, None] >> np.arange(number)
    return (ways & 1).astype(np.uint8)


def sums(drawn: Counts, values: Values) -> Values:
    """The sum of the drawn values, shape (resamples, tests), of values of shape (facts, tests)."""
    batches = range(0, len(drawn), _BATCH)
    return np.vstack([drawn[at : at + _BATCH].astype(np.float64) @ values for at in batches])
