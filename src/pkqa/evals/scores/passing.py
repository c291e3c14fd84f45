"""Pass: whether an answer is right as a whole, all or nothing.

The strict vital score of Pradeep et al. 2024, "Initial Nugget Evaluation Results for the TREC 2024
RAG Track", with two additions: nothing that makes the answer wrong is said, and where nothing
answers, a refusal is the right answer (Rajpurkar, Jia and Liang 2018, "Know What You Don't Know").
A passed answer says what it must; it is not known to be short, well written or free of other
mistakes.
"""

from __future__ import annotations

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.citation_precision import matches
from pkqa.evals.scores.nuggets import lacking
from pkqa.evals.scores.pieces import said
from pkqa.evals.scores.values import says


def of(asked: Asked) -> float:
    """1 or 0."""
    return float(passed(asked))


def passed(asked: Asked) -> bool:
    """Whether the answer is right.

    Answerable: it says every vital value and nothing forbidden. Where others' questions name gold
    passages and no values, it cites a whole set of them. Unanswerable: it refuses; or, where the
    record knows what the documents say instead, it says all of that and nothing forbidden.
    """
    record, answer = asked.record, asked.answer
    if answer.status == "not_found":
        return not record.answerable
    if not record.vital:
        return record.answerable and _cites(asked) and not _wrong(asked)
    return not lacking(record.vital, said(answer)) and not _wrong(asked)


def _wrong(asked: Asked) -> bool:
    """Whether it says something forbidden."""
    pieces = said(asked.answer)
    return any(says(pieces, value) for value in asked.record.forbidden)


def _cites(asked: Asked) -> bool:
    """Whether each passage of one gold set has a citation."""
    citations = asked.answer.citations
    return any(
        all(any(matches(citation, place) for citation in citations) for place in places)
        for places in asked.places
    )
