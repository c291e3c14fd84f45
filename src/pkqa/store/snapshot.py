"""A published snapshot, open for reading: what retrieval and answering see of the store."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from pkqa.errors import IndexCorrupt
from pkqa.model import Chunk, Document, Sentence
from pkqa.store.corpus_file import CORPUS_FILE, CorpusFile
from pkqa.store.exact import lengths, nearest
from pkqa.store.lexical import LexicalIndex, Matches
from pkqa.store.manifest import REMEDY, Manifest, read_manifest, size_faults
from pkqa.store.published import hold_current, require_seal
from pkqa.store.vectors import VectorIndex
from pkqa.store.where import Where
from pkqa.text.anchors import Anchor

CHUNK_VECTORS_FILE = "chunk_vectors.npy"
SENTENCE_VECTORS_FILE = "sentence_vectors.npy"
NEUTRAL_FILE = "neutral.npz"
CHROMA_DIRECTORY = "chroma"

CONDITIONS = 64  # whose chunks are remembered, a byte a chunk each
READERS = 64  # whose lexical index is, five bytes a chunk each

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


class Snapshot:
    """One snapshot. It stays as it is, and stays on the disk, while it is open.

    Threads may share one; after a fork open a new one. Chroma is copied and opened at the first
    ``nearest`` without conditions, so that what needs no vectors opens in milliseconds.

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
        # A search needs them twice, and the same conditions come again and again.
        self._allowed = lru_cache(maxsize=CONDITIONS)(
            lambda where: self._corpus.allowed(where, self.manifest.chunks)
        )
        self._lexical_among = lru_cache(maxsize=READERS)(self._counted)
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

    def chunk_ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of the chunks in these rows of ``chunk_vectors``, in the order given."""
        return self._corpus.chunk_ids(rows)

    def chunk_languages(self, rows: Sequence[int]) -> list[str]:
        """Likewise their languages."""
        return self._corpus.languages(rows)

    def sentence_rows(self, rows: Sequence[int]) -> list[range]:
        """Likewise the rows of their sentences in ``sentence_vectors``."""
        return self._corpus.sentence_rows(rows)

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
        """The ``n`` chunks nearest to a query: of all chunks by Chroma, which looks at some and
        misses a few, of those that meet ``where`` by looking at each.

        Chroma filters as well, but that takes it many times as long over 100,000 chunks.

        Args:
            vector: the query as the neutral scoring makes it, shape (dimension,), not zero.
            n: how many at most.
            where: what they must meet.

        Returns:
            (chunk id, cosine similarity), best first.

        Raises:
            IndexCorrupt: Chroma cannot open its part of the snapshot, or it is incomplete.
        """
        if where is not None:
            rows = np.flatnonzero(self._allowed(where))
            return self._named(nearest(self.chunk_vectors, self._lengths, vector, rows, n))
        with self._turn:
            if self._dense is None:
                self._dense = VectorIndex(self._directory / CHROMA_DIRECTORY, self.manifest.chunks)
        return list(zip(*self._dense.query(vector, n), strict=True))

    def lexical_for(self, readers: tuple[str, ...] | None) -> LexicalIndex:
        """The lexical index of the chunks that ``Where(readers=readers)`` allows, as if there were
        no others: how rare a word is tells nothing of a document that they may not read."""
        return self._lexical if readers is None else self._lexical_among(Where(readers=readers))

    def weight(self, term: str, language: str) -> tuple[float, bool]:
        """How much a term of the lexical index tells among all chunks of its language, and whether
        any chunk holds it; see ``LexicalIndex.weight``."""
        return self._lexical.weight(term, language)

    def match(
        self,
        tokens_by_language: Mapping[str, Sequence[str]],
        anchors_by_language: Mapping[str, Sequence[Anchor]],
    ) -> Matches:
        """What a query shares with each of all chunks by words; see ``LexicalIndex.match``."""
        return self._lexical.match(tokens_by_language, anchors_by_language)

    def allowed(self, where: Where | None) -> BoolArray:
        """Which chunks meet ``where``, by row; shape (chunks,)."""
        return self._allowed(where or Where())

    def _counted(self, where: Where) -> LexicalIndex:
        """The lexical index of the chunks that meet ``where``."""
        allowed = self._allowed(where)
        if allowed.all():  # as in a corpus without groups: no reader waits for the sifting
            return self._lexical
        return LexicalIndex(self._corpus.ask, self.manifest.chunks, allowed)

    @cached_property
    def _lengths(self) -> FloatArray:
        return lengths(self.chunk_vectors)

    def _named(self, found: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
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
