"""The catalog's schema as numbered steps; ``PRAGMA user_version`` counts the steps taken.

A step that was ever released is never edited: a change of schema is a new step at the end.
Keys are natural and no row holds a time or a counter, so two catalogs of the same documents hold
the same rows however they came about.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pkqa.errors import IndexCorrupt
from pkqa.store.sqlite import transaction

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE files (
            path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL,
            root TEXT NOT NULL, seal TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE documents (
            document_id TEXT PRIMARY KEY NOT NULL,
            path TEXT NOT NULL REFERENCES files (path) ON DELETE CASCADE,
            text TEXT NOT NULL, text_sha TEXT NOT NULL, title TEXT NOT NULL,
            language TEXT NOT NULL, date TEXT, source TEXT NOT NULL, media_type TEXT NOT NULL,
            publication TEXT, "groups" TEXT NOT NULL, pages TEXT NOT NULL, dropped TEXT NOT NULL,
            seal TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX documents_by_path ON documents (path)",
        """CREATE TABLE chunks (
            chunk_id TEXT PRIMARY KEY,
            document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
            position INTEGER NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
            language TEXT NOT NULL, tokens INTEGER NOT NULL, input_sha TEXT NOT NULL,
            UNIQUE (document_id, position)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE sentences (
            chunk_id TEXT NOT NULL REFERENCES chunks (chunk_id) ON DELETE CASCADE,
            "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, position INTEGER NOT NULL,
            language TEXT NOT NULL, input_sha TEXT NOT NULL,
            PRIMARY KEY (chunk_id, "start")
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE embedders (
            embedder TEXT PRIMARY KEY, dimension INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        # A vector outgrows an index page; with a rowid it is stored once, unbroken.
        """CREATE TABLE vectors (
            embedder TEXT NOT NULL REFERENCES embedders (embedder), input_sha TEXT NOT NULL,
            vector BLOB NOT NULL, seal TEXT NOT NULL,
            PRIMARY KEY (embedder, input_sha)
        ) STRICT""",
    ),
)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Take the steps that the catalog ``path`` lacks, each in a transaction of its own.

    Raises:
        IndexCorrupt: the catalog was written by a newer pkqa.
    """
    taken = _steps_taken(connection)
    if not 0 <= taken <= len(STEPS):
        raise IndexCorrupt(
            f"{path} has schema {taken}, this pkqa knows up to {len(STEPS)};"
            " use the pkqa that wrote it, or delete the index and ingest again"
        )
    for number, step in enumerate(STEPS[taken:], start=taken + 1):
        with transaction(connection):
            for statement in step:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def require_current(connection: sqlite3.Connection, path: Path) -> None:
    """Let a reader, who takes no steps, go on only with the schema of this code.

    Raises:
        IndexCorrupt: the catalog has another one; the message says the two numbers.
    """
    taken = _steps_taken(connection)
    if taken != len(STEPS):
        raise IndexCorrupt(
            f"{path} has schema {taken}, this pkqa reads {len(STEPS)};"
            " run `pkqa ingest` with the newer of the two, or delete the index and ingest again"
        )


def _steps_taken(connection: sqlite3.Connection) -> int:
    (taken,) = connection.execute("PRAGMA user_version").fetchone()
    return int(taken)
