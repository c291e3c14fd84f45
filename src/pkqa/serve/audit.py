"""Who was shown which documents when: one JSON object a line, in files of bounded size."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import Literal

from pkqa.errors import UsageError
from pkqa.serve.caller import Caller
from pkqa.settings import Settings

Action = Literal["ask", "search", "document", "receipt", "feedback"]


class Audit:
    """The record of one server; threads share it. Without a file it keeps nothing."""

    def __init__(self, settings: Settings) -> None:
        """Open the file that the settings name.

        Raises:
            UsageError: it cannot be written.
        """
        self._questions = settings.audit_questions
        self._file: RotatingFileHandler | None = None
        if settings.audit_file is not None:
            try:
                settings.audit_file.parent.mkdir(parents=True, exist_ok=True)
                self._file = RotatingFileHandler(
                    settings.audit_file,
                    maxBytes=settings.audit_megabytes * 1_000_000,
                    backupCount=settings.audit_files,
                    encoding="utf-8",
                )
            except OSError as error:
                raise UsageError(
                    f"the audit file {settings.audit_file} cannot be written: "
                    f"{error.strerror or error}; name another with audit_file"
                ) from None

    def write(
        self,
        caller: Caller,
        action: Action,
        *,
        outcome: str,
        documents: Iterable[str] = (),
        question: str = "",
    ) -> None:
        """Write one line.

        Args:
            caller: who.
            action: did what.
            outcome: an answer's status, a refusal's kind, or ``done``.
            documents: ids of those that were shown.
            question: as asked; kept only where the settings say so.
        """
        if self._file is None:
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "caller": caller.name,
            "way": caller.way,
            "action": action,
            "outcome": outcome,
            "documents": sorted(set(documents)),
        }
        if self._questions and question:
            line["question"] = question
        text = json.dumps(line, ensure_ascii=False)
        self._file.handle(logging.LogRecord("pkqa.audit", logging.INFO, "", 0, text, None, None))

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
