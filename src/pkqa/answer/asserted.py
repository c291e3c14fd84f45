"""The values that sentences give for the very thing a question asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from pkqa.answer.asked import Asked
from pkqa.answer.aspects import aspects, clause_at
from pkqa.answer.nouns import Noun, concepts_in, countries, noun_at, pronoun_at
from pkqa.answer.quantities import Quantity
from pkqa.answer.reading import Reading
from pkqa.answer.surroundings import Surroundings, extra_of, speaks_of
from pkqa.answer.timeline import Period, held
from pkqa.answer.told import Statement
from pkqa.answer.words import Word
from pkqa.text.fold import level
from pkqa.text.glossary import Glossary

Hedge = Literal["exactly", "about", "over", "under"]

_MONEY = frozenset({"dollar", "euro", "dirham", "franc"})
_TIME = frozenset({"year", "month", "week", "day", "hour", "minute", "decade"})
# Said before a number that its noun does not follow: "the number of the dead has passed 4,300".
_NUMBER_OF = re.compile(
    r"\b(?:number|total|toll|strength|ceiling|nombre|effectifs?|bilan|plafond)\b"
    r"|(?<!\w)(?:ال|ب|و|ف)*(?:عدد\w*|حصيله|سقف|مجموع)(?!\w)"
)
_HEDGES: tuple[tuple[Hedge, str], ...] = (
    (
        "under",
        r"(?:up to|at most|no more than|not more than|fewer than|less than|under|jusqu'a|au plus"
        r"|moins de|moins d'|pas plus de|اقل من|لا يزيد علي|لا يزيد عن|بما لا يزيد علي|حتي)",
    ),
    (
        "over",
        r"(?:more than|over|at least|above|passed|exceed(?:s|ed)|plus de|plus d'|au moins|depasse"
        r"|اكثر من|ما يزيد علي|ما يزيد عن|يزيد علي|يزيد عن|يتجاوز|تتجاوز|تجاوز|فوق|لا يقل عن"
        r"|ما لا يقل عن)",
    ),
    (
        "about",
        r"(?:about|around|some|nearly|almost|roughly|approximately|close to|environ|pres de"
        r"|quelque|presque|autour de|a peu pres|نحو|حوالي|قرابه|زهاء|ما يقارب|ما يناهز|تقريبا)",
    ),
)
_BEFORE = tuple((name, re.compile(rf"(?<!\w){words}\s*$")) for name, words in _HEDGES)
_HEDGE_REACH = 24  # characters before a number in which its hedge stands
# A part of a whole, or the whole that a part is compared with.
_PART_BEFORE = re.compile(
    r"(?:\b(?:among (?:them|these|which)|including|of (?:them|these|which)|against"
    r"|compared (?:with|to)|dont|parmi (?:eux|elles|lesquel\w+)|y compris|contre)"
    r"|(?<!\w)(?:و?من بينهم|و?من بينها|و?منهم|و?منها|بينهم|بينها|مقابل|مقارنه ب))(?: \w+){0,2}\s*$"
)
_PART_AFTER = re.compile(
    r"\s+(?:of (?:the|its|all|our)\b|out of\b|des \d|sur (?:les )?\d|من (?:اصل|بين)\b)"
)
_CURRENCY = re.compile(
    r"(?:\s*\w+){0,2}?\s*(?:dollars?|euros?|dirhams?|francs?|[€$]|دولار\w*|يورو|درهم\w*)(?!\w)"
)
_ORDINAL = re.compile(
    r"\d\s?(?:st|nd|rd|th|er|ere|re|e|eme|ᵉ)\Z|(?:th|ieme|first|second|third)\Z|\A(?:premi|second)|\Aال"
)


@dataclass(frozen=True, slots=True)
class Value:
    """What a sentence gives for the thing asked for. Offsets are in its document's text."""

    start: int
    end: int
    written: str  # with what hedges it: "about 1,700"
    about: str  # what it counts, in the words of the document; "" where it does not say
    number: Decimal
    unit: str  # see pkqa.answer.reading; "%" for a percentage, "" where it counts things
    hedge: Hedge
    when: Period
    extra: frozenset[str]  # places and missions that it is said of and the question does not name
    beside: tuple[Word, ...]  # of its clause, names of places aside


