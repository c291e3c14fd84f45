"""What a model said in a run, written down, and said again: a run that needs no model.

A file of replies is JSON lines: the model's name, then a reply a line, filed under the hash of the
request that it answers. Requests that are the same are answered in the order of the recording.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pkqa.answer.chat import ChatModel, Message, Reply, Usage
from pkqa.errors import FaultKind, LLMError, PkqaError, UsageError

SCHEMA = "pkqa.replies/1"


class Failure(BaseModel):
    """How a reply failed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: str
    kind: FaultKind


class Said(BaseModel):
    """One reply, as far as it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: str
    pieces: tuple[tuple[int, str], ...]  # with the restarts of the reply so far
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cut: bool = False
    failure: Failure | None = None
    end: Literal["end", "left"] = "end"  # left: nobody read on


@dataclass(slots=True)
class _Heard:
    """A reply as far as it has come."""

    request: str
    reply: Reply  # the model's own
    pieces: list[tuple[int, str]] = field(default_factory=list)
    failure: Failure | None = None
    ended: bool = False


class Recorder:
    """A model whose replies are written down as they come; a :class:`pkqa.answer.chat.ChatModel`.
    One thread asks it."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self._heard: list[_Heard] = []

    @property
    def name(self) -> str:
        """The model's."""
        return self._chat.name

    def stream(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Reply:
        """The model's reply."""
        heard = _Heard(
            _request(self.name, messages, max_tokens),
            self._chat.stream(messages, max_tokens, seconds),
        )
        self._heard.append(heard)
        return Reply(lambda own: _passed_on(own, heard))

    def complete(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> str:
        """The whole reply, as one text."""
        return self.stream(messages, max_tokens, seconds).text()

    def take(self) -> tuple[Said, ...]:
        """The replies since this was last called, in the order in which they were asked for. One
        that is still being read counts as left."""
        said = tuple(_said(heard) for heard in self._heard)
        self._heard.clear()
        return said


def _passed_on(own: Reply, heard: _Heard) -> Iterator[str]:
    reply = heard.reply
    try:
        for piece in reply:
            own.restarts = reply.restarts
            heard.pieces.append((reply.restarts, piece))
            yield piece
    except LLMError as error:
        heard.failure = Failure(message=str(error), kind=error.kind)
        heard.ended = True
        raise
    own.usage, own.cut = reply.usage, reply.cut
    heard.ended = True


def _said(heard: _Heard) -> Said:
    return Said(
        request=heard.request,
        pieces=tuple(heard.pieces),
        prompt_tokens=heard.reply.usage.prompt_tokens,
        completion_tokens=heard.reply.usage.completion_tokens,
        cut=heard.reply.cut,
        failure=heard.failure,
        end="end" if heard.ended else "left",
    )


class Replayer:
    """A model that says what was recorded; a :class:`pkqa.answer.chat.ChatModel`."""

    def __init__(self, path: Path) -> None:
        """Read the replies.

        Raises:
            UsageError: the file cannot be read, or is none of replies; names the line.
        """
        self._path = path
        lines = _lines(path)
        self._name = _head(path, lines[0] if lines else "")
        self._left: dict[str, deque[Said]] = defaultdict(deque)
        for number, line in enumerate(lines[1:], 2):
            try:
                said = Said.model_validate_json(line)
            except ValidationError:
                raise UsageError(
                    f"{path}, line {number}: no recorded reply; record the run anew"
                ) from None
            self._left[said.request].append(said)

    @property
    def name(self) -> str:
        """The recorded model's."""
        return self._name

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        seconds: float | None = None,  # noqa: ARG002 - what was said takes no time
    ) -> Reply:
        """The reply that was recorded for this request.

        Raises:
            PkqaError: there is none, or none any more: the prompts are other ones now.
        """
        left = self._left[_request(self.name, messages, max_tokens)]
        if not left:
            raise PkqaError(
                f"{self._path} has no reply to a request of this run: passages, prompts or "
                "settings have changed since; record it anew with --record"
            )
        said = left.popleft()
        return Reply(lambda own: self._spoken(own, said))

    def complete(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> str:
        """The whole reply, as one text."""
        return self.stream(messages, max_tokens, seconds).text()

    def _spoken(self, own: Reply, said: Said) -> Iterator[str]:
        for restarts, piece in said.pieces:
            own.restarts = restarts
            yield piece
        own.usage, own.cut = Usage(said.prompt_tokens, said.completion_tokens), said.cut
        if said.failure is not None:
            raise LLMError(said.failure.message, said.failure.kind)
        if said.end == "left":
            raise PkqaError(
                f"{self._path} has a reply that was not read to its end; record it anew with "
                "--record"
            )


def text_of(model: str, replies: Sequence[Said]) -> str:
    """The text of a file of replies."""
    head = json.dumps({"schema": SCHEMA, "model": model}, ensure_ascii=False)
    return "".join(f"{line}\n" for line in (head, *(_line(said) for said in replies)))


def _line(said: Said) -> str:
    return json.dumps(said.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)


def _request(model: str, messages: Sequence[Message], max_tokens: int) -> str:
    told: list[Any] = [model, [dict(message) for message in messages], max_tokens]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {why}; --record writes such a file") from None


def _head(path: Path, line: str) -> str:
    try:
        head = json.loads(line)
        if head["schema"] == SCHEMA:
            return str(head["model"])
    except (ValueError, KeyError, TypeError):
        pass
    raise UsageError(f"{path}, line 1: no file of replies ({SCHEMA}); --record writes one")
