"""What readers think of answers: one JSON object a line, with all that the answer rested on."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pkqa
from pkqa.errors import PkqaError
from pkqa.model import Answer
from pkqa.serve.caller import Caller
from pkqa.serve.library import Rating

SCHEMA: Final = "pkqa.feedback/1"


class Feedback:
    """The file of records; several processes may append to it at the same time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def keep(
        self, caller: Caller, answer: Answer, rating: Rating, note: str, facts: dict[str, Any]
    ) -> str:
        """Append one record and give its id.

        Args:
            caller: whose opinion it is.
            answer: as it was shown.
            rating: theirs.
            note: in their words, or "".
            facts: of the snapshot and the settings that answered.

        Raises:
            PkqaError: the file cannot be written.
        """
        name = uuid.uuid4().hex
        record = {
            "schema": SCHEMA,
            "id": name,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "caller": caller.name,
            "way": caller.way,
            "rating": rating,
            "note": note,
            "answer": answer.to_json(),
            **facts,
            "version": pkqa.__version__,
        }
        line = json.dumps(record, ensure_ascii=False) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self.path.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise PkqaError(
                f"the feedback file {self.path} cannot be written: {error.strerror or error}; "
                "name another with feedback_file"
            ) from None
        return name

    def records(self) -> Iterator[dict[str, Any]]:
        """Every record, the oldest first; a line that a killed process left half written is passed
        over."""
        try:
            file = self.path.open(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                try:
                    record = json.loads(line)
                except ValueError:
                    continue
                if isinstance(record, dict) and record.get("schema") == SCHEMA:
                    yield record
