"""Answers in OpenAI's form: a completion, or the pieces of one."""

from __future__ import annotations

import time
import uuid
from typing import Any

from pkqa.model import Answer
from pkqa.serve.api.text import Address, Marked, behind, body
from pkqa.serve.openai_api.messages import MODEL

ANEW = "\n\n* * *\n\n"
"""Between what was sent already and an answer that does not go on from there."""


class Reply:
    """One answer as it is written out; what was sent is never taken back.

    A growing answer goes on from what it was, but for a model that begins anew: in the language of
    the question, say, or because what came was its thinking. Then what was sent, every sentence of
    which was confirmed, gets its own references; a rule follows, and the new answer whole.
    """

    def __init__(self, address: Address) -> None:
        """``address`` tells where a reader finds what is cited."""
        self.id = f"chatcmpl-{uuid.uuid4().hex}"
        self.text = ""
        self._address = address
        self._created = int(time.time())
        self._begin = 0  # where the answer that grows begins in the text
        self._last: Answer | None = None
        self._closed: list[dict[str, Any]] = []  # annotations of what stands before

    def grow(self, answer: Answer) -> str:
        """Take in the answer as it is now; gives the text that this adds."""
        sent = len(self.text)
        told = body(answer)
        if self._last is not None and not told.text.startswith(self.text[self._begin :]):
            self._closed = self.annotations()
            self.text += behind(self._last, self._address) + ANEW
            self._begin = len(self.text)
        self.text = self.text[: self._begin] + told.text
        self._last = answer
        return self.text[sent:]

    def end(self) -> str:
        """The text that comes at the very end; the answer is whole."""
        added = "" if self._last is None else behind(self._last, self._address)
        self.text += added
        return added

    def annotations(self) -> list[dict[str, Any]]:
        """The markers of the text as OpenAI tells citations."""
        if self._last is None:
            return []
        return self._closed + [self._annotation(one) for one in body(self._last).markers]

    def completion(self, answer: Answer) -> dict[str, Any]:
        """The reply in one piece; the text is whole."""
        message = {
            "role": "assistant",
            "content": self.text,
            "refusal": None,
            "annotations": self.annotations(),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return self._object("chat.completion", [choice]) | {
            "usage": usage(answer),
            "pkqa": answer.to_json(),
        }

    def piece(self, finish: str | None = None, **delta: Any) -> dict[str, Any]:
        """One piece of a stream."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return self._object("chat.completion.chunk", [choice])

    def cost(self, answer: Answer) -> dict[str, Any]:
        """The piece that tells what the answer cost."""
        return self._object("chat.completion.chunk", []) | {"usage": usage(answer)}

    def _annotation(self, marked: Marked) -> dict[str, Any]:
        return {
            "type": "url_citation",
            "url_citation": {
                "start_index": self._begin + marked.start,
                "end_index": self._begin + marked.end,
                "url": self._address(marked.citation),
                "title": marked.citation.title,
            },
        }

    def _object(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self._created,
            "model": MODEL,
            "choices": choices,
        }


def usage(answer: Answer) -> dict[str, int]:
    """What the answer cost, in tokens of the model behind it."""
    prompt = answer.usage.get("prompt_tokens", 0)
    completion = answer.usage.get("completion_tokens", 0)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
