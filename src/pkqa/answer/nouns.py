"""What a number counts: the noun beside it, comparable across languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pkqa.answer.words import Word
from pkqa.text.analysis import analyse
from pkqa.text.gazetteer import country_of
from pkqa.text.glossary import Glossary
from pkqa.text.places import places

_SHORT = 3  # letters of a stem that has no preposition before it
_LONGEST = 4  # words of a noun phrase, its adjectives included
# Words of which any one counts the same things in texts on one subject.
_ALIKE = (("peacekeepers", "blue helmets", "soldiers", "troops"), ("missions", "operations"))
_MEN = frozenset("people persons men women personnel children police staff troops".split())
_BLANK = " \u00a0\u202f-\u0640"
# What may stand between a number and its noun.
_LINK = {
    "en": re.compile(r"\s+"),
    "fr": re.compile(r"\s+(?:de |d['’])?"),
    "ar": re.compile(r"\s+(?:من\s+)?(?:(?:أصحاب|عناصر|أفراد|رجال)\s+)?"),
}
_PRONOUN = {
    "en": re.compile(r"\s+of (?:them|these|those)\b"),
    "fr": re.compile(r"\s+(?:d['’]entre (?:eux|elles)|d['’]eux)\b"),
    "ar": re.compile(r"\s+منهم\b"),
}


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase by its head."""

    start: int
    end: int
    stem: str
    concepts: frozenset[int]  # see pkqa.text.glossary; those that count the same included
    places: frozenset[str]  # countries whose people or things are counted
    beside: tuple[Word, ...]  # what describes the head before it, in English

    def counts(self, other: Noun) -> bool:
        """Whether it counts the same things as another one, which may be in another language."""
        if self.concepts or other.concepts:
            return not self.concepts.isdisjoint(other.concepts)
        return self.stem == other.stem


@lru_cache(maxsize=10_000)  # titles and openings come again with each of their sentences
def countries(text: str, language: str) -> frozenset[str]:
    """The places named in a text, cities by their countries."""
    return frozenset(country_of(place) or place for place in places(text, language))


def noun_at(
    text: str, language: str, words: Sequence[Word], at: int, glossary: Glossary
) -> Noun | None:
    """The noun phrase that begins at the offset ``at`` of ``text``, whose content words are
    ``words``; None where a function word, a figure or a mark stands there."""
    link = _LINK.get(language, _LINK["en"]).match(text, at)
    run: list[Word] = []
    end = link.end() if link else at
    for word in words:
        if word.end <= end:
            continue
        if text[end : word.start].strip(_BLANK) or len(run) == _LONGEST or word.start < at:
            break
        run.append(word)
        end = word.end
        if language == "en" and _is_plural(word.folded):
            break
    return _noun(run, text, language, glossary) if run else None


def pronoun_at(text: str, language: str, at: int) -> bool:
    """Whether "of them" stands at ``at``."""
    pattern = _PRONOUN.get(language)
    return bool(pattern and pattern.match(text, at))


def _is_plural(word: str) -> bool:
    return word in _MEN or (word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")))


def _noun(run: Sequence[Word], text: str, language: str, glossary: Glossary) -> Noun:
    stems = [word.stem for word in run]
    # An English noun comes last in its phrase, a French or an Arabic one first.
    last = language == "en"
    pair = stems[-2:] if last else stems[:2]
    alone = concepts_at(pair[-1:] if last else pair[:1], language, glossary)[0]
    first = concepts_at(pair[:1], language, glossary)[0]
    both = concepts_at(pair, language, glossary)[0] - first
    concepts = both or alone
    if not last:
        run = _with_places(run, 2 if both else 1, text, language)
    start, end = run[0].start, run[-1].end
    for alike in _groups(glossary):
        if concepts & alike:
            concepts |= alike
    return Noun(
        start=start,
        end=end,
        stem=stems[-1] if last else stems[0],
        concepts=concepts,
        places=countries(text[start:end], language),
        beside=tuple(run[: -2 if both else -1]) if last else (),
    )


def _with_places(run: Sequence[Word], head: int, text: str, language: str) -> Sequence[Word]:
    """The first words of a phrase, and those behind them that name a country: "marocains"."""
    end = head
    while end < len(run) and countries(text[run[end].start : run[end].end], language):
        end += 1
    return run[:end]


def concepts_at(stems: Sequence[str], language: str, glossary: Glossary) -> list[frozenset[int]]:
    """The concepts of a row of stems, one set a stem, an Arabic preposition written in one word
    with the first of a name left aside: "لحفظ السلام"."""
    found = glossary.concepts(stems, language)
    if language != "ar":
        return found
    bare = [stem[1:] if len(stem) > _SHORT and stem[0] in "لبوفك" else stem for stem in stems]
    return [a | b for a, b in zip(found, glossary.concepts(bare, language), strict=True)]


@lru_cache(maxsize=10_000)  # titles and openings come again with each of their sentences
def concepts_in(text: str, language: str, glossary: Glossary) -> frozenset[int]:
    """The concepts that a text names."""
    return frozenset().union(*concepts_at(analyse(text, language), language, glossary))


@cache
def _groups(glossary: Glossary) -> tuple[frozenset[int], ...]:
    return tuple(
        frozenset().union(*(glossary.concepts(analyse(name, "en"), "en")[0] for name in names))
        for names in _ALIKE
    )
