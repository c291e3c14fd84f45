"""The numbers that reports are made of, against ones worked out by hand; and runs to report on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pkqa.evals.gate.profile import Profile, Quarantine
from pkqa.evals.gate.verdict import Verdict, judge
from pkqa.evals.report.counts import counts, lost_in
from pkqa.evals.report.matrix import differences, matrix
from pkqa.evals.report.windows import CONTEXT, WHOLE, windows
from pkqa.evals.report.worst import answered_worse, paired
from pkqa.evals.suite.run import ALL, Blessed, Fingerprints, Item, Run

TODAY = date(2026, 11, 22)
PRINTS = {name: f"{name}-1" for name in Fingerprints.model_fields}


def item(name: str, fact: str | None = None, pair: str = "en -> en", **told: Any) -> Item:
    """A question that passed, if nothing else is said."""
    asked, answered = pair.split(" -> ")
    passed = told.pop("passed", True)
    scores = {"pass": float(passed)} | told.pop("scores", {})
    values = {
        "question": f"What of {name}?",
        "status": "answered",
        "answer": f"That is {name}.",
    } | told
    return Item(
        id=name,
        fact_id=fact or name,
        question_language=asked,
        document_language=answered,
        passed=passed,
        scores=scores,
        **values,
    )


def run_of(items: Sequence[Item], **told: Any) -> Run:
    values: dict[str, Any] = {
        "profile": "quote",
        "version": "0.1.0",
        "answerer": "quote",
        "fingerprints": Fingerprints(**PRINTS),
    }
    return Run(items=tuple(items), **(values | told))


def blessed(items: Sequence[Item], **told: Any) -> Run:
    return run_of(items, blessed=Blessed(reason="as it should be", day="2026-11-01"), **told)


def judged(
    run: Run,
    baseline: Run | None,
    *,
    floors: dict[str, dict[str, float]] | None = None,
    must_pass: tuple[str, ...] = (),
    quarantine: tuple[str, ...] = (),
) -> Verdict:
    held = tuple(
        Quarantine(id=name, reason="its gold is disputed", until=TODAY) for name in quarantine
    )
    profile = Profile(Path("quote.toml"), {}, floors or {}, must_pass, held)
    return judge(run, baseline, profile, TODAY)


def ends(run: Run, metric: str, slice_: str) -> tuple[float, float, float]:
    estimate = matrix(run)[metric][slice_].estimate
    return estimate.mean, estimate.low, estimate.high


def test_a_share_of_independent_questions_has_wilsons_interval() -> None:
    run = run_of([item(f"q{n}", passed=n > 0) for n in range(4)])
    # Wilson 1927: 3 of 4, z = 1.96.
    assert ends(run, "pass", ALL) == pytest.approx((0.75, 0.3006, 0.9544), abs=1e-4)


def test_questions_on_one_fact_count_less() -> None:
    run = run_of(
        [item(f"q{n}", fact="even" if n % 2 else "odd", passed=bool(n % 2)) for n in range(4)]
    )
    # Between facts the variance is three times that of independent questions: 4 / 3 questions.
    assert ends(run, "pass", ALL) == pytest.approx((0.5, 0.0692, 0.9308), abs=1e-4)


def test_each_slice_has_the_questions_that_have_a_number() -> None:
    run = run_of(
        [
            item("a", fact="one", scores={"nuggets": 1.0}),
            item("b", fact="one", pair="fr -> en", scores={"nuggets": 0.5}),
            item("c", fact="two", pair="fr -> ar", scores={"nuggets": 0.0}),
            item("d", fact="three", pair="fr -> -", scores={"nuggets": None, "refused": 1.0}),
        ]
    )
    table = matrix(run)
    nuggets = table["nuggets"]
    assert {name: cell.estimate.mean for name, cell in nuggets.items()} == {
        "all": 0.5,
        "en": 1.0,
        "fr": 0.25,
        "en -> en": 1.0,
        "fr -> ar": 0.0,
        "fr -> en": 0.5,
    }
    assert (nuggets["all"].questions, nuggets["all"].facts) == (3, 2)
    assert (nuggets["fr"].questions, nuggets["fr"].facts) == (2, 2)
    assert set(table["refused"]) == {"all", "fr", "fr -> -"}
    assert list(table) == ["pass", "nuggets", "refused"]


def test_an_average_from_minus_one_stays_within_its_bounds() -> None:
    worst = run_of([item(f"q{n}", scores={"CRAG": -1.0}) for n in range(5)])
    mean, low, high = ends(worst, "CRAG", ALL)
    assert (mean, low) == (-1.0, -1.0)
    assert -1 < high < 0
    mixed = run_of([item(f"q{n}", scores={"CRAG": n - 1.0}) for n in range(3)])
    mean, low, high = ends(mixed, "CRAG", ALL)
    assert mean == pytest.approx(0)
    assert low < 0 < high


def test_differences_are_over_the_questions_that_have_a_number_in_both() -> None:
    old = blessed(
        [
            item("a", scores={"nuggets": 1.0}),
            item("b", scores={"nuggets": 0.5}),
            item("c", scores={"nuggets": None}),
            item("gone", scores={"nuggets": 0.0}),
        ]
    )
    new = run_of(
        [
            item("a", scores={"nuggets": 0.5}),
            item("b", scores={"nuggets": 0.5}),
            item("c", scores={"nuggets": 1.0}),
            item("new", scores={"nuggets": 0.0}),
        ]
    )
    cell = differences(new, old)["nuggets"][ALL]
    assert (cell.estimate.mean, cell.questions) == (-0.25, 2)
    assert (cell.estimate.low, cell.estimate.high) == (-0.5, 0.0)


def test_a_run_without_questions_has_no_numbers() -> None:
    assert matrix(run_of([])) == {}


def test_the_biggest_loss_comes_first_then_what_fails_as_before() -> None:
    old = blessed(
        [
            item("kept", scores={"nuggets": 1.0}),
            item("still", passed=False),
            item("half", scores={"nuggets": 1.0}),
            item("lost"),
            item("won", passed=False),
        ]
    )
    new = run_of(
        [
            item("kept", scores={"nuggets": 1.0}),
            item("won"),
            item("still", passed=False),
            item("half", scores={"nuggets": 0.5}),
            item("lost", passed=False),
        ]
    )
    pairs = paired(new, old)
    assert [after.id for after, _ in pairs] == ["lost", "half", "still", "kept", "won"]
    assert [after.id for after, before in pairs if answered_worse(after, before)] == [
        "lost",
        "half",
    ]
    assert [after.id for after, _ in paired(new, None)][:2] == ["lost", "still"]


def test_what_is_quarantined_is_counted_as_that_alone() -> None:
    old = blessed([item("a"), item("b"), item("c", passed=False), item("d")])
    new = run_of(
        [
            item("a", passed=False, blame="retrieval", flipped=True),
            item("b", passed=False, pair="en -> -"),
            item("c"),
            item("d", passed=False, blame="checking", flipped=True),
        ]
    )
    found = counts(new, old, judged(new, old, quarantine=("d",)))
    assert (found.questions, found.facts, found.failed, found.quarantined) == (3, 3, 2, 1)
    assert (found.lost, found.won, found.flipped) == (2, 1, 1)
    assert found.stages == {"retrieval": 1, "answering": 0, "checking": 0, "not refused": 1}
    assert [lost_in(one) for one in new.items] == ["retrieval", "not refused", "", "checking"]


def test_nothing_is_won_or_lost_against_what_cannot_be_compared() -> None:
    old = blessed([item("a")])
    new = run_of([item("a", passed=False)], fingerprints=Fingerprints(**PRINTS | {"gold": "2"}))
    found = counts(new, old, judged(new, old))
    assert (found.failed, found.lost) == (1, 0)


def test_a_short_document_is_whole_and_a_long_one_is_round_its_spans() -> None:
    short = "word " * 100
    assert windows(short, [(5, 9)]) == [(0, short)]
    text = "word " * WHOLE
    spans = [(20_000, 20_010), (100, 110), (20_500, 20_510)]
    parts = windows(text, spans)
    assert len(parts) == 2
    for start, end in spans:
        [(offset, part)] = [one for one in parts if one[0] <= start < one[0] + len(one[1])]
        assert part == text[offset : offset + len(part)]
        assert part[start - offset : end - offset] == text[start:end]
        assert offset == 0 or start - offset >= CONTEXT
        assert offset + len(part) - end >= CONTEXT
    assert sum(len(part) for _, part in parts) < 3000


def test_windows_do_not_cut_words_nor_touch_each_other() -> None:
    text = "abcdefghi " * 2000
    (first, start), (second, _) = windows(text, [(5000, 5010), (8000, 8010)])
    assert start.startswith("abcdefghi")
    assert first + len(start) < second
    assert len(windows(text, [(5000, 5010), (5805, 5815)])) == 1
