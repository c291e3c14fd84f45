"""Judging made-up runs: every word and code, and what leads to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from evalgate import TODAY, found, item, rules, run_of, with_prints
from pkqa.errors import UsageError
from pkqa.evals.gate.comparable import MEASURED
from pkqa.evals.gate.profile import Quarantine
from pkqa.evals.gate.verdict import Verdict, judge
from pkqa.evals.suite.run import Fingerprints, Item, Run

YARDSTICK = sorted(set(Fingerprints.model_fields) - set(MEASURED))


def asked(worse: int = 0, of: int = 100) -> list[Item]:
    """So many questions, the first of which fail."""
    return [item(f"q{n:03}", pass_=0.0 if n < worse else 1.0) for n in range(of)]


def held(new: Run, old: Run | None, **changes: object) -> Verdict:
    return judge(new, old, rules(**changes), TODAY)  # type: ignore[arg-type]


GOOD = run_of(asked())


def test_the_same_again_passes() -> None:
    verdict = held(GOOD, GOOD)
    assert (verdict.code, verdict.word) == (0, "pass")
    assert verdict.sentences() == [
        "no regression found in pass (all): 6.0 points or more would have been"
    ]
    one = found(verdict, "pass")
    assert (one.questions, one.facts, one.p, one.outcome, one.difference) == (
        (100, 100, 1.0, "quiet", 0.0)
    )


def test_a_significant_drop_is_a_regression() -> None:
    # Three tests (all, en, en -> en), all on the same questions: 0.5^6 * 3 is under 0.05.
    verdict = held(run_of(asked(6)), GOOD)
    assert (verdict.code, verdict.word) == (1, "regression")
    assert {one.outcome for one in verdict.findings} == {"regression"}
    one = found(verdict, "pass")
    assert (one.p, one.adjusted_p) == (0.5**6, 3 * 0.5**6)
    assert (one.old, one.new) == (1.0, 0.94)
    assert one.loss == pytest.approx(0.06)
    assert verdict.sentences()[0] == (
        "regression: pass (all) fell by 6.0 points (from 1.00 to 0.94; 95 % sure of at least 2.0)"
    )


def test_a_drop_that_may_be_noise_is_inconclusive() -> None:
    verdict = held(run_of(asked(5)), GOOD)
    assert (verdict.code, verdict.word) == (3, "inconclusive")
    assert found(verdict, "pass").adjusted_p == pytest.approx(3 / 32)
    assert verdict.sentences()[0] == (
        "inconclusive: pass (all) fell by 5.0 points (from 1.00 to 0.95; p = 0.031 before "
        "correction): it may be noise; ask more questions, or each more often"
    )


def test_a_drop_within_the_tolerance_passes() -> None:
    assert held(run_of(asked(1)), GOOD).code == 0  # one point
    assert held(run_of(asked(2)), GOOD).code == 3
    many = run_of(asked(10, of=1000))
    verdict = held(many, run_of(asked(of=1000)))
    assert found(verdict, "pass").adjusted_p == pytest.approx(3 / 1024)
    assert verdict.code == 0


def test_of_fidelity_nothing_is_tolerated() -> None:
    faithful = [item(f"q{n}", quotation_fidelity=1.0) for n in range(1000)]
    for wrong, code in {0: 0, 1: 3, 4: 3, 5: 1}.items():
        new = [item(f"q{n}", quotation_fidelity=float(n >= wrong)) for n in range(1000)]
        assert held(run_of(new), run_of(faithful)).code == code


def test_what_lowers_is_told_apart_from_what_rises() -> None:
    old = [item(f"q{n}", refused_answerable=0.0) for n in range(100)]
    new = [item(f"q{n}", refused_answerable=float(n < 20)) for n in range(100)]
    verdict = held(run_of(new), run_of(old))
    one = found(verdict, "refused answerable")
    assert (one.outcome, one.difference, one.loss) == ("regression", 0.2, 0.2)
    assert 0.1 < one.bound == one.least_loss < 0.2
    assert verdict.sentences()[0].startswith(
        "regression: refused answerable (all) rose by 20.0 points (from 0.00 to 0.20; 95 %"
    )
    assert held(run_of(old), run_of(new)).code == 0


def test_the_bound_of_what_falls_lies_below_nothing() -> None:
    one = found(held(run_of(asked(20)), GOOD), "pass")
    assert one.difference < one.bound < 0
    assert one.least_loss == -one.bound


def test_more_facts_worse_and_the_mean_no_worse_is_nothing_lost() -> None:
    def run(good: str) -> Run:
        few = [item(f"few{n}", pass_=float(good == "few")) for n in range(9)]
        many = [item(f"many{n}", f"fact{n % 3}", pass_=float(good == "many")) for n in range(9)]
        return run_of([*few, *many])

    verdict = held(run("many"), run("few"))
    assert found(verdict, "pass").loss == 0
    assert (verdict.code, found(verdict, "pass").p) == (0, 1.0)


def test_a_slice_is_judged_by_its_own() -> None:
    """Arabic lost what French won: nothing shows in all."""

    def run(losers: str) -> Run:
        return run_of(
            item(f"{language}{n}", pair=(language, language), pass_=float(language != losers))
            for language in ("fr", "ar")
            for n in range(20)
        )

    verdict = held(run("ar"), run("fr"))
    assert verdict.word == "regression"
    assert found(verdict, "pass").loss == 0
    assert [one.slice for one in verdict.findings if one.outcome == "regression"] == [
        "ar",
        "ar -> ar",
    ]


def test_a_slice_that_fell_alone_but_not_surely_is_inconclusive() -> None:
    def run(bad: str, worse: int) -> Run:
        return run_of(
            item(f"{language}{n}", pair=(language, language), pass_=passes)
            for language in ("fr", "ar")
            for n in range(40)
            for passes in [float(not (language == bad and n < worse))]
        )

    assert held(run("ar", 4), run("fr", 4)).code == 0  # 0.5^4 is over 0.05
    assert held(run("ar", 6), run("fr", 6)).word == "inconclusive"


@pytest.mark.parametrize("name", YARDSTICK)
def test_another_yardstick_is_never_compared(name: str) -> None:
    other = with_prints(run_of(asked(50)), **{name: "other"})
    verdict = held(other, GOOD)
    assert (verdict.code, verdict.word, verdict.findings) == (4, "incomparable", ())
    assert verdict.differing == (name,)
    assert verdict.sentences() == [
        f"incomparable: {name} not those of the baseline; bless a new baseline"
    ]
    with pytest.raises(UsageError, match=f'"{name}" cannot be changed on purpose.*bless'):
        judge(other, GOOD, rules(), TODAY, [name])


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_measured_may_be_changed_on_purpose(name: str) -> None:
    other = with_prints(run_of(asked(50)), **{name: "other"})
    refused = held(other, GOOD)
    assert (refused.code, refused.findings) == (4, ())
    assert "say that this was changed on purpose" in refused.sentences()[0]
    others = [one for one in MEASURED if one != name]
    assert judge(other, GOOD, rules(), TODAY, others).code == 4
    verdict = judge(other, GOOD, rules(), TODAY, [name])
    assert (verdict.code, verdict.differing, verdict.changed) == (1, (), (name,))
    assert f"changed on purpose: {name}" in verdict.sentences()


def test_what_was_not_changed_is_not_said_to_be() -> None:
    verdict = judge(GOOD, GOOD, rules(), TODAY, ["model"])
    assert (verdict.code, verdict.changed) == (0, ())


def test_an_unknown_change_is_refused() -> None:
    with pytest.raises(UsageError, match=r'"weather".*unknown; name any of embedder, model'):
        judge(GOOD, None, rules(), TODAY, ["weather"])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda run: run.model_copy(update={"profile": "llm"}), "profile"),
        (lambda run: run.model_copy(update={"items": run.items[1:]}), "questions"),
        (lambda run: run.model_copy(update={"items": (*run.items, item("new"))}), "questions"),
    ],
)
def test_another_profile_or_other_questions(change: Callable[[Run], Run], name: str) -> None:
    verdict = held(change(GOOD), GOOD)
    assert (verdict.code, verdict.differing) == (4, (name,))


def test_without_a_baseline_the_rules_hold_all_the_same() -> None:
    verdict = held(GOOD, None)
    assert (verdict.code, verdict.word, verdict.findings) == (3, "no baseline", ())
    assert held(GOOD, None, floors={"pass": {"all": 1.0}}).code == 3
    bad = run_of(asked(1))
    assert held(bad, None, floors={"pass": {"all": 1.0}}).code == 1
    assert held(bad, None, must_pass=["q000"]).code == 1


def test_floors() -> None:
    run = run_of([*asked(10), item("ar", pair=("ar", "en"), pass_=0.0)])
    verdict = held(run, run, floors={"pass": {"all": 90 / 101, "ar": 0.0, "en -> en": 0.9}})
    assert verdict.code == 0
    assert [floor.mean for floor in verdict.floors] == [pytest.approx(90 / 101), 0.0, 0.9]
    verdict = held(run, run, floors={"pass": {"en": 0.901}})
    assert (verdict.code, verdict.word) == (1, "regression")
    assert verdict.sentences()[0] == "regression: pass of en is 0.900, below its floor of 0.901"


def test_a_floor_with_nothing_to_measure_is_broken() -> None:
    verdict = held(GOOD, GOOD, floors={"quotation fidelity": {"all": 1.0}})
    assert verdict.code == 1
    assert verdict.sentences()[0] == (
        "regression: no question has a number for quotation fidelity (all), which has a floor "
        "of 1.00"
    )


def test_a_question_that_has_to_pass() -> None:
    bad = run_of(asked(1))
    assert held(bad, bad, must_pass=["q001"]).code == 0
    verdict = held(bad, bad, must_pass=["q001", "q000"])
    assert (verdict.code, verdict.failed) == (1, ("q000",))
    assert verdict.sentences()[0] == "regression: q000 has to pass, and failed"


def test_rules_about_what_there_is_not_are_refused() -> None:
    gone = Quarantine(id="gone", reason="r", until=TODAY)
    with pytest.raises(UsageError, match=r'quote\.toml: must_pass.ids: .*"gone"; name one'):
        held(GOOD, None, must_pass=["gone"])
    with pytest.raises(UsageError, match=r'quote\.toml: quarantine: .*"gone"'):
        held(GOOD, None, quarantine=[gone])
    with pytest.raises(UsageError, match=r'floors.pass: no gold question belongs to "arr"'):
        held(GOOD, None, floors={"pass": {"arr": 0.5}})


def test_quarantine_holds_until_the_end_of_its_day() -> None:
    until = Quarantine(id="q000", reason="the gold is disputed", until=TODAY)
    bad = run_of(asked(1, of=20))
    good = run_of(asked(of=20))
    profile = rules({"pass": {"all": 1.0}}, ["q000"], [until])
    verdict = judge(bad, good, profile, TODAY)
    assert (verdict.code, verdict.quarantined, verdict.expired) == (0, (until,), ())
    assert found(verdict, "pass").questions == 19
    assert (
        "not counted until the end of 2026-06-01: q000 (the gold is disputed)"
        in verdict.sentences()
    )
    verdict = judge(bad, good, profile, TODAY + timedelta(1))
    assert (verdict.code, verdict.quarantined, verdict.expired) == (1, (), (until,))
    assert verdict.failed == ("q000",)
    assert found(verdict, "pass").questions == 20
    assert "the quarantine of q000 ended on 2026-06-01" in verdict.sentences()[-1]


def test_a_filtered_run_is_compared_on_what_it_has() -> None:
    some = run_of(asked(10, of=20), filtered="language=en")
    verdict = held(some, GOOD, floors={"pass": {"all": 1.0, "ar": 1.0}}, must_pass=["q050"])
    assert (verdict.code, verdict.floors, verdict.failed) == (1, (), ())
    assert found(verdict, "pass").questions == 20
    assert any("(language=en): floors were not looked at" in one for one in verdict.sentences())
    assert held(some, GOOD, must_pass=["q001"]).failed == ("q001",)
    other = run_of([item("other")], filtered="x")
    assert held(other, GOOD).word == "incomparable"


def test_a_number_on_one_side_only() -> None:
    """Answers that are refused now have no citations: these are not compared, and that is told."""
    old = [item(f"q{n}", citation_precision=1.0) for n in range(60)]
    new = [item(f"q{n}", citation_precision=None if n < 30 else float(n >= 45)) for n in range(60)]
    verdict = held(run_of(new), run_of(old))
    one = found(verdict, "citation precision")
    assert (one.questions, one.unpaired, one.old, one.new) == (30, 30, 1.0, 0.5)
    assert "30 questions have a number in one of both runs only" in verdict.sentences()[0]


def test_nothing_in_common_is_no_pass() -> None:
    none = run_of([item("q", pass_=None)])
    assert held(none, none).word == "inconclusive"


def test_too_few_questions_are_said_to_be() -> None:
    verdict = held(run_of(asked(of=3)), run_of(asked(of=3)))
    assert verdict.sentences() == [
        "no regression found in pass (all): too few facts for any to be seen"
    ]
    assert found(verdict, "pass").adjusted_p is None
    # All lost, and still no more than chance does.
    assert held(run_of(asked(3, of=3)), run_of(asked(of=3))).code == 3


def test_slices_of_few_facts_do_not_hide_what_the_others_show() -> None:
    def run(worse: int) -> Run:
        few = [
            item(f"{n}{at}", pair=(f"l{at}", "en"), pass_=1.0)
            for n in range(2)
            for at in "abcdefghijklmnop"
        ]
        return run_of([*asked(worse, of=30), *few])

    # 3 tests could show something, 32 could not.
    assert found(held(run(6), run(0)), "pass").adjusted_p == pytest.approx(3 / 64)


def test_the_worst_comes_first() -> None:
    def run(*, good: bool) -> Run:
        return run_of(
            item(
                f"q{n:02}",
                pass_=1.0 if good else float(n >= 12),
                nuggets=1.0 if good else float(n >= 20),
                language=1.0 if good else float(n >= 2),
            )
            for n in range(80)
        )

    verdict = held(run(good=False), run(good=True))
    told = [(one.metric, one.outcome) for one in verdict.findings if one.slice == "all"]
    assert told == [("nuggets", "regression"), ("pass", "regression"), ("language", "inconclusive")]
    losses = [one.loss for one in verdict.findings if one.outcome == "regression"]
    assert losses == sorted(losses, reverse=True)


def test_the_same_verdict_each_time_and_as_json() -> None:
    old = run_of(item(f"q{n}", nuggets=(n % 10) / 10) for n in range(90))
    new = run_of(item(f"q{n}", nuggets=(n * 7 % 10) / 10) for n in range(90))
    until = Quarantine(id="q1", reason="r", until=date(2026, 12, 31))
    profile = rules({"nuggets": {"all": 0.1}}, [], [until])
    first, again = judge(new, old, profile, TODAY), judge(new, old, profile, TODAY)
    assert first == again
    told = json.loads(json.dumps(first.to_json()))
    assert (told["schema"], told["code"], told["word"]) == (
        "pkqa.verdict/1",
        first.code,
        first.word,
    )
    assert told["sentences"] == first.sentences()
    assert len(told["findings"]) == len(first.findings)
    assert told["findings"][0]["difference"] == first.findings[0].difference
    assert told["floors"][0]["broken"] is False
    assert told["quarantined"] == [{"id": "q1", "reason": "r", "until": "2026-12-31"}]
