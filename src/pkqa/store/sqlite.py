"""Opening SQLite files, and saying in our own words what went wrong with one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pkqa.errors import IndexCorrupt, IndexMissing, PkqaError

WAIT_SECONDS = 60.0  # how long a writer waits for another one's transaction to end


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file ``path`` into pkqa's.

    Raises:
        IndexCorrupt: the file is damaged, or no SQLite database.
        PkqaError: the file is sound but cannot be used now (locked, disk full, not readable).
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise PkqaError(
            f"{path} cannot be used: {error}; see that the disk has room and that no other"
            " process holds the file, then run `pkqa doctor`"
        ) from error
    except (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError):
        raise  # a fault of the calling code: its traceback is worth more than a sentence
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # SQLite quotes names of a damaged schema as they are; they may be no text at all.
        raise IndexCorrupt(
            f"{path} is damaged ({error}); restore it, or delete the index and ingest again"
        ) from error


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection in autocommit mode, so that every transaction is written out as one.

    Args:
        path: the database file.
        mode: "create" (made when missing), "read" (live file, read only), or "frozen" (a published
            file that nobody writes: no locks, no journal looked for, any thread may use it).

    Raises:
        IndexMissing: ``path`` does not exist and ``mode`` is not "create".
        PkqaError: it cannot be opened.
    """
    if mode != "create" and not path.is_file():
        raise IndexMissing(f"there is no {path}; run `pkqa ingest` first")
    options = {"create": "mode=rwc", "read": "mode=ro", "frozen": "mode=ro&immutable=1"}[mode]
    with explained(path):
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?{options}",
            uri=True,
            timeout=WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=mode != "frozen",
        )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: commit at the end of the block, roll back when it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
