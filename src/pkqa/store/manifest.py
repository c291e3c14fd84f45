"""The manifest of a snapshot: what belongs to it, sealed. It is written last, so that a directory
that has one is complete."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pkqa.errors import IndexCorrupt
from pkqa.store.durable import file_sha256
from pkqa.store.rows import sha256

MANIFEST_FILE = "manifest.json"
SCHEMA = 2

REMEDY = "run `pkqa rebuild`, which embeds nothing anew"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is made of and from."""

    schema: int
    snapshot_id: str
    digest: str  # of the catalog it was made from, see ``Catalog.digest``
    embedder: str
    dimension: int
    recipe: str  # the versions of the analysers and of the neutral scoring, as the builder said
    chroma: str  # the version of Chroma that wrote its directory
    fingerprints: Mapping[str, int]  # of cleaner, chunker and embedder -> files
    languages: Mapping[str, int]  # language -> chunks
    documents: int
    chunks: int
    sentences: int
    files: Mapping[str, tuple[int, str]]  # path within the snapshot -> bytes, hex SHA-256

    @property
    def seal(self) -> str:
        """Hex SHA-256 of the manifest itself, which ``CURRENT`` repeats."""
        return sha256(self.to_text())

    def to_text(self) -> str:
        """The one spelling of this manifest."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_manifest(directory: Path) -> Manifest:
    """The manifest of the snapshot in ``directory``.

    Raises:
        IndexCorrupt: it is missing, altered, or of another schema.
    """
    path = directory / MANIFEST_FILE
    try:
        text = path.read_text(encoding="utf-8")
        told = json.loads(text)
        if told["schema"] != SCHEMA:
            raise IndexCorrupt(f"{path} has schema {told['schema']}, not {SCHEMA}; {REMEDY}")
        files = {name: (size, sha) for name, (size, sha) in told.pop("files").items()}
        manifest = Manifest(**told, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexCorrupt(f"{path} cannot be read ({error}); {REMEDY}") from error
    if manifest.to_text() != text:
        raise IndexCorrupt(f"{path} was altered; {REMEDY}")
    return manifest


def listed(directory: Path) -> dict[str, tuple[int, str]]:
    """Every file of a snapshot but the manifest: path within it -> size in bytes, hex SHA-256."""
    return {
        name: ((directory / name).stat().st_size, file_sha256(directory / name))
        for name in _names(directory)
    }


def size_faults(directory: Path, manifest: Manifest) -> list[str]:
    """What a look at names and sizes shows to be wrong; cheap enough for every opening."""
    faults = []
    for name, (size, _) in manifest.files.items():
        path = directory / name
        if not path.is_file():
            faults.append(f"{path} is missing")
        elif path.stat().st_size != size:
            faults.append(f"{path} has {path.stat().st_size} bytes, not {size}")
    return faults


def faults(directory: Path, manifest: Manifest) -> list[str]:
    """What reading every byte shows to be wrong: missing, altered and foreign files."""
    found = size_faults(directory, manifest)
    if found:
        return found
    for name, (_, sha) in manifest.files.items():
        if file_sha256(directory / name) != sha:
            found.append(f"{directory / name} was altered")
    foreign = set(_names(directory)) - set(manifest.files)
    found.extend(f"{directory / name} does not belong there" for name in sorted(foreign))
    return found


def _names(directory: Path) -> list[str]:
    return sorted(
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        if path.is_file() and path != directory / MANIFEST_FILE
    )
