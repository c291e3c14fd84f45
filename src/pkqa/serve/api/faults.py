"""What becomes of an error on its way to a program: one mapping, one shape, on every route."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive

from pkqa.errors import (
    EmbedderError,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    LLMError,
    RerankerError,
    UnknownDocument,
    UsageError,
)
from pkqa.serve.refusal import Refusal, RefusalKind

LARGEST_BODY: Final = 256_000
"""Bytes of a request; what goes beyond is not read."""

GONE: Final = 499
"""The status that is written down where whoever asked has hung up."""

RETRY_AFTER: Final = 10.0
"""Seconds after which the collection, or a model, may be there again."""

UNKNOWN_DOCUMENT: Final = "there is no such document, or it is not for you"

_KINDS: Final[dict[int, RefusalKind]] = {
    401: "sign_in",
    403: "forbidden",
    404: "unknown",
    413: "too_long",
    429: "rate",
}

_UNREACHABLE: Final = (
    IndexMissing,
    IndexCorrupt,
    IndexLocked,
    EmbedderError,
    RerankerError,
    LLMError,
)

_log = logging.getLogger(__name__)


def refusal_of(error: Exception) -> Refusal:
    """What a caller is told of ``error``; what is no business of theirs goes to the log instead."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, _UNREACHABLE):
        _log.error("no answer: %s", error)  # it may name folders and addresses of the server
        return Refusal(
            "unavailable",
            "the documents cannot be reached just now; try again in a moment, and tell whoever "
            "runs the server if it stays so",
            RETRY_AFTER,
        )
    kind, message = _told_of(error)
    if kind == "failed":
        _log.error("no answer", exc_info=error)
    return Refusal(kind, message)


def _told_of(error: Exception) -> tuple[RefusalKind, str]:
    match error:
        case UnknownDocument():
            return "unknown", UNKNOWN_DOCUMENT
        case UsageError():
            return "invalid", str(error)
        case RequestValidationError():
            return "invalid", sentence_of(error.errors())
        case HTTPException() if error.status_code < 500:
            return _KINDS.get(error.status_code, "invalid"), str(error.detail)
        case _:
            return (
                "failed",
                "something went wrong on the server, and its log says what; try again, and tell "
                "whoever runs it if it happens again",
            )


def sentence_of(errors: Sequence[Any]) -> str:
    """The first of pydantic's errors as a sentence: the field, and what is wrong with it. What was
    sent is not repeated."""
    error = errors[0]
    place = ".".join(str(part) for part in error["loc"] if part not in {"body", "query", "path"})
    if error["type"] == "json_invalid":
        return "the request is no JSON; send an object as /api/v1/openapi.json describes it"
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "value_error" and not place:
        return message
    if not place:
        return "the request has no JSON object; send one, with Content-Type: application/json"
    return f"{place}: {message[:1].lower()}{message[1:]}"


class Telling(APIRoute):
    """A route that reads no more than ``LARGEST_BODY``, and whose errors all have our shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own, with both around it."""
        handle = super().get_route_handler()

        async def telling(request: Request) -> Response:
            try:
                return await handle(Request(request.scope, await bounded(request)))
            except ClientDisconnect:
                return Response(status_code=GONE)  # nobody reads it
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told
                return self.told(error)

        return telling

    @classmethod
    def told(cls, error: Exception) -> JSONResponse:
        """``error`` as a response."""
        refusal = refusal_of(error)
        status, headers = refusal.status, refusal.headers()
        if isinstance(error, HTTPException) and error.status_code < 500:
            status, headers = error.status_code, {**headers, **(error.headers or {})}
        return JSONResponse(cls.shape(refusal, error), status, headers)

    @classmethod
    def shape(cls, refusal: Refusal, error: Exception) -> dict[str, Any]:  # noqa: ARG003
        """The JSON in which a refusal is told; ``error`` is what led to it."""
        return refusal.to_json()


async def bounded(request: Request) -> Receive:
    """The request's body, read; and as ASGI gives it, for whoever reads it now.

    Raises:
        HTTPException: 413: there is more of it than ``LARGEST_BODY``; the rest stays unread, so
            the connection has to end.
    """
    too_long = HTTPException(
        413, f"the request is longer than {LARGEST_BODY:,} bytes", {"Connection": "close"}
    )
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > LARGEST_BODY:
        raise too_long
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise too_long
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return await request.receive()
        given = True
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return receive
