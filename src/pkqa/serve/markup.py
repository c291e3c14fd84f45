"""The grains of HTML that every part of the page is made of.

Nothing reaches the page but through here: text is escaped, every block gets the direction of its
own script, and an address becomes a link only where it is an http(s) one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from ipaddress import IPv4Address
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from pkqa.text.languages import direction

Spans = Sequence[tuple[int, int]]

NO_BREAK = "\N{NO-BREAK SPACE}"

# Turn round what follows them, up to the end of a block; canonical text has none.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
_NUMERIC = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$")  # a browser takes it for an IP address


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text to highlight; offsets count characters of the text it is applied to."""

    start: int
    end: int
    focus: bool = False  # the one that the reader asked for
    strong: Spans = ()  # stretches of the same text to print bold inside it


def tag(name: str, *content: str, **attributes: str | int | bool | None) -> str:
    """One element around HTML that is already safe; attribute values are escaped here.

    ``class_`` stands for ``class`` and ``data_act`` for ``data-act``. ``None`` and ``False`` leave
    an attribute out, ``True`` writes it without a value. What ``data-`` holds is not for the eye,
    and comes back as it was.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}"
        + ("" if value is True else f'="{_value(key, value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return f"<{name}{written}>{''.join(content)}</{name}>"


def _value(key: str, value: str | int) -> str:
    return escape(str(value), quote=True) if key.startswith("data_") else quoted(value)


def quoted(value: Any) -> str:
    """Text made safe inside an element or a quoted attribute, and for the words around it."""
    return escape(_TURNING.sub("", str(value)), quote=True)


def known(language: str) -> str | None:
    """A language as a ``lang`` attribute: undetermined is no language."""
    return None if language == "und" else language


def guarded(text: str) -> str:
    """Text in which guillemets keep to the words inside them."""
    return text.replace("« ", f"«{NO_BREAK}").replace(" »", f"{NO_BREAK}»")


def isolated(text: object) -> str:
    """Text that keeps its own direction inside a sentence of another: titles, numbers, dates."""
    return tag("bdi", quoted(text))


def emphasised(text: str, strong: Spans, start: int = 0, end: int | None = None) -> str:
    """``text[start:end]`` with the stretches in bold; nothing else about it changes.

    Stretches may overlap, and what of them lies outside is passed over.
    """
    end = len(text) if end is None else end
    html, position = [], start
    for first, last in sorted(strong):
        left, right = max(first, position), min(last, end)
        if left < right:
            html += [quoted(text[position:left]), tag("strong", quoted(text[left:right]))]
            position = right
    return "".join(html) + quoted(text[position:end])


def shifted(spans: Spans, by: int) -> Spans:
    """The same stretches, counted from elsewhere."""
    return [(start + by, end + by) for start, end in spans]


def woven(sentence: str, **html: str) -> str:
    """A sentence of the interface with HTML in place of each ``{name}``."""
    return quoted(sentence).format_map(html)


def block(name: str, text: str, **attributes: str | int | bool | None) -> str:
    """One element of plain text that runs in the direction of most of its letters."""
    return tag(name, quoted(text), dir=direction(text), **attributes)


def chip(marker: int, turn: int, label: str) -> str:
    """The numbered button that opens passage ``marker`` of answer ``turn``."""
    return tag(
        "button",
        isolated(marker),
        type="button",
        class_="chip",
        data_act="passage",
        data_turn=turn,
        data_marker=marker,
        aria_label=label,
        title=label,
    )


def marked(text: str, start: int, end: int, marks: Iterable[Mark], language: str) -> str:
    """``text[start:end]`` as one paragraph a line, with ``marks`` highlighted.

    Marks may overlap, and may run over a line break; the part in each line is then marked.
    Only the first part of a mark in focus carries ``data-focus``, which the page scrolls to.
    """
    marks = tuple(marks)
    paragraphs = []
    position = start
    focused = False
    for line in text[start:end].split("\n"):
        line_start, line_end = position, position + len(line)
        position = line_end + 1
        if not line.strip():
            continue
        cuts = {line_start, line_end}
        for mark in marks:
            cuts.update(cut for cut in (mark.start, mark.end) if line_start < cut < line_end)
        edges = sorted(cuts)
        pieces = []
        for left, right in pairwise(edges):
            over = [mark for mark in marks if mark.start <= left and right <= mark.end]
            strong = [span for mark in over for span in mark.strong]
            piece = emphasised(text, strong, left, right)
            if over:
                focus = any(mark.focus for mark in over)
                piece = tag(
                    "mark",
                    piece,
                    class_="focus" if focus else None,
                    data_focus=focus and not focused,
                )
                focused = focused or focus
            pieces.append(piece)
        paragraphs.append(tag("p", *pieces, dir=direction(line), lang=known(language)))
    return "".join(paragraphs)


def web_address(source: str) -> tuple[str, str] | None:
    """``(address, host)`` of a source on the web; None for a path or any other scheme.

    None too where a browser might go to another host than the one that is named here: a name
    before ``@``, a backslash, letters outside ASCII, a number in disguise.
    """
    if "\\" in source or any(c.isspace() or not c.isprintable() for c in source):
        return None
    try:
        parts = urlsplit(source)
        host = parts.hostname or ""
        if "@" in parts.netloc:
            return None
        if _NUMERIC.search(host):
            IPv4Address(host)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return None
    return source, host
