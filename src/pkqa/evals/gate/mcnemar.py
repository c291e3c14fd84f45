"""Did more facts get worse than better? The exact one-sided test of pass and fail.

McNemar 1947, "Note on the sampling error of the difference between correlated proportions or
percentages", in its exact form: of the questions that changed, as many should have changed either
way. Questions on one fact are not independent (Durkalski et al. 2003, "Analysis of clustered
matched-pair data"), so facts are counted: those whose questions lost on balance against those whose
questions won, which is a sign test of clusters. With a question a fact it is McNemar's own.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np

from pkqa.evals.intervals import Values


def mcnemar(moved: Values) -> float:
    """The p of what each fact lost (below 0) or won, shape (facts,); 1 where no fact moved."""
    worse, better = np.count_nonzero(moved < 0), np.count_nonzero(moved > 0)
    return at_most(int(better), int(worse + better))


def at_most(heads: int, coins: int) -> float:
    """How likely fair coins show no more heads than this."""
    ways = sum(comb(coins, shown) for shown in range(heads + 1))
    return float(Fraction(ways, 1 << coins))
