"""Quotation fidelity: the share of citations that quote their document word for word.

Verified quotations are the idea of Menick et al. 2022, "Teaching language models to support answers
with verified quotes". A citation is faithful when its quotation is the canonical text of the
document at its span, to the last character. A faithful quotation need not be to the point.
"""

from __future__ import annotations

from statistics import fmean

from pkqa.errors import UnknownDocument
from pkqa.evals.scores.asked import Asked
from pkqa.model import Citation


def of(asked: Asked) -> float | None:
    """The share, from 0 to 1; None without citations."""
    citations = asked.answer.citations
    if not citations:
        return None
    return fmean(_faithful(asked, citation) for citation in citations)


def _faithful(asked: Asked, citation: Citation) -> bool:
    try:
        text = asked.document(citation.document_id).text
    except UnknownDocument:
        return False
    return text[citation.start : citation.end] == citation.quote
