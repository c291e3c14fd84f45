"""Texts that GitHub shows as they are: no link, image, mention or markup comes of them.

GitHub turns names after ``@``, numbers after ``#`` and addresses into links once Markdown is
rendered, everywhere but in code. So what a document or a question says stands in code.
"""

from __future__ import annotations

import re
from html import escape

from pkqa.text.canonical import canonical
from pkqa.text.languages import direction

# What means something to Markdown. A full stop within a number and a hyphen within a word do not,
# anywhere; nor do the other signs.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#+!|~&:/$^]|(?<!\d)\.|\.(?!\d)|(?<!\w)-|-(?!\w)")
# What makes a name or a number a link: all but the "@" of "recall@5", which is neither a name nor
# an address.
_LINKING = re.compile(r"#|(?<!\w)@|@(?!\d+(?![\w.]))")
_BREAK = "&#8203;"  # no width: a name behind it is none to GitHub


def line(text: str) -> str:
    """A line of Markdown that reads as ``text``; for words of ours that name things of others'."""
    broken = _LINKING.sub("\\g<0>\0", _one_line(text))
    return _MARKUP.sub(r"\\\g<0>", broken).replace("\0", _BREAK)


def summary(text: str) -> str:
    """The same as code within a block of HTML, reading its own way."""
    return f'<code dir="{direction(text)}">{escape(_one_line(text))}</code>'


def block(text: str) -> str:
    """Lines of Markdown that show ``text`` as it stands, reading its own way."""
    shown = canonical(text)
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", shown))])
    fenced = f"{fence}text\n{shown}\n{fence}"
    if direction(shown) == "ltr":
        return fenced
    return f'<div dir="rtl">\n\n{fenced}\n\n</div>'


def _one_line(text: str) -> str:
    return " ".join(canonical(text).split())
