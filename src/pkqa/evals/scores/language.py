"""Language: whether an answer is in the language of the question.

The correct language rate of Chirkova et al. 2024, "Retrieval-augmented generation in multilingual
settings". A quotation keeps its document's language, so only what stands round quotations is looked
at, paragraph by paragraph, and only where there is enough of it to tell. It says nothing of how
well the language is written.
"""

from __future__ import annotations

from pkqa.answer.claims import claim_of
from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.layout import paragraphs, unquoted
from pkqa.text.languages import written_in


def of(asked: Asked) -> float:
    """1 or 0."""
    wanted, answer = asked.record.language, asked.answer
    own = (claim_of(paragraph).unquoted for paragraph in paragraphs(unquoted(answer)))
    return float(
        answer.language == wanted and all(written_in(words, wanted) == wanted for words in own)
    )
