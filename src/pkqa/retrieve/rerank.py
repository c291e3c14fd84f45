"""A second look at the best candidates: a reranker behind an HTTP endpoint, where one is set.

The request is Cohere's, which Jina, Voyage, vLLM, llama.cpp and LiteLLM take too.
``text-embeddings-inference`` itself does not: it calls the documents ``texts``.
"""

from __future__ import annotations

import json
import time
import weakref
from typing import TYPE_CHECKING, Protocol

import httpx

from pkqa.errors import RerankerError
from pkqa.retrieve.openai_endpoint import Endpoint, Service
from pkqa.retrieve.openai_faults import (
    Fault,
    Patience,
    Tries,
    received,
    refused,
    timed_out,
    unreachable,
)
from pkqa.retrieve.rerank_reply import scores_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pkqa.settings import Settings

_LARGEST_FRAME = 2**20  # bytes of a reply apart from the documents
_LARGEST_ECHO = 6  # bytes for one of the request, where all documents come back escaped (\u003c)


class Reranker(Protocol):
    """Anything that says how well texts answer a query."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, in their order: higher is better, comparable within one call
        alone, ``-inf`` for a text that was left out.

        Raises:
            RerankerError: there are no scores to be had.
        """
        ...


def _failure(message: str) -> RerankerError:
    return RerankerError(f"{message}, or unset PKQA_RERANK_BASE_URL to go without a reranker")


RERANKING = Service(
    name="rerank",
    prefix="PKQA_RERANK",
    keys="PKQA_RERANK_API_KEY",
    path="to which /rerank is added",
    shorter="lower PKQA_RERANK_DEPTH, or PKQA_CHUNK_TOKENS and ingest again",
    options="PKQA_RERANK_MODEL",
    failure=_failure,
)


class EndpointReranker:
    """Scores from a rerank endpoint; keeps its connections as long as it lives.

    All texts go in one request: a reranker may weigh them against each other. How many of the best
    are wanted is not said, since servers call it by different names; a server may leave texts out
    all the same.

    Failed tries are repeated as those of embeddings are. One that runs is broken off at the next
    piece of the reply after the deadline, or after ``timeout`` seconds of silence.
    """

    def __init__(self, endpoint: Endpoint, patience: Patience) -> None:
        self._endpoint = endpoint
        self._patience = patience
        bearer = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        # Redirects are not followed: questions go to the server that was named and no other.
        self._client = httpx.Client(
            headers={"Content-Type": "application/json", **bearer, **endpoint.headers}
        )
        # A reranker that is dropped leaves no open socket behind.
        weakref.finalize(self, self._client.close)

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """As :class:`Reranker` says; no text is no request."""
        if not texts:
            return []
        request: dict[str, object] = {"query": query, "documents": list(texts)}
        if self._endpoint.model:
            request["model"] = self._endpoint.model
        body = self._post(json.dumps(request).encode("ascii"))
        return scores_of(body, count=len(texts), endpoint=self._endpoint)

    def _post(self, request: bytes) -> bytes:
        tries = Tries(self._patience, self._endpoint.service.failure)
        while isinstance(outcome := self._try(request, tries.time_left()), Fault):
            time.sleep(tries.wait(outcome))
        return outcome

    def _try(self, request: bytes, seconds: float) -> bytes | Fault:
        endpoint = self._endpoint
        end = time.monotonic() + seconds
        most = _LARGEST_FRAME + _LARGEST_ECHO * len(request)
        try:
            with self._client.stream(
                "POST",
                f"{endpoint.url}/rerank",
                content=request,
                timeout=self._patience.silence(seconds),
            ) as reply:
                body = received(reply.iter_bytes(), endpoint, end=end, most=most)
        except httpx.TimeoutException:
            return timed_out(endpoint)
        except httpx.HTTPError as error:
            return unreachable(endpoint, error)
        if reply.is_success or isinstance(body, Fault):
            return body
        return refused(endpoint, reply.status_code, reply.headers, body)


def reranker_of(settings: Settings) -> Reranker | None:
    """The reranker that the ``rerank_*`` settings describe; None where none is set.

    Raises:
        RerankerError: its base URL or key cannot be used.
    """
    if not settings.rerank_base_url:
        return None
    key = settings.rerank_api_key
    endpoint = Endpoint.at(
        RERANKING,
        settings.rerank_base_url,
        settings.rerank_model,
        key.get_secret_value() if key else None,
    )
    patience = Patience(
        timeout=settings.rerank_timeout,
        deadline=settings.rerank_timeout,  # a question waits for all tries together
        retries=5,
        first_wait=0.5,
        longest_wait=30.0,
    )
    return EndpointReranker(endpoint, patience)
