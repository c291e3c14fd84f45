"""Kappa against values worked out by hand, and who is believed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pkqa.evals.judging.agreement import Agreement, Compared, agreement, cohen, too_few


def compared(
    both_right: int, judge_alone: int, label_alone: int, both_wrong: int, undecided: int = 0
) -> list[Compared]:
    """Labels on as many facts, with those counts."""
    kinds = [
        (both_right, True, True),
        (judge_alone, False, True),
        (label_alone, True, False),
        (both_wrong, False, False),
        (undecided, True, None),
    ]
    told = [(label, opinion) for n, label, opinion in kinds for _ in range(n)]
    return [Compared(f"fact {at}", *one) for at, one in enumerate(told)]


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        ((20, 5, 10, 15), 0.4),  # 0.7 observed, 0.5 * 0.6 + 0.5 * 0.4 = 0.5 by chance
        ((45, 15, 25, 15), 6 / 46),  # 0.6 observed, 0.54 by chance
        ((25, 35, 5, 35), 14 / 54),  # 0.6 observed, 0.46 by chance
        ((10, 0, 0, 10), 1.0),
        ((0, 10, 10, 0), -1.0),
        ((10, 10, 0, 0), 0.0),  # a judge that always says right
        ((5, 5, 5, 5), 0.0),
        ((20, 5, 5, 20), 0.6),  # 0.8 observed, 0.5 by chance
        ((12, 3, 3, 12), 0.6),
        ((8, 0, 0, 0), None),  # all say right: nothing is above chance
        ((0, 0, 0, 8), None),
        ((0, 0, 0, 0), None),
    ],
)
def test_kappa(counts: tuple[int, int, int, int], kappa: float | None) -> None:
    assert cohen(*counts) == (None if kappa is None else pytest.approx(kappa, abs=1e-15))


def test_a_kappa_of_exactly_the_least_is_enough() -> None:
    assert cohen(80, 20, 20, 80) == 0.6
    found = agreement("en", compared(80, 20, 20, 80))
    assert found.believed
    assert found.reason == ""


def test_the_interval_is_wilson_s_of_the_observed_agreement() -> None:
    # 40 of 50 agree; Wilson's interval of that is [0.6696, 0.8876]; half agree by chance.
    kappa = agreement("en", compared(20, 5, 5, 20)).kappa
    assert kappa is not None
    assert kappa.mean == pytest.approx(0.6)
    assert kappa.low == pytest.approx((0.66963 - 0.5) / 0.5, abs=2e-4)
    assert kappa.high == pytest.approx((0.88762 - 0.5) / 0.5, abs=2e-4)


def test_full_agreement_is_no_certainty() -> None:
    found = agreement("ar", compared(10, 0, 0, 10))
    assert found.kappa is not None
    assert found.kappa.mean == 1
    assert 0.6 < found.kappa.low < 0.8  # Wilson's of 20 of 20: 0.8389
    assert found.believed


def test_answers_on_one_fact_say_less_than_on_many() -> None:
    apart = compared(20, 5, 5, 20)
    # The ten on which they differ are on two facts, five questions each.
    together = [
        Compared(f"shared {one.label}", one.label, one.opinion) if one.label != one.opinion else one
        for one in apart
    ]
    lows = [found.low for one in (apart, together) if (found := agreement("en", one).kappa)]
    assert lows[1] < lows[0] - 0.1


def test_the_lower_end_is_seldom_above_the_truth() -> None:
    # Drawn from a known kappa; the bound is a one-sided one of 2.5 %.
    draws = 150
    generator = np.random.default_rng(7)
    for n, share, kappa in [(20, 0.5, 0.4), (30, 0.7, 0.6), (60, 0.5, 0.8)]:
        apart = share * (1 - share) * (1 - kappa)
        chances = [share - apart, apart, apart, 1 - share - apart]
        above = 0
        for counts in generator.multinomial(n, chances, size=draws):
            found = agreement("en", compared(*map(int, counts))).kappa
            above += found is not None and found.low > kappa
        assert above <= 0.025 * draws + 3 * math.sqrt(0.025 * 0.975 * draws)


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        (0, 0, "disabled for fr: 0 labels, needs 20"),
        (1, 0, "disabled for fr: 1 label, needs 20"),
        (14, 5, "disabled for fr: 19 labels, needs 20"),
        (16, 4, "disabled for fr: 16 right and 4 wrong labels, needs 5 of each"),
        (4, 40, "disabled for fr: 4 right and 40 wrong labels, needs 5 of each"),
        (15, 5, ""),
    ],
)
def test_how_many_labels_it_takes(right: int, wrong: int, reason: str) -> None:
    assert too_few("fr", right, wrong) == reason


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (
            agreement("ar", compared(11, 5, 4, 10)),
            "disabled for ar: kappa 0.40 on 30 labels, needs 0.60",
        ),
        (
            agreement("fr", compared(9, 1, 3, 9)),
            "disabled for fr: kappa 0.64 on 22 labels may be 0.24 in truth, needs 0.40: label more "
            "answers",
        ),
        # Those without an opinion do not count: what is left may be too little, or of one kind.
        (
            agreement("en", compared(10, 0, 0, 9, undecided=11)),
            "disabled for en: an opinion on 19 of 30 labels (10 right, 9 wrong), needs 20 with 5 "
            "of each",
        ),
        (
            agreement("en", compared(25, 0, 0, 0, undecided=5)),
            "disabled for en: an opinion on 25 of 30 labels (25 right, 0 wrong), needs 20 with 5 "
            "of each",
        ),
        (
            agreement("en", compared(0, 0, 0, 0, undecided=30)),
            "disabled for en: an opinion on 0 of 30 labels (0 right, 0 wrong), needs 20 with 5 of "
            "each",
        ),
    ],
)
def test_why_a_judge_is_not_believed(found: Agreement, reason: str) -> None:
    assert found.reason == reason
    assert not found.believed


def test_labels_of_one_kind_leave_kappa_undefined_and_never_nan() -> None:
    for counts in ((30, 0, 0, 0), (0, 0, 0, 30), (0, 0, 0, 0)):
        found = agreement("en", compared(*counts))
        assert found.kappa is None
        assert not found.believed
        assert "nan" not in found.reason
    constant = agreement("en", compared(15, 15, 0, 0)).kappa
    assert constant is not None
    assert constant.mean == 0
    assert all(map(math.isfinite, (constant.low, constant.high)))


def test_the_counts_are_of_all_labels() -> None:
    found = agreement("en", compared(10, 1, 0, 11, undecided=3))
    assert (found.right, found.wrong, found.undecided) == (13, 12, 3)
