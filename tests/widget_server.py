"""A server on the loopback that gives the widget and answers it as a test has it say."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace, TracebackType
from typing import Any, Self, cast

import uvicorn
from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response, StreamingResponse

from pkqa.errors import UnknownDocument
from pkqa.model import Answer
from pkqa.serve import widget
from pkqa.serve.refusal import Refusal, RefusalKind
from pkqa.serve.service import Service
from pkqa.settings import Settings
from shelf import Shelf


def serving(app: Any) -> tuple[uvicorn.Server, threading.Thread, int]:
    """``app`` on a port of the loopback, in a thread; set ``should_exit`` and join."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server stopped before it answered"
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.01)
    return server, thread, server.servers[0].sockets[0].getsockname()[1]


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: str
    token: str | None
    cookie: str | None
    referrer: str | None
    body: Any


@dataclass(frozen=True)
class Halt:
    """Before the next event, something has to happen."""

    until: threading.Event


Event = Answer | RefusalKind | Halt | None
"""What a stream says next: a growing answer, an error, a halt, or that it breaks off."""


@dataclass
class WidgetServer:
    """The REST interface over the shelf, with a script."""

    origins: Sequence[str]  # of the pages that may ask
    tokens: set[str] = field(default_factory=lambda: {"good"})
    events: dict[str, list[Event]] = field(default_factory=dict)  # by question
    refusals: dict[str, RefusalKind] = field(default_factory=dict)  # by question or document
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)  # instead of the shelf's
    asked: list[Asked] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)

    def __enter__(self) -> Self:
        self._server, self._thread, port = serving(self._app())
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join()

    def asked_at(self, path: str) -> list[Asked]:
        """What was asked at ``path``."""
        return [one for one in self.asked if one.path == path]

    def _app(self) -> FastAPI:
        cross = Middleware(
            CORSMiddleware,
            allow_origins=self.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
        app = FastAPI(openapi_url=None, middleware=[cross])
        settings = Settings(widget_origins=",".join(self.origins))
        app.include_router(widget.router(cast(Service, SimpleNamespace(settings=settings))))

        @app.exception_handler(Refusal)
        async def refused(request: Request, error: Exception) -> Response:  # noqa: ARG001
            assert isinstance(error, Refusal)
            return JSONResponse(error.to_json(), error.status, error.headers())

        @app.post("/api/v1/ask")
        async def ask(request: Request) -> Response:
            body = (await self._taken(request)).body
            self._refuse(body["question"])
            return StreamingResponse(
                self._told(body["question"]), media_type="text/event-stream; charset=utf-8"
            )

        @app.get("/api/v1/documents/{name:path}")
        async def document(request: Request, name: str) -> Response:
            await self._taken(request)
            self._refuse(name)
            if name in self.documents:
                return JSONResponse(self.documents[name])
            try:
                found = self.shelf.document(name)
            except UnknownDocument as error:
                raise Refusal("unknown", str(error)) from None
            told = ("document_id", "title", "language", "date", "publication", "text", "source")
            return JSONResponse({key: getattr(found, key) for key in told})

        @app.post("/api/v1/feedback")
        async def feedback(request: Request) -> Response:
            body = (await self._taken(request)).body
            self._refuse(body["answer"]["question"])
            return JSONResponse({"id": "1"}, 201)

        @app.get("/api/v1/suggestions")
        async def suggestions(request: Request, language: str, n: int) -> Response:
            await self._taken(request)
            return JSONResponse({"suggestions": self.shelf.suggestions(language, n)})

        return app

    async def _taken(self, request: Request) -> Asked:
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or None
        raw = await request.body()
        asked = Asked(
            request.method,
            request.url.path,
            request.url.query,
            token,
            request.headers.get("cookie"),
            request.headers.get("referer"),
            json.loads(raw) if raw else None,
        )
        self.asked.append(asked)
        if token not in self.tokens:
            raise Refusal("sign_in", "the token is no good")
        return asked

    def _refuse(self, name: str) -> None:
        if name in self.refusals:
            raise Refusal(self.refusals[name], "a message of the server's own")

    async def _told(self, question: str) -> AsyncIterator[str]:
        """The script for a question, or what the shelf knows of it; then the end."""
        yield ": the line is open\r\n\r\n"
        events = self.events.get(question) or [self.shelf.ask(question)]
        last: Answer | None = None
        for event in events:
            match event:
                case Answer():
                    last = event
                    yield _event("answer", event.to_json())
                case Halt(until):
                    await asyncio.to_thread(until.wait, 30)
                case None:
                    return
                case kind:
                    yield _event("error", Refusal(kind, "a message of the server's own").to_json())
                    return
        assert last is not None
        yield _event("done", last.to_json())


def _event(name: str, body: dict[str, Any]) -> str:
    return f"event: {name}\r\ndata: {json.dumps(body, ensure_ascii=False)}\r\n\r\n"
