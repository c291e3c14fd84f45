"""HTML pages: the article's blocks in order, metadata from the head, the rest shown as dropped."""

from __future__ import annotations

import re

import trafilatura
from lxml.html import HtmlElement

from pkqa.ingest.readers.encoding import decode
from pkqa.ingest.readers.html_article import reasons
from pkqa.ingest.readers.html_blocks import blocks, parse
from pkqa.ingest.readers.result import ReadResult, UnreadableError
from pkqa.model import Dropped, RawDocument

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")


def read(content: bytes) -> ReadResult:
    """One document. Raises UnreadableError for what is no text, no HTML, or nested too deeply."""
    found = _DECLARED.search(content, 0, 4096)
    decoded = decode(content, found.group(1).decode() if found else None)
    page = decoded.text.replace("\0", "")
    if not page.strip():
        raise UnreadableError("holds no text", "leave it out, or save the page again")
    tree = parse(page)
    body = tree.find("body")
    root = tree if body is None else body
    sequence = blocks(root)
    judged = reasons(sequence, root, page)
    text = "\n\n".join(b.text for b, reason in zip(sequence, judged, strict=True) if reason is None)
    dropped = tuple(
        Dropped(b.text, reason)
        for b, reason in zip(sequence, judged, strict=True)
        if reason is not None
    )
    # htmldate's wide search would take any date it meets in the text: mark-up alone is asked.
    about = trafilatura.extract_metadata(
        page,
        date_config={"original_date": True, "extensive_search": False},
        extensive=False,
    )
    document = RawDocument(
        text=text,
        media_type="html",
        title=_said(about.title),
        date=_said(about.date),
        language=_language(tree),
        url=_said(about.url),
        publication=_said(_site(tree) or about.sitename),
        dropped=dropped,
    )
    return ReadResult([document], notes=[decoded.note] if decoded.note else [])


def _said(value: str | None) -> str | None:
    return value.strip() or None if value else None


def _site(tree: HtmlElement) -> str | None:
    """The site's name as the page writes it (trafilatura gives it in Title Case)."""
    names = tree.xpath("//meta[@property='og:site_name' or @name='og:site_name']/@content")
    return str(names[0]) if names else None


def _language(tree: HtmlElement) -> str | None:
    for value in (
        tree.get("lang"),
        tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        tree.get("xml:lang"),
        *tree.xpath("//meta[@http-equiv='content-language' or @name='language']/@content"),
        *tree.xpath("//meta[@property='og:locale']/@content"),
    ):
        if value and (tag := _LANGUAGE.match(value.strip())):
            return tag.group().lower()
    return None
