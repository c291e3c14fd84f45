"""The outermost HTML: language and direction from the first byte on, and no foreign address."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pkqa.serve.strings import STRINGS, choose

_PREVIEW = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>")
_ROOT = re.compile(rb"<html\s+lang=\"en\"")


class Shell:
    """ASGI middleware over Gradio's own pages.

    Gradio's template carries link-preview tags that name its own sites, and says ``lang="en"``
    whatever the reader speaks. Only ``text/html`` responses are touched.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; a page of HTML is held back until it is whole."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if Headers(scope=message).get("content-type", "").startswith("text/html"):
                    start = message
                    return
            elif start is not None:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = rewritten(bytes(body), scope)
                MutableHeaders(scope=start)["Content-Length"] = str(len(page))
                await send(start)
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self.app(scope, receive, rewrite)


def rewritten(page: bytes, scope: Scope) -> bytes:
    """Gradio's page without its preview tags, in the language that the request asks for."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [None])[0]
    language = choose(asked, Headers(scope=scope).get("accept-language"))
    root = f'<html lang="{language}" dir="{STRINGS[language].direction}"'
    return _ROOT.sub(root.encode(), _PREVIEW.sub(b"", page), count=1)
