"""Everything that can be wrong with an index, looked for in one go."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pkqa.errors import PkqaError
from pkqa.store.audit import Finding, audit, finding_of
from pkqa.store.catalog import CATALOG_FILE, Catalog
from pkqa.store.lock import hold_alone
from pkqa.store.manifest import REMEDY, Manifest, faults, read_manifest
from pkqa.store.published import SNAPSHOTS, UNFINISHED_PREFIX, hold_current, require_seal
from pkqa.store.vectors import chroma_version


def examine(index_dir: Path, dimension: int | None = None) -> list[Finding]:
    """Check the catalog row by row and the published snapshot byte by byte.

    Args:
        index_dir: the index; nothing in it is changed, and it may be in use.
        dimension: of the embedder that questions will go through; None leaves that unchecked.

    Returns:
        What was found, the catalog's first; nothing when the index is sound.
    """
    catalog = index_dir / CATALOG_FILE
    found = audit(catalog)
    try:
        pointer, directory, held = hold_current(index_dir)
        try:
            manifest = read_manifest(directory)
            require_seal(directory, manifest, pointer)
            found.extend(Finding("error", fault, REMEDY) for fault in faults(directory, manifest))
        finally:
            os.close(held)
        found.extend(_unfit(manifest, dimension))
        if not found:
            found.extend(_stale(catalog, manifest))
    except PkqaError as error:
        found.append(finding_of(error))
    found.extend(_abandoned(index_dir / SNAPSHOTS))
    return found


def _unfit(manifest: Manifest, dimension: int | None) -> Iterator[Finding]:
    name = f"snapshot {manifest.snapshot_id}"
    if manifest.chroma != chroma_version():
        yield Finding(
            "error",
            f"{name} was written by Chroma {manifest.chroma}, installed is {chroma_version()}",
            REMEDY,
        )
    if manifest.chunks and dimension not in (None, manifest.dimension):
        yield Finding(
            "error",
            f"{name} holds vectors of {manifest.dimension} numbers ({manifest.embedder}),"
            f" the embedder in force makes {dimension}",
            "set that embedder again, or run `pkqa ingest` to embed with the one in force",
        )


def _stale(catalog: Path, manifest: Manifest) -> Iterator[Finding]:
    with Catalog(catalog, read_only=True) as truth:
        if truth.digest(manifest.embedder) != manifest.digest:
            yield Finding(
                "warning",
                f"snapshot {manifest.snapshot_id} is not what the catalog holds now",
                REMEDY,
            )


def _abandoned(snapshots: Path) -> Iterator[Finding]:
    for directory in sorted(snapshots.glob(f"{UNFINISHED_PREFIX}*")):
        held = hold_alone(directory)
        if held is not None:
            os.close(held)
            yield Finding(
                "warning",
                f"{directory} was left by a build that was killed",
                "run `pkqa rebuild` or `pkqa ingest`: either removes it",
            )
