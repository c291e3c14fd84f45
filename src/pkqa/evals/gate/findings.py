"""Every gated metric in every slice: what it was, what it is, and whether that is a regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pkqa.evals.gate.gated import GATED, Gated, slices_of
from pkqa.evals.gate.holm import ALPHA, able, adjusted
from pkqa.evals.gate.mcnemar import mcnemar
from pkqa.evals.gate.paired import paired
from pkqa.evals.gate.pairs import Pairs, pairs
from pkqa.evals.gate.visible import visible
from pkqa.evals.suite.run import ALL, Item

Outcome = Literal["regression", "inconclusive", "quiet"]

_ORDER: tuple[Outcome, ...] = ("regression", "inconclusive", "quiet")
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Finding:
    """One metric in one slice, on the questions that have a number in both runs.

    Attributes:
        metric: its name.
        slice: "all", a language ("ar") or a pair of languages ("fr -> ar").
        lower: whether lower is better.
        questions: how many are compared.
        facts: how many facts they are on.
        unpaired: how many have a number in one of both runs only.
        old: mean of the baseline.
        new: mean of the run.
        bound: with 95 % confidence the difference is no better than this; likewise new - old.
        p: one-sided; 1 where nothing was lost.
        adjusted_p: after Holm's correction; None where there are too few facts for any drop to
            be seen, so that it is not of the family.
        visible: the smallest drop that would have been called a regression; None where none would.
        outcome: what it came to.
    """

    metric: str
    slice: str
    lower: bool
    questions: int
    facts: int
    unpaired: int
    old: float
    new: float
    bound: float
    p: float
    adjusted_p: float | None
    visible: float | None
    outcome: Outcome

    @property
    def difference(self) -> float:
        """New less old."""
        return self.new - self.old

    @property
    def loss(self) -> float:
        """By how much it got worse; below 0 where it got better."""
        return self.difference if self.lower else -self.difference

    @property
    def least_loss(self) -> float:
        """What the loss is at least, with 95 % confidence."""
        return self.bound if self.lower else -self.bound


def findings(items: Sequence[Item], before: Mapping[str, Item]) -> tuple[Finding, ...]:
    """Compare questions with what they were, by id; the worst finding first."""
    rows = {fact: row for row, fact in enumerate(dict.fromkeys(item.fact_id for item in items))}
    by_slice: dict[str, list[Item]] = {}
    for item in items:
        for name in item.slices:
            by_slice.setdefault(name, []).append(item)
    tests = [
        (gated, name, test)
        for gated in GATED
        for name in slices_of(gated.breadth, items)
        if (test := pairs(gated, by_slice.get(name, []), before, rows)) is not None
    ]
    if not tests:
        return ()
    by_means, least = paired([test for _, _, test in tests])
    p = [
        max(mcnemar(test.moved), float(test.loss <= _NOTHING))
        if gated.test == "mcnemar"
        else float(mean)
        for (gated, _, test), mean in zip(tests, by_means, strict=True)
    ]
    family = [at for at, of_it in enumerate(able([test.facts for *_, test in tests])) if of_it]
    corrected = dict(zip(family, adjusted([p[at] for at in family]), strict=True))
    level = ALPHA / max(len(family), 1)
    found = [
        _finding(test, p[at], corrected.get(at), float(least[at]), level)
        for at, test in enumerate(tests)
    ]
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.outcome), -one.loss)))


def _finding(
    of: tuple[Gated, str, Pairs], p: float, adjusted_p: float | None, least: float, level: float
) -> Finding:
    gated, name, test = of
    return Finding(
        metric=gated.metric,
        slice=name,
        lower=gated.lower,
        questions=int(test.questions.sum()),
        facts=test.facts,
        unpaired=test.unpaired,
        old=test.old,
        new=test.new,
        bound=least if gated.lower else -least,
        p=p,
        adjusted_p=adjusted_p,
        visible=None if adjusted_p is None else visible(gated, test, level),
        outcome=_outcome(gated, name, test.loss, p, adjusted_p),
    )


def _outcome(gated: Gated, name: str, loss: float, p: float, adjusted_p: float | None) -> Outcome:
    if loss <= gated.tolerance + _NOTHING:
        return "quiet"
    if adjusted_p is not None and adjusted_p <= ALPHA:
        return "regression"
    return "inconclusive" if name == ALL or p <= ALPHA else "quiet"
