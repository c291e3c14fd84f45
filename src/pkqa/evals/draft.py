"""Gold questions proposed from what readers thought of answers, for a person to accept.

What readers liked is quoted from the present index: a quotation that does not stand there any more
proves nothing, so its set is left out, and the note says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pkqa.errors import UnknownDocument, UsageError
from pkqa.model import Document

STALE = "a quotation stands no more in the index"


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


class Record(_Part):
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
        told: dict[str, Any] = {
            "id": f"draft-{key[:12]}",
            "fact_id": None,
            "language": self.language,
            "question": self.question,
            "nuggets": [],
            "gold": self.gold,
            "as_of": None,
            "tags": ["draft", *(f"feedback:{rating}" for rating in sorted(self.ratings))],
            "note": "; ".join(dict.fromkeys(self.notes)),
        }
        if self.not_found and not self.gold:
            told["unanswerable"] = "unspecified"
        return told


def records_of(path: Path) -> list[Record]:
    """The records of a feedback file, oldest first.

    Raises:
        UsageError: it cannot be read, or a line is no record; says which.
    """
    try:
        lines = path.read_text("utf-8").split("\n")  # a text may hold other ends of lines
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {why}; name a file of feedback") from None
    return [_record(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]


def drafts(records: Iterable[Record], document: Callable[[str], Document]) -> list[dict[str, Any]]:
    """A proposal for each question, in the order in which they were first asked.

    Args:
        records: what readers said.
        document: gives the document of an id; raises ``UnknownDocument``.
    """
    proposals: dict[tuple[str, str], _Proposal] = {}
    for record in records:
        question, language = record.question, record.answer.language
        proposal = proposals.setdefault(
            (language, question.casefold()), _Proposal(question, language)
        )
        proposal.ratings.add(record.rating)
        if record.note.strip():
            proposal.notes.append(" ".join(record.note.split()))
        if record.rating == "up" and record.answer.status == "not_found":
            proposal.not_found = True
        elif record.rating == "up" and record.answer.citations:
            _add(proposal, record.answer.citations, document)
    return [proposal.to_json() for proposal in proposals.values()]


def _record(line: str, place: str) -> Record:
    remedy = "mend the line or take it out"
    try:
        told = json.loads(line)
        return Record.model_validate(told)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        at = ".".join(map(str, fault["loc"])) or "the line"
        raise UsageError(f"{place}: {at}: {fault['msg']}; {remedy}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{place}: no JSON object; {remedy}") from None


def _add(
    proposal: _Proposal, citations: Iterable[Quoted], document: Callable[[str], Document]
) -> None:
    """Take the quotations as one more set that answers the question."""
    gold = []
    for cited in citations:
        try:
            found = document(cited.document_id)
        except UnknownDocument:
            found = None
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
