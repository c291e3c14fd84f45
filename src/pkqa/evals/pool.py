"""BEIR-shaped folders in one index of the product's own making, kept in a cache folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pkqa.errors import UsageError
from pkqa.evals.beir import CORPUS_FILE, Benchmark, read

POOLS = "pools"  # within the cache folder: an index for each set of folders


@dataclass(frozen=True, slots=True)
class Pool:
    """Folders that are measured together, and documents that only stand in the way.

    Attributes:
        folders: as they were named, each with its passages and queries.
        distractors: files and folders without questions.
    """

    folders: tuple[tuple[Path, Benchmark], ...]
    distractors: tuple[Path, ...]

    @property
    def paths(self) -> list[Path]:
        """What goes into the index."""
        return [*(folder / CORPUS_FILE for folder, _ in self.folders), *self.distractors]

    def index(self, cache: Path, embedder: str) -> Path:
        """Where the index belongs: a folder of ``cache``, named by what it depends on. A corpus
        that changes, or moves, gets another one; distractors are looked through at each ingest.

        Args:
            cache: the cache folder.
            embedder: the embedder's identity.
        """
        parts = [embedder]
        for folder, _ in self.folders:
            corpus = folder / CORPUS_FILE
            parts += [_absolute(corpus), hashlib.sha256(corpus.read_bytes()).hexdigest()]
        parts += map(_absolute, self.distractors)
        return cache / POOLS / hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def pool(folders: Sequence[Path], distractors: Sequence[Path] = ()) -> Pool:
    """Read the folders.

    Raises:
        UsageError: a folder is not of BEIR's shape, two passages have the same id, or a distractor
            does not exist.
    """
    pooled = tuple((folder, read([folder])) for folder in folders)
    places: dict[str, Path] = {}
    for folder, benchmark in pooled:
        for passage in benchmark.passages:
            name = passage.passage_id
            if name in places:
                raise UsageError(
                    f"the _id {name!r} is taken twice, in {places[name]} and in {folder}; give "
                    "each passage one of its own"
                )
            places[name] = folder
    for path in distractors:
        if not path.exists():
            raise UsageError(f"{path} does not exist; name files or folders of documents")
    return Pool(pooled, tuple(distractors))


def cache_folder() -> Path:
    """Where measurements keep what they can make again: ``$XDG_CACHE_HOME/pkqa``, else
    ``~/.cache/pkqa``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pkqa"


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - as the catalog names files
