"""Leaks: what stands in two splits, so that weights chosen on one have seen the other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from pkqa.evals.gold.alike import spelled
from pkqa.evals.gold.anchor import Lookup, known, place_of
from pkqa.evals.gold.lines import Line

_REMEDY = "put both into one split"


def faults(lines: Sequence[Line], document: Lookup) -> Iterator[str]:
    """What is shared by questions of different splits: a fact, a question in whatever spelling, a
    twin, a passage. Each is told at the later line, once."""
    first: dict[Hashable, Line] = {}  # who was the first to have a thing
    ids = {line.record.id: line for line in lines}
    told: set[Hashable] = set()
    for line in lines:
        record = line.record
        shared: list[tuple[str, Hashable]] = [
            (f"the fact {record.fact_id!r}", record.fact_id),
            ("the question", spelled(record)),
        ]
        for what, thing in shared:
            other = first.setdefault(thing, line)
            if other.record.split != record.split and (thing, record.split) not in told:
                told.add((thing, record.split))
                yield _leak(line, what, other)
        twin = ids.get(record.twin) if record.twin else None
        if twin is not None and twin.record.split != record.split:
            yield _leak(line, "its twin", twin)
    yield from _passages(lines, document)


def _passages(lines: Sequence[Line], document: Lookup) -> Iterator[str]:
    """Gold passages of two splits that overlap, told once a question."""
    stretches: dict[str, list[tuple[int, int, Line]]] = {}
    for line in lines:
        before = None
        for span in (span for spans in line.record.gold for span in spans):
            place = place_of(span, known(document, span.document_id)) or span
            taken = stretches.setdefault(span.document_id, [])
            before = before or next(
                (
                    (span.document_id, other)
                    for start, end, other in taken
                    if start < place.end
                    and place.start < end
                    and other.record.split != line.record.split
                ),
                None,
            )
            taken.append((place.start, place.end, line))
        if before is not None:
            yield _leak(line, f"a passage of {before[0]}", before[1])


def _leak(line: Line, what: str, other: Line) -> str:
    split = f"{line.record.split!r} shares {what} with {other.record.id} of {other.record.split!r}"
    return line.fault(f"split {split} ({other.place})", _REMEDY)
