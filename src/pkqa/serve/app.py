"""The web server: the chat page and the ways in for programs, on one address."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import resources

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp

import pkqa
from pkqa.errors import UsageError
from pkqa.serve import api, fonts, openai_api, widget
from pkqa.serve.caller import Caller
from pkqa.serve.gate import gate_of
from pkqa.serve.library import Library
from pkqa.serve.mcp_server import mcp_app
from pkqa.serve.page import create, head, sender
from pkqa.serve.service import Service
from pkqa.serve.shell import Shell

LARGEST_UPLOAD = "1kb"
"""The page takes no files; Gradio's upload address cannot be closed, only made useless."""


def application(service: Service) -> ASGIApp:
    """Everything that ``service`` answers at, as one ASGI application behind the gate.

    Raises:
        UsageError: a setting does not fit, or others could come in without signing in.
    """
    mcp = mcp_app(service)  # without a list of hosts: the gate has looked at Host and Origin

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with mcp.running():
            yield

    app = FastAPI(title="pkqa", version=pkqa.__version__, openapi_url=None, lifespan=running)
    app.include_router(openai_api.router(service))
    app.include_router(widget.router(service))
    app.include_router(fonts.router())
    app.include_router(api.router(service))  # knows what is unknown, so it comes last
    app.router.routes.append(Route("/mcp", mcp, methods=["POST"]))
    return gate_of(service.settings, with_page(app, service.desk), service.measures.refused)


def with_page(app: FastAPI, desk: Callable[[Caller], Library]) -> FastAPI:
    """``app`` with the chat page mounted at ``/``.

    Off: server-side rendering, analytics, run history, monitoring, Gradio's footer, file uploads.

    Args:
        app: whose own routes come first.
        desk: the documents as a caller may see them.
    """

    def desk_of(request: gr.Request) -> Library:
        return desk(sender(request))

    mounted: FastAPI = gr.mount_gradio_app(
        app,
        create(desk_of),
        path="/",
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        show_error=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        max_file_size=LARGEST_UPLOAD,
        favicon_path=str(resources.files("pkqa.serve") / "static" / "logo.svg"),
        theme=theme(),
        head=head(),
        app_kwargs={"middleware": [Middleware(Shell)], "openapi_url": None},
    )
    return mounted


def theme() -> gr.themes.Base:
    """A theme with the fonts of the reader's own machine; the colours are in ``page.css``."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def serve(app: ASGIApp, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve an application at ``http://host:port`` until interrupted.

    Raises ``UsageError`` where that address cannot be had. The default is the machine's own
    loopback: nobody else can reach it unless ``host`` says so. Who is at the other end is what
    the connection says, never a header: only the gate decides which proxies are believed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            f"Cannot serve at {host} port {port}: {reason}. Choose another with --host or --port."
        ) from error
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        # Longer than one who is told to come back stays away: a connection that closes just as it
        # is used again is an error to whoever uses it.
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,  # a page that is open would hold it up for ever
    )
