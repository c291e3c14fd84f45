"""One whole document in the sources panel, at the place that the reader came for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import urlencode

from pkqa.model import Citation, Document
from pkqa.serve.icons import icon
from pkqa.serve.markup import Mark, isolated, marked, quoted, tag
from pkqa.serve.panel import facts, link, panel, stands, title
from pkqa.serve.strings import STRINGS, Language, Strings
from pkqa.serve.turn import View


def whole(document: Document, view: View, citations: Sequence[Citation], language: Language) -> str:
    """One document from its first line to its last, with every cited passage highlighted.

    ``citations`` are those of the answer that the reader came from; the ones that point elsewhere
    are passed over. Who came by an address sees the span that it names.
    """
    strings = STRINGS[language]
    marks = [
        Mark(citation.start, citation.end, citation.marker == view.marker, citation.emphasis)
        for citation in citations
        if stands(citation, document)
    ]
    if view.turn is None and 0 <= view.start < view.end <= len(document.text):
        marks = [Mark(view.start, view.end, focus=True)]
    focused = next((mark for mark in marks if mark.focus), None)
    back = tag(
        "button",
        quoted(strings.back),
        type="button",
        class_="quiet back",
        data_act="passages",
        data_turn=view.turn,
    )
    return panel(
        strings,
        tag("p", quoted(strings.opened_by_link), class_="eyebrow") if view.turn is None else back,
        tag(
            "article",
            title("h3", document.title, document.language),
            facts(document, document.source, None, strings),
            tag(
                "div",
                _place(document, focused, strings, language),
                link(document.source, strings),
                class_="actions",
            ),
            tag("div", _entire(document, marks, strings), class_="passage entire"),
            class_="card document",
            tabindex=-1,
            data_focus=focused is None,
        ),
    )


def _entire(document: Document, marks: Sequence[Mark], strings: Strings) -> str:
    """The text, with the number of each page where it starts."""
    text = document.text
    starts = sorted({start for start in document.pages if 0 < start < len(text)})
    numbers = {start: number for number, start in enumerate(document.pages, 1)}
    pieces = []
    for left, right in pairwise([0, *starts, len(text)]):
        if left in numbers:
            label = strings.page.format(page=numbers[left])
            pieces.append(tag("p", isolated(label), class_="page-break"))
        pieces.append(marked(text, left, right, marks, document.language))
    return "".join(pieces)


def _place(document: Document, mark: Mark | None, strings: Strings, language: Language) -> str:
    """The button that copies an address of the document, and of the highlighted words in it."""
    wanted = {"lang": language, "document": document.document_id}
    if mark is not None:
        wanted |= {"start": str(mark.start), "end": str(mark.end)}
    return tag(
        "button",
        icon("link"),
        quoted(strings.link_place),
        type="button",
        class_="quiet",
        data_act="copy",
        data_address="?" + urlencode(wanted),
        data_done=strings.link_copied,
        data_failed=strings.not_copied,
    )
