"""A gold question with the answer that it got: what every metric is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pkqa.evals.gold.record import Record
from pkqa.model import Answer, Document


@dataclass(frozen=True, slots=True)
class Place:
    """A gold span where it stands in the index that was asked: ``text[start:end]`` is its quote."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A gold question and the answer to it.

    Attributes:
        record: the question.
        places: its gold, in alternative sets. A span whose quote stands nowhere in the index has
            no place to be found at; its set is still here, with None for it.
        answer: what the product said.
        document: gives the document of an id; raises ``UnknownDocument``.
    """

    record: Record
    places: tuple[tuple[Place | None, ...], ...]
    answer: Answer
    document: Callable[[str], Document]


@dataclass(frozen=True, slots=True)
class Score:
    """One metric.

    Attributes:
        name: as it is named in files and on the command line: "recall@5".
        title: what it says, for a person: one sentence.
        kind: ``share`` where single values are 0 or 1 (or shares of one question's parts), so that
            the mean has Wilson's interval; ``average`` otherwise.
        of: its value for one answer; None where it says nothing of such a question.
    """

    name: str
    title: str
    kind: Literal["share", "average"]
    of: Callable[[Asked], float | None]
