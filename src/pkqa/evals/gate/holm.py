"""Many tests at once: the chance that any of them cries wolf stays at 5 %.

Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure". It holds however the tests
hang together, and these do: a lost passage is seen by recall, nuggets and pass, in three slices.

A test that could not show anything whatever happened (with n facts no p is below 0.5^n) is not of
the family, and so costs the others nothing (Tarone 1990, "A Modified Bonferroni Method for Discrete
Data"). Which ones these are is known from the questions alone, before anything is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

ALPHA = 0.05


def adjusted(p: Sequence[float]) -> list[float]:
    """The p of each test as it is to be held against ``ALPHA``, in the same order."""
    corrected = [1.0] * len(p)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        highest = max(highest, min(1.0, (len(p) - rank) * p[at]))
        corrected[at] = highest
    return corrected


def able(facts: Sequence[int]) -> list[bool]:
    """Of tests on so many facts each, which ones are of the family."""

    def shown(size: int) -> list[bool]:
        return [0.5**number <= ALPHA / size for number in facts]

    return next(found for size in count(1) if sum(found := shown(size)) <= size)
