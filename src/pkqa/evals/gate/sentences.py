"""A verdict in sentences for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pkqa.evals.gate.comparable import MEASURED
from pkqa.evals.gate.findings import Finding
from pkqa.evals.gate.floors import Floor
from pkqa.evals.gate.profile import Quarantine
from pkqa.evals.suite.run import ALL

if TYPE_CHECKING:
    from pkqa.evals.gate.verdict import Verdict


def sentences(verdict: Verdict) -> Iterator[str]:
    """What a person is told: what is wrong first, then what would have been seen, then the rest."""
    if verdict.word == "incomparable":
        yield _incomparable(verdict.differing)
    yield from (_broken(floor) for floor in verdict.floors if floor.broken)
    for name in verdict.failed:
        yield f"regression: {name} has to pass, and failed"
    if verdict.word == "no baseline":
        yield "no baseline: nothing to compare with; bless a run that is as it should be"
    yield from map(_found, (one for one in verdict.findings if one.outcome != "quiet"))
    yield from map(
        _quiet, (one for one in verdict.findings if one.outcome == "quiet" and one.slice == ALL)
    )
    if verdict.filtered:
        yield (
            f"only some questions were asked ({verdict.filtered}): floors were not looked at, and "
            "less can be seen"
        )
    if verdict.changed:
        yield f"changed on purpose: {', '.join(verdict.changed)}"
    yield from map(_quarantined, verdict.quarantined)
    yield from map(_expired, verdict.expired)


def _incomparable(names: Sequence[str]) -> str:
    told = f"incomparable: {' and '.join(names)} not those of the baseline; "
    if set(names) <= set(MEASURED):
        return told + "say that this was changed on purpose, or bless a new baseline"
    return told + "bless a new baseline"


def _broken(floor: Floor) -> str:
    about = _label(floor.metric, floor.slice)
    if floor.mean is None:
        return (
            f"regression: no question has a number for {about}, "
            f"which has a floor of {floor.least:.2f}"
        )
    return f"regression: {about} is {floor.mean:.3f}, below its floor of {floor.least:.3f}"


def _found(one: Finding) -> str:
    sure = ""
    if one.outcome == "inconclusive":
        sure = f"; p = {one.p:.2g} before correction"
    elif one.least_loss > 0:
        sure = f"; 95 % sure of at least {100 * one.least_loss:.1f}"
    unpaired = (
        f"; {one.unpaired} questions have a number in one of both runs only and are left out"
        if one.unpaired
        else ""
    )
    doubt = (
        ": it may be noise; ask more questions, or each more often"
        if one.outcome == "inconclusive"
        else ""
    )
    return (
        f"{one.outcome}: {_label(one.metric, one.slice)} {'rose' if one.lower else 'fell'} by "
        f"{100 * one.loss:.1f} points (from {one.old:.2f} to {one.new:.2f}{sure}{unpaired}){doubt}"
    )


def _quiet(one: Finding) -> str:
    about = _label(one.metric, one.slice)
    if one.visible is None:
        return f"no regression found in {about}: too few facts for any to be seen"
    return f"no regression found in {about}: {100 * one.visible:.1f} points or more would have been"


def _quarantined(entry: Quarantine) -> str:
    return f"not counted until the end of {entry.until}: {entry.id} ({entry.reason})"


def _expired(entry: Quarantine) -> str:
    return (
        f"the quarantine of {entry.id} ended on {entry.until}, so that it counts again: mend the "
        "question, then take the entry out of the profile"
    )


def _label(metric: str, name: str) -> str:
    return f"{metric} (all)" if name == ALL else f"{metric} of {name}"
