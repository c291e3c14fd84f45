"""The sources panel as HTML: each cited passage in its context, or one whole document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from pkqa.model import Answer, Citation, Document
from pkqa.serve.context import context
from pkqa.serve.library import Turn, View
from pkqa.serve.markup import (
    Mark,
    block,
    isolated,
    known,
    marked,
    quoted,
    shifted,
    tag,
    web_address,
    woven,
)
from pkqa.serve.strings import STRINGS, Language, Strings, language_name, written_date

OPENING = 280
"""Characters of a nearest document shown where nothing answered."""


def hint(language: Language) -> str:
    """The panel before there is anything to show."""
    strings = STRINGS[language]
    return _panel(strings, tag("p", quoted(strings.sources_hint), class_="hint"))


def gone(language: Language) -> str:
    """The panel where the answer or document asked for is no longer there."""
    strings = STRINGS[language]
    return _panel(strings, tag("p", quoted(strings.gone), class_="hint", role="alert"))


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
        return _panel(strings, heading, *cards) if cards else hint(language)
    view = View(number, marker)
    cards = [
        _passage(citation, turn.answer, documents.get(citation.document_id), view, strings)
        for citation in turn.answer.citations
    ]
    return _panel(strings, *cards) if cards else hint(language)


def whole(
    document: Document,
    number: int,
    citations: Sequence[Citation],
    language: Language,
    marker: int | None = None,
) -> str:
    """One document from its first line to its last, with every cited passage highlighted.

    ``citations`` are those of answer ``number``; the ones that point elsewhere are passed over.
    """
    strings = STRINGS[language]
    marks = [
        Mark(citation.start, citation.end, citation.marker == marker, citation.emphasis)
        for citation in citations
        if _stands(citation, document)
    ]
    back = tag(
        "button",
        quoted(strings.back),
        type="button",
        class_="quiet back",
        data_act="passages",
        data_turn=number,
    )
    body = marked(document.text, 0, len(document.text), marks, document.language)
    return _panel(
        strings,
        back,
        tag(
            "article",
            _title("h3", document.title, document.language),
            _facts(document, document.source, None, strings),
            tag("div", body, class_="passage entire"),
            class_="card document",
            tabindex=-1,
            data_focus=not any(mark.focus for mark in marks),
        ),
    )


def _panel(strings: Strings, *content: str) -> str:
    return tag(
        "section",
        tag("h2", quoted(strings.sources), class_="panel-title"),
        *content,
        class_="panel",
        dir=strings.direction,
        aria_label=strings.sources,
    )


def _stands(citation: Citation, document: Document) -> bool:
    """Whether the quotation is still what the document says at that place."""
    return (
        citation.document_id == document.document_id
        and document.text[citation.start : citation.end] == citation.quote
    )


def _passage(
    citation: Citation, answer: Answer, document: Document | None, view: View, strings: Strings
) -> str:
    opened = citation.marker == view.marker
    return tag(
        "article",
        tag(
            "header",
            tag("span", isolated(citation.marker), class_="number", aria_hidden="true"),
            _title("h3", citation.title, citation.language),
        ),
        _facts(document, citation.source, citation, strings),
        _quotation(citation, document, opened, strings),
        _translation(citation, answer, strings),
        _versions(citation, view.turn, strings),
        tag(
            "div",
            _open_document(citation.document_id, view.turn, citation.marker, strings)
            if document is not None
            else "",
            _link(citation.source, strings),
            tag(
                "button",
                quoted(strings.to_answer),
                type="button",
                class_="quiet to-answer",
                data_act="answer",
                data_turn=view.turn,
            ),
            class_="actions",
        ),
        class_="card" + (" opened" if opened else ""),
        id=f"passage-{view.turn}-{citation.marker}",
        tabindex=-1,
        aria_label=strings.cited_passage.format(marker=citation.marker),
    )


def _quotation(
    citation: Citation, document: Document | None, opened: bool, strings: Strings
) -> str:
    """The quotation among the sentences around it, or by itself where it no longer stands there."""
    if document is not None and _stands(citation, document):
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
        tag("header", _title("h3", document.title, document.language)),
        _facts(document, document.source, None, strings),
        tag("div", marked(opening, 0, len(opening), (), document.language), class_=shape),
        tag(
            "div",
            _open_document(document.document_id, number, None, strings),
            _link(document.source, strings),
            class_="actions",
        ),
        class_="card",
    )


def _title(name: str, title: str, language: str) -> str:
    return block(name, title, lang=known(language))


def _facts(
    document: Document | None, source: str, citation: Citation | None, strings: Strings
) -> str:
    """Publication, date, language and page of a source, each in a chip of its own."""
    described = document or citation
    date = described.date if described else None
    language = described.language if described else None
    facts = [isolated(written_date(date, strings))]
    if document is not None and document.publication:
        facts.insert(0, isolated(document.publication))
    if language and known(language):
        facts.append(quoted(language_name(language, strings)))
    if citation is not None and citation.page is not None:
        facts.append(isolated(strings.page.format(page=citation.page)))
    if web_address(source) is None and PurePath(source).suffix:
        facts.append(isolated(PurePath(source).name))
    return tag("ul", *(tag("li", fact) for fact in facts), class_="facts")


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


def _link(source: str, strings: Strings) -> str:
    address = web_address(source)
    if address is None:
        return ""
    return tag(
        "a",
        woven(strings.open_source, host=tag("bdi", quoted(address[1]), dir="ltr")),
        href=address[0],
        target="_blank",
        rel="noopener noreferrer nofollow",
        title=strings.new_tab,
        class_="quiet link",
    )
