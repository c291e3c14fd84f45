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

from pkqa.ingest.boilerplate import line_key, says
from pkqa.model import Dropped, RawDocument
from pkqa.text.canonical import canonical

CLEANER_VERSION = "1"

_MOST_LOST = 0.6  # share of the text; a page that would lose more was judged wrongly

# Only what comes off a web page has a page's furniture; the other formats lose the surest lines.
_PAGES = frozenset({"txt", "html"})

_PHRASE = 500  # characters: no phrase of the furniture is longer
_TRUNCATED = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(…\))\s*(\|?)\s*\Z")
# A headline run into the text below it: "... au RoyaumeLe président ...".
_GLUED = re.compile(
    r"[^\W\d_A-ZÀ-ÖØ-Þ]{2}[»”\"?!]?(?<!\s)[A-ZÀ-ÖØ-Þ](?:[^\W\d_A-ZÀ-ÖØ-Þ]|['’ ])"
    r"|[A-ZÀ-ÖØ-Þ]{3,}[^\W\d_A-ZÀ-ÖØ-Þ]"
    r"|[^\W\d_]\s?[»”][A-ZÀ-ÖØ-Þ]"
)
_SEPARATORS = re.compile(r"\s+[|•·›»>/–—]\s+|\s*\|\s*|\t+|\s{3,}")
_PROSE_END = re.compile(r"[.!?؟؛:][\s\"'”’»)\]]*\Z")
_ASIDE = re.compile(r"\A[^|•·–—]{5,40}(?=\s*[|•·–—])|[|•·–—][^|•·–—]{5,40}\Z")
_WORDS = re.compile(r"\w+")


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
            if says(line_key(aside[0]), "reading_time"):
                parts = (line[: aside.start()], aside[0], line[aside.end() :].lstrip(" |•·–—"))
                return [part for part in parts if part.strip()]
    return [line]


def _judge(lines: list[str], media_type: str) -> list[str]:
    """Return for each line the reason to drop it, or ""."""
    keys = [line_key(line) if len(line) <= _PHRASE else "" for line in lines]
    sure = _surest(keys)
    if media_type not in _PAGES:
        return sure
    reasons = _furniture(lines, keys, sure)
    total = sum(map(_visible, lines))
    lost = sum(_visible(line) for line, why in zip(lines, reasons, strict=True) if why)
    return sure if lost > _MOST_LOST * total else reasons


def _surest(keys: list[str]) -> list[str]:
    """Judge by phrases that are furniture in whatever format they stand."""
    reasons = [""] * len(keys)
    for at, key in enumerate(keys):
        if not key:
            continue
        if says(key, "reading_time"):
            reasons[at] = "reading-time"
        elif says(key, "protected"):
            reasons[at] = "protected"
        elif says(key, "comment_form"):
            reasons[at] = "comment-form"
    _spread(keys, reasons, "comment-form", "comment_field")
    return reasons


def _furniture(lines: list[str], keys: list[str], sure: list[str]) -> list[str]:
    """Judge the lines of a web page by every rule."""
    reasons = list(sure)
    for at, (line, key) in enumerate(zip(lines, keys, strict=True)):
        if reasons[at]:
            continue
        if key:
            reasons[at] = next((why for why, section in _BY_PHRASE if says(key, section)), "")
        if not reasons[at] and (_is_teaser(line) or _is_menu_bar(line)):
            reasons[at] = "teaser" if _is_teaser(line) else "menu"
    _spread(keys, reasons, "consent", "consent_button")
    _menus(lines, keys, reasons)
    _related(lines, keys, reasons)
    _tail_teasers(lines, reasons)
    _repeated(lines, reasons)
    return reasons


_BY_PHRASE = (
    ("consent", "consent"),
    ("newsletter", "newsletter"),
    ("share", "share"),
    ("furniture", "furniture"),
    ("copyright", "copyright"),
    ("teaser", "pointer"),
)


