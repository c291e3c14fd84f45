"""How likely a sentence is to answer a question: a logistic model over what can be checked.

The features are few and each has a reason; the weights were fitted by ``python -m
pkqa.evals.evidence`` (docs/decisions/0004 says on what). The same probability orders sentences and,
held against one threshold, decides that the documents do not know.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pkqa.answer.facts import Facts
from pkqa.answer.question import Question

FEATURES = (
    "sentence_similarity",  # cosine of neutral vectors, question and sentence
    "chunk_similarity",  # likewise, question and chunk
    "rank_gap",  # how far the chunk's score lies below the best chunk's
    "cross_language",  # 1 where the sentence is in another language than the question
    "shared_terms",  # share of the question's terms in the sentence (same language, else 0)
    "context_terms",  # likewise, in chunk and title
    "unknown_terms",  # share of the question's terms that stand nowhere in the document (same language)
    "unheard_terms",  # share that no document in the question's language has
    "kind_present",  # the sentence holds the kind of thing that is asked for
    "kind_missing",  # it does not
    "bound",  # the thing counted stands beside a number, in the question's own words
    "place_missing",  # share of the question's places that are not in the document
    "place_distant",  # share that are in the document but not in the chunk or title
    "name_missing",  # share of the question's names that are not in the document
    "name_distant",  # share that are in the document but not in the sentence
    "year_missing",  # a year of the question cannot be the document's
    "fragment",  # the sentence is a heading or a caption
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a sentence stands: what is known of its chunk and document."""

    language: str  # of the sentence
    chunk: Facts  # of the chunk and the title
    document: Facts
    date: str | None
    sentence_similarity: float
    chunk_similarity: float
    rank_gap: float


def features(
    question: Question, terms: Sequence[str], unheard: float, sentence: Facts, setting: Setting
) -> tuple[float, ...]:
    """The features of one sentence for one question, in the order of ``FEATURES``.

    Args:
        question: read by :func:`pkqa.answer.question.read`.
        terms: its lexical terms.
        unheard: share of the terms that stand in no document of the question's language.
        sentence: what the sentence holds.
        setting: where it stands.
    """
    same = question.language == setting.language
    known = set(terms)
    missing_places = question.places - setting.document.places
    distant_places = question.places - missing_places - setting.chunk.places - sentence.places
    absent, distant = _names(question, sentence, setting)
    kind = _has_kind(question, sentence)
    return (
        setting.sentence_similarity,
        setting.chunk_similarity,
        setting.rank_gap,
        float(not same),
        _share(known & sentence.terms, known) if same else 0.0,
        _share(known & setting.chunk.terms, known) if same else 0.0,
        _share(known - setting.document.terms, known) if same else 0.0,
        unheard,
        float(kind is True),
        float(kind is False),
        float(same and _bound(question, sentence)),
        _share(missing_places, question.places),
        _share(distant_places, question.places),
        absent,
        distant,
        float(_wrong_year(question, setting)),
        float(len(sentence.ordered) < 5),
    )


def probability(values: Sequence[float]) -> float:
    """How likely it is, 0..1, that a sentence with these features answers."""
    weights = _weights()
    z = weights["bias"] + sum(
        weights[name] * value for name, value in zip(FEATURES, values, strict=True)
    )
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def threshold(question: str, sentence: str) -> float:
    """The probability under which nothing is answered; by language of question and sentence."""
    weights = _weights()
    return weights["threshold_same" if question == sentence else "threshold_cross"]


@cache
def _weights() -> dict[str, float]:
    body = resources.files("pkqa.answer").joinpath("evidence.json").read_text("utf-8")
    weights: dict[str, float] = json.loads(body)
    return weights


def _share(part: set[str] | frozenset[str], whole: set[str] | frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _has_kind(question: Question, sentence: Facts) -> bool | None:
    """Whether the sentence holds the kind of thing asked for; None where any sentence does."""
    present = {
        "number": sentence.has_number or (question.ordinal and sentence.has_ordinal),
        "money": sentence.has_money and sentence.has_number,
        "duration": sentence.has_duration,
        "age": sentence.has_age,
        "percent": sentence.has_percent,
        "date": sentence.has_date,
        "person": sentence.has_person,
        "place": bool(sentence.places - question.places),
    }
    return present.get(question.kind)


def _bound(question: Question, sentence: Facts) -> bool:
    """Whether what is counted stands within three terms behind a number, or one before it."""
    if question.counted is None:
        return False
    for at, term in enumerate(sentence.ordered):
        if term == question.counted and any(
            near[0].isdigit() for near in sentence.ordered[max(0, at - 3) : at + 2]
        ):
            return True
    return False


def _names(question: Question, sentence: Facts, setting: Setting) -> tuple[float, float]:
    """Shares of the question's names that the document lacks, and that only the sentence lacks."""
    if not question.names:
        return 0.0, 0.0
    absent = distant = 0
    for name, key in question.names:
        # A key of one sound says nothing; across scripts such a name cannot be looked for.
        if name in sentence.words or (len(key) > 1 and key in sentence.keys):
            continue
        if name in setting.document.words or (len(key) > 1 and key in setting.document.keys):
            distant += 1
        else:
            absent += 1
    return absent / len(question.names), distant / len(question.names)


def _wrong_year(question: Question, setting: Setting) -> bool:
    """Whether the document speaks of other years than the question.

    A document without a date may be from the year before the last one it mentions (a summit
    "scheduled in 2024") or that year itself; one that mentions none may be from any.
    """
    if not question.years:
        return False
    years = set(setting.document.years)
    if setting.date:
        years.add(setting.date[:4])
    elif years:
        years.add(str(int(max(years)) - 1))
    return bool(years) and not question.years & years
