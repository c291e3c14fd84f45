"""The page's own small drawings, in the colour of the words beside them."""

from __future__ import annotations

from typing import Final

from pkqa.serve.markup import tag

_STROKES: Final = {
    "copy": ("M9 9h10v11H9z", "M5 15V4h10"),
    "up": (
        "M7 11v9H4v-9z",
        "M7 11l4-7c1.4 0 2.3 1 2 2.5L12.4 10H18a2 2 0 0 1 2 2.3l-1 6A2 2 0 0 1 17 20H7",
    ),
    "down": (
        "M17 13V4h3v9z",
        "M17 13l-4 7c-1.4 0-2.3-1-2-2.5l.6-3.5H6a2 2 0 0 1-2-2.3l1-6A2 2 0 0 1 7 4h10",
    ),
    "export": ("M12 4v11", "M7.5 10.5 12 15l4.5-4.5", "M5 20h14"),
    "history": ("M4 12a8 8 0 1 0 2.6-5.9L4 8.5", "M4 4v4.5h4.5", "M12 8v4.5l3 1.8"),
    "new": ("M12 5v14", "M5 12h14"),
    "auto": ("M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16", "M12 4v16", "M15 6v12", "M18 8v8"),
    "light": (
        "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8",
        "M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 "
        "1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
    ),
    "dark": ("M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",),
    "date": ("M4 6h16v14H4z", "M4 10.5h16", "M8.5 3.5v4M15.5 3.5v4"),
    "link": (
        "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1",
        "M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
    ),
    "leave": ("M10 4H5v16h5", "M10 12h10", "M16.5 8.5 20 12l-3.5 3.5"),
    "close": ("M6.5 6.5l11 11", "M17.5 6.5l-11 11"),
}


def icon(name: str) -> str:
    """One drawing, 24 units a side; silent, since the control that bears it has a name."""
    return tag(
        "svg",
        *(tag("path", d=stroke) for stroke in _STROKES[name]),
        class_="icon",
        viewBox="0 0 24 24",
        aria_hidden="true",
        focusable="false",
    )
