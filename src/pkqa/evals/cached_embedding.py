"""An embedder that remembers: each text of each embedder is embedded once, whoever asks.

llama-index's own ``embeddings_cache`` files a vector under its text alone, so that a question and a
passage of the same words, or two models, would share one; hence a cache of ours.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from llama_index.core.embeddings import BaseEmbedding
from pydantic import PrivateAttr

from pkqa.errors import PkqaError
from pkqa.retrieve.embed import identity
from pkqa.store.rows import input_key
from pkqa.store.sqlite import transaction

CACHE_FILE = "embeddings.sqlite"  # within the cache folder

_WAIT_SECONDS = 60.0  # how long a writer waits for another one's
# The vectors can be made again, so a power cut may cost the last of them, but not the file: WAL.
_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS vectors (
    embedder TEXT, input_sha TEXT, vector BLOB NOT NULL, PRIMARY KEY (embedder, input_sha)
) WITHOUT ROWID;
"""


class CachedEmbedding(BaseEmbedding):
    """Another embedder, with its vectors kept in one SQLite file as little-endian float32.

    A vector is filed under the embedder's identity and the hash of its kind (question or passage)
    and its text, so any number of embedders and processes may share the file. Used by the thread
    that made it.

    Attributes:
        computed: how many texts the other embedder was asked for.
    """

    computed: int = 0
    _asked: set[str] = PrivateAttr(default_factory=set)  # keys
    _embedder: BaseEmbedding = PrivateAttr()
    _path: Path = PrivateAttr()
    _file: sqlite3.Connection = PrivateAttr()

    def __init__(self, embedder: BaseEmbedding, path: Path) -> None:
        """Open the file at ``path``, made when missing.

        Raises:
            PkqaError: it cannot be used.
        """
        super().__init__(model_name=embedder.model_name, embed_batch_size=embedder.embed_batch_size)
        self._embedder = embedder
        self._path = path
        with self._explained():
            self._file = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
            try:
                self._file.executescript(_SCHEMA)
            except sqlite3.Error:
                self._file.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def identity(self) -> str:
        """The other embedder's: the vectors are its own."""
        return identity(self._embedder)

    @property
    def reused(self) -> int:
        """How many texts were in the file before they were first asked for here."""
        return len(self._asked) - self.computed

    def _get_query_embedding(self, query: str) -> list[float]:
        # An identity names what shapes passages; a prefix of questions is not in it.
        key = input_key("question", f"{getattr(self._embedder, 'query_prefix', '')}{query}")
        kept = self._kept([key])
        if key not in kept:
            kept = self._keep([key], [self._embedder.get_query_embedding(query)])
        return kept[key]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        keys = [input_key("passage", text) for text in texts]
        kept = self._kept(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        if missing:
            vectors = self._embedder.get_text_embedding_batch(list(missing.values()))
            kept |= self._keep(list(missing), vectors)
        return [kept[key] for key in keys]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _kept(self, keys: Sequence[str]) -> dict[str, list[float]]:
        self._asked.update(keys)
        with self._explained():
            found = self._file.execute(
                "SELECT input_sha, vector FROM vectors"
                " WHERE embedder = ? AND input_sha IN (SELECT value FROM json_each(?))",
                (self.identity, json.dumps(keys)),
            ).fetchall()
        return {key: np.frombuffer(blob, dtype="<f4").tolist() for key, blob in found}

    def _keep(self, keys: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, list[float]]:
        """File new vectors, in one transaction; what comes back is what the file will give."""
        self.computed += len(keys)
        vectors = [np.asarray(row, dtype="<f4") for row in rows]
        with self._explained(), transaction(self._file):
            self._file.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                [(self.identity, k, v.tobytes()) for k, v in zip(keys, vectors, strict=True)],
            )
        return {key: vector.tolist() for key, vector in zip(keys, vectors, strict=True)}

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise PkqaError(
                f"the cache of embeddings {self._path} cannot be used: {error}; see that the disk "
                "has room, or delete the file (it holds only what can be computed again)"
            ) from error
