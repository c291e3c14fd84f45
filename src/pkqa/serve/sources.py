"""The passages behind an answer as HTML, each in its context."""

from __future__ import annotations

from collections.abc import Mapping

from pkqa.model import Answer, Citation, Document
from pkqa.serve.context import context
from pkqa.serve.markup import (
    Mark,
    block,
    isolated,
    known,
    marked,
    quoted,
    shifted,
    tag,
)
from pkqa.serve.panel import facts, hint, link, panel, stands, title
from pkqa.serve.strings import STRINGS, Language, Strings
from pkqa.serve.turn import Turn

OPENING = 280
"""Characters of a nearest document shown where nothing answered."""


def passages(
    turn: Turn,
    number: int,
    documents: Mapping[str, Document],
    language: Language,
    marker: int | None = None,
) -> str:
    """Every passage that answer ``number`` cites; ``marker`` is the one the reader opened.

    ``documents`` holds the cited documents by id; one that is missing, or whose text no longer
    has the quotation at its span, is shown by the quotation alone. Where nothing answered, the
    nearest documents stand here instead.
    """
    strings = STRINGS[language]
    if turn.answer is None:
        return hint(language)
    if turn.answer.status == "not_found":
        cards = [_nearest(document, number, strings) for document in turn.nearest]
        heading = tag("p", quoted(strings.nearest), class_="eyebrow") if cards else ""
        return panel(strings, heading, *cards) if cards else hint(language)
    cards = [
        _passage(
            citation,
            turn.answer,
            documents.get(citation.document_id),
            number,
            strings,
            opened=citation.marker == marker,
        )
        for citation in turn.answer.citations
    ]
    return panel(strings, *cards) if cards else hint(language)


def _passage(  # noqa: PLR0913  # a card tells all of it
    citation: Citation,
    answer: Answer,
    document: Document | None,
    number: int,
    strings: Strings,
    *,
    opened: bool,
) -> str:
    return tag(
        "article",
        tag(
            "header",
            tag("span", isolated(citation.marker), class_="number", aria_hidden="true"),
            title("h3", citation.title, citation.language),
        ),
        facts(document, citation.source, citation, strings),
        _quotation(citation, document, opened, strings),
        _translation(citation, answer, strings),
        _versions(citation, number, strings),
        tag(
            "div",
            _open_document(citation.document_id, number, citation.marker, strings)
            if document is not None
            else "",
            link(citation.source, strings),
            tag(
                "button",
                quoted(strings.to_answer),
                type="button",
                class_="quiet to-answer",
                data_act="answer",
                data_turn=number,
            ),
            class_="actions",
        ),
        class_="card" + (" opened" if opened else ""),
        id=f"passage-{number}-{citation.marker}",
        tabindex=-1,
        aria_label=strings.cited_passage.format(marker=citation.marker),
    )


def _quotation(
    citation: Citation, document: Document | None, opened: bool, strings: Strings
) -> str:
    """The quotation among the sentences around it, or by itself where it no longer stands there."""
    if document is not None and stands(citation, document):
        around = context(document, citation.start, citation.end)
        mark = Mark(citation.start, citation.end, opened, citation.emphasis)
        text = marked(document.text, around.start, around.end, [mark], document.language)
        shape = "passage" + ("" if around.opens else " cut-before")
        return tag("div", text, class_=shape + ("" if around.closes else " cut-after"))
    quote, strong = citation.quote, shifted(citation.emphasis, -citation.start)
    mark = Mark(0, len(quote), opened, strong)
    text = marked(quote, 0, len(quote), [mark], citation.language)
    sentence = strings.not_among if document is None else strings.changed
    return tag("div", text, class_="passage") + tag("p", quoted(sentence), class_="note")


def _translation(citation: Citation, answer: Answer, strings: Strings) -> str:
    """The quotation in the reader's language, told apart from what the document says."""
    if not citation.translation:
        return ""
    return tag(
        "div",
        tag("p", quoted(strings.translated.format(model=answer.model or answer.answerer))),
        block("p", citation.translation, lang=known(answer.language), class_="translated"),
        class_="translation",
    )


def _versions(citation: Citation, number: int, strings: Strings) -> str:
    """The other documents that tell the same, each opening whole."""
    if not citation.versions:
        return ""
    entries = [
        tag(
            "li",
            tag(
                "button",
                block("span", version.title, lang=known(version.language)),
                type="button",
                class_="quiet",
                data_act="document",
                data_turn=number,
                data_document=version.document_id,
            ),
        )
        for version in citation.versions
    ]
    return tag(
        "div",
        tag("p", quoted(strings.also_in), class_="eyebrow"),
        tag("ul", *entries),
        class_="also",
    )


def _nearest(document: Document, number: int, strings: Strings) -> str:
    opening = document.text[:OPENING]
    if len(document.text) > OPENING:
        opening = opening.rsplit(maxsplit=1)[0]
    shape = "passage" + (" cut-after" if len(document.text) > OPENING else "")
    return tag(
        "article",
        tag("header", title("h3", document.title, document.language)),
        facts(document, document.source, None, strings),
        tag("div", marked(opening, 0, len(opening), (), document.language), class_=shape),
        tag(
            "div",
            _open_document(document.document_id, number, None, strings),
            link(document.source, strings),
            class_="actions",
        ),
        class_="card",
    )


def _open_document(document_id: str, number: int, marker: int | None, strings: Strings) -> str:
    return tag(
        "button",
        quoted(strings.whole_document),
        type="button",
        class_="quiet",
        data_act="document",
        data_turn=number,
        data_document=document_id,
        data_marker=marker,
    )
