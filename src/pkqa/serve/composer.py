"""The field beside the question: up to which day documents are heard."""

from __future__ import annotations

from datetime import date

from pkqa.serve.icons import icon
from pkqa.serve.markup import quoted, tag
from pkqa.serve.strings import STRINGS, Language


def as_of_field(as_of: str | None, language: Language) -> str:
    """The date field and the button that empties it; ``as_of`` is the day that is set."""
    strings = STRINGS[language]
    return tag(
        "div",
        tag(
            "label",
            icon("date"),
            tag("span", quoted(strings.as_of)),
            # A field has no end tag: it is written by hand.
            f'<input type="date" data-act="as-of" value="{quoted(as_of or "")}" '
            f'min="1900-01-01" max="2199-12-31" lang="{language}" '
            f'title="{quoted(strings.as_of_hint)}" />',
        ),
        tag(
            "button",
            icon("close"),
            tag("span", quoted(strings.as_of_clear)),
            type="button",
            class_="plain",
            data_act="any-date",
        ),
        class_="as-of" + (" set" if as_of else ""),
        dir=strings.direction,
    )


def day_of(written: object) -> str | None:
    """An ISO day as the browser's date field gives it; None for anything else."""
    try:
        return date.fromisoformat(str(written)).isoformat() if written else None
    except ValueError:
        return None