def _spread(keys: list[str], reasons: list[str], reason: str, labels: str) -> None:
    """Extend a reason from each line that has it to the labels next to it, over blank lines."""
    for step in (1, -1):
        near = False
        order = range(len(keys)) if step == 1 else range(len(keys) - 1, -1, -1)
        for at in order:
            if reasons[at] == reason:
                near = True
            elif keys[at]:
                near = near and not reasons[at] and says(keys[at], labels)
                if near:
                    reasons[at] = reason


def _is_teaser(line: str) -> bool:
    """A cut-off text with the bar that closes its box."""
    cut = _TRUNCATED.search(line[-40:])
    return cut is not None and bool(cut[1])


def _is_menu_bar(line: str) -> bool:
    """A line of three or more entries between separators, most of them a menu's."""
    if len(line) > 400:
        return False
    parts = [part for part in _SEPARATORS.split(line.strip()) if part]
    if len(parts) < 3:
        return False
    known = sum(1 for part in parts if says(line_key(part), "navigation"))
    return known >= 2 and known * 2 >= len(parts)


def _menus(lines: list[str], keys: list[str], reasons: list[str]) -> None:
    """Mark runs of short lines of which at least three, and at least half, are a menu's entries."""
    run: list[int] = []
    for at in range(len(lines) + 1):
        if at < len(lines) and (not lines[at].strip() or reasons[at]):
            continue
        if at < len(lines) and _is_entry(lines[at]):
            run.append(at)
            continue
        known = [i for i in run if says(keys[i], "navigation")]
        if known:
            # What stands before the first known entry or after the last may be the article's.
            inner = [i for i in run if known[0] <= i <= known[-1]]
            if len(known) >= 3 and 2 * len(known) >= len(inner):
                for i in inner:
                    reasons[i] = "menu"
        run = []


def _is_entry(line: str) -> bool:
    return len(line) <= 40 and len(_WORDS.findall(line)) <= 4 and not _PROSE_END.search(line)


def _related(lines: list[str], keys: list[str], reasons: list[str]) -> None:
    """Mark headings such as "Related articles" with the titles under them.

    Where the article goes on below, only the title right under the heading is taken.
    """
    last_prose = max(
        (at for at, line in enumerate(lines) if _is_prose(line, reasons[at])), default=-1
    )
    for at, key in enumerate(keys):
        if reasons[at] or not key or not says(key, "related"):
            continue
        below = [i for i in range(at + 1, len(lines)) if lines[i].strip()]
        if at < last_prose:
            below = below[:1]
        reasons[at] = "teaser"
        for i in below:
            if _is_prose(lines[i], reasons[i]):
                break
            reasons[i] = reasons[i] or "teaser"


def _is_prose(line: str, reason: str) -> bool:
    return (
        not reason
        and len(line) >= 60
        and _PROSE_END.search(line[-20:]) is not None
        and not _TRUNCATED.search(line[-40:])
    )


def _tail_teasers(lines: list[str], reasons: list[str]) -> None:
    """Mark the cut-off texts at the foot of the page, below the last prose, where there are two
    or more and a headline has run into one of them: an essay may end on two dots too many."""
    tail: list[int] = []
    for at in range(len(lines) - 1, -1, -1):
        if reasons[at] or not lines[at].strip():
            continue
        if not _TRUNCATED.search(lines[at][-40:]) or len(lines[at]) < 60:
            break
        tail.append(at)
    if len(tail) >= 2 and any(_GLUED.search(lines[at], 0, 250) for at in tail):
        for at in tail:
            reasons[at] = "teaser"


def _repeated(lines: list[str], reasons: list[str]) -> None:
    """Mark a line that repeats the one before it, and two or more long lines in a row that stood
    on the page already, as where a page was scraped twice over. A lone line may well recur: a
    resolution takes up the clause of another."""
    seen: set[str] = set()
    run: list[int] = []
    previous = ""
    for at, line in enumerate(lines):
        stripped = line.strip()
        if reasons[at] or not stripped:
            continue
        if stripped == previous and len(stripped) >= 12 and len(_WORDS.findall(stripped)) >= 2:
            reasons[at] = "repeated"
            continue
        run = [*run, at] if len(stripped) >= 60 and stripped in seen else []
        if len(run) >= 2:
            for again in run[-2:]:
                reasons[again] = "repeated"
        seen.add(stripped)
        previous = stripped


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
