"""A document with its chunks and sentences, laid into the catalog's tables and read back."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from operator import itemgetter

from pkqa.model import Chunk, Sentence
from pkqa.store.rows import DOCUMENT_COLUMNS, Entry, document_from, document_row, entry_seal


def write_entry(connection: sqlite3.Connection, entry: Entry) -> None:
    """Insert ``entry``, within the caller's transaction.

    Raises:
        sqlite3.IntegrityError: one of its keys is taken.
    """
    document = document_row(entry.document)
    connection.execute(
        f"INSERT INTO documents ({DOCUMENT_COLUMNS}, seal)"  # noqa: S608 - a constant
        f" VALUES ({', '.join('?' * (len(document) + 1))})",
        (*document, entry_seal(entry)),
    )
    for chunk, chunk_input, inputs in zip(
        entry.chunks, entry.chunk_inputs, entry.sentence_inputs, strict=True
    ):
        connection.execute(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                chunk.chunk_id,
                chunk.document_id,
                chunk.position,
                chunk.start,
                chunk.end,
                chunk.language,
                chunk.tokens,
                chunk_input,
            ),
        )
        connection.executemany(
            "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?)",
            [
                (chunk.chunk_id, s.start, s.end, s.position, s.language, sentence_input)
                for s, sentence_input in zip(chunk.sentences, inputs, strict=True)
            ],
        )


def read_entry(connection: sqlite3.Connection, document_id: str) -> Entry | None:
    """The document of that id with all that was cut out of it, or None."""
    document = connection.execute(
        f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE document_id = ?",  # noqa: S608
        (document_id,),
    ).fetchone()
    if document is None:
        return None
    chunks = connection.execute(
        'SELECT chunk_id, position, "start", "end", language, tokens, input_sha'
        " FROM chunks WHERE document_id = ? ORDER BY position",
        (document_id,),
    ).fetchall()
    cut = connection.execute(
        'SELECT s.chunk_id, s.position, s."start", s."end", s.language, s.input_sha'
        " FROM chunks c JOIN sentences s USING (chunk_id)"
        ' WHERE c.document_id = ? ORDER BY c.position, s."start"',
        (document_id,),
    )
    sentences = {chunk_id: list(group) for chunk_id, group in groupby(cut, key=itemgetter(0))}
    return Entry(
        document=document_from(document),
        chunks=tuple(
            Chunk(
                chunk_id,
                document_id,
                position,
                start,
                end,
                language,
                tokens,
                tuple(Sentence(*row[1:5]) for row in sentences.get(chunk_id, ())),
            )
            for chunk_id, position, start, end, language, tokens, _ in chunks
        ),
        chunk_inputs=tuple(row[6] for row in chunks),
        sentence_inputs=tuple(
            tuple(row[5] for row in sentences.get(chunk[0], ())) for chunk in chunks
        ),
    )
