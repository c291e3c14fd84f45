"""Any model of llama-index's as one that pkqa can ask."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse
from llama_index.core.llms import LLM

from pkqa.answer.awaited import Awaited
from pkqa.answer.chat import Message, Reply, Usage
from pkqa.answer.thinking import aloud
from pkqa.errors import LLMError

_LONGEST_TOKEN = 32  # characters


class LlamaIndexChat:
    """A model that llama-index speaks to: keys, temperature and retries are that model's own.

    A reply is given up after ``deadline`` seconds, or past any length that ``max_tokens`` allow.
    """

    def __init__(self, llm: LLM, deadline: float = 180.0) -> None:
        """Ask ``llm``, each time for so many seconds at the most."""
        self._llm = llm
        self._deadline = deadline

    @property
    def name(self) -> str:
        """The model's name where it has one, else that of its class."""
        named = self._llm.metadata.model_name
        return self._llm.class_name() if named in ("", "unknown") else named

    def stream(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Reply:
        """As :class:`pkqa.answer.chat.ChatModel` says."""
        asked = [ChatMessage(role=m["role"], content=m["content"]) for m in messages]
        longest = self._deadline if seconds is None else min(seconds, self._deadline)
        return Reply(lambda reply: self._told(reply, asked, max_tokens, longest))

    def complete(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> str:
        """As :class:`pkqa.answer.chat.ChatModel` says."""
        return self.stream(messages, max_tokens, seconds).text()

    def _told(
        self, reply: Reply, messages: list[ChatMessage], max_tokens: int, seconds: float
    ) -> Iterator[str]:
        responses = Awaited(lambda: self._responses(messages), time.monotonic() + seconds)

        def restart() -> None:
            reply.restarts += 1

        said, failure = False, None
        try:
            deltas = self._deltas(responses, reply, _LONGEST_TOKEN * max_tokens)
            for text in aloud(deltas, restart):
                said = said or bool(text.strip())
                yield text
        except LLMError:
            raise
        except TimeoutError:
            failure = LLMError(
                f"{self.name} was not done within the deadline of {seconds:g} s", "timeout"
            )
        except Exception as error:  # noqa: BLE001 - each model has errors of its own
            failure = LLMError(
                f"{self.name} failed ({type(error).__name__}); look at its settings and at its log",
                "broken" if said else "server",
            )
        finally:
            responses.close()
        if failure is not None:
            # Outside of its handling: another library's error may hold a key.
            raise failure
        if not said:
            raise LLMError(f"{self.name} sent an empty reply; take another model", "empty")

    def _responses(self, messages: list[ChatMessage]) -> Generator[ChatResponse, None, None]:
        yield from self._llm.stream_chat(messages)

    def _deltas(self, responses: Iterator[ChatResponse], reply: Reply, most: int) -> Iterator[str]:
        for response in responses:
            reply.usage = _usage(response.additional_kwargs) or reply.usage
            text = response.delta or ""
            most -= len(text)
            if most < 0:
                raise LLMError(f"{self.name} sent a reply without end", "endless")
            yield text


def _usage(counts: dict[str, Any]) -> Usage | None:
    match counts:
        case {"prompt_tokens": int(prompt), "completion_tokens": int(completion)}:
            return Usage(prompt, completion)
        case _:
            return None
