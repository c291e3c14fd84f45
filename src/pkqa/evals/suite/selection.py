"""Which gold questions a run asks: all, or those that some words name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from pkqa.errors import UsageError
from pkqa.evals.gold.record import Record
from pkqa.evals.suite.run import Run

_FIELDS: dict[str, Callable[[Record], tuple[str, ...]]] = {
    "id": lambda record: (record.id,),
    "fact": lambda record: (record.fact_id,),
    "language": lambda record: (record.language,),
    "split": lambda record: (record.split,),
    "tag": lambda record: record.tags,
    "unanswerable": lambda record: (record.unanswerable or "no",),
}


def selected(records: Sequence[Record], filters: Sequence[str], failed: Run | None) -> list[Record]:
    """The questions that meet every filter, in their order.

    Args:
        records: the gold questions.
        filters: ``FIELD=PATTERN`` each, the pattern with ``*`` and ``?``: "language=ar",
            "tag=list", "id=r.*".
        failed: a run; only what did not pass in it.

    Raises:
        UsageError: a filter is none, or nothing is left.
    """
    found = list(records)
    for words in filters:
        name, equals, pattern = words.partition("=")
        if not equals or name not in _FIELDS:
            raise UsageError(
                f"--filter {words!r} is none: write FIELD=PATTERN, with a field of "
                f"{', '.join(_FIELDS)}"
            )
        values = _FIELDS[name]
        found = [r for r in found if any(fnmatchcase(value, pattern) for value in values(r))]
    if failed is not None:
        wanted = {item.id for item in failed.items if not item.passed}
        found = [record for record in found if record.id in wanted]
    if not found:
        narrowed = told(filters, failed) or "nothing: the files hold no question"
        raise UsageError(f"of {len(records)} questions none is left to ask; loosen {narrowed}")
    return found


def told(filters: Sequence[str], failed: Run | None) -> str:
    """The narrowing in words; empty where there is none."""
    parts = [f"--filter {words}" for words in filters]
    return " ".join([*parts, "--failed"] if failed is not None else parts)
