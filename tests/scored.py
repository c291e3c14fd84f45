"""Gold questions and answers made by hand, over three short documents that tell the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pkqa.answer.citing import citation
from pkqa.answer.phrases import lead_in, not_found, quoted
from pkqa.errors import UnknownDocument
from pkqa.evals.gold.record import Nugget, Record, Value
from pkqa.evals.scores.asked import Asked, Place
from pkqa.model import Answer, Citation, Disagreement, Document, Hit, Reported

# Each of a document's sentences, so that a test can name it: EN[0] tells of the helicopters, [1] of
# the day, [2] of the speaker.
EN = (
    "Korea will give sixteen helicopters to its partners.",
    "The conference was held on 7 December 2021 in Seoul.",
    "It was opened by Jean-Pierre Lacroix.",
)
FR = (
    "La Corée donnera seize hélicoptères à ses partenaires.",
    "La conférence s'est tenue le 7 décembre 2021 à Séoul.",
    "Jean-Pierre Lacroix l'a ouverte.",
)
AR = (
    "ستقدم كوريا ست عشرة مروحية إلى شركائها.",
    "عقد المؤتمر في ٧ ديسمبر ٢٠٢١ في سيول.",
    "وافتتحه جان بيير لاكروا.",
)


def _document(language: str, title: str, sentences: Sequence[str]) -> Document:
    text = " ".join(sentences)
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        language, text, sha, title, language, "2021-12-09", language, f"/{language}.txt", "txt"
    )


DOCUMENTS = {
    document.document_id: document
    for document in (
        _document("en", "What Seoul delivered", EN),
        _document("fr", "Les promesses de Séoul", FR),
        _document("ar", "تعهدات سيول", AR),
    )
}


def document(document_id: str) -> Document:
    """As the index gives it."""
    try:
        return DOCUMENTS[document_id]
    except KeyError:
        raise UnknownDocument(f"no document {document_id}") from None


# Gold

SIXTEEN = Nugget(type="number", value="16")
THE_DAY = Nugget(type="date", value="2021-12-07")
LACROIX = Nugget(type="name", values={"en": ("Lacroix",), "ar": ("لاكروا",)})
TWELVE = Value(type="number", value="12")


def record(language: str = "en", **fields: Any) -> Record:
    """A gold question; answerable with the nugget 16 unless told otherwise."""
    given = {
        "id": "t.one",
        "fact_id": "t.fact",
        "split": "dev",
        "language": language,
        "question": "How many helicopters will Korea give?",
        "nuggets": (SIXTEEN,),
    }
    return Record.model_validate(given | fields)


def place(document_id: str, quote: str) -> Place:
    """Where a quotation stands."""
    start = DOCUMENTS[document_id].text.index(quote)
    return Place(document_id, start, start + len(quote))


HELICOPTERS = ((place("en", EN[0]),), (place("fr", FR[0]),), (place("ar", AR[0]),))


# Answers


def hit(rank: int, document_id: str, quote: str) -> Hit:
    """A hit that is the chunk of these words."""
    at = place(document_id, quote)
    return Hit(document_id, f"{document_id}#{rank}", rank, 1 / rank, at.start, at.end, quote)


def cited(marker: int, document_id: str, quote: str) -> Citation:
    """A citation of these words."""
    at = place(document_id, quote)
    return citation(marker, DOCUMENTS[document_id], at.start, at.end, document_id)


def quoting(language: str, *citations: Citation, hits: Sequence[Hit] = ()) -> Answer:
    """An answer of quotations, laid out as the product does."""
    lines = [lead_in(language, len(citations))]
    lines += [f"{quoted(c.quote, c.language)} [{c.marker}]" for c in citations]
    return written(language, "\n\n".join(lines), *citations, hits=hits)


def written(language: str, text: str, *citations: Citation, hits: Sequence[Hit] = ()) -> Answer:
    """An answer in a model's words."""
    return Answer("?", language, "answered", text, citations, hits=tuple(hits))


def refusing(language: str, hits: Sequence[Hit] = ()) -> Answer:
    """The answer that there is none; names the nearest documents."""
    text = not_found(language, [document.title for document in DOCUMENTS.values()])
    return Answer("?", language, "not_found", text, hits=tuple(hits))


def disagreeing(answer: Answer, *values: tuple[str, int]) -> Answer:
    """The answer with a disagreement of these values, each with its marker."""
    reported = tuple(Reported(value, "2021-12-09", marker) for value, marker in values)
    return replace(answer, disagreements=(Disagreement("helicopters", "contradiction", reported),))


def asked(
    record: Record, answer: Answer, places: Sequence[Sequence[Place | None]] = HELICOPTERS
) -> Asked:
    """The question with its answer."""
    return Asked(record, tuple(map(tuple, places)), answer, document)
