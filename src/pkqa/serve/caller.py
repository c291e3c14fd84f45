"""Who asks, as every part of the server knows them."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Way = Literal["local", "oidc", "proxy", "key", "widget"]
"""How a caller was recognised: not at all (loopback), signed in, vouched for, by key or token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One person or program, and what they may see."""

    name: str  # as the audit log writes it
    groups: tuple[str, ...] | None  # None: every document, whatever its groups
    way: Way


LOCAL: Final = Caller("local", None, "local")
"""Whoever reaches a loopback address where no sign-in is set: the machine's own user."""

_KEY = "pkqa.caller"


def recognise(scope: MutableMapping[str, Any], caller: Caller) -> None:
    """Write down who sent the request of this ASGI scope."""
    scope.setdefault("state", {})[_KEY] = caller


def caller_of(scope: MutableMapping[str, Any]) -> Caller:
    """Who sent the request of this ASGI scope.

    Raises:
        LookupError: nobody was recognised: the request did not come through the gate, and must
            not be answered.
    """
    caller: Caller | None = scope.get("state", {}).get(_KEY)
    if caller is None:
        raise LookupError("a request reached a route without passing the gate")
    return caller
