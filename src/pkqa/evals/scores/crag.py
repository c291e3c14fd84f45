"""The score of CRAG: a wrong answer costs what a right one earns, silence costs nothing.

Yang et al. 2024, "CRAG - Comprehensive RAG Benchmark", without their half point for an answer that
is nearly right. One number for whether it was better to answer; of two products with the same one,
the first may be bold and the second timid.
"""

from __future__ import annotations

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.passing import passed


def of(asked: Asked) -> float:
    """1 for an answer that passes, 0 for a refusal where there was an answer, -1 otherwise."""
    if passed(asked):
        return 1.0
    return 0.0 if asked.answer.status == "not_found" else -1.0
