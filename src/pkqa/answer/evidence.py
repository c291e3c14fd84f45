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
from pkqa.answer.question import Question, Term
from pkqa.text.gazetteer import country_of

FEATURES = (
    "sentence_similarity",  # cosine of neutral vectors, question and sentence
    "chunk_similarity",  # likewise, question and chunk
    "rank_gap",  # how far the chunk's score lies below the best chunk's
    "cross_language",  # 1 where the sentence is in another language than the question
    "shared_terms",  # share of the question's terms in the sentence; 0 across languages
    "context_terms",  # likewise, in chunk and title
    "unknown_terms",  # share of the question's terms that stand nowhere in the document; likewise
    "shared_terms_cross",  # the same three across languages, by glossary, number and name
    "context_terms_cross",
    "unknown_terms_cross",
    "unknown_core",  # the most telling term of the question stands nowhere in the document
    "unheard_terms",  # share that no document in the question's language has
    "kind_present",  # the sentence holds the kind of thing that is asked for
    "kind_missing",  # it does not
    "bound",  # what is counted stands beside a number
    "unbound",  # the sentence does not speak of what is counted
    "place_missing",  # a place of the question is not in the document
    "place_distant",  # share that are in the document but not in the chunk or title
    "name_missing",  # share of the question's names that are not in the document
    "name_missing_cross",  # likewise, the document being in another language
    "name_distant",  # share that are in the document but not in chunk or title
    "year_missing",  # a year of the question cannot be the document's
    "year_distant",  # none is in the chunk, the title or the document's date
    "year_beside",  # one is in the chunk, but neither in the sentence nor in the document's date
    "year_conflict",  # the sentence gives years, and none of the question's
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


def features(question: Question, sentence: Facts, setting: Setting) -> tuple[float, ...]:
    """The features of one sentence for one question, in the order of ``FEATURES``.

    Args:
        question: read by :func:`pkqa.answer.question.read`.
        sentence: what the sentence holds.
        setting: where it stands.
    """
    cross = question.language != setting.language
    missing_places = frozenset(
        place
        for place in question.places - setting.document.places
        if country_of(place) not in setting.document.places
    )
    distant_places = question.places - missing_places - setting.chunk.places - sentence.places
    absent, distant = _names(question, setting)
    kind = _has_kind(question, sentence)
    shared = _found(question, sentence, cross)
    context = _found(question, setting.chunk, cross)
    unknown = _unknown(question, setting.document, cross)
    years = _years(question, sentence, setting)
    return (
        setting.sentence_similarity,
        setting.chunk_similarity,
        setting.rank_gap,
        float(cross),
        *(
            (0.0, 0.0, 0.0, shared, context, unknown)
            if cross
            else (shared, context, unknown, 0.0, 0.0, 0.0)
        ),
        float(_unknown_core(question, setting.document, cross)),
        _share_of(question, [term for term in question.terms if not term.heard]),
        float(kind is True),
        float(kind is False),
        float(_bound(question, sentence, cross)),
        float(_unbound(question, sentence, cross)),
        float(bool(missing_places)),
        _share(distant_places, question.places),
        0.0 if cross else absent,
        absent if cross else 0.0,
        distant,
        *map(float, years),
        float(len(sentence.ordered) < 5),
    )


def probability(values: Sequence[float]) -> float:
    """How likely it is, 0..1, that a sentence with these features answers."""
    weights = _weights()
    # A feature without a weight is one that is about to be fitted.
    z = weights["bias"] + sum(
        weights.get(name, 0.0) * value for name, value in zip(FEATURES, values, strict=True)
    )
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def threshold() -> float:
    """The probability under which nothing is answered."""
    return _weights()["threshold"]


@cache
def _weights() -> dict[str, float]:
    body = resources.files("pkqa.answer").joinpath("evidence.json").read_text("utf-8")
    weights: dict[str, float] = json.loads(body)
    return weights


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _holds(held: Facts, term: Term, cross: bool) -> bool:
    if not cross and term.stem in held.terms:
        return True
    if not term.concepts.isdisjoint(held.named):
        return True
    if term.stem.isdigit():
        return term.stem in held.quantities or term.stem in held.years or term.stem in held.words
    return cross and term.key != "" and term.key in held.keys


def _share_of(question: Question, terms: Sequence[Term]) -> float:
    """The weight of ``terms`` among all the question's terms."""
    whole = sum(term.weight for term in question.terms)
    return sum(term.weight for term in terms) / whole if whole else 0.0


def _found(question: Question, held: Facts, cross: bool) -> float:
    """Share of what the question says that a text holds."""
    return _share_of(question, [term for term in question.terms if _holds(held, term, cross)])


def _unknown(question: Question, document: Facts, cross: bool) -> float:
    """Share of what the question says that a document can be told to lack."""
    return _share_of(
        question,
        [
            term
            for term in question.terms
            if (term.comparable or not cross) and not _holds(document, term, cross)
        ],
    )


def _unknown_core(question: Question, document: Facts, cross: bool) -> bool:
    if not question.terms:
        return False
    core = max(question.terms, key=lambda term: (term.weight, term.stem))
    return (core.comparable or not cross) and not _holds(document, core, cross)


def _has_kind(question: Question, sentence: Facts) -> bool | None:
    """Whether the sentence holds the kind of thing asked for; None where any sentence does."""
    if question.kind == "place":
        # The gazetteer knows countries and large cities: without one, a name may be a place.
        if sentence.places - question.places:
            return True
        return None if sentence.has_name else False
    return {
        "number": sentence.has_number or (question.ordinal and sentence.has_ordinal),
        "money": sentence.has_money and sentence.has_number,
        "duration": sentence.has_duration,
        "age": sentence.has_age,
        "percent": sentence.has_percent,
        "date": sentence.has_date,
        "person": sentence.has_person,
    }.get(question.kind)


def _bound(question: Question, sentence: Facts, cross: bool) -> bool:
    """Whether what is counted stands within three terms of a number."""
    counted = question.counted
    if counted is None:
        return False
    if question.places & sentence.counted_places:
        return True
    for at, (term, concepts) in enumerate(zip(sentence.ordered, sentence.concepts, strict=True)):
        same = (not cross and term == counted.stem) or not concepts.isdisjoint(counted.concepts)
        if same and any(near[0].isdigit() for near in sentence.ordered[max(0, at - 3) : at + 4]):
            return True
    return False


def _unbound(question: Question, sentence: Facts, cross: bool) -> bool:
    counted = question.counted
    if counted is None or (cross and not counted.comparable):
        return False
    return not _holds(sentence, counted, cross) and not question.places & sentence.counted_places


def _names(question: Question, setting: Setting) -> tuple[float, float]:
    """Shares of the question's names that the document lacks, and that chunk and title lack."""
    if not question.names:
        return 0.0, 0.0
    absent = distant = 0
    for name, key in question.names:
        # A key of one sound says nothing; across scripts such a name cannot be looked for.
        if name in setting.chunk.words or (len(key) > 1 and key in setting.chunk.keys):
            continue
        if name in setting.document.words or (len(key) > 1 and key in setting.document.keys):
            distant += 1
        else:
            absent += 1
    return absent / len(question.names), distant / len(question.names)


def _years(question: Question, sentence: Facts, setting: Setting) -> tuple[bool, bool, bool, bool]:
    """The four features on years, in their order.

    A document without a date may be from the year before the last one it mentions (a summit
    "scheduled in 2024") or that year itself; one that mentions none may be from any.
    """
    if not question.years:
        return False, False, False, False
    years = set(setting.document.years)
    dated = {setting.date[:4]} if setting.date else set()
    if not dated and years:
        dated = {max(years), str(int(max(years)) - 1)}
    asked = question.years
    missing = bool(years | dated) and not asked & (years | dated)
    near = setting.chunk.years | dated
    return (
        missing,
        bool(near) and not asked & near,
        not asked & (sentence.years | dated) and bool(asked & near),
        bool(sentence.years) and not asked & sentence.years,
    )
