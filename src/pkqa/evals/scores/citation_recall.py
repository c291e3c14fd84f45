"""Citation recall: the share of the gold passages that are cited.

After Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"; theirs asks
whether what is cited supports each sentence, ours whether what has to be shown is shown: of the
best gold set, the share of passages of which the citations cover at least half. Where gold is a
whole paragraph, an answer that quotes one sentence of it does not reach 1.
"""

from __future__ import annotations

from statistics import fmean

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.spans import HALF, best, coverage


def of(asked: Asked) -> float | None:
    """The share, from 0 to 1, and 0 for an answer that cites nothing; None where the question has
    no gold or nothing answers it."""
    citations = asked.answer.citations
    return best(asked, lambda places: fmean(coverage(place, citations) >= HALF for place in places))
