"""Everything that can be wrong with a set of gold questions, held against an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pkqa.evals.gold import alike, leaks, said, standing
from pkqa.evals.gold.anchor import Lookup
from pkqa.evals.gold.lines import Line
from pkqa.text.languages import detect

DRAFT = "draft"  # the tag of what nobody has accepted yet


def faults(lines: Sequence[Line], document: Lookup) -> Iterator[str]:
    """A line a fault, which names file, line and remedy: first those of each question, in order,
    then those between questions.

    Args:
        lines: the questions of all files.
        document: gives the document of an id; raises ``UnknownDocument``.
    """
    languages = _languages(lines)
    for line in lines:
        yield from _own(line, languages)
        yield from standing.faults(line, document)
        yield from said.faults(line, document)
    yield from alike.faults(lines)
    yield from leaks.faults(lines, document)


def faults_by_themselves(lines: Sequence[Line]) -> Iterator[str]:
    """Those faults that show without an index, and with which nothing can be measured: what moved
    in the documents, or is not there any more, is a part of what a run measures."""
    languages = _languages(lines)
    for line in lines:
        yield from _own(line, languages)
    yield from alike.faults(lines)


def _languages(lines: Sequence[Line]) -> list[str]:
    return sorted({line.record.language for line in lines})


def _own(line: Line, languages: Sequence[str]) -> Iterator[str]:
    """What is wrong with a question by itself."""
    record = line.record
    if DRAFT in record.tags:
        remedy = f'read it, mend it, and take the tag "{DRAFT}" out'
        yield line.fault("is a proposal that nobody has accepted", remedy)
    written = detect(record.question, among=languages, default=record.language)
    if written != record.language:
        what = f"the question reads as {written!r}, not as {record.language!r}"
        yield line.fault(what, "set its language, or write it in that one")
    if record.as_of is not None:
        try:
            date.fromisoformat(record.as_of)
        except ValueError:
            yield line.fault(f"as_of {record.as_of!r} is no day", "write YYYY-MM-DD")
