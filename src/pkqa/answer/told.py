"""What statements tell of one thing where they differ, before it has its citations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pkqa.answer.timeline import Period
from pkqa.model import Disagreement, Document, Reported, Sentence


class Statement(Protocol):
    """A sentence that may answer; what the quote answerer weighs is one."""

    @property
    def document(self) -> Document:
        """Where it stands."""

    @property
    def sentence(self) -> Sentence:
        """Its span and language."""


S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True)
class Told(Generic[S]):
    """A value, and the statement that gives it."""

    value: str  # as the document writes it
    when: Period
    start: int  # of the value, in its document's text
    end: int
    statement: S


@dataclass(frozen=True, slots=True)
class Conflict(Generic[S]):
    """Values that statements give for one thing, the earliest first; see Disagreement."""

    about: str
    kind: Literal["superseded", "contradiction"]
    values: tuple[Told[S], ...]

    def disagreement(self, marker: Callable[[S], int]) -> Disagreement:
        """It as an answer carries it.

        Args:
            marker: of the citation that quotes a statement.
        """
        return Disagreement(
            self.about,
            self.kind,
            tuple(
                Reported(told.value, told.when.value, marker(told.statement))
                for told in self.values
            ),
        )
