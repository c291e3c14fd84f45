"""Whether words stand in a text, spelling aside."""

from __future__ import annotations

import re
from functools import lru_cache

from pkqa.text.fold import fold

_TOKEN = re.compile(r"\d+(?:\.\d+)*|[^\W_]+")
_ARTICLES = frozenset(("a", "an", "the", "le", "la", "les", "l", "un", "une", "des", "du"))


def holds(text: str, gold: str) -> bool:
    """Whether a gold answer stands in a text, spelling, punctuation and articles aside."""
    wanted = _plain(gold)
    if not wanted:  # "UN", which is an article in small letters
        form = re.escape(gold.strip())
        return bool(form) and re.search(rf"(?<!\w){form}(?!\w)", text) is not None
    # A figure or a Latin word is looked for whole; an Arabic word may have a particle before it.
    whole = wanted[0].isascii() or wanted[-1].isascii()
    return f" {wanted} " in f" {_plain(text)} " if whole else wanted in _plain(text)


# The same passages are looked through for one question after another.
@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return " ".join(token for token in _TOKEN.findall(fold(text)) if token not in _ARTICLES)
