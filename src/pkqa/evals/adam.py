"""Fitting by Adam (Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization")."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]


def minimised(slope: Callable[[Weights], Weights], size: int, steps: int, rate: float) -> Weights:
    """The weights where a loss is least, from nought, shape (size,).

    Args:
        slope: the gradient of the loss at given weights.
        size: how many weights.
        steps: how many are taken.
        rate: how long a step is at first.
    """
    weights = np.zeros(size)
    first, second = np.zeros(size), np.zeros(size)
    for step in range(1, steps + 1):
        gradient = slope(weights)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        length = rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        weights -= length * first / (np.sqrt(second) + 1e-8)
    return weights
