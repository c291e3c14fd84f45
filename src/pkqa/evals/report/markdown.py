"""A run as a comment for a pull request: what it comes to, then the numbers, then the worst
questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from pkqa.evals.gate.findings import Finding
from pkqa.evals.gate.verdict import Verdict
from pkqa.evals.report import inert
from pkqa.evals.report.counts import compared_with, counts, without_quarantined
from pkqa.evals.report.matrix import Matrix, differences, matrix
from pkqa.evals.report.wording import apart, mean, points
from pkqa.evals.report.worst import answered_worse, paired
from pkqa.evals.suite.run import ALL, NOWHERE, Item, Run

SHOWN = 10
"""Questions that are shown with their answers, and sentences of the verdict."""
LONGEST = 1500  # characters of an answer; a comment on GitHub has 65,536 in all

SIGNS = {
    "pass": "✅",
    "regression": "❌",
    "inconclusive": "⚠️",
    "no baseline": "⚠️",
    "incomparable": "⛔",
}


def markdown(run: Run, baseline: Run | None, verdict: Verdict) -> str:
    """The comment."""
    compared = compared_with(baseline, verdict)
    counted = without_quarantined(run, verdict)
    means = matrix(counted)
    change = differences(counted, compared) if compared else {}
    parts = (
        _verdict(run, verdict),
        _basis(run, baseline, verdict),
        _gated(means, change, verdict.findings),
        _languages(means, change),
        _worst(counted, compared),
    )
    return "\n".join(chain.from_iterable(parts)) + "\n"


def _verdict(run: Run, verdict: Verdict) -> Iterator[str]:
    yield f"## {SIGNS[verdict.word]} {verdict.word.capitalize()}: {inert.line(run.profile)}"
    yield ""
    told = verdict.sentences()
    yield from (f"- {inert.line(sentence)}" for sentence in told[:SHOWN])
    if len(told) > SHOWN:
        yield f"- and {len(told) - SHOWN} more, in the page"
    yield ""


def _basis(run: Run, baseline: Run | None, verdict: Verdict) -> Iterator[str]:
    """What was asked, how it went, and what it is compared with."""
    found = counts(run, baseline, verdict)
    parts = [f"{found.questions} questions on {found.facts} facts", f"{found.failed} fail"]
    if compared_with(baseline, verdict) is not None:
        parts += [f"{found.lost} newly failing", f"{found.won} newly passing"]
    lost = ", ".join(f"{name} {n}" for name, n in found.stages.items() if n)
    parts += [f"lost in: {lost}"] if lost else []
    parts += [f"{found.flipped} flipped in {run.repeats} rounds"] if run.repeats > 1 else []
    parts += [f"{found.quarantined} quarantined"] if found.quarantined else []
    yield "; ".join(parts) + "."
    if baseline is not None and baseline.blessed is not None:
        blessed = baseline.blessed
        yield f"Baseline of {inert.line(blessed.day)}: {inert.line(blessed.reason)}."
    yield ""


def _gated(means: Matrix, change: Matrix, findings: Sequence[Finding]) -> Iterator[str]:
    """Every gated metric over all questions, and where it fell in a slice."""
    told = [one for one in findings if one.slice == ALL or one.outcome != "quiet"]
    if not told:
        return
    yield "| | metric | baseline | now | difference [95 %] | smallest visible drop |"
    yield "|---|---|--:|--:|--:|--:|"
    for one in told:
        sign = {"regression": SIGNS["regression"], "inconclusive": SIGNS["inconclusive"]}
        visible = "none" if one.visible is None else f"{100 * one.visible:.1f}"
        yield _row(
            sign.get(one.outcome, ""),
            _label(one),
            f"{one.old:.3f}",
            mean(means[one.metric][one.slice].estimate),
            apart(change[one.metric][one.slice].estimate),
            visible,
        )
    yield ""
    yield (
        "Differences in points. A drop smaller than the last column may pass unseen (none: there "
        "are too few facts for any to be seen)."
    )
    yield ""


def _label(one: Finding) -> str:
    where = "" if one.slice == ALL else f" of {one.slice}"
    return inert.line(f"{one.metric}{where}{' (lower is better)' if one.lower else ''}")


def _languages(means: Matrix, change: Matrix) -> Iterator[str]:
    """Pass by question language, down, and document language, across."""
    cells = means.get("pass", {})
    pairs = [name.split(" -> ") for name in cells if " -> " in name]
    asked = sorted({pair[0] for pair in pairs})
    answered = sorted({pair[1] for pair in pairs}, key=lambda name: (name == NOWHERE, name))
    if not asked:
        return
    heads = [inert.line("none answers" if name == NOWHERE else name) for name in answered]
    yield _row("pass: asked in \\ answered by", *heads, "all")
    yield "|---" + "|--:" * (len(answered) + 1) + "|"
    for name in asked:
        slices = [*(f"{name} -> {other}" for other in answered), name]
        yield _row(inert.line(name), *(_cell(means, change, slice_) for slice_ in slices))
    yield _row("all", *("" for _ in answered), _cell(means, change, ALL))
    yield ""


def _cell(means: Matrix, change: Matrix, slice_: str) -> str:
    cell = means["pass"].get(slice_)
    if cell is None:
        return ""
    moved = change.get("pass", {}).get(slice_)
    against = f" ({points(moved.estimate.mean)})" if moved else ""
    return f"{cell.estimate.mean:.3f}{against}, n {cell.questions}"


def _worst(run: Run, baseline: Run | None) -> Iterator[str]:
    """The questions that lost most, else those that fail."""
    pairs = paired(run, baseline)
    told = [pair for pair in pairs if answered_worse(*pair)]
    title = "Questions that lost most"
    if not told:
        told = [pair for pair in pairs if not pair[0].passed]
        title = "Questions that fail"
    if not told:
        return
    yield f"### {title}"
    yield ""
    for item, before in told[:SHOWN]:
        yield from _question(item, before)


def _question(item: Item, before: Item | None) -> Iterator[str]:
    sign = "✓" if item.passed else "✕"
    yield f"<details><summary>{sign} {inert.summary(item.question)}</summary>"
    yield ""
    lost = f", lost in {item.blame}" if item.blame else ""
    yield f"{inert.line(item.id)}, {inert.line(item.pair)}{inert.line(lost)}"
    yield ""
    if before is not None:
        yield "Baseline:" if before.answer != item.answer else "Answer, as in the baseline:"
        yield ""
        yield _answer(before)
        yield ""
    if before is None or before.answer != item.answer:
        yield "Now:"
        yield ""
        yield _answer(item)
        yield ""
    yield "</details>"
    yield ""


def _answer(item: Item) -> str:
    text = item.answer
    return inert.block(text if len(text) <= LONGEST else f"{text[:LONGEST]} ...")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
