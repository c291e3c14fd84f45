"""An answer as one text, for readers that know nothing but text: chat clients, other models.

Chat clients render Markdown, so nothing that a document or a model wrote may be taken for a link,
an image or HTML: such signs get a backslash, which Markdown does not show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pkqa.model import Answer, Citation

Address = Callable[[Citation], str]  # where a reader finds what is cited

_MARKER = re.compile(r"\[(\d+)\]")
_LIVE = re.compile(r"(\\*)(\](?=[(:\[])|<(?=[A-Za-z/!?])|!(?=\[))")
_URL_SIGNS = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "<>\"'`\\()[]"})


@dataclass(frozen=True, slots=True)
class Marked:
    """A marker in a text, and what it stands for; offsets count characters."""

    citation: Citation
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """An answer as text, and the markers in it."""

    text: str
    markers: tuple[Marked, ...]


def body(answer: Answer) -> Text:
    """The sentences of an answer with their markers; nothing is behind them yet."""
    citations = {cited.marker: cited for cited in answer.citations}
    text = ""
    markers: list[Marked] = []
    for piece, marker in _pieces(answer):
        # Right behind a marker these would make a link of it.
        text += f"\\{piece}" if markers and piece[:1] in {"(", ":", "["} else piece
        if marker is not None:
            told = f"[{marker}]"
            markers.append(Marked(citations[marker], len(text), len(text) + len(told)))
            text += told
    return Text(text, tuple(markers))


def behind(answer: Answer, address: Address) -> str:
    """What comes behind the sentences: the notes, and the references of the markers."""
    parts = [inert(note) for note in answer.notes]
    if answer.citations:
        parts.append("\n".join(_reference(cited, address(cited)) for cited in answer.citations))
    return "".join(f"\n\n{part}" for part in parts)


def inert(text: str) -> str:
    """``text`` as Markdown that shows the same and does nothing."""
    return _LIVE.sub(r"\1\1\\\2", text)


def _pieces(answer: Answer) -> Iterator[tuple[str, int | None]]:
    """The text up to each marker, and that marker; at the end the rest."""
    own = answer.answer
    for cited in answer.citations:  # a source may have markers of its own
        own = own.replace(cited.quote, "\0" * len(cited.quote))
    known = {cited.marker for cited in answer.citations}
    position = 0
    for found in _MARKER.finditer(own):
        if int(found[1]) in known:
            yield inert(answer.answer[position : found.start()]), int(found[1])
            position = found.end()
    yield inert(answer.answer[position:]), None


def _reference(cited: Citation, address: str) -> str:
    page = f"p. {cited.page}" if cited.page else None
    title = inert(" ".join(cited.title.split())) or cited.document_id
    facts = [title, cited.date, cited.language, page, _as_address(address)]
    return f"- [{cited.marker}] " + ", ".join(fact for fact in facts if fact)


def _as_address(address: str) -> str:
    """An address without a sign that Markdown or HTML would end it at."""
    host, slash, rest = address.partition("//")
    server, path, tail = rest.partition("/")
    return host + slash + server + path + tail.translate(_URL_SIGNS)