def values(thing: Asked, statement: Statement, reading: Reading, glossary: Glossary) -> list[Value]:
    """The values that a sentence gives for the thing; none where it speaks of another one.

    Args:
        thing: see :func:`asked`.
        statement: the sentence.
        reading: of its text.
        glossary: which words name one concept.
    """
    around = Surroundings(statement, glossary)
    counted = [
        (quantity, about)
        for quantity in reading.quantities
        if (about := _about(thing, around, reading, quantity, glossary)) is not None
    ]
    extra = extra_of(thing, around, glossary) if counted else None
    if extra and not thing.places | thing.missions:
        return []  # of one country, where the question is of them all
    if extra is None or not speaks_of(thing, around, glossary):
        return []
    found = [
        replace(value, about=about, extra=extra)
        for quantity, about in counted
        if (value := _value(thing, statement, reading, quantity)) is not None
    ]
    # "Fifteen operations, three of them open": which one is meant, the sentence alone knows.
    return found if len({value.number for value in found}) == 1 else []


def _value(
    thing: Asked, statement: Statement, reading: Reading, quantity: Quantity
) -> Value | None:
    """What a quantity gives, ``about`` and ``extra`` still to be said."""
    text, language = reading.text, reading.language
    levelled = level(text)
    before = levelled[: quantity.start]
    if _PART_BEFORE.search(before) or _PART_AFTER.match(levelled, quantity.end):
        return None
    first, last = clause_at(text, quantity.start, quantity.end)
    if aspects(text[first:last], language, quantity.end - first) != thing.aspects:
        return None
    when = held(statement.document, statement.sentence, quantity.start)
    if when is None or (thing.years and when.value[:4] not in thing.years):
        return None
    hedge, start = _hedge(before)
    priced = _CURRENCY.match(levelled, quantity.end) if thing.kind == "money" else None
    end = priced.end() if priced else quantity.end
    offset = statement.sentence.start
    return Value(
        start=offset + start,
        end=offset + end,
        written=text[start:end],
        about="",
        number=Decimal(quantity.value.removesuffix("%")),
        unit=_unit(quantity),
        hedge=hedge,
        when=when,
        extra=frozenset(),
        beside=tuple(
            word
            for word in reading.words
            if first <= word.start < last
            and not countries(text[word.start : word.end].title(), language)
        ),
    )


def _hedge(before: str) -> tuple[Hedge, int]:
    """What hedges the number behind a levelled text, and where that begins."""
    for name, pattern in _BEFORE:
        if match := pattern.search(before, max(0, len(before) - _HEDGE_REACH)):
            return name, match.start()
    return "exactly", len(before)


def _unit(quantity: Quantity) -> str:
    return "%" if quantity.value.endswith("%") else quantity.unit


def _about(
    thing: Asked, around: Surroundings, reading: Reading, quantity: Quantity, glossary: Glossary
) -> str | None:
    """The words for what a quantity counts or measures, if it is what the question asks for."""
    text, language = reading.text, reading.language
    unit = _unit(quantity)
    if thing.noun is None:
        units = {"money": _MONEY, "percent": {"%"}, "duration": _TIME}[thing.kind]
        return "" if unit in units else None
    ordinal = quantity.value.endswith(".")
    if unit or ordinal or _ORDINAL.search(level(text[quantity.start : quantity.end])):
        return None
    noun = noun_at(text, language, reading.words, quantity.end, glossary)
    if noun is not None:
        return text[noun.start : noun.end] if _is_same(thing, thing.noun, noun, language) else None
    sentence = text[: quantity.start]
    if pronoun_at(text, language, quantity.end):
        spoken = concepts_in(f"{around.before} {sentence}", language, glossary)
        return "" if spoken & thing.noun.concepts else None
    if _NUMBER_OF.search(level(sentence)) and around.speaks_of(thing.noun.concepts):
        return ""
    return None


def _is_same(thing: Asked, wanted: Noun, noun: Noun, language: str) -> bool:
    """Whether a noun phrase counts what the question asks for."""
    people = thing.places | wanted.places
    if noun.places - people:
        return False
    terms = thing.question.terms
    for word in noun.beside:
        known = any(
            (word.stem == term.stem and language == thing.question.language)
            or not word.concepts.isdisjoint(term.concepts)
            for term in terms
        )
        if not known and not countries(word.folded.title(), language):
            return False
    # "60 Moroccans", "60 soldats marocains": a people stands for those who serve of it.
    return wanted.counts(noun) or bool(noun.places and (wanted.places or not noun.concepts))
