"""Light or dark: as the reader's device has it, unless they say otherwise."""

from __future__ import annotations

from typing import Final, Literal, get_args

Theme = Literal["auto", "light", "dark"]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)


def theme_of(asked: object) -> Theme:
    """The theme of that name; ``auto`` for anything else."""
    return next((theme for theme in THEMES if theme == asked), "auto")
