"""``/api/v1/feedback``: what readers think of answers, taken and given out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from pkqa.model import Answer
from pkqa.receipt.writing import documents_in
from pkqa.serve.api import examples
from pkqa.serve.api.described import gives, gives_text, refusals
from pkqa.serve.api.given import answer_of
from pkqa.serve.api.shapes import AnswerShape, FeedbackBody, FeedbackReply
from pkqa.serve.caller import Caller, caller_of
from pkqa.serve.desk import Desk
from pkqa.serve.refusal import Refusal
from pkqa.serve.service import Service

LINES = "application/jsonl"
_COUNTS = ("documents", "chunks")


def add_feedback(router: APIRouter, service: Service) -> None:
    """Add both routes to ``router``."""

    @router.post(
        "/api/v1/feedback",
        tags=["feedback"],
        summary="Say what you think of an answer",
        status_code=201,
        responses=gives(FeedbackReply, {"id": "6f1c0d5e"}, "It is kept.", 201)
        | refusals("invalid", "too_long", "rate"),
        response_class=JSONResponse,
    )
    def rate(
        body: Annotated[FeedbackBody, Body(examples=[examples.FEEDBACK])], request: Request
    ) -> Response:
        desk = service.desk(caller_of(request.scope))
        answer = answer_of(body.answer)
        require_true(answer, desk)
        return JSONResponse({"id": desk.rate(answer, body.rating, body.note)}, 201)

    @router.get(
        "/api/v1/feedback",
        tags=["feedback"],
        summary="Read what was said of answers",
        responses=gives_text(LINES, examples.RECORDS, "A `pkqa.feedback/1` a line, oldest first.")
        | refusals(),
        response_class=Response,
    )
    def export(request: Request) -> Response:
        caller = caller_of(request.scope)
        if not reads_feedback(caller, service.settings.feedback_readers):
            raise Refusal("forbidden", "feedback is read by the groups of feedback_readers alone")
        return StreamingResponse(_lines(service, caller), media_type=LINES)


def reads_feedback(caller: Caller, readers: str) -> bool:
    """Whether ``caller`` is in one of the groups named in ``readers``, or sees everything."""
    named = {name.strip() for name in readers.split(",") if name.strip()}
    return caller.groups is None or not named.isdisjoint(caller.groups)


def require_true(answer: Answer, desk: Desk) -> None:
    """Make sure that an answer that came back quotes what the caller can read.

    Raises:
        Refusal: ``invalid``: a citation does not.
    """
    for cited in answer.citations:
        document = desk.found(cited.document_id)
        text = "" if document is None else document.text
        inside = 0 <= cited.start < cited.end <= len(text)
        if not inside or text[cited.start : cited.end] != cited.quote:
            raise Refusal(
                "invalid",
                f"citation {cited.marker} is not what its document says there; send the answer as "
                "it was given, or ask again",
            )


def _lines(service: Service, caller: Caller) -> Iterator[str]:
    """The records of which the caller may see every document, a line each. How many documents
    there are in all is told only to who sees them all."""
    desk = service.desk(caller)

    @cache
    def readable(document_id: str) -> bool:
        return desk.found(document_id) is not None

    for record in service.feedback.records():
        if caller.groups is not None:
            if not all(map(readable, _documents(record))):
                continue
            for count in _COUNTS:
                record["snapshot"].pop(count, None)
            # What a model wrote and nobody confirmed may come of passages that the answer does
            # not name.
            record["answer"] |= {"withheld": [], "checked": []}
        yield json.dumps(record, ensure_ascii=False) + "\n"


def _documents(record: dict[str, Any]) -> frozenset[str]:
    return documents_in(answer_of(AnswerShape.model_validate(record["answer"])))
