"""Which blocks of a page are its article.

trafilatura says where the article is; the page's own tree says how far it reaches. A block within
the article's element stays unless two witnesses speak against it: trafilatura left it out, and it
is a menu, form, aside or the like by its mark-up, or is made of links. So a paragraph that an
extractor's rules miss (a third of the Arabic Declaration of Human Rights, for one) is not lost.
"""

from __future__ import annotations

import re
from collections import Counter

import trafilatura
from lxml.html import HtmlElement

from pkqa.ingest.readers.html_blocks import Block, in_between

_ARTICLE_SHARE = 0.9  # of what trafilatura keeps, within the element taken for the article
_LITTLE = 250  # characters under which trafilatura's choice says nothing about the page
_PROSE = 60  # characters from which an unlinked block counts as prose
_BY_TAG = {
    "nav": "menu",
    "menu": "menu",
    "aside": "aside",
    "footer": "footer",
    "form": "form",
    "button": "form",
    "dialog": "consent",
}
_BY_ROLE = {
    "navigation": "menu",
    "menu": "menu",
    "complementary": "aside",
    "contentinfo": "footer",
    "search": "form",
    "dialog": "consent",
    "alertdialog": "consent",
}
_BY_CLASS = {
    "menu": "nav navbar navigation menu breadcrumb breadcrumbs pagination tags",
    "aside": "sidebar widget widgets promo advert adverts ads sponsored",
    "teaser": "related teaser teasers recommended trending",
    "share": "share sharing social sharedaddy newsletter subscribe subscription",
    "comment-form": "comments comment respond disqus commentform",
    "consent": "cookie cookies consent gdpr cmp",
    "footer": "footer copyright",
}
_REASON_OF_WORD = {word: reason for reason, words in _BY_CLASS.items() for word in words.split()}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


def reasons(found: list[Block], root: HtmlElement, page: str) -> list[str | None]:
    """For each block None if it belongs to the article, else why it does not.

    ``page`` is the text that ``root`` was parsed from.
    """
    said = trafilatura.extract(
        page, favor_recall=True, include_comments=False, include_tables=True, deduplicate=False
    )
    vouched = _vouched(found, said or "")
    weight = _weights(found, vouched)
    article = _article(found, vouched, weight, root)
    headline = next((b for b in found if b.element.tag == "h1"), None)
    judged: list[str | None] = []
    for block, kept in zip(found, vouched, strict=True):
        if kept or block is headline:
            judged.append(None)
            continue
        reason = _furniture(block, article, root, weight)
        if reason is None and not _inside(block, article):
            reason = "outside-article"
        judged.append(reason)
    return judged


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _vouched(found: list[Block], said: str) -> list[bool]:
    whole = _key(said)
    lines = {_key(line) for line in said.splitlines()}
    # The number of a list item is the browser's, so trafilatura does not say it.
    keys = [_key(re.sub(r"^-?\d+\. ", "", block.text)) for block in found]
    # A short text ("Share") may stand in the article's words by accident: it needs its own line.
    return [bool(key) and (key in lines or (len(key) >= 20 and key in whole)) for key in keys]


def _weights(found: list[Block], vouched: list[bool]) -> Counter[HtmlElement]:
    """Characters vouched for under each element."""
    weight: Counter[HtmlElement] = Counter()
    for block, kept in zip(found, vouched, strict=True):
        if kept:
            weight[block.element] += len(block.text)
            for ancestor in block.element.iterancestors():
                weight[ancestor] += len(block.text)
    return weight


def _article(
    found: list[Block], vouched: list[bool], weight: Counter[HtmlElement], root: HtmlElement
) -> HtmlElement:
    """The deepest element with nearly all that trafilatura keeps, widened while a large part of
    the page's prose would stay outside."""
    total = weight[root]
    article = root
    while total >= _LITTLE:
        inner = next((c for c in article if weight[c] >= _ARTICLE_SHARE * total), None)
        if inner is None:
            break
        article = inner
    prose = [
        block
        for block, kept in zip(found, vouched, strict=True)
        if kept or (len(block.text) >= _PROSE and _furniture(block, root, root, weight) is None)
    ]
    while article is not root:
        inside = sum(len(b.text) for b in prose if _inside(b, article))
        outside = sum(len(b.text) for b in prose) - inside
        if outside <= inside / 2:
            break
        article = article.getparent()
    return article


def _inside(block: Block, element: HtmlElement) -> bool:
    return block.element is element or element in block.element.iterancestors()


def _furniture(
    block: Block, article: HtmlElement, root: HtmlElement, weight: Counter[HtmlElement]
) -> str | None:
    """The reason why mark-up or links make ``block`` page furniture, or None."""
    top = article if _inside(block, article) else root
    for node in in_between(block.element, top):
        if weight[node] * 2 > weight[root]:
            break  # whatever its class, an element with most of the article is no furniture
        if node.get("hidden") is not None or node.get("aria-hidden") == "true":
            return "hidden"
        if _HIDDEN_STYLE.search(node.get("style", "")):
            return "hidden"
        reason = _BY_TAG.get(node.tag) or _BY_ROLE.get(node.get("role", ""))
        if reason is None:
            names = f"{node.get('class', '')} {node.get('id', '')}".lower()
            words = re.split(r"[\s_-]+", names)
            reason = next((_REASON_OF_WORD[w] for w in words if w in _REASON_OF_WORD), None)
        if reason:
            return reason
    return "menu" if block.linked >= 0.8 * len(block.text) else None
