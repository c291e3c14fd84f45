"""What a query shares with each chunk by words: one inverted index per language.

The tokens come in analysed (folded, stemmed, without stop words): this module counts and weighs.
SQLite's own FTS5 is not used because its weight for a word found in more than half of the chunks
is nil: with a handful of documents that is most words. The weights here are Robertson's with the
one added inside the logarithm (Lucene's form), which stay above zero.
"""

from __future__ import annotations

import json
import math
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pkqa.text.anchors import Anchor

SATURATION = 1.2  # k1: how soon more of the same word stops counting
LENGTH_WEIGHT = 0.75  # b: how far a long chunk's words count for less

SCHEMA = (
    """CREATE TABLE lexicons (
        language TEXT PRIMARY KEY, "rows" BLOB NOT NULL, lengths BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE postings (
        language TEXT NOT NULL, term TEXT NOT NULL, "rows" BLOB NOT NULL, counts BLOB NOT NULL,
        sentences BLOB NOT NULL, PRIMARY KEY (language, term)
    ) STRICT""",
)

SENTENCES = 32  # of a chunk that are told apart; any further ones count as the last of these

Ask = Callable[[str, Sequence[Any]], list[Any]]  # (SQL, parameters) -> rows
IntArray = npt.NDArray[np.int32]
RowArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


class LexicalWriter:
    """Collects the tokens of chunks, then writes the inverted indexes into a snapshot."""

    def __init__(self) -> None:
        # language -> term -> row, count, sentences, row, count, ...: four bytes a number, where a
        # list takes forty.
        self._postings: defaultdict[str, defaultdict[str, array[int]]] = defaultdict(_by_term)
        self._lengths: defaultdict[str, array[int]] = defaultdict(_numbers)  # row, length, ...

    def add(
        self, row: int, language: str, sentences: Sequence[Sequence[str]], anchors: Iterable[str]
    ) -> None:
        """Take in the chunk of that row; rows must rise.

        Args:
            row: of the chunk.
            language: its language.
            sentences: the tokens of each of its sentences.
            anchors: see :func:`pkqa.text.anchors.anchors_of`; found as tokens are, but no part of
                the chunk's length.
        """
        counts = Counter(token for tokens in sentences for token in tokens)
        masks: Counter[str] = Counter()
        for number, tokens in enumerate(sentences):
            for token in tokens:
                masks[token] |= 1 << min(number, SENTENCES - 1)
        postings = self._postings[language]
        for term, count in counts.items():
            postings[term].extend((row, count, masks[term]))
        for anchor in anchors:
            postings[anchor].extend((row, 1, 0))
        self._lengths[language].extend((row, counts.total()))

    def write(self, connection: sqlite3.Connection) -> None:
        """Fill the tables of ``SCHEMA`` in the order of their keys."""
        connection.executemany(
            "INSERT INTO lexicons VALUES (?, ?, ?)",
            (
                (language, *_packed(lengths, 2))
                for language, lengths in sorted(self._lengths.items())
            ),
        )
        for language, postings in sorted(self._postings.items()):
            connection.executemany(
                "INSERT INTO postings VALUES (?, ?, ?, ?, ?)",
                ((language, term, *_packed(postings[term], 3)) for term in sorted(postings)),
            )


def _numbers() -> array[int]:
    return array("I")


def _by_term() -> defaultdict[str, array[int]]:
    return defaultdict(_numbers)


def _packed(numbers: array[int], width: int) -> tuple[bytes, ...]:
    """The columns of a table of so many."""
    table = np.asarray(numbers, dtype="<u4")
    return tuple(table[column::width].tobytes() for column in range(width))


@dataclass(frozen=True, slots=True)
class _Posting:
    """The chunks that hold a term."""

    rows: IntArray
    counts: IntArray
    sentences: npt.NDArray[np.uint32]  # a bit for each sentence that holds it

    def among(self, chunks: BoolArray) -> _Posting:
        """What is left of it in these chunks."""
        kept = chunks[self.rows]
        return _Posting(self.rows[kept], self.counts[kept], self.sentences[kept])


_NOWHERE = _Posting(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint32))


@dataclass(frozen=True, slots=True)
class Matches:
    """What one query shares with each chunk; arrays have shape (chunks,).

    Attributes:
        shares: in (0, 1] where a word is shared: the chunk's BM25 over the most that any chunk
            could get for this query, words that no chunk of its language holds included. It reads
            as the share of the query's information found.
        anchors: for each kind of :class:`pkqa.text.anchors.Anchor` the sum over those found, each
            0..1 by how few chunks of the language have it.
    """

    shares: FloatArray
    anchors: Mapping[str, FloatArray]
    _weighed: Sequence[tuple[_Posting, float]]  # what each word is of the query's information

    def focus(self, rows: RowArray) -> FloatArray:
        """The most of the query's information that one sentence of each chunk holds, 0..1.

        Args:
            rows: of the chunks asked about, shape (n,).

        Returns:
            Shape (n,).
        """
        held = np.zeros((len(rows), SENTENCES), dtype=np.float32)
        bits = np.arange(SENTENCES, dtype=np.uint32)
        for posting, weight in self._weighed:
            at = np.minimum(np.searchsorted(posting.rows, rows), len(posting.rows) - 1)
            masks = np.where(posting.rows[at] == rows, posting.sentences[at], np.uint32(0))
            held += np.float32(weight) * ((masks[:, np.newaxis] >> bits) & np.uint32(1))
        best: FloatArray = held.max(axis=1)
        return best


