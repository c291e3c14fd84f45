"""The terms of a question that a text holds, and how much of the question they are.

``cross`` says everywhere that the text is in another language than the question: then a term is
known by its concepts, its figures or its sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pkqa.answer.facts import Facts
from pkqa.answer.question import Question, Term

_NEIGHBOURS = 2  # terms from one to the next


@dataclass(frozen=True, slots=True)
class Lookup:
    """The terms of a question by what they can be found by, each with its share of the weight."""

    stems: Mapping[str, int]  # stem, key, concept -> which term
    keys: Mapping[str, int]
    concepts: Mapping[int, int]
    shares: tuple[float, ...]


@lru_cache(maxsize=64)
def sought(question: Question) -> Lookup:
    """The terms of a question, to be looked for."""
    whole = sum(term.weight for term in question.terms) or 1.0
    return Lookup(
        {term.stem: at for at, term in enumerate(question.terms)},
        {term.key: at for at, term in enumerate(question.terms) if term.key},
        {c: at for at, term in enumerate(question.terms) for c in term.concepts},
        tuple(term.weight / whole for term in question.terms),
    )


@lru_cache(maxsize=1024)  # a sentence is looked at again as the one before the next
def matches(question: Question, held: Facts, cross: bool) -> list[tuple[int, int]]:
    """(which term of the question, where among the terms of the text), in reading order."""
    terms = sought(question)
    found = []
    for at, stem in enumerate(held.ordered):
        term = terms.stems.get(stem) if not cross or stem.isdigit() else None
        if term is None and held.concepts[at]:
            named = sorted(held.concepts[at] & terms.concepts.keys())
            term = terms.concepts[named[0]] if named else None
        if term is None and cross:
            term = terms.keys.get(held.ordered_keys[at])
        if term is not None:
            found.append((term, at))
    return found


def pairs(question: Question, matched: Sequence[tuple[int, int]]) -> float:
    """Share of the question's neighbouring terms that stand as near each other in the text."""
    near = {
        one
        for (one, at), (other, after) in pairwise(matched)
        if other - one == 1 and after - at <= _NEIGHBOURS
    }
    return len(near) / (len(question.terms) - 1) if len(question.terms) > 1 else 0.0


def holds(held: Facts, term: Term, cross: bool) -> bool:
    """Whether a text has a term, in whatever form."""
    if not cross and term.stem in held.terms:
        return True
    if not term.concepts.isdisjoint(held.named):
        return True
    if term.stem.isdigit():
        return term.stem in held.quantities or term.stem in held.years or term.stem in held.words
    return cross and term.key != "" and term.key in held.keys


def share_of(question: Question, terms: Sequence[Term]) -> float:
    """The weight of ``terms`` among all the question's terms."""
    whole = sum(term.weight for term in question.terms)
    return sum(term.weight for term in terms) / whole if whole else 0.0


def found(question: Question, held: Facts, cross: bool) -> float:
    """Share of what the question says that a text holds."""
    return share_of(question, [term for term in question.terms if holds(held, term, cross)])


def unknown(question: Question, document: Facts, cross: bool) -> float:
    """Share of what the question says that a document can be told to lack."""
    return share_of(
        question,
        [
            term
            for term in question.terms
            if (term.comparable or not cross) and not holds(document, term, cross)
        ],
    )


def unknown_core(question: Question, document: Facts, cross: bool) -> bool:
    """Whether a document can be told to lack the most telling term of the question."""
    if not question.terms:
        return False
    core = max(question.terms, key=lambda term: (term.weight, term.stem))
    return (core.comparable or not cross) and not holds(document, core, cross)
