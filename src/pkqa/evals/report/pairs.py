"""A run by pairs of languages, as the table that the command line prints."""

from __future__ import annotations

from collections.abc import Iterator

from pkqa.evals.report.matrix import Matrix, matrix
from pkqa.evals.suite.run import ALL, NOWHERE, Run

COLUMNS = (
    "pass",
    "nuggets",
    "recall@5",
    "citation precision",
    "refused answerable",
    "answered unanswerable",
)


def by_pair(run: Run) -> Iterator[str]:
    """A line a pair, then one for all questions: means with their 95 % intervals. A metric that
    says nothing of a pair's questions has a dash."""
    table = matrix(run)
    yield _row("question -> passage", "n", *COLUMNS)
    yield "|---" * (len(COLUMNS) + 2) + "|"
    for pair in sorted({item.pair for item in run.items}, key=_last_where_none):
        yield _row(pair, *_cells(table, pair))
    yield _row("all questions", *_cells(table, ALL))


def _last_where_none(pair: str) -> tuple[bool, str]:
    return pair.endswith(f" {NOWHERE}"), pair


def _cells(table: Matrix, slice_: str) -> Iterator[str]:
    yield f"{table['pass'][slice_].questions:,}"
    for name in COLUMNS:
        cell = table.get(name, {}).get(slice_)
        if cell is None:
            yield "-"
        else:
            found = cell.estimate
            yield f"{found.mean:.3f} [{found.low:.2f}, {found.high:.2f}]"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
