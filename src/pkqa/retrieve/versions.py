"""The same event told twice takes one place in a ranking, with its versions attached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from pkqa.retrieve.candidates import Candidate
from pkqa.retrieve.fuse import FloatArray
from pkqa.store.snapshot import Snapshot
from pkqa.text.numbers import numbers

# Cosines of neutral vectors from which two chunks say the same. In one language that takes much:
# what treats the same subject in other words comes to 0.8. Across languages, of 178,835 pairs of
# benchmark passages on different things none comes to 0.6, and most translations do.
SAME_LANGUAGE = 0.9
OTHER_LANGUAGE = 0.65
# Reports of one event come out within days of each other; a yearly resolution does not.
DAYS = 7


@dataclass(frozen=True, slots=True)
class Account:
    """What tells two events apart where their vectors do not."""

    date: str | None  # ISO day
    figures: frozenset[str]  # values of the numbers in the chunk


def account(snapshot: Snapshot, chunk_id: str) -> Account:
    """What a chunk and its document say in that regard."""
    chunk = snapshot.chunk(chunk_id)
    document = snapshot.document(chunk.document_id)
    figures = numbers(document.text[chunk.start : chunk.end], chunk.language)
    return Account(document.date, frozenset(value for _, _, value in figures))


def grouped(
    candidates: Sequence[Candidate], vectors: FloatArray, told: Callable[[Candidate], Account]
) -> list[Candidate]:
    """Each candidate once, in its place or among the versions of a better one.

    A version is a chunk of another document that says the same as a better-ranked chunk, with the
    same figures for the most part, published within ``DAYS`` of it where both dates are known.

    Args:
        candidates: best first.
        vectors: neutral chunk vectors of the snapshot, by ``Candidate.row``.
        told: see :func:`account`.
    """
    near = vectors[[c.row for c in candidates]]
    languages = np.array([c.language for c in candidates])
    same_language = languages[:, np.newaxis] == languages
    alike = near @ near.T >= np.where(same_language, SAME_LANGUAGE, OTHER_LANGUAGE)
    originals: dict[int, int] = {}  # of those that are versions
    for better, worse in np.argwhere(np.triu(alike, 1)).tolist():
        if (
            worse not in originals
            and better not in originals
            and _may_be_one(candidates[better], candidates[worse], told)
        ):
            originals[worse] = better
    versions: dict[int, list[Candidate]] = {}
    for worse, better in originals.items():
        versions.setdefault(better, []).append(candidates[worse])
    return [
        replace(candidate, versions=tuple(versions[at])) if at in versions else candidate
        for at, candidate in enumerate(candidates)
        if at not in originals
    ]


def _may_be_one(one: Candidate, other: Candidate, told: Callable[[Candidate], Account]) -> bool:
    if one.document_id == other.document_id:
        return False
    accounts = told(one), told(other)
    days = [date.fromisoformat(a.date) for a in accounts if a.date is not None]
    if len(days) == len(accounts) and abs((days[0] - days[1]).days) > DAYS:
        return False
    # Texts of one form differ by their figures and by little else.
    fewer, more = sorted((a.figures for a in accounts), key=len)
    return 2 * len(fewer & more) >= len(fewer)
