"""Peacekeeping missions named in a text, by any of their names."""

from __future__ import annotations

import re
from functools import cache

from pkqa.answer.nouns import concepts_in
from pkqa.text.glossary import Glossary

_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{4,}(?![\w-])")
_NO_MISSION = frozenset({"covid", "unesco", "unicef", "nato", "otan"})
_NAMES = (
    "UNIFIL UNTSO UNMISS MINUSMA MINUSCA MINUSTAH MONUSCO UNFICYP UNDOF UNAMID UNISFA MINURSO"
    " UNMIK UNMOGIP UNMIL UNAMIR UNPROFOR UNEF"
).split()


def missions(text: str, language: str, glossary: Glossary) -> frozenset[str]:
    """The missions that a text names, by concept or, where the glossary has none, by acronym."""
    known = concepts_in(text, language, glossary) & _known(glossary)
    written = {match[0].casefold() for match in _ACRONYM.finditer(text)} - _NO_MISSION
    unknown = {
        w for w in written if not concepts_in(w, "en", glossary) | concepts_in(w, "fr", glossary)
    }
    return frozenset(map(str, known)) | unknown


@cache
def _known(glossary: Glossary) -> frozenset[int]:
    return frozenset().union(*(concepts_in(name, "en", glossary) for name in _NAMES))
