"""A corpus as one caller sees it: what the caller may not read is left out inside every search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pkqa.errors import UnknownDocument
from pkqa.model import Answer, Document, Hit
from pkqa.store.where import Where, may_read

if TYPE_CHECKING:
    from pkqa.answer.followup import Exchange


class Titled(NamedTuple):
    """What a question to start with is made from."""

    title: str
    language: str
    groups: tuple[str, ...]


class Whole(Protocol):
    """The part of :class:`pkqa.corpus.Corpus` that is narrowed here."""

    def stream(
        self,
        question: str,
        as_of: str | None = None,
        where: Where | None = None,
        history: Sequence[Exchange] = (),
    ) -> Iterator[Answer]:
        """The answer to one question as it grows."""
        ...

    def search(self, query: str, top_k: int | None = None, where: Where | None = None) -> list[Hit]:
        """The chunks that may answer ``query``."""
        ...

    def document(self, document_id: str) -> Document:
        """The document of that id."""
        ...

    def documents(self) -> list[Document]:
        """Every document."""
        ...

    def titles(self) -> Sequence[Titled]:
        """What has a title."""
        ...

    def receipt(self, answer: Answer, where: Where | None = None) -> dict[str, Any]:
        """What proves an answer."""
        ...


class Seen:
    """The documents without groups and those of the caller's groups; the others are not there.

    Methods are those of :class:`pkqa.corpus.Corpus`, with the same arguments, meaning and errors.
    Threads may share one.
    """

    def __init__(self, whole: Whole, groups: Iterable[str] | None) -> None:
        """See ``whole`` as a member of ``groups`` does; None: all of it.

        A group without a name is none.
        """
        self._whole = whole
        self._readers = None if groups is None else tuple(sorted({g for g in groups if g.strip()}))

    def ask(
        self,
        question: str,
        *,
        as_of: str | None = None,
        where: Where | None = None,
        history: Sequence[Exchange] = (),
    ) -> Answer:
        """Answer one question with cited sentences, or say that nothing answers it."""
        *_, answer = self.stream(question, as_of=as_of, where=where, history=history)
        return answer

    def stream(
        self,
        question: str,
        *,
        as_of: str | None = None,
        where: Where | None = None,
        history: Sequence[Exchange] = (),
    ) -> Iterator[Answer]:
        """The same answer as it grows: each one whole and verified, the last one final."""
        return self._whole.stream(question, as_of, self._narrowed(where), history)

    def search(self, query: str, top_k: int | None = None, where: Where | None = None) -> list[Hit]:
        """The chunks that may answer ``query``, best first."""
        return self._whole.search(query, top_k, self._narrowed(where))

    def document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            UnknownDocument: there is none that the caller may see; in the words for an id that
                does not exist.
        """
        found = self._whole.document(document_id)
        if not may_read(self._readers, found.groups):
            raise UnknownDocument(
                f"no document {document_id!r} in this snapshot; `pkqa search` shows ids"
            )
        return found

    def documents(self) -> list[Document]:
        """Every document that the caller may see, ordered by id."""
        return [found for found in self._whole.documents() if may_read(self._readers, found.groups)]

    def suggestions(self, language: str, n: int = 3) -> list[str]:
        """Questions to start with, made from titles in the reader's language."""
        from pkqa.answer.phrases import about

        titles = [
            told.title
            for told in self._whole.titles()
            if told.language == language and may_read(self._readers, told.groups)
        ]
        # Spread over the documents rather than the first few files.
        step = max(1, len(titles) // n) if n else 1
        return [about(title, language) for title in titles[::step][:n]]

    def receipt(self, answer: Answer, where: Where | None = None) -> dict[str, Any]:
        """What proves an answer of the present snapshot; see :mod:`pkqa.receipt`.

        Raises:
            PkqaError: a quotation does not stand in the present snapshot, or the caller may not
                see a document that the answer names.
        """
        return self._whole.receipt(answer, self._narrowed(where))

    def _narrowed(self, where: Where | None) -> Where | None:
        """``where``, for this caller: it can take away from what the caller sees, not add."""
        if self._readers is None:
            return where
        where = where or Where()
        asked = where.readers
        readers = self._readers if asked is None else tuple(g for g in self._readers if g in asked)
        return replace(where, readers=readers)
