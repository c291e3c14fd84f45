"""Files of gold questions, as they are read and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from pkqa.errors import UsageError
from pkqa.evals.gold.record import Record

SUFFIX = ".jsonl"


def gold_files(paths: Sequence[Path]) -> list[Path]:
    """The files meant: a folder stands for the ``*.jsonl`` in it, by name.

    Raises:
        UsageError: a path does not exist, or a folder has no such file.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(path.glob(f"*{SUFFIX}"))
            if not found:
                raise UsageError(f"{path} holds no {SUFFIX} file; name gold questions")
            files += found
        elif path.is_file():
            files.append(path)
        else:
            raise UsageError(f"{path} does not exist; name files or folders of gold questions")
    return files


def read_gold(paths: Sequence[Path]) -> list[Record]:
    """The questions of all files, in the order in which they stand.

    Raises:
        UsageError: a file cannot be read or a line is no gold question; names file and line.
    """
    return [record for path in gold_files(paths) for _, record in numbered(path)]


def numbered(path: Path) -> list[tuple[int, Record]]:
    """The questions of one file with their lines, counted from 1.

    Raises:
        UsageError: as for :func:`read_gold`.
    """
    try:
        lines = path.read_text("utf-8").split("\n")  # a text may hold other ends of lines
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {why}; name a file of gold questions") from None
    return [
        (n, _record(line, f"{path}, line {n}")) for n, line in enumerate(lines, 1) if line.strip()
    ]


def line_of(record: Record) -> str:
    """A gold question as its line, without what is left at its default."""
    told = record.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(told, ensure_ascii=False)


def text_of(records: Iterable[Record]) -> str:
    """The text of a file."""
    return "".join(f"{line_of(record)}\n" for record in records)


def _record(line: str, place: str) -> Record:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError(f"{place}: no JSON object; write one gold question a line") from None
    try:
        return Record.model_validate(told)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        at = ".".join(map(str, fault["loc"])) or "the record"
        raise UsageError(f"{place}: {at}: {fault['msg']}; mend the line or take it out") from None
