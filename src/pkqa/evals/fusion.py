"""Fits the weights of :mod:`pkqa.retrieve.fuse`, and tells what each part of retrieval adds.

``python -m pkqa.evals.fusion FOLDER...`` pools BEIR-shaped folders and prints the fitted weights
and a table: recall@5 / recall@1 by question language and passage language, with everything and
with one part switched off or replaced, each fitted anew. What is fitted on the questions about one
half of the passages is asked those about the other, so no row has seen what it is judged by.

The model is a conditional logit over all chunks of the pool; a question counts for as much as all
others of its pair of languages do for one pair.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pkqa.evals.adam import Weights, minimised
from pkqa.evals.features import VARIANTS, Pooled, gathered
from pkqa.retrieve.fuse import OWN, SIGNS, FloatArray

KEPT = 200  # chunks of a question that take part: the best by untaught weights, and the right ones
STEPS = 200
RATE = 0.3
PENALTY = 1e-3

_OTHER = SIGNS.index("other")
_UNTAUGHT = np.where(np.array(SIGNS) == "other", 0.0, OWN).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the table: which vectors, and which signs are left out."""

    name: str
    variant: str = "calibrated"
    without: tuple[str, ...] = ()
    one_scorer: bool = False


PARTS = (
    Part("everything"),
    Part("one scorer for own and other language", one_scorer=True),
    *(Part(label, variant) for variant, label in VARIANTS.items() if variant != "calibrated"),
    Part("without pairs of sentences", without=("pair",)),
    Part("without sentence vectors", without=("sentence", "pair")),
    Part("without chunk vectors", without=("chunk",)),
    Part("without words in one sentence", without=("focus",)),
    Part("without shared words", without=("lexical", "focus")),
    Part("without names", without=("name",)),
    Part("without numbers and months", without=("number",)),
    Part("without glossary and places", without=("concept",)),
    Part("without all three", without=("name", "number", "concept")),
    Part("vectors alone", without=("lexical", "focus", "name", "number", "concept")),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What each question chooses among."""

    features: NDArray[np.float32]  # shape (questions, KEPT, features)
    right: NDArray[np.bool_]  # shape (questions, KEPT)
    chunks: NDArray[np.int64]  # likewise, rows of the pool


def main(folders: Sequence[str]) -> None:
    """Print the weights and the table."""
    pooled = gathered([Path(folder) for folder in folders])
    pairs = sorted(set(pooled.pairs))
    print("| | " + " | ".join(f"{a} -> {b}" for a, b in pairs) + " |")  # noqa: T201
    print("|---" * (len(pairs) + 1) + "|")  # noqa: T201
    for part in PARTS:
        choices = _choices(pooled, part)
        found = _found(pooled, choices)
        cells = []
        for pair in pairs:
            five, one = found[[p == pair for p in pooled.pairs]].mean(axis=0)
            cells.append(f"{five:.3f} / {one:.3f}")
        print(f"| {part.name} | " + " | ".join(cells) + " |", flush=True)  # noqa: T201
        if part.name == PARTS[0].name:
            everyone = np.ones(len(pooled.pairs), dtype=bool)
            weights = _fit(choices, _importance(pooled, everyone))
    own, other = np.split(weights, 2)
    scale = sum(own[SIGNS.index(name)] for name in ("chunk", "sentence", "pair"))
    print()  # noqa: T201
    for name, row in (("OWN", own), ("OTHER", other)):
        print(f"{name} = {[round(float(w), 3) for w in row / scale]}  # {', '.join(SIGNS)}")  # noqa: T201


def _choices(pooled: Pooled, part: Part) -> Choices:
    signs = pooled.signs[part.variant].copy()
    for name in part.without:
        signs[:, :, SIGNS.index(name)] = 0.0
    # The right chunks take part wherever they stand; a constant on top keeps their order.
    first = signs @ _UNTAUGHT + 1e3 * pooled.right
    rows = np.argsort(-first, axis=1, kind="stable")[:, :KEPT]
    chosen = np.take_along_axis(signs, rows[:, :, np.newaxis], axis=1)
    return Choices(
        _features(chosen, part.one_scorer), np.take_along_axis(pooled.right, rows, axis=1), rows
    )


def _features(signs: FloatArray, one_scorer: bool) -> NDArray[np.float32]:
    """Signs of chunks in the question's own language, then those of others, zeros elsewhere."""
    other = signs[:, :, _OTHER :: len(SIGNS)] > 0
    if one_scorer:
        return np.where(np.array(SIGNS) == "other", 0.0, signs).astype(np.float32)
    return np.concatenate([np.where(other, 0.0, signs), np.where(other, signs, 0.0)], axis=2)


def _importance(pooled: Pooled, asked: NDArray[np.bool_]) -> NDArray[np.float64]:
    counts = {p: sum(p == q for q in pooled.pairs) for p in set(pooled.pairs)}
    weights = np.array([1.0 / counts[pair] for pair in pooled.pairs]) * asked
    share: NDArray[np.float64] = weights / weights.sum()
    return share


def _fit(choices: Choices, importance: NDArray[np.float64]) -> Weights:
    """Weights from all questions at once; shape (features,)."""
    asked = importance > 0
    features, right = choices.features[asked], choices.right[asked]
    share = importance[asked][:, np.newaxis]

    def slope(weights: Weights) -> Weights:
        logits = features @ weights.astype(np.float32)
        likely = np.exp(logits - logits.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        target = likely * right
        target /= target.sum(axis=1, keepdims=True)
        pull = (likely - target) * share
        gradient: Weights = np.einsum("ij,ijk->k", pull, features) + PENALTY * weights
        return gradient

    return minimised(slope, features.shape[2], STEPS, RATE)


def _found(pooled: Pooled, choices: Choices) -> NDArray[np.bool_]:
    """Whether the first five and the first document hold the answer; shape (questions, 2)."""
    found = np.zeros((len(pooled.pairs), 2), dtype=bool)
    for half in (0, 1):
        weights = _fit(choices, _importance(pooled, pooled.halves != half))
        for at in np.flatnonzero(pooled.halves == half):
            order = np.argsort(-(choices.features[at] @ weights), kind="stable")
            names = [pooled.documents[row] for row in choices.chunks[at][order]]
            first = list(dict.fromkeys(names))[:5]
            found[at] = bool(pooled.relevant[at] & set(first)), first[0] in pooled.relevant[at]
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
