"""Keys of metadata that were meant for another one.

An unknown key is passed over, but one that keeps a document from readers must not be: with "group"
for "groups" it would be open to all.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

GROUPS = "groups"
# By difflib's ratio "group", "groupes" and "gruops" are nearer; "grouping" and "readers" are not.
_NEAR = 0.8


def misspelt(keys: Iterable[str]) -> str:
    """The key that is almost "groups"; "" where there is none."""
    others = [key for key in keys if key != GROUPS]
    return next((key for key in others if get_close_matches(key.lower(), [GROUPS], 1, _NEAR)), "")
