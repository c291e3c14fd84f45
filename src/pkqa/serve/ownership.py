"""Whose Gradio session is whose: it belongs to the caller who used it first.

Gradio knows a session, with all that was said in it, by a word that the browser made up. Whoever
knows the word could read along and speak in it; here they also have to be its owner.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.types import Message, Receive, Scope

from pkqa.serve.caller import Caller
from pkqa.serve.refusal import Refusal

MOST_SESSIONS: Final = 50_000
"""Sessions remembered, the latest used; Gradio itself keeps 10 000."""

LARGEST_EVENT: Final = 256_000
"""Bytes of one event of the page: a question, a note, never a file."""

_API: Final = "/gradio_api/"
_HEARTBEAT: Final = "/gradio_api/heartbeat/"
_WORD: Final = re.compile(r"[\w-]{1,64}", re.ASCII)
# What of an event reaches Gradio. Left out: what it takes from its own clients (whole batches,
# another's token), which the page never sends.
_FIELDS: Final = {
    "/gradio_api/queue/join": ("data", "event_data", "fn_index", "trigger_id", "session_hash"),
    "/gradio_api/cancel": ("session_hash", "fn_index", "event_id"),
    "/gradio_api/reset": ("event_id",),
}


class Ownership:
    """The owners of the sessions of one server; lives in its event loop."""

    def __init__(self, most: int = MOST_SESSIONS) -> None:
        self._owners: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._most = most

    async def checked(self, scope: Scope, receive: Receive, caller: Caller) -> Receive:
        """Let a request of the page through to Gradio; gives what it reads the body from.

        Raises:
            Refusal: the session is somebody else's, or the request makes no sense.
        """
        path: str = scope["path"]
        if not path.startswith(_API):
            return receive
        if path.startswith(_HEARTBEAT):
            self._claim(path.removeprefix(_HEARTBEAT), caller)
        elif path in _FIELDS:
            event = _event(await _body(receive))
            if "session_hash" in _FIELDS[path]:
                self._claim(event.get("session_hash"), caller)
            # Written anew: what was checked is what Gradio reads, whatever its parser makes of
            # a name that stands there twice.
            body = json.dumps({name: event[name] for name in _FIELDS[path] if name in event})
            return _replayed(scope, body.encode(), receive)
        elif path == "/gradio_api/queue/data":
            words = QueryParams(scope["query_string"]).getlist("session_hash")
            self._claim(words[0] if len(words) == 1 else None, caller)
        return receive

    def _claim(self, word: object, caller: Caller) -> None:
        if not isinstance(word, str) or not _WORD.fullmatch(word):
            raise Refusal("invalid", "the request names no session; reload the page")
        claimant = (caller.way, caller.name)
        if self._owners.setdefault(word, claimant) != claimant:
            raise Refusal("forbidden", "the session is somebody else's; reload the page")
        self._owners.move_to_end(word)
        if len(self._owners) > self._most:
            self._owners.popitem(last=False)


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":  # the browser has hung up
            raise Refusal("invalid", "the request broke off")
        body += message.get("body", b"")
        if len(body) > LARGEST_EVENT:
            raise Refusal("too_long", f"the request is longer than {LARGEST_EVENT} bytes")
        if not message.get("more_body"):
            return bytes(body)


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise Refusal("invalid", "the request is no JSON object")
    return event


def _replayed(scope: Scope, body: bytes, receive: Receive) -> Receive:
    """``receive`` with another body, which the headers of ``scope`` then fit."""
    changed = {b"content-length", b"content-type", b"transfer-encoding"}
    scope["headers"] = [
        *((name, value) for name, value in scope["headers"] if name not in changed),
        (b"content-length", str(len(body)).encode()),
        (b"content-type", b"application/json"),
    ]
    first = True

    async def replay() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay
