"""An answer that comes back from whoever it was given to."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter

from pkqa.model import Answer
from pkqa.serve.api.shapes import AnswerShape

_ANSWER: Final = TypeAdapter(Answer)


def answer_of(given: AnswerShape) -> Answer:
    """The answer whose ``to_json`` is ``given``; its hits are without text, as they were sent."""
    body = given.model_dump()
    hits = [hit | {"start": 0, "end": 0, "text": ""} for hit in body["hits"]]
    return _ANSWER.validate_python(body | {"hits": hits})
