"""Widget tokens: what a host page's own server signs for a reader it knows, for some minutes."""

from __future__ import annotations

import math
from typing import Any, Final, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from pkqa.errors import UsageError
from pkqa.serve.caller import Caller
from pkqa.serve.refusal import Refusal
from pkqa.serve.signin.jwks import Jwks
from pkqa.serve.signin.names import is_name
from pkqa.settings import Settings

LONGEST_TOKEN: Final = 8192
"""Characters; nothing of a longer one is looked at."""

_LEEWAY: Final = 30
"""Seconds by which the clocks of the two servers may differ."""

_FEWEST_BYTES: Final = 32
_REQUIRED: Final = ["exp", "iat", "sub", "aud"]


class Keys(Protocol):
    """Where the key comes from that a token must be signed with."""

    async def key(self, kid: str | None) -> RSAPublicKey | bytes | None:
        """The key that a token names; None where there is none."""
        ...


class Shared:
    """One secret that both servers hold."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def key(self, kid: str | None) -> bytes:  # noqa: ARG002 - there is but one
        """The secret, whatever a token calls it."""
        return self._secret


class WidgetTokens:
    """Reads tokens of one kind: how they must be signed is ours to say, never the token's."""

    def __init__(self, keys: Keys, algorithm: str, audience: str, minutes: int) -> None:
        self._keys = keys
        self._algorithm = algorithm
        self._audience = audience
        self._minutes = minutes

    async def caller(self, token: str) -> Caller:
        """Whom a token speaks for.

        Raises:
            Refusal: ``sign_in``: it is no good; the message says why, once its signature holds.
        """
        if len(token) > LONGEST_TOKEN:
            raise _no("it is too long")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise _no("it is no token") from None
        key = await self._keys.key(header.get("kid"))
        if key is None:
            raise _no("it is signed with a key that is not known here")
        return self._named(self._claims(token, key))

    def _claims(self, token: str, key: RSAPublicKey | bytes) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[self._algorithm],
                audience=self._audience,
                leeway=_LEEWAY,
                options={
                    "require": _REQUIRED,
                    "strict_aud": True,
                    "enforce_minimum_key_length": True,
                },
            )
        except jwt.ExpiredSignatureError:
            raise _no("its time is over; get a new one") from None
        except jwt.ImmatureSignatureError:
            raise _no("its time has not come; compare the clocks of the two servers") from None
        except jwt.InvalidAudienceError:
            raise _no("it is for another audience") from None
        except jwt.MissingRequiredClaimError as error:
            raise _no(f"it has no {error.claim!r}") from None
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise _no("it was altered, or signed with another key") from None

    def _named(self, claims: dict[str, Any]) -> Caller:
        issued, ends = claims["iat"], claims["exp"]
        if not (_is_time(issued) and _is_time(ends)):
            raise _no("its times are no numbers")
        if ends - issued > self._minutes * 60:
            raise _no(f"it lives longer than {self._minutes} minutes")
        groups = claims.get("groups", [])
        if not isinstance(groups, list) or not all(map(is_name, groups)):
            raise _no("its groups are no list of names")
        if not is_name(claims["sub"]):
            raise _no("its 'sub' names nobody")
        return Caller(claims["sub"], tuple(groups), "widget")


def widget_tokens_of(settings: Settings) -> WidgetTokens | None:
    """Tokens as the settings want them signed; None where they want none.

    Raises:
        UsageError: they want two things at once, or a secret that is too short.
    """
    if settings.widget_secret is not None and settings.widget_jwks:
        raise UsageError("PKQA_WIDGET_SECRET and widget_jwks are both set; choose one of them")
    keys: Keys
    if settings.widget_secret is not None:
        secret = settings.widget_secret.get_secret_value().encode()
        if len(secret) < _FEWEST_BYTES:
            raise UsageError(
                f"PKQA_WIDGET_SECRET is shorter than {_FEWEST_BYTES} bytes; make one with "
                "`openssl rand -hex 32`"
            )
        keys, algorithm = Shared(secret), "HS256"
    elif settings.widget_jwks:
        keys, algorithm = Jwks(settings.widget_jwks), "RS256"
    else:
        return None
    return WidgetTokens(keys, algorithm, settings.widget_audience, settings.widget_minutes)


def _is_time(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)  # type: ignore[arg-type]


def _no(why: str) -> Refusal:
    return Refusal("sign_in", f"the widget's token is refused: {why}")
