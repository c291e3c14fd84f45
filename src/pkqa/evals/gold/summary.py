"""What a set of gold questions holds, counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from pkqa.evals.gold.record import Record
from pkqa.evals.suite.asking import document_language
from pkqa.evals.suite.run import ALL


def summary(records: Sequence[Record]) -> Iterator[str]:
    """A table, line by line: how many questions and facts there are of each kind."""
    yield f"{'':<32}{'questions':>9}{'facts':>9}"
    for name, kinds_of in _GROUPINGS.items():
        questions: Counter[str] = Counter()
        facts: defaultdict[str, set[str]] = defaultdict(set)
        for record in records:
            for kind in kinds_of(record):
                questions[kind] += 1
                facts[kind].add(record.fact_id)
        for kind in sorted(questions):
            title = f"{name}{kind}"
            yield f"{title:<32}{questions[kind]:>9,}{len(facts[kind]):>9,}"


def _pairs(record: Record) -> tuple[str, ...]:
    if not record.answerable:
        return ()
    return (f"{record.language} -> {document_language(record)}",)


_GROUPINGS: dict[str, Callable[[Record], tuple[str, ...]]] = {
    "": lambda _: (ALL,),
    "split ": lambda record: (record.split,),
    "answerable ": _pairs,
    "unanswerable ": lambda record: (record.unanswerable,) if record.unanswerable else (),
    "tag ": lambda record: record.tags,
}
