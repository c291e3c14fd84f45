"""``/v1/chat/completions`` and ``/v1/models``."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Body, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import JSONResponse, Response

from pkqa.model import Citation
from pkqa.serve.api.ask import KEEP_ALIVE
from pkqa.serve.api.faults import refusal_of
from pkqa.serve.api.routes import add_unknown
from pkqa.serve.api.text import Address
from pkqa.serve.api.waiting import final_for
from pkqa.serve.api.wire import on_the_web, shown
from pkqa.serve.caller import Caller, caller_of
from pkqa.serve.growing import each
from pkqa.serve.library import Answers
from pkqa.serve.openai_api.described import CHAT, EXAMPLE, MODELS, ONE_MODEL
from pkqa.serve.openai_api.faults import TellingOpenAI, openai_shape
from pkqa.serve.openai_api.messages import MODEL, ChatBody, question_of, require_model
from pkqa.serve.openai_api.replies import Reply
from pkqa.serve.service import Service


def router(service: Service) -> APIRouter:
    """The routes under ``/v1``."""
    made = APIRouter(route_class=TellingOpenAI)
    model = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": MODEL}

    @made.post(
        "/v1/chat/completions",
        tags=["OpenAI"],
        summary="Ask as a chat client does",
        responses=CHAT,
        response_class=JSONResponse,
    )
    async def chat(
        body: Annotated[ChatBody, Body(examples=[EXAMPLE])], request: Request
    ) -> Response:
        require_model(body.model)
        question, history = question_of(body.messages)
        caller = caller_of(request.scope)
        answers = service.desk(caller).stream(question, history=history)
        reply = Reply(addresses(request))
        if body.stream:
            events = _events(reply, answers, caller, body.tells_usage)
            return EventSourceResponse(events, ping=KEEP_ALIVE, sep="\n")
        answer = shown(await final_for(request, answers), caller)
        reply.grow(answer)
        reply.end()
        return JSONResponse(reply.completion(answer))

    @made.get(
        "/v1/models",
        tags=["OpenAI"],
        summary="The one model",
        responses=MODELS,
        response_class=JSONResponse,
    )
    async def models() -> Response:
        return JSONResponse({"object": "list", "data": [model]})

    @made.get(
        "/v1/models/{name:path}",
        tags=["OpenAI"],
        summary="The one model, by its name",
        responses=ONE_MODEL,
        response_class=JSONResponse,
    )
    async def one_model(name: str) -> Response:
        require_model(name)
        return JSONResponse(model)

    add_unknown(made, "/v1/{rest:path}")
    return made


def addresses(request: Request) -> Address:
    """Where a reader finds what is cited: on the web, else in the page of this server, by the
    address that it was reached by."""
    page = str(request.base_url)

    def address(cited: Citation) -> str:
        place = {"document": cited.document_id, "start": cited.start, "end": cited.end}
        return on_the_web(cited) or f"{page}?{urlencode(place)}"

    return address


async def _events(
    reply: Reply, answers: Answers, caller: Caller, tells_usage: bool
) -> AsyncIterator[ServerSentEvent]:
    """The reply in pieces: confirmed sentences as they are confirmed, the references, and last the
    annotations with the answer as every other way in gives it."""
    try:
        yield _event(reply.piece(role="assistant", content=""))
        async with aclosing(each(answers)) as growing:
            async for one in growing:
                answer = shown(one, caller)
                if added := reply.grow(answer):
                    yield _event(reply.piece(content=added))
        if added := reply.end():
            yield _event(reply.piece(content=added))
        last = reply.piece("stop", annotations=reply.annotations())
        yield _event(last | {"pkqa": answer.to_json()})
        if tells_usage:
            yield _event(reply.cost(answer))
        yield ServerSentEvent("[DONE]")
    except Exception as error:  # noqa: BLE001 - the status is sent, so this is how it is told
        yield _event(openai_shape(refusal_of(error)))


def _event(told: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(told, ensure_ascii=False, allow_nan=False))
