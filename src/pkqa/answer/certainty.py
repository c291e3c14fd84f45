"""Whether the best sentence is shown, or the documents said not to know.

The best sentence's own probability does not tell enough: of a corpus that has ten passages on the
matter many sentences look likely, whether one of them answers or none; of a corpus that has one
passage on it an answer stands alone. So what stands beside the best sentence is weighed with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pkqa.answer.evidence import FEATURES
from pkqa.answer.likelihood import fitted, logistic

_OF_THE_BEST = (
    "shared_terms",
    "unknown_terms",
    "pairs",
    "unheard_terms",
    "kind_near",
    "kind_missing",
    "figure_missing",
    "utmost_missing",
    "place_missing",
    "name_missing",
    "acronym_missing",
    "year_missing",
    "year_distant",
)
SIGNS = (
    "odds",  # log odds of the best sentence
    "second",  # how far the best sentence of the next document lies below it, in log odds
    "tenth",  # likewise of the tenth document
    "nearest",  # the best cosine of question and sentence
    "spread",  # how far the twentieth best lies below it
    "fifth_chunk",  # how far the fifth chunk's score lies below the first's
    "tenth_chunk",
    "cross",  # 1 where the best sentence is in another language than the question
    *_OF_THE_BEST,  # features of the best sentence
)

_AT = {name: FEATURES.index(name) for name in (*_OF_THE_BEST, "sentence_similarity", "rank_gap")}
_NONE = -8.0  # log odds where there is no such document
_FAR = 1.0  # gap where there is no such chunk


def signs(
    documents: Sequence[str], odds: Sequence[float], values: Sequence[Sequence[float]], cross: bool
) -> tuple[float, ...]:
    """What tells whether the best of some sentences answers, in the order of ``SIGNS``.

    Args:
        documents: of each sentence, the best first; at least one.
        odds: its log odds.
        values: its features.
        cross: whether the best is in another language than the question.
    """
    best: dict[str, float] = {}
    for document, own in zip(documents, odds, strict=True):
        best[document] = max(own, best.get(document, own))
    lead = [odds[0] - own for own in sorted(best.values(), reverse=True)]
    near = sorted((row[_AT["sentence_similarity"]] for row in values), reverse=True)
    gaps = sorted(
        {
            (document, round(row[_AT["rank_gap"]], 6))
            for document, row in zip(documents, values, strict=True)
        },
        key=lambda gap: gap[1],
    )
    chunks = [gap for _, gap in gaps]
    return (
        odds[0],
        _at(lead, 1, odds[0] - _NONE),
        _at(lead, 9, odds[0] - _NONE),
        near[0],
        near[0] - _at(near, 19, 0.0),
        _at(chunks, 4, _FAR),
        _at(chunks, 9, _FAR),
        float(cross),
        *(values[0][_AT[name]] for name in _OF_THE_BEST),
    )


def _at(row: Sequence[float], place: int, otherwise: float) -> float:
    return row[place] if place < len(row) else otherwise


def certainty(values: Sequence[float]) -> float:
    """How certain it is, 0..1, that the best sentence with these signs answers."""
    weights = fitted()["certainty"]
    return logistic(
        weights["bias"]
        + sum(weights[name] * value for name, value in zip(SIGNS, values, strict=True))
    )


def limit(language: str, cross: bool) -> float:
    """The certainty under which a question is not answered.

    Args:
        language: of the question; one that nothing was fitted on has the most careful limit.
        cross: whether the best sentence is in another one.
    """
    limits = fitted()["limits"]
    return limits.get(limit_name(language, cross), max(limits.values()))


def limit_name(language: str, cross: bool) -> str:
    """What the limit is called among the weights."""
    return f"{language} other" if cross else language


def log_odds(probability: float) -> float:
    """The inverse of :func:`pkqa.answer.evidence.logistic`."""
    return math.log(probability / (1.0 - probability))
