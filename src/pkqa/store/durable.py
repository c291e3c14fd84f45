"""Writing so that a power cut leaves either the old bytes or the new ones, never a mixture."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of the bytes of ``path``."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until the bytes of a file, or the entries of a directory, lie on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(directory: Path) -> None:
    """Sync every file and directory below ``directory``, and itself last."""
    for path in directory.rglob("*"):
        sync(path)
    sync(directory)


def replace(path: Path, text: str) -> None:
    """Put ``text`` in place of the file ``path`` in one step that is on the disk afterwards."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync(path.parent)
