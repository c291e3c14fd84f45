"""What turns a claim round: negation, modality, and contraries, on one side alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pkqa.answer.matching import DENIALS, alone
from pkqa.answer.reading import Reading
from pkqa.answer.words import Word

_NEGATION = frozenset({"negation"})
_OUTRIGHT = frozenset({"negation", "refusal"})
_UNREAL = frozenset({"pledge", "future", "call", "propose", "possible"})
_PENDING = frozenset({"pledge", "future", "call", "propose"})


def contrary(claim: Reading, readings: Sequence[Reading]) -> bool:
    """Whether the claim has one of two contraries, and its support only the other."""
    held = set(chain.from_iterable(reading.poles for reading in readings))
    return any(
        (pair, side) not in held
        and (pair, 1 - side) in held
        and (pair, 1 - side) not in claim.poles
        for pair, side in claim.poles
    )


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the claim with the words of the support that say the same."""

    word: Word
    same: tuple[Word, ...]


def matches_of(claim: Reading, readings: Sequence[Reading]) -> list[Match]:
    """The words of the claim that its support has as well."""
    found = []
    for word in claim.words:
        same = tuple(
            other
            for reading in readings
            for other in reading.words
            if alone(reading, other).holds(word, claim.language)
        )
        if same:
            found.append(Match(word, same))
    return found


def _turned(matches: Sequence[Match], sorts: frozenset[str]) -> tuple[float, float]:
    """Shares of the matched words that are said with such a cue in the support alone, and in the
    claim alone."""
    dropped = added = 0
    for match in matches:
        here = not sorts.isdisjoint(match.word.turned)
        there = [not sorts.isdisjoint(other.turned) for other in match.same]
        dropped += not here and all(there)
        added += here and not any(there)
    whole = len(matches) or 1
    return dropped / whole, added / whole


def turns(claim: Reading, readings: Sequence[Reading], matches: Sequence[Match]) -> Iterator[float]:
    """The signs of what is turned round, in the order of ``SIGNS``."""
    there = frozenset().union(*(reading.cues for reading in readings))
    clauses = {
        id(word): reading.clauses[word.clause] for reading in readings for word in reading.words
    }
    for sorts in (_NEGATION, _UNREAL):
        yield from _turned(matches, sorts)
    yield float(_gone(claim, matches))
    yield float(_new(claim, matches, clauses, there))
    yield float(_pending(claim, matches, clauses))
    yield float(
        "done" in claim.cues
        and "done" not in there
        and not _PENDING.isdisjoint(there)
        and _PENDING.isdisjoint(claim.cues)
        and _turned(matches, _PENDING)[0] > 0
    )
    yield float("refusal" in claim.cues and DENIALS.isdisjoint(there))


def _gone(claim: Reading, matches: Sequence[Match]) -> bool:
    """Whether the support denies first of all what the claim affirms."""
    denied = {
        id(other)
        for match in matches
        if not DENIALS.isdisjoint(claim.clauses[match.word.clause])
        for other in match.same
    }
    return any(
        all("negation" in other.heads and id(other) not in denied for other in match.same)
        for match in matches
    )


def _new(
    claim: Reading,
    matches: Sequence[Match],
    clauses: Mapping[int, frozenset[str]],
    there: frozenset[str],
) -> bool:
    """Whether the claim denies first of all what the support affirms, or denies where the support
    denies nothing."""
    if "negation" not in claim.cues:
        return False
    if DENIALS.isdisjoint(there):
        return True
    return any(
        "negation" in match.word.heads
        and all(
            DENIALS.isdisjoint(other.turned) and _OUTRIGHT.isdisjoint(clauses[id(other)])
            for other in match.same
        )
        for match in matches
    )


# Share of the words in common that are said of what has not happened yet.
_MOSTLY = 0.6


def _pending(
    claim: Reading, matches: Sequence[Match], clauses: Mapping[int, frozenset[str]]
) -> bool:
    """Whether the support says as pledged, planned or called for what the claim says as it is."""
    if not matches or not _UNREAL.isdisjoint(claim.cues):
        return False
    told = [all(not _PENDING.isdisjoint(clauses[id(o)]) for o in m.same) for m in matches]
    return sum(told) / len(told) >= _MOSTLY
