"""A host page on another origin: it signs a token for its reader and holds the widget.

export PKQA_WIDGET_SECRET=$(python -c "import secrets; print(secrets.token_urlsafe(32))")
PKQA_WIDGET_ORIGINS=http://localhost:8000 pkqa serve &
python docs/widget-demo/host.py        # then open http://localhost:8000
"""

from __future__ import annotations

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt

PORT = int(os.environ.get("PORT", "8000"))
PKQA = os.environ.get("PKQA", "http://127.0.0.1:7860")
SECRET = os.environ.get("PKQA_WIDGET_SECRET", "")
# The widget needs the first two, and 'self' for its token; the page's own style needs the last.
POLICY = f"default-src 'none'; script-src {PKQA}; connect-src {PKQA} 'self'; style-src 'self'"
FOLDER = Path(__file__).parent
FILES = {"/": ("host.html", "text/html"), "/host.css": ("host.css", "text/css")}


def token() -> str:
    """A token for whoever is signed in here: a real host page asks its own session who that is."""
    now = int(time.time())
    claims = {"sub": "demo", "groups": [], "aud": "pkqa", "iat": now, "exp": now + 300}
    return jwt.encode(claims, SECRET, algorithm="HS256")


class Host(BaseHTTPRequestHandler):
    """The page, its style, and the token."""

    def do_GET(self) -> None:
        """Answer one request."""
        if self.path == "/token":
            self.give(200, "application/json", json.dumps({"token": token()}))
        elif self.path in FILES:
            name, media_type = FILES[self.path]
            text = (FOLDER / name).read_text("utf-8").replace("{pkqa}", PKQA)
            self.give(200, f"{media_type}; charset=utf-8", text)
        else:
            self.give(404, "text/plain", "not here")

    def give(self, status: int, media_type: str, text: str) -> None:
        """Send ``text`` under the page's policy."""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    if not SECRET:
        sys.exit("set PKQA_WIDGET_SECRET to the secret that pkqa serve has")
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Host)  # it can be reached from here on
    print(f"http://localhost:{PORT} holds the widget of {PKQA}", flush=True)  # noqa: T201
    server.serve_forever()
