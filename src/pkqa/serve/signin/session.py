"""The cookie of a reader who signed in: name, groups and an end, signed; nothing else."""

from __future__ import annotations

import time
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from pkqa.errors import UsageError
from pkqa.serve.caller import Caller

LARGEST_COOKIE: Final = 3800
"""Characters; browsers drop what is over 4096 bytes, name and attributes included, and say
nothing."""

_FEWEST: Final = 32


def session_secret(secret: str | None) -> str:
    """The secret of the settings; raises ``UsageError`` where it is none or too short."""
    if secret is None or len(secret) < _FEWEST:
        raise UsageError(
            f"sign-in by oidc_issuer needs PKQA_SESSION_SECRET, {_FEWEST} characters or more; make "
            "one with `openssl rand -hex 32`"
        )
    return secret


class SessionCookie:
    """Writes and reads the cookie.

    The server keeps nothing: a session lives until its end, or until the reader signs out.
    """

    def __init__(self, secret: str, hours: float, secure: bool) -> None:
        """``secure`` cookies travel over https alone, and no other host can set them."""
        self._signer = URLSafeSerializer(secret, salt="pkqa.session")
        self._seconds = round(hours * 3600)
        self._secure = secure
        self.name = "__Host-pkqa" if secure else "pkqa"

    def set(self, reply: Response, caller: Caller) -> bool:
        """Add the cookie to a reply; False where it would be too large to be kept."""
        ends = int(time.time()) + self._seconds
        value = self._signer.dumps(
            {"name": caller.name, "groups": list(caller.groups or ()), "ends": ends}
        )
        if len(value) > LARGEST_COOKIE:
            return False
        self._put(reply, str(value), self._seconds)
        return True

    def clear(self, reply: Response) -> None:
        """Take the cookie away."""
        self._put(reply, "", 0)

    def caller(self, scope: Scope) -> Caller | None:
        """Who sent the request; None where no good cookie says so."""
        value = HTTPConnection(scope).cookies.get(self.name)
        if not value:
            return None
        try:
            body: dict[str, Any] = self._signer.loads(value)
        except BadData:
            return None
        if body["ends"] <= time.time():
            return None
        return Caller(body["name"], tuple(body["groups"]), "oidc")

    def _put(self, reply: Response, value: str, seconds: int) -> None:
        reply.set_cookie(
            self.name,
            value,
            max_age=seconds,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
