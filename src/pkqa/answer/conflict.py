"""Where documents give different values for the thing asked for: superseded, or a contradiction.

A later date supersedes; values of one date that cannot both be true contradict each other. What
cannot be told apart from another thing's value, or has no date, is left out: a disagreement that is
none would mislead more than one that is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import TypeAlias

from pkqa.answer.asked import Asked, asked
from pkqa.answer.asserted import Value, values
from pkqa.answer.elapsed import slips
from pkqa.answer.question import Question
from pkqa.answer.reading import Reading, read
from pkqa.answer.timeline import DAYS
from pkqa.answer.told import Conflict, S, Statement, Told
from pkqa.text.glossary import Glossary

# Statements looked at beside those that are cited: the likeliest ones.
_MOST_STATEMENTS = 150
# What changes by more than this is another thing, as a rule: a part, or a total.
_MOST_CHANGE = 3
# "About 1,700" is 1,724; "over 3,700" is 3,750 and not 4,300.
_ROUNDED = 0.05
_OVER = 0.15
_APART = timedelta(days=DAYS)
# Share of a clause's words that the contradicting one need not have.
_MOST_STRANGE = 0.34

Group: TypeAlias = list[tuple[S, Value]]


class Conflicts:
    """Finds conflicts. Threads may share one."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._read = lru_cache(maxsize=20_000)(partial(read, glossary=glossary))

    def among(
        self, question: Question, cited: Sequence[S], others: Sequence[S]
    ) -> list[Conflict[S]]:
        """What the statements disagree on, of the thing that the question asks for.

        Args:
            question: as the answerer reads it.
            cited: what the answer quotes already; it stands for a value where it can.
            others: what else was weighed, the likeliest first. A conflict may need some of it
                cited as well.
        """
        others = others[:_MOST_STATEMENTS]
        thing = asked(question, self._read(question.text, question.language), self._glossary)
        if thing is None:
            return slips(question, cited, others, self._reading, self._glossary)
        found = [
            (statement, value)
            for statement in (*cited, *others)
            for value in values(thing, statement, self._reading(statement), self._glossary)
            if value.number > 0
        ]
        conflict = _conflict(thing, cited, found)
        return [conflict] if conflict else []

    def _reading(self, statement: Statement) -> Reading:
        sentence, document = statement.sentence, statement.document
        return self._read(document.text[sentence.start : sentence.end], sentence.language)


def _conflict(
    thing: Asked, cited: Sequence[S], found: Sequence[tuple[S, Value]]
) -> Conflict[S] | None:
    """The conflict among the values that are of one thing with the likeliest."""
    if not found:
        return None
    first = found[0]
    groups: list[Group[S]] = []
    for row in found:
        if not _comparable(thing, first, row):
            continue
        group = next((g for g in groups if any(_agree(row[1], one) for _, one in g)), None)
        if group is None:
            groups.append([row])
        else:
            group.append(row)
    against = _contradicting(thing, groups[0], groups[1:])
    shown = _in_turn(groups) if against is None else [groups[0], against]
    if len(shown) == 1:
        return None
    language = thing.question.language
    rows = (row for group in shown for row in group)
    own = [row for row in rows if row[1].about and row[0].sentence.language == language]
    return Conflict(
        about=own[0][1].about if own else thing.question.text,
        kind="superseded" if against is None else "contradiction",
        values=tuple(
            sorted(
                (_told(group, language, cited) for group in shown),
                key=lambda told: (told.when.first, told.when.last),
            )
        ),
    )


def _comparable(thing: Asked, one: tuple[S, Value], other: tuple[S, Value]) -> bool:
    """Whether both may be values of one thing."""
    a, b = one[1], other[1]
    low, high = sorted((a.number, b.number))
    if a.unit != b.unit or high > _MOST_CHANGE * low:
        return False
    if a.extra == b.extra:
        return True
    # "In Mali" is a part of the whole; a list of host countries may be the whole itself.
    return bool(thing.places) and all(len(value.extra) != 1 for value in (a, b))


def _compatible(one: Value, other: Value) -> bool:
    """Whether both can be true of one moment."""
    if one.number == other.number:
        return True
    low, high = sorted((one, other), key=lambda value: value.number)
    gap = float((high.number - low.number) / low.number)
    if "about" in {one.hedge, other.hedge} and gap <= _ROUNDED:
        return True
    return (low.hedge == "over" or high.hedge == "under") and gap <= _OVER


def _agree(one: Value, other: Value) -> bool:
    """Whether both say the same."""
    return one.number == other.number or (_compatible(one, other) and one.when.overlaps(other.when))


def _contradicting(thing: Asked, first: Group[S], groups: Sequence[Group[S]]) -> Group[S] | None:
    """The values that cannot be true beside those of ``first``."""
    for group in groups:
        for one in first:
            for other in group:
                a, b = one[1], other[1]
                at_once = a.when.beside(b.when) or a.when.same_year(b.when)
                if at_once and not _compatible(a, b) and _alike(thing, one, other):
                    return group
    return None


def _alike(thing: Asked, one: tuple[S, Value], other: tuple[S, Value]) -> bool:
    """Whether two clauses say the same but for the value: each other's words, or the question's."""
    question = thing.question
    asked_stems = {term.stem for term in question.terms}
    asked_concepts = {concept for term in question.terms for concept in term.concepts}
    counted = thing.noun.concepts if thing.noun else frozenset()
    for (mine, a), (theirs, b) in ((one, other), (other, one)):
        language = mine.sentence.language
        stems = {w.stem for w in b.beside} if language == theirs.sentence.language else set()
        stems |= asked_stems if language == question.language else set()
        known = asked_concepts | counted | {c for word in b.beside for c in word.concepts}
        strange = [w for w in a.beside if w.stem not in stems and known.isdisjoint(w.concepts)]
        if len(strange) > max(1, len(a.beside) * _MOST_STRANGE):
            return False
    return True


def _in_turn(groups: Sequence[Group[S]]) -> list[Group[S]]:
    """Those that held one after the other, as far as their dates tell them apart."""
    kept: list[Group[S]] = []
    for group in groups:
        first, last = _span(group)
        if all(last + _APART < a or b + _APART < first for a, b in map(_span, kept)):
            kept.append(group)
    return kept


def _span(group: Group[S]) -> tuple[date, date]:
    periods = [value.when for _, value in group]
    return min(p.first for p in periods), max(p.last for p in periods)


def _told(group: Group[S], language: str, cited: Sequence[S]) -> Told[S]:
    """The statement that stands for those which give one value: one that the answer quotes, else
    one that the asker can read, else the likeliest."""
    statement, value = min(
        group, key=lambda row: (row[0] not in cited, row[0].sentence.language != language)
    )
    when = value.when
    if statement.document.date is None:
        # Another report of the same may know the day better.
        known = [v.when for _, v in group if v.when.overlaps(when)]
        when = min(known, key=lambda period: period.days)
    return Told(value.written, when, value.start, value.end, statement)
