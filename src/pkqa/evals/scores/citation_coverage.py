"""Citation coverage: the share of the answer's sentences that carry a marker.

After citation recall of Liu, Zhang and Liang 2023, "Evaluating Verifiability in Generative Search
Engines", who ask of each sentence whether it is supported: here, whether it can be looked up at
all. A marker belongs to the sentence that it stands in or directly behind. A quotation is one
statement, however many sentences it has. pkqa's own lines round an answer state nothing and do not
count. A marker says that there is a source, not that it is the right one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from statistics import fmean

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.layout import MARKER, bare, paragraphs, quotations, told
from pkqa.model import Answer
from pkqa.text.sentences import sentences


def of(asked: Asked) -> float | None:
    """The share, from 0 to 1; None where nothing is said."""
    answer = asked.answer
    if answer.status == "not_found":
        return None
    carry = [
        marked
        for paragraph in paragraphs(told(_shortened(answer), answer))
        for marked in _marked(paragraph, answer.language)
    ]
    return fmean(carry) if carry else None


def _shortened(answer: Answer) -> str:
    """The answer's text, each quotation by its last sentence alone, without notes of the source."""
    text = answer.answer
    for citation in quotations(answer):
        *_, (start, end) = sentences(citation.quote, citation.language)
        text = text.replace(citation.quote, bare(citation.quote[start:end]))
    return text


def _marked(paragraph: str, language: str) -> Iterator[bool]:
    """Whether each sentence carries a marker."""
    # Found without the markers: "One. [1] Two." would have its marker in the second sentence.
    parts = MARKER.split(paragraph)[::2]
    text = "".join(parts)
    markers = list(accumulate(len(part) for part in parts[:-1]))
    starts = [start for start, _ in sentences(text, language)]
    for start, following in pairwise([*starts, len(text) + 1]):
        yield any(start < marker <= following for marker in markers)
