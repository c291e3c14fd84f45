"""What an answer says, stretch by stretch, each in its own language.

A quotation keeps the language of its document, and its "today" is the day that the document was
published; what a model wrote round it is in the language of the answer. The values of a
disagreement are shown to the reader beside the answer, and count as said. An answer that finds
nothing names the documents that come nearest, which is no answer: it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from pkqa.evals.scores.layout import bare, paragraphs, quotations, told, unquoted
from pkqa.evals.scores.values import Piece
from pkqa.model import Answer, Disagreement
from pkqa.text.languages import written_in


def said(answer: Answer) -> list[Piece]:
    """Everything that the answer says."""
    if answer.status == "not_found":
        return []
    quoted = [
        Piece(bare(c.quote), written_in(c.quote, c.language), c.date) for c in quotations(answer)
    ]
    own = paragraphs(bare(told(unquoted(answer), answer)))
    shown = [piece for one in answer.disagreements for piece in values(answer, one)]
    return [*quoted, *_written(own, answer.language), *shown]


def withheld(answer: Answer) -> list[Piece]:
    """What a model wrote that was kept from the reader."""
    return _written(answer.withheld, answer.language)


def values(answer: Answer, disagreement: Disagreement) -> list[Piece]:
    """The values of a disagreement, each as its document writes it."""
    cited = {citation.marker: citation for citation in answer.citations}
    pieces = []
    for reported in disagreement.values:
        citation = cited.get(reported.marker)
        language = citation.language if citation else answer.language
        pieces.append(Piece(reported.value, language, citation.date if citation else None))
    return pieces


def _written(texts: Iterable[str], language: str) -> list[Piece]:
    return [Piece(text, written_in(text, language)) for text in texts]
