"""One caller at the documents: what they ask is counted, queued, answered and written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pkqa.answer.followup import Exchange
from pkqa.errors import UnknownDocument
from pkqa.model import Answer, Document, Hit
from pkqa.receipt.writing import documents_in
from pkqa.serve.audit import Action
from pkqa.serve.caller import Caller
from pkqa.serve.library import LONGEST_NOTE, LONGEST_QUESTION, Rating
from pkqa.serve.line import Place
from pkqa.serve.refusal import Refusal
from pkqa.store.where import Where

if TYPE_CHECKING:
    from pkqa.serve.service import Service


class Desk:
    """A :class:`~pkqa.serve.library.Library` for one caller of a service.

    It is made for each request and keeps nothing: what is shared lives in the service.
    """

    def __init__(self, service: Service, caller: Caller) -> None:
        self._service = service
        self._caller = caller
        self._seen = service.corpus.seen_by(caller.groups)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        as_of: str | None = None,
        where: Where | None = None,
    ) -> Asked:
        """See :meth:`pkqa.serve.library.Library.stream`."""
        place = self._admitted(question, "ask")

        def answers() -> Iterator[Answer]:
            return self._seen.stream(question, as_of=as_of, where=where, history=history)

        return Asked(place, answers, self._settled(question))

    def search(self, query: str, top_k: int | None = None, where: Where | None = None) -> list[Hit]:
        """See :meth:`pkqa.serve.library.Library.search`."""
        place = self._admitted(query, "search")
        try:
            place.wait()
            hits = self._seen.search(query, top_k, where)
        finally:
            place.leave()
        self._written("search", "done", [hit.document_id for hit in hits], query)
        return hits

    def document(self, document_id: str) -> Document:
        """See :meth:`pkqa.serve.library.Library.document`."""
        try:
            document = self._seen.document(document_id)
        except UnknownDocument:
            self._written("document", "unknown", [])
            raise
        self._written("document", "done", [document_id])
        return document

    def found(self, document_id: str) -> Document | None:
        """See :meth:`pkqa.serve.library.Library.found`; the audit says nothing of it."""
        try:
            return self._seen.document(document_id)
        except UnknownDocument:
            return None

    def suggestions(self, language: str, n: int) -> list[str]:
        """See :meth:`pkqa.serve.library.Library.suggestions`."""
        return self._seen.suggestions(language, n)

    def receipt(self, answer: Answer, where: Where | None = None) -> dict[str, Any]:
        """See :meth:`pkqa.serve.library.Library.receipt`."""
        body = self._seen.receipt(answer, where)
        self._written("receipt", "done", documents_in(answer))
        return body

    def rate(self, answer: Answer, rating: Rating, note: str = "") -> str:
        """See :meth:`pkqa.serve.library.Library.rate`."""
        if len(note) > LONGEST_NOTE:
            raise self._refused(
                "feedback",
                Refusal("too_long", f"the note is longer than {LONGEST_NOTE:,} characters"),
            )
        with self._counted("feedback"):
            self._service.allow(self._caller)
        service = self._service
        name = service.feedback.keep(self._caller, answer, rating, note, service.corpus.facts())
        self._written("feedback", rating, documents_in(answer), answer.question)
        return name

    def _admitted(self, question: str, action: Action) -> Place:
        with self._counted(action, question[:LONGEST_QUESTION]):
            if len(question) > LONGEST_QUESTION:
                raise Refusal(
                    "too_long",
                    f"the question has {len(question):,} characters, more than "
                    f"{LONGEST_QUESTION:,}; shorten it",
                )
            self._service.allow(self._caller)
            return self._service.line.enter()

    @contextmanager
    def _counted(self, action: Action, question: str = "") -> Iterator[None]:
        try:
            yield
        except Refusal as refusal:
            raise self._refused(action, refusal, question) from None

    def _refused(self, action: Action, refusal: Refusal, question: str = "") -> Refusal:
        self._service.measures.refused(refusal.kind)
        self._written(action, refusal.kind, [], question)
        return refusal

    def _settled(self, question: str) -> Callable[[Answer | None, bool], None]:
        def settled(answer: Answer | None, whole: bool) -> None:
            if answer is None:
                self._written("ask", "failed", [], question)
                return
            if whole:
                self._service.measures.answered(self._caller.way, answer)
            outcome = answer.status if whole else "left"
            self._written("ask", outcome, documents_in(answer), question)

        return settled

    def _written(
        self, action: Action, outcome: str, documents: Iterable[str], question: str = ""
    ) -> None:
        self._service.audit.write(
            self._caller, action, outcome=outcome, documents=documents, question=question
        )


class Asked:
    """One question on its way (:class:`~pkqa.serve.library.Answers`): it keeps its place in line
    until the answer is whole, or nobody wants it any more."""

    def __init__(
        self,
        place: Place,
        answers: Callable[[], Iterator[Answer]],
        settled: Callable[[Answer | None, bool], None],
    ) -> None:
        """``settled`` is told the last answer, if any, and whether it was the final one; once."""
        self._place = place
        self._make = answers
        self._answers: Iterator[Answer] | None = None
        self._settled: Callable[[Answer | None, bool], None] | None = settled
        self._last: Answer | None = None

    @property
    def waiting(self) -> bool:
        """Whether others are served first."""
        return self._place.waiting

    def __iter__(self) -> Asked:
        return self

    def __next__(self) -> Answer:
        if self._settled is None:
            raise StopIteration
        try:
            if self._answers is None:
                self._place.wait()
                self._answers = self._make()
            self._last = next(self._answers)
        except StopIteration:
            self._end(whole=True)
            raise
        except BaseException:
            self._end(whole=False)
            raise
        return self._last

    def close(self) -> None:
        """See :meth:`pkqa.serve.library.Answers.close`."""
        self._end(whole=False)

    def __del__(self) -> None:
        self.close()

    def _end(self, *, whole: bool) -> None:
        settled, self._settled = self._settled, None
        if settled is None:
            return
        self._place.leave()
        close = getattr(self._answers, "close", None)
        if close is not None:
            close()
        settled(self._last, whole)
