"""What the parts of the sources panel share: its frame, and how it tells of a document."""

from __future__ import annotations

from pathlib import PurePath

from pkqa.model import Citation, Document
from pkqa.serve.markup import block, isolated, known, quoted, tag, web_address, woven
from pkqa.serve.strings import STRINGS, Language, Strings, language_name, written_date


def hint(language: Language) -> str:
    """The panel before there is anything to show."""
    strings = STRINGS[language]
    return panel(strings, tag("p", quoted(strings.sources_hint), class_="hint"))


def gone(language: Language, *, linked: bool = False) -> str:
    """The panel where what was asked for is no longer there; of a document that an address names,
    nobody is told whether it is missing or another's."""
    strings = STRINGS[language]
    sentence = strings.not_open if linked else strings.gone
    return panel(strings, tag("p", quoted(sentence), class_="hint", role="alert"))


def panel(strings: Strings, *content: str) -> str:
    """The frame that all of it stands in."""
    return tag(
        "section",
        tag("h2", quoted(strings.sources), class_="panel-title"),
        *content,
        class_="panel",
        dir=strings.direction,
        aria_label=strings.sources,
    )


def stands(citation: Citation, document: Document) -> bool:
    """Whether the quotation is still what the document says at that place."""
    return (
        citation.document_id == document.document_id
        and document.text[citation.start : citation.end] == citation.quote
    )


def title(name: str, text: str, language: str) -> str:
    """A document's title as an element of that name."""
    return block(name, text, lang=known(language))


def facts(
    document: Document | None, source: str, citation: Citation | None, strings: Strings
) -> str:
    """Publication, date, language and page of a source, each in a chip of its own."""
    described = document or citation
    date = described.date if described else None
    language = described.language if described else None
    told = [isolated(written_date(date, strings))]
    if document is not None and document.publication:
        told.insert(0, isolated(document.publication))
    if language and known(language):
        told.append(quoted(language_name(language, strings)))
    if citation is not None and citation.page is not None:
        told.append(isolated(strings.page.format(page=citation.page)))
    if web_address(source) is None and PurePath(source).suffix:
        told.append(isolated(PurePath(source).name))
    return tag("ul", *(tag("li", fact) for fact in told), class_="facts")


def link(source: str, strings: Strings) -> str:
    """The way to a source on the web; nothing for any other."""
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
