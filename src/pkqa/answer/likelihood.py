"""How likely a sentence is to answer a question: a logistic model over what can be checked.

The weights were fitted by ``python -m pkqa.evals.evidence`` (docs/decisions/0004 says on what). The
probability orders the sentences; whether the best one is shown is for :mod:`pkqa.answer.certainty`
to say.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib import resources

from pkqa.answer.evidence import FEATURES

WEIGHTS_FILE = "evidence.json"


def probability(values: Sequence[float], cross: bool) -> float:
    """How likely it is, 0..1, that a sentence with these features answers rather than none.

    Args:
        values: of :func:`pkqa.answer.evidence.features`.
        cross: whether the sentence is in another language than the question.
    """
    bias, weights = _weights(cross)
    return logistic(bias + sum(w * value for w, value in zip(weights, values, strict=True)))


def logistic(odds: float) -> float:
    """The probability of log odds; never quite 0 or 1."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))


def threshold() -> float:
    """The probability over which a sentence may answer by itself."""
    return 0.5


@cache
def _weights(cross: bool) -> tuple[float, tuple[float, ...]]:
    """The bias, and the weights in the order of ``FEATURES``."""
    weights = fitted()["other" if cross else "own"]
    # A feature without a weight is one that is about to be fitted.
    return weights["bias"], tuple(weights.get(name, 0.0) for name in FEATURES)


@cache
def fitted() -> dict[str, dict[str, float]]:
    """The weights, by part of the model: ``own`` and ``other`` for sentences in the question's
    language and in another one, the rest see :mod:`pkqa.answer.certainty`."""
    body = resources.files("pkqa.answer").joinpath(WEIGHTS_FILE).read_text("utf-8")
    weights: dict[str, dict[str, float]] = json.loads(body)
    return weights
