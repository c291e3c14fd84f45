"""What every way in asks of the documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

from pkqa.answer.followup import Exchange
from pkqa.model import Answer, Document, Hit
from pkqa.store.where import Where

Failure = Literal[
    "long_question", "too_fast", "busy", "no_collection", "model_silent", "not_set_up", "failed"
]
"""Why a question got no answer: the name of the sentence in ``strings`` that says so."""

LONGEST_QUESTION = 1000
"""Characters; more than that is a pasted text, not a question."""

LONGEST_NOTE = 2000
"""Characters of the words that may go with a rating."""

Rating = Literal["up", "down"]


class Answers(Protocol):
    """An answer on its way: an iterator that may be closed before it ends."""

    def __iter__(self) -> Iterator[Answer]: ...

    def __next__(self) -> Answer: ...

    def close(self) -> None:
        """Let go of the place in line; what was not read is not made."""
        ...


class Library(Protocol):
    """The documents as one caller may see them, asked from several threads at a time.

    Every method answers from what the caller may see and from nothing else.
    """

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        as_of: str | None = None,
        where: Where | None = None,
    ) -> Answers:
        """The answer to one question as it grows: each a whole one, the last one final.

        Refuses at once, before any work; the work starts, and waits for its turn, with the
        first ``next``. Close it, or read it to its end.

        Args:
            question: in any language.
            history: what was asked before, oldest first, which a follow-up leaves unsaid.
            as_of: ISO day; only documents dated on it or before are heard.
            where: which documents are heard at all.

        Raises:
            Refusal: ``too_long``, ``rate`` or ``busy``.
        """
        ...

    def search(self, query: str, top_k: int | None = None, where: Where | None = None) -> list[Hit]:
        """The passages that may answer ``query``, best first.

        Raises:
            Refusal: as for :meth:`stream`.
        """
        ...

    def document(self, document_id: str) -> Document:
        """The document of that id; raises ``pkqa.errors.UnknownDocument``."""
        ...

    def found(self, document_id: str) -> Document | None:
        """The document of that id, or None: to hold a quotation against it, or to draw it in its
        place. Only who opens a document by :meth:`document` has been shown it whole."""
        ...

    def suggestions(self, language: str, n: int) -> list[str]:
        """Up to ``n`` questions in ``language`` that the documents answer."""
        ...

    def receipt(self, answer: Answer, where: Where | None = None) -> dict[str, Any]:
        """What proves an answer that was just given; see ``pkqa.receipt``."""
        ...

    def rate(self, answer: Answer, rating: Rating, note: str = "") -> str:
        """Keep what the caller thinks of an answer; gives the id of the record.

        Raises:
            Refusal: ``too_long``: the note is.
        """
        ...
