"""From the bytes of a chat completion to its text, trusting nothing that they say.

A stream of server-sent events is what was asked for; a server that cannot stream sends one JSON
object instead, and is understood too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from pkqa.answer.chat import Usage
from pkqa.retrieve.openai_faults import Fault, endless, reported

if TYPE_CHECKING:
    from pkqa.retrieve.openai_endpoint import Endpoint

_BOM = b"\xef\xbb\xbf"


class Failed(Exception):
    """A try that came to nothing, and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(slots=True)
class Heard:
    """What a reply says about itself, as far as it was read."""

    finish: str | None = None  # why it ended: "stop", "length", "content_filter", ...
    done: bool = False  # whether the server said that this was all
    usage: Usage = field(default_factory=Usage)

    @property
    def ended(self) -> bool:
        """Whether the text is whole, as far as the server is concerned."""
        return self.done or self.finish is not None


def told(
    pieces: Iterator[bytes],
    endpoint: Endpoint,
    heard: Heard,
    *,
    most: int,
    finished: Callable[[], None],
) -> Iterator[str]:
    """The text of a reply, as it comes.

    Args:
        pieces: the reply's body.
        endpoint: for the error messages.
        heard: filled in on the way.
        most: characters that the text may have.
        finished: called once the text is whole; what comes after it tells the usage, if anything.

    Raises:
        Failed: the reply is none, reports an error, breaks off, or goes past ``most``.
    """
    length = 0
    for text in _texts(pieces, endpoint, heard, finished):
        length += len(text)
        if length > most:
            raise Failed(endless(endpoint))
        if text:
            yield text
    if not heard.ended:
        raise Failed(broken(endpoint, "it stops in the middle"))
    if heard.finish == "content_filter":
        raise Failed(
            Fault(f"{endpoint.url} cut its reply off: its content filter objects", kind="broken")
        )


def broken(endpoint: Endpoint, why: str) -> Fault:
    """The reply began and did not end."""
    return Fault(
        f"the reply of {endpoint.url} broke off ({why}); try again, and look at the server's log "
        "where it happens often",
        again=True,
        kind="broken",
    )


def empty(endpoint: Endpoint, heard: Heard) -> Fault:
    """The reply has no text in it."""
    remedy = f"set {endpoint.service.prefix}_MODEL to another model"
    if heard.finish == "length":
        # All of it went into thinking.
        remedy = f"raise {endpoint.service.prefix}_REPLY_TOKENS, or {remedy}"
    return Fault(f"{endpoint.url} sent an empty reply; {remedy}", kind="empty")


def _texts(
    pieces: Iterator[bytes], endpoint: Endpoint, heard: Heard, finished: Callable[[], None]
) -> Iterator[str]:
    head = b""
    for piece in pieces:
        head = (head + piece).removeprefix(_BOM).lstrip()
        if head and not _BOM.startswith(head):
            break
    if head[:1] in (b"{", b"[", b"<"):
        yield _choice(_whole(b"".join([head, *pieces]), endpoint), endpoint, heard)
        heard.done = True
        return
    event = b""
    for line in _lines(chain([head], pieces)):
        name, _, value = line.partition(b":")
        value = value.strip()
        if name == b"event":
            event = value
        elif name == b"error":  # llama.cpp's way at one time
            raise Failed(reported(endpoint, _error(value)))
        elif name == b"data" and value == b"[DONE]":
            heard.done = True
            return
        elif name == b"data" and value:
            body = _whole(value, endpoint)
            if event == b"error":
                raise Failed(reported(endpoint, body.get("error", body)))
            yield _choice(body, endpoint, heard)
            event = b""
            if heard.finish is not None:
                finished()


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if b"\n" in piece:
            *lines, rest = bytes(buffer).split(b"\n")
            buffer = bytearray(rest)
            yield from lines
    yield bytes(buffer)


def _whole(body: bytes, endpoint: Endpoint) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        what = "a web page" if body[:1] == b"<" else "something that is not JSON"
        raise Failed(_unusable(endpoint, what)) from None
    if not isinstance(value, dict):
        raise Failed(_unusable(endpoint, "JSON that is no object"))
    return value


def _error(value: bytes) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value.decode("utf-8", "replace")


def _choice(body: dict[str, Any], endpoint: Endpoint, heard: Heard) -> str:
    """The text of one event, or of a whole reply that is no stream."""
    match body:
        case {"error": error} if error:
            raise Failed(reported(endpoint, error))
        case {"object": "error"}:  # vLLM's way at one time
            raise Failed(reported(endpoint, body))
    heard.usage = _usage(body.get("usage")) or heard.usage
    match body.get("choices"):
        case None | []:
            return ""
        case [dict() as choice, *_]:
            if isinstance(choice.get("finish_reason"), str):
                heard.finish = choice["finish_reason"]
            message = choice.get("delta") or choice.get("message") or {}
            return _content(message.get("content") if isinstance(message, dict) else None)
        case _:
            raise Failed(_unusable(endpoint, "choices that are none"))


def _content(content: object) -> str:
    """The text of a message: a string, or a list of parts of which some are text."""
    match content:
        case str():
            return content
        case list():
            return "".join(
                part["text"]
                for part in content
                if isinstance(part, dict)
                and part.get("type", "text") == "text"
                and isinstance(part.get("text"), str)
            )
        case _:
            return ""


def _usage(usage: object) -> Usage | None:
    match usage:
        case {"prompt_tokens": int(prompt), "completion_tokens": int(completion)}:
            return Usage(max(0, prompt), max(0, completion))
        case _:
            return None


def _unusable(endpoint: Endpoint, what: str) -> Fault:
    return Fault(
        f"{endpoint.url} sent no usable reply: {what} (model {endpoint.model!r}); check the "
        f"server, and {endpoint.service.prefix}_BASE_URL, {endpoint.service.path}"
    )
