"""Writing a receipt: of an answer as it was shown, and only while its quotations stand."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pkqa.errors import PkqaError, UnknownDocument, UsageError
from pkqa.model import Answer, Citation
from pkqa.receipt.facts import SCHEMA, seal, settings_facts, snapshot_facts
from pkqa.receipt.reading import read_receipt
from pkqa.settings import Settings
from pkqa.store.durable import replace
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where, may_read

# How many documents there are tells a reader how many of them are kept back.
_COUNTS = frozenset({"documents", "chunks"})


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
