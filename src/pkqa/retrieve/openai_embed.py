"""Embeddings from OpenAI, or from any server that speaks its protocol."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from llama_index.core.embeddings import BaseEmbedding
from pydantic import ConfigDict, Field, PrivateAttr, SecretStr

from pkqa.errors import EmbedderError
from pkqa.retrieve.openai_endpoint import EMBEDDINGS, Endpoint
from pkqa.retrieve.openai_faults import Patience
from pkqa.retrieve.openai_reply import vectors_of
from pkqa.text.tokens import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkqa.retrieve.openai_wire import Wire
    from pkqa.settings import Settings

_LONGEST_TOKEN = 128  # characters; no token of o200k is longer


class OpenAICompatibleEmbedding(BaseEmbedding):
    """Embeddings from an OpenAI-compatible endpoint: L2-normalised, of float32 precision.

    A request holds at most ``embed_batch_size`` inputs and ``max_request_tokens`` tokens. An input
    of more than ``max_input_tokens`` tokens, prefix included, is **cut there** and the rest of it
    is not embedded. Tokens are counted with o200k_base, which is not every model's own count:
    leave room.

    A try that meets HTTP 408, 409, 429 or 5xx, a broken connection or a time-out is repeated up
    to ``max_retries`` times after growing random waits. No try starts later than ``deadline``
    seconds after the first, and one that runs is broken off there, or, in blocking code, at the
    next piece of the reply or the end of its own ``timeout``.

    The key is kept out of every representation and serialised form. An embedder that was pickled
    comes back as one made without ``api_key``, and without the user and password of its base URL.

    All methods raise EmbedderError with the remedy: the key is refused, the model is unknown,
    nothing (or a web page) answers at the base URL, an input is blank or too long, or the reply
    is no set of embeddings that fits the request.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    model_name: str = Field("text-embedding-3-small", description="Model asked for.")
    base_url: str | None = Field(None, description="Base URL as given, without user and password.")
    dimensions: int | None = Field(
        None, gt=0, description="Dimensions asked for; None is the model's native number."
    )
    query_prefix: str = Field("", description="Put before each query.")
    passage_prefix: str = Field("", description="Put before each passage.")
    embed_batch_size: int = Field(32, gt=0, le=2048, description="Most inputs a request.")
    max_input_tokens: int = Field(8191, ge=8, description="Tokens at which an input is cut.")
    max_request_tokens: int = Field(100_000, ge=8, description="Most tokens a request.")
    timeout: float = Field(60.0, gt=0, description="Seconds a try may go without an answer.")
    deadline: float = Field(180.0, gt=0, description="Seconds for all tries of a request.")
    max_retries: int = Field(5, ge=0, description="Tries after the first.")
    first_wait: float = Field(0.5, ge=0, description="Seconds before the second try.")
    longest_wait: float = Field(30.0, ge=0, description="Most seconds between two tries.")

    _endpoint: Endpoint = PrivateAttr()
    _wire: Wire | None = PrivateAttr(default=None)
    _dimension: int | None = PrivateAttr(default=None)  # of the vectors seen so far

    def __init__(
        self,
        *,
        api_key: SecretStr | str | None = None,
        base_url: str | None = None,
        model_name: str = "text-embedding-3-small",
        **values: Any,
    ) -> None:
        """Make an embedder; nothing is sent yet.

        Args:
            api_key: None takes ``OPENAI_API_KEY``, but only where ``base_url`` is None too: a
                server that the caller names gets no key but the one the caller gives it.
            base_url: http(s) URL; None takes ``OPENAI_BASE_URL``, else OpenAI's own. A user and
                password in it go into a Basic ``Authorization`` header, in the key's place.
            model_name: the model asked for.
            values: the other fields above.

        Raises:
            EmbedderError: there is no key for OpenAI, the key cannot stand in an HTTP header, or
                the URL cannot be used.
            pydantic.ValidationError: a field does not fit.
        """
        key = api_key.get_secret_value() if isinstance(api_key, SecretStr) else api_key
        address = base_url
        if base_url is None:
            address = os.environ.get("OPENAI_BASE_URL") or None
            key = key or os.environ.get("OPENAI_API_KEY")
        endpoint = Endpoint.at(EMBEDDINGS, address, model_name, key)
        values |= {"model_name": model_name, "base_url": base_url and endpoint.url}
        super().__init__(**values)
        self._endpoint = endpoint

    def __getstate__(self) -> dict[str, Any]:
        # The fields that make another like it: no key, no connections, nothing of this process.
        of_process = ("callback_manager", "rate_limiter")
        return {"__dict__": {name: value for name, value in self if name not in of_process}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        type(self).__init__(self, **state["__dict__"])

    @classmethod
    def class_name(cls) -> str:
        """The name that llama-index files this class under."""
        return "OpenAICompatibleEmbedding"

    @property
    def identity(self) -> str:
        """What the catalog files this embedder's vectors under: ``openai:<model>@<dimensions>``,
        and the passage prefix where there is one, since it changes every vector."""
        name = f"openai:{self.model_name}@{self.dimensions or 'native'}"
        return f"{name}+{self.passage_prefix!r}" if self.passage_prefix else name

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embed(_prefixed(self.query_prefix, [query]))[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embed(_prefixed(self.passage_prefix, texts))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return (await self._aembed(_prefixed(self.query_prefix, [query])))[0]

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return (await self._aget_text_embeddings([text]))[0]

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await self._aembed(_prefixed(self.passage_prefix, texts))

    def _embed(self, inputs: list[str]) -> list[list[float]]:
        from pkqa.retrieve.openai_wire import Wire

        if self._wire is None:
            self._wire = Wire(self._endpoint, self._patience())
        vectors: list[list[float]] = []
        for batch in self._batches(inputs):
            vectors += self._read(self._wire.post(self._request(batch)), len(batch))
        return vectors

    async def _aembed(self, inputs: list[str]) -> list[list[float]]:
        from pkqa.retrieve.openai_wire import AsyncWire

        vectors: list[list[float]] = []
        # A wire for each call: connections belong to the event loop that opened them, and the
        # caller may come back on another.
        async with AsyncWire(self._endpoint, self._patience()) as wire:
            for batch in self._batches(inputs):
                vectors += self._read(await wire.post(self._request(batch)), len(batch))
        return vectors

    def _batches(self, inputs: list[str]) -> Iterator[list[str]]:
        """The inputs in order, cut where too long, in requests within both limits."""
        limit = min(self.max_input_tokens, self.max_request_tokens)
        batch: list[str] = []
        total = 0
        for text in inputs:
            kept, tokens = _cut(text, limit)
            full = len(batch) == self.embed_batch_size or total + tokens > self.max_request_tokens
            if batch and full:
                yield batch
                batch, total = [], 0
            batch.append(kept)
            total += tokens
        if batch:
            yield batch

    def _request(self, batch: list[str]) -> dict[str, Any]:
        # Floats, not the client's default of base64: not every compatible server knows that.
        request = {"model": self.model_name, "input": batch, "encoding_format": "float"}
        return request if self.dimensions is None else request | {"dimensions": self.dimensions}

    def _read(self, body: bytes, number: int) -> list[list[float]]:
        expected = self.dimensions or self._dimension
        matrix = vectors_of(body, count=number, dimension=expected, endpoint=self._endpoint)
        self._dimension = matrix.shape[1]
        rows: list[list[float]] = matrix.tolist()
        return rows

    def _patience(self) -> Patience:
        return Patience(
            timeout=self.timeout,
            deadline=self.deadline,
            retries=self.max_retries,
            first_wait=self.first_wait,
            longest_wait=self.longest_wait,
        )


def from_settings(settings: Settings) -> OpenAICompatibleEmbedding:
    """The embedder that the ``embed_*`` settings describe.

    Raises:
        EmbedderError: no key is set and no base URL either, or one of them cannot be used.
    """
    return OpenAICompatibleEmbedding(
        api_key=settings.embed_api_key,
        base_url=settings.embed_base_url,
        model_name=settings.embed_model,
        dimensions=settings.embed_dimensions,
        query_prefix=settings.embed_query_prefix,
        passage_prefix=settings.embed_passage_prefix,
        timeout=settings.embed_timeout,
        deadline=3 * settings.embed_timeout,
    )


def _prefixed(prefix: str, texts: list[str]) -> list[str]:
    for position, text in enumerate(texts, start=1):
        if not text.strip():
            raise EmbedderError(
                f"text {position} of {len(texts)} is blank; there is nothing to embed in it"
            )
    return [prefix + text for text in texts]


def _cut(text: str, limit: int) -> tuple[str, int]:
    """The longest beginning of the text within the limit, and its number of tokens."""
    text = text[: limit * _LONGEST_TOKEN]
    tokens = count(text)
    if tokens <= limit:
        return text, tokens
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if count(text[:middle]) <= limit:
            fits = middle
        else:
            too_long = middle
    return text[:fits], count(text[:fits])
