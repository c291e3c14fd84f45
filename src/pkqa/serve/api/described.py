"""How the routes are described: what each may refuse, and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.routing import BaseRoute

import pkqa
from pkqa.serve.api.faults import UNKNOWN_DOCUMENT
from pkqa.serve.api.shapes import FaultReply
from pkqa.serve.refusal import STATUS, Refusal, RefusalKind

Responses = dict[int | str, dict[str, Any]]

_REFUSED: Final[dict[RefusalKind, tuple[str, str]]] = {
    "sign_in": ("Nobody knows who asks.", "sign in, or send a valid key or token"),
    "forbidden": ("Known, and not allowed.", "this is not for you"),
    "unknown": ("There is no such thing, or not for this caller.", UNKNOWN_DOCUMENT),
    "invalid": (
        "The request makes no sense.",
        "question: it is empty; write what you want to know",
    ),
    "too_long": ("Longer than a question is.", "the request is longer than 256,000 bytes"),
    "rate": ("Too many questions in a short time.", "more than 60 questions a minute"),
    "busy": (
        "Too many are waiting, or the documents cannot be reached.",
        "too many questions are waiting; ask again in a moment",
    ),
    "failed": ("A fault of the server's own.", "something went wrong on the server"),
}
_EVERYWHERE: Final[tuple[RefusalKind, ...]] = ("sign_in", "forbidden", "failed")
_RETRY: Final = {
    "Retry-After": {
        "description": "Seconds after which it is worth another try.",
        "schema": {"type": "integer"},
    }
}

SECURITY: Final[dict[str, Any]] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "pkqa_...",
        "description": "A key that `pkqa keys add` made.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the widget's host page, for the routes that the widget uses.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-pkqa",
        "description": "The cookie of whoever signed in at the chat page.",
    },
}


def refusals(*kinds: RefusalKind) -> Responses:
    """The responses of a route that may refuse for these reasons, and for those of every route."""
    told: Responses = {}
    for kind in (*_EVERYWHERE, *kinds):
        means, message = _REFUSED[kind]
        example = Refusal(kind, message).to_json()
        told[STATUS[kind]] = {
            "model": FaultReply,
            "description": means,
            "content": {"application/json": {"example": example}},
        }
        if kind in {"rate", "busy"}:
            told[STATUS[kind]]["headers"] = _RETRY
    return told


def gives(model: type[BaseModel], example: Any, means: str, status: int = 200) -> Responses:
    """A response of JSON."""
    content = {"application/json": {"example": example}}
    return {status: {"model": model, "description": means, "content": content}}


def gives_text(media_type: str, example: str, means: str) -> Responses:
    """A response that is no JSON of ours."""
    content = {media_type: {"schema": {"type": "string"}, "example": example}}
    return {200: {"description": means, "content": content}}


def openapi(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The description of ``routes``; every address in it is relative to the server's own."""
    document = get_openapi(
        title="pkqa",
        version=pkqa.__version__,
        summary="Questions to documents; every sentence answered rests on a verbatim quotation.",
        description=(
            "Offsets count characters (code points) of a document's text. Errors have one shape, "
            "`error.kind` for programs and `error.message` for people; under `/v1` that of OpenAI. "
            "On a loopback address without sign-in nobody needs any proof."
        ),
        routes=routes,
        servers=[{"url": "/"}],
    )
    document.setdefault("components", {})["securitySchemes"] = SECURITY
    document["security"] = [{"key": []}, {"token": []}, {"session": []}, {}]
    return document
