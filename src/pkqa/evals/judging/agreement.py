"""Whether a judge agrees with people beyond chance, language by language.

Cohen's kappa (Cohen 1960, "A Coefficient of Agreement for Nominal Scales"): agreement above what
chance would give, over the most that there could be. It says nothing of who is right: labels are
taken for the truth. 0.6 and more is called substantial (Landis and Koch 1977, "The Measurement of
Observer Agreement for Categorical Data").

Its interval is that of the observed agreement, with the agreement by chance held fixed, as Cohen
has it, and Wilson's interval in place of the normal one, with the design effect of answers to
questions on the same fact. That is rather too wide than too narrow. The better known ones, the
bootstrap and the large-sample formula (Fleiss, Cohen and Everitt 1969, "Large Sample Standard
Errors of Kappa and Weighted Kappa"), shrink to a point where all agree: twenty labels do not prove
as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pkqa.evals.intervals import Design, Estimate

LEAST_LABELS = 20
LEAST_OF_A_KIND = 5  # labels that say right, and labels that say wrong
LEAST_KAPPA = 0.6
LEAST_LOW = 0.4  # that the lower end of the interval may come to


@dataclass(frozen=True, slots=True)
class Compared:
    """One label, and what the judge thinks of the same answer."""

    fact_id: str
    label: bool
    opinion: bool | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a judge agrees with the labels of one language.

    Attributes:
        language: of the questions.
        right: labels that say right.
        wrong: labels that say wrong.
        undecided: of both, those on which the judge was asked and has no opinion.
        kappa: over the others; None where nobody was asked, or where it is not defined.
        reason: why the judge is not believed; empty where it is.
    """

    language: str
    right: int
    wrong: int
    undecided: int = 0
    kappa: Estimate | None = None
    reason: str = ""

    @property
    def believed(self) -> bool:
        """Whether the judge's opinions count for something in this language."""
        return not self.reason


def too_few(language: str, right: int, wrong: int) -> str:
    """Why so many labels say nothing of a judge, whatever it thinks; empty where they do."""
    if right + wrong < LEAST_LABELS:
        return f"disabled for {language}: {_labels(right + wrong)}, needs {LEAST_LABELS}"
    if min(right, wrong) < LEAST_OF_A_KIND:
        return (
            f"disabled for {language}: {right} right and {wrong} wrong labels, needs "
            f"{LEAST_OF_A_KIND} of each"
        )
    return ""


def agreement(language: str, compared: Sequence[Compared]) -> Agreement:
    """Hold the opinions on the labels of one language against the labels."""
    decided = [one for one in compared if one.opinion is not None]
    kappa = _kappa(decided)
    return Agreement(
        language,
        sum(one.label for one in compared),
        sum(not one.label for one in compared),
        len(compared) - len(decided),
        kappa,
        _reason(language, compared, decided, kappa),
    )


def cohen(both_right: int, judge_alone: int, label_alone: int, both_wrong: int) -> float | None:
    """Cohen's kappa of two by two counts; None where chance alone explains full agreement.

    Args:
        both_right: both say right.
        judge_alone: the judge says right, the label wrong.
        label_alone: the other way round.
        both_wrong: neither says right.
    """
    n = both_right + judge_alone + label_alone + both_wrong
    chance = _chance(both_right, judge_alone, label_alone, both_wrong)
    # Whole numbers up to the division: a kappa of exactly 0.6 is not just under it.
    return None if chance == n**2 else (n * (both_right + both_wrong) - chance) / (n**2 - chance)


def _chance(both_right: int, judge_alone: int, label_alone: int, both_wrong: int) -> int:
    """The agreement that chance would give, times the square of the number of labels."""
    right = (both_right + judge_alone) * (both_right + label_alone)
    wrong = (label_alone + both_wrong) * (judge_alone + both_wrong)
    return right + wrong


def _kappa(decided: Sequence[Compared]) -> Estimate | None:
    pairs = [(one.opinion, one.label) for one in decided]
    counts = [pairs.count(pair) for pair in ((True, True), (True, False), (False, True))]
    counts.append(len(pairs) - sum(counts))
    kappa = cohen(*counts)
    if kappa is None:
        return None
    design = Design([one.fact_id for one in decided], [("", "")] * len(decided))
    agreed = np.array([one.opinion == one.label for one in decided], dtype=np.float64)
    observed = design.shares(agreed)[0]
    chance = _chance(*counts) / len(decided) ** 2
    low, high = ((end - chance) / (1 - chance) for end in (observed.low, observed.high))
    return Estimate(kappa, low, high)


def _reason(
    language: str,
    compared: Sequence[Compared],
    decided: Sequence[Compared],
    kappa: Estimate | None,
) -> str:
    right = sum(one.label for one in decided)
    if kappa is None or too_few(language, right, len(decided) - right):
        return (
            f"disabled for {language}: an opinion on {len(decided)} of {_labels(len(compared))} "
            f"({right} right, {len(decided) - right} wrong), needs {LEAST_LABELS} with "
            f"{LEAST_OF_A_KIND} of each"
        )
    told = f"disabled for {language}: kappa {kappa.mean:.2f} on {_labels(len(decided))}"
    if kappa.mean < LEAST_KAPPA:
        return f"{told}, needs {LEAST_KAPPA:.2f}"
    if kappa.low < LEAST_LOW:
        return f"{told} may be {kappa.low:.2f} in truth, needs {LEAST_LOW:.2f}: label more answers"
    return ""


def _labels(n: int) -> str:
    return "1 label" if n == 1 else f"{n} labels"
