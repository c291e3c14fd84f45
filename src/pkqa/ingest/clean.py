"""Cleaning: canonical text of one document without the furniture of the page it came from.

The rule of the house is that nothing of the article goes. So a line is taken out only where it says
itself what it is (``boilerplate``), or where several signs agree (a menu, a teaser, a list of other
stories); sub-headings, captions and bylines are short lines too, and stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from pkqa.ingest.boilerplate import line_key, says, spread
from pkqa.ingest.cues import sure_cue
from pkqa.ingest.furniture import page_lines
from pkqa.model import Dropped, RawDocument
from pkqa.text.canonical import canonical

CLEANER_VERSION = "1"

_MOST_LOST = 0.6  # share of the text; a page that would lose more was judged wrongly

# Only what comes off a web page has a page's furniture; the other formats lose the surest lines.
_PAGES = frozenset({"txt", "html"})

_PHRASE = 500  # characters: no phrase of the furniture is longer
_ASIDE = re.compile(r"\A[^|•·–—]{5,40}(?=\s*[|•·–—])|[|•·–—][^|•·–—]{5,40}\Z")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document's canonical text after cleaning, and what did not make it there."""

    text: str
    dropped: tuple[Dropped, ...]
    title: str | None  # the metadata's title in one line, or None
    pages: tuple[int, ...]  # offset in ``text`` where each page starts


def clean(raw: RawDocument) -> Cleaned:
    """Return the canonical text of one document without boilerplate.

    A pure function of ``raw``: no other document is looked at. What is taken out is listed in
    ``dropped``, in order, behind what the reader had left out already.
    """
    text = canonical(raw.text)
    lines = [part for line in text.split("\n") for part in _parts(line)]
    reasons = _judge(lines, raw.media_type)
    kept = canonical("\n".join(line for line, why in zip(lines, reasons, strict=True) if not why))
    dropped = _stretches(lines, reasons)
    title = " ".join(canonical(raw.title).split()) if raw.title else ""
    return Cleaned(kept, raw.dropped + dropped, title or None, _pages(raw, lines, reasons, kept))


def _parts(line: str) -> list[str]:
    """Part a byline from the reading time that stands at one of its ends."""
    if 12 <= len(line) <= 200:
        for aside in _ASIDE.finditer(line):
            if sure_cue(line_key(aside[0])) == "reading-time":
                parts = (line[: aside.start()], aside[0], line[aside.end() :].lstrip(" |•·–—"))
                return [part for part in parts if part.strip()]
    return [line]


def _judge(lines: list[str], media_type: str) -> list[str]:
    """Return for each line the reason to drop it, or ""."""
    keys = [line_key(line) if len(line) <= _PHRASE else "" for line in lines]
    sure = _surest(keys)
    if media_type not in _PAGES:
        return sure
    reasons = page_lines(lines, keys, sure)
    total = sum(map(_visible, lines))
    lost = sum(_visible(line) for line, why in zip(lines, reasons, strict=True) if why)
    return sure if lost > _MOST_LOST * total else reasons


def _surest(keys: list[str]) -> list[str]:
    """Judge by phrases that are furniture in whatever format they stand."""
    reasons = [""] * len(keys)
    for at, key in enumerate(keys):
        if not key:
            continue
        reasons[at] = "comment-form" if says(key, "comment_form") else sure_cue(key)
    spread(keys, reasons, "comment-form", "comment_field")
    return reasons


def _stretches(lines: list[str], reasons: list[str]) -> tuple[Dropped, ...]:
    """Join neighbouring lines dropped for one reason."""
    found: list[tuple[str, list[str]]] = []
    open_reason = ""
    for line, reason in zip(lines, reasons, strict=True):
        if reason and reason == open_reason:
            found[-1][1].append(line)
        elif reason:
            found.append((reason, [line]))
        if reason or line.strip():
            open_reason = reason
    return tuple(Dropped("\n".join(part), reason) for reason, part in found)


def _visible(text: str) -> int:
    return len("".join(text.split()))


def _pages(raw: RawDocument, lines: list[str], reasons: list[str], kept: str) -> tuple[int, ...]:
    """Carry page starts from the raw text over to the cleaned one.

    Counted in visible characters, which canonical form and the dropping of whole lines change in
    a way that can be followed: everything else that changes between the two texts is blank.
    """
    if not raw.pages:
        return ()
    sizes = [_visible(line) for line in lines]
    ends = list(accumulate(sizes))
    lost = [0, *accumulate(s if why else 0 for s, why in zip(sizes, reasons, strict=True))]
    places = [i for i, c in enumerate(kept) if not c.isspace()]
    starts = []
    seen = 0
    previous = 0
    for page in raw.pages:
        seen += _visible(canonical(raw.text[previous:page]))
        previous = page
        line = bisect_right(ends, seen)
        inside = seen - (ends[line - 1] if line else 0)
        here = seen - lost[min(line, len(lines))]
        if line < len(lines) and reasons[line]:
            here -= inside
        starts.append(places[here] if here < len(places) else len(kept))
    return tuple(starts)
