"""What a run has come to so far, a line a question: a run that was killed goes on from there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pkqa.errors import UsageError
from pkqa.evals.suite.replies import Said
from pkqa.evals.suite.run import Item

JOURNAL_FILE = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One question that is done.

    Attributes:
        item: what came of it.
        timings: milliseconds by stage, and tokens, of each repetition.
        replies: what a model said, where that is recorded.
    """

    item: Item
    timings: tuple[dict[str, float], ...]
    replies: tuple[Said, ...] = field(default=())


class Journal:
    """The file of it. A line that was cut off by a kill counts as not written."""

    def __init__(self, path: Path, conditions: dict[str, Any], resume: bool) -> None:
        """Begin a journal, or go on with the one that is there.

        Args:
            path: the file.
            conditions: what the run is made of; a journal of other conditions is not gone on with.
            resume: go on, where there is one.

        Raises:
            UsageError: the journal is one of other conditions, or of other code.
        """
        self._path = path
        self.done: dict[str, Entry] = {}
        whole = json.dumps({"conditions": conditions}, ensure_ascii=False, sort_keys=True)
        kept: list[str] = []
        if resume and path.exists():
            kept = path.read_text("utf-8").split("\n")[:-1]  # behind the last end is half a line
            if kept and kept[0] != whole:
                raise UsageError(
                    f"{path} was begun under other conditions (questions, corpus, settings or code "
                    "have changed); run without --resume"
                )
            self.done = dict(_entries(path, kept[1:]))
        text = "".join(f"{line}\n" for line in kept or [whole])
        path.write_text(text, "utf-8")

    def add(self, entry: Entry) -> None:
        """Write down one more; it is kept even if the process is killed right afterwards."""
        told: dict[str, Any] = {
            "item": entry.item.model_dump(mode="json", exclude_defaults=True),
            "timings": entry.timings,
        }
        if entry.replies:
            told["replies"] = [
                said.model_dump(mode="json", exclude_defaults=True) for said in entry.replies
            ]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
        self.done[entry.item.id] = entry


def _entries(path: Path, lines: list[str]) -> Iterator[tuple[str, Entry]]:
    for number, line in enumerate(lines, 2):
        try:
            told = json.loads(line)
            item = Item.model_validate(told["item"])
            replies = tuple(Said.model_validate(said) for said in told.get("replies", ()))
            yield item.id, Entry(item, tuple(told["timings"]), replies)
        except (ValueError, KeyError, TypeError, ValidationError):
            raise UsageError(
                f"{path}, line {number}: no entry of a journal; run without --resume"
            ) from None
