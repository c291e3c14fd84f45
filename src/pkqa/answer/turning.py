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


# What settles a claim by itself, with the reason that it is withheld for. The first one counts.
TURNS = {
    "contrary": "contrary",  # of two contraries the support has the other one
    "negation_gone": "negation",  # the support denies first of all what the claim affirms
    "negation_new": "negation",  # the other way round, or the support denies nothing
    "refusal_new": "negation",  # the claim says "refused" or the like, the support nothing of it
    "modality_done": "modality",  # the claim says that it has happened, the support that it is to
    "modality_pending": "modality",  # the support plans or calls for what the claim says as it is
}


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


def _dropped(matches: Sequence[Match], sorts: frozenset[str]) -> float:
    """Share of the matched words that are said with such a cue in the support alone."""
    dropped = sum(
        sorts.isdisjoint(match.word.turned)
        and not any(sorts.isdisjoint(other.turned) for other in match.same)
        for match in matches
    )
    return dropped / (len(matches) or 1)


def dropped(matches: Sequence[Match]) -> tuple[float, float]:
    """Shares of the matched words that only the support denies, and that only the support says as
    pledged, planned, called for or possible."""
    return _dropped(matches, _NEGATION), _dropped(matches, _UNREAL)


def turns(claim: Reading, readings: Sequence[Reading], matches: Sequence[Match]) -> Iterator[str]:
    """What is turned round so that it settles the claim: names of ``TURNS``, in their order."""
    there = frozenset().union(*(reading.cues for reading in readings))
    clauses = {
        id(word): reading.clauses[word.clause] for reading in readings for word in reading.words
    }
    if contrary(claim, readings):
        yield "contrary"
    if _gone(claim, matches):
        yield "negation_gone"
    if _new(claim, matches, clauses, there):
        yield "negation_new"
    if "refusal" in claim.cues and DENIALS.isdisjoint(there):
        yield "refusal_new"
    if _done(claim, matches, there):
        yield "modality_done"
    if _pending(claim, matches, clauses):
        yield "modality_pending"


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


def _done(claim: Reading, matches: Sequence[Match], there: frozenset[str]) -> bool:
    """Whether the claim says that it has happened, and the support only that it is to."""
    return (
        "done" in claim.cues
        and "done" not in there
        and not _PENDING.isdisjoint(there)
        and _PENDING.isdisjoint(claim.cues)
        and _dropped(matches, _PENDING) > 0
    )
