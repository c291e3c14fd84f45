"""Words that mean the same in English, French and Arabic, so that terms compare across them.

``glossary.json`` is ours: common words of the news and of questions, and acronyms. It is no
dictionary: what it lacks is simply not compared.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from pkqa.text.analysis import analyse


def concept(term: str, language: str) -> int | None:
    """The number of the concept that a lexical term (see :func:`pkqa.text.analysis.analyse`) of
    ``language`` stands for; None where the glossary has none."""
    return _concepts().get((language, term))


@cache
def _concepts() -> dict[tuple[str, str], int]:
    body = json.loads(resources.files("pkqa.text").joinpath("glossary.json").read_text("utf-8"))
    table: dict[tuple[str, str], int] = {}
    for number, row in enumerate([*body["concepts"], *body["acronyms"]]):
        for language, words in row.items():
            for word in words:
                for term in analyse(word, language):
                    table.setdefault((language, term), number)
    return table
