"""The data that travels between the layers. Plain, frozen, and without behaviour of their own.

Offsets (``start``, ``end``) always count characters (code points) of a document's canonical text:
``document.text[start:end]`` is the thing meant, in every class below.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ANSWER_SCHEMA = "pkqa.answer/1"

Status = Literal["answered", "partial", "not_found"]
Verdict = Literal["confirmed", "unconfirmed", "contradicted"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of the source that the cleaner took out, kept so that a person can see it."""

    text: str
    reason: str  # "menu", "teaser", "reading-time", "comment-form", "consent", "repeated", ...


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader makes of one file, or of one line of a ``.jsonl`` file; not cleaned yet."""

    text: str  # decoded; lines and paragraphs as the source has them
    media_type: str  # "txt" | "md" | "html" | "pdf" | "docx" | "jsonl"
    line: int | None = None  # 1-based line of a .jsonl file
    document_id: str | None = None  # only .jsonl names its documents
    title: str | None = None
    date: str | None = None  # as the source's metadata says it, not parsed yet
    language: str | None = None  # as the source's metadata says it
    url: str | None = None
    publication: str | None = None
    groups: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()  # PDF: offset in ``text`` where each page starts
    dropped: tuple[Dropped, ...] = ()  # what the format's own extractor left out, if it says


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document."""

    position: int  # 0-based within the document
    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences within a token budget: what the dense and lexical indexes hold."""

    chunk_id: str
    document_id: str
    position: int  # 0-based within the document
    start: int
    end: int
    language: str
    tokens: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One document as the catalog keeps it; ``text`` is canonical and never changes under an id
    without ``text_sha`` changing too."""

    document_id: str
    text: str
    text_sha: str  # hex SHA-256 of the UTF-8 text
    title: str
    language: str  # ISO 639-1, or "und"
    date: str | None  # ISO 8601 day, or None where neither metadata nor text fixes it
    source: str  # URL where known, else the path as given
    path: str  # absolute path of the file it came from
    media_type: str
    publication: str | None = None
    groups: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()  # PDF: offset in ``text`` where each page starts
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One chunk in a ranking; rank counts from 1, a higher score is better."""

    document_id: str
    chunk_id: str
    rank: int
    score: float
    start: int
    end: int
    text: str
    versions: tuple[str, ...] = ()  # chunks of other documents that say the same


@dataclass(frozen=True, slots=True)
class Version:
    """Another document that tells what a citation quotes, in another language perhaps."""

    document_id: str
    title: str
    source: str
    language: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of canonical text: ``document.text[start:end] == quote``, always."""

    marker: int  # the n of ``[n]`` in the answer
    document_id: str
    title: str
    source: str
    language: str
    date: str | None
    quote: str
    start: int
    end: int
    page: int | None = None
    versions: tuple[Version, ...] = ()
    emphasis: tuple[tuple[int, int], ...] = ()  # spans within the quote: the words that answer
    translation: str = ""  # the quote in the language of the question, by the model; checked


@dataclass(frozen=True, slots=True)
class Checked:
    """One sentence that a model wrote, and what the check of it came to."""

    sentence: str  # without its markers
    verdict: Verdict
    reason: str = ""  # what failed: "marker", "quotation", "number", ...; "" where confirmed
    detail: str = ""  # the words or the value that failed


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Values that documents give for one thing, the earliest first."""

    about: str  # in the words of one of the documents
    kind: Literal["superseded", "contradiction"]  # by a later document, or at the same date
    values: tuple[Reported, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """A value as a document gives it."""

    value: str  # as the document writes it
    date: str | None  # when it held: said in the sentence, else the document's own
    marker: int  # of the citation that carries it


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, as every way in shows it (schema ``pkqa.answer/1``)."""

    question: str
    language: str
    status: Status
    answer: str
    citations: tuple[Citation, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    hits: tuple[Hit, ...] = ()
    withheld: tuple[str, ...] = ()
    answerer: str = "quote"
    model: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    checked: tuple[Checked, ...] = ()  # every sentence that a model wrote, in order
    missing: tuple[str, ...] = ()  # parts of the question that are not answered, where partial
    standalone: str = ""  # what was searched for, where a follow-up had to be made to stand alone
    notes: tuple[str, ...] = ()  # how the answer came about, where a reader must know
    id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The answer as the JSON object of the contract; hits without their text."""
        body = asdict(self)
        body["hits"] = [
            {"document_id": h.document_id, "chunk_id": h.chunk_id, "rank": h.rank, "score": h.score}
            for h in self.hits
        ]
        first = {"schema": ANSWER_SCHEMA, "id": body.pop("id")}
        return first | body
