"""Gold questions proposed from a document, for a person to accept.

A sentence that states a number, a date or a name can be asked for it. What is proposed is the
sentence with a gap: a person writes the question that a reader would ask. No model is needed, and
none may write what models are measured by.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from pkqa.evals.gold.check import DRAFT
from pkqa.evals.gold.record import Nugget, Record, Span
from pkqa.evals.gold.standing import LONGEST
from pkqa.evals.scores.values import Piece, says
from pkqa.model import Document
from pkqa.text.names import names
from pkqa.text.numbers import numbers
from pkqa.text.sentences import sentences
from pkqa.text.stated_dates import stated_dates

_GAP = "…"
_WORD = re.compile(r"[^\W\d_]{2,}")
_WORDS = 3  # that a sentence has beside the gap: less is a heading or a line with a date

# A document in another language is asked about in English.
_ASKS = {
    "en": {
        "number": "Which number is missing here: “{}”?",
        "date": "Which date is missing here: “{}”?",
        "name": "Which name is missing here: “{}”?",
    },
    "fr": {
        "number": "Quel nombre manque ici : « {} » ?",
        "date": "Quelle date manque ici : « {} » ?",
        "name": "Quel nom manque ici : « {} » ?",
    },
    "ar": {
        "number": "ما العدد الناقص هنا: «{}»؟",
        "date": "ما التاريخ الناقص هنا: «{}»؟",
        "name": "ما الاسم الناقص هنا: «{}»؟",
    },
}


def from_document(document: Document) -> list[Record]:
    """A proposal for each sentence that states a number, else a date, else a name."""
    found = []
    for start, end in sentences(document.text, document.language):
        quote = document.text[start:end]
        nugget = _first(quote, document) if len(quote) <= LONGEST else None
        if nugget is not None:
            found.append(_proposal(document, start, quote, nugget))
    return found


def _first(quote: str, document: Document) -> Nugget | None:
    """The first value that a metric will find again, in a sentence that says something of it."""
    piece = Piece(quote, document.language, document.date)
    for start, end, nugget in _stated(quote, document.language):
        beside = len(_WORD.findall(quote[:start])) + len(_WORD.findall(quote[end:]))
        if beside >= _WORDS and says([piece], nugget):
            return nugget
    return None


def _stated(quote: str, language: str) -> Iterator[tuple[int, int, Nugget]]:
    """Where values stand in a sentence: numbers first, then dates, then names."""
    # Days without a year, or relative to the day of publication, need a document beside them.
    dates = stated_dates(quote, language, None)

    def dated(start: int, end: int) -> bool:
        return any(first < end and start < last for first, last, _ in dates)

    for start, end, value in numbers(quote, language):
        if not dated(start, end):
            yield start, end, Nugget(type="number", value=value)
    for start, end, value in dates:
        if not value.startswith("-"):
            yield start, end, Nugget(type="date", value=value)
    for start, end, name in names(quote, language):
        if start and not dated(start, end):  # any word that opens a sentence has a capital
            yield start, end, Nugget(type="name", values={language: (name,)})


def _proposal(document: Document, start: int, quote: str, nugget: Nugget) -> Record:
    language = document.language if document.language in _ASKS else "en"
    key = hashlib.sha256(f"{document.document_id}\n{start}\n{quote}".encode()).hexdigest()
    name = f"{DRAFT}-{key[:12]}"
    span = Span(
        document_id=document.document_id,
        text_sha=document.text_sha,
        start=start,
        end=start + len(quote),
        quote=quote,
    )
    return Record(
        id=name,
        fact_id=name,
        split="dev",
        language=language,
        question=_ASKS[language][nugget.type].format(_gapped(quote, document.language, nugget)),
        nuggets=(nugget,),
        gold=((span,),),
        tags=(DRAFT, nugget.type),
    )


def _gapped(quote: str, language: str, nugget: Nugget) -> str:
    """The sentence on one line without the value, wherever it says it."""
    for start, end, other in sorted(_stated(quote, language), key=lambda one: -one[0]):
        if other == nugget:
            quote = f"{quote[:start]}{_GAP}{quote[end:]}"
    return " ".join(quote.split())
