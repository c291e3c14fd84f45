"""A product that says what a test wants it to say, for tests of what measures products."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from pkqa.answer.followup import Exchange
from pkqa.errors import UnknownDocument
from pkqa.evals.gold.record import Nugget, Record, Span
from pkqa.model import Answer, Citation, Document, Hit

TEXTS = {
    "d/seoul.txt": ("en", "The Seoul conference was held in 2021. It drew 62 countries."),
    "d/accra.txt": ("fr", "La conférence d'Accra s'est tenue en 2023. Elle a réuni 91 pays."),
    "d/berlin.txt": ("ar", "عقد مؤتمر برلين في عام 2025. وشاركت فيه 130 دولة."),
}


def document(document_id: str) -> Document:
    """One of the three documents.

    Raises:
        UnknownDocument: it is none of them.
    """
    if document_id not in TEXTS:
        raise UnknownDocument(f"no document {document_id!r}")
    language, text = TEXTS[document_id]
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        document_id, text, sha, document_id, language, "2025-01-01", document_id, document_id, "txt"
    )


def span(document_id: str, quote: str) -> Span:
    """Where a quotation stands."""
    found = document(document_id)
    start = found.text.index(quote)
    return Span(
        document_id=document_id,
        text_sha=found.text_sha,
        start=start,
        end=start + len(quote),
        quote=quote,
    )


def gold() -> list[Record]:
    """Four questions: one on each document, and one that none answers."""
    told = (
        ("seoul.en", "en", "How many countries came to Seoul in 2021?", "62", "d/seoul.txt", 1),
        ("accra.fr", "fr", "Combien de pays la conférence d'Accra a-t-elle réunis ?", "91",
         "d/accra.txt", 1),
        ("berlin.en", "en", "When was the Berlin conference held?", "2025", "d/berlin.txt", 0),
    )  # fmt: skip
    records = []
    for name, language, question, value, document_id, at in told:
        sentences = [one.strip(". ") for one in TEXTS[document_id][1].split(". ")]
        records.append(
            Record(
                id=name,
                fact_id=name.partition(".")[0],
                split="dev",
                language=language,
                question=question,
                nuggets=(Nugget(type="number", value=value),),
                gold=((span(document_id, sentences[at]),),),
                tags=("how-many" if at else "when",),
            )
        )
    off = Record(
        id="oslo.en", fact_id="oslo", split="dev", language="en", unanswerable="near-miss",
        question="How many countries came to Oslo in 2022?", twin="seoul.en",
    )  # fmt: skip
    return [*records, off]


def right(record: Record) -> Answer:
    """What answers a question; a refusal where nothing does."""
    hits = tuple(
        Hit(name, f"{name}#0", rank, 1 / rank, 0, len(text), text)
        for rank, (name, (_, text)) in enumerate(sorted(TEXTS.items()), start=1)
    )
    if not record.gold:
        return Answer(record.question, record.language, "not_found", "Not there.", hits=hits)
    cited = record.gold[0][0]
    citation = Citation(
        1, cited.document_id, cited.document_id, cited.document_id,
        TEXTS[cited.document_id][0], "2025-01-01", cited.quote, cited.start, cited.end,
    )  # fmt: skip
    text = f"The documents say:\n\n“{cited.quote}” [1]"
    return Answer(record.question, record.language, "answered", text, (citation,), hits=hits)


def refusal(record: Record) -> Answer:
    """What says that nothing answers."""
    return Answer(record.question, record.language, "not_found", "Not there.")


class Scripted:
    """A product with an answer for each question.

    Attributes:
        asked: what it was asked, with what was asked before.
    """

    def __init__(self, says: Callable[[Record], Answer] = right) -> None:
        self._says = says
        self._records = {record.question: record for record in gold()}
        self.asked: list[tuple[str, str | None, tuple[str, ...]]] = []

    def ask(
        self, question: str, as_of: str | None = None, *, history: Sequence[Exchange] = ()
    ) -> Answer:
        """The answer that the script has."""
        self.asked.append((question, as_of, tuple(one.question for one in history)))
        return self._says(self._records[question])

    def document(self, document_id: str) -> Document:
        """One of the three documents."""
        return document(document_id)
