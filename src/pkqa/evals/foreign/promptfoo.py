"""Gold questions of a CSV of test cases as promptfoo reads them.

A column ``question``, ``query`` or ``prompt`` asks; ``__expected``, ``__expected1``, ... say what
the answer contains. That is judged here as all values are: whole words, spelling aside, anywhere in
the answer. What calls a model or a program, or asks for a form, cannot be held against an answer
made of quotations, and is refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from pkqa.errors import UsageError
from pkqa.evals.foreign.imported import Imported, name_of, nugget_of, text_of
from pkqa.evals.gold.record import Nugget, Record, Value
from pkqa.text.languages import detect

ASKING = ("question", "query", "prompt")

_EXPECTED = re.compile(r"__expected\d*")
_ASSERTION = re.compile(r"(?P<kind>[a-z\-]+)\s*:\s*(?P<told>.*\S)\s*", re.DOTALL)
_SAID = ("contains", "icontains", "equals")
_ALL_SAID = "contains-all"
_NOT_SAID = "not-contains"
_KINDS = (*_SAID, _ALL_SAID, _NOT_SAID)


def from_promptfoo(path: Path) -> Imported:
    """Bring in a file.

    Raises:
        UsageError: it is no such CSV, or expects what cannot be judged here; names the line.
    """
    found = Imported()
    stem = name_of(path.stem)
    for number, (line, row) in enumerate(_rows(path), 1):
        place = f"{path}, line {line}"
        asked = " ".join(
            next((row[name] for name in ASKING if row.get(name, "").strip()), "").split()
        )
        if not asked:
            raise UsageError(f"{place}: asks nothing; fill one of {', '.join(ASKING)}")
        language = detect(asked)
        nuggets: list[Nugget] = []
        forbidden: list[Value] = []
        for name, cell in row.items():
            if _EXPECTED.fullmatch(name) and cell.strip():
                _take(cell.strip(), language, place, nuggets, forbidden)
        if not nuggets:
            raise UsageError(
                f"{place}: says nothing that a right answer contains; fill __expected with "
                "`contains: ...`"
            )
        found.records.append(
            Record(
                id=f"{stem}.{number}",
                fact_id=f"{stem}.{number}",
                split="dev",
                language=language,
                question=asked,
                nuggets=tuple(nuggets),
                forbidden=tuple(forbidden),
                tags=("promptfoo",),
                note=" ".join(row.get("__description", "").split()),
            )
        )
    return found


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by column, each with the line that it begins in."""
    text = text_of(path, "a CSV file of test cases")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if not set(ASKING) & set(names) or not any(map(_EXPECTED.fullmatch, names)):
            raise UsageError(
                f"{path}, line 1: the columns are {', '.join(names) or 'missing'}; name one of "
                f"{', '.join(ASKING)} and __expected"
            )
        first = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(names):
                raise UsageError(
                    f"{path}, line {first}: {len(cells)} cells for {len(names)} columns; quote "
                    "cells that hold commas"
                )
            if any(cell.strip() for cell in cells):
                yield first, dict(zip(names, cells, strict=True))
            first = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: {error}; mend the line") from None


def _take(
    cell: str, language: str, place: str, nuggets: list[Nugget], forbidden: list[Value]
) -> None:
    """Add what one cell expects."""
    found = _ASSERTION.fullmatch(cell)
    if found is None or found["kind"] not in _KINDS:
        raise UsageError(
            f"{place}: {cell.partition(':')[0][:40]!r} cannot be judged here; write one of "
            f"{', '.join(f'{kind}:' for kind in _KINDS)}"
        )
    kind, told = found["kind"], found["told"]
    if kind in _SAID:
        nuggets.append(nugget_of([told], language))
    elif kind == _NOT_SAID:
        forbidden.append(Value(type="text", values={language: (told,)}))
    else:
        parts = [part.strip() for part in told.split(",") if part.strip()]
        nuggets.extend(nugget_of([part], language) for part in parts)
