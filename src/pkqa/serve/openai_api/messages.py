"""What a chat client sends, as a question with what was asked before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pkqa.answer.followup import Exchange
from pkqa.serve.api.shapes import LONGEST_ANSWER, LONGEST_BEFORE, MOST_EXCHANGES, Printable
from pkqa.serve.refusal import Refusal

MODEL = "pkqa"


class _Sent(BaseModel):
    # Clients send many a field that has no meaning here: temperature, tools, seed, ...
    model_config = ConfigDict(extra="ignore")


class Part(_Sent):
    """A part of a message's content."""

    type: str
    text: str | None = None


class Message(_Sent):
    """One message of the conversation."""

    role: str
    content: str | list[Part] | None = None


class StreamOptions(_Sent):
    """What a stream tells besides."""

    include_usage: bool = False


class ChatBody(Printable, _Sent):
    """A conversation to be gone on with; other fields of OpenAI's are passed over."""

    model: str = Field(description=f"`{MODEL}`.")
    messages: Annotated[list[Message], Field(min_length=1)] = Field(
        description="The last message of the user is the question, earlier ones with their replies "
        "are what was asked before; others are passed over."
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def tells_usage(self) -> bool:
        """Whether a stream ends with what it cost."""
        return self.stream_options is not None and self.stream_options.include_usage


class Asking(Refusal):
    """A refusal of one field of the request."""

    def __init__(
        self, kind: Literal["invalid", "unknown"], message: str, param: str, code: str | None = None
    ) -> None:
        super().__init__(kind, message)
        self.param = param
        self.code = code


def require_model(name: str) -> None:
    """Make sure that a model is ours.

    Raises:
        Asking: it is another.
    """
    if name != MODEL:
        raise Asking(
            "unknown",
            f"there is no such model here; the one there is is named {MODEL}",
            "model",
            "model_not_found",
        )


def question_of(messages: Sequence[Message]) -> tuple[str, list[Exchange]]:
    """The question, and what was asked before, oldest first; what is older than
    ``MOST_EXCHANGES`` or longer than can matter is left out.

    Raises:
        Asking: nothing is asked, or in something else than text.
    """
    asked = [n for n, message in enumerate(messages) if message.role == "user"]
    if not asked:
        raise Asking(
            "invalid", "no message is the user's; the last one is the question", "messages"
        )
    question = _text(messages[asked[-1]], asked[-1])
    if not question.strip():
        raise Asking("invalid", "the question is empty", f"messages[{asked[-1]}].content")
    exchanges: list[Exchange] = []
    for n, message in enumerate(messages[: asked[-1]]):
        text = _text(message, n) if message.role in {"user", "assistant"} else ""
        if not text.strip():
            continue
        if message.role == "user":
            exchanges.append(Exchange(text[:LONGEST_BEFORE]))
        elif exchanges:
            before = exchanges[-1]
            answer = f"{before.answer}\n{text}".strip()[:LONGEST_ANSWER]
            exchanges[-1] = Exchange(before.question, answer)
    return question, exchanges[-MOST_EXCHANGES:]


def _text(message: Message, n: int) -> str:
    """The text of a message."""
    if not isinstance(message.content, list):
        return message.content or ""
    for m, part in enumerate(message.content):
        if part.type not in {"text", "refusal"}:
            raise Asking(
                "invalid",
                "only text is read here; leave images, sound and files out",
                f"messages[{n}].content[{m}].type",
            )
    return "\n".join(part.text or "" for part in message.content)
