"""``/widget.js`` for other sites' pages, and ``/embed`` for those that can only frame one."""

from __future__ import annotations

from hashlib import sha256
from string import Template
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from pkqa.serve.markup import quoted
from pkqa.serve.origins import read_origins
from pkqa.serve.service import Service
from pkqa.serve.strings import STRINGS, choose
from pkqa.serve.widget.script import script, static

KEPT_FOR: Final = 300
"""Seconds that a browser may keep a file before it asks whether there is another."""


def router(service: Service) -> APIRouter:
    """The script, and the page to frame with its own script and style.

    All of it is in the package, but for the origins that may frame the page: it needs no caller.

    Raises:
        UsageError: the setting ``widget_origins`` names what is no origin.
    """
    routes = APIRouter()
    origins = read_origins("widget_origins", service.settings.widget_origins)
    page = Template(static("embed.html"))
    files = {
        "widget.js": (script(), "text/javascript"),
        "embed.js": (static("embed.js"), "text/javascript"),
        "embed.css": (static("embed.css"), "text/css"),
    }
    for name, (text, media_type) in files.items():
        _add(routes, name, text.encode(), media_type)

    @routes.get("/embed", include_in_schema=False)
    async def embed(request: Request) -> Response:
        language = choose(request.query_params.get("lang"), request.headers.get("accept-language"))
        strings = STRINGS[language]
        html = page.substitute(
            language=language,
            direction=strings.direction,
            title=quoted(strings.welcome),
            origins=quoted(" ".join(sorted(origins))),
        )
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
        return Response(html, media_type="text/html", headers=headers)

    return routes


def _add(routes: APIRouter, name: str, content: bytes, media_type: str) -> None:
    tag = sha256(content).hexdigest()[:32]
    headers = {"Cache-Control": f"public, max-age={KEPT_FOR}", "ETag": f'"{tag}"'}

    @routes.get(f"/{name}", include_in_schema=False, name=name)
    async def file(request: Request) -> Response:
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=media_type, headers=headers)
