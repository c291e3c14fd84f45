"""How small a drop would still have been called a regression.

"No regression found" is worth as much as what would have been found. The drop that is looked for
is the one that is hardest to see for its size: a few facts, any, each of which loses all it had.
Around them the facts move as much as they were seen to, up as likely as down. The smallest number
of facts is sought with which p comes below the first step of Holm's correction in 80 % of cases,
then the drop that takes at least so many facts in 80 % of cases: facts with many questions weigh
more. With no noise at all the number is the least ``k`` with 0.5^k below that step.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from math import comb, sqrt
from statistics import NormalDist

import numpy as np

from pkqa.evals.gate.gated import Gated
from pkqa.evals.gate.mcnemar import at_most
from pkqa.evals.gate.pairs import Pairs

POWER = 0.8

_SHARE = NormalDist().inv_cdf(POWER)  # standard deviations below which that share of cases lies


def visible(gated: Gated, test: Pairs, level: float) -> float | None:
    """The drop of the mean from which on a regression is seen; None where all could be lost unseen.

    Args:
        gated: the metric.
        test: how it moved.
        level: what p has to be at most.
    """
    room = test.room[test.room > 0]
    if not room.size:
        return None
    mean, variance, questions = map(float, (room.mean(), room.var(), test.questions.sum()))
    by_number, by_weight = _by_number(test, level), _by_weight(test, level)
    for hit in range(1, len(room) + 1):
        drop = (hit * mean + _SHARE * sqrt(hit * variance * (1 - hit / len(room)))) / questions
        seen = by_number(hit) or (gated.test == "paired" and by_weight(hit))
        if drop > gated.tolerance and 0.5**hit <= level and seen:
            return drop
    return None


def _by_number(test: Pairs, level: float) -> Callable[[int], bool]:
    """Whether so many facts that got worse are enough, among those that move anyway: exactly. With
    numbers too, since hardly any that moves by chance weighs as much as one that loses all."""
    noisy = int(np.count_nonzero(test.moved))
    ways = accumulate(comb(noisy, better) for better in range(noisy + 1))
    better = next(at for at, sofar in enumerate(ways) if sofar >= POWER * 2**noisy)
    return lambda hit: at_most(better, noisy + hit) <= level


def _by_weight(test: Pairs, level: float) -> Callable[[int], bool]:
    """Whether what so many facts lose is enough, by the normal approximation to the sum under
    turned signs: facts that move by chance, but by little, are outweighed."""
    room = test.room[test.room > 0]
    mean, square, noise = map(float, (room.mean(), (room**2).mean(), (test.moved**2).sum()))
    strict = NormalDist().inv_cdf(1 - level)
    return lambda hit: hit * mean >= strict * sqrt(hit * square + noise) + _SHARE * sqrt(noise)
