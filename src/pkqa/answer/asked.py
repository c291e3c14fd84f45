"""What a question asks the value of: a number of things, or a measure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pkqa.answer.aspects import aspects
from pkqa.answer.missions import missions
from pkqa.answer.nouns import Noun, concepts_in, countries, noun_at
from pkqa.answer.question import Question
from pkqa.answer.reading import Reading
from pkqa.text.fold import level
from pkqa.text.glossary import Glossary

_KINDS = frozenset({"number", "money", "percent", "duration"})
_HOW_MANY = {
    "en": re.compile(r"\bhow many\b|\bnumber of\b"),
    "fr": re.compile(r"\bcombien(?= d)|\bnombre(?= d)"),
    "ar": re.compile(
        r"(?<!\w)[بلفو]?كم(?: (?:يبلغ|بلغ|كان|هو))?(?: عدد)?(?!\w)|(?<!\w)(?:ما|ما هو) عدد(?!\w)"
    ),
}
_HOW_MUCH = re.compile(r"\bhow much\b|\bcombien\b(?! d)")
# The question is of one moment, which no later value supersedes.
_MOMENT = re.compile(
    r"\b(?:first(?= \w+ed\b)|initially|originally|at first|at the time|back then|used to|before"
    r"|d'abord|au depart|au debut|initialement|a l'origine|a l'epoque|lors d|avant|alors)\b"
    r"|(?<!\w)(?:في البدايه|بدايه|اول الامر|انذاك|حينها|وقت|قبل)(?!\w)"
)
_SINCE = re.compile(r"(?:\bsince|\bdepuis|(?<!\w)منذ)(?: (?:the|la|le|سنه|عام|end of|fin))*\s*$")
_PAYING = "pay reimburse refund cost dollar euro spend"


@dataclass(frozen=True, slots=True)
class Asked:
    """The thing whose value a question asks for."""

    question: Question
    kind: str  # "number", or the kind of a measure
    noun: Noun | None  # None for a measure: money, a percentage, a duration
    aspects: frozenset[str]
    places: frozenset[str]
    missions: frozenset[str]
    years: frozenset[str]  # of which it asks; not those in which a count begins
    named: frozenset[str]  # stems of what is compared by itself: the noun, places, aspects


def asked(question: Question, reading: Reading, glossary: Glossary) -> Asked | None:
    """What a question asks the value of; None where it asks for something else.

    Args:
        question: as the answerer reads it.
        reading: of its text.
        glossary: which words name one concept.
    """
    text, language = question.text, question.language
    levelled = level(text)
    if _MOMENT.search(levelled):
        return None
    kind: str = question.kind
    noun = None
    if kind == "number":
        pattern = _HOW_MANY.get(language)
        match = pattern.search(levelled) if pattern and not question.ordinal else None
        noun = noun_at(text, language, reading.words, match.end(), glossary) if match else None
        # "How much is paid", "combien de dollars": no count of things.
        if noun.concepts & _paying(glossary) if noun else _HOW_MUCH.search(levelled):
            kind, noun = "money", None
    if kind not in _KINDS or (kind == "number" and noun is None):
        return None
    begins = {y for y in question.years if _SINCE.search(levelled[: max(0, levelled.find(y))])}
    return Asked(
        question=question,
        kind=kind,
        noun=noun,
        aspects=aspects(text, language),
        places=countries(text, language),
        missions=missions(text, language, glossary),
        years=question.years - begins,
        named=frozenset(
            word.stem
            for word in reading.words
            if countries(text[word.start : word.end].title(), language)
            or aspects(text[word.start : word.end], language)
            or missions(text[word.start : word.end], language, glossary)
            or (noun is not None and noun.start <= word.start < noun.end)
        ),
    )


@cache
def _paying(glossary: Glossary) -> frozenset[int]:
    return concepts_in(_PAYING, "en", glossary)
