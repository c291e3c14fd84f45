"""The gate catches what it should: twelve faults of the product, and the product without one.

Asked are the questions on every sixth fact; ``python tests/regression_faults.py 20`` asks all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pkqa.evals.gold.record import Record
from pkqa.evals.suite.run import Run
from regression_faults import (
    FAULTS,
    NONE,
    Remembering,
    asked,
    gold,
    product,
    verdict_on,
    with_fault,
)

pytestmark = pytest.mark.slow

EVERY = 6

# What has to be named; a fault that is not here costs less than can be seen with so few facts.
NAMED = {
    "language centring off": ("recall@5", "en -> en"),
    "top-k 1": ("recall@5", "all"),
    "citations shifted by one character": ("quotation fidelity", "all"),
    "threshold 10 points higher": ("refused answerable", "all"),
    "chunk size 64": ("recall@5", "all"),
    "ranking of a tenth shuffled": ("recall@5", "all"),
    "answer truncated": ("nuggets", "all"),
}


@dataclass
class Sound:
    """The product without a fault, and its run."""

    records: list[Record]
    product: Remembering
    run: Run
    cache: Path


@pytest.fixture(scope="module")
def sound(vectors: Path) -> Iterator[Sound]:
    records = gold(EVERY)
    with product(NONE, vectors) as made:
        known = Remembering(made)
        yield Sound(records, known, asked(records, known), vectors)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_costs_more_than_the_visible_drop_is_named(sound: Sound, name: str) -> None:
    run = with_fault(FAULTS[name], sound.records, sound.product, sound.cache)
    assert run != sound.run  # the switch does something
    verdict = verdict_on(run, sound.run)
    named = {(f.metric, f.slice) for f in verdict.findings if f.outcome == "regression"}
    shown = {
        (f.metric, f.slice)
        for f in verdict.findings
        if f.visible is not None and f.loss > f.visible
    }
    assert shown <= named
    assert (verdict.code == 1) == bool(named)
    if name in NAMED:
        assert NAMED[name] in named
    else:
        assert not named


def test_no_change_is_never_a_regression(sound: Sound) -> None:
    with product(NONE, sound.cache) as again:
        run = asked(sound.records[::-1], again)
    verdict = verdict_on(run, sound.run)
    assert (verdict.code, verdict.word) == (0, "pass")
    assert {item.id: item for item in run.items} == {item.id: item for item in sound.run.items}
