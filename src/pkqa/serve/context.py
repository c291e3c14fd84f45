"""Where a quotation stands: some sentences before it and after it."""

from __future__ import annotations

from dataclasses import dataclass

from pkqa.model import Document
from pkqa.text.sentences import sentences

AROUND = 2
"""Sentences shown on each side of a quotation."""

REACH = 1200
"""Characters looked at on each side: a table without a full stop must not fill the page."""


@dataclass(frozen=True, slots=True)
class Context:
    """A stretch ``text[start:end]`` of a document that holds a quotation."""

    start: int
    end: int
    opens: bool  # the document starts here: nothing was left out before
    closes: bool  # the document ends here


def context(document: Document, start: int, end: int) -> Context:
    """The stretch of ``document`` around the quotation ``text[start:end]``.

    A side with no whole sentence within reach gets none, rather than half of one. A title at
    the head of the text is left out: the page shows it above.
    """
    text, title = document.text, document.title
    head = len(title) if text.startswith(title) and start >= len(title) else 0
    low, high = max(head, start - REACH), min(len(text), end + REACH)
    before = sentences(text[low:start], document.language)
    after = sentences(text[end:high], document.language)
    if low > head:
        before = before[1:]  # the first one is most likely cut off at its head
    if high < len(text):
        after = after[:-1]
    left = low + before[-AROUND:][0][0] if before else start
    right = end + after[:AROUND][-1][1] if after else end
    return Context(left, right, not text[head:left].strip(), not text[right:].strip())
