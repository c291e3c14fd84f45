"""The phrases by which the furniture of a web page is known (``boilerplate.txt`` lists them)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from pkqa.text.fold import fold

_EDGE = " \t\u00a0\u202f-–—*•·|:>»›→←<«‹!.،*#()[]\"'"


def line_key(line: str) -> str:
    """Return a line as phrases are compared: folded, without marks at its two ends."""
    return " ".join(fold(line.strip(_EDGE)).replace(" :", ":").split()).strip(_EDGE)


@cache
def _sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    current: list[str] = []
    listing = files("pkqa.ingest").joinpath("boilerplate.txt").read_text(encoding="utf-8")
    for line in filter(None, map(str.strip, listing.split("\n"))):
        if line.startswith("["):
            current = found[line.strip("[]")] = []
        elif not line.startswith(";"):
            current.append(line)
    return found


@cache
def _phrases(section: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(map(_pattern, _sections()[section])) + r")\Z")


def says(key: str, section: str) -> bool:
    """Say whether a line, given as its key, is one of a section's phrases."""
    return _phrases(section).match(key) is not None


def _pattern(phrase: str) -> str:
    joined = "".join(
        r"\d{1,4}" if piece == "#" else ".{0,160}" if piece == "%" else _literal(piece)
        for piece in re.split("([#%])", phrase)
    )
    # "Reading time: 3 minutes" is also written without the colon.
    return joined.replace(":", ":?") if "#" in phrase else joined


def _literal(piece: str) -> str:
    return re.escape(fold(piece).replace(" :", ":"))


def spread(keys: list[str], reasons: list[str], reason: str, labels: str) -> None:
    """Extend a reason from each line that has it to the labels next to it, over blank lines."""
    for step in (1, -1):
        near = False
        order = range(len(keys)) if step == 1 else range(len(keys) - 1, -1, -1)
        for at in order:
            if reasons[at] == reason:
                near = True
            elif keys[at]:
                near = near and not reasons[at] and says(keys[at], labels)
                if near:
                    reasons[at] = reason
