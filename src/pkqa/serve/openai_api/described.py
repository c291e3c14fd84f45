"""How the routes of OpenAI's form are described."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from pkqa.serve.api import examples
from pkqa.serve.api.described import Responses, gives, refusals
from pkqa.serve.api.shapes import AnswerShape
from pkqa.serve.openai_api.faults import openai_shape
from pkqa.serve.openai_api.messages import MODEL
from pkqa.serve.refusal import Refusal, RefusalKind


class OpenAIFault(BaseModel):
    """Why a request got no answer."""

    message: str
    type: str
    param: str | None = None
    code: str | None


class OpenAIFaultReply(BaseModel):
    """The shape of every error under ``/v1``."""

    error: OpenAIFault


class ModelShape(BaseModel):
    """A model that can be asked for."""

    id: str
    object: str
    created: int
    owned_by: str


class ModelsReply(BaseModel):
    """All of them."""

    object: str
    data: list[ModelShape]


class CompletionReply(BaseModel):
    """OpenAI's chat completion, with the answer as every way in gives it in ``pkqa``."""

    id: str
    object: str
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    pkqa: AnswerShape


EXAMPLE: Final[dict[str, Any]] = {
    "model": MODEL,
    "messages": [{"role": "user", "content": examples.QUESTION}],
}
_TEXT: Final = f"{examples.ANSWER['answer']}\n\n- [1] Pledges made in Seoul, 2021-12-08, en"
_MODEL: Final = {"id": MODEL, "object": "model", "created": 1764000000, "owned_by": MODEL}
_COMPLETION: Final[dict[str, Any]] = {
    "id": "chatcmpl-6f1c0d5e",
    "object": "chat.completion",
    "created": 1764000000,
    "model": MODEL,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": _TEXT,
                "annotations": [
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "start_index": _TEXT.index("[1]"),
                            "end_index": _TEXT.index("[1]") + 3,
                            "url": "https://news.example.org/seoul-pledges",
                            "title": "Pledges made in Seoul",
                        },
                    }
                ],
            },
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    "pkqa": examples.ANSWER,
}


def _refusals(*kinds: RefusalKind) -> Responses:
    told = refusals(*kinds)
    for response in told.values():
        kept = response["content"]["application/json"]["example"]["error"]
        response["model"] = OpenAIFaultReply
        example = openai_shape(Refusal(kept["kind"], kept["message"]))
        response["content"] = {"application/json": {"example": example}}
    return told


CHAT: Final[Responses] = gives(
    CompletionReply,
    _COMPLETION,
    "The completion; with `stream`, OpenAI's events, of which the last piece carries `annotations` "
    "and `pkqa`.",
) | _refusals("unknown", "invalid", "too_long", "rate", "busy")
MODELS: Final[Responses] = (
    gives(ModelsReply, {"object": "list", "data": [_MODEL]}, "The models.") | _refusals()
)
ONE_MODEL: Final[Responses] = gives(ModelShape, _MODEL, "The model.") | _refusals(
    "unknown", "invalid"
)
