"""nDCG: how near the top the gold passages stand.

Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002, "Cumulated Gain-Based
Evaluation of IR Techniques"; the discount is 1 / log2(rank + 1)), with gain for what is new alone
(Clarke et al. 2008, "Novelty and Diversity in Information Retrieval Evaluation"): a passage counts
once, at the rank by which the hits so far cover at least half of it. The ideal has one passage a
rank; a hit that holds several cannot lift the value above 1. It says nothing of hits that hold no
gold passage, though they may answer as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.ranks import ranked
from pkqa.evals.scores.spans import HALF, GoldSet, best, coverage
from pkqa.model import Hit


def at(k: int) -> Callable[[Asked], float | None]:
    """nDCG of the first ``k`` hits, from 0 to 1."""

    def of(asked: Asked) -> float | None:
        hits = ranked(asked)[:k]
        return best(asked, lambda places: _ndcg(places, hits, k))

    return of


def _ndcg(places: GoldSet, hits: Sequence[Hit], k: int) -> float:
    gained, held = 0.0, 0
    for rank in range(1, len(hits) + 1):
        now = sum(coverage(place, hits[:rank]) >= HALF for place in places)
        gained += (now - held) * _discount(rank)
        held = now
    ideal = sum(_discount(rank) for rank in range(1, min(len(places), k) + 1))
    return min(1.0, gained / ideal)


def _discount(rank: int) -> float:
    return 1.0 / math.log2(rank + 1)
