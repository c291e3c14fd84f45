"""A judge's opinion of one answer: the majority of three tries, each in other words.

Models that judge depend on the words in which they are asked (Zheng et al. 2023, "Judging
LLM-as-a-Judge with MT-Bench and Chatbot Arena"), hence several tries. One that fails, or that says
neither right nor wrong, is counted and has no vote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pkqa.answer.chat import ChatModel, Message
from pkqa.errors import LLMError
from pkqa.evals.gold.record import Record
from pkqa.evals.judging.asking import verdict, wordings
from pkqa.evals.judging.kept import KeptReplies

TRIES = 3
_AGREEING = 2  # tries that make an opinion

# A word is asked for; a model that thinks aloud needs room before it comes to it.
_REPLY_TOKENS = 1024
# After so many answers in a row on which every try failed, the next ones would fail as well.
_GIVE_UP_AFTER = 3


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the tries came to.

    Attributes:
        right: the opinion; None where no two tries that voted agree.
        unclear: tries that said neither right nor wrong.
        failed: tries that came to no reply.
    """

    right: bool | None
    unclear: int = 0
    failed: int = 0


class Judge:
    """A model that is asked about answers; used by the thread that made it.

    Attributes:
        asked: tries that went to the model.
        reused: tries whose reply was kept from an earlier time.
        gave_up: why nothing is asked any more; empty while it is.
    """

    def __init__(self, chat: ChatModel, cache: Path) -> None:
        """
        Args:
            chat: the model.
            cache: the cache folder, in which replies are kept.

        Raises:
            PkqaError: the file of replies cannot be used.
        """
        self._chat = chat
        self._kept = KeptReplies(cache)
        self._failing = 0  # answers in a row on which every try failed
        self.asked = 0
        self.reused = 0
        self.gave_up = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kept.close()

    def opinion(self, record: Record, answer: str) -> Opinion:
        """What the model thinks of an answer to a gold question.

        Raises:
            PkqaError: the file of replies cannot be used.
        """
        votes: list[bool] = []
        unclear, faults = 0, []
        for messages in wordings(record, answer):
            try:
                reply = self._reply(messages)
            except LLMError as fault:
                faults.append(fault)
                continue
            if reply is None:
                continue
            vote = verdict(reply)
            if vote is None:
                unclear += 1
            else:
                votes.append(vote)
        self._failing = self._failing + 1 if len(faults) == TRIES else 0
        if self._failing == _GIVE_UP_AFTER:
            self.gave_up = str(faults[-1])
        agreed = [said for said in (True, False) if votes.count(said) >= _AGREEING]
        return Opinion(agreed[0] if agreed else None, unclear, len(faults))

    def _reply(self, messages: Sequence[Message]) -> str | None:
        """The reply to one try; None where the model is not asked any more."""
        reply = self._kept.get(self._chat.name, messages)
        if reply is not None:
            self.reused += 1
        elif not self.gave_up:
            self.asked += 1
            reply = self._chat.complete(messages, _REPLY_TOKENS)
            self._kept.keep(self._chat.name, messages, reply)
        return reply
