"""What is counted, and how many questions that is: passed and failed, won and lost, and where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pkqa.evals.gate.verdict import Verdict
from pkqa.evals.suite.run import Item, Run

STAGES = ("retrieval", "answering", "checking", "not refused")
"""Where an answer is lost; the last is an answer to a question that nothing answers."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions; those in quarantine are in ``quarantined`` alone.

    Attributes:
        questions: asked and counted.
        facts: that they are on.
        failed: of the questions.
        lost: that fail now and passed in the baseline.
        won: the other way round.
        flipped: that passed in some repetitions and failed in others.
        stages: how many failed, by where they were lost.
        quarantined: asked and not counted.
    """

    questions: int
    facts: int
    failed: int
    lost: int
    won: int
    flipped: int
    stages: dict[str, int]
    quarantined: int


def counts(run: Run, baseline: Run | None, verdict: Verdict) -> Counts:
    """Count a run beside its baseline."""
    items = without_quarantined(run, verdict).items
    compared = compared_with(baseline, verdict)
    before = {item.id: item.passed for item in compared.items} if compared else {}
    stages = Counter(lost_in(item) for item in items)
    return Counts(
        questions=len(items),
        facts=len({item.fact_id for item in items}),
        failed=sum(not item.passed for item in items),
        lost=sum(not item.passed and before.get(item.id, False) for item in items),
        won=sum(item.passed and not before.get(item.id, True) for item in items),
        flipped=sum(item.flipped for item in items),
        stages={stage: stages[stage] for stage in STAGES},
        quarantined=len(run.items) - len(items),
    )


def lost_in(item: Item) -> str:
    """The stage that lost the answer; empty where it passed."""
    return "" if item.passed else item.blame or STAGES[-1]


def compared_with(baseline: Run | None, verdict: Verdict) -> Run | None:
    """The baseline, where the run can be held against it."""
    return None if verdict.differing else baseline


def without_quarantined(run: Run, verdict: Verdict) -> Run:
    """A run less the questions that do not count."""
    left_out = {entry.id for entry in verdict.quarantined}
    return _only(run, {item.id for item in run.items} - left_out)


def narrowed(baseline: Run, run: Run) -> Run:
    """Of a baseline the questions that a run has too."""
    return _only(baseline, {item.id for item in run.items})


def _only(run: Run, ids: set[str]) -> Run:
    return run.model_copy(update={"items": tuple(item for item in run.items if item.id in ids)})
