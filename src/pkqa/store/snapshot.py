"""A published snapshot, open for reading: what retrieval and answering see of the store."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from pkqa.errors import IndexCorrupt
from pkqa.model import Chunk, Document, Sentence
from pkqa.store.corpus_file import CORPUS_FILE, CorpusFile
from pkqa.store.lexical import LexicalIndex
from pkqa.store.manifest import REMEDY, Manifest, read_manifest, size_faults
from pkqa.store.published import hold_current, require_seal
from pkqa.store.vectors import VectorIndex
from pkqa.store.where import Where

CHUNK_VECTORS_FILE = "chunk_vectors.npy"
SENTENCE_VECTORS_FILE = "sentence_vectors.npy"
NEUTRAL_FILE = "neutral.npz"
CHROMA_DIRECTORY = "chroma"

FloatArray = npt.NDArray[np.float32]


class Snapshot:
    """One snapshot. It stays as it is, and stays on the disk, while it is open.

    Threads may share one; after a fork open a new one. Chroma is copied and opened at the first
    ``nearest``, so that what needs no vectors opens in milliseconds.

    Attributes:
        manifest: what it is made of and from.
        chunk_vectors: shape (chunks, dimension), language-neutral, mapped from the disk.
        sentence_vectors: shape (sentences, dimension), likewise.
        neutral: the arrays that the neutral scoring left for queries, by its own names.
    """

    def __init__(self, index_dir: Path) -> None:
        """Open the current snapshot of ``index_dir``.

        Raises:
            IndexMissing: none is published.
            IndexCorrupt: a file of it is missing, has another size, or cannot be read.
        """
        with ExitStack() as opening:
            pointer, directory, held = hold_current(index_dir)
            opening.callback(os.close, held)
            self._open(directory, opening)
            require_seal(directory, self.manifest, pointer)
            self._resources = opening.pop_all()

    @classmethod
    def at(cls, directory: Path) -> Self:
        """Open the complete snapshot in ``directory``, published or not, without holding it.

        Raises:
            IndexCorrupt: as for a published one.
        """
        snapshot = cls.__new__(cls)
        with ExitStack() as opening:
            snapshot._open(directory, opening)
            snapshot._resources = opening.pop_all()
        return snapshot

    def _open(self, directory: Path, opening: ExitStack) -> None:
        self.manifest: Manifest = read_manifest(directory)
        for fault in size_faults(directory, self.manifest):
            raise IndexCorrupt(f"{fault}; {REMEDY}")
        self._directory = directory
        self._corpus = CorpusFile(directory / CORPUS_FILE)
        opening.callback(self._corpus.close)
        self._lexical = LexicalIndex(self._corpus.ask, self.manifest.chunks)
        dimension = self.manifest.dimension
        self.chunk_vectors = _array(
            directory / CHUNK_VECTORS_FILE, (self.manifest.chunks, dimension)
        )
        self.sentence_vectors = _array(
            directory / SENTENCE_VECTORS_FILE, (self.manifest.sentences, dimension)
        )
        self.neutral = _named_arrays(directory / NEUTRAL_FILE)
        self._dense: VectorIndex | None = None
        self._turn = threading.Lock()
        opening.callback(self._let_go)

    def _let_go(self) -> None:
        if self._dense is not None:
            self._dense.close()
        # A mapped file stays open for as long as an array of it is in reach.
        self.chunk_vectors = self.sentence_vectors = np.empty((0, 0), dtype=np.float32)

    def close(self) -> None:
        """Let go of the snapshot and of all that was opened for it; a second call does nothing."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def snapshot_id(self) -> str:
        """The name it is published under."""
        return self.manifest.snapshot_id

    @property
    def languages(self) -> Mapping[str, int]:
        """Language -> how many chunks are in it."""
        return self.manifest.languages

    # Documents

    def document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            UnknownDocument: there is none.
        """
        return self._corpus.document(document_id)

    def documents(self) -> list[Document]:
        """Every document, ordered by id."""
        return self._corpus.documents()

    def chunk(self, chunk_id: str) -> Chunk:
        """The chunk of that id, with its sentences.

        Raises:
            UnknownDocument: there is none.
        """
        return self._corpus.chunk(chunk_id)

    def chunks(self, document_id: str) -> list[Chunk]:
        """The chunks of a document, in reading order.

        Raises:
            UnknownDocument: there is no such document.
        """
        found = self._corpus.chunks(document_id)
        if not found:
            self.document(document_id)
        return found

    def sentences(self, chunk_id: str) -> list[tuple[Sentence, int]]:
        """The sentences of a chunk, each with its row in ``sentence_vectors``.

        Raises:
            UnknownDocument: there is no such chunk.
        """
        ((_, rows),) = self._corpus.rows([chunk_id])
        return list(zip(self.chunk(chunk_id).sentences, rows, strict=True))

    # Rows of the arrays

    def rows(self, chunk_ids: Sequence[str]) -> list[tuple[int, range]]:
        """For each chunk, in the order given: its row in ``chunk_vectors`` and the consecutive
        rows of its sentences in ``sentence_vectors``.

        Raises:
            UnknownDocument: there is no chunk of such an id.
        """
        return self._corpus.rows(chunk_ids)

    def chunk_vector(self, chunk_id: str) -> FloatArray:
        """The neutral vector of a chunk, shape (dimension,).

        Raises:
            UnknownDocument: there is no such chunk.
        """
        ((row, _),) = self._corpus.rows([chunk_id])
        vector: FloatArray = self.chunk_vectors[row]
        return vector

    # Search

    def nearest(
        self, vector: FloatArray, n: int, where: Where | None = None
    ) -> list[tuple[str, float]]:
        """The ``n`` chunks nearest to a query.

        Args:
            vector: the query as the neutral scoring makes it, shape (dimension,), not zero.
            n: how many at most.
            where: what they must meet.

        Returns:
            (chunk id, cosine similarity), best first.

        Raises:
            IndexCorrupt: Chroma cannot open its part of the snapshot, or it is incomplete.
        """
        with self._turn:
            if self._dense is None:
                self._dense = VectorIndex(self._directory / CHROMA_DIRECTORY, self.manifest.chunks)
        return list(zip(*self._dense.query(vector, n, where), strict=True))

    def weight(self, term: str, language: str) -> tuple[float, bool]:
        """How much a term of the lexical index tells among the chunks of its language, and whether
        any chunk holds it; see ``LexicalIndex.weight``."""
        return self._lexical.weight(term, language)

    def lexical(
        self,
        tokens_by_language: Mapping[str, Sequence[str]],
        n: int,
        where: Where | None = None,
    ) -> list[tuple[str, float]]:
        """The ``n`` chunks that say most of the query's words.

        Args:
            tokens_by_language: the query as the analyser of each language makes it; each list is
                looked up among the chunks of its own language.
            n: how many at most.
            where: what they must meet.

        Returns:
            (chunk id, share of the query's information found, in (0, 1]), best first.
        """
        allowed = None if where is None else self._corpus.allowed(where, self.manifest.chunks)
        found = self._lexical.search(tokens_by_language, n, allowed)
        ids = self._corpus.chunk_ids([row for row, _ in found])
        return [(chunk_id, score) for chunk_id, (_, score) in zip(ids, found, strict=True)]


def _array(path: Path, shape: tuple[int, int]) -> FloatArray:
    try:
        # An empty file cannot be mapped.
        array: FloatArray = np.load(path, mmap_mode="r" if shape[0] else None, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise IndexCorrupt(f"{path} cannot be read ({error}); {REMEDY}") from error
    if array.shape != shape or array.dtype != np.float32:
        raise IndexCorrupt(
            f"{path} holds {array.dtype} {array.shape}, not float32 {shape}; {REMEDY}"
        )
    return array


def _named_arrays(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return dict(archive)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise IndexCorrupt(f"{path} cannot be read ({error}); {REMEDY}") from error
