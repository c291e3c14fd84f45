"""The same questions before and after: one metric in one slice, by fact.

Only questions that have a number in both runs are compared. Most metrics that are gated are defined
on fixed questions, so that these are all of them. Those that say something of what was answered
(citation precision, coverage and validity, quotation fidelity) have none for a refusal: they are
compared on the questions that were answered both times, how many had a number only once is told,
and that something is refused now is the matter of "pass" and "refused answerable".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pkqa.evals.gate.gated import Gated
from pkqa.evals.intervals import Values
from pkqa.evals.suite.run import Item


@dataclass(frozen=True, slots=True)
class Pairs:
    """One metric in one slice, a fact a row; facts without a question here have zeros.

    Attributes:
        moved: by how much the questions of each fact got better, summed; worse is below 0. Shape
            (facts,).
        room: by how much they could still have got worse, likewise.
        questions: how many each fact has, likewise.
        old: mean before.
        new: mean after.
        unpaired: questions that have a number in one of both runs only.
    """

    moved: Values
    room: Values
    questions: Values
    old: float
    new: float
    unpaired: int

    @property
    def facts(self) -> int:
        """How many facts have a question here."""
        return int(np.count_nonzero(self.questions))

    @property
    def loss(self) -> float:
        """By how much the mean got worse; below 0 where it got better."""
        return -float(self.moved.sum() / self.questions.sum())


def pairs(
    gated: Gated, items: Sequence[Item], before: Mapping[str, Item], rows: Mapping[str, int]
) -> Pairs | None:
    """One metric on the questions of a slice; None where none has a number in both runs.

    Args:
        gated: the metric.
        items: the questions after.
        before: the questions before, by id; those of ``items`` at least.
        rows: the row of each fact.
    """
    moved, room, questions = np.zeros((3, len(rows)))
    olds, news, unpaired = [], [], 0
    for item in items:
        new, old = item.scores.get(gated.metric), before[item.id].scores.get(gated.metric)
        if new is None or old is None:
            unpaired += new is not old
            continue
        row = rows[item.fact_id]
        moved[row] += old - new if gated.lower else new - old
        room[row] += 1 - old if gated.lower else old
        questions[row] += 1
        olds.append(old)
        news.append(new)
    if not olds:
        return None
    moved[np.abs(moved) < 1e-9] = 0  # what is left of sums that cancel out
    return Pairs(moved, room, questions, float(np.mean(olds)), float(np.mean(news)), unpaired)
