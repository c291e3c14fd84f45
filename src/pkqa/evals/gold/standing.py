"""Faults of gold spans: what does not stand in the index as the record says."""

from __future__ import annotations

from collections.abc import Iterator

from pkqa.evals.gold.anchor import Lookup, known, place_of
from pkqa.evals.gold.lines import Line
from pkqa.evals.gold.record import Span
from pkqa.model import Document

LONGEST = 600  # characters of a quotation: it is a sentence or a few, or a document whole

_ANCHOR = "`pkqa eval check --anchor` brings it up to date"


def faults(line: Line, document: Lookup) -> Iterator[str]:
    """What is wrong with the spans of one question."""
    for number, spans in enumerate(line.record.gold, 1):
        for span in spans:
            found = known(document, span.document_id)
            if found is None:
                what = f"gold set {number}: no document {span.document_id!r} in the index"
                yield line.fault(what, "ingest it, or take the span out")
                continue
            told = _misplaced(span, found)
            if told is not None:
                what, remedy = told
                yield line.fault(f"gold set {number}: {what}", remedy)
            if len(span.quote) > LONGEST and span.quote != found.text:
                what = f"gold set {number}: a quotation of {len(span.quote)} characters"
                yield line.fault(what, f"quote the sentences that answer, {LONGEST} at most")


def _misplaced(span: Span, document: Document) -> tuple[str, str] | None:
    """What is wrong with where a span stands, and what to do; None where all is well."""
    place = place_of(span, document)
    stated = f"{span.start}:{span.end} of {span.document_id}"
    if place is None:
        if span.quote in document.text:
            what = f"the text at {stated} is not the quotation, which stands there several times"
            return what, "set start and end to the place that is meant"
        what = f"the text at {stated} is not the quotation, which stands nowhere in it"
        return what, "quote it anew, or take the span out"
    if (place.start, place.end) != (span.start, span.end):
        what = f"the text at {stated} is not the quotation, which stands at "
        return f"{what}{place.start}:{place.end}", _ANCHOR
    if span.text_sha != document.text_sha:
        return f"text_sha is of another text of {span.document_id}", _ANCHOR
    return None
