"""Questions in the order in which a person wants to see them: the biggest loss first."""

from __future__ import annotations

from pkqa.evals.suite.run import Item, Run

# What is compared, one after the other: a later one decides where the earlier ones are the same.
WEIGHED = ("pass", "nuggets", "recall@5", "citation recall")


def paired(run: Run, baseline: Run | None) -> list[tuple[Item, Item | None]]:
    """Every question of the run with what it was in the baseline, if it was there: those that lost
    most first, then those that fail as before."""
    before = {item.id: item for item in baseline.items} if baseline else {}
    pairs = [(item, before.get(item.id)) for item in run.items]
    return sorted(pairs, key=_order)


def answered_worse(item: Item, before: Item | None) -> bool:
    """Whether a question lost something of what is compared."""
    return before is not None and _lost(item, before) < (0,) * len(WEIGHED)


def _order(pair: tuple[Item, Item | None]) -> tuple[object, ...]:
    item, before = pair
    lost = _lost(item, before) if before else (0.0,) * len(WEIGHED)
    return lost, item.passed, *(item.scores.get(name) or 0.0 for name in WEIGHED), item.id


def _lost(item: Item, before: Item) -> tuple[float, ...]:
    """Its differences; a number that only one of both has tells nothing."""
    both = ((item.scores.get(name), before.scores.get(name)) for name in WEIGHED)
    return tuple(0.0 if new is None or old is None else new - old for new, old in both)
