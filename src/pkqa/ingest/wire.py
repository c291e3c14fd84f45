"""What the sandbox's two processes say to each other: one JSON object a line.

Nothing that comes from the child is believed unseen: a file may have taken it over, so each field
is checked for its type, and no format is used that could run code on the reading side.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from pkqa.ingest.readers.result import UnreadableError
from pkqa.model import Dropped, RawDocument

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TEXTS = ("title", "date", "language", "url", "publication", "document_id")


def line(message: dict[str, Any]) -> bytes:
    """One message as a line of UTF-8; lone surrogates, which no encoding can carry, as U+FFFD."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return _LONE_SURROGATE.sub("\ufffd", text).encode() + b"\n"


def document_message(document: RawDocument) -> dict[str, Any]:
    """``document`` as a message."""
    return {"document": asdict(document)}


def error_message(error: UnreadableError) -> dict[str, Any]:
    """``error`` as a message."""
    return {"error": {"reason": error.reason, "remedy": error.remedy, "place": error.place}}


def parse(data: bytes) -> dict[str, Any]:
    """One line as a message; raises ValueError for anything else."""
    try:
        message = json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("no object")  # noqa: TRY004 - one kind of error for all bad lines
    return message


def document(body: object) -> RawDocument:
    """The document of a message; raises ValueError where a field is missing or of another type."""
    fields = _object(body)
    spans = fields.get("pages")
    if not isinstance(spans, list) or not all(type(page) is int for page in spans):
        raise ValueError("pages")
    line_number = fields.get("line")
    if line_number is not None and type(line_number) is not int:
        raise ValueError("line")
    dropped = tuple(
        Dropped(_text(item.get("text")), _text(item.get("reason")))
        for item in map(_object, _list(fields.get("dropped")))
    )
    optional = {name: None if fields.get(name) is None else _text(fields[name]) for name in _TEXTS}
    return RawDocument(
        text=_text(fields.get("text")),
        media_type=_text(fields.get("media_type")),
        line=line_number,
        groups=tuple(_text(group) for group in _list(fields.get("groups"))),
        pages=tuple(spans),
        dropped=dropped,
        **optional,
    )


def error(body: object) -> UnreadableError:
    """The fault of a message; raises ValueError where it is none."""
    fields = _object(body)
    return UnreadableError(
        _text(fields.get("reason")), _text(fields.get("remedy")), _text(fields.get("place"))
    )


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("no list")  # noqa: TRY004
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004
    return value
