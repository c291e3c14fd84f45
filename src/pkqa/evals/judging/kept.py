"""The replies of judges, kept in one SQLite file: what was said once is not asked again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pkqa.answer.chat import Message
from pkqa.errors import PkqaError
from pkqa.evals.judging.asking import VERSION
from pkqa.store.rows import sha256

KEPT_FILE = "judge.sqlite"  # within the cache folder

_WAIT_SECONDS = 60.0  # how long a writer waits for another one's
# A reply can be asked for again, so a power cut may cost the last of them, but not the file: WAL.
_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS replies (
    request_sha TEXT PRIMARY KEY, reply TEXT NOT NULL
) WITHOUT ROWID;
"""


class KeptReplies:
    """Replies by what was asked: the model's name, the version of the wordings, all messages.

    Any number of processes may share the file. Used by the thread that made it.
    """

    def __init__(self, folder: Path) -> None:
        """Open the file in the cache folder, made when missing.

        Raises:
            PkqaError: it cannot be used.
        """
        self._path = folder / KEPT_FILE
        with self._explained():
            folder.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
            try:
                self._file.executescript(_SCHEMA)
            except sqlite3.Error:
                self._file.close()
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def get(self, model: str, messages: Sequence[Message]) -> str | None:
        """What the model said to this conversation; None where it was not asked yet."""
        with self._explained():
            row = self._file.execute(
                "SELECT reply FROM replies WHERE request_sha = ?", (_key(model, messages),)
            ).fetchone()
        return None if row is None else str(row[0])

    def keep(self, model: str, messages: Sequence[Message], reply: str) -> None:
        """Write down what the model said."""
        with self._explained():
            self._file.execute(
                "INSERT OR IGNORE INTO replies VALUES (?, ?)", (_key(model, messages), reply)
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise PkqaError(
                f"the replies of judges, {self._path}, cannot be used: {error}; see that the disk "
                "has room, or delete the file (it holds only what can be asked for again)"
            ) from error


def _key(model: str, messages: Sequence[Message]) -> str:
    told = [model, VERSION, [dict(message) for message in messages]]
    return sha256(json.dumps(told, sort_keys=True))
