"""Which chunks a search may find, said once and understood by Chroma and SQLite alike."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pkqa.store.rows import day_number


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions that a chunk must all meet; an empty one is met by every chunk.

    A chunk without a date meets no condition on dates, one without groups none on groups.
    """

    languages: tuple[str, ...] = ()  # the chunk's language is one of these
    since: str | None = None  # ISO day: dated on it or later
    until: str | None = None  # ISO day: dated on it or earlier
    groups: tuple[str, ...] = ()  # the document belongs to at least one of these

    def for_chroma(self) -> dict[str, Any] | None:
        """The same as a Chroma ``where``; None when there is no condition."""
        conditions: list[dict[str, Any]] = []
        if self.languages:
            conditions.append({"language": {"$in": list(self.languages)}})
        if self.since is not None:
            conditions.append({"date": {"$gte": day_number(self.since)}})
        if self.until is not None:
            conditions.append({"date": {"$lte": day_number(self.until)}})
        if self.groups:
            conditions.append(_joined("$or", [{"groups": {"$contains": g}} for g in self.groups]))
        return _joined("$and", conditions) if conditions else None

    def for_sql(self) -> tuple[str, dict[str, Any]]:
        """The same as an SQL condition on a snapshot's ``chunks``, with its parameters."""
        conditions = ["TRUE"]
        if self.languages:
            conditions.append("language IN (SELECT value FROM json_each(:languages))")
        if self.since is not None:
            conditions.append("date >= :since")
        if self.until is not None:
            conditions.append("date <= :until")
        if self.groups:
            conditions.append(
                "document_id IN (SELECT document_id FROM memberships"
                ' WHERE "group" IN (SELECT value FROM json_each(:groups)))'
            )
        return " AND ".join(conditions), {
            "languages": json.dumps(self.languages),
            "since": day_number(self.since),
            "until": day_number(self.until),
            "groups": json.dumps(self.groups),
        }


def _joined(word: str, conditions: list[dict[str, Any]]) -> dict[str, Any]:
    """Chroma refuses an ``$and`` or ``$or`` of one."""
    return conditions[0] if len(conditions) == 1 else {word: conditions}
