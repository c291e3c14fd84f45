"""How an answer is laid out: quotations, markers, and the lines that pkqa puts round them."""

from __future__ import annotations

import re

from pkqa.answer.phrases import lead_in, partly
from pkqa.model import Answer, Citation

# "[1]"; more digits in brackets are a year or a figure that somebody wrote.
MARKER = re.compile(r"[ \u00a0\u202f]*\[(\d{1,3})\]")
_PARAGRAPHS = re.compile(r"\n\s*\n")


def bare(text: str) -> str:
    """A text without markers."""
    return MARKER.sub("", text)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text that say something."""
    return [part for part in _PARAGRAPHS.split(text) if re.search(r"\w", part)]


def quotations(answer: Answer) -> list[Citation]:
    """The citations whose quotation stands in the answer's text; a longer one comes before one that
    it may contain."""
    standing = [c for c in answer.citations if c.quote.strip() and c.quote in answer.answer]
    return sorted(standing, key=lambda citation: -len(citation.quote))


def unquoted(answer: Answer) -> str:
    """The answer's text without the quotations of its citations."""
    text = answer.answer
    for citation in quotations(answer):
        text = text.replace(citation.quote, " ")
    return text


def told(text: str, answer: Answer) -> str:
    """``text``, taken from the answer, without what pkqa puts round every answer: the words before
    quotations, and that a part of the question is not answered. These state nothing."""
    for line in (
        lead_in(answer.language, 1),
        lead_in(answer.language, 2),
        partly(answer.language, answer.missing),
    ):
        text = text.replace(line, " ")
    return text
