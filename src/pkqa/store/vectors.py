"""Nearest chunks by cosine, in Chroma's embedded client; the only module that knows Chroma.

Merely opening a Chroma directory rewrites files in it, so a reader opens a copy of its own in the
temporary directory and the published bytes stay as they were sealed.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import struct
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from pkqa.errors import IndexCorrupt
from pkqa.store.lock import hold_alone, workplace
from pkqa.store.manifest import REMEDY

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration

COLLECTION = "chunks"
COPY_PREFIX = "pkqa-chroma-"
# A reader takes hold of its copy within an instant of making it; a minute is beyond doubt.
ABANDONED_AFTER_SECONDS = 60.0

# Of the 10 nearest among 100,000 synthetic chunks (``pkqa.evals.scale``) this finds 99.4 %. With
# ef_search 200 it finds 93 %, in half of the 11 ms; ef_construction 200 with ef_search 600 finds
# 99.3 % in the same time, but takes twice as long to build.
_CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {"space": "cosine", "max_neighbors": 32, "ef_construction": 100, "ef_search": 800}
}


def chroma_version() -> str:
    """The installed Chroma's version, without importing it."""
    return importlib.metadata.version("chromadb")


def build(directory: Path, ids: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
    """Write a Chroma directory of one collection.

    Args:
        directory: made when missing; afterwards no process holds a file in it open for writing.
        ids: the chunk ids, shape (n,).
        vectors: shape (n, dimension); row i belongs to ``ids[i]``.
    """
    client = _client(directory)
    try:
        collection = client.create_collection(
            COLLECTION, embedding_function=None, configuration=_CONFIGURATION
        )
        step = client.get_max_batch_size()
        for first in range(0, len(ids), step):
            batch = slice(first, first + step)
            collection.add(ids=list(ids[batch]), embeddings=np.asarray(vectors[batch]))
    finally:
        client.close()
    for header in directory.glob("*/header.bin"):
        _wipe_unused(header.parent)


def _wipe_unused(segment: Path) -> None:
    """Overwrite with zeros the room that Chroma's index keeps for vectors to come.

    The room is written to disk as the process's memory happened to be, and a key of the
    environment has been seen in it. ``header.bin`` is hnswlib's: a version (4 bytes), then, 8 bytes
    each, an offset, how many elements there is room for, how many there are, and the bytes of one.

    Raises:
        IndexCorrupt: the files are of another form, so what they hold cannot be vouched for.
    """
    _, _, room, used, size = struct.unpack_from("<iQQQQ", (segment / "header.bin").read_bytes())
    for name, width in (("data_level0.bin", size), ("length.bin", 4)):
        with (segment / name).open("r+b") as file:
            end = file.seek(0, os.SEEK_END)
            if end not in (room * width, used * width):  # a new one, and one that was grown
                raise IndexCorrupt(
                    f"Chroma {chroma_version()} wrote {segment / name} in a form that pkqa does not"
                    " know; install the version of the lock file and run `pkqa rebuild`"
                )
            file.seek(used * width)
            file.write(bytes(end - used * width))


class VectorIndex:
    """A reader's own copy of a published Chroma directory; threads may share one."""

    def __init__(self, directory: Path, chunks: int) -> None:
        """Copy ``directory`` and open the copy, which must hold that many chunks.

        Raises:
            IndexCorrupt: Chroma cannot open it, or finds another number of chunks.
        """
        remove_abandoned_copies()
        with ExitStack() as opening:
            copy = opening.enter_context(workplace(Path(tempfile.gettempdir()), COPY_PREFIX))
            shutil.copytree(directory, copy, dirs_exist_ok=True)
            with _explained(directory):
                client = _client(copy)
                opening.callback(client.close)
                self._collection = client.get_collection(COLLECTION, embedding_function=None)
                held = self._collection.count()
            if held != chunks:
                raise IndexCorrupt(f"{directory} holds {held} chunks, not {chunks}; {REMEDY}")
            self._resources = opening.pop_all()

    def close(self) -> None:
        """Close Chroma and remove the copy; a second call does nothing."""
        self._resources.close()

    def query(self, vector: npt.NDArray[np.float32], n: int) -> tuple[list[str], list[float]]:
        """The chunks nearest to ``vector``.

        Args:
            vector: shape (dimension,), any length but zero.
            n: how many at most.

        Returns:
            Their ids and their cosine similarities, best first.
        """
        found = self._collection.query(
            query_embeddings=np.asarray(vector, dtype=np.float32)[np.newaxis],
            n_results=n,
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return found["ids"][0], [1.0 - distance for distance in distances[0]]


def remove_abandoned_copies() -> None:
    """Remove the copies of readers that were killed before they could do so themselves."""
    for copy in Path(tempfile.gettempdir()).glob(f"{COPY_PREFIX}*"):
        with suppress(OSError):  # another user's, or another process was quicker
            if time.time() - copy.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                _remove_if_unused(copy)


def _remove_if_unused(copy: Path) -> None:
    held = hold_alone(copy)
    if held is not None:
        try:
            shutil.rmtree(copy)
        finally:
            os.close(held)


def _client(directory: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(directory, settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise IndexCorrupt(
            f"Chroma {chroma_version()} cannot open {directory} ({error}); {REMEDY}"
        ) from error
