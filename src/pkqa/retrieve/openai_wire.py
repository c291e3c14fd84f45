"""One embeddings request over the ``openai`` client: sent, tried again, given up.

The client's own retries are off: they know no deadline over all tries together. Replies come back
as bytes: the client takes a web page for text and a missing field for None, so
``pkqa.retrieve.openai_reply`` reads them instead.
"""

from __future__ import annotations

import asyncio
import ssl
import time
import weakref
from functools import cache
from typing import Any

import httpx
import openai

from pkqa.retrieve.openai_endpoint import Endpoint
from pkqa.retrieve.openai_faults import (
    Fault,
    Patience,
    Tries,
    endless,
    received,
    refused,
    timed_out,
    unreachable,
)

_LARGEST_VECTOR = 2**18  # bytes; 8192 numbers written out in full are about as many
_LARGEST_FRAME = 2**20  # bytes of a reply apart from its vectors

FAILURES = (openai.OpenAIError, httpx.HTTPError)


class Wire:
    """The way to one endpoint from blocking code; keeps its connections until ``close``."""

    def __init__(self, endpoint: Endpoint, patience: Patience) -> None:
        self._endpoint = endpoint
        self._patience = patience
        self._client = openai.OpenAI(
            **client_arguments(endpoint),
            http_client=openai.DefaultHttpxClient(verify=certificates()),
        )
        # An embedder that is dropped without ``close`` leaves no open socket behind.
        weakref.finalize(self, self._client.close)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(self, request: dict[str, Any]) -> bytes:
        """Send a request until it is answered; the body of the reply.

        Raises:
            EmbedderError: it was refused, or not answered within patience.
        """
        tries = Tries(self._patience)
        while isinstance(outcome := self._try(request, tries.time_left()), Fault):
            time.sleep(tries.wait(outcome))
        return outcome

    def _try(self, request: dict[str, Any], seconds: float) -> bytes | Fault:
        end = time.monotonic() + seconds
        most = _LARGEST_FRAME + _LARGEST_VECTOR * len(request["input"])
        try:
            with self._client.embeddings.with_streaming_response.create(
                **request, timeout=self._patience.silence(seconds)
            ) as reply:
                return received(reply.iter_bytes(), self._endpoint, end=end, most=most)
        except FAILURES as error:
            return fault_of(self._endpoint, error)


class AsyncWire:
    """``Wire`` for code on an event loop: an asynchronous context manager, for one loop alone."""

    def __init__(self, endpoint: Endpoint, patience: Patience) -> None:
        self._endpoint = endpoint
        self._patience = patience
        self._client = openai.AsyncOpenAI(
            **client_arguments(endpoint),
            http_client=openai.DefaultAsyncHttpxClient(verify=certificates()),
        )

    async def __aenter__(self) -> AsyncWire:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def post(self, request: dict[str, Any]) -> bytes:
        """Send a request until it is answered, as ``Wire.post``."""
        tries = Tries(self._patience)
        while isinstance(outcome := await self._try(request, tries.time_left()), Fault):
            await asyncio.sleep(tries.wait(outcome))
        return outcome

    async def _try(self, request: dict[str, Any], seconds: float) -> bytes | Fault:
        most = _LARGEST_FRAME + _LARGEST_VECTOR * len(request["input"])
        body = bytearray()
        try:
            async with (
                asyncio.timeout(seconds),
                self._client.embeddings.with_streaming_response.create(
                    **request, timeout=self._patience.silence(seconds)
                ) as reply,
            ):
                async for piece in reply.iter_bytes():
                    body += piece
                    if len(body) > most:
                        return endless(self._endpoint)
        except TimeoutError:
            return timed_out(self._endpoint)
        except FAILURES as error:
            return fault_of(self._endpoint, error)
        return bytes(body)


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that servers are checked against."""
    # Read once: it takes as long as a short request, and an ``AsyncWire`` lives for one call.
    return httpx.create_ssl_context()


def client_arguments(endpoint: Endpoint) -> dict[str, Any]:
    """How the client of an endpoint is made, its HTTP client apart."""
    return {
        # The client insists on a key; a server that wants none ignores it.
        "api_key": endpoint.key or "none",
        "base_url": endpoint.url,
        "max_retries": 0,
        "default_headers": endpoint.headers,
    }


def fault_of(endpoint: Endpoint, error: Exception) -> Fault:
    """What one of ``FAILURES`` means."""
    match error:
        case openai.APITimeoutError() | httpx.TimeoutException():
            return timed_out(endpoint)
        case openai.APIStatusError():
            return refused(
                endpoint, error.status_code, error.response.headers, error.response.content
            )
        case _:
            return unreachable(endpoint, error.__cause__ or error)
