"""One gold question put to the product, and what its answer is worth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Protocol

from pkqa.answer.followup import Exchange, exchange_of
from pkqa.evals.gold.anchor import places
from pkqa.evals.gold.record import Record
from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.table import SCORES, blame, passed, right
from pkqa.evals.suite.journal import Entry
from pkqa.evals.suite.run import NOWHERE, Item, Quoted, Retrieved
from pkqa.model import Answer, Document
from pkqa.text.languages import detect

MIXED = "mixed"  # the document language of a question that needs passages of several


class Product(Protocol):
    """What is measured: :class:`pkqa.corpus.Corpus`, or what a test puts in its place."""

    def ask(
        self,
        question: str,
        as_of: str | None = None,
        *,
        history: Sequence[Exchange] = (),
    ) -> Answer:
        """The answer to a question."""
        ...

    def document(self, document_id: str) -> Document:
        """The document of that id; raises ``UnknownDocument``."""
        ...


def measured(record: Record, product: Product, repeats: int = 1) -> Entry:
    """Ask a question so many times, and score what comes.

    Raises:
        PkqaError: the product could not answer.
    """
    answered = [asked(record, product) for _ in range(repeats)]
    results = [passed(one) for one in answered]
    first = answered[0]
    item = Item(
        id=record.id,
        fact_id=record.fact_id,
        question_language=record.language,
        document_language=document_language(record),
        question=record.question,
        status=first.answer.status,
        answer=first.answer.answer,
        passed=all(results),
        flipped=len(set(results)) > 1,
        blame=next(filter(None, map(blame, answered)), ""),
        scores={score.name: _mean([score.of(one) for one in answered]) for score in SCORES},
        citations=tuple(
            Quoted(
                marker=cited.marker,
                document_id=cited.document_id,
                start=cited.start,
                end=cited.end,
                quote=cited.quote,
                right=right(first, cited),
            )
            for cited in first.answer.citations
        ),
        hits=tuple(
            Retrieved(document_id=hit.document_id, start=hit.start, end=hit.end)
            for hit in first.answer.hits
        ),
        withheld=first.answer.withheld,
        tags=record.tags,
    )
    return Entry(item, tuple(one.answer.timings_ms | one.answer.usage for one in answered))


def document_language(record: Record) -> str:
    """The language of the passages that answer: the question's own where one set of them is in it.

    It is read from the quotations, so that a question stays in its slice whatever the index holds.
    """
    if not record.gold:
        return NOWHERE
    sets = [{detect(span.quote, default=record.language) for span in one} for one in record.gold]
    if {record.language} in sets:
        return record.language
    return next(chain.from_iterable(one for one in sets if len(one) == 1), MIXED)


def asked(record: Record, product: Product) -> Asked:
    """The question, after those before it, and the answer that it gets.

    Raises:
        PkqaError: the product could not answer.
    """
    history: list[Exchange] = []
    for before in record.after:
        history.append(exchange_of(product.ask(before, record.as_of, history=history)))
    answer = product.ask(record.question, record.as_of, history=history)
    return Asked(record, places(record, product.document), answer, product.document)


def _mean(values: Sequence[float | None]) -> float | None:
    """Over the repetitions in which the metric says something, to a millionth."""
    told = [value for value in values if value is not None]
    return round(sum(told) / len(told), 6) if told else None
