"""Means of every metric over every slice, with intervals that know which questions share a fact.

Wording and language do not make questions on one fact independent; what is sampled is the fact,
with all questions on it (see :mod:`pkqa.evals.intervals`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from pkqa.evals.intervals import Design, Estimate, Values
from pkqa.evals.scores.asked import Score
from pkqa.evals.scores.table import SCORES
from pkqa.evals.suite.run import Item, Run


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric over one slice.

    Attributes:
        estimate: the mean, and its 95 % interval.
        questions: how many have a number for the metric.
        facts: how many facts those are on.
    """

    estimate: Estimate
    questions: int
    facts: int


Matrix: TypeAlias = dict[str, dict[str, Cell]]
"""By metric, in the order of reports, then by slice: all, languages, pairs. A slice in which no
question has a number is left out, and so is a metric that has none anywhere."""

Numbers: TypeAlias = Mapping[str, float]  # of one metric, by question


def matrix(run: Run) -> Matrix:
    """The means of a run."""
    return _matrix(run.items, lambda score: _numbers(run.items, score.name), _means)


def differences(run: Run, baseline: Run) -> Matrix:
    """How far the means of a run are above those of a baseline, question by question: over the
    questions that have a number in both."""

    def paired(score: Score) -> Numbers:
        old, new = _numbers(baseline.items, score.name), _numbers(run.items, score.name)
        return {name: new[name] - old[name] for name in new if name in old}

    return _matrix(run.items, paired, lambda design, values, _: design.differences(values))


def _matrix(
    items: Sequence[Item],
    numbers: Callable[[Score], Numbers],
    estimate: Callable[[Design, Values, Score], list[Estimate]],
) -> Matrix:
    told = {score: numbers(score) for score in SCORES}
    alike: dict[tuple[str, ...], list[Score]] = {}  # many have numbers for the same questions
    for score, of_it in told.items():
        if of_it:
            alike.setdefault(tuple(item.id for item in items if item.id in of_it), []).append(score)
    table: Matrix = {score.name: {} for score, of_it in told.items() if of_it}
    for names, scores in alike.items():
        wanted = set(names)
        counted = [item for item in items if item.id in wanted]
        for design in _designs(counted):
            for score in scores:
                values = np.array([told[score][name] for name in names])
                table[score.name] |= _cells(design, estimate(design, values, score))
    return table


def _cells(design: Design, estimates: Sequence[Estimate]) -> dict[str, Cell]:
    """The slices of a design; its last estimate, the mean over them, is left."""
    return {
        name: Cell(found, int(questions), int(facts))
        for (name, _), found, questions, facts in zip(
            design.pairs, estimates[:-1], design.questions, design.passages, strict=True
        )
    }


def _designs(items: Sequence[Item]) -> Iterator[Design]:
    """One for each way of slicing: not at all, by the question's language, by pair."""
    facts = [item.fact_id for item in items]
    for slices in zip(*(item.slices for item in items), strict=True):
        yield Design(facts, [(name, "") for name in slices])


def _numbers(items: Sequence[Item], metric: str) -> Numbers:
    told = ((item.id, item.scores.get(metric)) for item in items)
    return {name: number for name, number in told if number is not None}


def _means(design: Design, values: Values, score: Score) -> list[Estimate]:
    if score.kind == "share":
        return design.shares(values)
    if values.min() >= 0:
        return design.averages(values)
    # From -1 to 1 (CRAG); intervals are made for numbers from 0 to 1.
    return [
        Estimate(*(2 * end - 1 for end in (found.mean, found.low, found.high)))
        for found in design.averages((values + 1) / 2)
    ]
