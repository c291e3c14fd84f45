"""From the lines of PDF pages to paragraphs: running headers out, broken words and lines mended."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pkqa.model import Dropped

_EDGE = 2  # lines at the head and at the foot of a page where furniture stands
_NUMBERED = re.compile(
    r"[-–—\s]*(?:page|p\.|صفحة|الصفحة)?\s*(\d{1,4})\s*(?:(?:/|of|sur|de|من)\s*\d{1,4})?[-–—\s]*",
    re.IGNORECASE,
)
_BARE = re.compile(r"\s*(\d{1,4})\s*")
_ENDS = re.compile(r"[.!?؟…:;؛][\"'”’»)\]\s]*$")
_ITEM = re.compile(r"(?:[•▪●◦‣·*–—-]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s")
_BROKEN_WORD = re.compile(r"(\w+)[-\u2010\u00ad]$")


@dataclass(slots=True)
class Layout:
    """The text of a whole PDF, the offset where each page starts, and what was left out."""

    text: str = ""
    pages: list[int] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def lay_out(pages: Sequence[Sequence[str]]) -> Layout:
    """Join the lines of ``pages`` (one sequence of lines a page, "" for a gap) to paragraphs."""
    layout = Layout()
    bodies = _without_furniture(pages, layout.dropped)
    words = _words(bodies)
    for lines in bodies:
        paragraphs = _paragraphs(lines, words)
        if layout.text and paragraphs:
            last_line = layout.text[layout.text.rfind("\n") + 1 :]
            runs_on = paragraphs[0][:1].islower() and not _ENDS.search(last_line)
            layout.text += " " if runs_on else "\n\n"
        layout.pages.append(len(layout.text))
        layout.text += "\n\n".join(paragraphs)
    return layout


def _without_furniture(pages: Sequence[Sequence[str]], dropped: list[Dropped]) -> list[list[str]]:
    """The pages without lines that come back at the same edge of most pages, and page numbers."""
    bodies = [_trimmed(lines) for lines in pages]
    furniture = _Furniture(bodies)
    told: set[str] = set()
    for index, lines in enumerate(bodies):
        heads, feet = _edges(lines)
        out: list[int] = []
        for edge in (heads, feet):
            # From the margin inwards, and no further than the first line that belongs to the text.
            for position in edge:
                line = lines[position]
                if not line:
                    continue
                reason = furniture.reason(index, position, line)
                if reason is None:
                    break
                out.append(position % len(lines))
                if line not in told:
                    told.add(line)
                    dropped.append(Dropped(line, reason))
        bodies[index] = _trimmed([line for i, line in enumerate(lines) if i not in out])
    return bodies


class _Furniture:
    """What stands at the edges of all pages, counted."""

    def __init__(self, bodies: list[list[str]]) -> None:
        self._count = len(bodies)
        self._lines: Counter[tuple[int, str]] = Counter()
        self._paces: Counter[int] = Counter()
        for index, lines in enumerate(bodies):
            edge = [(i, lines[i]) for part in _edges(lines) for i in part if lines[i]]
            self._lines.update({(position, _shape(line)) for position, line in edge})
            numbers = (_BARE.fullmatch(line) for _, line in edge)
            self._paces.update({int(number.group(1)) - index for number in numbers if number})

    def reason(self, index: int, position: int, line: str) -> str | None:
        """Why ``line`` at ``position`` of page ``index`` (from 0) is furniture, or None."""
        if bare := _BARE.fullmatch(line):
            # A number alone may be a figure of the text: it has to keep pace with the pages.
            pace = self._paces[int(bare.group(1)) - index]
            counts = pace >= max(2, 0.8 * self._count) or (self._count == 1 and line == "1")
            return "page-number" if counts else None
        if _NUMBERED.fullmatch(line):
            return "page-number"
        often = self._lines[position, _shape(line)] >= max(2, 0.6 * self._count)
        return "running-header" if often else None


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = [line.strip() for line in lines]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _edges(lines: list[str]) -> tuple[range, range]:
    """Positions at the head and at the foot (negative), each from the margin inwards."""
    depth = min(_EDGE, len(lines) // 2)
    return range(depth), range(-1, -depth - 1, -1)


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.casefold().split()))


def _words(bodies: list[list[str]]) -> Counter[str]:
    return Counter(
        word.lower()
        for lines in bodies
        for line in lines
        for word in re.findall(r"\w+(?:-\w+)*", line)
    )


def _paragraphs(lines: list[str], words: Counter[str]) -> list[str]:
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[min(len(lengths) - 1, round(0.95 * len(lengths)))] if lengths else 0
    paragraphs: list[str] = []
    previous = ""
    for line in lines:
        if line and previous and not _parts(previous, line, width):
            paragraphs[-1] = _joined(paragraphs[-1], line, words)
        elif line:
            paragraphs.append(line)
        previous = line
    return paragraphs


def _parts(line: str, following: str, width: int) -> bool:
    """Whether a paragraph ends between two lines: the first word of ``following`` would have
    fitted on ``line``, so the break is meant. A lower-case start never begins a paragraph."""
    if following[0].islower():
        return False
    if _ITEM.match(following):
        return True
    first_word = following.split(maxsplit=1)[0]
    return len(line) + 1 + len(first_word) < 0.85 * width


def _joined(paragraph: str, line: str, words: Counter[str]) -> str:
    """The next line set on, a word broken by a hyphen mended unless it is written with one."""
    broken = _BROKEN_WORD.search(paragraph)
    if broken is None:
        return f"{paragraph} {line}"
    start = broken.group(1)
    rest = re.match(r"\w+", line)
    if rest is None or not rest.group()[0].islower():
        return paragraph + line
    compound = f"{start}-{rest.group()}".lower()
    solid = (start + rest.group()).lower()
    if not paragraph.endswith("\u00ad") and words[compound] > words[solid]:
        return paragraph + line
    return paragraph[:-1] + line
