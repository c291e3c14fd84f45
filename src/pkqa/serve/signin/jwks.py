"""Public keys (JWKS) that somebody else keeps, in a file or at an address."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from pkqa.errors import UsageError
from pkqa.serve.origins import is_loopback
from pkqa.serve.refusal import Refusal

FRESH: Final = 600.0
"""Seconds after which the keys are read again."""

STALE: Final = 3600.0
"""Seconds after which keys that could not be read again are good no more."""

PAUSE: Final = 30.0
"""Seconds between two readings at least, whatever keys are asked for."""

_TIMEOUT: Final = 5.0

log = logging.getLogger(__name__)


class Jwks:
    """The RSA keys of one place, kept for a while; lives in one event loop."""

    def __init__(self, place: str, fresh: float = FRESH, pause: float = PAUSE) -> None:
        """Keys from ``place``: a file, which is read now, or an address, which is not.

        Raises:
            UsageError: the file holds no keys, or the address is not https.
        """
        self._fresh, self._pause = fresh, pause
        self._place = place
        self._keys: dict[str, RSAPublicKey] = {}
        self._read_at = self._tried_at = -STALE
        self._one = asyncio.Lock()
        parts = urlsplit(place)
        self._remote = parts.scheme in {"http", "https"}
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise UsageError(f"the keys at {place} would come over http; give an https address")
        if not self._remote:
            try:
                self._keys = rsa_keys(Path(place).read_bytes())
            except (OSError, ValueError) as error:
                raise UsageError(f"{place} holds no public keys (JWKS): {error}") from None
            self._read_at = time.monotonic()

    async def key(self, kid: str | None) -> RSAPublicKey | None:
        """The key of that id, or the only one where a token names none.

        Raises:
            Refusal: ``unavailable``: the keys cannot be had.
        """
        if time.monotonic() - self._read_at >= self._fresh:
            await self._renew()
        found = self._named(kid)
        if found is None:  # they may have been changed for new ones
            await self._renew()
            found = self._named(kid)
        if time.monotonic() - self._read_at >= STALE:
            raise Refusal(
                "unavailable", "the keys for widget tokens cannot be had at the moment", self._pause
            )
        return found

    def _named(self, kid: str | None) -> RSAPublicKey | None:
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    async def _renew(self) -> None:
        async with self._one:
            if time.monotonic() - self._tried_at < self._pause:
                return
            self._tried_at = time.monotonic()
            try:
                self._keys = rsa_keys(await self._read())
            except (OSError, ValueError, httpx.HTTPError) as error:
                log.warning("the keys of %s cannot be read: %s", self._place, error)
                return
            self._read_at = time.monotonic()

    async def _read(self) -> bytes:
        if not self._remote:
            return Path(self._place).read_bytes()
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            reply = await client.get(self._place)
            return reply.raise_for_status().content


def rsa_keys(body: bytes) -> dict[str, RSAPublicKey]:
    """The RSA keys for signatures in a JWKS, by their ids; raises ``ValueError``."""
    try:
        written = json.loads(body)["keys"]
        keys = {str(key.get("kid", "")): _rsa_key(key) for key in written if _signs(key)}
    except (KeyError, TypeError, AttributeError, RecursionError, PyJWTError):
        raise ValueError("it is no set of keys") from None
    if not keys:
        raise ValueError("it has no RSA key for signatures")
    return keys


def _signs(key: dict[str, Any]) -> bool:
    return (
        key["kty"] == "RSA"
        and key.get("use", "sig") == "sig"
        and key.get("alg", "RS256") == "RS256"
        and "d" not in key  # a private key, which has no business there
    )


def _rsa_key(key: dict[str, Any]) -> RSAPublicKey:
    return cast(RSAPublicKey, PyJWK(key, "RS256").key)
