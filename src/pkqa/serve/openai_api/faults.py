"""Errors in the shape that OpenAI's clients read."""

from __future__ import annotations

from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from pkqa.serve.api.faults import Telling
from pkqa.serve.openai_api.messages import Asking
from pkqa.serve.refusal import Refusal, RefusalKind

_TYPES: Final[dict[RefusalKind, str]] = {
    "sign_in": "authentication_error",
    "forbidden": "permission_error",
    "rate": "rate_limit_error",
    "busy": "server_error",
    "unavailable": "server_error",
    "failed": "server_error",
}


class TellingOpenAI(Telling):
    """A route whose errors have OpenAI's shape; ``code`` is our kind, unless OpenAI has a word."""

    @classmethod
    def shape(cls, refusal: Refusal, error: Exception) -> dict[str, Any]:
        """See :meth:`Telling.shape`."""
        return openai_shape(refusal, param=_param(error))


def openai_shape(refusal: Refusal, param: str | None = None) -> dict[str, Any]:
    """A refusal as OpenAI tells errors."""
    code = refusal.code if isinstance(refusal, Asking) else None
    return {
        "error": {
            "message": str(refusal),
            "type": _TYPES.get(refusal.kind, "invalid_request_error"),
            "param": param,
            "code": code or refusal.kind,
        }
    }


def _param(error: Exception) -> str | None:
    if isinstance(error, Asking):
        return error.param
    if isinstance(error, RequestValidationError):
        place = error.errors()[0]["loc"][1:]
        return ".".join(map(str, place)) or None
    return None
