"""Files of gold questions, as they are read and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from pkqa.errors import UsageError
from pkqa.evals.gold.record import Record
from pkqa.evals.json_lines import lines_of, parsed

SUFFIX = ".jsonl"
REMEDY = "name a file of gold questions"


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
    placed = chain.from_iterable(lines_of(path, REMEDY) for path in gold_files(paths))
    return [record_of(line, place) for place, line in placed]


def line_of(record: Record) -> str:
    """A gold question as its line, without what is left at its default."""
    told = record.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(told, ensure_ascii=False)


def text_of(records: Iterable[Record]) -> str:
    """The text of a file."""
    return "".join(f"{line_of(record)}\n" for record in records)


def record_of(line: str, place: str) -> Record:
    """The gold question of a line; ``place`` names the line in errors.

    Raises:
        UsageError: it is none.
    """
    return parsed(Record, line, place, "gold question")
