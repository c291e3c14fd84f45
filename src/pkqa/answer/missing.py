"""The part of a question that a model calls unanswered: repeated only where it is that.

What a model says there reaches the reader without a passage behind it, so it has to be made of the
question's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pkqa.text.analysis import analyse
from pkqa.text.fold import digits
from pkqa.text.names import names

_LONGEST = 160  # characters
# Share of the part's words that the question has too.
_SHARED = 0.6
_NUMBER = re.compile(r"\d+")


def of_the_question(parts: Iterable[str], question: str, language: str) -> tuple[str, ...]:
    """Those of the parts that are parts of the question, without a full stop."""
    asked = frozenset(analyse(question, language))
    numbers = frozenset(_NUMBER.findall(digits(question)))
    kept = []
    for part in parts:
        told = " ".join(part.split()).strip(" .?؟!;:")
        stems = analyse(told, language)
        if (
            stems
            and len(told) <= _LONGEST
            and not any(sign in told for sign in "[]<>")
            and numbers.issuperset(_NUMBER.findall(digits(told)))
            and sum(stem in asked for stem in stems) >= _SHARED * len(stems)
            and all(
                asked.issuperset(analyse(told[start:end], language))
                for start, end, _ in names(told, language)
                if start  # the capital of a first word says nothing
            )
        ):
            kept.append(told)
    return tuple(dict.fromkeys(kept))
