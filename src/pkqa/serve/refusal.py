"""What the server refuses, as one kind of error and one shape of JSON."""

from __future__ import annotations

from typing import Any, Final, Literal

from pkqa.errors import PkqaError

RefusalKind = Literal[
    "sign_in",  # nobody knows who asks, or the proof is no good any more
    "forbidden",  # known, and not allowed
    "unknown",  # there is no such thing, or not for this caller: the two are told alike
    "invalid",  # the request makes no sense
    "too_long",  # longer than a question is
    "rate",  # too many questions in a short time
    "busy",  # too many others are waiting
    "unavailable",  # the collection or the model cannot be reached
    "failed",  # a fault of ours; the log has it
]

STATUS: Final[dict[RefusalKind, int]] = {
    "sign_in": 401,
    "forbidden": 403,
    "unknown": 404,
    "invalid": 422,
    "too_long": 413,
    "rate": 429,
    "busy": 503,
    "unavailable": 503,
    "failed": 500,
}
"""The HTTP status of each kind."""


class Refusal(PkqaError):
    """A request that gets no answer; ``str(refusal)`` may be shown to whoever sent it."""

    def __init__(self, kind: RefusalKind, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind: RefusalKind = kind
        self.retry_after = retry_after  # seconds after which it is worth another try

    @property
    def status(self) -> int:
        """The HTTP status that goes with it."""
        return STATUS[self.kind]

    def headers(self) -> dict[str, str]:
        """The HTTP headers that go with it."""
        if self.retry_after is None:
            return {}
        return {"Retry-After": str(max(1, round(self.retry_after)))}

    def to_json(self) -> dict[str, Any]:
        """The one shape in which every way in tells an error."""
        return {"error": {"kind": self.kind, "message": str(self)}}
