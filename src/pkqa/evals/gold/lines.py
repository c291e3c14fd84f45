"""The lines of gold files with their places, so that every fault of all of them can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pkqa.errors import UsageError
from pkqa.evals.gold.file import gold_files, record_of
from pkqa.evals.gold.record import Record


@dataclass(frozen=True, slots=True)
class Line:
    """A gold question where it stands; lines count from 1."""

    path: Path
    number: int
    record: Record

    @property
    def place(self) -> str:
        """For a message."""
        return f"{self.path}, line {self.number}"

    def fault(self, what: str, remedy: str) -> str:
        """One fault of it, as it is printed."""
        return f"{self.place}: {self.record.id}: {what}; {remedy}"


def read_lines(paths: Sequence[Path]) -> tuple[list[Line], list[str]]:
    """The questions of all files, and a fault for each line that is none.

    Raises:
        UsageError: a file cannot be read.
    """
    lines: list[Line] = []
    faults: list[str] = []
    for path in gold_files(paths):
        for number, text in enumerate(text_of(path).split("\n"), 1):
            if text.strip():
                try:
                    lines.append(Line(path, number, record_of(text, f"{path}, line {number}")))
                except UsageError as fault:
                    faults.append(str(fault))
    return lines, faults


def text_of(path: Path) -> str:
    """The text of a file, its line ends as they are.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {why}; name a file of gold questions") from None
