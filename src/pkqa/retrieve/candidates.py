"""The chunks that may answer a question: found by meaning, by words and by anchors, then scored."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pkqa.retrieve.fuse import OTHER, SIGNS, FloatArray, fused
from pkqa.store.exact import highest
from pkqa.store.lexical import Matches
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where

# Candidates taken from each index: enough that the scores, not the cut, decide.
FROM_EACH = 200
# Of these, as many have their sentences looked at, the best first by what is cheap to know.
LOOKED_INTO = 200

_CHUNK, _SENTENCE, _PAIR, _LEXICAL, _FOCUS, _NAME, _NUMBER, _CONCEPT, _OTHER = range(len(SIGNS))
_ANCHORS = (_NAME, _NUMBER, _CONCEPT)

RowArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that may answer, with what is known of how well."""

    chunk_id: str
    row: int  # of its vector in the snapshot
    language: str
    chunk_similarity: float  # cosine with the question, language taken out
    sentence_similarities: tuple[float, ...]  # likewise, one a sentence
    lexical: float  # share of the question's information that stands in the chunk, 0..1
    score: float
    versions: tuple[Candidate, ...] = ()  # of other documents, that say the same; best first

    @property
    def document_id(self) -> str:
        """The document that the chunk belongs to."""
        return self.chunk_id.rsplit("#", 1)[0]


def gather(
    snapshot: Snapshot,
    vector: FloatArray,
    matches: Matches,
    language: str,
    where: Where | None = None,
) -> list[Candidate]:
    """The best candidates among the chunks that meet ``where``, best first.

    Args:
        snapshot: to search in.
        vector: of the question, language taken out, shape (dimension,).
        matches: what the question shares with each chunk by words.
        language: of the question; "" where it cannot be told: every chunk that shares a word with
            it then counts as being in its language.
        where: what the chunks must meet.
    """
    rows = _found(snapshot, vector, matches, where)
    languages = np.array(snapshot.chunk_languages(rows.tolist()), dtype=object)
    signs = np.zeros((len(rows), len(SIGNS)), dtype=np.float32)
    signs[:, _CHUNK] = snapshot.chunk_vectors[rows] @ vector
    signs[:, _SENTENCE] = signs[:, _PAIR] = signs[:, _CHUNK]  # until they are known
    signs[:, _LEXICAL] = matches.shares[rows]
    for column in _ANCHORS:
        signs[:, column] = matches.anchors[SIGNS[column]][rows]
    own = languages == language if language else signs[:, _LEXICAL] > 0
    signs[:, _OTHER] = ~own
    kept = np.argsort(-fused(signs), kind="stable")[:LOOKED_INTO]
    rows, languages, signs = rows[kept], languages[kept], signs[kept]
    signs[:, _FOCUS] = matches.focus(rows)
    similarities = _similarities(snapshot, rows, vector)
    for sign, near in zip(signs, similarities, strict=True):
        if near:
            sign[_SENTENCE] = max(near)
            sign[_PAIR] = max((a + b) / 2 for a, b in pairwise(near)) if near[1:] else near[0]
    ids = snapshot.chunk_ids(rows.tolist())
    found = [
        Candidate(name, int(row), lang, float(sign[_CHUNK]), near, float(sign[_LEXICAL]), score)
        for name, row, lang, sign, near, score in zip(
            ids, rows, languages, signs, similarities, fused(signs).tolist(), strict=True
        )
    ]
    # Ties are settled by id, so that one question has one ranking everywhere.
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.chunk_id))


def _found(
    snapshot: Snapshot, vector: FloatArray, matches: Matches, where: Where | None
) -> RowArray:
    """The rows of the chunks that one of the indexes puts forward."""
    rows: set[int] = set()
    # The zero vector has no direction to search in: only words can tell then.
    if vector.any():
        near = snapshot.nearest(vector, FROM_EACH, where)
        rows.update(row for row, _ in snapshot.rows([chunk_id for chunk_id, _ in near]))
    allowed = snapshot.allowed(where)
    anchored = np.sum([OTHER[c] * matches.anchors[SIGNS[c]] for c in _ANCHORS], axis=0)
    for scores in (matches.shares, anchored):
        rows.update(highest(scores, np.flatnonzero((scores > 0) & allowed), FROM_EACH).tolist())
    return np.array(sorted(rows), dtype=np.int64)


def _similarities(
    snapshot: Snapshot, rows: RowArray, vector: FloatArray
) -> list[tuple[float, ...]]:
    """The cosines of each chunk's sentences with the question."""
    ranges = snapshot.sentence_rows(rows.tolist())
    numbers = np.fromiter((row for own in ranges for row in own), dtype=np.int64)
    cosines = iter((snapshot.sentence_vectors[numbers] @ vector).tolist())
    return [tuple(next(cosines) for _ in own) for own in ranges]
