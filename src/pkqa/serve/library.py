"""What the page asks of a corpus, and what it keeps of each question put to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pkqa.answer.followup import Exchange
from pkqa.model import Answer, Document

Failure = Literal["long_question", "no_collection", "model_silent", "not_set_up", "failed"]
"""Why a question got no answer: the name of the sentence in ``strings`` that says so."""

LONGEST_QUESTION = 1000
"""Characters; more than that is a pasted text, not a question."""


class Library(Protocol):
    """The part of ``pkqa.corpus.Corpus`` that the page uses, from several threads at a time."""

    def stream(self, question: str, *, history: Sequence[Exchange]) -> Iterator[Answer]:
        """The answer to one question as it grows: each a whole one, the last one final.

        ``history`` is what was asked before, oldest first, which a follow-up leaves unsaid.
        """
        ...

    def document(self, document_id: str) -> Document:
        """The document of that id; raises ``pkqa.errors.UnknownDocument``."""
        ...

    def suggestions(self, language: str, n: int) -> list[str]:
        """Up to ``n`` questions in ``language`` that the documents answer."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation; without answer or failure it is still being searched for."""

    question: str
    answer: Answer | None = None
    growing: bool = False  # the answer is whole as far as it goes, and more may come
    failure: Failure | None = None
    nearest: tuple[Document, ...] = ()  # where nothing answered: the best hits' documents


@dataclass(frozen=True, slots=True)
class View:
    """What the sources panel shows: the passages of one answer, or one whole document."""

    turn: int
    marker: int | None = None  # the passage the reader opened
    document_id: str | None = None  # set where the whole document is shown
