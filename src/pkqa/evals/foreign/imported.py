"""What an import makes: gold questions, the documents that they are asked of, and what it left out.

Foreign texts are brought into the form that ingestion gives them, so that the offsets of gold spans
are those of the index that is made of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pkqa.errors import UsageError
from pkqa.evals.gold.record import Nugget, Record, Span
from pkqa.evals.scores.values import Piece, says
from pkqa.ingest.clean import clean
from pkqa.model import RawDocument
from pkqa.text.fold import fold

_NOT_NAMING = re.compile(r"[^a-z0-9.]+")


@dataclass(slots=True)
class Imported:
    """What came of a source.

    Attributes:
        records: the questions.
        documents: the corpus, as ``pkqa ingest`` reads it from a ``.jsonl``; empty where the source
            has none.
        left_out: how often something was left out, by what and why.
    """

    records: list[Record] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def as_ingested(text: str) -> str:
    """The text as it stands in an index; ingesting it once more changes nothing."""
    kept = clean(RawDocument(text=text, media_type="jsonl")).text
    return kept if kept == text else as_ingested(kept)


def span_of(document_id: str, text: str, start: int = 0, end: int | None = None) -> Span:
    """``text[start:end]`` as a gold span; all of it by default."""
    end = len(text) if end is None else end
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Span(document_id=document_id, text_sha=sha, start=start, end=end, quote=text[start:end])


def nugget_of(forms: Iterable[str], language: str) -> Nugget:
    """One value that has to be said in one of these forms."""
    told = tuple(dict.fromkeys(form.strip() for form in forms if form.strip()))
    return Nugget(type="text", values={language: told})


def saying(
    sets: Sequence[Sequence[Span]], nugget: Nugget, language: str
) -> tuple[tuple[Span, ...], ...]:
    """Those of the sets that say the value."""
    return tuple(
        tuple(one) for one in sets if says([Piece(span.quote, language) for span in one], nugget)
    )


def name_of(told: str) -> str:
    """An id in our letters. One that has to be changed gets a part of its hash, so that no two
    become one."""
    name = _NOT_NAMING.sub("-", fold(told)).strip("-.")
    if name == told:
        return name
    return f"{name or 'q'}-{hashlib.sha256(told.encode()).hexdigest()[:6]}"


def text_of(path: Path, kind: str) -> str:
    """The text of a foreign file.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; name {kind}") from None
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}, line {number}: not UTF-8; save the file as UTF-8") from None


def corpus_text(documents: Iterable[dict[str, Any]]) -> str:
    """The text of ``corpus.jsonl``."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents)
