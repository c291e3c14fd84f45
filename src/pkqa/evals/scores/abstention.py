"""Abstention: whether an answer is refused where nothing answers, and only there.

Abstention recall and precision as in Wen et al. 2025, "Know Your Limits: A Survey of Abstention in
Large Language Models"; hallucination rate and error rate as in Thakur et al. 2024, "'Knowing When
You Don't Know': A Multilingual Relevance Assessment Dataset for Robust Retrieval-Augmented
Generation" (NoMIRACL). Each is over some of the questions and says little by itself: whoever never
answers has the best of the one and the worst of the other. Whether what was answered is right is
not their matter.
"""

from __future__ import annotations

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.passing import passed


def refused(asked: Asked) -> float | None:
    """Of an unanswerable question: whether it was refused."""
    return None if asked.record.answerable else float(_refused(asked))


def refusal_right(asked: Asked) -> float | None:
    """Of a refused question: whether nothing answers it."""
    return float(not asked.record.answerable) if _refused(asked) else None


def answered_unanswerable(asked: Asked) -> float | None:
    """Of an unanswerable question: whether something was made of it. An answer that says what the
    documents do say, where the record knows that, is none made up."""
    return None if asked.record.answerable else float(not passed(asked))


def refused_answerable(asked: Asked) -> float | None:
    """Of an answerable question: whether it was refused."""
    return float(_refused(asked)) if asked.record.answerable else None


def _refused(asked: Asked) -> bool:
    return asked.answer.status == "not_found"
