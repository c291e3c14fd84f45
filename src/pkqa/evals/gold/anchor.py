"""Where gold spans stand in the index that is asked.

A document that was edited moves its sentences. Their quotations are what was judged, so a span is
where its quotation stands, and nowhere if that is not sure.
"""

from __future__ import annotations

from collections.abc import Callable

from pkqa.errors import UnknownDocument
from pkqa.evals.gold.record import Record, Span
from pkqa.evals.scores.asked import Place
from pkqa.model import Document

Lookup = Callable[[str], Document]  # the document of an id; raises ``UnknownDocument``


def places(record: Record, document: Lookup) -> tuple[tuple[Place | None, ...], ...]:
    """The places of the gold spans, set by set: at ``start:end`` where the text there is the
    quotation, else where it stands in the document if exactly once, else None."""
    return tuple(
        tuple(place_of(span, known(document, span.document_id)) for span in one)
        for one in record.gold
    )


def anchored(record: Record, document: Lookup) -> Record:
    """The record with hash, start and end of its spans as they are in the index; a span that
    stands nowhere is left as it is."""
    gold = tuple(tuple(_anchored(span, document) for span in one) for one in record.gold)
    return record if gold == record.gold else record.model_copy(update={"gold": gold})


def known(document: Lookup, document_id: str) -> Document | None:
    """The document of an id, or None."""
    try:
        return document(document_id)
    except UnknownDocument:
        return None


def place_of(span: Span, document: Document | None) -> Place | None:
    """The place of one span in its document; None where that is not there."""
    if document is None:
        return None
    text, quote = document.text, span.quote
    if text[span.start : span.end] == quote:
        return Place(span.document_id, span.start, span.end)
    first = text.find(quote)
    if first < 0 or text.find(quote, first + 1) >= 0:
        return None
    return Place(span.document_id, first, first + len(quote))


def _anchored(span: Span, document: Lookup) -> Span:
    found = known(document, span.document_id)
    place = place_of(span, found)
    if found is None or place is None:
        return span
    return span.model_copy(
        update={"text_sha": found.text_sha, "start": place.start, "end": place.end}
    )
