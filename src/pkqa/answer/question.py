"""A question, read: what an answer must hold, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from pkqa.answer.kinds import Kind, kind_of, several
from pkqa.answer.utmost import utmost
from pkqa.text.analysis import analyse
from pkqa.text.dates import dates
from pkqa.text.fold import fold
from pkqa.text.glossary import Glossary
from pkqa.text.names import name_key, names
from pkqa.text.places import places

# What is counted: the words behind "how many", as far as the next function word or verb.
_COUNTED = {
    "en": re.compile(
        r"\bhow many (?P<noun>[^?,.]+)|\b(?P<ordinal>anniversary|session|edition)\b", re.IGNORECASE
    ),
    "fr": re.compile(
        r"\bcombien (?:de (?!temps\b)|d['’])(?P<noun>[^?,.]+)"
        r"|\b(?P<ordinal>anniversaire|session|édition)\b",
        re.IGNORECASE,
    ),
    "ar": re.compile(
        r"\bكم (?!من الوقت|دام|استغرق)(?:عدد |بلغ عدد )?(?P<noun>[^؟،.?]+)"
        r"|\b(?P<ordinal>(?:ال)?ذكرى|(?:ال)?دورة)\b"
    ),
}
# A key of two sounds is shared by too many words to be evidence.
_SHORT_KEY = 2
_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"(?<![^\W_])[A-Z][A-Z0-9]{2,}(?![^\W_])")
# Titles are no part of a name; and every document is about the United Nations, by some name.
_TITLES = frozenset(
    "mr mrs ms dr general gen minister minister's president king sir m mme mlle le la les ministre "
    "general generale roi the de du des et and of a un onu united nations unies secretary".split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question, in every form that it can be found by."""

    stem: str  # of the question's language, see pkqa.text.analysis
    concepts: frozenset[int]  # see pkqa.text.glossary
    key: str  # transliteration key, "" where too short to tell anything
    weight: float  # how much it tells, see pkqa.store.lexical
    heard: bool  # whether any chunk of the question's language holds it

    @property
    def comparable(self) -> bool:
        """Whether a text in another language can be said not to have it."""
        return bool(self.concepts) or self.stem.isdigit()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question, read: its kind and the things it names."""

    text: str
    language: str
    kind: Kind
    ordinal: bool  # "which anniversary": a number, but an ordinal one
    terms: tuple[Term, ...]
    counted: Term | None  # what is counted ("how many helicopters")
    several: bool  # whether a list is asked for ("which five areas")
    utmost: bool  # whether the first, the last or the largest of its kind is asked for
    places: frozenset[str]  # codes, see pkqa.text.places
    years: frozenset[str]  # four digits each
    names: frozenset[tuple[str, str]]  # (folded word of a name, its transliteration key)
    acronyms: frozenset[tuple[str, frozenset[int]]]  # folded, with its concepts


Weight = Callable[[str, str], tuple[float, bool]]  # (term, language) -> (weight, heard)


def read(text: str, language: str, weight: Weight, glossary: Glossary) -> Question:
    """Read a question asked in ``language`` (ISO 639-1).

    Args:
        text: the question.
        language: its language.
        weight: how much a term of a language tells, and whether the corpus holds it.
        glossary: which words name one concept.
    """
    counted, ordinal = _counted(text, language, weight, glossary)
    return Question(
        text=text,
        language=language,
        kind=kind_of(text, language),
        ordinal=ordinal,
        terms=_terms(text, language, weight, glossary),
        counted=counted,
        several=several(text, language),
        utmost=utmost(text, language),
        places=places(text, language),
        years=frozenset(d.value[:4] for d in dates(text, language) if d.value[:1] != "-"),
        names=frozenset(_named(text, language)),
        acronyms=frozenset(_acronyms(text, language, glossary)),
    )


# Words that ask or carry, and say nothing of what is asked about: no answer need hold them.
_ASKING = {
    "en": "mean stand acronym abbreviation call name exact exactly say said tell told according "
    "describe list mention give gave given take took taken make made get got many much total "
    "overall",
    "fr": "signifier signifie sigle acronyme abréviation appeler appelle nom exact exactement dire "
    "dit selon citer mentionner total prendre pris prise prennent faire fait fera mettre mis avoir",
    "ar": "يعني تعني معنى اختصار اسم بالضبط تحديدا حسب وفق يسمى تسمى مجموع إجمالي تم قام قامت اتخذ",
}


@cache
def _asking(language: str) -> frozenset[str]:
    return frozenset(analyse(_ASKING.get(language, ""), language))


def _terms(text: str, language: str, weight: Weight, glossary: Glossary) -> tuple[Term, ...]:
    found: dict[str, Term] = {}
    stems = analyse(text, language)
    named = list(zip(stems, glossary.concepts(stems, language), strict=True))
    for stem, concepts in [(s, c) for s, c in named if s not in _asking(language)] or named:
        if stem not in found:
            found[stem] = _term(stem, concepts, language, weight)
    return tuple(found.values())


def _term(stem: str, concepts: frozenset[int], language: str, weight: Weight) -> Term:
    key = name_key(stem)
    told, heard = weight(stem, language)
    return Term(stem, concepts, key if len(key) > _SHORT_KEY else "", told, heard)


def _named(text: str, language: str) -> Iterator[tuple[str, str]]:
    dated = [(d.start, d.end) for d in dates(text, language)]
    opening = re.search(r"\w+", text)
    for start, end, _ in names(text, language):
        name = text[start:end]
        if places(name, language) or any(a < end and start < b for a, b in dated):
            continue
        # The capital of a question's first word says nothing, unless it is an acronym's.
        if opening and start == opening.start() and not opening[0].isupper():
            name = name.removeprefix(opening[0])
        for word in _WORD.findall(fold(name)):
            if word not in _TITLES and len(word) > 1:
                yield word, name_key(word)


def _acronyms(text: str, language: str, glossary: Glossary) -> Iterator[tuple[str, frozenset[int]]]:
    """Acronyms with their concepts; not that of the United Nations themselves."""
    for word in _ACRONYM.findall(text):
        if fold(word) not in _TITLES:
            named = glossary.concepts(analyse(word, language), language)
            yield fold(word), frozenset().union(*named)


def _counted(
    text: str, language: str, weight: Weight, glossary: Glossary
) -> tuple[Term | None, bool]:
    """What is counted, and whether it is numbered rather than counted."""
    pattern = _COUNTED.get(language)
    match = pattern.search(text) if pattern else None
    if match is None:
        return None, False
    noun = match["noun"] or match["ordinal"]
    # A nationality may stand before the noun in English ("Moroccan peacekeepers"), or be it.
    first, _, rest = noun.partition(" ")
    if language == "en" and rest and not first.endswith("s") and places(first, "en"):
        noun = rest
    stems = analyse(noun, language)
    if not stems:
        return None, match["ordinal"] is not None
    concepts = glossary.concepts(stems, language)[0]
    return _term(stems[0], concepts, language, weight), match["ordinal"] is not None
