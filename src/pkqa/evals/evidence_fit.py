"""The two models of :mod:`pkqa.answer.likelihood` and :mod:`pkqa.answer.certainty`, fitted.

The first is a softmax over the sentences of a question and one more choice, "none of them" (as in
null-aware reading comprehension, Rajpurkar et al. 2018), so one loss teaches both order and
abstention. The second is a logistic model of whether the best sentence answers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pkqa.answer.certainty import SIGNS, limit_name, signs
from pkqa.answer.evidence import FEATURES
from pkqa.evals.adam import minimised

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

KEPT = 60  # sentences of a question that take part, the likeliest first
SHOWN = 2  # sentences of an answer
PENALTY = 0.002
STEPS = 400
CERTAINTY_PENALTY = 0.01
CERTAINTY_STEPS = 800
RATE = 0.05
SILENCE = 8.0
NEARLY = 0.3

_GAPS = tuple(FEATURES.index(name) for name in ("rank_gap", "similarity_gap"))
_CROSS = SIGNS.index("cross")
_FIRST = FEATURES.index("first_place")


@dataclass(frozen=True, slots=True)
class Item:
    """One question with the features of its sentences."""

    features: Array  # shape (sentences, features)
    right: Bools  # shape (sentences,)
    cross: Bools  # likewise: in another language than the question
    documents: tuple[str, ...]  # likewise
    texts: tuple[str, ...]  # likewise
    answerable: bool
    name: str  # of the question set
    language: str
    fact: str  # what it shares with questions that are not independent of it
    judged: bool  # whether ``right`` tells the sentences that answer, or only likely passages
    importance: float = 1.0


def without(item: Item, documents: frozenset[str]) -> Item | None:
    """The same question of a corpus that lacks these documents; None where nothing is left."""
    kept = np.array([name not in documents for name in item.documents], dtype=bool) & ~item.right
    if not kept.any():
        return None
    features = item.features[kept].copy()
    for column in _GAPS:
        features[:, column] -= features[:, column].min()
    features[:, _FIRST] = features[:, _GAPS[0]] <= 0
    return replace(
        item,
        features=features,
        right=np.zeros(len(features), dtype=bool),
        cross=item.cross[kept],
        documents=tuple(n for n, keep in zip(item.documents, kept, strict=True) if keep),
        texts=tuple(t for t, keep in zip(item.texts, kept, strict=True) if keep),
        answerable=False,
        name=f"{item.name} without",
        importance=item.importance / 2,
    )


def rows(item: Item) -> Array:
    """Features with a constant, in one half of the columns or the other: shape (sentences, 2 x
    (features + 1))."""
    whole = np.column_stack([np.ones(len(item.features)), item.features])
    cross = item.cross[:, np.newaxis]
    halves = [np.where(cross, 0.0, whole), np.where(cross, whole, 0.0)]
    table: Array = np.concatenate(halves, axis=1)
    return table


def fit_sentences(items: Sequence[Item]) -> Array:
    """Weights of the first model from all items at once, shape (2 x (features + 1),)."""
    items = [i for i in items if len(i.right) and (i.right.any() or not i.answerable)]
    width = 2 * (len(FEATURES) + 1)
    table = np.zeros((len(items), KEPT, width), dtype=np.float32)
    present = np.zeros((len(items), KEPT), dtype=bool)
    right = np.zeros((len(items), KEPT + 1), dtype=bool)
    for at, item in enumerate(items):
        # A right sentence takes part wherever it stands.
        order = np.argsort(~item.right, kind="stable")[:KEPT]
        table[at, : len(order)] = rows(item)[order]
        present[at, : len(order)] = True
        right[at, : len(order)] = item.right[order]
        right[at, KEPT] = not item.answerable
    share = np.array([item.importance for item in items])[:, np.newaxis]
    share /= share.sum()
    # Columns of one size, so that one penalty suits them all.
    size = np.sqrt((table[present] ** 2).mean(axis=0)) + 1e-6
    table /= size

    def slope(weights: Array) -> Array:
        odds = np.where(present, table @ weights.astype(np.float32), -np.inf)
        logits = np.concatenate([odds, np.zeros((len(items), 1))], axis=1)
        likely = _softmax(logits)
        target = likely * right
        target /= np.maximum(target.sum(axis=1, keepdims=True), 1e-30)
        pull = ((likely - target) * share)[:, :KEPT].astype(np.float32)
        gradient: Array = np.einsum("ij,ijk->k", pull, table) + PENALTY * weights
        return gradient

    found: Array = minimised(slope, width, STEPS, RATE) / size
    return found


def _softmax(logits: Array) -> Array:
    likely: Array = np.exp(logits - logits.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    return likely


@dataclass(frozen=True, slots=True)
class Told:
    """One question as the first model leaves it."""

    item: Item
    signs: Array  # of its best sentence, shape (signs,)
    right: bool  # whether one of the sentences shown answers


def told(item: Item, weights: Array) -> Told | None:
    """The question by these weights of the first model; None where it has no sentences."""
    if not len(item.right):
        return None
    odds = rows(item) @ weights
    order = np.argsort(-odds, kind="stable")
    distinct: dict[str, int] = {}
    for at in order:
        distinct.setdefault(item.texts[at], int(at))
    shown = list(distinct.values())[:SHOWN]
    return Told(
        item,
        np.array(
            signs(
                [item.documents[at] for at in order],
                odds[order].tolist(),
                item.features[order].tolist(),
                bool(item.cross[order[0]]),
            )
        ),
        bool(item.right[shown].any()) if item.judged else item.answerable,
    )


def fit_certainty(questions: Sequence[Told]) -> Array:
    """Weights of the second model, shape (signs + 1,), the constant first."""
    questions = [q for q in questions if q.right or not q.item.answerable]
    table = np.array([q.signs for q in questions])
    middle, size = table.mean(axis=0), table.std(axis=0) + 1e-6
    table = np.column_stack([np.ones(len(table)), (table - middle) / size])
    right = np.array([q.item.answerable for q in questions], dtype=np.float64)
    share = np.array([q.item.importance for q in questions])
    share /= share.sum()

    def slope(weights: Array) -> Array:
        likely = 1 / (1 + np.exp(-(table @ weights)))
        penalty = CERTAINTY_PENALTY * np.concatenate([[0.0], weights[1:]])
        gradient: Array = table.T @ (share * (likely - right)) + penalty
        return gradient

    found = minimised(slope, len(SIGNS) + 1, CERTAINTY_STEPS, RATE)
    weights: Array = np.concatenate([[found[0] - found[1:] @ (middle / size)], found[1:] / size])
    return weights


def certainties(questions: Sequence[Told], weights: Array) -> Array:
    """How certain each is, 0..1."""
    odds = np.array([weights[0] + question.signs @ weights[1:] for question in questions])
    certain: Array = 1 / (1 + np.exp(-odds))
    return certain


def limits(questions: Sequence[Told], certain: Array) -> Mapping[str, float]:
    """For each language, and whether the best sentence is in it (see
    :func:`pkqa.answer.certainty.limit`), the limit that makes the product of the shares greatest:
    of each question set the right answers given, and the questions without one left without."""
    found = {}
    names = np.array([limit_name(q.item.language, bool(q.signs[_CROSS])) for q in questions])
    good = np.array([q.right or not q.item.answerable for q in questions])
    for name in sorted(set(names.tolist())):
        sets: dict[tuple[str, bool], list[int]] = {}
        for at in np.flatnonzero(names == name).tolist():
            item = questions[at].item
            sets.setdefault((item.name, item.answerable), []).append(at)
        tried = np.quantile(certain[names == name], np.linspace(0.02, 0.98, 97))
        values = []
        for limit in tried:
            value = 0.0
            for (_, answerable), own in sets.items():
                share = float(np.mean(good[own] & ((certain[own] >= limit) == answerable)))
                # A set made to measure silence says more of it than one made for other ends.
                weight = 1.0 if questions[own[0]].item.judged else SILENCE
                value += weight * math.log(max(share, 1e-3))
            values.append(value)
        # Many limits are nearly as good as the best; their middle is less of an accident.
        good_enough = tried[np.array(values) >= max(values) - NEARLY]
        found[name] = float(good_enough.mean())
    return found
