"""Anchors: what a query shares with a passage in another language.

Two languages share few words, but much that is not translated: a number, a month, a place, a word
that is spelt alike (MINUSCA, mission), a name carried from one script to the other (Lacroix,
لاكروا), and the words that the glossary knows in both. Anchors are weighed as words are (see
:mod:`pkqa.store.lexical`): what few passages hold says most.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pkqa.text.analysis import analyse
from pkqa.text.dates import dates
from pkqa.text.fold import fold
from pkqa.text.glossary import Glossary, Phrase
from pkqa.text.names import name_key, names
from pkqa.text.numbers import numbers
from pkqa.text.places import places
from pkqa.text.stopwords import stop_words

# Changes when the same text would come out with other anchors.
ANCHORS_VERSION = "2"

Kind = Literal["name", "number", "concept"]

# A skeleton of two consonants fits too many words; only one of four or more counts in full.
_SHORTEST_KEY = 3
_FULL_KEY = 4
_SHORTEST_WORD = 4  # letters of a word that is spelt alike by more than chance

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_ELIDED = re.compile(r"^(?:[ldjmtsnc]|qu)['’](?=\w)", re.IGNORECASE)
_ARABIC = re.compile("[\u0620-\u064a]")
_CLITIC = re.compile("^[وفبلك](?=.{4})")  # what Arabic writes in one word with a name
_MONTH = re.compile(r"-(\d\d)(?=-|$)")


@dataclass(frozen=True, slots=True)
class Anchor:
    """One thing to look for: a passage has it that holds all terms of any of ``phrases``."""

    kind: Kind
    phrases: tuple[Phrase, ...]
    weight: float = 1.0  # less than 1 where it may well be something else
    unless: str = ""  # a term; what holds it has the thing already by its own word

    @property
    def terms(self) -> Iterator[str]:
        """Every term that it takes to look for it."""
        for phrase in self.phrases:
            yield from phrase
        if self.unless:
            yield self.unless


def anchors_of(text: str, language: str) -> list[str]:
    """The terms that a passage is found under beside its words, in order of spelling.

    ``#60`` for a number in figures or words, ``%12`` for a month, ``@MA`` for a place, ``~LKR``
    for the skeleton of a name.
    """
    found = set(_exact(text, language))
    for word in _WORD.findall(text) if language == "ar" else _capitalised(text, language):
        if language != "ar" or _ARABIC.search(word):
            found.update(f"~{key}" for key in _keys(word))
    return sorted(found)


def anchors_in(query: str, language: str, target: str, glossary: Glossary) -> list[Anchor]:
    """What to look for among the passages of another language.

    Args:
        query: the question.
        language: what it is asked in.
        target: ISO 639-1 code of the passages' language.
        glossary: which words stand for one concept.
    """
    anchors = [
        Anchor("concept" if term[0] == "@" else "number", ((term,),))
        for term in sorted(_exact(query, language))
    ]
    terms = analyse(query, language)
    for concepts in dict.fromkeys(glossary.concepts(terms, language)):
        phrases = dict.fromkeys(p for c in sorted(concepts) for p in glossary.names(c, target))
        if phrases:
            anchors.append(Anchor("concept", tuple(phrases)))
    named = {phrase for anchor in anchors for phrase in anchor.phrases}
    return [*anchors, *_words(query, language, target, glossary, named)]


def synonyms_in(query: str, language: str, glossary: Glossary) -> list[Anchor]:
    """What else to look for among the passages of the query's own language: other words for the
    same thing, where its own word is missing."""
    terms = analyse(query, language)
    own: dict[str, frozenset[int]] = {}
    for term, concepts in zip(terms, glossary.concepts(terms, language), strict=True):
        own[term] = own.get(term, frozenset()) | concepts
    anchors = []
    for term, concepts in own.items():
        phrases = dict.fromkeys(p for c in sorted(concepts) for p in glossary.names(c, language))
        if phrases:
            anchors.append(Anchor("concept", tuple(phrases), unless=term))
    return anchors


def _words(
    query: str, language: str, target: str, glossary: Glossary, named: Container[Phrase]
) -> Iterator[Anchor]:
    """The words that may be spelt alike or be names, where no table knows them."""
    stop = stop_words(language)
    capitals = frozenset(_capitalised(query, language))
    for word in dict.fromkeys(_bare(w) for w in _WORD.findall(query)):
        if fold(word) in stop or places(word, language):
            continue
        arabic = _ARABIC.search(word) is not None
        alike = tuple(analyse(word, target))
        if arabic == (target == "ar"):
            if len(word) >= _SHORTEST_WORD and alike and alike not in named:
                yield Anchor("name" if word in capitals else "concept", (alike,))
        # Names stand out by their capitals, except in a query that was typed without any.
        elif (arabic or not capitals or word in capitals) and not any(
            glossary.concepts(analyse(word, language), language)
        ):
            yield from _carried_over(word, () if arabic or not alike else (alike,))


def _carried_over(word: str, quoted: tuple[Phrase, ...]) -> Iterator[Anchor]:
    """A name to be found in the other script, or ``quoted`` in its own."""
    keys = _keys(word)
    weight = min(1.0, (max(map(len, keys)) - 1) / (_FULL_KEY - 1)) if keys else 1.0
    if phrases := (*quoted, *((f"~{key}",) for key in keys)):
        yield Anchor("name", phrases, weight)


@lru_cache(maxsize=16)  # a query is read once for every language of the corpus
def _exact(text: str, language: str) -> frozenset[str]:
    """What means the same wherever it stands."""
    found = {f"#{value}" for _, _, value in numbers(text, language)}
    found.update(f"@{place}" for place in places(text, language))
    found.update(f"%{month[1]}" for d in dates(text, language) if (month := _MONTH.search(d.value)))
    return frozenset(found)


@lru_cache(maxsize=16)
def _capitalised(text: str, language: str) -> tuple[str, ...]:
    words: list[str] = []
    for start, end, _ in names(text, language):
        words.extend(map(_bare, _WORD.findall(text[start:end])))
    return tuple(words)


def _bare(word: str) -> str:
    """A word without what English puts behind it and French before it."""
    return _POSSESSIVE.sub("", _ELIDED.sub("", word))


@lru_cache(maxsize=100_000)  # an ingest sees the same words again and again
def _keys(word: str) -> tuple[str, ...]:
    bare = _CLITIC.sub("", fold(word)) if _ARABIC.search(word) else word
    keys = dict.fromkeys((name_key(word), name_key(bare)))
    return tuple(key for key in keys if len(key) >= _SHORTEST_KEY)
