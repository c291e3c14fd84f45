"""A measurement of retrieval as Markdown: tables for a README, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pkqa.evals.intervals import Estimate
from pkqa.evals.matrix import Line
from pkqa.evals.metrics import METRICS
from pkqa.evals.retrieval import DEPTH, NAIVE, NAIVE_CUT, OURS, OURS_CUT, Measured

COMPARED = ("recall@1", "recall@5", "MRR")


def markdown(measured: Measured) -> Iterator[str]:
    """The measurement, line by line."""
    yield from _matrix(measured.systems[OURS])
    if measured.difference is not None:
        yield ""
        yield from _comparison(measured)
        yield ""
        yield _as_it_comes(measured.systems[NAIVE][-1])
    yield ""
    yield _basis(measured)


def _matrix(lines: Sequence[Line]) -> Iterator[str]:
    yield _row(["question -> passage", "n", *METRICS])
    yield _rule(len(METRICS) + 2)
    for line in lines:
        cells = [_estimate(line.metrics[name]) for name in METRICS]
        yield _row([_pair(line), f"{line.questions:,}", *cells])


def _comparison(measured: Measured) -> Iterator[str]:
    heads = [cell for name in COMPARED for cell in _heads(name.removeprefix("recall"))]
    yield _row(["question -> passage", "n", *heads])
    yield _rule(len(heads) + 2)
    for theirs, ours, difference in zip(
        measured.systems[NAIVE_CUT],
        measured.systems[OURS_CUT],
        measured.difference or (),
        strict=True,
    ):
        cells = [_pair(ours), f"{ours.questions:,}"]
        for name in COMPARED:
            cells += [f"{line.metrics[name].mean:.3f}" for line in (theirs, ours)]
            cells.append(_difference(difference.metrics[name]))
        yield _row(cells)


def _heads(name: str) -> tuple[str, str, str]:
    return f"naive {name}", f"ours {name}", "difference"


def _as_it_comes(line: Line) -> str:
    top_1, top_2, mrr = (_estimate(line.metrics[n]) for n in ("recall@1", "recall@10", "MRR"))
    return (
        f"In the second table both stop at {DEPTH} chunks. Naive as it comes (top 2), all pairs: "
        f"recall of the first {top_1}, of both {top_2}, MRR {mrr}."
    )


def _basis(measured: Measured) -> str:
    """What was counted, with what, from what, and how long it took."""
    corpora = [
        f"{Path(folder.path).name} {folder.passages:,} passages" for folder in measured.folders
    ]
    if measured.distractors:
        corpora.append(f"distractors {measured.distractors:,} documents")
    parts = [
        f"{len(measured.queries):,} questions",
        f"left out: {measured.left_out:,} queries without a relevant passage",
        f"corpora: {', '.join(corpora)}",
        f"index: {measured.documents:,} documents in {measured.chunks:,} chunks",
        f"embedder {measured.embedder}",
        f"snapshot {measured.snapshot} of {measured.snapshot_embedder}",
        f"embeddings: {measured.embeddings_computed:,} computed, "
        f"{measured.embeddings_reused:,} from the cache",
        f"{measured.seconds:.1f} s",
    ]
    if measured.lacking:
        parts.append(f"passages not in the index: {len(measured.lacking):,}")
    return "; ".join(parts) + "."


def _pair(line: Line) -> str:
    if line.question_language is None:
        return "all pairs"
    return f"{line.question_language} -> {line.passage_language}"


def _estimate(estimate: Estimate) -> str:
    return f"{estimate.mean:.3f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def _difference(estimate: Estimate) -> str:
    low, high = (_unsigned_zero(bound, 2) for bound in (estimate.low, estimate.high))
    return f"{_unsigned_zero(estimate.mean, 3):+.3f} [{low:+.2f}, {high:+.2f}]"


def _unsigned_zero(value: float, digits: int) -> float:
    """Rounded, and never a negative zero."""
    return round(value, digits) + 0.0


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(columns: int) -> str:
    return "|---" * columns + "|"
