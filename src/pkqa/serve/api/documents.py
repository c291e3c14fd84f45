"""``GET /api/v1/documents/{id}`` and ``/api/v1/suggestions``: what there is to read and to ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, Response

from pkqa.serve.api import examples
from pkqa.serve.api.described import gives, refusals
from pkqa.serve.api.shapes import DocumentReply, SuggestionsReply
from pkqa.serve.api.wire import document_json
from pkqa.serve.caller import caller_of
from pkqa.serve.service import Service

MOST_SUGGESTIONS = 20


def add_documents(router: APIRouter, service: Service) -> None:
    """Add both routes to ``router``."""

    @router.get(
        "/api/v1/documents/{document_id:path}",
        tags=["documents"],
        summary="Read a document",
        responses=gives(DocumentReply, examples.DOCUMENT, "The document.")
        | refusals("unknown", "invalid"),
        response_class=JSONResponse,
    )
    def document(
        document_id: Annotated[
            str, Path(max_length=1000, openapi_examples={"one": {"value": "seoul-pledges.html"}})
        ],
        request: Request,
        start: Annotated[int | None, Query(ge=0, description="Where a stretch begins.")] = None,
        end: Annotated[int | None, Query(ge=0, description="Where it ends; not in it.")] = None,
    ) -> Response:
        found = service.desk(caller_of(request.scope)).document(document_id)
        return JSONResponse(document_json(found, start, end))

    @router.get(
        "/api/v1/suggestions",
        tags=["questions"],
        summary="Questions to start with",
        responses=gives(SuggestionsReply, examples.SUGGESTIONS, "Questions.") | refusals("invalid"),
        response_class=JSONResponse,
    )
    def suggestions(
        request: Request,
        language: Annotated[
            str, Query(pattern="^[a-z]{2,3}$", description="ISO 639 code of the reader's.")
        ] = "en",
        n: Annotated[int, Query(ge=1, le=MOST_SUGGESTIONS)] = 3,
    ) -> Response:
        desk = service.desk(caller_of(request.scope))
        return JSONResponse({"suggestions": desk.suggestions(language, n)})
