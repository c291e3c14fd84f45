"""A site of somebody else's on the loopback, whose pages hold the widget."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

STRICT = "default-src 'none'; script-src {server}; connect-src {server} 'self'"
"""The policy that docs/widget.md asks of a host page, and nothing more."""


class HostPages:
    """Pages by path, under one policy; ``/token`` gives what ``token`` makes.

    It goes by the name ``localhost`` where the widget's server is 127.0.0.1, on a port of its own.
    """

    def __init__(self, name: str = "localhost") -> None:
        self.policy = ""
        self.pages: dict[str, str] = {}
        self.token: Callable[[], Any] = lambda: "good"
        self.asked: list[tuple[str, str, str | None]] = []  # method, path, cookie
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append((self.command, self.path, self.headers.get("cookie")))
                if self.path == "/token":
                    token = host.token()
                    status = 401 if token is None else 200
                    return self._give(status, "application/json", json.dumps({"token": token}))
                page = host.pages.get(self.path)
                if page is None:
                    return self._give(404, "text/plain", "")
                media_type = "text/javascript" if self.path.endswith(".js") else "text/html"
                return self._give(200, f"{media_type}; charset=utf-8", page)

            do_POST = do_GET  # noqa: N815 - the name that the base class calls

            def _give(self, status: int, media_type: str, text: str) -> None:
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Set-Cookie", "host=session; HttpOnly; SameSite=Lax")
                if host.policy:
                    self.send_header("Content-Security-Policy", host.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://{name}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def holding(server: str, element: str, rest: str = "") -> str:
    """A page with the widget of ``server``, in a language of its own."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Intranet</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{server}/widget.js" defer></script></head>
<body><main id="here"><h1>Intranet</h1><p>Welcome to the host page.</p>{element}</main>
<div id="there"></div>{rest}</body></html>"""
