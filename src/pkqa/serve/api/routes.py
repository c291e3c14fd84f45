"""Every route of the REST interface, in one router."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from pkqa.serve.api.ask import add_asking
from pkqa.serve.api.described import gives_text, openapi
from pkqa.serve.api.documents import add_documents
from pkqa.serve.api.faults import Telling
from pkqa.serve.api.health import add_health
from pkqa.serve.api.opinions import add_feedback
from pkqa.serve.service import Service

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def router(service: Service) -> APIRouter:
    """The routes under ``/api/v1``, and those that tell how the server is.

    What else is asked for under ``/api`` is told to be unknown, so include this router after any
    other with routes there.
    """
    made = APIRouter(route_class=Telling)
    add_asking(made, service)
    add_documents(made, service)
    add_feedback(made, service)
    add_health(made, service)
    description: dict[str, Any] = {}

    @made.get(
        "/api/v1/openapi.json",
        tags=["server"],
        summary="This description",
        responses=gives_text("application/json", "{}", "OpenAPI."),
        response_class=JSONResponse,
    )
    async def described(request: Request) -> Response:
        if not description:
            description.update(openapi(request.app.routes))
        return JSONResponse(description)

    for path in ("/healthz", "/readyz", "/metrics", "/api/{rest:path}"):
        add_unknown(made, path)
    return made


def add_unknown(router: APIRouter, path: str) -> None:
    """Add what answers at ``path`` where ``router`` has no route for it, or not by that method, so
    that it does not fall through to the page."""

    @router.api_route(path, methods=METHODS, include_in_schema=False)
    async def unknown(request: Request) -> Response:
        allowed: set[str] = set()
        for route in router.routes:
            if route.matches(request.scope)[0] is Match.PARTIAL:
                allowed |= set(getattr(route, "methods", None) or ())
        if allowed:
            raise HTTPException(
                405,
                f"{request.method} is not for this address; use {' or '.join(sorted(allowed))}",
                {"Allow": ", ".join(sorted(allowed))},
            )
        raise HTTPException(
            404, "there is no such address; /api/v1/openapi.json has those there are"
        )
