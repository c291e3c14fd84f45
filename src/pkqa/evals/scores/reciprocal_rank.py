"""The reciprocal rank of the first hit that holds a gold passage; its mean over questions is MRR.

Voorhees 1999, "The TREC-8 Question Answering Track Report". A hit holds a passage when it covers at
least half of it. It looks at the first such hit alone: whether a second passage that the answer
needs was found is not its matter.
"""

from __future__ import annotations

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.ranks import ranked
from pkqa.evals.scores.spans import HALF, GoldSet, best, coverage


def of(asked: Asked) -> float | None:
    """1 over the rank, 0 where no hit holds a gold passage."""
    hits = ranked(asked)

    def worth(places: GoldSet) -> float:
        for hit in hits:
            if any(coverage(place, [hit]) >= HALF for place in places):
                return 1.0 / hit.rank
        return 0.0

    return best(asked, worth)
