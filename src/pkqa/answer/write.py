"""The answerer that writes: what a model says of the passages, sentence by confirmed sentence.

The reply is taken apart as it comes, each sentence is checked once it is whole, and the answer
grows by those that passed. What failed is withheld and counted. One deadline holds for all of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from pkqa.answer.chat import ChatModel, Message, Usage
from pkqa.answer.draft import Draft
from pkqa.answer.judge import judged
from pkqa.answer.missing import of_the_question
from pkqa.answer.passages import Passage
from pkqa.answer.phrases import cut_short, until_then
from pkqa.answer.prompt import Prompt, insisting, packed, room
from pkqa.answer.translate import translated
from pkqa.answer.verify import Verified
from pkqa.answer.written import Writing, Written
from pkqa.errors import FaultKind, LLMError
from pkqa.model import Answer, Citation
from pkqa.text.languages import written_in
from pkqa.text.sentences import sentences

if TYPE_CHECKING:
    from pkqa.settings import Settings


class Checks(Protocol):
    """What :class:`pkqa.answer.verify.Checker` does."""

    def check(self, sentence: str, question: str = "") -> Verified:
        """Check one sentence, markers included, as the model wrote it."""
        ...


Checking = Callable[[Sequence[Passage]], Checks]  # the checker for a prompt of these passages


@dataclass(slots=True)
class _Told:
    """One reply, as far as it came."""

    draft: Draft
    writing: Writing
    cut: bool = False  # by its limit of tokens
    fault: FaultKind | None = None

    def answer(self) -> Answer:
        """The answer that it comes to, now that no more will come."""
        draft, writing = self.draft, self.writing
        notes = []
        if self.fault is not None:
            notes.append(until_then(self.fault, draft.language))
        elif self.cut:
            notes.append(cut_short(draft.language))
        return draft.answer(
            partial=writing.partly or writing.nothing,
            missing=of_the_question(writing.missing, draft.question, draft.language),
            notes=notes if draft.confirmed else (),
        )


@dataclass(slots=True)
class _Asked:
    """One question while it is being answered."""

    question: str
    language: str
    checking: Checking
    end: float  # of the monotonic clock
    usage: Usage = field(default_factory=Usage)

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return max(0.0, self.end - time.monotonic())


class Writer:
    """Answers with a model's sentences. Threads may share one."""

    def __init__(
        self,
        chat: ChatModel,
        *,
        context_tokens: int = 8192,
        reply_tokens: int = 800,
        deadline: float = 180.0,
        judge: bool = False,
    ) -> None:
        """Write with ``chat``.

        Args:
            chat: the model.
            context_tokens: that its window holds, prompt and reply together.
            reply_tokens: longest reply.
            deadline: seconds for one answer, with its tries, checks and translations.
            judge: whether the model is asked again about each sentence that passed the check.
        """
        self._chat = chat
        self._context_tokens = context_tokens
        self._reply_tokens = reply_tokens
        self._deadline = deadline
        self._judge = judge

    @classmethod
    def of(cls, chat: ChatModel, settings: Settings) -> Writer:
        """The writer that the ``llm_*`` settings describe."""
        return cls(
            chat,
            context_tokens=settings.llm_context_tokens,
            reply_tokens=settings.llm_reply_tokens,
            deadline=settings.llm_deadline,
            judge=settings.llm_judge,
        )

    def answers(
        self, question: str, language: str, passages: Sequence[Passage], checking: Checking
    ) -> Iterator[Answer]:
        """The answer as it grows: each a whole one, the last one final. None has hits yet.

        Args:
            question: to be answered, standing alone.
            language: that the answer is to be in.
            passages: best first; as many are sent as the model's window holds.
            checking: gives the checker for those.

        Raises:
            LLMError: the model failed before a sentence of its was confirmed.
        """
        if not passages:
            yield Draft(question, language, self._chat.name, passages).answer()
            return
        asked = _Asked(question, language, checking, time.monotonic() + self._deadline)
        tokens = room(question, language, self._context_tokens, self._reply_tokens)
        prompt = packed(question, language, passages, tokens)
        try:
            told = yield from self._told(asked, prompt, prompt.messages)
        except LLMError as error:
            smaller = packed(question, language, prompt.passages, prompt.tokens // 2)
            if error.kind != "too_long" or len(smaller.passages) == len(prompt.passages):
                raise
            prompt = smaller
            told = yield from self._told(asked, prompt, prompt.messages)
        told = yield from self._in_language(asked, prompt, told)
        answer = replace(told.answer(), usage=_counted(asked.usage))
        yield answer
        if any(citation.language != language for citation in answer.citations):
            citations, usage = translated(
                answer.citations,
                language,
                self._chat,
                lambda text, citation: _says(asked, told.draft, text, citation),
                asked.left,
            )
            asked.usage += usage
            yield replace(answer, citations=citations, usage=_counted(asked.usage))

    def _told(
        self, asked: _Asked, prompt: Prompt, messages: Sequence[Message]
    ) -> Generator[Answer, None, _Told]:
        """One reply, read to its end; the answer each time that it grew.

        Raises:
            LLMError: it failed before a sentence was confirmed.
        """
        checker = asked.checking(prompt.passages)
        reply = self._chat.stream(messages, self._reply_tokens, asked.left)
        told = self._begun(asked, prompt)
        restarts, failure = 0, None
        try:
            for piece in reply:
                if reply.restarts != restarts:  # what came was not meant for the reader
                    restarts = reply.restarts
                    told = self._begun(asked, prompt)
                for written in told.writing.add(piece):
                    if self._taken(asked, told.draft, checker, written):
                        yield told.draft.answer()
        except LLMError as error:
            failure, told.fault = error, error.kind
        told.cut = reply.cut
        asked.usage += reply.usage
        for written in told.writing.end(cut=told.cut or failure is not None):
            self._taken(asked, told.draft, checker, written)
        if failure is not None and not told.draft.confirmed:
            raise failure
        return told

    def _begun(self, asked: _Asked, prompt: Prompt) -> _Told:
        draft = Draft(asked.question, asked.language, self._chat.name, prompt.passages)
        return _Told(draft, Writing(asked.language))

    def _taken(self, asked: _Asked, draft: Draft, checker: Checks, written: Written) -> bool:
        """Check a sentence and take it into the draft; whether more is shown now."""
        found = checker.check(written.text, asked.question)
        if self._judge:
            found, usage = judged(found, self._chat, asked.left)
            asked.usage += usage
        return draft.add(found, opens=written.opens)

    def _in_language(
        self, asked: _Asked, prompt: Prompt, told: _Told
    ) -> Generator[Answer, None, _Told]:
        """The reply itself, or a second one where the first is in another language."""
        wrote = written_in(told.draft.wrote, asked.language)
        if wrote == asked.language or told.fault is not None or asked.left <= 0:
            return told
        try:
            again = yield from self._told(asked, prompt, insisting(prompt, asked.language, wrote))
        except LLMError:
            return told
        return again if again.draft.confirmed or not told.draft.confirmed else told


def _says(asked: _Asked, draft: Draft, translation: str, citation: Citation) -> bool:
    """Whether a translation says, sentence by sentence, what is quoted."""
    passage = draft.passage(citation.marker)
    checker = asked.checking([passage])
    for start, end in sentences(translation, asked.language):
        found = checker.check(f"{translation[start:end]} [{passage.marker}]")
        if found.checked.verdict != "confirmed" or not any(
            support.start < citation.end and citation.start < support.end
            for support in found.support
        ):
            return False
    return True


def _counted(usage: Usage) -> dict[str, int]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
    }
