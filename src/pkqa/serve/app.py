"""The web server: the chat page on one address, and nothing that leaves the machine."""

from __future__ import annotations

import socket
from importlib import resources

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.middleware import Middleware

from pkqa.errors import UsageError
from pkqa.serve.library import Library
from pkqa.serve.page import create, static
from pkqa.serve.shell import Shell

LARGEST_UPLOAD = "1kb"
"""The page takes no files; Gradio's upload address cannot be closed, only made useless."""


def application(library: Library) -> FastAPI:
    """The chat page over ``library`` as an ASGI application, mounted at ``/``.

    Off: server-side rendering, analytics, run history, monitoring, Gradio's footer, file uploads.
    """
    app: FastAPI = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        create(library),
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
        head=f"<style>{static('page.css')}</style>",
        app_kwargs={"middleware": [Middleware(Shell)], "openapi_url": None},
    )
    return app


def theme() -> gr.themes.Base:
    """A theme with the fonts of the reader's own machine; the colours are in ``page.css``."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def serve(library: Library, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the page at ``http://host:port`` until interrupted.

    Raises ``UsageError`` where that address cannot be had. The default is the machine's own
    loopback: nobody else can reach the page unless ``host`` says so.
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
    uvicorn.run(application(library), host=host, port=port, log_level="warning")
