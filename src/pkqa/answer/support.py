"""The sentences of a passage that come nearest to carrying a claim.

A claim is what a model wrote in one sentence. What carries it may be up to three sentences of the
passages that it cites: the one most like it, and those that add to what it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from pkqa.answer.matching import Index, Weight, bound, date_held
from pkqa.answer.passages import Passage
from pkqa.answer.reading import Reading
from pkqa.model import Sentence

MOST_SENTENCES = 3
# Share of the claim that a further sentence must add to be part of its support.
_ADDS = 0.12
# A number or a date counts for as much of a claim as a rare word does.
_FIGURE = 1.5

Part = tuple[str, int]  # "word", "quantity", "date" or "negation", and which one of the claim's


@dataclass(frozen=True, slots=True)
class Held:
    """A sentence of a passage with what it says."""

    passage: Passage
    sentence: Sentence
    row: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Support:
    """A stretch of a passage that carries a claim: sentences in a row."""

    passage: Passage
    start: int  # offsets in ``passage.document.text``
    end: int


def chosen(
    claim: Reading, candidates: Sequence[Held], similarities: Sequence[float], weight: Weight
) -> list[Held]:
    """The sentences that carry the most of a claim, the best first.

    Args:
        claim: read.
        candidates: the sentences of the cited passages, at least one.
        similarities: their cosines with the claim.
        weight: how much a word tells.
    """
    parts = parts_of(claim, weight)
    covering = [covered(claim, parts, Index([held.reading])) for held in candidates]
    whole = sum(parts.values()) or 1.0
    order = max(
        range(len(candidates)),
        key=lambda at: (similarities[at] + told(parts, covering[at]) / whole, -at),
    )
    best, said = [order], set(covering[order])
    while len(best) < min(MOST_SENTENCES, len(candidates)):
        gains = {
            at: told(parts, covering[at] - said) / whole
            for at in range(len(candidates))
            if at not in best
        }
        further = max(gains, key=lambda at: (gains[at], similarities[at]))
        if gains[further] < _ADDS:
            break
        best.append(further)
        said |= covering[further]
    return [candidates[at] for at in best]


def parts_of(claim: Reading, weight: Weight) -> dict[Part, float]:
    """What a claim is made of, with how much each part counts."""
    parts = {("word", at): weight(w.stem, claim.language)[0] for at, w in enumerate(claim.words)}
    parts |= {("quantity", at): _FIGURE for at in range(len(claim.quantities))}
    parts |= {("date", at): _FIGURE for at in range(len(claim.dates))}
    if "negation" in claim.cues:
        parts["negation", 0] = _FIGURE
    return parts


def told(parts: Mapping[Part, float], held: Set[Part]) -> float:
    """How much these of the parts count together. Summed in the order of the claim: a set has
    another one in each process, and so would the last bit."""
    return sum(weight for part, weight in parts.items() if part in held)


def covered(claim: Reading, parts: Iterable[Part], index: Index) -> set[Part]:
    """The parts of a claim that the index has."""
    dated = sorted(claim.dates)
    held = set()
    for sort, at in parts:
        if sort == "word":
            found = index.holds(claim.words[at], claim.language)
        elif sort == "negation":
            found = index.denies
        elif sort == "quantity":
            found = bound(claim, claim.quantities[at], index)
        else:
            found = date_held(dated[at], index.dates)
        if found:
            held.add((sort, at))
    return held
