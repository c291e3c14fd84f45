"""What of a document a page has to hold so that its spans are seen in context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

WHOLE = 6000
"""Characters: a document no longer than this is shown whole."""
CONTEXT = 400
"""Characters kept on either side of a span of a longer one."""
_WORD = 40  # characters: how far the end of a window moves to spare a word


def windows(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, str]]:
    """Stretches of ``text`` with their offsets: all of a short one, else what is round the spans.

    No stretch touches another.
    """
    if len(text) <= WHOLE:
        return [(0, text)]
    return [(start, text[start:end]) for start, end in _joined(text, sorted(spans))]


def _joined(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start = end = -1
    for left, right in (_widened(text, *span) for span in spans):
        if start >= 0 and left <= end:
            end = max(end, right)
            continue
        if start >= 0:
            yield start, end
        start, end = left, right
    if start >= 0:
        yield start, end


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    left, right = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    if left:
        left = text.rfind(" ", max(0, left - _WORD), left) + 1 or left
    if right < len(text):
        found = text.find(" ", right, right + _WORD)
        right = right if found < 0 else found
    return left, right
