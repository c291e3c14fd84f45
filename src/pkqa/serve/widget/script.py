"""``widget.js`` as it is served: the script with the sentences and the style put in."""

from __future__ import annotations

import json
from importlib import resources
from typing import Final

from pkqa.serve.widget.words import words

_WORDS: Final = '"pkqa:words"'
_STYLE: Final = '"pkqa:style"'


def static(name: str) -> str:
    """The text of a file that the package ships."""
    return (resources.files("pkqa.serve") / "static" / name).read_text(encoding="utf-8")


def script() -> str:
    """The whole script. It names no address but the one that it comes from."""
    source = static("widget.js")
    source = source.replace(_WORDS, json.dumps(words(), ensure_ascii=False))
    return source.replace(_STYLE, json.dumps(static("widget.css"), ensure_ascii=False))
