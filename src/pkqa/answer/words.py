"""The content words of a sentence, each with every form that it can be compared by."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pkqa.answer.cues import Cue, cues
from pkqa.text.analysis import analyse
from pkqa.text.calendar import DAYS, MONTHS
from pkqa.text.fold import fold, level
from pkqa.text.glossary import Glossary
from pkqa.text.names import name_key, names
from pkqa.text.numerals import VALUES
from pkqa.text.places import places

# A cue bears on the next few content words.
_SCOPE = 3
_CLAUSE = re.compile(r"[.;:!?,،؛؟()\n–—](?!\d)")
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0610-\u061a\u064b-\u065f\u0670\u0640]|['’](?=[^\\W_]))*")
_CALENDAR = frozenset(MONTHS) | frozenset(DAYS)
_OF = re.compile(r"\s(?:\w+\s)?(?:of|of the|du|de|de la|des)\s")


@dataclass(frozen=True, slots=True)
class Word:
    """A content word, with every form that it can be compared by."""

    start: int
    end: int
    folded: str
    stem: str  # see pkqa.text.analysis
    concepts: frozenset[int]  # see pkqa.text.glossary
    key: str  # transliteration key, see pkqa.text.names
    named: bool  # part of a proper name, as far as capitals and the glossary tell
    places: frozenset[str]  # that the name is one of
    turned: frozenset[str]  # the cues that bear on it, see pkqa.answer.cues
    heads: frozenset[str]  # those among them that bear on it first of all
    clause: int  # which one of the text's


def content_words(
    text: str,
    levelled: str,
    language: str,
    glossary: Glossary,
    taken: list[tuple[int, int]],
) -> Iterator[Word]:
    """The content words that are no part of a number or a date."""
    spans = [
        (match.start(), match.end(), stems[0])
        for match in _WORD.finditer(text)
        if (stems := analyse(match[0], language))
        and not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    capitals = _capitals(text, language)
    concepts = _concepts([stem for _, _, stem in spans], language, glossary)
    scopes = _scopes(levelled, language, [(start, end) for start, end, _ in spans])
    ends = [match.start() for match in _CLAUSE.finditer(levelled)]
    for (start, end, stem), named, (scope, heads) in zip(spans, concepts, scopes, strict=True):
        folded = fold(text[start:end])
        # A name begins behind an elision, its word before it: "d'Oumarou".
        within = [codes for a, b, codes in capitals if a < end and start < b]
        yield Word(
            start,
            end,
            folded,
            stem,
            named,
            name_key(folded.removesuffix("'s")),
            # Only where there are no capitals does the glossary have to tell.
            bool(within) or (language == "ar" and not named.isdisjoint(glossary.proper)),
            within[0] if within else frozenset(),
            scope,
            heads,
            bisect_right(ends, start),
        )


def _capitals(text: str, language: str) -> list[tuple[int, int, frozenset[str]]]:
    """The proper names, with the places that they are names of.

    A word of a place's name is no name by itself: in Arabic, where no capital tells, places are
    all that is known here.
    """
    if language == "ar":
        return [
            (match.start(), match.end(), codes)
            for match in _WORD.finditer(text)
            if (codes := places(match[0], language))
        ]
    found = names(text, language)
    nothing = (len(text), len(text), "")
    joined = [
        text[start:further] if _OF.fullmatch(text[end:next_]) else name
        for (start, end, name), (next_, further, _) in pairwise([*found, nothing])
    ]
    return [
        (_behind_number(name, language) + start, end, places(whole, language))
        for (start, end, name), whole in zip(found, joined, strict=True)
        if not _opens(text, start, name) and level(name) not in _CALENDAR
    ]


def _behind_number(name: str, language: str) -> int:
    """How much of a name is a number word that opens the sentence: "One UN operation in two"."""
    first, blank, _ = name.partition(" ")
    return len(first) + 1 if blank and fold(first) in VALUES.get(language, {}) else 0


def _opens(text: str, start: int, name: str) -> bool:
    """Whether the capital may be no more than that of a sentence's first word: a sentence of a
    passage may show elsewhere that it is a name, see :mod:`pkqa.answer.verify`."""
    alone = " " not in name and name[1:].islower() and not places(name, "en")
    return alone and not text[:start].strip(" \"'“«(")


def _concepts(stems: list[str], language: str, glossary: Glossary) -> list[frozenset[int]]:
    """The concepts that each word is part of the name of."""
    found: list[set[int]] = [set() for _ in stems]
    for at, named in enumerate(glossary.concepts(stems, language)):
        for concept in named:
            for phrase in glossary.names(concept, language):
                if tuple(stems[at : at + len(phrase)]) == tuple(phrase):
                    for further in range(at, at + len(phrase)):
                        found[further].add(concept)
    return [frozenset(concepts) for concepts in found]


def cues_by_clause(levelled: str, found: list[Cue]) -> tuple[frozenset[str], ...]:
    """The cues of each clause of a text."""
    ends = [match.start() for match in _CLAUSE.finditer(levelled)]
    clauses: list[set[str]] = [set() for _ in range(len(ends) + 1)]
    for cue in found:
        clauses[bisect_right(ends, cue.start)].add(cue.sort)
    return tuple(frozenset(clause) for clause in clauses)


def _scopes(
    levelled: str, language: str, spans: list[tuple[int, int]]
) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The cues that bear on each word, those that it is or stands behind in one clause; and those
    of which it is the first such word."""
    scopes: list[set[str]] = [set() for _ in spans]
    heads: list[set[str]] = [set() for _ in spans]
    found = cues(levelled, language)
    for cue in found:
        clause = _CLAUSE.search(levelled, cue.end)
        last = clause.start() if clause else len(levelled)
        behind = [at for at, (start, end) in enumerate(spans) if cue.start < end and start < last]
        # "Does not exempt" denies nothing in the end.
        if cue.sort == "negation" and any(
            other.sort in ("refusal", "restriction") and cue.end <= other.start <= cue.end + 12
            for other in found
        ):
            continue
        # French denies the word before "pas" as much as the one behind it.
        before = [at for at, (_, end) in enumerate(spans) if end <= cue.start]
        beside = before and cue.start - spans[before[-1]][1] < 2
        if cue.sort == "negation" and language == "fr" and beside:
            behind.insert(0, before[-1])
        for at in behind[:_SCOPE]:
            scopes[at].add(cue.sort)
        for at in behind[:1]:
            heads[at].add(cue.sort)
    return [(frozenset(s), frozenset(h)) for s, h in zip(scopes, heads, strict=True)]
