"""``POST /api/v1/ask`` and ``/api/v1/search``: questions, and passages for them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import JSONResponse, Response

from pkqa.answer.followup import Exchange
from pkqa.errors import PkqaError
from pkqa.model import Answer
from pkqa.serve.api import examples
from pkqa.serve.api.described import Responses, gives, refusals
from pkqa.serve.api.faults import refusal_of
from pkqa.serve.api.shapes import AnswerReply, AskBody, SearchBody, SearchReply
from pkqa.serve.api.waiting import aside, final_for
from pkqa.serve.api.wire import hit_json, shown
from pkqa.serve.caller import Caller, caller_of
from pkqa.serve.desk import Desk
from pkqa.serve.growing import each
from pkqa.serve.library import Answers
from pkqa.serve.refusal import Refusal
from pkqa.serve.service import Service
from pkqa.store.where import Where

KEEP_ALIVE = 15
"""Seconds of silence after which a stream sends a comment, so that no proxy closes it."""

_ANSWERED: Responses = gives(
    AnswerReply,
    examples.ANSWER,
    "The answer; as events `answer` while it grows and `done` at its end (or `error`) where "
    "`stream` is set or `Accept` is `text/event-stream`.",
)
_ANSWERED[200]["content"]["text/event-stream"] = {
    "schema": {"type": "string"},
    "example": examples.EVENTS,
}


def add_asking(router: APIRouter, service: Service) -> None:
    """Add both routes to ``router``."""

    @router.post(
        "/api/v1/ask",
        tags=["questions"],
        summary="Ask the documents",
        responses=_ANSWERED | refusals("unknown", "invalid", "too_long", "rate", "busy"),
        response_class=JSONResponse,
    )
    async def ask(
        body: Annotated[AskBody, Body(examples=[examples.ASK])], request: Request
    ) -> Response:
        caller = caller_of(request.scope)
        asked = _Question(service.desk(caller), caller, body)
        answers = asked.answers()
        if body.stream or "text/event-stream" in request.headers.get("accept", ""):
            return EventSourceResponse(asked.events(answers), ping=KEEP_ALIVE)
        return JSONResponse(await asked.told(await final_for(request, answers)))

    @router.post(
        "/api/v1/search",
        tags=["questions"],
        summary="Rank the passages that may answer",
        responses=gives(SearchReply, examples.SEARCH, "The passages, best first.")
        | refusals("invalid", "too_long", "rate", "busy"),
        response_class=JSONResponse,
    )
    async def search(
        body: Annotated[SearchBody, Body(examples=[{"query": "helicopters", "top_k": 5}])],
        request: Request,
    ) -> Response:
        desk = service.desk(caller_of(request.scope))
        hits = await aside(lambda: desk.search(body.query, body.top_k, conditions(body)))
        return JSONResponse({"query": body.query, "hits": [hit_json(hit) for hit in hits]})


def conditions(body: AskBody | SearchBody) -> Where | None:
    """Which documents a request wants to be heard; None: all that the caller may see."""
    where = Where(
        languages=tuple(body.languages),
        since=body.since,
        until=min(filter(None, (body.until, body.as_of)), default=None),
        groups=tuple(body.groups),
    )
    return None if where == Where() else where


class _Question:
    """One request to answer."""

    def __init__(self, desk: Desk, caller: Caller, body: AskBody) -> None:
        self._desk = desk
        self._caller = caller
        self._body = body
        self._where = conditions(body)

    def answers(self) -> Answers:
        """The answer on its way; refuses at once."""
        history = [Exchange(before.question, before.answer) for before in self._body.history]
        return self._desk.stream(
            self._body.question, history=history, as_of=self._body.as_of, where=self._where
        )

    async def told(self, answer: Answer) -> dict[str, Any]:
        """The final answer as it is sent, with its receipt where that was asked for.

        Raises:
            Refusal: ``unavailable``: other documents have taken the place of those it rests on.
        """
        answer = shown(answer, self._caller)
        body = answer.to_json()
        if not self._body.receipt:
            return body
        try:
            receipt = await aside(lambda: self._desk.receipt(answer, self._where))
        except PkqaError:
            raise Refusal(
                "unavailable", "the documents were renewed meanwhile; ask again", retry_after=1
            ) from None
        return body | {"receipt": receipt}

    async def events(self, answers: Answers) -> AsyncIterator[ServerSentEvent]:
        """The answer as it grows; an error, once it has begun, is an event like the others."""
        try:
            async with aclosing(each(answers)) as growing:
                async for answer in growing:
                    last = answer
                    yield _event("answer", shown(answer, self._caller).to_json())
            yield _event("done", await self.told(last))
        except Exception as error:  # noqa: BLE001 - the status is sent, so this is how it is told
            yield _event("error", refusal_of(error).to_json())


def _event(name: str, body: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(body, ensure_ascii=False, allow_nan=False), event=name)
