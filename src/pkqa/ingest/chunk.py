"""Chunking: runs of whole sentences within a budget of tokens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pkqa.model import Chunk, Document, Sentence
from pkqa.text.languages import detect
from pkqa.text.sentences import sentences
from pkqa.text.tokens import count

CHUNKER_VERSION = "1"

_FULL_ENOUGH = 0.6  # share of the budget from which the end of a paragraph ends the chunk too

_CLAUSE = re.compile(r"[,،;؛:–—)\]»”](?=\s)")
_BLANK = re.compile(r"\s+")
_VISIBLE = re.compile(r"\S")
_JOINED = re.compile("[\u0300-\u036f\u064b-\u065f\u200c\u200d\ufe0f]")  # stay with what they follow


def chunk(document: Document, budget: int = 200) -> list[Chunk]:
    """Return the chunks of a document, in order; together they hold every sentence once.

    ``budget`` is in tokens (``text.tokens.count``) and no chunk exceeds it. Sentences are packed
    greedily; once a chunk is 60 % full it ends with its paragraph. A sentence longer than the
    budget is cut at clause marks, else at blanks, and its pieces count as sentences. Raises
    ``ValueError`` for a budget under 8.
    """
    if budget < 8:
        raise ValueError(f"a budget of {budget} tokens holds no sentence; give 8 or more")
    text = document.text
    spans = [
        piece
        for start, end in sentences(text, document.language)
        for piece in _within(text, start, end, budget)
    ]
    listed = [
        Sentence(position, start, end, detect(text[start:end], default=document.language))
        for position, (start, end) in enumerate(spans)
    ]
    return [
        _make(document, position, group)
        for position, group in enumerate(_pack(text, listed, budget))
    ]


def _pack(text: str, listed: list[Sentence], budget: int) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    used = 0
    for sentence in listed:
        # Each sentence is counted with the blank in front of it: the parts then add up to the
        # whole to within a token or two, and ``_exceeds`` settles the rest.
        begin = group[-1].end if group else sentence.start
        size = count(text[begin : sentence.end])
        if group:
            blank = text[begin : sentence.start]
            ends_paragraph = "\n" in blank and used > _FULL_ENOUGH * budget
            if (
                ends_paragraph
                or used + size > budget
                or _exceeds(text, group, sentence, used + size, budget)
            ):
                yield group
                group, used = [], 0
                size = count(text[sentence.start : sentence.end])
        group.append(sentence)
        used += size
    if group:
        yield group


def _exceeds(text: str, group: list[Sentence], last: Sentence, about: int, budget: int) -> bool:
    """Count exactly where the sum of the parts comes close to the budget."""
    near = about + len(group) + 2 > budget
    return near and count(text[group[0].start : last.end]) > budget


def _make(document: Document, position: int, group: list[Sentence]) -> Chunk:
    start, end = group[0].start, group[-1].end
    letters: Counter[str] = Counter()
    for sentence in group:
        letters[sentence.language] += sentence.end - sentence.start
    return Chunk(
        chunk_id=f"{document.document_id}#{position}",
        document_id=document.document_id,
        position=position,
        start=start,
        end=end,
        language=letters.most_common(1)[0][0],
        tokens=count(document.text[start:end]),
        sentences=tuple(group),
    )


def _within(text: str, start: int, end: int, budget: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence, or the pieces of one that is longer than the budget."""
    while start < end:
        cut = _longest(text, start, end, budget)
        if cut < end:
            cut = _good_place(text, start, cut)
        yield start, start + len(text[start:cut].rstrip())
        rest = _VISIBLE.search(text, cut, end)
        start = rest.start() if rest else end


def _longest(text: str, start: int, end: int, budget: int) -> int:
    """Return an offset up to which the text fits the budget, near the largest."""
    if end - start <= budget * 8 and count(text[start:end]) <= budget:
        return end
    cut = min(end, start + budget * 8)
    while (size := count(text[start:cut])) > budget:
        cut = start + max(1, min(cut - start - 1, int((cut - start) * budget / size)))
    return cut


def _good_place(text: str, start: int, cut: int) -> int:
    """Move a cut back to the last clause mark of the second half, else the last blank in it."""
    middle = start + (cut - start) // 2
    for pattern in (_CLAUSE, _BLANK):
        last = None
        for last in pattern.finditer(text, middle, cut):  # noqa: B007 - the last match is wanted
            pass
        if last is not None:
            return last.end()
    while cut - 1 > start and _JOINED.match(text, cut):
        cut -= 1
    return cut