class LexicalIndex:
    """The inverted indexes of one open snapshot, or of some of its chunks."""

    def __init__(self, ask: Ask, size: int, among: BoolArray | None = None) -> None:
        """Read the chunk lengths of every language.

        Args:
            ask: finds rows in the snapshot's ``corpus.sqlite``.
            size: how many chunks the snapshot has, all languages together.
            among: the chunks that there are, by row, shape (size,); None: all. The others are
                neither found nor counted: no weight tells what they hold.
        """
        self._ask = ask
        self._among = among
        self._chunks: dict[str, int] = {}
        # k1 * (1 - b + b * length / mean length), by row: what a word's count is set against.
        self._damping = np.ones(size, dtype=np.float32)
        for language, packed_rows, packed_lengths in ask("SELECT * FROM lexicons", ()):
            rows, lengths = _unpacked(packed_rows), _unpacked(packed_lengths)
            if among is not None:
                kept = among[rows]
                rows, lengths = rows[kept], lengths[kept]
            if not len(rows):
                continue
            relative = lengths / max(1.0, float(lengths.mean()))
            self._damping[rows] = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative)
            self._chunks[language] = len(rows)

    def match(
        self,
        tokens_by_language: Mapping[str, Sequence[str]],
        anchors_by_language: Mapping[str, Sequence[Anchor]],
    ) -> Matches:
        """Compare a query with every chunk.

        Args:
            tokens_by_language: the query as each language's analyser makes it; each list is
                looked up among the chunks of that language alone.
            anchors_by_language: what else to look for there.
        """
        size = len(self._damping)
        matches = Matches(
            np.zeros(size, np.float32),
            defaultdict(lambda: np.zeros(size, np.float32)),
            weighed := [],
        )
        for language in self._chunks:
            tokens = tokens_by_language.get(language, ())
            anchors = anchors_by_language.get(language, ())
            postings = self._postings(language, {*tokens, *(t for a in anchors for t in a.terms)})
            if tokens:
                weighed += self._score(language, Counter(tokens), postings, matches.shares)
            for anchor in anchors:
                self._look_for(anchor, language, postings, matches.anchors)
        return matches

    def weight(self, term: str, language: str) -> tuple[float, bool]:
        """How much it says that a chunk of ``language`` holds ``term``, and whether any does.

        The weight is that of BM25, from nearly 0 for a word of every chunk to its most for one of
        none; 1 for a language without chunks, where nothing can be told.
        """
        if language not in self._chunks:
            return 1.0, False
        holding = len(self._postings(language, {term})[term].rows)
        return _weight(holding, self._chunks[language]), bool(holding)

    def _postings(self, language: str, terms: set[str]) -> dict[str, _Posting]:
        found = {
            term: _Posting(_unpacked(rows), _unpacked(counts), np.frombuffer(sentences, "<u4"))
            for term, rows, counts, sentences in self._ask(
                'SELECT term, "rows", counts, sentences FROM postings'
                " WHERE language = ? AND term IN (SELECT value FROM json_each(?))",
                (language, json.dumps(sorted(terms))),
            )
        }
        if self._among is not None:
            found = {term: posting.among(self._among) for term, posting in found.items()}
        return {term: found.get(term, _NOWHERE) for term in terms}

    def _score(
        self,
        language: str,
        query: Counter[str],
        postings: Mapping[str, _Posting],
        shares: FloatArray,
    ) -> list[tuple[_Posting, float]]:
        """Raise ``shares`` to those of the language's chunks; returns the words' own shares."""
        weights = {
            term: _weight(len(postings[term].rows), self._chunks[language]) for term in query
        }
        reachable = sum(times * weights[term] for term, times in query.items())
        for term, times in query.items():
            rows, counts = postings[term].rows, postings[term].counts
            weight = times * weights[term] / reachable
            shares[rows] += weight * counts / (counts + self._damping[rows])
        whole = sum(weights.values())
        return [(postings[t], w / whole) for t, w in weights.items() if len(postings[t].rows)]

    def _look_for(
        self,
        anchor: Anchor,
        language: str,
        postings: Mapping[str, _Posting],
        found: Mapping[str, FloatArray],
    ) -> None:
        rows = np.empty(0, dtype=np.int32)
        for phrase in anchor.phrases:
            whole = postings[phrase[0]].rows
            for term in phrase[1:]:
                whole = np.intersect1d(whole, postings[term].rows, assume_unique=True)
            rows = np.union1d(rows, whole)
        size = self._chunks[language]
        weight = anchor.weight * _weight(len(rows), size) / _weight(0, size)
        if anchor.unless:
            rows = np.setdiff1d(rows, postings[anchor.unless].rows, assume_unique=True)
        found[anchor.kind][rows] += weight


def _weight(holding: int, chunks: int) -> float:
    """What it says that a chunk holds a word which ``holding`` of ``chunks`` hold."""
    return math.log(1 + (chunks - holding + 0.5) / (holding + 0.5))


def _unpacked(packed: bytes) -> IntArray:
    return np.frombuffer(packed, dtype="<i4")
