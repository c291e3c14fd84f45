"""Markdown: front matter as metadata, the body as the plain text that a reader of it sees."""

from __future__ import annotations

import re
from itertools import pairwise

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pkqa.ingest.readers.encoding import decode
from pkqa.ingest.readers.html_blocks import blocks, parse
from pkqa.ingest.readers.misspelt import misspelt
from pkqa.ingest.readers.result import ReadResult, UnreadableError
from pkqa.model import RawDocument

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEYS = ("title", "date", "language", "url", "publication")
_MAX_NESTING = 100


def read(content: bytes) -> ReadResult:
    """One document. Raises UnreadableError for what is no text and for broken front matter."""
    decoded = decode(content)
    source = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    metadata, body = _split(source)
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})
    tokens = parser.enable(["table", "strikethrough"]).parse(body)
    groups = metadata.get("groups", "")
    names = groups if isinstance(groups, list) else groups.split(",")
    values = {key: _text(metadata.get(key), key) for key in _KEYS}
    values["title"] = values["title"] or _first_heading(tokens)
    document = RawDocument(
        text=_plain(tokens),
        media_type="md",
        groups=tuple(name.strip() for name in names if name.strip()),
        title=values["title"],
        date=values["date"],
        language=values["language"],
        url=values["url"],
        publication=values["publication"],
    )
    return ReadResult([document], notes=[decoded.note] if decoded.note else [])


def _split(source: str) -> tuple[dict[str, str | list[str]], str]:
    """Front matter and body; a rule of hyphens that opens no mapping is body."""
    match = _FRONT_MATTER.match(source)
    if match is None:
        return {}, source
    try:
        # BaseLoader builds strings, lists and mappings alone: `no` stays Norwegian, dates stay text
        found = yaml.load(match.group(1) or "", Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"front matter, line {mark.line + 2}" if mark else "front matter"
        raise UnreadableError(
            "is no YAML",
            "put each value on its own line as `name: value`, quoted if it holds `:`",
            place,
        ) from None
    if not isinstance(found, dict):
        return {}, source
    if wrong := misspelt(str(key).lower() for key in found):
        raise UnreadableError(
            f'has "{wrong}"', 'write it as "groups", or call it something else', "front matter"
        )
    metadata: dict[str, str | list[str]] = {}
    for key, value in found.items():
        name = str(key).lower()
        if name == "groups" and isinstance(value, list):
            metadata[name] = [_text(group, name) or "" for group in value]
        elif name in _KEYS or name == "groups":
            metadata[name] = _text(value, name) or ""
    return metadata, source[match.end() :]


def _text(value: object, key: str) -> str | None:
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    raise UnreadableError(f'has a "{key}" that is no text', "write one value", "front matter")


def _first_heading(tokens: list[Token]) -> str | None:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h1":
            return _inline(inline) or None
    return None


def _plain(tokens: list[Token]) -> str:
    """Blocks set apart by a blank line, table rows by a line end, cells by a tab."""
    parts: list[str] = []
    numbers: list[int | None] = []  # of the next item, for each open list
    row: list[str] | None = None  # the cells so far, within a table row
    prefix = ""
    for token in tokens:
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            ordered = token.type == "ordered_list_open"
            numbers.append(int(token.attrs.get("start", 1)) if ordered else None)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            numbers.pop()
        elif token.type == "list_item_open" and (number := numbers[-1]) is not None:
            prefix, numbers[-1] = f"{number}. ", number + 1
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            parts += ["\t".join(row).strip(), "\n"]
            row = None
        elif token.type == "table_close":
            parts.append("\n")
        elif row is not None and token.type == "inline":
            row.append(_inline(token))
        elif text := _block(token):
            parts += [prefix + text, "\n\n"]
            prefix = ""
    return "".join(parts).strip("\n")


def _block(token: Token) -> str:
    if token.type == "inline":
        return _inline(token)
    if token.type in {"fence", "code_block"}:
        return token.content.strip("\n")
    if token.type == "html_block":
        return _html(token.content)
    return ""


def _inline(token: Token) -> str:
    """The text of an inline token: marks gone, links and pictures as their words."""
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type == "image":
            parts.append(_inline(child) or child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or (
            child.type == "html_inline" and child.content.lower().startswith("<br")
        ):
            parts.append("\n")
    return "".join(parts).strip()


def _html(source: str) -> str:
    if not re.sub(r"<!--.*?(-->|\Z)|<[^>]*>", "", source, flags=re.DOTALL).strip():
        return ""
    return "\n\n".join(block.text for block in blocks(parse(source)))
