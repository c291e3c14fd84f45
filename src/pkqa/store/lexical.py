"""Full-text search by BM25, one inverted index per language.

The tokens come in analysed (folded, stemmed, without stop words): this module counts and weighs.
SQLite's own FTS5 is not used because its weight for a word found in more than half of the chunks
is nil: with a handful of documents that is most words. The weights here are Robertson's with the
one added inside the logarithm (Lucene's form), which stay above zero.
"""

from __future__ import annotations

import math
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

SATURATION = 1.2  # k1: how soon more of the same word stops counting
LENGTH_WEIGHT = 0.75  # b: how far a long chunk's words count for less

SCHEMA = (
    """CREATE TABLE lexicons (
        language TEXT PRIMARY KEY, "rows" BLOB NOT NULL, lengths BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE postings (
        language TEXT NOT NULL, term TEXT NOT NULL, "rows" BLOB NOT NULL, counts BLOB NOT NULL,
        PRIMARY KEY (language, term)
    ) STRICT""",
)

Ask = Callable[[str, Sequence[Any]], list[Any]]  # (SQL, parameters) -> rows
IntArray = npt.NDArray[np.int32]


class _Columns:
    """Rows and a number for each, growing; four bytes a number where a list would take forty."""

    __slots__ = ("numbers", "rows")

    def __init__(self) -> None:
        self.rows = array("i")
        self.numbers = array("i")

    def append(self, row: int, number: int) -> None:
        self.rows.append(row)
        self.numbers.append(number)

    def packed(self) -> tuple[bytes, bytes]:
        return _packed(self.rows), _packed(self.numbers)


class LexicalWriter:
    """Collects the tokens of chunks, then writes the inverted indexes into a snapshot."""

    def __init__(self) -> None:
        self._postings: defaultdict[tuple[str, str], _Columns] = defaultdict(_Columns)
        self._lengths: defaultdict[str, _Columns] = defaultdict(_Columns)

    def add(self, row: int, language: str, tokens: Iterable[str]) -> None:
        """Take in the chunk of that row; rows must rise."""
        counts = Counter(tokens)
        for term, count in counts.items():
            self._postings[language, term].append(row, count)
        self._lengths[language].append(row, counts.total())

    def write(self, connection: sqlite3.Connection) -> None:
        """Fill the tables of ``SCHEMA`` in the order of their keys."""
        connection.executemany(
            "INSERT INTO lexicons VALUES (?, ?, ?)",
            (
                (language, *lengths.packed())
                for language, lengths in sorted(self._lengths.items(), key=itemgetter(0))
            ),
        )
        connection.executemany(
            "INSERT INTO postings VALUES (?, ?, ?, ?)",
            (
                (*key, *counts.packed())
                for key, counts in sorted(self._postings.items(), key=itemgetter(0))
            ),
        )


class LexicalIndex:
    """The inverted indexes of one open snapshot."""

    def __init__(self, ask: Ask, size: int) -> None:
        """Read the chunk lengths of every language.

        Args:
            ask: finds rows in the snapshot's ``corpus.sqlite``.
            size: how many chunks the snapshot has, all languages together.
        """
        self._ask = ask
        self._chunks: dict[str, int] = {}
        # k1 * (1 - b + b * length / mean length), by row: what a word's count is set against.
        self._damping = np.ones(size, dtype=np.float32)
        for language, packed_rows, packed_lengths in ask("SELECT * FROM lexicons", ()):
            rows, lengths = _unpacked(packed_rows), _unpacked(packed_lengths)
            relative = lengths / max(1.0, float(lengths.mean()))
            self._damping[rows] = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative)
            self._chunks[language] = len(rows)

    def search(
        self,
        tokens_by_language: Mapping[str, Sequence[str]],
        n: int,
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> list[tuple[int, float]]:
        """The chunks that say most of the query's words.

        Args:
            tokens_by_language: the query as each language's analyser makes it; each list is
                looked up among the chunks of that language alone.
            n: how many at most.
            allowed: shape (chunks,); True where a chunk may be found.

        Returns:
            (row, score) best first; a row counts from 0 and a score lies in (0, 1]: the chunk's
            BM25 over the most that any chunk could get for this query, words that no chunk of
            the language holds included. It reads as the share of the query's information found.
        """
        scores = np.zeros(len(self._damping), dtype=np.float32)
        for language, tokens in tokens_by_language.items():
            if tokens and language in self._chunks:
                self._score(language, Counter(tokens), scores)
        if allowed is not None:
            scores[~allowed] = 0.0
        found = np.flatnonzero(scores)
        best = found[np.lexsort((found, -scores[found]))][:n]
        return [(int(row), float(scores[row])) for row in best]

    def weight(self, term: str, language: str) -> tuple[float, bool]:
        """How much it says that a chunk of ``language`` holds ``term``, and whether any does.

        The weight is that of BM25, from nearly 0 for a word of every chunk to its most for one of
        none; 1 for a language without chunks, where nothing can be told.
        """
        if language not in self._chunks:
            return 1.0, False
        found = self._ask(
            'SELECT "rows" FROM postings WHERE language = ? AND term = ?', (language, term)
        )
        holding = len(_unpacked(found[0][0])) if found else 0
        return _weight(holding, self._chunks[language]), bool(holding)

    def _score(self, language: str, query: Counter[str], scores: npt.NDArray[np.float32]) -> None:
        reachable = 0.0
        reached = np.zeros_like(scores)
        for term, times in query.items():
            found = self._ask(
                'SELECT "rows", counts FROM postings WHERE language = ? AND term = ?',
                (language, term),
            )
            rows, counts = (_unpacked(packed) for packed in (found[0] if found else (b"", b"")))
            weight = times * _weight(len(rows), self._chunks[language])
            reachable += weight * (SATURATION + 1)
            reached[rows] += weight * (SATURATION + 1) * counts / (counts + self._damping[rows])
        np.maximum(scores, reached / reachable, out=scores)


def _weight(holding: int, chunks: int) -> float:
    """What it says that a chunk holds a word which ``holding`` of ``chunks`` hold."""
    return math.log(1 + (chunks - holding + 0.5) / (holding + 0.5))


def _packed(numbers: array[int]) -> bytes:
    return np.asarray(numbers, dtype="<i4").tobytes()


def _unpacked(packed: bytes) -> IntArray:
    return np.frombuffer(packed, dtype="<i4")
