"""What may name a caller or a group: it goes into cookies, the audit and the search."""

from __future__ import annotations

from typing import Final, TypeGuard

LONGEST_NAME: Final = 200
"""Characters."""


def is_name(value: object) -> TypeGuard[str]:
    """Whether it is a text that prints on one line, not blank and not endless."""
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        return False
    return value.isprintable() and not value.isspace() and value != ""
