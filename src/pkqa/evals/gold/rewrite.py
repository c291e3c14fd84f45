"""Gold files brought up to date with the index, in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from pathlib import Path

from pkqa.errors import UsageError
from pkqa.evals.gold.anchor import Lookup, anchored
from pkqa.evals.gold.file import line_of
from pkqa.evals.gold.lines import Line, text_of
from pkqa.evals.gold.record import Record
from pkqa.store.durable import replace


def rewrite(lines: Sequence[Line], document: Lookup) -> tuple[list[Line], dict[Path, int]]:
    """Anchor every question anew and write the files of those that changed; all other lines stay
    as they are, byte for byte.

    Returns:
        the lines as they are now, and how many spans changed, by file.

    Raises:
        UsageError: a file cannot be read or written.
    """
    fresh = [changed(line, record=anchored(line.record, document)) for line in lines]
    spans: dict[Path, int] = {}
    for path in dict.fromkeys(line.path for line in lines):
        texts = text_of(path).split("\n")
        for old, new in zip(lines, fresh, strict=True):
            if new.path == path and new.record != old.record:
                texts[new.number - 1] = line_of(new.record)
                spans[path] = spans.get(path, 0) + _differing(old.record, new.record)
        if path in spans:
            try:
                replace(path, "\n".join(texts))
            except OSError as error:
                why = error.strerror or error
                raise UsageError(f"{path} cannot be written: {why}; make it writable") from None
    return fresh, spans


def _differing(old: Record, new: Record) -> int:
    return sum(
        was != now
        for spans_before, spans_now in zip(old.gold, new.gold, strict=True)
        for was, now in zip(spans_before, spans_now, strict=True)
    )
