"""Which snapshot is the current one, who reads it, and which ones may go.

``CURRENT`` names a snapshot and repeats the seal of its manifest; replacing that one small file is
what publishes. A reader holds the directory of its snapshot (``lock.hold_shared``); a snapshot
that is not current is removed once nobody holds it.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from pkqa.errors import IndexCorrupt, IndexMissing
from pkqa.store.durable import replace, sync
from pkqa.store.lock import hold_alone, hold_shared
from pkqa.store.manifest import REMEDY, Manifest

CURRENT_FILE = "CURRENT"
SNAPSHOTS = "snapshots"
UNFINISHED_PREFIX = ".building-"

_POINTER = re.compile(r"([0-9a-f]{16}-[1-9][0-9]*) ([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True)
class Pointer:
    """The content of ``CURRENT``."""

    snapshot_id: str
    seal: str  # of the snapshot's manifest


def read_current(index_dir: Path) -> Pointer:
    """Which snapshot is published in ``index_dir``.

    Raises:
        IndexMissing: none is.
        IndexCorrupt: ``CURRENT`` is not what ``publish`` wrote.
    """
    path = index_dir / CURRENT_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise IndexMissing(
            f"no snapshot is published in {index_dir}; run `pkqa ingest` first"
        ) from None
    except UnicodeDecodeError:
        text = ""
    match = _POINTER.fullmatch(text)
    if match is None:
        raise IndexCorrupt(f"{path} was altered; {REMEDY}")
    return Pointer(*match.groups())


def publish(index_dir: Path, pointer: Pointer) -> None:
    """Make a complete snapshot the current one, in one step that survives a power cut."""
    replace(index_dir / CURRENT_FILE, f"{pointer.snapshot_id} {pointer.seal}\n")


def require_seal(directory: Path, manifest: Manifest, pointer: Pointer) -> None:
    """Make sure that the snapshot in ``directory`` is the one that was published.

    Raises:
        IndexCorrupt: its manifest is not the one that ``CURRENT`` names.
    """
    if manifest.seal != pointer.seal:
        raise IndexCorrupt(f"{directory} is not the snapshot that was published; {REMEDY}")


def hold_current(index_dir: Path) -> tuple[Pointer, Path, int]:
    """The current snapshot, its directory, and a descriptor that keeps it from being removed.

    Raises:
        IndexMissing: none is published.
        IndexCorrupt: ``CURRENT`` is altered or names a snapshot that is not there.
    """
    seen = None
    # Another process may publish and remove between the reading and the holding: then CURRENT
    # has changed, and the next round finds the newer one.
    while (pointer := read_current(index_dir)) != seen:
        seen = pointer
        directory = index_dir / SNAPSHOTS / pointer.snapshot_id
        held = hold_shared(directory)
        if held is not None:
            return pointer, directory, held
    raise IndexCorrupt(
        f"{index_dir / CURRENT_FILE} names snapshot {seen.snapshot_id}, which is missing; {REMEDY}"
    )


def collect(index_dir: Path) -> list[str]:
    """Remove what no reader needs: snapshots that are not current and not held, and what killed
    builders left. The caller holds the ingest lock. Returns the names that went.

    Raises:
        IndexMissing, IndexCorrupt: as ``read_current``; nothing is removed then.
    """
    current = read_current(index_dir).snapshot_id
    removed = []
    for directory in sorted((index_dir / SNAPSHOTS).iterdir()):
        if directory.name == current or not directory.is_dir():
            continue
        held = hold_alone(directory)
        if held is None:
            continue
        try:
            shutil.rmtree(directory)
        finally:
            os.close(held)
        removed.append(directory.name)
    sync(index_dir / SNAPSHOTS)
    return removed
