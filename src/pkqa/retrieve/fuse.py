"""One score from three: how near the chunk is, how near its best sentence, what words it shares.

The scores are added, not their ranks: all three are on scales that mean the same for every question
(cosine of neutral vectors, share of the question's information found), and a convex sum then keeps
what ranks throw away (Bruch et al. 2023, "An Analysis of Fusion Functions for Hybrid Retrieval").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# Chosen on the development half of the benchmarks; docs/decisions/0003 has the table.
CHUNK_WEIGHT = 0.38
SENTENCE_WEIGHT = 0.57
LEXICAL_WEIGHT = 0.05

# Two chunks this near (cosine of neutral vectors) say the same: an event told twice, a translation.
VERSION_SIMILARITY = 0.8
# What a version of a better chunk loses: it keeps its place before chunks that are worse than both.
VERSION_LOSS = 0.15


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that may answer, with what is known of how well."""

    chunk_id: str
    row: int  # of its vector in the snapshot
    chunk_similarity: float  # cosine with the question, language taken out
    sentence_similarities: tuple[float, ...]  # likewise, one a sentence
    lexical: float  # share of the question's information that stands in the chunk, 0..1
    score: float = 0.0
    version_of: str | None = None  # the better-ranked chunk that says the same

    @property
    def document_id(self) -> str:
        """The document that the chunk belongs to."""
        return self.chunk_id.rsplit("#", 1)[0]


def fused(candidate: Candidate) -> Candidate:
    """The candidate with its score, in about -1..1."""
    best = max(candidate.sentence_similarities, default=candidate.chunk_similarity)
    score = (
        CHUNK_WEIGHT * candidate.chunk_similarity
        + SENTENCE_WEIGHT * best
        + LEXICAL_WEIGHT * candidate.lexical
    )
    return replace(candidate, score=score)


def ranked(candidates: Sequence[Candidate], vectors: NDArray[np.float32]) -> list[Candidate]:
    """Best first; of two chunks that say the same, the lesser yields its place to what is new.

    Args:
        candidates: with their scores.
        vectors: neutral chunk vectors of the snapshot, indexed by ``Candidate.row``.
    """
    # Ties are settled by id, so that one question has one ranking everywhere.
    ordered = sorted(candidates, key=lambda c: (-c.score, c.chunk_id))
    kept: list[Candidate] = []
    originals: list[Candidate] = []
    for candidate in ordered:
        original = _original(candidate, originals, vectors)
        if original is None:
            originals.append(candidate)
            kept.append(candidate)
        else:
            kept.append(
                replace(
                    candidate,
                    score=candidate.score - VERSION_LOSS,
                    version_of=original.chunk_id,
                )
            )
    return sorted(kept, key=lambda c: (-c.score, c.chunk_id))


def _original(
    candidate: Candidate, originals: Sequence[Candidate], vectors: NDArray[np.float32]
) -> Candidate | None:
    others = [o for o in originals if o.document_id != candidate.document_id]
    if not others:
        return None
    similarities = vectors[[o.row for o in others]] @ vectors[candidate.row]
    best = int(np.argmax(similarities))
    return others[best] if similarities[best] >= VERSION_SIMILARITY else None
