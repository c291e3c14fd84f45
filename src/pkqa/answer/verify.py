"""The last look at an answer before it is shown: quotations verbatim, markers true."""

from __future__ import annotations

import re
from collections.abc import Callable

from pkqa.errors import IndexCorrupt
from pkqa.model import Answer, Document

_MARKER = re.compile(r"\[(\d+)\]")


def verified(answer: Answer, document: Callable[[str], Document]) -> Answer:
    """The answer itself, once it has stood the check.

    Args:
        answer: about to be shown.
        document: gives the document of an id.

    Raises:
        IndexCorrupt: a quotation is not the text at its span, or markers and citations differ;
            either the index is damaged or pkqa is at fault, and silence is better than both.
    """
    for citation in answer.citations:
        text = document(citation.document_id).text
        if not 0 <= citation.start < citation.end <= len(text) or (
            text[citation.start : citation.end] != citation.quote
        ):
            raise IndexCorrupt(
                f"the quotation [{citation.marker}] is not what {citation.document_id} says at "
                f"{citation.start}:{citation.end}; run `pkqa doctor`"
            )
    told = _MARKER.findall(_without_quotes(answer))
    if sorted(set(told), key=int) != [str(c.marker) for c in answer.citations]:
        raise IndexCorrupt(
            f"the answer's markers {told} are not those of its citations; run `pkqa doctor`"
        )
    return answer


def _without_quotes(answer: Answer) -> str:
    """The answer's own words: a source may have markers of its own inside a quotation."""
    text = answer.answer
    for citation in answer.citations:
        text = text.replace(citation.quote, "")
    return text
