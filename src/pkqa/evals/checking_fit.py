"""The weights of :mod:`pkqa.answer.weighing`, fitted to replies that were checked.

Nothing is fitted on sentences that a rule has settled. Whether a sentence passes is told by folds
that the weights have not seen, all replies to one question in one fold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pkqa.answer.signs import SIGNS
from pkqa.evals.adam import minimised
from pkqa.evals.checking_replies import Sentence

Array = NDArray[np.float64]

FOLDS = 5
PENALTY = 0.001
STEPS = 2000
RATE = 0.05
# Of true sentences, those that may be withheld.
WITHHELD = 0.015

# What speaks for a claim; all else speaks against it, or is left out of the fit. A long claim is
# neither.
_FOR = frozenset({"similarity", "nearest", "covered_context"})
_EITHER = frozenset({"length"})


def fitted(checked: Sequence[Sentence]) -> tuple[list[bool], dict[str, Any]]:
    """Whether each sentence passes by weights that have not seen it; the weights of all."""
    weighed = [at for at, one in enumerate(checked) if one.weighed]
    features = np.array([[1.0, *checked[at].found.values] for at in weighed])
    true = np.array([checked[at].true for at in weighed])
    groups = [checked[at].reply.partition("#")[0] for at in weighed]
    names = sorted(set(groups))
    folds = dict(zip(names, np.random.default_rng(5).permutation(len(names)) % FOLDS, strict=True))
    fold = np.array([folds[name] for name in groups])
    # A true sentence recurs in altered replies: together its copies count as one.
    texts = [(group, checked[at].text) for at, group in zip(weighed, groups, strict=True)]
    counts = Counter(texts)
    weight = np.array([1 / counts[text] for text in texts])
    logits = np.zeros(len(weighed))
    for number in range(FOLDS):
        kept = fold != number
        logits[~kept] = features[~kept] @ _fit(features[kept], true[kept], weight[kept])
    pairs = np.array([checked[at].pair for at in weighed])
    limits = _limits(logits, true, pairs)
    passed = [False] * len(checked)
    for at, logit, pair in zip(weighed, logits, pairs, strict=True):
        passed[at] = bool(logit >= limits.get(str(pair), limits["other"]))
    weights = _fit(features, true, weight)
    return passed, {
        "weights": {
            name: round(float(w), 4) for name, w in zip(("bias", *SIGNS), weights, strict=True)
        },
        "thresholds": {
            pair: round(1 / (1 + float(np.exp(-limit))), 4) for pair, limit in limits.items()
        },
    }


def _fit(features: Array, true: NDArray[np.bool_], weight: Array) -> Array:
    """Logistic weights, the bias first; none of them against its sense."""
    # On one scale, so that the penalty bears on all alike; a rare sign may weigh much.
    spread = np.maximum(features.std(axis=0), 0.02)
    spread[0] = 1.0
    balance = weight * np.where(true, 0.5 / weight[true].sum(), 0.5 / weight[~true].sum())
    sense = np.array([0.0, *(0.0 if s in _EITHER else 1.0 if s in _FOR else -1.0 for s in SIGNS)])
    kept = np.ones(len(sense))
    while True:
        scaled = features / spread * kept

        def slope(weights: Array, scaled: Array = scaled) -> Array:
            likely = 1 / (1 + np.exp(-(scaled @ weights)))
            gradient: Array = scaled.T @ ((likely - true) * balance) + PENALTY * weights
            return gradient

        weights = minimised(slope, features.shape[1], STEPS, RATE) * kept
        wrong = weights * sense < 0
        if not wrong.any():
            fitted: Array = weights / spread
            return fitted
        kept[wrong] = 0.0


def _limits(logits: Array, true: NDArray[np.bool_], pairs: NDArray[Any]) -> dict[str, float]:
    """The logit under which a sentence is withheld: by language pair where there are enough true
    ones to tell, drawn to that of all."""
    overall = float(np.quantile(logits[true], WITHHELD))
    limits = {"other": overall}
    for pair in sorted(set(pairs.tolist())):
        own = logits[true & (pairs == pair)]
        if len(own) >= 30:
            limits[pair] = 0.5 * (overall + float(np.quantile(own, WITHHELD)))
    return limits
