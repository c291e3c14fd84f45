"""What of a web page's lines is the page's and not the article's.

One rule a function. Each takes the lines with their keys (``boilerplate.line_key``) and marks in
``reasons`` the lines it knows; a line marked already is left as it is.
"""

from __future__ import annotations

import re

from pkqa.ingest.boilerplate import line_key, says, spread
from pkqa.ingest.cues import cue

_TRUNCATED = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(…\))\s*(\|?)\s*\Z")
# A headline run into the text below it: "... au RoyaumeLe président ...".
_GLUED = re.compile(
    r"[^\W\d_A-ZÀ-ÖØ-Þ]{2}[»”\"?!]?(?<!\s)[A-ZÀ-ÖØ-Þ](?:[^\W\d_A-ZÀ-ÖØ-Þ]|['’ ])"
    r"|[A-ZÀ-ÖØ-Þ]{3,}[^\W\d_A-ZÀ-ÖØ-Þ]"
    r"|[^\W\d_]\s?[»”][A-ZÀ-ÖØ-Þ]"
)
_SEPARATORS = re.compile(r"\s+[|•·›»>/–—]\s+|\s*\|\s*|\t+|\s{3,}")
_PROSE_END = re.compile(r"[.!?؟؛:][\s\"'”’»)\]]*\Z")
_WORDS = re.compile(r"\w+")


def page_lines(lines: list[str], keys: list[str], sure: list[str]) -> list[str]:
    """Judge the lines of a web page by every rule."""
    reasons = list(sure)
    for at, (line, key) in enumerate(zip(lines, keys, strict=True)):
        if reasons[at]:
            continue
        if key:
            reasons[at] = next((why for why, section in _BY_PHRASE if says(key, section)), cue(key))
        if not reasons[at] and (_is_teaser(line) or _is_menu_bar(line)):
            reasons[at] = "teaser" if _is_teaser(line) else "menu"
    spread(keys, reasons, "consent", "consent_button")
    _menus(lines, keys, reasons)
    _home_menu(lines, keys, reasons)
    _related(lines, keys, reasons)
    _tail_teasers(lines, reasons)
    _foot(lines, keys, reasons)
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


def _is_teaser(line: str) -> bool:
    """A cut-off text with the bar that closes its box."""
    cut = _TRUNCATED.search(line[-40:])
    return cut is not None and bool(cut[1])


def _is_menu_bar(line: str) -> bool:
    """Two or more entries between separators, all or (of three and more) most of them a menu's."""
    if len(line) > 400:
        return False
    parts = [part for part in _SEPARATORS.split(line.strip()) if part]
    keys = [line_key(part) for part in parts]
    known = sum(1 for key in keys if says(key, "navigation") or says(key, "share"))
    return known >= 2 and (known == len(parts) or (len(parts) >= 3 and known * 2 >= len(parts)))


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


def _home_menu(lines: list[str], keys: list[str], reasons: list[str]) -> None:
    """Mark a block of three or more entries that opens with "Home", above the article's prose.

    The block ends at a blank line; a last entry with prose right below it is a title.
    """
    first_prose = next((i for i, line in enumerate(lines) if _is_prose(line, "")), len(lines))
    for at in range(first_prose):
        if says(keys[at], "home"):
            end = at
            while end < first_prose and (_is_entry(lines[end]) or says(keys[end], "navigation")):
                end += 1
            if end == first_prose:
                end -= 1
            if end - at >= 3:
                for i in range(at, end):
                    reasons[i] = reasons[i] or "menu"


def _is_entry(line: str) -> bool:
    return 0 < len(line) <= 40 and len(_WORDS.findall(line)) <= 4 and not _PROSE_END.search(line)


def _related(lines: list[str], keys: list[str], reasons: list[str]) -> None:
    """Mark headings such as "Related articles" with the titles under them.

    Where the article goes on below, only the title right under the heading is taken.
    """
    last_prose = _last_prose(lines, reasons)
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


def _last_prose(lines: list[str], reasons: list[str]) -> int:
    prose = (at for at, line in enumerate(lines) if _is_prose(line, reasons[at]))
    return max(prose, default=-1)


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


# What only a page's foot has: no article goes on in short lines below one of these.
_FOOT = frozenset({"teaser", "comment-form", "copyright"})


def _foot(lines: list[str], keys: list[str], reasons: list[str]) -> None:
    """Mark what stands between and below the teasers and forms at the foot of the page.

    It begins below the last prose, with a teaser, a comment form or a copyright line, or with the
    heading right above the teasers ("Most read this week").
    """
    last_prose = _last_prose(lines, reasons)
    if last_prose < 0:
        return
    below = [at for at in range(last_prose + 1, len(lines)) if lines[at].strip()]
    first = next((n for n, at in enumerate(below) if reasons[at] in _FOOT), len(below))
    if 0 < first < len(below) and _heads_stories(keys[below[first - 1]]):
        first -= 1
    for at in below[first:]:
        reasons[at] = reasons[at] or "furniture"


def _heads_stories(key: str) -> bool:
    return 0 < len(key) <= 50 and says(key, "other_stories")


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
