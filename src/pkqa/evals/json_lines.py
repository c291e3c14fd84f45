"""Files of JSON lines: one object of a known shape a line, every fault named by file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pkqa.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)


def lines_of(path: Path, remedy: str) -> Iterator[tuple[str, str]]:
    """Every line that is not blank, with its place: "FILE, line N".

    Args:
        path: the file.
        remedy: what to do where it cannot be read: "name a file of labels".

    Raises:
        UsageError: it cannot be read.
    """
    try:
        lines = path.read_text("utf-8").split("\n")  # a text may hold other ends of lines
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {why}; {remedy}") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{path}, line {number}", line


def parsed(shape: type[Model], line: str, place: str, name: str) -> Model:
    """The object of one line.

    Args:
        shape: what it has to be.
        line: the text.
        place: where it stands, for errors.
        name: what such an object is called: "label".

    Raises:
        UsageError: it is none; names place, field and remedy.
    """
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError(f"{place}: no JSON object; write one {name} a line") from None
    try:
        return shape.model_validate(told)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        at = ".".join(map(str, fault["loc"])) or f"the {name}"
        why = fault["msg"].removeprefix("Value error, ")
        raise UsageError(f"{place}: {at}: {why}; mend the line or take it out") from None
