"""Faults between questions: one id or one question twice, and twins that are none."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence

from pkqa.evals.gold.lines import Line
from pkqa.evals.gold.record import Record
from pkqa.text.fold import fold

_WORD = re.compile(r"[^\W_]+\+*")  # "A4P+" is not "A4P"


def faults(lines: Sequence[Line]) -> Iterator[str]:
    """What is wrong with these questions beside each other."""
    ids: dict[Hashable, Line] = {}
    asked: dict[Hashable, Line] = {}
    for line in lines:
        record = line.record
        if first := ids.get(record.id):
            yield line.fault(f"the id stands in {first.place} already", "give it one of its own")
        # Asked as of another day, it is another question.
        question = (record.language, record.as_of, *spelled(record))
        if first := asked.get(question):
            what = f"asks the same as {first.record.id} in {first.place}"
            yield line.fault(what, "ask it in other words, or take it out")
        ids.setdefault(record.id, line)
        asked.setdefault(question, line)
    for line in lines:
        if line.record.twin is not None:
            yield from _twin(line, line.record.twin, ids.get(line.record.twin))


def spelled(record: Record) -> tuple[str, ...]:
    """The question and those before it, equal for all spellings: its words, folded."""
    return tuple(" ".join(_WORD.findall(fold(text))) for text in (*record.after, record.question))


def _twin(line: Line, name: str, twin: Line | None) -> Iterator[str]:
    remedy = "name an answerable question in its language"
    if twin is None:
        yield line.fault(f"its twin {name!r} is not in the files", remedy)
        return
    if not twin.record.answerable:
        yield line.fault(f"its twin {name!r} is unanswerable itself", remedy)
    if twin.record.language != line.record.language:
        yield line.fault(f"its twin {name!r} is in {twin.record.language!r}", remedy)
