"""From one value a question to a matrix: a line a pair of languages, then the mean over pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pkqa.evals.intervals import Design, Estimate, Values
from pkqa.evals.metrics import METRICS, SHARES


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a matrix."""

    question_language: str | None  # None in the mean over the pairs
    passage_language: str | None
    questions: int
    passages: int
    metrics: dict[str, Estimate]


def design_of(relevant: Sequence[frozenset[str]], pairs: Sequence[tuple[str, str]]) -> Design:
    """The design of questions whose relevant passages and language pairs these are."""
    return Design(_clusters(relevant), pairs)


def matrix(design: Design, values: Values) -> list[Line]:
    """Means of the metrics of one system, shape (questions, metrics)."""
    return _lines(
        design,
        values,
        lambda name, column: design.shares(column) if name in SHARES else design.averages(column),
    )


def difference(design: Design, values: Values, others: Values) -> list[Line]:
    """Means of what the metrics of one system are above those of another, question by question."""
    return _lines(design, values - others, lambda _, column: design.differences(column))


def _lines(
    design: Design, values: Values, estimate: Callable[[str, Values], list[Estimate]]
) -> list[Line]:
    by_metric = {name: estimate(name, values[:, at]) for at, name in enumerate(METRICS)}
    lines = [
        Line(
            *pair, int(questions), int(passages), {n: found[row] for n, found in by_metric.items()}
        )
        for row, (pair, questions, passages) in enumerate(
            zip(design.pairs, design.questions, design.passages, strict=True)
        )
    ]
    last = {name: found[-1] for name, found in by_metric.items()}
    return [*lines, Line(None, None, len(values), design.clusters, last)]


def _clusters(relevant: Sequence[frozenset[str]]) -> list[str]:
    """For each question a name that it shares with those that have a relevant passage in common
    with it, directly or through others."""
    joined: dict[str, str] = {}

    def root(name: str) -> str:
        while joined.setdefault(name, name) != name:
            name = joined[name]
        return name

    for names in relevant:
        first, *others = sorted(names)
        for other in others:
            joined[root(other)] = root(first)
    return [root(min(names)) for names in relevant]
