"""Gold questions on the small library of ``shelf``, for tests of what checks and proposes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pkqa.errors import UnknownDocument
from pkqa.evals.gold.anchor import Lookup
from pkqa.evals.gold.check import faults
from pkqa.evals.gold.file import text_of
from pkqa.evals.gold.lines import Line, read_lines
from pkqa.evals.gold.record import Nugget, Record, Span
from pkqa.ingest.clean import clean
from pkqa.ingest.readers import jsonl
from pkqa.model import Document
from shelf import BUILT, DOCUMENTS, ENGLISH


def document(document_id: str) -> Document:
    """A document of the library.

    Raises:
        UnknownDocument: it has none of that id.
    """
    for one in DOCUMENTS:
        if one.document_id == document_id:
            return one
    raise UnknownDocument(document_id)


def span(quoted: Document, quote: str, /, **changes: Any) -> Span:
    """Where a quotation stands."""
    start = quoted.text.index(quote)
    told = {
        "document_id": quoted.document_id,
        "text_sha": quoted.text_sha,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
    }
    return Span.model_validate(told | changes)


def number(value: str, vital: bool = True) -> Nugget:
    """A number that has to be said."""
    return Nugget(type="number", value=value, vital=vital)


def record(name: str = "bridge.en1", **changes: Any) -> Record:
    """A question without a fault, but for what is changed."""
    told = {
        "id": name,
        "fact_id": name,
        "split": "dev",
        "language": "en",
        "question": "In how many days was the bridge rebuilt?",
        "nuggets": (number("19"),),
        "gold": ((span(ENGLISH, BUILT),),),
    }
    return Record.model_validate(told | changes)


def refusal(name: str = "cup.en1", **changes: Any) -> Record:
    """Likewise one that nothing answers."""
    told = {"question": "Who won the cup?", "nuggets": (), "gold": (), "unanswerable": "off-topic"}
    return record(name, **(told | changes))


def lines(folder: Path, *records: Record) -> list[Line]:
    """The questions as they stand in a file."""
    file = folder / "gold.jsonl"
    file.write_text(text_of(records), "utf-8")
    found, unread = read_lines([file])
    assert unread == []
    return found


def faults_of(folder: Path, lookup: Lookup, *records: Record) -> list[str]:
    """Everything that is wrong with the questions."""
    return list(faults(lines(folder, *records), lookup))


def looked_up(corpus: Sequence[dict[str, Any]]) -> Lookup:
    """The documents of a ``.jsonl`` corpus, read and cleaned as an ingest does it."""
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in corpus)
    found = {}
    for raw in jsonl.read(text.encode()).documents:
        cleaned = clean(raw)
        sha = hashlib.sha256(cleaned.text.encode()).hexdigest()
        name = str(raw.document_id)
        language = raw.language or "und"
        found[name] = Document(name, cleaned.text, sha, "", language, None, name, name, "jsonl")
    return found.__getitem__
