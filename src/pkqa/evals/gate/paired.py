"""Is a mean worse than it was? Paired differences, drawn by fact; for metrics that are numbers.

Two things might have made a difference that means nothing, and each has its own test:

- the choice of questions: facts are drawn with repetition, with all their questions (Efron and
  Tibshirani 1993, "An Introduction to the Bootstrap"; in clusters: Cameron, Gelbach and Miller
  2008, "Bootstrap-Based Improvements for Inference with Clustered Errors"), and p is the share of
  resamples in which the mean got no worse;
- the noise of an answer: if both runs are of the same thing, what a fact lost it could as well have
  won. The signs of the facts' differences are turned at random (Fisher 1935, "The Design of
  Experiments"), and p is the share in which the loss is at least as large. This one is exact.

A regression has to stand against both, so the larger p holds (Berger 1982, "Multiparameter
Hypothesis Testing and Acceptance Sampling"). The bootstrap alone would not do: where ``k`` facts
moved, all of them down, it says e^-k, while chance does that once in 2^k times.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pkqa.evals.gate import draws
from pkqa.evals.gate.pairs import Pairs
from pkqa.evals.intervals import CONFIDENCE, Values

_NOTHING = 1e-9  # differences below are none
_EXACT = 14  # facts that moved for which every way of turning signs is tried


def paired(tests: Sequence[Pairs]) -> tuple[Values, Values]:
    """For each test its one-sided p, and what the loss is at least with 95 % confidence; shapes
    (tests,). Where nothing is lost p is 1."""
    moved = np.column_stack([test.moved for test in tests])
    questions = np.column_stack([test.questions for test in tests])
    p, least = np.ones(len(tests)), np.zeros(len(tests))
    touched = np.flatnonzero(moved.any(axis=0))
    if touched.size:
        by_facts, least[touched] = _drawn(moved[:, touched], questions[:, touched])
        p[touched] = np.maximum(by_facts, _turned(moved[:, touched]))
        p[moved.sum(axis=0) > -_NOTHING] = 1
    return p, least


def _drawn(moved: Values, questions: Values) -> tuple[Values, Values]:
    drawn = draws.facts(len(moved))
    asked = draws.sums(drawn, questions)
    # A small slice is missing from some resamples: these show no change.
    gains = draws.sums(drawn, moved) / np.maximum(asked, 1)
    no_worse = np.count_nonzero(gains > -_NOTHING, axis=0)
    most = np.quantile(gains, CONFIDENCE, axis=0, method="higher")
    return (1 + no_worse) / (1 + len(drawn)), -most


def _turned(moved: Values) -> Values:
    """The p of each column by turned signs."""
    p = np.empty(moved.shape[1])
    total = moved.sum(axis=0)
    few = np.count_nonzero(moved, axis=0) <= _EXACT
    for at in np.flatnonzero(few):
        column = moved[moved[:, at] != 0, at]
        turned = total[at] - 2 * draws.sums(draws.all_signs(len(column)), column[:, None])[:, 0]
        p[at] = np.mean(turned < total[at] + _NOTHING)
    if not few.all():
        drawn = draws.signs(len(moved))
        turned = total[~few] - 2 * draws.sums(drawn, moved[:, ~few])
        as_large = np.count_nonzero(turned < total[~few] + _NOTHING, axis=0)
        p[~few] = (1 + as_large) / (1 + len(drawn))
    return p
