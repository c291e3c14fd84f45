"""The tests of the gate, held against values worked out by hand and against plain enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from math import comb
from statistics import NormalDist

import numpy as np
import pytest

from evalgate import item
from pkqa.evals.gate.gated import GATED, Gated, slices_of
from pkqa.evals.gate.holm import ALPHA, able, adjusted
from pkqa.evals.gate.mcnemar import mcnemar
from pkqa.evals.gate.paired import paired
from pkqa.evals.gate.pairs import Pairs, pairs
from pkqa.evals.gate.visible import visible
from pkqa.evals.suite.run import Item

PASS = Gated("pass", "mcnemar", "all")
NUGGETS = Gated("nuggets", "paired", "all")
REFUSED = Gated("refused answerable", "mcnemar", "all", lower=True)


def moves(*by_fact: float) -> Pairs:
    """One question a fact, each of which moved so far."""
    moved = np.array(by_fact, float)
    ones = np.ones(len(moved))
    return Pairs(moved, ones.copy(), ones, 1.0, 1.0 + float(moved.mean()), 0)


def p_of(*by_fact: float) -> float:
    p, _ = paired([moves(*by_fact)])
    return float(p[0])


@pytest.mark.parametrize(
    ("worse", "better", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1 / 2),
        (5, 0, 1 / 32),
        (10, 0, 1 / 1024),
        (0, 5, 1.0),
        (5, 1, 7 / 64),  # (1 + 6) / 2^6
        (9, 2, 67 / 2048),  # (1 + 11 + 55) / 2^11
    ],
)
def test_mcnemar_by_hand(worse: int, better: int, p: float) -> None:
    moved = np.array([-1.0] * worse + [1.0] * better + [0.0] * 3)
    assert mcnemar(moved) == pytest.approx(p)


def test_mcnemar_by_enumeration() -> None:
    for worse, better in product(range(6), repeat=2):
        coins = list(product((0, 1), repeat=worse + better))
        share = sum(sum(coin) <= better for coin in coins) / len(coins)
        assert mcnemar(np.array([-2.0] * worse + [0.5] * better)) == pytest.approx(share)


def test_mcnemar_counts_thousands() -> None:
    assert 0 < mcnemar(np.array([-1.0] * 1200 + [1.0] * 1000)) < 1e-4


def test_holm_by_hand() -> None:
    # Sorted .01 .02 .03 .04, times 4, 3, 2, 1: .04 .06 .06 .04; none below the one before.
    assert adjusted([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert adjusted([0.9, 0.5]) == pytest.approx([1.0, 1.0])
    assert adjusted([]) == []


def rejected_by_closure(p: Sequence[float]) -> list[bool]:
    """Holm as the closure of Bonferroni: rejected where every set with the test in it is."""
    sets = [chosen for size in range(1, len(p) + 1) for chosen in combinations(range(len(p)), size)]
    fall = {chosen: min(p[at] for at in chosen) <= ALPHA / len(chosen) for chosen in sets}
    return [all(fall[chosen] for chosen in sets if at in chosen) for at in range(len(p))]


def test_holm_by_closure() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        p = list(rng.beta(0.3, 4, size=5))
        assert [one <= ALPHA for one in adjusted(p)] == rejected_by_closure(p)


def test_what_can_show_nothing_costs_nothing() -> None:
    # 0.5^5 is under 0.05, so that one test on 5 facts can show something, but not beside another.
    assert able([5]) == [True]
    assert able([5, 5]) == [False, False]
    assert able([6, 6, 2, 4]) == [True, True, False, False]
    assert able([4, 100]) == [False, True]
    assert able([]) == []
    assert able([1, 2]) == [False, False]


def test_turned_signs_by_enumeration() -> None:
    # A large sample, so that the bootstrap's p is the smaller one and turned signs decide.
    told = (-1.0, -0.5, -0.5, 0.25, -1.0, -0.75, 0.5)
    sums = [np.dot(told, signs) for signs in product((1, -1), repeat=len(told))]
    share = np.mean([one <= sum(told) + 1e-9 for one in sums])
    assert p_of(*told, *[0.0] * 60) == pytest.approx(float(share))


def test_all_down_is_no_likelier_than_chance_has_it() -> None:
    for k in (3, 7, 10):
        assert p_of(*[-1.0] * k, *[0.0] * 90) == pytest.approx(0.5**k)


def test_more_facts_than_are_enumerated_agree_with_the_normal_curve() -> None:
    rng = np.random.default_rng(5)
    told = rng.normal(-0.1, 0.5, 120)
    z = told.sum() / np.sqrt((told**2).sum())
    assert p_of(*told) == pytest.approx(NormalDist().cdf(float(z)), abs=0.01)


def test_the_larger_of_both_holds() -> None:
    # One of few where other questions say less than turned signs do.
    told = [-2.1, 0.0, 0.0, 0.9, 0.2, 1.0, 0.1, -0.3, -0.2]
    signs = product((1, -1), repeat=len(told))
    by_signs = np.mean([np.dot(told, one) <= sum(told) + 1e-9 for one in signs])
    drawn = np.random.default_rng(1).choice(told, (100_000, len(told))).sum(axis=1)
    assert by_signs < 0.45
    assert p_of(*told) == pytest.approx(float(np.mean(drawn > -1e-9)), abs=0.01)
    assert p_of(*told) > 0.46


def test_nothing_lost_is_nothing_found() -> None:
    p, least = paired([moves(0, 0, 0), moves(1, -1, 0), moves(1, 1, 0), moves(-1, -1, -1)])
    assert list(p[:3]) == [1, 1, 1]
    assert p[3] < 1
    assert least[0] == 0
    assert least[2] <= 0
    assert least[3] == pytest.approx(1)


def test_the_bound_is_that_of_the_bootstrap() -> None:
    rng = np.random.default_rng(7)
    told = np.array([-1.0] * 30 + [1.0] * 5 + [0.0] * 65)
    means = [rng.choice(told, 100).mean() for _ in range(4000)]
    _, least = paired([moves(*told)])
    assert least[0] == pytest.approx(-np.quantile(means, 0.95), abs=0.011)


def test_the_same_each_time() -> None:
    tests = [moves(*np.random.default_rng(n).normal(-0.1, 0.5, 50)) for n in range(3)]
    first, again = paired(tests), paired(tests)
    assert [list(one) for one in first] == [list(one) for one in again]


def by_id(*items: Item) -> dict[str, Item]:
    return {one.id: one for one in items}


def test_facts_are_counted_and_not_questions() -> None:
    old = [item(f"q{n}", "f", nuggets=1.0) for n in range(12)]
    new = [item(f"q{n}", "f", nuggets=0.0) for n in range(12)]
    held = pairs(NUGGETS, new, by_id(*old), {"f": 0})
    assert held is not None
    assert (list(held.moved), list(held.room), held.facts) == ([-12.0], [12.0], 1)
    assert held.loss == 1
    p, _ = paired([held])
    assert p[0] == pytest.approx(0.5)
    assert mcnemar(held.moved) == 0.5


def test_of_a_fact_that_lost_and_won_the_balance_counts() -> None:
    old = [item("a", "f", pass_=1.0), item("b", "f", pass_=0.0)]
    new = [item("a", "f", pass_=0.0), item("b", "f", pass_=1.0)]
    held = pairs(PASS, new, by_id(*old), {"f": 0})
    assert held is not None
    assert mcnemar(held.moved) == 1


def test_lower_may_be_better() -> None:
    old = [item("a", refused_answerable=0.0), item("b", refused_answerable=1.0)]
    new = [item("a", refused_answerable=1.0), item("b", refused_answerable=1.0)]
    held = pairs(REFUSED, new, by_id(*old), {"a": 0, "b": 1})
    assert held is not None
    assert (list(held.moved), list(held.room)) == ([-1.0, 0.0], [1.0, 0.0])
    assert (held.old, held.new, held.loss) == (0.5, 1.0, 0.5)


def test_a_number_on_one_side_only_is_counted_apart() -> None:
    old = [item("a", nuggets=1.0), item("b", nuggets=1.0), item("c", nuggets=None), item("d")]
    new = [item("a", nuggets=0.5), item("b", nuggets=None), item("c", nuggets=0.0), item("d")]
    held = pairs(NUGGETS, new, by_id(*old), {name: n for n, name in enumerate("abcd")})
    assert held is not None
    assert (held.unpaired, held.facts, held.old, held.new) == (2, 1, 1.0, 0.5)
    assert pairs(NUGGETS, new[1:], by_id(*old), {"b": 0, "c": 1, "d": 2}) is None


def test_only_the_slice_is_looked_at() -> None:
    old = [item(name, pair=(name, "ar"), nuggets=1.0) for name in ("en", "ar")]
    new = [item(name, pair=(name, "ar"), nuggets=float(name == "en")) for name in ("en", "ar")]
    rows = {"en": 0, "ar": 1}
    for name, loss in {"all": 0.5, "en": 0.0, "ar -> ar": 1.0}.items():
        held = pairs(NUGGETS, [one for one in new if name in one.slices], by_id(*old), rows)
        assert held is not None
        assert held.loss == loss


def test_slices() -> None:
    asked = [
        item("a", pair=("fr", "ar")),
        item("b", pair=("ar", "-")),
        item("c", pair=("fr", "ar")),
    ]
    assert slices_of("all", asked) == ["all"]
    assert slices_of("languages", asked) == ["all", "ar", "fr"]
    assert slices_of("pairs", asked) == ["all", "ar", "fr", "fr -> ar"]


def test_every_gated_metric_is_one() -> None:
    from pkqa.evals.scores.table import by_name

    for gated in GATED:
        by_name(gated.metric)
    assert len({gated.metric for gated in GATED}) == len(GATED)


def test_what_would_have_been_seen_without_noise() -> None:
    still = moves(*[0.0] * 100)
    assert visible(PASS, still, 0.05 / 50) == pytest.approx(0.10)  # 0.5^10 < 0.001 < 0.5^9
    assert visible(NUGGETS, still, 0.05 / 50) == pytest.approx(0.10)
    assert visible(PASS, still, 0.05) == pytest.approx(0.05)
    assert visible(PASS, moves(*[0.0] * 8), 0.05 / 50) is None
    empty = Pairs(still.moved, np.zeros(100), still.questions, 0.0, 0.0, 0)
    assert visible(PASS, empty, 0.05) is None  # nothing was right, so nothing can get worse


def test_what_would_have_been_seen_with_noise() -> None:
    noisy = moves(*[-1.0] * 6, *[1.0] * 6, *[0.0] * 88)
    seen = visible(PASS, noisy, 0.05 / 50)
    assert seen is not None
    # Of 12 that move by chance no more than 7 win in 80 % of cases.
    hits = round(100 * seen)
    assert sum(comb(hits + 12, won) for won in range(8)) / 2 ** (hits + 12) <= 0.001
    assert sum(comb(hits + 11, won) for won in range(8)) / 2 ** (hits + 11) > 0.001


def test_facts_of_many_questions_weigh_more_than_others() -> None:
    room = np.array([1.0, 3.0] * 50)
    uneven = Pairs(np.zeros(100), room, room, 1.0, 1.0, 0)
    # 10 facts lose 20 of the 200 questions as a rule, but so much may well be lost by fewer.
    drop = (20 + NormalDist().inv_cdf(0.8) * (10 * 0.9) ** 0.5) / 200
    assert visible(PASS, uneven, 0.05 / 50) == pytest.approx(drop)
    by_chance = np.random.default_rng(1)
    enough = [by_chance.permutation(room)[:9].sum() < 200 * drop for _ in range(2000)]
    assert np.mean(enough) > 0.8


def test_a_drop_within_the_tolerance_is_never_looked_for() -> None:
    still = moves(*[0.0] * 1000)
    assert visible(PASS, still, 0.05) == pytest.approx(0.011)
    exact = Gated("quotation fidelity", "paired", "all", tolerance=0.0)
    assert visible(exact, still, 0.05) == pytest.approx(0.005)
