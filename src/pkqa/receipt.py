"""Receipts: what was asked and answered, from which snapshot and with which settings.

The seal of a receipt shows that it was edited; it is no signature, since whoever edits a receipt
can compute it anew. Whether a receipt still holds is told by :mod:`pkqa.receipt_check`.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from pkqa.errors import PkqaError, UnknownDocument, UsageError
from pkqa.model import Answer, Citation
from pkqa.settings import Settings
from pkqa.store.durable import file_sha256, replace
from pkqa.store.rows import sha256
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where, may_read

SCHEMA = "pkqa.receipt/1"
LARGEST = 16 * 2**20  # bytes; the receipt of a long answer takes some fifty thousand

# The settings that an answer may be another one for. Where things lie, who is served, how long is
# waited: that is no reader's business. What is not named here stays out of every receipt.
_SHAPES_ANSWERS = frozenset(
    "embedder embed_base_url embed_model embed_dimensions embed_query_prefix embed_passage_prefix "
    "rerank_base_url rerank_model rerank_depth answerer llm_base_url llm_model llm_temperature "
    "llm_context_tokens llm_reply_tokens llm_tokens_field llm_passages llm_judge chunk_tokens "
    "top_k glossary".split()
)
# How many documents there are tells a reader how many of them are kept back.
_COUNTS = frozenset({"documents", "chunks"})


# Writing


@dataclass(frozen=True, slots=True)
class Asked:
    """When and under which conditions a question was put."""

    at: datetime  # in a time zone; written in UTC
    where: Where | None = None
    as_of: str | None = None


def write_receipt(
    path: Path, answer: Answer, asked: Asked, snapshot: Snapshot, settings: Settings
) -> None:
    """Write the receipt of ``answer`` to ``path``, whole or not at all; see :func:`body_of`.

    Args:
        path: a new file, or a receipt, which is replaced.

    Raises:
        UsageError: ``path`` is something else than a receipt, or cannot be written.
        PkqaError: as for :func:`body_of`.
    """
    require_place(path)
    body = body_of(answer, asked, snapshot, settings)
    try:
        replace(path, json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise _unwritable(path, error) from None


def body_of(answer: Answer, asked: Asked, snapshot: Snapshot, settings: Settings) -> dict[str, Any]:
    """The receipt of ``answer`` as the JSON object that a file of it holds.

    Args:
        answer: as it was shown.
        asked: when, and with which conditions. Whoever may not read everything
            (``Where.readers``) is not told how many documents there are.
        snapshot: the one that it was answered from.
        settings: those that it was answered with; secrets stay out.

    Raises:
        PkqaError: a quotation does not stand in ``snapshot``, so that is another one; or the
            answer names a document that the readers may not see in it.
    """
    readers = None if asked.where is None else asked.where.readers
    facts = snapshot_facts(snapshot)
    if readers is not None:
        _require_readable(answer, readers, snapshot)
        facts = {name: fact for name, fact in facts.items() if name not in _COUNTS}
    told = {
        "schema": SCHEMA,
        "time": asked.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "pkqa": version("pkqa"),
        "question": answer.question,
        "standalone": answer.standalone or answer.question,
        "answer": answer.to_json(),
        "quotations": [_quotation(citation, snapshot) for citation in answer.citations],
        "snapshot": facts,
        "settings": settings_facts(settings),
        "trace": {
            "as_of": asked.as_of,
            "where": None if asked.where is None else asdict(asked.where),
            "hits": [
                {name: value for name, value in asdict(hit).items() if name != "text"}
                for hit in answer.hits
            ],
        },
    }
    # As whoever reads a file of it gets it: lists, no tuples.
    written: dict[str, Any] = json.loads(json.dumps(told | {"sha256": seal(told)}))
    return written


def documents_in(answer: Answer) -> frozenset[str]:
    """The id of every document that an answer names: quoted, a version of it, or a hit."""
    chunk_ids = [chunk_id for hit in answer.hits for chunk_id in hit.versions]
    return frozenset(
        [
            *(cited.document_id for cited in answer.citations),
            *(version.document_id for cited in answer.citations for version in cited.versions),
            *(hit.document_id for hit in answer.hits),
            *(chunk_id.rsplit("#", 1)[0] for chunk_id in chunk_ids),
        ]
    )


def require_place(path: Path) -> None:
    """Make sure that a receipt may be written to ``path``; cheap, for before a question is asked.

    Raises:
        UsageError: its folder is not there, or ``path`` is and is no receipt.
    """
    try:
        if not path.parent.is_dir():
            raise UsageError(
                f"the receipt {path} cannot be written: there is no folder {path.parent}; make it, "
                "or name another file"
            )
        taken = path.is_symlink() or path.exists()
    except OSError as error:  # a folder that may not be entered, a name too long
        raise _unwritable(path, error) from None
    if taken:
        try:
            read_receipt(path)
        except UsageError as error:
            raise UsageError(f"{error}; it is left as it is: name another file") from None


def _unwritable(path: Path, error: Exception) -> UsageError:
    why = getattr(error, "strerror", None) or error
    return UsageError(f"the receipt {path} cannot be written: {why}; name another file")


def _require_readable(answer: Answer, readers: Collection[str], snapshot: Snapshot) -> None:
    """Let nobody have a receipt of what others were told; one that is gone and one that is hidden
    are told alike."""
    for document_id in sorted(documents_in(answer)):
        try:
            readable = may_read(readers, snapshot.document(document_id).groups)
        except UnknownDocument:
            readable = False
        if not readable:
            raise PkqaError(
                f"no receipt: there is no document {document_id} in snapshot "
                f"{snapshot.snapshot_id}; the corpus was ingested anew meanwhile: ask again"
            )


def _quotation(citation: Citation, snapshot: Snapshot) -> dict[str, Any]:
    try:
        document = snapshot.document(citation.document_id)
    except UnknownDocument:
        document = None
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        raise PkqaError(
            f"no receipt: quotation [{citation.marker}] of {citation.document_id} does not stand "
            f"in snapshot {snapshot.snapshot_id}; the corpus was ingested anew meanwhile: ask again"
        )
    return {
        "marker": citation.marker,
        "document_id": citation.document_id,
        "text_sha": document.text_sha,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def snapshot_facts(snapshot: Snapshot) -> dict[str, str | int]:
    """What a receipt says of the snapshot."""
    manifest = snapshot.manifest
    return {
        "id": manifest.snapshot_id,
        "digest": manifest.digest,
        "seal": manifest.seal,
        "schema": manifest.schema,
        "embedder": manifest.embedder,
        "recipe": manifest.recipe,
        "chroma": manifest.chroma,
        "documents": manifest.documents,
        "chunks": manifest.chunks,
    }


def settings_facts(settings: Settings) -> dict[str, Any]:
    """What a receipt says of the settings: those that shape an answer, never a secret."""
    values = {
        name: _public(getattr(settings, name))
        for name, info in sorted(Settings.model_fields.items())
        if info.annotation != SecretStr | None and name in _SHAPES_ANSWERS
    }
    return {"sha256": seal(values), "values": values}


def _public(value: Any) -> Any:
    """A setting as anyone may read it: an address without password and query, and of a file its
    name and content rather than where it lies."""
    if isinstance(value, Path):
        return {"name": value.name, "sha256": file_sha256(value) if value.is_file() else None}
    if isinstance(value, str) and "://" in value:
        try:
            parts = urlsplit(value)
        except ValueError:
            return None
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return value


def seal(told: Any) -> str:
    """Hex SHA-256 of the one spelling of JSON: keys sorted, no blanks, ASCII."""
    return sha256(json.dumps(told, sort_keys=True, separators=(",", ":")))


# Reading


class _Part(BaseModel):
    # What has no name here is under the seal all the same.
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Cited(_Part):
    """A quotation as the answer gives it."""

    marker: int
    document_id: str
    start: int = Field(ge=0, le=2**40)
    end: int = Field(ge=0, le=2**40)
    quote: str = Field(min_length=1)


class Quotation(Cited):
    """A quotation, and the document that it stood in."""

    text_sha: str


class _Answer(_Part):
    citations: list[Cited]


class _Settings(_Part):
    values: dict[str, Any]


class Receipt(_Part):
    """A receipt as far as it is checked."""

    time: str
    question: str
    answer: _Answer
    quotations: list[Quotation]
    snapshot: dict[str, str | int]
    settings: _Settings
    sha256: str
    edited: bool  # whether something else stands in it than was written


def read_receipt(path: Path) -> Receipt:
    """The receipt in the file ``path``, edited or not.

    Raises:
        UsageError: it cannot be read or is no receipt; says why, and how to get one.
    """
    try:
        if path.exists() and not path.is_file():
            raise _none(path, "not a plain file")
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise _none(path, f"larger than {LARGEST:,} bytes")
        text = content.decode("utf-8")
        told = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            raise _none(path, f'not an object whose "schema" is "{SCHEMA}"')
        json.dumps(told, ensure_ascii=False).encode()  # half a character cannot be printed
        sealed = seal({name: value for name, value in told.items() if name != "sha256"})
        receipt = Receipt.model_validate(told | {"edited": False})
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise _none(path, f"{place}: {fault['msg']}") from None
    except RecursionError:
        raise _none(path, "nested too deep") from None
    except OSError as error:
        raise _none(path, error.strerror or str(error)) from None
    except ValueError as error:  # no UTF-8, no JSON
        raise _none(path, str(error)) from None
    # The quotations are the answer's own, or the one was changed without the other.
    same = [Cited.model_validate(dict(q)) for q in receipt.quotations]
    edited = sealed != receipt.sha256 or same != receipt.answer.citations
    return receipt.model_copy(update={"edited": edited})


def _none(path: Path, why: str) -> UsageError:
    return UsageError(f"{path} is no receipt: {why}; `pkqa ask QUESTION --receipt FILE` writes one")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        # A reader may take either for the one that counts.
        raise ValueError("a name stands twice in one object")
    return told


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
