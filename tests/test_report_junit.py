"""The JUnit file, parsed back."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from pkqa.evals.gate.verdict import Verdict
from pkqa.evals.report.junit import junit
from pkqa.evals.suite.run import Run
from test_report_markdown import failing
from test_report_matrix import item, judged, run_of


def parsed(run: Run, verdict: Verdict) -> ET.Element:
    return ET.fromstring(junit(run, verdict).encode())  # noqa: S314 - what we wrote


def cases(root: ET.Element, suite: str) -> dict[str, ET.Element]:
    [found] = [one for one in root if one.get("name") == suite]
    return {str(case.get("name")): case for case in found}


def test_a_suite_a_pair_and_a_case_a_question() -> None:
    run, baseline = failing()
    root = parsed(run, judged(run, baseline))
    assert [suite.get("name") for suite in root] == ["en -> en", "fr -> en", "gate"]
    assert [root[1].get(name) for name in ("tests", "failures", "skipped", "errors")] == [
        "20",
        "20",
        "0",
        "0",
    ]
    assert root[0].get("failures") == "0"
    whole = sum(int(suite.get("tests", "")) for suite in root)
    assert root.get("tests") == str(whole)
    failure = cases(root, "fr -> en")["q.fr03"].find("failure")
    assert failure is not None
    assert failure.get("message") == "lost in retrieval; 0 % of the vital values are said"
    assert failure.text == "What of q.fr03?\n\nanswered:\nnew answer 3"


def test_a_question_that_was_not_refused_says_so() -> None:
    run = run_of([item("q", passed=False, pair="ar -> -")])
    failure = cases(parsed(run, judged(run, None)), "ar -> -")["q"].find("failure")
    assert failure is not None
    assert failure.get("message") == "not refused"


def test_what_is_quarantined_is_skipped_with_the_reason() -> None:
    run, baseline = failing()
    root = parsed(run, judged(run, baseline, quarantine=("q.fr03",)))
    case = cases(root, "fr -> en")["q.fr03"]
    assert case.find("failure") is None
    skipped = case.find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "quarantined until 2026-11-22: its gold is disputed"
    assert root[1].get("skipped") == "1"


def test_the_gate_is_a_suite_of_its_own() -> None:
    run, baseline = failing()
    verdict = judged(
        run, baseline, floors={"pass": {"all": 0.9, "en": 0.9}}, must_pass=("q.fr01", "q.en01")
    )
    gate = cases(parsed(run, verdict), "gate")
    failed = {name for name, case in gate.items() if case.find("failure") is not None}
    assert {
        "verdict",
        "pass (fr)",
        "pass (fr -> en)",
        "nuggets (all)",
        "floor of pass (all)",
        "must pass: q.fr01",
    } <= failed
    assert not failed & {"pass (en)", "pass (en -> en)", "floor of pass (en)"}
    failure = gate["pass (fr)"].find("failure")
    assert failure is not None
    assert failure.get("message") == "fell by 100.0 points, from 1.000 to 0.000"


def test_what_may_be_noise_is_no_failure() -> None:
    run, baseline = failing()
    noisy = run_of([*baseline.items[:-1], run.items[-1]])
    verdict = judged(noisy, baseline)
    gate = cases(parsed(noisy, verdict), "gate")
    assert verdict.word == "inconclusive"
    for name in ("verdict", "pass (all)"):
        assert gate[name].find("failure") is None
        assert gate[name].find("skipped") is not None


def test_a_pass_has_neither() -> None:
    _, baseline = failing()
    root = parsed(baseline, judged(baseline, baseline))
    assert (root.get("failures"), root.get("skipped")) == ("0", "0")


def test_any_text_can_be_read_back() -> None:
    hostile = '</failure><x a="1">&lt; ]]> \x00\x0b\x1f\ufffe é العربية 🇺🇳'
    run = run_of([item("q", passed=False, question=hostile, answer=hostile)])
    failure = cases(parsed(run, judged(run, None)), "en -> en")["q"].find("failure")
    assert failure is not None
    told = '</failure><x a="1">&lt; ]]>  é العربية 🇺🇳'
    assert failure.text == f"{told}\n\nanswered:\n{told}"


def test_the_same_run_is_the_same_file_whatever_its_order() -> None:
    run, baseline = failing()
    verdict = judged(run, baseline)
    turned = run_of(run.items[::-1])
    assert junit(run, verdict) == junit(turned, verdict)
    assert "time" not in junit(run, verdict)
