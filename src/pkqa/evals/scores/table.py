"""All metrics, in the order of reports."""

from __future__ import annotations

from pkqa.errors import UsageError
from pkqa.evals.scores import (
    abstention,
    citation_coverage,
    citation_precision,
    citation_recall,
    citation_validity,
    context,
    crag,
    disagreement,
    language,
    ndcg,
    nuggets,
    passing,
    quotation_fidelity,
    recall,
    reciprocal_rank,
)
from pkqa.evals.scores.asked import Score
from pkqa.evals.scores.blame import blame
from pkqa.evals.scores.citation_precision import right
from pkqa.evals.scores.passing import passed

__all__ = ["SCORES", "VERSION", "blame", "by_name", "passed", "right"]

# Part of a run's fingerprint: raised when a metric comes to mean something else.
VERSION = "1"

SCORES = (
    Score(
        "pass",
        "Says every vital value and nothing wrong, or refuses where nothing answers.",
        "share",
        passing.of,
    ),
    Score("nuggets", "Share of the vital values that the answer says.", "share", nuggets.of),
    Score(
        "recall@1", "Share of the gold passages that the first hit holds.", "share", recall.at(1)
    ),
    Score("recall@3", "Share of the gold passages in the first 3 hits.", "share", recall.at(3)),
    Score("recall@5", "Share of the gold passages in the first 5 hits.", "share", recall.at(5)),
    Score("recall@10", "Share of the gold passages in the first 10 hits.", "share", recall.at(10)),
    Score(
        "recall@1,000 tokens",
        "Share of the gold passages in the first hits that fit into 1,000 tokens.",
        "share",
        recall.within_tokens(1000),
    ),
    Score(
        "MRR",
        "1 over the rank of the first hit with a gold passage.",
        "average",
        reciprocal_rank.of,
    ),
    Score("nDCG@10", "How near the top the gold passages stand.", "average", ndcg.at(10)),
    Score(
        "citation precision",
        "Share of the citations that are gold passages.",
        "share",
        citation_precision.of,
    ),
    Score(
        "citation recall", "Share of the gold passages that are cited.", "share", citation_recall.of
    ),
    Score(
        "citation validity",
        "Share of the markers that lead to a document.",
        "share",
        citation_validity.of,
    ),
    Score(
        "quotation fidelity",
        "Share of the quotations that are their document's very words.",
        "share",
        quotation_fidelity.of,
    ),
    Score(
        "citation coverage",
        "Share of the answer's sentences that carry a marker.",
        "share",
        citation_coverage.of,
    ),
    Score("refused", "Unanswerable questions that were refused.", "share", abstention.refused),
    Score(
        "refusal right",
        "Refused questions that nothing answers.",
        "share",
        abstention.refusal_right,
    ),
    Score(
        "answered unanswerable",
        "Unanswerable questions that got an answer which does not say why; lower is better.",
        "share",
        abstention.answered_unanswerable,
    ),
    Score(
        "refused answerable",
        "Answerable questions that were refused; lower is better.",
        "share",
        abstention.refused_answerable,
    ),
    Score("CRAG", "1 for a right answer, 0 for silence, -1 for a wrong one.", "average", crag.of),
    Score("language", "Whether the answer is in the question's language.", "share", language.of),
    Score(
        "nuggets in context", "Share of the vital values that the hits say.", "share", context.of
    ),
    Score(
        "disagreement shown",
        "Whether values on which documents disagree are shown as a disagreement.",
        "share",
        disagreement.of,
    ),
)


def by_name(name: str) -> Score:
    """The metric of that name.

    Raises:
        UsageError: there is none.
    """
    for score in SCORES:
        if score.name == name:
            return score
    names = ", ".join(f'"{score.name}"' for score in SCORES)
    raise UsageError(f'there is no metric "{name}"; name one of {names}')
