"""What the gate is worth: how often it cries wolf, and what it sees. On runs made up by chance."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import numpy as np
import pytest

from evalgate import TODAY, World, found, rules
from pkqa.evals.gate.gated import LOWER_IS_BETTER
from pkqa.evals.gate.verdict import Verdict, judge
from pkqa.evals.suite.run import Run

WORLD = World(facts=60)


def held(new: Run, old: Run) -> Verdict:
    return judge(new, old, rules(), TODAY)


def test_without_noise_there_is_never_an_alarm() -> None:
    codes = {held(WORLD.run(2 * n), WORLD.run(2 * n + 1)).code for n in range(10)}
    assert codes == {0}


@pytest.mark.slow
@pytest.mark.parametrize(("noise", "times"), [(0.05, 70), (0.3, 70), (0.8, 70)])
def test_noise_is_hardly_ever_called_a_regression(noise: float, times: int) -> None:
    alarms = sum(
        held(WORLD.run(2 * n, noise), WORLD.run(2 * n + 1, noise)).word == "regression"
        for n in range(times)
    )
    # If it were 5 %, there would be more than 7 of 70 in 2 % of cases.
    assert alarms <= 7


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 0.15])
@pytest.mark.parametrize(
    ("metric", "name"),
    [("pass", "all"), ("recall@5", "all"), ("refused answerable", "all"), ("recall@5", "ar")],
)
def test_a_drop_that_is_said_to_be_visible_is_seen(metric: str, name: str, noise: float) -> None:
    """As soon as one is said to be visible, others of its size are seen in 80 % of cases, and of
    half its size they are not."""
    times = 15
    share = dict.fromkeys((1.0, 0.5), 0.0)
    for n in range(times):
        before = WORLD.run(3 * n, noise)
        seen = found(held(WORLD.run(3 * n + 1, noise), before), metric, name).visible
        assert seen is not None
        for size in share:
            after = WORLD.run(3 * n + 2, noise, _losers(before, metric, name, size * seen, n))
            one = found(held(after, before), metric, name)
            share[size] += (one.outcome == "regression") / times
    # 10 of 15 or fewer would come in 16 % of cases at 80 %, 9 or fewer in 6 %, 8 or fewer in 2 %.
    assert share[1.0] > 8.5 / times
    assert share[0.5] < 0.5


def _losers(run: Run, metric: str, name: str, drop: float, seed: int) -> set[str]:
    """Questions of facts drawn by chance that lose so much of the mean of the slice together."""
    room: dict[str, dict[str, float]] = {}
    for item in run.items:
        score = item.scores.get(metric)
        if name in item.slices and score is not None:
            left = 1 - score if metric in LOWER_IS_BETTER else score
            room.setdefault(item.fact_id, {})[item.id] = left
    total = drop * sum(map(len, room.values()))
    lost, losers = 0.0, set[str]()
    for fact in np.random.default_rng(seed).permutation(list(room)):
        if lost >= total:
            break
        if any(room[fact].values()):
            lost += sum(room[fact].values())
            losers.update(room[fact])
    return losers


@cache
def big() -> World:
    return World(facts=120)


def _of_pair(world: World, pair: tuple[str, str]) -> Collection[str]:
    return {name for name, _, asked, _ in world.questions if asked == pair}


@pytest.mark.parametrize("pair", [("fr", "ar"), ("ar", "ar")])
def test_a_fault_between_two_languages_is_named_with_them(pair: tuple[str, str]) -> None:
    before, after = big().run(1, 0.1), big().run(2, 0.1, _of_pair(big(), pair))
    verdict = held(after, before)
    worst = verdict.findings[0]
    assert (verdict.code, worst.outcome) == (1, "regression")
    assert worst.slice == " -> ".join(pair)
    wrong = {
        one.slice
        for one in verdict.findings
        if one.outcome == "regression" and one.slice not in ("all", pair[0], worst.slice)
    }
    assert wrong == set()
    assert verdict.sentences()[0].startswith(
        f"regression: {worst.metric} of {pair[0]} -> {pair[1]}"
    )


def test_what_one_language_won_does_not_hide_what_another_lost() -> None:
    french = {name for name, _, (asked, _), _ in big().questions if asked == "fr"}
    arabic = {name for name, _, (asked, _), _ in big().questions if asked == "ar"}
    before, after = big().run(1, 0, french), big().run(1, 0, arabic)
    verdict = held(after, before)
    assert verdict.word == "regression"
    assert {one.slice[:2] for one in verdict.findings if one.outcome == "regression"} == {"ar"}
