"""Which chunks a search may find."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from pkqa.errors import UsageError
from pkqa.store.rows import day_number


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions that a chunk must all meet; an empty one is met by every chunk.

    A chunk without a date meets no condition on dates, one without groups none on groups; but what
    has no groups may be read by everyone.
    """

    languages: tuple[str, ...] = ()  # the chunk's language is one of these
    since: str | None = None  # ISO day: dated on it or later
    until: str | None = None  # ISO day: dated on it or earlier
    groups: tuple[str, ...] = ()  # the document belongs to at least one of these
    readers: tuple[str, ...] | None = None  # who asks is in these groups; None: reads everything

    def for_sql(self) -> tuple[str, dict[str, Any]]:
        """It as an SQL condition on a snapshot's ``chunks``, with its parameters."""
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
        if self.readers is not None:
            conditions.append(
                "(document_id NOT IN (SELECT document_id FROM memberships)"
                " OR document_id IN (SELECT document_id FROM memberships"
                ' WHERE "group" IN (SELECT value FROM json_each(:readers))))'
            )
        return " AND ".join(conditions), {
            "languages": json.dumps(self.languages),
            "since": day_number(self.since),
            "until": day_number(self.until),
            "groups": json.dumps(self.groups),
            "readers": json.dumps(self.readers),
        }


def may_read(readers: Collection[str] | None, groups: Collection[str]) -> bool:
    """Whether a document of ``groups`` meets ``Where(readers=...)``."""
    return readers is None or not groups or not set(groups).isdisjoint(readers)


def day(text: str) -> str:
    """An ISO day as the store compares it.

    Raises:
        UsageError: it is none.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{text!r} is no day; write it as 2023-11-30") from None
