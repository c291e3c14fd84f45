"""What the page is given, as one JSON object: plain data, in an order that depends on nothing but
the runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pkqa.errors import UnknownDocument
from pkqa.evals.gate.gated import LOWER_IS_BETTER
from pkqa.evals.gate.verdict import Verdict
from pkqa.evals.gold.record import Record
from pkqa.evals.intervals import Estimate
from pkqa.evals.report.counts import compared_with, counts, narrowed, without_quarantined
from pkqa.evals.report.matrix import Cell, Matrix, differences, matrix
from pkqa.evals.report.shown import RTL, question
from pkqa.evals.report.windows import windows
from pkqa.evals.report.worst import paired
from pkqa.evals.scores.table import by_name
from pkqa.evals.suite.run import ALL, NOWHERE, Run
from pkqa.model import Document
from pkqa.text.languages import direction

_FROM_MINUS_ONE = frozenset({"CRAG"})  # metrics from -1 to 1; the others go from 0 to 1


def page_data(
    run: Run,
    baseline: Run | None,
    verdict: Verdict,
    records: Mapping[str, Record],
    documents: Mapping[str, Document],
) -> dict[str, Any]:
    """Everything that the page shows."""

    def document(document_id: str) -> Document:
        try:
            return documents[document_id]
        except KeyError:
            raise UnknownDocument(document_id) from None

    compared = compared_with(baseline, verdict)
    counted = without_quarantined(run, verdict)
    table = matrix(counted)
    metrics = list(table)
    quarantined = {
        entry.id: f"{entry.reason} (until {entry.until})" for entry in verdict.quarantined
    }
    questions = [
        question(item, before, records.get(item.id), metrics, document)
        | {"quarantined": quarantined.get(item.id, "")}
        for item, before in paired(run, compared)
    ]
    return {
        "verdict": {"word": verdict.word, "sentences": verdict.sentences()},
        "compared": _compared(run, baseline, comparable=compared is not None),
        "counts": asdict(counts(run, baseline, verdict)),
        "languages": {
            "asked": _sorted({item.question_language for item in run.items}),
            "answered": _sorted({item.document_language for item in run.items}),
        },
        "slices": _slices(run),
        "metrics": _metrics(table, counted, compared, verdict),
        "questions": questions,
        "documents": _documents(questions, documents),
        "rtl": RTL,
    }


def _compared(run: Run, baseline: Run | None, *, comparable: bool) -> dict[str, Any]:
    now = run.fingerprints.model_dump()
    before = baseline.fingerprints.model_dump() if baseline else {}
    blessed = baseline.blessed if baseline else None
    return {
        "profile": run.profile,
        "version": run.version,
        "answerer": run.answerer,
        "repeats": run.repeats,
        "filtered": run.filtered,
        "questions": len(run.items),
        "facts": len({item.fact_id for item in run.items}),
        "comparable": comparable,
        "baseline": baseline
        and {
            "day": blessed.day if blessed else "",
            "reason": blessed.reason if blessed else "",
        },
        "fingerprints": [(name, now[name], before.get(name)) for name in now],
    }


def _metrics(
    table: Matrix, run: Run, baseline: Run | None, verdict: Verdict
) -> list[dict[str, Any]]:
    before = matrix(narrowed(baseline, run)) if baseline else {}
    change = differences(run, baseline) if baseline else {}
    gated = {(found.metric, found.slice): found for found in verdict.findings}
    shown = []
    for name, cells in table.items():
        slices = {}
        for slice_, cell in cells.items():
            found = gated.get((name, slice_))
            slices[slice_] = {
                "now": [*_ends(cell.estimate), cell.questions, cell.facts],
                "before": _of(before, name, slice_),
                "change": _of(change, name, slice_),
                "gated": found and {"outcome": found.outcome, "visible": found.visible},
            }
        shown.append(
            {
                "name": name,
                "title": by_name(name).title,
                "lower": name in LOWER_IS_BETTER,
                "signed": name in _FROM_MINUS_ONE,
                "slices": slices,
            }
        )
    return shown


def _of(table: Matrix, metric: str, slice_: str) -> list[float] | None:
    cell: Cell | None = table.get(metric, {}).get(slice_)
    return _ends(cell.estimate) if cell else None


def _ends(estimate: Estimate) -> list[float]:
    return [round(end, 4) for end in (estimate.mean, estimate.low, estimate.high)]


def _slices(run: Run) -> list[str]:
    languages = _sorted({item.question_language for item in run.items})
    pairs = sorted({item.pair for item in run.items})
    return [ALL, *languages, *pairs]


def _sorted(languages: set[str]) -> list[str]:
    """By name; where nothing answers comes last."""
    return sorted(languages, key=lambda language: (language == NOWHERE, language))


def _documents(
    questions: Sequence[Mapping[str, Any]], documents: Mapping[str, Document]
) -> dict[str, Any]:
    """The documents in which a question has a passage, each once."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for told in questions:
        gold = [span for one in told["gold"] for span in one if span["start"] is not None]
        for span in (*gold, *told["cited"], *told["retrieved"]):
            spans.setdefault(span["document"], []).append((span["start"], span["end"]))
    return {
        name: _document(documents[name], spans[name]) for name in sorted(spans) if name in documents
    }


def _document(document: Document, spans: Sequence[tuple[int, int]]) -> dict[str, Any]:
    parts = windows(document.text, spans)
    last, text = parts[-1]
    return {
        "title": document.title,
        "language": document.language,
        "date": document.date,
        "dir": direction(document.text),
        "parts": parts,
        "cut": last + len(text) < len(document.text),
    }
