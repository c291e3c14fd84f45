"""``corpus.sqlite`` of a snapshot: documents, chunks, sentences and the full-text index, numbered
by the rows of the vector arrays that lie beside it."""

from __future__ import annotations

import sys
import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pkqa.errors import UnknownDocument
from pkqa.model import Chunk, Document, Sentence
from pkqa.store import lexical
from pkqa.store.rows import DOCUMENT_COLUMNS, Entry, day_number, document_from, document_row
from pkqa.store.sqlite import connect, explained, transaction
from pkqa.store.where import Where

CORPUS_FILE = "corpus.sqlite"

Analyse = Callable[[str, str], Sequence[str]]  # (text, language) -> terms


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a chunk is found by."""

    words: Analyse  # of each of its sentences
    anchors: Analyse  # of the whole of it


_SCHEMA = (
    f"CREATE TABLE documents ({DOCUMENT_COLUMNS}, PRIMARY KEY (document_id))",
    """CREATE TABLE memberships (
        document_id TEXT NOT NULL, "group" TEXT NOT NULL, PRIMARY KEY ("group", document_id)
    ) STRICT, WITHOUT ROWID""",
    # Sentences of a chunk stand in consecutive rows.
    """CREATE TABLE chunks (
        "row" INTEGER PRIMARY KEY, chunk_id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL,
        position INTEGER NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
        language TEXT NOT NULL, tokens INTEGER NOT NULL, date INTEGER,
        first_sentence INTEGER NOT NULL, sentences INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE sentences (
        "row" INTEGER PRIMARY KEY, position INTEGER NOT NULL,
        "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, language TEXT NOT NULL
    ) STRICT""",
    *lexical.SCHEMA,
)


@dataclass(slots=True)
class Laid:
    """What was laid into the file, in the order of the rows."""

    documents: int = 0
    chunk_ids: list[str] = field(default_factory=list)
    chunk_inputs: list[str] = field(default_factory=list)
    chunk_languages: list[str] = field(default_factory=list)
    sentence_inputs: list[str] = field(default_factory=list)
    sentence_languages: list[str] = field(default_factory=list)


def write(path: Path, entries: Iterable[Entry], analysis: Analysis) -> Laid:
    """Write a new ``corpus.sqlite`` holding ``entries`` in the order they come.

    Rows of chunks and of sentences each count from 0. Nothing is synced: whoever publishes does.
    """
    connection = connect(path, "create")
    try:
        with explained(path):
            connection.execute("PRAGMA synchronous = OFF")
            with transaction(connection):
                for statement in _SCHEMA:
                    connection.execute(statement)
                laid, words = Laid(), lexical.LexicalWriter()
                for entry in entries:
                    _lay(connection.execute, laid, words, entry, analysis)
                words.write(connection)
    finally:
        connection.close()
    return laid


def _lay(
    execute: Callable[[str, Sequence[Any]], Any],
    laid: Laid,
    words: lexical.LexicalWriter,
    entry: Entry,
    analysis: Analysis,
) -> None:
    document = entry.document
    values = document_row(document)
    execute(f"INSERT INTO documents VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
    for group in dict.fromkeys(document.groups):
        execute("INSERT INTO memberships VALUES (?, ?)", (document.document_id, group))
    laid.documents += 1
    day = day_number(document.date)
    for chunk, chunk_input, inputs in zip(
        entry.chunks, entry.chunk_inputs, entry.sentence_inputs, strict=True
    ):
        row, first = len(laid.chunk_ids), len(laid.sentence_inputs)
        execute(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row,
                chunk.chunk_id,
                chunk.document_id,
                chunk.position,
                chunk.start,
                chunk.end,
                chunk.language,
                chunk.tokens,
                day,
                first,
                len(chunk.sentences),
            ),
        )
        for number, s in enumerate(chunk.sentences, start=first):
            execute(
                "INSERT INTO sentences VALUES (?, ?, ?, ?, ?)",
                (number, s.position, s.start, s.end, s.language),
            )
            laid.sentence_languages.append(s.language)
        laid.sentence_inputs.extend(inputs)
        laid.chunk_ids.append(chunk.chunk_id)
        laid.chunk_inputs.append(chunk_input)
        laid.chunk_languages.append(chunk.language)
        text = document.text
        words.add(
            row,
            chunk.language,
            [analysis.words(text[s.start : s.end], chunk.language) for s in chunk.sentences],
            analysis.anchors(text[chunk.start : chunk.end], chunk.language),
        )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where chunks and their sentences are, and in what language, by row. A search needs this of
    hundreds of chunks: looked up here it costs a tenth of what it costs in the file (and 20 MB for
    100,000)."""

    ids: list[str]
    rows: dict[str, int]  # the other way round
    first: array[int]  # row of its first sentence
    end: array[int]  # row after its last sentence
    languages: list[str]


# What is kept in memory of what was read: a few MB.
_KEPT_DOCUMENTS = 128
_KEPT_CHUNKS = 2048


class CorpusFile:
    """Reads one published ``corpus.sqlite``; threads may share it."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            IndexMissing: it is not there.
        """
        self._path = path
        self._turn = threading.Lock()
        self._connection = connect(path, "frozen")
        # An answer asks for the same few some dozen times; what is published never changes.
        self._kept_document = lru_cache(_KEPT_DOCUMENTS)(self._document)
        self._kept_chunk = lru_cache(_KEPT_CHUNKS)(self._chunk)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def ask(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Every row that ``statement`` finds; one thread after the other.

        Raises:
            IndexCorrupt: the file is damaged.
        """
        with self._turn, explained(self._path):
            return self._connection.execute(statement, parameters).fetchall()

    def document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            UnknownDocument: there is none.
        """
        return self._kept_document(document_id)

    def _document(self, document_id: str) -> Document:
        found = self.ask(
            f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE document_id = ?",  # noqa: S608
            (document_id,),
        )
        if not found:
            raise UnknownDocument(
                f"no document {document_id!r} in this snapshot; `pkqa search` shows ids"
            )
        return document_from(found[0])

    def documents(self) -> list[Document]:
        """Every document, ordered by id."""
        return [
            document_from(row)
            for row in self.ask(f"SELECT {DOCUMENT_COLUMNS} FROM documents ORDER BY 1")  # noqa: S608
        ]

    def chunks(self, document_id: str) -> list[Chunk]:
        """The chunks of a document in reading order; none when there is no such document."""
        return self._chunks("document_id = ?", (document_id,))

    def chunk(self, chunk_id: str) -> Chunk:
        """The chunk of that id.

        Raises:
            UnknownDocument: there is none.
        """
        return self._kept_chunk(chunk_id)

    def _chunk(self, chunk_id: str) -> Chunk:
        found = self._chunks("chunk_id = ?", (chunk_id,))
        if not found:
            raise UnknownDocument(f"no chunk {chunk_id!r} in this snapshot")
        return found[0]

    def chunk_ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of the chunks in these rows, in the order given."""
        return [self._places.ids[row] for row in rows]

    def languages(self, rows: Sequence[int]) -> list[str]:
        """The languages of the chunks in these rows, in the order given."""
        return [self._places.languages[row] for row in rows]

    def sentence_rows(self, rows: Sequence[int]) -> list[range]:
        """The rows of the sentences of the chunks in these rows, in the order given."""
        places = self._places
        return [range(places.first[row], places.end[row]) for row in rows]

    def rows(self, chunk_ids: Sequence[str]) -> list[tuple[int, range]]:
        """For each chunk its row and the rows of its sentences, in the order given.

        Raises:
            UnknownDocument: there is no chunk of such an id.
        """
        places = self._places
        try:
            rows = [places.rows[chunk_id] for chunk_id in chunk_ids]
        except KeyError as unknown:
            raise UnknownDocument(f"no chunk {unknown} in this snapshot") from None
        return [(row, range(places.first[row], places.end[row])) for row in rows]

    @cached_property
    def _places(self) -> _Places:
        told = self.ask(
            "SELECT chunk_id, first_sentence, first_sentence + sentences, language"
            ' FROM chunks ORDER BY "row"'
        )
        ids = [chunk_id for chunk_id, *_ in told]
        return _Places(
            ids,
            {chunk_id: row for row, chunk_id in enumerate(ids)},
            array("i", (first for _, first, _, _ in told)),
            array("i", (end for _, _, end, _ in told)),
            [sys.intern(language) for *_, language in told],
        )

    def allowed(self, where: Where, chunks: int) -> npt.NDArray[np.bool_]:
        """Which of the ``chunks`` chunks meet ``where``; shape (chunks,)."""
        condition, parameters = where.for_sql()
        # One long string of numbers comes out of SQLite in a third of the time of as many rows.
        statement = f'SELECT group_concat("row") FROM chunks WHERE {condition}'  # noqa: S608 - values are bound
        ((rows,),) = self.ask(statement, parameters)
        mask = np.zeros(chunks, dtype=np.bool_)
        mask[np.fromstring(rows or "", dtype=np.int64, sep=",")] = True
        return mask

    def _chunks(self, condition: str, parameters: Sequence[Any]) -> list[Chunk]:
        chunks = []
        for *told, first, count in self.ask(
            'SELECT chunk_id, document_id, position, "start", "end", language, tokens,'  # noqa: S608
            f" first_sentence, sentences FROM chunks WHERE {condition} ORDER BY position",
            parameters,
        ):
            sentences = self.ask(
                'SELECT position, "start", "end", language FROM sentences'
                ' WHERE "row" >= ? AND "row" < ? ORDER BY "row"',
                (first, first + count),
            )
            told.append(tuple(Sentence(*sentence) for sentence in sentences))
            chunks.append(Chunk(*told))
        return chunks
