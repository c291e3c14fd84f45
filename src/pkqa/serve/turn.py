"""What the page keeps of each question, and what the reader has opened."""

from __future__ import annotations

from dataclasses import dataclass, field

from pkqa.model import Answer, Document
from pkqa.serve.library import Failure, Rating


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation; without answer or failure it is still being searched for."""

    question: str
    answer: Answer | None = None
    growing: bool = False  # the answer is whole as far as it goes, and more may come
    failure: Failure | None = None
    nearest: tuple[Document, ...] = ()  # where nothing answered: the best hits' documents
    publications: dict[str, str] = field(default_factory=dict)  # of cited documents, by id
    as_of: str | None = None  # ISO day: later documents were not heard
    waiting: bool = False  # others are served first
    rating: Rating | None = None  # what the reader said of the answer
    noted: bool = False  # and a note went with it


@dataclass(frozen=True, slots=True)
class View:
    """What the sources panel shows: the passages of one answer, or one whole document."""

    turn: int | None  # None: the document was opened by an address, not from an answer
    marker: int | None = None  # the passage the reader opened
    document_id: str | None = None  # set where the whole document is shown
    start: int = 0  # the span an address names; offsets of the document's text
    end: int = 0
