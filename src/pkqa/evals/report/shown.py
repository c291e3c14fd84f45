"""One question as the page shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pkqa.evals.gold.anchor import known, place_of
from pkqa.evals.gold.record import Record, Span, Value
from pkqa.evals.report.counts import lost_in
from pkqa.evals.report.worst import answered_worse
from pkqa.evals.scores.pieces import said
from pkqa.evals.scores.values import Piece, says
from pkqa.evals.suite.run import Item, Quoted
from pkqa.model import Answer, Citation, Document
from pkqa.text.languages import direction

RTL = ("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")
"""Languages that are written from the right: their questions are, whatever names are in them."""

Lookup = Callable[[str], Document]  # the document of an id; raises ``UnknownDocument``


def question(
    item: Item,
    before: Item | None,
    record: Record | None,
    metrics: Sequence[str],
    document: Lookup,
) -> dict[str, Any]:
    """A question with what it was in the baseline; ``record`` may be missing, and then so is what
    a right answer says."""
    return {
        "id": item.id,
        "fact": item.fact_id,
        "from": item.question_language,
        "to": item.document_language,
        "question": item.question,
        "became": _became(item, before),
        "moved": before is not None and before.answer != item.answer,
        "flipped": item.flipped,
        "tags": item.tags,
        **_answered(item, metrics),
        "before": _answered(before, metrics) if before else None,
        "withheld": _paragraphs("\n\n".join(item.withheld)),
        "cited": [
            {"marker": c.marker, "right": c.right, **_stretch(c.document_id, c.start, c.end)}
            for c in item.citations
        ],
        "retrieved": [_stretch(hit.document_id, hit.start, hit.end) for hit in item.hits],
        **_wanted(item, record, document),
    }


def _became(item: Item, before: Item | None) -> str:
    if before is not None and before.passed != item.passed:
        return "won" if item.passed else "lost"
    if not item.passed:
        return "failed"
    return "worse" if answered_worse(item, before) else "passed"


def _answered(item: Item, metrics: Sequence[str]) -> dict[str, Any]:
    return {
        "passed": item.passed,
        "status": item.status,
        "stage": lost_in(item),
        "answer": _answer(item),
        "scores": [_rounded(item.scores.get(name)) for name in metrics],
    }


def _wanted(item: Item, record: Record | None, document: Lookup) -> dict[str, Any]:
    """What the gold says of a question."""
    if record is None:
        return {"after": (), "nuggets": (), "forbidden": (), "gold": (), "note": ""}
    pieces = _said(item, document)
    # The answer of a run is not the whole of what the metric saw; where the two differ, that won.
    all_said = item.scores.get("nuggets") == 1
    return {
        "after": record.after,
        "nuggets": [
            {
                "text": _form(nugget, record.language),
                "vital": nugget.vital,
                "found": says(pieces, nugget) or (all_said and nugget.vital),
            }
            for nugget in record.nuggets
        ],
        "forbidden": [
            {"text": _form(value, record.language), "said": says(pieces, value)}
            for value in record.forbidden
        ],
        "gold": [[_gold(span, document) for span in one] for one in record.gold],
        "asOf": record.as_of,
        "unanswerable": record.unanswerable,
        "note": record.note,
    }


def _said(item: Item, document: Lookup) -> list[Piece]:
    status: Any = item.status
    return said(
        Answer(
            question=item.question,
            language=item.question_language,
            status=status,
            answer=item.answer,
            citations=tuple(_citation(quoted, document) for quoted in item.citations),
        )
    )


def _citation(quoted: Quoted, document: Lookup) -> Citation:
    found = known(document, quoted.document_id)
    return Citation(
        marker=quoted.marker,
        document_id=quoted.document_id,
        title=found.title if found else "",
        source="",
        language=found.language if found else "und",
        date=found.date if found else None,
        quote=quoted.quote,
        start=quoted.start,
        end=quoted.end,
    )


def _gold(span: Span, document: Lookup) -> dict[str, Any]:
    place = place_of(span, known(document, span.document_id))
    if place is None:
        return {"document": span.document_id, "start": None, "end": None, "quote": span.quote}
    return _stretch(place.document_id, place.start, place.end)


def _stretch(document_id: str, start: int, end: int) -> dict[str, Any]:
    return {"document": document_id, "start": start, "end": end}


def _form(value: Value, language: str) -> str:
    """A value as a person would name it in ``language``."""
    if value.value is not None:
        return value.value
    forms = value.values.get(language) or next(filter(None, value.values.values()))
    return forms[0]


def _answer(item: Item) -> list[tuple[str, str]]:
    """Its paragraphs; a refusal names documents in whatever language, and reads as the question."""
    if item.status == "not_found":
        way = "rtl" if item.question_language in RTL else "ltr"
        return [(way, text) for _, text in _paragraphs(item.answer)]
    return _paragraphs(item.answer)


def _paragraphs(text: str) -> list[tuple[str, str]]:
    """Its paragraphs, each with the way it reads: quotations keep their own language."""
    parts = (part.strip("\n") for part in text.split("\n\n"))
    return [(direction(part), part) for part in parts if part.strip()]


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)
