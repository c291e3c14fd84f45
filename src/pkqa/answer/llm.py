"""Chat completions over the ``openai`` client: OpenAI, Azure, vLLM, Ollama, llama.cpp.

The client's own retries and its reading of the stream are off, as for embeddings: they know no
deadline over all tries together, and take what is no reply for one.
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import openai

from pkqa.answer.awaited import Awaited
from pkqa.answer.chat import Message, Reply
from pkqa.answer.llm_reply import Failed, Heard, broken, empty, told
from pkqa.answer.thinking import aloud
from pkqa.errors import LLMError
from pkqa.retrieve.openai_endpoint import Endpoint, Service
from pkqa.retrieve.openai_faults import Fault, Patience, Tries, endless
from pkqa.retrieve.openai_wire import FAILURES, certificates, client_arguments, fault_of

if TYPE_CHECKING:
    from pkqa.settings import Settings

CHAT = Service(
    name="chat",
    prefix="PKQA_LLM",
    keys="PKQA_LLM_API_KEY (or OPENAI_API_KEY)",
    path="which mostly ends in /v1",
    shorter="lower PKQA_LLM_CONTEXT_TOKENS or PKQA_LLM_REPLY_TOKENS to what the model has",
    options="PKQA_LLM_MODEL, PKQA_LLM_TEMPERATURE (none leaves it out) and PKQA_LLM_TOKENS_FIELD "
    "(max_completion_tokens for models that think)",
    failure=LLMError,
)

# What a token may come to: few are longer than a word, and an event tells one or more.
_LONGEST_TOKEN = 32  # characters
_LARGEST_EVENT = 2**12  # bytes
_LARGEST_FRAME = 2**20  # bytes of a reply apart from its events
_LARGEST_ERROR = 2**16  # bytes of an error that are read
# Seconds that the count of tokens is waited for, once the text is whole.
_LINGER = 2.0

_AZURE = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")


class OpenAIChat:
    """A model behind an OpenAI-compatible endpoint; keeps its connections as long as it lives.

    A try that meets HTTP 408, 409, 429 or 5xx, or a connection that fails, is repeated after
    growing random waits, but only as long as no word of its reply was given. The deadline is for
    all tries of a reply together, its last word included, and is kept to the moment.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        patience: Patience,
        *,
        temperature: float | None = 0.0,
        tokens_field: str = "max_tokens",
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            endpoint: where the model is.
            patience: how long and how often a reply is tried for.
            temperature: sent with each request; None sends none.
            tokens_field: by which name the longest reply is told.
        """
        self._endpoint = endpoint
        self._patience = patience
        self._options: dict[str, Any] = {} if temperature is None else {"temperature": temperature}
        self._tokens_field = tokens_field
        self._counting = True  # whether the server can be asked for the usage of a stream
        self._headers: dict[str, str | openai.Omit] = {}
        if (urlsplit(endpoint.url).hostname or "").endswith(_AZURE) and endpoint.key:
            # A bearer there is a token of Entra's; keys have a header of their own.
            self._headers = {"api-key": endpoint.key, "Authorization": openai.Omit()}
        self._client = openai.OpenAI(
            **client_arguments(endpoint),
            # Redirects are not followed: questions go to the server that was named and no other.
            http_client=openai.DefaultHttpxClient(
                verify=certificates(),
                follow_redirects=False,
                event_hooks={"response": [self._shorten]},
            ),
        )
        # A model that is dropped leaves no open socket behind.
        weakref.finalize(self, self._client.close)

    @classmethod
    def of(cls, settings: Settings) -> OpenAIChat:
        """The client that the ``llm_*`` settings describe.

        Raises:
            LLMError: the base URL or the key cannot be used, or OpenAI is meant without a key.
        """
        key = settings.llm_api_key
        address = settings.llm_base_url or os.environ.get("OPENAI_BASE_URL") or None
        endpoint = Endpoint.at(
            CHAT, address, settings.llm_model, key.get_secret_value() if key else None
        )
        patience = Patience(
            timeout=settings.llm_timeout,
            deadline=settings.llm_deadline,
            retries=settings.llm_retries,
            first_wait=0.5,
            longest_wait=30.0,
        )
        return cls(
            endpoint,
            patience,
            temperature=settings.llm_temperature,
            tokens_field=settings.llm_tokens_field,
        )

    @property
    def name(self) -> str:
        """The model asked for."""
        return self._endpoint.model

    def stream(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Reply:
        """As :class:`pkqa.answer.chat.ChatModel` says."""
        request = self._options | {
            "model": self._endpoint.model,
            "messages": [dict(message) for message in messages],
            "stream": True,
            self._tokens_field: max_tokens,
        }
        patience = self._patience
        if seconds is not None and seconds < patience.deadline:
            patience = replace(patience, deadline=seconds)
        return Reply(lambda reply: self._told(reply, request, max_tokens, patience))

    def complete(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> str:
        """As :class:`pkqa.answer.chat.ChatModel` says."""
        return self.stream(messages, max_tokens, seconds).text()

    def _told(
        self, reply: Reply, request: dict[str, Any], max_tokens: int, patience: Patience
    ) -> Iterator[str]:
        """The pieces of the first try that gives any."""
        tries = Tries(patience, LLMError)
        while True:
            begun = False
            counted = {"stream_options": {"include_usage": True}} if self._counting else {}
            try:
                for piece in self._try(reply, request | counted, max_tokens, tries, patience):
                    begun = True
                    yield piece
            except Failed as failed:
                fault = failed.fault
            else:
                return
            if begun:
                raise LLMError(fault.message, fault.kind)
            if counted and fault.kind == "request" and "stream_options" in fault.message:
                self._counting = False  # it does not know the field, and will not learn it
                continue
            time.sleep(_wait(tries, fault))

    def _try(
        self,
        reply: Reply,
        request: dict[str, Any],
        max_tokens: int,
        tries: Tries,
        patience: Patience,
    ) -> Iterator[str]:
        endpoint, heard = self._endpoint, Heard()
        seconds = max(0.0, tries.time_left())
        silence = patience.silence(seconds)
        body = Awaited(lambda: self._body(request, silence, max_tokens), time.monotonic() + seconds)

        def finished() -> None:
            body.end = min(body.end, time.monotonic() + _LINGER)

        def restart() -> None:
            reply.restarts += 1

        most = _LONGEST_TOKEN * max_tokens
        said = False
        try:
            texts = told(body, endpoint, heard, most=most, finished=finished)
            for text in aloud(texts, restart):
                said = said or bool(text.strip())
                yield text
        except (TimeoutError, *FAILURES) as error:
            # Once the text is whole, all that is missed is what it cost.
            if not heard.ended:
                raise Failed(_meaning(endpoint, error, patience)) from None
        finally:
            body.close()
        if not said:
            raise Failed(empty(endpoint, heard))
        reply.usage, reply.cut = heard.usage, heard.finish == "length"

    def _body(
        self, request: dict[str, Any], silence: float, max_tokens: int
    ) -> Generator[bytes, None, None]:
        left = _LARGEST_FRAME + _LARGEST_EVENT * max_tokens
        with self._client.chat.completions.with_streaming_response.create(
            **request, timeout=silence, extra_headers=self._headers
        ) as reply:
            for piece in reply.iter_bytes():
                left -= len(piece)
                if left < 0:
                    raise Failed(endless(self._endpoint))
                yield piece

    def _shorten(self, reply: httpx.Response) -> None:
        # The client reads an error to its end, wherever that is.
        if not reply.is_success and isinstance(reply.stream, httpx.SyncByteStream):
            reply.stream = _Beginning(reply.stream, self._patience.timeout)


class _Beginning(httpx.SyncByteStream):
    """The first of a body, in bytes and in seconds: enough of an error to say what it is."""

    def __init__(self, stream: httpx.SyncByteStream, seconds: float) -> None:
        self._stream = stream
        self._seconds = seconds

    def __iter__(self) -> Iterator[bytes]:
        end, left = time.monotonic() + self._seconds, _LARGEST_ERROR
        for piece in self._stream:
            yield piece[:left]
            left -= len(piece)
            if left <= 0 or time.monotonic() > end:
                return

    def close(self) -> None:
        self._stream.close()


def _meaning(endpoint: Endpoint, error: Exception, patience: Patience) -> Fault:
    match error:
        case openai.OpenAIError() | httpx.TimeoutException():
            return fault_of(endpoint, error)
        case TimeoutError():
            return Fault(
                f"{endpoint.url} was not done within the deadline of {patience.deadline:g} s; try "
                "later, or raise PKQA_LLM_DEADLINE",
                kind="timeout",
            )
        case _:
            return broken(endpoint, endpoint.quote(str(error)) or type(error).__name__)


def _wait(tries: Tries, fault: Fault) -> float:
    """Seconds until the next try.

    Raises:
        LLMError: there is none.
    """
    try:
        return tries.wait(fault)
    except LLMError as given_up:
        raise LLMError(str(given_up), fault.kind) from None
