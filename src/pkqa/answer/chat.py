"""What pkqa asks of a language model, whoever serves it, and which one the settings name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pkqa.errors import UsageError
from pkqa.text.canonical import visible

if TYPE_CHECKING:
    from pkqa.settings import Settings

Message = Mapping[str, str]  # {"role": "system" | "user" | "assistant", "content": "..."}


@dataclass(frozen=True, slots=True)
class Usage:
    """What a request cost, as far as the server says."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )


class Reply(Iterator[str]):
    """The text of one reply, piece by piece as it comes. One thread reads it, once.

    Iterating raises LLMError where the reply fails; what came before it stands.

    Attributes:
        usage: of the request; known at the end, where at all.
        cut: whether the model ran into its limit of tokens; known at the end.
        restarts: how often all that had come turned out to be thinking aloud, not the reply.
    """

    def __init__(self, pieces: Callable[[Reply], Iterator[str]]) -> None:
        """``pieces`` gives the text, and sets the attributes of the reply that it is given."""
        self.usage = Usage()
        self.cut = False
        self.restarts = 0
        self._pieces = pieces(self)

    def __next__(self) -> str:
        return visible(next(self._pieces))

    def text(self) -> str:
        """All that is still to come, as one."""
        told: list[str] = []
        restarts = self.restarts
        for piece in self:
            if self.restarts != restarts:
                restarts = self.restarts
                told.clear()
            told.append(piece)
        return "".join(told)


class ChatModel(Protocol):
    """A model that goes on with a conversation. Threads may share one."""

    @property
    def name(self) -> str:
        """The model asked for, as the answer names it."""
        ...

    def stream(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Reply:
        """The reply to a conversation, as it comes.

        Args:
            messages: the conversation so far.
            max_tokens: longest reply, in the model's own tokens.
            seconds: that all tries together may take, where less than the model's own deadline.

        Raises:
            LLMError: from the reply, while it is read: there is none to be had.
        """
        ...

    def complete(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> str:
        """The whole reply, as one text; otherwise as ``stream``."""
        ...


def chat_of(settings: Settings) -> ChatModel | None:
    """The model that the ``llm_*`` settings describe; None where answers are to be quoted.

    ``answerer`` set to ``auto`` takes a model where a base URL or a key is set.

    Raises:
        UsageError: the answerer is to be ``llm``, and neither a base URL nor a key is set.
        LLMError: the base URL or the key cannot be used.
    """
    if settings.answerer == "quote":
        return None
    if not settings.llm_base_url and settings.llm_api_key is None:
        if settings.answerer == "auto":
            return None
        raise UsageError(
            "the answerer is set to llm, and no model is named: set PKQA_LLM_BASE_URL to an "
            "OpenAI-compatible endpoint or PKQA_LLM_API_KEY (or OPENAI_API_KEY) to a key of "
            "OpenAI's, or PKQA_ANSWERER to quote"
        )
    from pkqa.answer.llm import OpenAIChat

    return OpenAIChat.of(settings)
