"""How documents, chunks and sentences lie in table rows, in the catalog and in a snapshot alike."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pkqa.model import Chunk, Document, Dropped

DOCUMENT_COLUMNS = (
    "document_id, path, text, text_sha, title, language, date, source, media_type, publication,"
    ' "groups", pages, dropped'
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that was ingested, and by what."""

    path: str  # absolute
    sha256: str  # of its bytes, hex; where its folder says who may see it, the groups follow
    fingerprint: str  # of the cleaner, chunker and embedder that its documents went through
    root: str  # the path that the caller named: the file itself or a folder above it


@dataclass(frozen=True, slots=True)
class Entry:
    """One document, everything cut out of it, and the key of every vector that belongs to it."""

    document: Document
    chunks: tuple[Chunk, ...]
    chunk_inputs: tuple[str, ...]  # hex SHA-256 of the string that was embedded, one a chunk
    sentence_inputs: tuple[tuple[str, ...], ...]  # the same, one for each sentence of each chunk

    def inputs(self) -> Iterator[str]:
        """Every input of the document, chunk by chunk: the chunk's, then its sentences'."""
        for chunk, sentences in zip(self.chunk_inputs, self.sentence_inputs, strict=True):
            yield chunk
            yield from sentences


def sha256(text: str) -> str:
    """Hex SHA-256 of the UTF-8 bytes of ``text``."""
    return hashlib.sha256(text.encode()).hexdigest()


def input_key(kind: Literal["passage", "question"], text: str) -> str:
    """The key of a text's vector: embedders see a passage and a question differently."""
    return sha256(f"{kind}\n{text}")


def seal(content: Any) -> str:
    """Hex SHA-256 of ``content`` (lists, tuples, strings, numbers, None) in one fixed spelling."""
    return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def file_seal(file: SourceFile) -> str:
    """What a row of ``files`` is checked against."""
    return seal([file.path, file.sha256, file.fingerprint, file.root])


def vector_seal(blob: bytes) -> str:
    """What the bytes of a stored vector are checked against."""
    return hashlib.sha256(blob).hexdigest()


def document_row(document: Document) -> tuple[Any, ...]:
    """``document`` in the order of ``DOCUMENT_COLUMNS``."""
    return (
        document.document_id,
        document.path,
        document.text,
        document.text_sha,
        document.title,
        document.language,
        document.date,
        document.source,
        document.media_type,
        document.publication,
        json.dumps(document.groups, ensure_ascii=False),
        json.dumps(document.pages),
        json.dumps([(d.text, d.reason) for d in document.dropped], ensure_ascii=False),
    )


def document_from(row: Sequence[Any]) -> Document:
    """The document that ``document_row`` laid down."""
    (document_id, path, text, text_sha, title, language, day, source, media_type) = row[:9]
    publication, groups, pages, dropped = row[9:]
    return Document(
        document_id=document_id,
        text=text,
        text_sha=text_sha,
        title=title,
        language=language,
        date=day,
        source=source,
        path=path,
        media_type=media_type,
        publication=publication,
        groups=tuple(json.loads(groups)),
        pages=tuple(json.loads(pages)),
        dropped=tuple(Dropped(text, reason) for text, reason in json.loads(dropped)),
    )


def entry_seal(entry: Entry) -> str:
    """What a document with its chunks and sentences is checked against: a hash of all of it."""
    return seal(
        [
            document_row(entry.document),
            [
                [
                    [chunk.chunk_id, chunk.position, chunk.start, chunk.end],
                    [chunk.language, chunk.tokens, chunk_input],
                    [
                        [s.position, s.start, s.end, s.language, sentence_input]
                        for s, sentence_input in zip(chunk.sentences, inputs, strict=True)
                    ],
                ]
                for chunk, chunk_input, inputs in zip(
                    entry.chunks, entry.chunk_inputs, entry.sentence_inputs, strict=True
                )
            ],
        ]
    )


def day_number(day: str | None) -> int | None:
    """An ISO day as the number yyyymmdd, which orders and compares in every engine."""
    return None if day is None else int(day.replace("-", ""))


def faults(entry: Entry) -> Iterator[str]:
    """What keeps ``entry`` from being a sound document; nothing when it is one."""
    document = entry.document
    if sha256(document.text) != document.text_sha:
        yield "its text does not match its text_sha"
    if document.date is not None and not _is_day(document.date):
        yield f"its date {document.date!r} is no ISO day"
    for chunk in entry.chunks:
        if chunk.document_id != document.document_id:
            yield f"chunk {chunk.chunk_id} says it belongs to {chunk.document_id}"
        if not 0 <= chunk.start < chunk.end <= len(document.text):
            yield f"chunk {chunk.chunk_id} spans {chunk.start}-{chunk.end}, outside the text"
        yield from _sentence_faults(chunk)


def _sentence_faults(chunk: Chunk) -> Iterator[str]:
    previous = chunk.start
    for sentence in chunk.sentences:
        if not previous <= sentence.start < sentence.end <= chunk.end:
            yield (
                f"sentence {sentence.position} spans {sentence.start}-{sentence.end},"
                f" outside its place in chunk {chunk.chunk_id}"
            )
        previous = sentence.end


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
