"""A gate with a frank application behind it, which tells who asks and all that it was sent."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from pkqa.serve.caller import Caller, caller_of
from pkqa.serve.gate import Gate, gate_of
from pkqa.serve.refusal import RefusalKind
from pkqa.settings import Settings

HERE = "http://127.0.0.1:7860"
GOOD = "https://good.example"
WIDGET_SECRET = "w" * 40
SESSION_SECRET = "s" * 40
INSIDE = "what only a caller may read"


async def frank(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as carelessly as can be: a page at ``/``, JSON elsewhere, open to every origin."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        return
    body = (await receive())["body"]
    try:
        caller: Caller | None = caller_of(scope)
    except LookupError:
        caller = None
    told = {
        "inside": INSIDE,
        "caller": caller and [caller.name, caller.groups, caller.way],
        "headers": [[name.decode(), value.decode("latin-1")] for name, value in scope["headers"]],
        "scheme": scope["scheme"],
        "body": body.decode(),
    }
    page = scope["path"] in {"/", "/embed"}
    headers = [
        (b"content-type", b"text/html; charset=utf-8" if page else b"application/json"),
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-credentials", b"true"),
        (b"cache-control", b"max-age=60"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


class Site:
    """A gate with these settings."""

    def __init__(self, **settings: Any) -> None:
        self.refused: list[RefusalKind] = []
        self.gate: Gate = gate_of(Settings(**settings), frank, self.refused.append)

    def client(self, peer: str = "127.0.0.1", address: str = HERE) -> httpx.AsyncClient:
        """Somebody at ``peer`` who calls the site by ``address``."""
        transport = httpx.ASGITransport(self.gate, client=(peer, 5000))
        return httpx.AsyncClient(transport=transport, base_url=address)

    def ask(
        self,
        path: str = "/api/v1/search",
        method: str = "GET",
        headers: dict[str, str] | list[tuple[str, str]] | None = None,
        peer: str = "127.0.0.1",
        address: str = HERE,
        **request: Any,
    ) -> httpx.Response:
        """The answer to one request."""

        async def asked() -> httpx.Response:
            async with self.client(peer, address) as client:
                return await client.request(method, path, headers=headers, **request)

        return asyncio.run(asked())

    def caller(self, *args: Any, **request: Any) -> Any:
        """Whom the application took one request to come from."""
        reply = self.ask(*args, **request)
        assert reply.status_code == 200, reply.text
        return reply.json()["caller"]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def refusal(reply: httpx.Response) -> str:
    """The kind of a refusal, which has the one shape and says nothing of what is inside."""
    body = reply.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"kind", "message"}
    assert INSIDE not in reply.text
    kind: str = body["error"]["kind"]
    return kind
