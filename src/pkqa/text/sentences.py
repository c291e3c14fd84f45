"""Sentence segmentation for English, French and Arabic prose as scraped pages have it.

Two steps. Lines are joined into *runs* (a paragraph, a heading, a list item): a line break ends a
sentence unless the sentence plainly goes on after it. Inside a run, each final mark is judged by
what stands before it (abbreviations, initials, numbers) and after it (closing quotation marks,
then a capital, a digit, or a letter of a script without case).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pkqa.text.abbreviations import BEFORE_A_NUMBER, NEVER_LAST, OPENERS, SOMETIMES_LAST

_CLOSING = "\"'”’»›)\\]}"
_OPENING = "\"'“‘„«‹(\\[{¿¡*_"

# A final mark with all that belongs to its sentence: repeated marks, closing quotation marks and
# brackets, also set off by one blank as French and careless typing have it, and note references.
_FINAL = re.compile(
    r"[.!?؟…。！？۔।]+"
    rf"(?:[{_CLOSING}]+|\[\d{{1,3}}\]|[ \u00a0\u202f\u2009](?=[”»›)\]])[”»›)\]]+(?!\w)|"
    rf"[ \u00a0\u202f\u2009]\"(?=\s|$)|[ \u00a0\u202f\u2009][!?؟]+)*"
)
_FULL_WIDTH = frozenset("。！？।")

# The word in front of a stop: letters, inner stops, hyphens and apostrophes.
_LAST_WORD = re.compile(r"(?:[^\W_]|[.'’\-°§ـ])+\Z")
_NEXT = re.compile(rf"\s*(?:[{_OPENING}\-–—•]+\s*)*(\S?)([^\W\d_]*)")
_ROMAN = re.compile(r"[IVXLC]+\Z")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_WORD = re.compile(r"[^\W\d_]{2}")
_GLUED = re.compile(r"[^\W\d_]{3}[\"”’»)\]]*\Z")

# An attribution may follow an Arabic question or exclamation inside its own sentence.
_SAYING = re.compile(r"\s*(?:قال|قالت|يقول|تقول|تساءل|تساءلت|يتساءل|سأل|سألت|صاح|هتف|أجاب)(?!\w)")

_BULLET = re.compile(
    r"\s*(?:[-–—*•·▪◦‣●○■□►▶✓➤]+\s|\(?\d{1,3}[.)\-]\s|\(?[٠-٩]{1,3}[.)\-]\s|\(?[^\W\d_][.)]\s"
    r"|\([ivxlIVXL]{1,5}\)\s|[ivxIVX]{1,5}[.)]\s|#{1,6}\s|>\s|\|)"
)
_ENUMERATOR = re.compile(r"\s*(?:\(?\d{1,3}|\(?[^\W\d_]|[ivxIVX]{1,5})\Z")
_ENDS = re.compile(rf"[.!?؟…。！？۔।:;؛][\s{_CLOSING}]*\Z")
_FINAL_END = re.compile(rf"[.!?؟…。！？۔।][\s{_CLOSING}]*\Z")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_FIRST_WORD = re.compile(r"\S+")

_WRAPPED = range(45, 131)  # characters: the widths at which mail, PDF text and typescripts wrap


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Return the sentences of ``text`` as ``(start, end)`` character offsets, in order.

    The spans do not overlap, have no surrounding whitespace, and together cover every character
    that is not whitespace. ``language`` (ISO 639-1) tells a text whose script has no case; the
    rules for English, French and Arabic apply together, since pages mix them.
    """
    caseless = language in {"ar", "fa", "ur", "he", "hi", "th", "zh", "ja", "ko"}
    spans: list[tuple[int, int]] = []
    for start, end in _runs(text, caseless):
        spans.extend(_split(text, start, end))
    return spans


def _runs(text: str, caseless: bool) -> Iterator[tuple[int, int]]:
    """Yield the stretches that no sentence crosses: lines, joined where a sentence goes on."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text)]
    if not lines:
        return
    width = _wrap_width(text, lines)
    start, end = lines[0]
    for next_start, next_end in lines[1:]:
        if not _goes_on(text, (start, end), (next_start, next_end), width, caseless):
            yield start, end
            start = next_start
        end = next_end
    yield start, end


def _wrap_width(text: str, lines: list[tuple[int, int]]) -> int:
    """Return the width at which the whole text was wrapped, or 0 where lines are paragraphs."""
    width = max(end - start for start, end in lines)
    if width not in _WRAPPED:
        return 0
    full = 0
    for (start, end), (next_start, _) in pairwise(lines):
        tail = text[max(start, end - 8) : end]
        if next_start == end + 1 and end - start > 0.8 * width and not _ENDS.search(tail):
            full += 1
    return width if full >= 3 else 0


def _goes_on(
    text: str, run: tuple[int, int], line: tuple[int, int], width: int, caseless: bool
) -> bool:
    """Say whether the sentence that ends the run goes on in the next line."""
    start, end = run
    next_start, next_end = line
    if _BULLET.match(text, next_start, next_end):
        return False
    tail = text[max(start, end - 40) : end].rstrip()
    adjacent = text.count("\n", end, next_start) == 1
    if _FINAL_END.search(tail):
        # "... by Mr." at the end of a wrapped line is no end.
        word = _LAST_WORD.search(tail[:-1])
        return (
            adjacent and tail.endswith(".") and word is not None and word[0].lower() in NEVER_LAST
        )
    if tail[-1:] in ":;؛":
        return False
    first = text[next_start:next_end].lstrip()[:1]
    if first.islower():
        return True
    if not (adjacent and width):
        return False
    # In a wrapped text the break was forced where the next word would not have fitted any more.
    line_start = text.rfind("\n", start, end) + 1 or start
    word_match = _FIRST_WORD.search(text, next_start, next_end)
    room = end - max(line_start, start) + 1 + (len(word_match[0]) if word_match else 0)
    return room > (0.9 if caseless else 0.95) * width


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of one run."""
    worded = start  # everything before it in the sentence has been searched for a word
    has_word = False
    for match in _FINAL.finditer(text, start, end):
        at = match.end()
        if not has_word:
            has_word = _WORD.search(text, max(start, worded - 1), match.start()) is not None
            worded = match.start()
        if at >= end or not has_word or not _ends_sentence(text, start, match, end):
            continue
        yield _trim(text, start, at)
        start = worded = at
        has_word = False
    if text[start:end].strip():
        yield _trim(text, start, end)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _ends_sentence(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Say whether the final mark of ``match`` ends the sentence that begins at ``start``."""
    at = match.end()
    mark = match[0]
    if mark[0] in _FULL_WIDTH:
        return True
    before = text[max(start, match.start() - 24) : match.start()]
    if not text[at].isspace():
        return _ends_glued(text, before, at)
    following = _NEXT.match(text, at, end)
    letter = following[1] if following else ""
    word = letter + following[2] if following else ""
    if letter.islower() or not letter.isalnum():
        return False
    if mark[0] == "." and not mark.startswith(".."):
        return _full_stop(before, word, closed=len(mark) > 1)
    return mark[0] not in "?!؟" or _SAYING.match(text, at, end) is None


def _ends_glued(text: str, before: str, at: int) -> bool:
    """Judge a final mark with no blank after it: "peacekeeping.The Kingdom" is two sentences."""
    if not _GLUED.search(before):
        return False
    follower = text[at : at + 2]
    if follower[:1] in _OPENING.replace("\\", ""):
        follower = text[at + 1 : at + 3]
    first, second = follower[:1], follower[1:2]
    if first.isupper():
        return second.islower() or second in " '’"
    # A letter of a script without case.
    return first.isalpha() and not first.islower() and not before[-1:].islower()


def _full_stop(before: str, following: str, closed: bool) -> bool:
    """Say whether a stop between ``before`` and the word ``following`` is a full stop."""
    found = _LAST_WORD.search(before)
    if found is None or closed:
        return True
    word = found[0].lstrip("'’-.")
    for elision in ("'", "’"):
        word = word.rpartition(elision)[2]
    lower = word.lower()
    if lower in NEVER_LAST and (word[:1].isupper() or len(word) > 1 or not word.isascii()):
        # "M." and "Mme." before a name; "m." and "v." in lower case are units and list letters.
        return False
    opener = following.lower() in OPENERS
    numeral = _ROMAN.match(following) is not None
    if lower in BEFORE_A_NUMBER and (following[:1].isdigit() or numeral or len(following) == 1):
        return opener and not numeral and len(following) > 1
    if lower in {"etc", "إلخ", "الخ"}:
        return True
    hyphened = word.rpartition("-")[2]  # "J.-P. Lacroix"
    shortened = (
        lower in SOMETIMES_LAST
        or _ACRONYM.match(word) is not None
        or (len(word) == 1 and word.isupper())
        or (len(hyphened) == 1 and hyphened.isupper() and "." in word)
    )
    return opener or not shortened
