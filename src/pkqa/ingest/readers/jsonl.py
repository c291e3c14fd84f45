"""A document a line: ``{"_id", "text", "title"?, "language"?, "date"?, "url"?, "groups"?, ...}``.

The shape is that of the BEIR corpora. A bad line is one fault naming the line; the others are in.
"""

from __future__ import annotations

import json
from typing import Any

from pkqa.ingest.readers.encoding import decode
from pkqa.ingest.readers.misspelt import misspelt
from pkqa.ingest.readers.result import ReadResult, UnreadableError
from pkqa.model import RawDocument

_NAMED_FAULTS = 100  # a file of another kind would otherwise report each of its lines
_OPTIONAL = ("title", "date", "language", "url", "publication")


def read(content: bytes) -> ReadResult:
    """The documents of the good lines and a fault for each bad one (the first hundred named)."""
    decoded = decode(content)
    result = ReadResult(notes=[decoded.note] if decoded.note else [])
    first_lines: dict[str, int] = {}
    unnamed = 0
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            result.documents.append(_document(line, number, first_lines))
        except UnreadableError as fault:
            if len(result.errors) < _NAMED_FAULTS:
                result.errors.append(fault)
            else:
                unnamed += 1
    if unnamed:
        result.errors.append(
            UnreadableError(
                f"has {unnamed} more bad lines", "mend the ones named above, then read it again"
            )
        )
    return result


def _document(line: str, number: int, first_lines: dict[str, int]) -> RawDocument:
    def fault(reason: str, remedy: str) -> UnreadableError:
        return UnreadableError(reason, remedy, f"line {number}")

    body = _object(line, fault_place=f"line {number}")
    name = body.get("_id")
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not name.strip():
        raise fault('has no "_id"', "give the document an id of its own")
    if name in first_lines:
        raise fault(f'repeats the "_id" of line {first_lines[name]}', "give each its own id")
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise fault('has no "text"', "put the document's text there, as a string")
    values: dict[str, str | None] = {}
    for key in _OPTIONAL:
        value = body.get(key)
        if value is not None and not isinstance(value, str):
            raise fault(f'has a "{key}" that is no string', "write it as a string or leave it out")
        values[key] = value.strip() or None if value else None
    if wrong := misspelt(body):
        raise fault(f'has "{wrong}"', 'write it as "groups", or call it something else')
    groups = body.get("groups") or []
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise fault('has "groups" that are no list of strings', "write them as a list of strings")
    first_lines[name] = number
    return RawDocument(
        text=text,
        media_type="jsonl",
        line=number,
        document_id=name,
        groups=tuple(groups),
        title=values["title"],
        date=values["date"],
        language=values["language"],
        url=values["url"],
        publication=values["publication"],
    )


def _object(line: str, fault_place: str) -> dict[str, Any]:
    try:
        body = json.loads(line)
    except json.JSONDecodeError as error:
        raise UnreadableError(
            f"is no JSON ({error.msg} at column {error.colno})",
            "write one JSON object a line",
            fault_place,
        ) from None
    except (ValueError, RecursionError):
        raise UnreadableError(
            "is JSON nested too deeply or with a number too long",
            "write one flat JSON object a line",
            fault_place,
        ) from None
    if not isinstance(body, dict):
        raise UnreadableError("is no JSON object", "write one JSON object a line", fault_place)
    return body
