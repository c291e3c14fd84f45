"""What belongs to what: whether names, numbers and dates of a claim go with the same things in its
support."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pkqa.answer.matching import Index, alone, date_held, shares
from pkqa.answer.quantities import Quantity
from pkqa.answer.reading import Reading
from pkqa.answer.words import Word

# Words on each side of a name, number or date that belong to it in a claim.
_BESIDE = 3
_CLAUSE = re.compile("[,;:،؛]\\s|\\.\\s")
# Words between an item and a word of another sentence.
_OUTSIDE = 8
# Words by which another item must be nearer.
_NEARER = 1


def other_names(claim: Reading, support: Index, context: Index) -> float:
    """Share of the claim's names that the support lacks, though the passage knows them."""
    named = [word for word in claim.words if word.named]
    outside = [
        word
        for word in named
        if not support.holds(word, claim.language) and context.holds(word, claim.language)
    ]
    return len(outside) / len(named) if named else 0.0


def extra_names(claim: Reading, readings: Sequence[Reading]) -> float:
    """Share of the support's names that the claim lacks."""
    held = Index([claim])
    named = [(r.language, w) for r in readings for w in r.words if w.named]
    extra = [word for language, word in named if not held.holds(word, language)]
    return len(extra) / len(named) if named else 0.0


def unbound(claim: Reading, readings: Sequence[Reading]) -> float:
    """Whether a quantity of the claim is of something else, by the next words, wherever the support
    gives it."""
    for quantity in claim.quantities:
        same = [
            (reading, other)
            for reading in readings
            for other in reading.quantities
            if not other.values.isdisjoint(quantity.values)
        ]
        beside = _next_to(quantity)
        if (
            same
            and beside
            and not any(shares(claim, beside, reading, _next_to(other)) for reading, other in same)
        ):
            return 1.0
    return 0.0


def _next_to(quantity: Quantity) -> tuple[Word, ...]:
    """The next words, which may say what a quantity is of."""
    return quantity.behind[:2] or quantity.before[:1]


def uncounted(claim: Reading, support: Index) -> float:
    """Whether what is counted stands nowhere in the support."""
    counted = [quantity.behind[0] for quantity in claim.quantities if quantity.behind]
    return float(any(not support.holds(word, claim.language) for word in counted))


def counted_other(claim: Reading, readings: Sequence[Reading]) -> float:
    """Whether a number counts a thing that the glossary knows, and its support another such."""
    for quantity in claim.quantities:
        mine = frozenset().union(*(word.concepts for word in quantity.behind[:2]))
        for reading in readings:
            for other in reading.quantities:
                theirs = frozenset().union(*(word.concepts for word in other.behind[:2]))
                same = not other.values.isdisjoint(quantity.values)
                if same and mine and theirs and mine.isdisjoint(theirs):
                    return float(not shares(claim, quantity.behind, reading, other.behind))
    return 0.0


def replaced(claim: Reading, readings: Sequence[Reading]) -> float:
    """Share of the claim's words between two that have, on the side of that word, another one in
    the support, which the claim lacks."""
    strange = 0
    held = Index([claim])
    whole = Index(readings)
    for before, word, behind in zip(claim.words, claim.words[1:], claim.words[2:], strict=False):
        strange += (
            not whole.holds(word, claim.language)
            and _followed(claim, before, readings, held, 1)
            and _followed(claim, behind, readings, held, -1)
        )
    return strange / (len(claim.words) or 1)


def _followed(
    claim: Reading, word: Word, readings: Sequence[Reading], held: Index, step: int
) -> bool:
    """Whether a word of the claim has, beside it in the support, one that the claim lacks."""
    for reading in readings:
        for at, other in enumerate(reading.words):
            beside = at + step
            if (
                0 <= beside < len(reading.words)
                and alone(reading, other).holds(word, claim.language)
                and not held.holds(reading.words[beside], reading.language)
            ):
                return True
    return False


def exchanged(claim: Reading, readings: Sequence[Reading]) -> float:
    """How much of what stands beside a name, number or date of the claim stands beside another of
    its sort in the support: of the item that has most, 0..1."""
    return max((_strayed(claim, item, readings) for item in _items(claim)), default=0.0)


def stranger_run(claim: Reading, context: Index) -> float:
    """Whether words in a row stand in no cited passage, and no glossary knows them."""
    longest = run = end = 0
    for word in claim.words:
        strange = not word.concepts and not context.holds(word, claim.language)
        adjoins = claim.text[end : word.start].isspace()
        run = (run + 1 if run and adjoins else 1) if strange else 0
        longest, end = max(longest, run), word.end
    return float(longest >= 2)


# An item: its span in the claim, where it stands in a reading, and where others of its sort do.
_Spans = list[tuple[int, int]]
_Item = tuple[int, int, Callable[[Reading], tuple[_Spans, _Spans]]]


