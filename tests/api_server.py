"""The ways in for programs over the loopback, as whoever a request's headers say: the gate is
tested elsewhere."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from loopback import settings_for
from openai_server import OpenAIServer
from pkqa.corpus import Corpus
from pkqa.indexing import ingest
from pkqa.serve import api, openai_api
from pkqa.serve.caller import LOCAL, Caller, recognise
from pkqa.serve.mcp_server import mcp_app
from pkqa.serve.service import Service

QUESTION = "How many helicopters were pledged in Seoul?"
HELICOPTERS = "Korea itself will give 16 helicopters to partner countries"
TRAINING = "45 countries promising courses"

# One document for everyone, and one for the group ``staff``.
OPEN = "The ferry to Ostrava carries ninety passengers in winter."
SECRET = "The ferry to Ostrava carries four hundred soldiers at night."
FERRY = "How many does the ferry to Ostrava carry?"

SURE = {"X-Caller": "key reader", "X-Groups": "*"}
STAFF = {"X-Caller": "key staff", "X-Groups": "staff"}
GUEST = {"X-Caller": "key guest"}


def ingest_ferries(server: OpenAIServer, index: Path, folder: Path) -> None:
    """Put the two documents into ``index``."""
    told = [
        {"_id": "timetable", "title": "Timetable", "text": OPEN},
        {"_id": "movements", "title": "Movements", "text": SECRET, "groups": ["staff"]},
    ]
    file = folder / "ferries.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in told))
    assert ingest([file], settings_for(server, index)).rejected == []


@contextmanager
def service_over(
    server: OpenAIServer, index: Path, folder: Path, **values: Any
) -> Iterator[Service]:
    """A service that quotes; what it keeps goes to ``folder``."""
    values = {"answerer": "quote", "feedback_file": folder / "feedback.jsonl"} | values
    settings = settings_for(server, index, **values)
    with Corpus(settings) as corpus:
        service = Service(corpus, settings)
        yield service
        service.close()


def written_by(server: OpenAIServer) -> dict[str, Any]:
    """Settings by which the server's chat model writes the answers."""
    return {"answerer": "llm", "llm_base_url": server.url, "llm_model": server.model}


def two_sentences(messages: list[dict[str, str]]) -> str:
    """What a model that copies would answer to ``QUESTION``."""
    return " ".join(f"{sentence} {marker}" for sentence, marker in _copied(messages))


def _copied(messages: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    prompt = messages[-1]["content"]
    for words in (HELICOPTERS, TRAINING):
        at = prompt.index(words)
        marker = re.findall(r"\[\d+\]", prompt[:at])[-1]
        begin = max(prompt.rfind(". ", 0, at) + 2, prompt.rfind("\n", 0, at) + 1)
        yield prompt[begin : prompt.index(".", at) + 1], marker


class Recognising:
    """Believes ``X-Caller: way name`` and ``X-Groups: one,two``; without them it is the local
    user, with groups ``*`` somebody who sees everything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            caller = LOCAL
            if "x-caller" in headers:
                way, _, name = headers["x-caller"].partition(" ")
                groups = tuple(filter(None, headers.get("x-groups", "").split(",")))
                caller = Caller(name, None if groups == ("*",) else groups, way)  # type: ignore[arg-type]
            recognise(scope, caller)
        await self._app(scope, receive, send)


def application(service: Service) -> ASGIApp:
    """Every way in for programs."""
    mcp = mcp_app(service, ["127.0.0.1", "localhost"])

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with mcp.running():
            yield

    app = FastAPI(openapi_url=None, lifespan=running)
    app.include_router(api.router(service))
    app.include_router(openai_api.router(service))
    app.router.routes.append(Route("/mcp", mcp))
    return Recognising(app)


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """The address of a server over ``service``, which runs inside the ``with`` block."""
    config = uvicorn.Config(application(service), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def until(happened: Callable[[], object]) -> None:
    """Wait for something that other threads bring about."""
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
