"""Groups by folder: a file ``.groups`` says who may see what lies in its folder and below.

A group's name a line; blank lines and lines that begin with ``#`` say nothing. The nearest file
upwards holds, as far as the folder that was ingested; one without a name opens what is below it to
everyone. A file that cannot be read in full closes what is below it: nothing is ingested there.
"""

from __future__ import annotations

import os
import stat
from functools import cache
from pathlib import Path

from pkqa.ingest.readers.result import UnreadableError

GROUPS_FILE = ".groups"
LARGEST = 2**16  # bytes

Groups = tuple[str, ...]  # each once, in alphabetical order; () where everyone may see


class FolderGroups:
    """The groups of folders, each file read once."""

    def __init__(self) -> None:
        self._named = cache(_named)

    def of(self, path: Path, root: Path) -> Groups:
        """The groups of what names none of its own at ``path``, which lies in ``root``.

        Raises:
            UnreadableError: the nearest ``.groups`` cannot be read; names it, the line, the remedy.
        """
        for folder in path.parents:
            if folder.is_relative_to(root):
                named = self._named(folder)
                if named is not None:
                    return named
        return ()


def _named(folder: Path) -> Groups | None:
    """The groups that the file in ``folder`` names; None where there is none."""
    path = folder / GROUPS_FILE
    try:
        return _parsed(_content(path)) if os.path.lexists(path) else None
    except OSError as error:  # a link to nothing among them
        fault = UnreadableError(
            f"cannot be read ({error.strerror})", "give yourself permission, or take it away"
        )
        raise fault.within(path) from None
    except UnreadableError as fault:
        raise fault.within(path) from None


def _content(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting
        raise UnreadableError("is no plain file", "put a file of group names in its place")
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableError(f"has more than {LARGEST:,} bytes", "name fewer groups")
    return content


def _parsed(content: bytes) -> Groups:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableError("is not UTF-8", "save it as UTF-8", f"line {number}") from None
    names = set()
    for number, line in enumerate(text.split("\n"), start=1):
        name = line.strip(" \t\r")
        if not name or name.startswith("#"):
            continue
        if "," in name:
            raise UnreadableError(
                "has a comma in a name", "write one group a line", f"line {number}"
            )
        if not name.isprintable():
            raise UnreadableError(
                "has a character that cannot be seen in a name",
                "write the name anew",
                f"line {number}",
            )
        names.add(name)
    return tuple(sorted(names))
