"""Whether two texts say the same things: words, numbers, dates and names, across languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pkqa.answer.quantities import Quantity
from pkqa.answer.reading import Reading
from pkqa.answer.words import Word

# A skeleton of consonants this long tells a name from others.
KEY = 3
# Cues by which a text denies something, outright or in effect, see pkqa.answer.cues.
DENIALS = frozenset({"negation", "refusal", "restriction"})
# A prefix this long, and this share of the longer word, makes two words of one family.
_FAMILY = 6
_FAMILY_SHARE = 0.6

Weight = Callable[[str, str], tuple[float, bool]]  # (stem, language) -> (weight, heard)


class Index:
    """What a set of readings says, for looking words up."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        """Take in the readings."""
        self.words: list[tuple[str, Word]] = []
        self.stems: set[tuple[str, str]] = set()
        self.concepts: set[int] = set()
        self.keys: set[str] = set()
        self.folded: set[str] = set()
        self.values: set[str] = set()
        self.dates: set[str] = set()
        self.places: set[str] = set()
        self.pair = False
        self.denies = False
        self.quantities: list[tuple[Reading, Quantity]] = []
        for reading in readings:
            for word in reading.words:
                self.words.append((reading.language, word))
                self.stems.add((reading.language, word.stem))
                self.concepts |= word.concepts
                self.folded.add(word.folded)
                if len(word.key) >= KEY:
                    self.keys.add(word.key)
            for quantity in reading.quantities:
                self.values |= quantity.values
            self.quantities.extend((reading, quantity) for quantity in reading.quantities)
            self.dates |= reading.dates
            self.places |= reading.places
            self.pair |= reading.pair
            self.denies |= not DENIALS.isdisjoint(reading.cues)
        self.languages = {language for language, _ in self.words}

    def holds(self, word: Word, language: str) -> bool:
        """Whether the word stands there, in this form or one that means the same."""
        return (
            (language, word.stem) in self.stems
            or word.folded in self.folded
            or not word.concepts.isdisjoint(self.concepts)
            or not word.places.isdisjoint(self.places)
            or self._by_sound(word, language)
            or self._in_family(word, language)
        )

    @property
    def far(self) -> bool:
        """Whether all of it is in Arabic, where short names leave too little to be told by."""
        return self.languages == {"ar"}

    def _by_sound(self, word: Word, language: str) -> bool:
        # Within one language and script a name is spelt one way.
        foreign = self.languages != {language} or language == "ar"
        return foreign and len(word.key) >= KEY and word.key in self.keys

    def _in_family(self, word: Word, language: str) -> bool:
        if len(word.folded) < _FAMILY:
            return False
        for other_language, other in self.words:
            if other_language == "ar" or language == "ar":
                if other_language == language and _root(word.stem) == _root(other.stem):
                    return True
                continue
            shared = _shared_prefix(word.folded, other.folded)
            longest = max(len(word.stem), len(other.stem))
            if shared >= _FAMILY and shared >= _FAMILY_SHARE * longest:
                return True
        return False


def _shared_prefix(one: str, other: str) -> int:
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared


def _root(stem: str) -> str:
    """The consonants of an Arabic word that its patterns leave in place; a word of fewer than
    three stands for itself."""
    bare = "".join(letter for letter in stem if letter not in "اويىءأإآؤئ")
    if len(bare) > 3 and bare[0] in "متنس":
        bare = bare[1:]
    if len(bare) > 3 and bare[1] == "ت":
        bare = bare[0] + bare[2:]
    return bare if len(bare) >= 3 else stem


def date_held(claimed: str, stated: Iterable[str]) -> bool:
    """Whether a date is one of those stated, or less exact than one of them."""
    if claimed.startswith("--"):
        return any(value.endswith(claimed[1:]) or value == claimed for value in stated)
    return any(value == claimed or value.startswith(f"{claimed}-") for value in stated)


def alone(reading: Reading, *words: Word) -> Index:
    """An index of single words of a reading."""
    named: frozenset[str] = frozenset().union(*(word.places for word in words))
    return Index([replace(reading, words=words, quantities=(), dated=(), places=named)])


def bound(claim: Reading, quantity: Quantity, index: Index) -> bool:
    """Whether a quantity of a claim is one of the index, and of the same thing there."""
    same = [
        (r, other) for r, other in index.quantities if not other.values.isdisjoint(quantity.values)
    ]
    beside = around(quantity)
    return bool(same) and (
        not beside or any(shares(claim, beside, reading, around(other)) for reading, other in same)
    )


def rival(claim: Reading, quantity: Quantity, index: Index) -> str:
    """The value that the index gives for what a claim says another one of; "" where none."""
    counted = quantity.behind[:2]
    if not counted or quantity.value.endswith("."):
        return ""
    found = ""
    for reading, other in index.quantities:
        shared = shares(claim, counted, reading, other.behind[:2])
        if not other.values.isdisjoint(quantity.values):
            beside = around(other)
            if other.anaphoric or (beside and shares(claim, counted, reading, beside)):
                return ""
        elif other.behind and shared and _comparable(quantity, other):
            found = found or other.value
    return found


def _comparable(quantity: Quantity, other: Quantity) -> bool:
    """Whether two values are of one sort: an ordinal is no count, a share no number."""
    return all(
        quantity.value.endswith(mark) == other.value.endswith(mark) for mark in ("%", ".")
    ) and (quantity.unit == other.unit)


def around(quantity: Quantity) -> tuple[Word, ...]:
    """The words in the clause of a quantity, which may say what it is of."""
    return (*quantity.behind, *quantity.before)


def shares(claim: Reading, words: Sequence[Word], reading: Reading, others: Sequence[Word]) -> bool:
    """Whether a word of the claim is among those of another reading; true where it has none."""
    if not others:
        return True
    index = alone(reading, *others)
    return any(index.holds(word, claim.language) for word in words)