def _items(claim: Reading) -> Iterator[_Item]:
    language = claim.language
    for word in claim.words:
        if word.named or (language == "ar" and not word.concepts):
            yield word.start, word.end, partial(_spans_of_word, word, language)
    for quantity in claim.quantities:
        yield quantity.start, quantity.end, partial(_spans_of_quantity, quantity)
    for start, end, value in claim.dated:
        yield start, end, partial(_spans_of_date, value)


def _spans_of_word(word: Word, language: str, reading: Reading) -> tuple[_Spans, _Spans]:
    own: _Spans = []
    others: _Spans = []
    for other in reading.words:
        if alone(reading, other).holds(word, language):
            own.append((other.start, other.end))
        elif other.named or (reading.language == "ar" and not other.concepts):
            others.append((other.start, other.end))
    # The words of one name are no rivals.
    return own, [span for span in others if not any(_adjoin(reading, span, one) for one in own)]


def _adjoin(reading: Reading, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether at most one content word stands between two spans."""
    first, last = sorted((one, other))
    between = [w for w in reading.words if first[1] <= w.start and w.end <= last[0]]
    return len(between) <= 1 and not _CLAUSE.search(reading.text, first[1], last[0])


def _spans_of_quantity(quantity: Quantity, reading: Reading) -> tuple[_Spans, _Spans]:
    own: _Spans = []
    others: _Spans = []
    for other in reading.quantities:
        same = not other.values.isdisjoint(quantity.values)
        (own if same else others).append((other.start, other.end))
    return own, others


def _spans_of_date(value: str, reading: Reading) -> tuple[_Spans, _Spans]:
    own: _Spans = []
    others: _Spans = []
    for start, end, stated in reading.dated:
        (own if date_held(value, [stated]) else others).append((start, end))
    return own, others


def _strayed(claim: Reading, item: _Item, readings: Sequence[Reading]) -> float:
    """Share of the words beside an item that are nearer to another of its sort in the support."""
    start, end, spans_in = item
    found = [(reading, *spans_in(reading)) for reading in readings]
    if not any(own for _, own, _ in found):
        return 0.0
    held = Index([claim])
    own_here, others_here = spans_in(claim)
    strayed = told = 0
    for word in _nearest_words(claim, start, end, _BESIDE):
        gaps = []
        for reading, own, others in found:
            # "He" may stand for a name of the sentence before: then only a name that the claim
            # does not know can be another's.
            rivals = others if own else [s for s in others if not _known(reading, s, held)]
            for other in reading.words:
                if alone(reading, other).holds(word, claim.language):
                    gaps.append(_gap(reading, other, own, rivals))
        if gaps:
            told += 1
            # In the claim, too, a word may stand nearer to another item.
            strayed += min(gaps) > max(_NEARER, _gap(claim, word, own_here, others_here))
    return strayed / told if told else 0.0


def _gap(reading: Reading, word: Word, own: _Spans, others: _Spans) -> int:
    """By how many content words a word is nearer to others of its sort than to an item."""
    mine = min((_distance(reading, word, span) for span in own), default=_OUTSIDE)
    return mine - min((_distance(reading, word, span) for span in others), default=mine)


def _known(reading: Reading, span: tuple[int, int], held: Index) -> bool:
    """Whether the claim has what stands at a span of a reading."""
    return any(
        held.holds(word, reading.language) for word in reading.words if word.start == span[0]
    )


def _distance(reading: Reading, word: Word, span: tuple[int, int]) -> int:
    """How many content words stand between a word and a span."""
    first, last = sorted(((word.start, word.end), span))
    return sum(first[1] <= other.start and other.end <= last[0] for other in reading.words)


def _nearest_words(reading: Reading, start: int, end: int, most: int) -> list[Word]:
    """The content words next to a span, so many on each side."""
    clause = [m.start() for m in _CLAUSE.finditer(reading.text)]
    first = max((at for at in clause if at < start), default=0)
    last = min((at for at in clause if at >= end), default=len(reading.text))
    before = [word for word in reading.words if first <= word.start and word.end <= start][-most:]
    behind = [word for word in reading.words if end <= word.start and word.end <= last][:most]
    return before + behind


def crossed(claim: Reading, readings: Sequence[Reading]) -> bool:
    """Whether two names of the claim stand the other way round in one sentence that has both."""
    named = [word for word in claim.words if word.named]
    for reading in readings:
        if reading.language != claim.language:
            continue
        places = [_position(word, claim.language, reading) for word in named]
        known = [place for place in dict.fromkeys(places) if place is not None]
        if known != sorted(known):
            return True
    return False


def _position(word: Word, language: str, reading: Reading) -> int | None:
    for other in reading.words:
        if alone(reading, other).holds(word, language):
            return other.start
    return None
