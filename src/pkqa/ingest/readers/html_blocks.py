"""An HTML tree as a sequence of text blocks, in document order and as a browser would break them.

Nothing is judged here: what is article and what is page furniture is ``html_article``'s question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html as lxml_html
from lxml.html import HtmlElement

from pkqa.ingest.readers.result import UnreadableError


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_UNSEEN = _tags(
    "head script style noscript template iframe object embed svg canvas audio video select "
    "datalist textarea map"
)
_INLINE = _tags(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output "
    "q ruby rb rp rt s samp small span strike strong sub sup time tt u var wbr img input picture "
    "math"
)
_CELL_BLOCKS = _tags("p div ul ol table h1 h2 h3 h4 h5 h6 article section")
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One paragraph, heading, list item, caption or table. ``linked``: characters within links."""

    text: str
    element: HtmlElement
    linked: int


def parse(text: str) -> HtmlElement:
    """The tree of a page or fragment. Raises UnreadableError where the page passes the parser's
    limits (256 levels of nesting among them): what stands deeper would be lost without a word."""
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ValueError, lxml_html.etree.ParserError, lxml_html.etree.XMLSyntaxError) as error:
        raise UnreadableError(
            f"is no HTML that can be read ({error})", "save the page again"
        ) from None
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            reason = "is nested more than 256 elements deep"
            if "depth" not in entry.message:
                reason = f"passes a limit of the HTML parser ({entry.message})"
            raise UnreadableError(reason, "save the article alone", f"line {entry.line}")
    return tree


def blocks(root: HtmlElement) -> list[Block]:
    """The text blocks under ``root``; white space folded as HTML does, ``<br>`` a line end."""
    walk = _Walk(root)
    walk.visit(root, link=False, kept_space=False)
    walk.flush()
    return walk.found


def in_between(element: HtmlElement, top: HtmlElement) -> Iterator[HtmlElement]:
    """``element`` and its ancestors below ``top``."""
    node: HtmlElement | None = element
    while node is not None and node is not top:
        yield node
        node = node.getparent()


class _Walk:
    def __init__(self, root: HtmlElement) -> None:
        self.found: list[Block] = []
        self._owner = root
        self._parts: list[str] = []
        self._linked = 0
        self._number = ""  # of a list item, until its first words come
        self._next: dict[HtmlElement, int] = {}  # number of the next item of each ordered list

    def flush(self) -> None:
        text = re.sub(r" *\n *", "\n", "".join(self._parts))
        text = re.sub(r"\n{3,}", "\n\n", re.sub(r" {2,}", " ", text)).strip(" \n")
        if text:
            self.found.append(Block(self._number + text, self._owner, self._linked))
            self._number = ""
        self._parts, self._linked = [], 0

    def visit(self, element: HtmlElement, link: bool, kept_space: bool) -> None:
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            return
        if element.tag == "br":
            self._parts.append("\n")
            return
        if element.tag == "table" and _is_data(element):
            self._table(element)
            return
        inline = element.tag in _INLINE
        link = link or element.tag == "a"
        outer = self._owner
        if not inline:
            self.flush()
            self._owner = element
            if element.tag == "ol":
                self._next[element] = _first_number(element)
            elif element.tag == "li" and element.getparent() in self._next:
                self._number = f"{self._next[element.getparent()]}. "
                self._next[element.getparent()] += 1
        if element.tag == "pre":
            self._preformatted(element)
        else:
            self._say(element.text, link, kept_space)
            for child in element:
                self.visit(child, link, kept_space)
                self._say(child.tail, link, kept_space)
        if not inline:
            self.flush()
            self._owner, self._number = outer, ""

    def _say(self, text: str | None, link: bool, kept_space: bool) -> None:
        if text:
            folded = text if kept_space else _SPACE.sub(" ", text)
            self._parts.append(folded)
            self._linked += len(folded.strip()) if link else 0

    def _preformatted(self, element: HtmlElement) -> None:
        text = element.text_content().strip("\r\n")
        if text.strip():
            self.found.append(Block(text, element, 0))

    def _table(self, table: HtmlElement) -> None:
        self.flush()
        rows, linked = [], 0
        for row in table.iter("caption", "tr"):
            cells = [row] if row.tag == "caption" else list(row.iterchildren("td", "th"))
            inner = [blocks(cell) for cell in cells]
            linked += sum(b.linked for cell in inner for b in cell)
            rows.append("\t".join(" ".join(b.text for b in cell) for cell in inner).strip())
        text = "\n".join(row for row in rows if row)
        if text:
            self.found.append(Block(text, table, linked))


def _is_data(table: HtmlElement) -> bool:
    """Whether a table holds values, not a page's layout: no cell with several blocks of its own."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    return all(
        sum(1 for child in cell.iterdescendants() if child.tag in _CELL_BLOCKS) <= 1
        for cell in table.iter("td", "th")
    )


def _first_number(ordered: HtmlElement) -> int:
    start = ordered.get("start", "1")
    return int(start) if re.fullmatch(r"-?\d{1,9}", start) else 1
