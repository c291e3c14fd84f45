"""Word lists as they are best read: one string, the words parted by blanks."""

from __future__ import annotations


def words(listed: str) -> frozenset[str]:
    """Return the words of a list written as one string."""
    return frozenset(listed.split())
