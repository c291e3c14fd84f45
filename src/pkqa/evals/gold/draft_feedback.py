"""Gold questions proposed from what readers thought of answers, for a person to accept.

What readers liked is quoted from the present index: a quotation that does not stand there any more
proves nothing, so its set is left out, and the note says so. An opinion is often less than a whole
gold question: what is missing is left out of the line, and ``pkqa eval check`` names it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pkqa.evals.gold.anchor import Lookup, known
from pkqa.evals.gold.check import DRAFT
from pkqa.evals.json_lines import lines_of, parsed

STALE = "a quotation stands no more in the index"
UNSPECIFIED = "unspecified"  # a reader says that nothing answers, not why: a person has to


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Quoted(_Part):
    """A citation of an answer."""

    document_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str = Field(min_length=1)


class Given(_Part):
    """The answer that was rated."""

    question: str = Field(min_length=1)
    standalone: str = ""
    language: str
    status: Literal["answered", "partial", "not_found"]
    citations: tuple[Quoted, ...] = ()


class Opinion(_Part):
    """A line of the feedback, as far as it is used."""

    name: Literal["pkqa.feedback/1"] = Field(alias="schema")
    rating: Literal["up", "down"]
    note: str = ""
    answer: Given

    @property
    def question(self) -> str:
        """As it can be asked by itself."""
        return " ".join((self.answer.standalone or self.answer.question).split())


@dataclass(slots=True)
class _Proposal:
    """What is proposed for one question."""

    question: str
    language: str
    gold: list[list[dict[str, Any]]] = field(default_factory=list)
    ratings: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    not_found: bool = False  # and a reader found that right

    def to_json(self) -> dict[str, Any]:
        """The line of it."""
        key = hashlib.sha256(f"{self.language}\n{self.question.casefold()}".encode()).hexdigest()
        name = f"{DRAFT}-{key[:12]}"
        told: dict[str, Any] = {
            "id": name,
            "fact_id": name,
            "split": "dev",
            "language": self.language,
            "question": self.question,
            "gold": self.gold,
            "tags": [DRAFT, *(f"feedback:{rating}" for rating in sorted(self.ratings))],
            "note": "; ".join(dict.fromkeys(self.notes)),
        }
        if self.not_found and not self.gold:
            told["unanswerable"] = UNSPECIFIED
        return {key: value for key, value in told.items() if value}


def opinions_of(path: Path) -> list[Opinion]:
    """The opinions of a feedback file, oldest first.

    Raises:
        UsageError: it cannot be read, or a line is no opinion; says which.
    """
    return [
        parsed(Opinion, line, place, "opinion")
        for place, line in lines_of(path, "name a file of feedback")
    ]


def from_feedback(opinions: Iterable[Opinion], document: Lookup) -> list[dict[str, Any]]:
    """A proposal for each question, in the order in which they were first asked.

    Args:
        opinions: what readers said.
        document: gives the document of an id; raises ``UnknownDocument``.
    """
    proposals: dict[tuple[str, str], _Proposal] = {}
    for opinion in opinions:
        question, language = opinion.question, opinion.answer.language
        proposal = proposals.setdefault(
            (language, question.casefold()), _Proposal(question, language)
        )
        proposal.ratings.add(opinion.rating)
        if opinion.note.strip():
            proposal.notes.append(" ".join(opinion.note.split()))
        if opinion.rating == "up" and opinion.answer.status == "not_found":
            proposal.not_found = True
        elif opinion.rating == "up" and opinion.answer.citations:
            _add(proposal, opinion.answer.citations, document)
    return [proposal.to_json() for proposal in proposals.values()]


def _add(proposal: _Proposal, citations: Iterable[Quoted], document: Lookup) -> None:
    """Take the quotations as one more set that answers the question."""
    gold = []
    for cited in citations:
        found = known(document, cited.document_id)
        if found is None or found.text[cited.start : cited.end] != cited.quote:
            proposal.notes.append(f"{STALE}: {cited.document_id} {cited.start}:{cited.end}")
            return
        gold.append(
            {
                "document_id": cited.document_id,
                "text_sha": found.text_sha,
                "start": cited.start,
                "end": cited.end,
                "quote": cited.quote,
            }
        )
    gold.sort(key=lambda one: (one["document_id"], one["start"], one["end"]))
    if gold not in proposal.gold:
        proposal.gold.append(gold)
