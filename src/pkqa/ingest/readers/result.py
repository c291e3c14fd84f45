"""What reading one file comes to: documents, faults, and remarks a person may want to see."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from pkqa.errors import ReadError
from pkqa.model import RawDocument


def shown(path: Path | str) -> str:
    """``path`` as it can be printed: undecodable bytes and control characters escaped."""
    name = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


class UnreadableError(ReadError):
    """One file, or one place in it, that could not be read.

    ``file`` names it ("" until the path is known), ``place`` says where in it ("line 3", or ""
    for the whole), ``reason`` is a clause without a subject ("is encrypted"), ``remedy`` tells
    what to do about it.
    """

    def __init__(self, reason: str, remedy: str, place: str = "", file: str = "") -> None:
        self.file, self.place, self.reason, self.remedy = file, place, reason, remedy
        where = ", ".join(part for part in (file, place) if part)
        super().__init__(f"{where}: {reason}; {remedy}" if where else f"{reason}; {remedy}")

    def within(self, path: Path | str) -> UnreadableError:
        """The same fault with the file named."""
        return UnreadableError(self.reason, self.remedy, self.place, shown(path))


@dataclass(slots=True)
class ReadResult:
    """What came of one file. ``errors`` may stand beside ``documents``: a ``.jsonl`` file with one
    bad line gives the good ones too.

    ``notes`` are sentences about what was read in spite of something ("was decoded as ..."),
    each naming the file. ``sha256`` (hex) is of the bytes that were in fact read, None where the
    file could not be opened.
    """

    documents: list[RawDocument] = field(default_factory=list)
    errors: list[UnreadableError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sha256: str | None = None
