"""A run as one HTML page that needs nothing else: no server, no network, no other file.

Its policy lets the browser run this script and this style sheet and load nothing at all. What was
asked and answered comes as data and is drawn as text.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib import resources
from string import Template

from pkqa.evals.gate.verdict import Verdict
from pkqa.evals.gold.record import Record
from pkqa.evals.report.data import page_data
from pkqa.evals.suite.run import Run
from pkqa.model import Document

SCRIPTS = (
    "dom", "verdict", "heat", "chart", "losses", "passages", "question", "questions", "page",
)  # fmt: skip


def page(
    run: Run,
    baseline: Run | None,
    verdict: Verdict,
    records: Mapping[str, Record],
    documents: Mapping[str, Document],
) -> str:
    """The page.

    Args:
        run: what is shown.
        baseline: what it is compared with, if there is one.
        verdict: what the gate made of both.
        records: the gold questions, by id; of one that is missing only the run tells.
        documents: those of the index, by id.
    """
    data = page_data(run, baseline, verdict, records, documents)
    script = "".join(_static(f"{name}.js") for name in SCRIPTS)
    style = _static("page.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return Template(_static("page.html")).substitute(
        policy=policy,
        title=escape(f"{verdict.word} - {run.profile} - pkqa eval"),
        style=style,
        script=script,
        data=_json(data),
    )


def _static(name: str) -> str:
    return (resources.files("pkqa.evals.report") / "static" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _json(data: object) -> str:
    """As it may stand in a script element: nothing in it can end that, or begin a comment."""
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return told.replace("<", "\\u003c")
