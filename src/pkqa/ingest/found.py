"""Which files an ingest reads: those that were named, and those of folders that a reader knows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from pkqa.errors import UsageError
from pkqa.ingest.readers import EXTENSIONS


def files_under(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Each file with the folder that its id counts from; in order, hidden files left out.

    A file that was named is yielded whatever its ending: if no reader knows it, that is worth
    saying. In a folder, files of other kinds are none of our business.
    """
    for path in paths:
        named = absolute(path)
        if named.is_dir():
            yield from ((file, named) for file in _files_in(named))
        elif os.path.lexists(named):
            yield named, named.parent
        else:
            raise UsageError(f"{path} does not exist; name a file or a folder to ingest")


def absolute(path: Path) -> Path:
    """With no ``..`` in it, and links as the caller wrote them: how the catalog names a file."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links


def _files_in(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        odd = [n for n in folders if Path(n).suffix.lower() in EXTENSIONS]
        for name in sorted([*files, *odd]):
            if not name.startswith(".") and Path(name).suffix.lower() in EXTENSIONS:
                yield Path(parent) / name
