"""What can be checked of a sentence that may answer a question: the features of the model in
:mod:`pkqa.answer.likelihood`. Each has a reason.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pkqa.answer.facts import Facts
from pkqa.answer.question import Question
from pkqa.answer.terms import found, holds, matches, pairs, share_of, sought, unknown, unknown_core
from pkqa.text.gazetteer import country_of

FEATURES = (
    "sentence_similarity",  # cosine of neutral vectors, question and sentence
    "similarity_gap",  # how far it lies below the best sentence's
    "chunk_similarity",  # cosine, question and chunk
    "rank_gap",  # how far the chunk's score lies below the best chunk's
    "first_place",  # the chunk is the best
    "lexical",  # share of the question's information in the chunk, see pkqa.store.lexical
    "shared_terms",  # share of the question's terms in the sentence
    "fresh_terms",  # likewise of those that are not in the title
    "added_before",  # share that the sentence before adds
    "context_terms",  # share in chunk and title
    "unknown_terms",  # share of the question's terms that stand nowhere in the document
    "pairs",  # share of the question's neighbouring terms that are neighbours in the sentence
    "unknown_core",  # the most telling term of the question stands nowhere in the document
    "unheard_terms",  # share that no document in the question's language has
    "kind_present",  # the sentence holds the kind of thing that is asked for
    "kind_missing",  # it does not, the kind being one that words tell: a person, a place, a reason
    "figure_missing",  # it does not, the kind being one that figures tell
    "kind_near",  # share of the question's terms, each by how near to such a thing it stands
    "bound",  # what is counted stands beside a number
    "unbound",  # the sentence does not speak of what is counted
    "utmost_missing",  # the first or the largest of its kind is asked for, and it speaks of none
    "new_name",  # it has a name that the question has not
    "place_missing",  # a place of the question is not in the document
    "place_distant",  # share that are in the document but not in the chunk or title
    "name_missing",  # share of the question's names that are not in the document
    "name_distant",  # share that are in the document but not in chunk or title
    "acronym_missing",  # an acronym of the question is in the document under none of its names
    "acronym_distant",  # likewise not in sentence or title, while another one is
    "year_missing",  # a year of the question cannot be the document's
    "year_distant",  # none is in the chunk, the title or the document's date
    "year_beside",  # one is in the chunk, but neither in the sentence nor in the document's date
    "year_conflict",  # the sentence gives years, and none of the question's
    "fragment",  # the sentence is a heading or a caption
    "length",  # of the sentence, in terms, as a logarithm
)


FIGURES = frozenset(("number", "money", "duration", "age", "percent", "date"))

_REACH = 6.0  # terms


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a sentence stands: what is known of its chunk and document."""

    language: str  # of the sentence
    chunk: Facts  # of the chunk and the title
    document: Facts
    title: Facts
    before: Facts | None  # of the sentence before, in the same chunk
    date: str | None
    sentence_similarity: float
    best_similarity: float  # of all the sentences weighed
    chunk_similarity: float
    rank_gap: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for all sentences of a chunk."""

    context: float
    unknown: float
    unknown_core: float
    unheard: float
    absent: float  # names
    distant: float
    missing_places: frozenset[str]
    beyond: tuple[int, ...]  # terms of the question that are not in the title


# Questions and facts are told apart by identity here, which costs nothing.
@lru_cache(maxsize=256)
def _around(question: Question, chunk: Facts, document: Facts, title: Facts, cross: bool) -> Around:
    absent, distant = _names(question, chunk, document)
    return Around(
        context=found(question, chunk, cross),
        unknown=unknown(question, document, cross),
        unknown_core=float(unknown_core(question, document, cross)),
        unheard=share_of(question, [term for term in question.terms if not term.heard]),
        absent=absent,
        distant=distant,
        missing_places=frozenset(
            place
            for place in question.places - document.places
            if country_of(place) not in document.places
        ),
        beyond=tuple(at for at, term in enumerate(question.terms) if not holds(title, term, cross)),
    )


def features(question: Question, sentence: Facts, setting: Setting) -> tuple[float, ...]:
    """The features of one sentence for one question, in the order of ``FEATURES``.

    Args:
        question: read by :func:`pkqa.answer.question.read`.
        sentence: what the sentence holds.
        setting: where it stands.
    """
    cross = question.language != setting.language
    around = _around(question, setting.chunk, setting.document, setting.title, cross)
    places = question.places - around.missing_places
    distant_places = places - setting.chunk.places - sentence.places
    matched = matches(question, sentence, cross)
    kind = _has_kind(question, sentence, matched)
    terms = sought(question)
    held = {term for term, _ in matched}
    before = (
        {term for term, _ in matches(question, setting.before, cross)} - held
        if setting.before
        else set()
    )
    years = _years(question, sentence, setting)
    return (
        setting.sentence_similarity,
        setting.best_similarity - setting.sentence_similarity,
        setting.chunk_similarity,
        setting.rank_gap,
        float(setting.rank_gap <= 0),
        setting.lexical,
        sum(terms.shares[term] for term in held),
        _fresh(around, held, terms.shares),
        sum(terms.shares[term] for term in before),
        around.context,
        around.unknown,
        pairs(question, matched),
        around.unknown_core,
        around.unheard,
        float(kind is True),
        float(kind is False and question.kind not in FIGURES),
        float(kind is False and question.kind in FIGURES),
        _kind_near(question, sentence, matched, terms.shares),
        float(_bound(question, sentence, cross)),
        float(_unbound(question, sentence, cross)),
        float(question.utmost and not sentence.utmost),
        float(_new(sentence.names_at, matched)),
        float(bool(around.missing_places)),
        _share(distant_places, question.places),
        around.absent,
        around.distant,
        *map(float, _acronyms(question, sentence, setting)),
        *map(float, years),
        float(len(sentence.ordered) < 5),
        math.log1p(len(sentence.ordered)),
    )


def _fresh(around: Around, held: set[int], shares: Sequence[float]) -> float:
    """Share that a sentence holds of what the question asks beyond the title: every sentence of
    "UNIFIL, the interim force" is about UNIFIL, one is about its headquarters."""
    whole = sum(shares[at] for at in around.beyond)
    return sum(shares[at] for at in around.beyond if at in held) / whole if whole else 0.0


def _kind_near(
    question: Question,
    sentence: Facts,
    matched: Sequence[tuple[int, int]],
    shares: Sequence[float],
) -> float:
    """The question's terms by how near the best thing of the asked kind they stand, 0..1; of no
    certain kind is any word that the question has not."""
    mine = {at for _, at in matched}
    things = {
        "number": sentence.numbers_at,
        "money": sentence.numbers_at,
        "duration": sentence.numbers_at,
        "age": sentence.numbers_at,
        "percent": sentence.numbers_at,
        "date": sentence.dates_at,
        "person": sentence.names_at,
        "place": sentence.names_at,
    }.get(question.kind) or frozenset(range(len(sentence.ordered)))
    best = 0.0
    for thing in things - mine:
        near: dict[int, float] = {}
        for term, at in matched:
            weight = shares[term] * math.exp(-abs(at - thing) / _REACH)
            near[term] = max(near.get(term, 0.0), weight)
        best = max(best, sum(near.values()))
    return best


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _has_kind(
    question: Question, sentence: Facts, matched: Sequence[tuple[int, int]]
) -> bool | None:
    """Whether the sentence holds the kind of thing asked for; None where any sentence does."""
    if question.kind == "place":
        # The gazetteer knows countries and large cities: without one, a name may be a place.
        if sentence.places - question.places:
            return True
        return None if sentence.has_name else False
    return {
        "number": _new(sentence.numbers_at, matched)
        and (sentence.has_number or (question.ordinal and sentence.has_ordinal)),
        "money": sentence.has_money and sentence.has_number,
        "duration": sentence.has_duration,
        "age": sentence.has_age,
        "percent": sentence.has_percent,
        "date": sentence.has_date and _new(sentence.dates_at, matched, otherwise=True),
        "person": sentence.has_person and _new(sentence.names_at, matched, otherwise=True),
        "reason": sentence.has_reason,
    }.get(question.kind)


def _new(
    places: frozenset[int], matched: Sequence[tuple[int, int]], otherwise: bool = False
) -> bool:
    """Whether one of these places in a sentence holds something that the question has not;
    ``otherwise`` where there is none."""
    return not places <= {at for _, at in matched} if places else otherwise


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
    return not holds(sentence, counted, cross) and not question.places & sentence.counted_places


def _names(question: Question, chunk: Facts, document: Facts) -> tuple[float, float]:
    """Shares of the question's names that the document lacks, and that chunk and title lack."""
    if not question.names:
        return 0.0, 0.0
    absent = distant = 0
    for name, key in question.names:
        # A key of one sound says nothing; across scripts such a name cannot be looked for.
        if name in chunk.words or (len(key) > 1 and key in chunk.keys):
            continue
        if name in document.words or (len(key) > 1 and key in document.keys):
            distant += 1
        else:
            absent += 1
    return absent / len(question.names), distant / len(question.names)


def _acronyms(question: Question, sentence: Facts, setting: Setting) -> tuple[bool, bool]:
    """The two features on acronyms, in their order."""
    if not question.acronyms:
        return False, False
    missing = distant = False
    for acronym, concepts in question.acronyms:

        def named(held: Facts, word: str = acronym, known: frozenset[int] = concepts) -> bool:
            return word in held.acronyms or word in held.words or not known.isdisjoint(held.named)

        if not named(setting.document) and not named(setting.title):
            missing = True
        elif not named(sentence) and not named(setting.title):
            distant = distant or bool(sentence.acronyms)
    return missing, distant


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
