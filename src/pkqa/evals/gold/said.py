"""Faults of nuggets: what the gold passages do not say, or say though they must not."""

from __future__ import annotations

from collections.abc import Iterator

from pkqa.evals.gold.anchor import Lookup, known
from pkqa.evals.gold.lines import Line
from pkqa.evals.gold.record import Span
from pkqa.evals.gold.told import in_words
from pkqa.evals.scores.values import Piece, says


def faults(line: Line, document: Lookup) -> Iterator[str]:
    """What is wrong with the values of one question; a set of which a document is missing cannot
    be judged, and is left out."""
    for number, spans in enumerate(line.record.gold, 1):
        pieces = pieces_of(spans, document)
        if pieces is None:
            continue
        for nugget in line.record.vital:
            if not says(pieces, nugget):
                what = f"gold set {number} does not say the vital {in_words(nugget)}"
                yield line.fault(what, "add the sentence that does, or mend the nugget")
        for value in line.record.forbidden:
            if says(pieces, value):
                what = f"gold set {number} says the forbidden {in_words(value)}"
                yield line.fault(what, "take one of the two out")


def pieces_of(spans: tuple[Span, ...], document: Lookup) -> list[Piece] | None:
    """The quotations of a set as its documents mean them; None where one is not in the index."""
    pieces = []
    for span in spans:
        found = known(document, span.document_id)
        if found is None:
            return None
        pieces.append(Piece(span.quote, found.language, found.date))
    return pieces
