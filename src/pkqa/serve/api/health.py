"""``/healthz``, ``/readyz`` and ``/metrics``: how the server is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from pkqa.serve.api import examples
from pkqa.serve.api.described import gives, gives_text, refusals
from pkqa.serve.api.shapes import FaultReply, StateReply
from pkqa.serve.caller import caller_of
from pkqa.serve.refusal import Refusal
from pkqa.serve.service import Service

_NOT_READY = Refusal("unavailable", "the documents cannot be reached just now")


def add_health(router: APIRouter, service: Service) -> None:
    """Add the three routes to ``router``."""

    @router.get(
        "/healthz",
        tags=["server"],
        summary="Whether the server runs",
        responses=gives(StateReply, {"status": "alive"}, "It does."),
        openapi_extra={"security": []},
    )
    async def alive() -> Response:
        return JSONResponse({"status": "alive"})

    @router.get(
        "/readyz",
        tags=["server"],
        summary="Whether questions can be answered",
        responses=gives(StateReply, {"status": "ready"}, "The documents are open.")
        | gives(FaultReply, _NOT_READY.to_json(), "They are not.", _NOT_READY.status),
        openapi_extra={"security": []},
    )
    def ready() -> Response:
        service.ready()
        return JSONResponse({"status": "ready"})

    @router.get(
        "/metrics",
        tags=["server"],
        summary="What the server counts, for Prometheus",
        responses=gives_text("text/plain", examples.METRICS, "Prometheus' text format.")
        | refusals(),
        response_class=Response,
    )
    def metrics(request: Request) -> Response:
        if caller_of(request.scope).way == "widget":
            raise Refusal("forbidden", "the measures are not for readers of a widget")
        return Response(service.measures.text(), media_type=CONTENT_TYPE_LATEST)
