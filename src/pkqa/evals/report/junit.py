"""A run as JUnit XML, which every CI shows: a suite a pair of languages, a case a question, and a
suite of what the gate looks at. No times in it: the same run is the same bytes."""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree import ElementTree as ET

from pkqa.evals.gate.findings import Finding
from pkqa.evals.gate.verdict import Verdict
from pkqa.evals.report.counts import lost_in
from pkqa.evals.suite.run import Item, Run

GATE = "gate"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def junit(run: Run, verdict: Verdict) -> str:
    """The file's text."""
    root = ET.Element("testsuites", name=_legal(f"pkqa eval {run.profile}"))
    held = {entry.id: entry for entry in verdict.quarantined}
    items = sorted(run.items, key=lambda item: (item.pair, item.id))
    for pair, of_pair in groupby(items, key=lambda item: item.pair):
        suite = _suite(root, pair)
        for item in of_pair:
            case = _case(suite, f"{run.profile}.{pair}", item.id)
            entry = held.get(item.id)
            if entry is not None:
                _say(case, "skipped", f"quarantined until {entry.until}: {entry.reason}")
            elif not item.passed:
                _say(case, "failure", _missing(item), _shown(item))
    _gate(_suite(root, GATE), run.profile, verdict)
    for suite in root:
        _count(suite)
    _count(root)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _gate(suite: ET.Element, profile: str, verdict: Verdict) -> None:
    """The verdict, what it was found in, floors, and questions that have to pass."""
    where = f"{profile}.{GATE}"
    whole = _case(suite, where, "verdict")
    if verdict.code:
        kind = "skipped" if verdict.code == 3 else "failure"  # 3: nothing is known to be worse
        _say(whole, kind, verdict.word, "\n".join(verdict.sentences()))
    for found in verdict.findings:
        case = _case(suite, where, f"{found.metric} ({found.slice})")
        if found.outcome == "regression":
            _say(case, "failure", _fell(found))
        elif found.outcome == "inconclusive":
            _say(case, "skipped", f"{_fell(found)}: it may be noise")
    for floor in verdict.floors:
        case = _case(suite, where, f"floor of {floor.metric} ({floor.slice})")
        if floor.broken:
            mean = "no number" if floor.mean is None else f"{floor.mean:.3f}"
            _say(case, "failure", f"{mean}, below {floor.least:.3f}")
    for name in verdict.failed:
        _say(_case(suite, where, f"must pass: {name}"), "failure", "it failed")


def _fell(found: Finding) -> str:
    verb = "rose" if found.lower else "fell"
    return f"{verb} by {100 * found.loss:.1f} points, from {found.old:.3f} to {found.new:.3f}"


def _missing(item: Item) -> str:
    """What kept a question from passing, in a line."""
    stage = lost_in(item)
    parts = [stage if stage == "not refused" else f"lost in {stage}"]
    nuggets = item.scores.get("nuggets")
    if nuggets is not None:
        parts.append(f"{100 * nuggets:.0f} % of the vital values are said")
    return "; ".join(parts)


def _shown(item: Item) -> str:
    return f"{item.question}\n\n{item.status}:\n{item.answer}"


def _suite(root: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=_legal(name))


def _case(suite: ET.Element, where: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_legal(where), name=_legal(name))


def _say(case: ET.Element, kind: str, message: str, text: str = "") -> None:
    ET.SubElement(case, kind, message=_legal(message)).text = _legal(text) or None


def _count(suite: ET.Element) -> None:
    """Set how many cases there are, and how many failed and were skipped."""
    for name, path in (("tests", ""), ("failures", "/failure"), ("skipped", "/skipped")):
        suite.set(name, str(len(suite.findall(f".//testcase{path}"))))
    suite.set("errors", "0")


def _legal(text: str) -> str:
    """``text`` without the characters that XML has no way to write."""
    return _ILLEGAL.sub("", text)
