"""What is compared with the baseline: which metric, in which slices, by which test.

A fault shows in "all" as soon as it costs some ten facts, wherever they are, unless something else
got better at the same time; that is what the slices are for. Every test makes all others stricter,
if slowly (twice as many tests want one fact more), so a slice is tested where it tells something
that another one does not: the languages say who is hit, the pairs whether the whole chain (pass) or
its first half (recall@5) fails between two languages. The slices are no second step behind "all":
what one pair lost and another one won is to be found too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pkqa.evals.suite.run import ALL, NOWHERE, Item

Breadth = Literal["all", "languages", "pairs"]  # each with those before it

POINT = 0.01  # what nobody would stop a change for


@dataclass(frozen=True, slots=True)
class Gated:
    """One metric that may not fall.

    Attributes:
        metric: its name.
        test: "mcnemar" where a question passes or fails, "paired" where it has a number.
        breadth: how finely it is looked at.
        tolerance: a drop of at most this is no regression.
        lower: whether lower is better, so that a drop is a rise.
    """

    metric: str
    test: Literal["mcnemar", "paired"]
    breadth: Breadth
    tolerance: float = POINT
    lower: bool = False


# Not here, since it would be gated twice: "refused" ("answered unanswerable" is its complement, but
# does not hold it against an answer that it corrects a false premise), recall at other k and the
# other measures of rank (what leaves the first hits leaves recall@5 or the nuggets in context),
# CRAG (made of pass and "refused answerable").
GATED = (
    Gated("pass", "mcnemar", "pairs"),
    Gated("nuggets", "paired", "languages"),
    Gated("recall@5", "paired", "pairs"),
    Gated("nuggets in context", "paired", "all"),
    Gated("citation precision", "paired", "languages"),
    Gated("citation recall", "paired", "all"),
    Gated("citation coverage", "paired", "all"),
    Gated("citation validity", "paired", "all", tolerance=0.0),
    Gated("quotation fidelity", "paired", "all", tolerance=0.0),
    # Fewer questions than a hundred: one of them is more than a point by itself.
    Gated("answered unanswerable", "mcnemar", "languages", tolerance=2 * POINT, lower=True),
    Gated("refused answerable", "mcnemar", "languages", lower=True),
    Gated("language", "mcnemar", "languages"),
)

LOWER_IS_BETTER = frozenset(gated.metric for gated in GATED if gated.lower)


def slices_of(breadth: Breadth, items: Iterable[Item]) -> list[str]:
    """The slices to look at among those of the questions: all, languages, pairs, each sorted.

    A pair without a document language is left out: of unanswerable questions "answered
    unanswerable" says the same by language.
    """
    items = list(items)
    found = [ALL]
    if breadth != "all":
        found += sorted({item.question_language for item in items})
    if breadth == "pairs":
        found += sorted({item.pair for item in items if item.document_language != NOWHERE})
    return found
