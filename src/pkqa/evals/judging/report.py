"""What a judge thinks of a run, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pkqa.evals.intervals import Estimate
from pkqa.evals.judging.agreement import Agreement
from pkqa.evals.judging.judged import Judged, Share


def markdown(judged: Judged) -> Iterator[str]:
    """The judge's part of a report, line by line."""
    model = " ".join(judged.model.replace("`", "'").split())
    yield f"Judge: `{model}`. An additional column: the verdict does not depend on it."
    yield ""
    yield from _table(
        ("language", "labels (right, wrong)", "kappa", "believed"),
        [_agreement(one) for one in judged.agreements],
    )
    if judged.shares:
        yield ""
        yield from _table(
            ("language", "questions", "judged right", "passed", "no opinion", "not judged"),
            [_share(share) for share in judged.shares],
        )
        yield ""
        yield f"Judged right, did not pass: {_ids(judged.lenient)}."
        yield f"Judged wrong, passed: {_ids(judged.severe)}."
    yield ""
    yield (
        f"Tries: {judged.asked:,} asked, {judged.reused:,} from the cache; {judged.unclear:,} said "
        f"neither right nor wrong, {judged.failed:,} failed."
    )
    if judged.gave_up:
        yield f"The judge gave up: {_cell(judged.gave_up)}"


def _agreement(one: Agreement) -> list[str]:
    undecided = f", no opinion on {one.undecided}" if one.undecided else ""
    return [
        one.language,
        f"{one.right + one.wrong} ({one.right}, {one.wrong}){undecided}",
        "-" if one.kappa is None else _estimate(one.kappa),
        "yes" if one.believed else one.reason,
    ]


def _share(share: Share) -> list[str]:
    shares = ["-" if one is None else _estimate(one) for one in (share.right, share.passed)]
    return [
        share.language,
        f"{share.questions:,}",
        *shares,
        f"{share.undecided:,}",
        f"{share.left_out:,}",
    ]


def _estimate(estimate: Estimate) -> str:
    return f"{estimate.mean:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in ids) or "none"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield _row(heads)
    yield "|---" * len(heads) + "|"
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
