"""What the routes take and give, as pydantic knows it; the examples are those of the description.

What a request holds beyond its fields is a mistake and refused; what an answer that comes back
holds beyond them is passed over, since a newer server may have given it.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pkqa.errors import UsageError
from pkqa.serve.api import examples
from pkqa.serve.refusal import RefusalKind
from pkqa.store.where import day

MOST_EXCHANGES = 20
LONGEST_BEFORE = 2_000  # characters of a question that was asked before
LONGEST_ANSWER = 20_000  # characters of the answer to it
MOST_HITS = 100
MOST_CITATIONS = 100


def _day(text: str) -> str:
    try:
        return day(text)
    except UsageError as error:
        raise ValueError(str(error)) from None


def _said(text: str) -> str:
    if not text.replace("\x00", " ").strip():
        raise ValueError("it is empty; write what you want to know")
    return text


Day = Annotated[
    str,
    Field(max_length=10, description="A day, as 2023-11-30.", json_schema_extra={"format": "date"}),
    AfterValidator(_day),
]
Question = Annotated[str, AfterValidator(_said)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Language = Annotated[str, Field(pattern="^[a-z]{2,3}$", description="ISO 639 code.")]


class Printable(BaseModel):
    """A request whose every text can be written down."""

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, sent: Any) -> Any:
        try:
            json.dumps(sent, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("a text in the request holds half a character; leave it out") from None
        return sent


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


# Requests


class Before(_Asked):
    """A question that was asked before, as it was understood, and what it was answered."""

    question: Annotated[Question, Field(max_length=LONGEST_BEFORE)]
    answer: str = Field(default="", max_length=LONGEST_ANSWER)


class _Conditions(Printable, _Asked):
    as_of: Day | None = Field(
        default=None, description="Only documents dated on this day or before are heard."
    )
    since: Day | None = Field(default=None, description="Only documents of this day or later.")
    until: Day | None = Field(default=None, description="Only documents of this day or before.")
    languages: list[Language] = Field(
        default=[], max_length=50, description="Only documents in one of these languages."
    )
    groups: list[Name] = Field(
        default=[],
        max_length=100,
        description="Only documents of one of these groups. Nobody sees more by it.",
    )


class AskBody(_Conditions):
    """A question to the documents."""

    question: Question = Field(description="In any language; the answer comes in it.")
    history: list[Before] = Field(
        default=[],
        max_length=MOST_EXCHANGES,
        description="What was asked before, oldest first: a follow-up may leave it unsaid.",
    )
    stream: bool = Field(default=False, description="Send the answer as it grows.")
    receipt: bool = Field(default=False, description="Add what proves the answer.")


class SearchBody(_Conditions):
    """A search among the documents."""

    query: Question
    top_k: int | None = Field(default=None, ge=1, le=MOST_HITS, description="Most hits.")


# Answers


class VersionShape(_Given):
    """Another document that tells what a citation quotes."""

    document_id: str
    title: str
    source: str
    language: str
    date: str | None = None


class CitationShape(_Given):
    """A verbatim quotation: the characters from ``start`` to ``end`` of the document's text."""

    marker: int = Field(ge=1, description="The n of [n] in the answer.")
    document_id: str
    title: str
    source: str = Field(description='The address of the source; "" where it is not on the web.')
    language: str
    date: str | None = None
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    page: int | None = None
    versions: list[VersionShape] = []
    emphasis: list[tuple[int, int]] = Field(
        default=[], description="Stretches of the quote that answer."
    )
    translation: str = Field(
        default="", description="The quote in the question's language, by the model; checked."
    )


class ReportedShape(_Given):
    """A value as one document gives it."""

    value: str
    date: str | None = None
    marker: int


class DisagreementShape(_Given):
    """Values that documents give for one thing, the earliest first."""

    about: str
    kind: Literal["superseded", "contradiction"]
    values: list[ReportedShape]


class RankedShape(_Given):
    """A passage that was found."""

    document_id: str
    chunk_id: str
    rank: int
    score: float


class CheckedShape(_Given):
    """A sentence that a model wrote, and what the check of it came to."""

    sentence: str
    verdict: Literal["confirmed", "unconfirmed", "contradicted"]
    reason: str = ""
    detail: str = ""


class AnswerShape(_Given):
    """The answer to one question; the same for every way in."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ANSWER]})

    schema_: Literal["pkqa.answer/1"] = Field(default="pkqa.answer/1", alias="schema")
    id: str | None = None
    question: str
    language: str
    status: Literal["answered", "partial", "not_found"]
    answer: str = Field(description="In sentences, each followed by its markers [n].")
    citations: list[CitationShape] = Field(default=[], max_length=MOST_CITATIONS)
    disagreements: list[DisagreementShape] = []
    hits: list[RankedShape] = []
    withheld: list[str] = Field(default=[], description="What a model wrote and none confirms.")
    answerer: str = Field(default="quote", description="Who answered: quote or llm.")
    model: str = ""
    timings_ms: dict[str, float] = {}
    usage: dict[str, int] = {}
    checked: list[CheckedShape] = []
    missing: list[str] = Field(default=[], description="Parts that stay without answer.")
    standalone: str = Field(default="", description="What a follow-up was understood as.")
    notes: list[str] = []


class AnswerReply(AnswerShape):
    """The answer, and its receipt where one was asked for."""

    receipt: dict[str, Any] | None = Field(default=None, description="Schema pkqa.receipt/1.")


class HitShape(RankedShape):
    """A passage that was found, with its text."""

    start: int
    end: int
    text: str
    versions: list[str] = Field(default=[], description="Chunks elsewhere that say the same.")


class SearchReply(_Given):
    """A ranking, best first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SEARCH]})

    query: str
    hits: list[HitShape]


class SpanShape(_Given):
    """A stretch of a document's text."""

    start: int
    end: int
    text: str
    page: int | None = None


class DocumentReply(_Given):
    """A document whole; all offsets count characters of ``text``."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DOCUMENT]})

    document_id: str
    title: str
    language: str
    date: str | None
    source: str | None = Field(description="Its address, where it is on the web.")
    publication: str | None
    media_type: str
    pages: list[int] = Field(description="Where each page starts, of a PDF.")
    text: str
    text_sha: str = Field(description="SHA-256 of the text in UTF-8, hexadecimal.")
    span: SpanShape | None = Field(default=None, description="What start and end asked for.")


class SuggestionsReply(_Given):
    """Questions to start with."""

    suggestions: list[str]


# Opinions


class FeedbackBody(Printable, _Asked):
    """What a reader thinks of an answer."""

    answer: AnswerShape = Field(description="As it was given.")
    rating: Literal["up", "down"]
    note: str = ""


class FeedbackReply(_Given):
    """What it was kept as."""

    id: str


# The rest


class StateReply(_Given):
    """How the server is."""

    status: Literal["alive", "ready"]


class Fault(_Given):
    """Why a request got no answer."""

    kind: RefusalKind = Field(description="For programs.")
    message: str = Field(description="For people: one sentence.")


class FaultReply(_Given):
    """The one shape of every error."""

    error: Fault
