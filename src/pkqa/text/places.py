"""Countries and cities named in a text: ``Morocco`` = ``marocain`` = ``المغرب``.

Names are those of :mod:`pkqa.text.gazetteer`; regular demonyms are told by stem and ending
("Senegal" + "ese", "Alger" + "ien", "تونس" + "ي").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pkqa.text.gazetteer import ALIASES, EXACT_ONLY, WORD, Gazetteer, folded_word, gazetteer_of

_LONGEST = 5  # words in a name
# Demonyms of two words, the second of which names another place by itself.
_COMPASS = {
    ("south", "SD"): "SS",
    ("sud", "SD"): "SS",
    ("north", "KR"): "KP",
    ("nord", "KR"): "KP",
}


def places(text: str, language: str) -> frozenset[str]:
    """Codes of the places that ``text`` names: ISO 3166 for countries, zone ids for cities.

    A Latin name counts only when it is capitalised. Other languages than English, French and
    Arabic are read with the English names.
    """
    if language not in ALIASES:
        language = "en"
    gazetteer = gazetteer_of(language)
    words = [m[0] for m in WORD.finditer(text)]
    found: set[str] = set()
    at = 0
    while at < len(words):
        opens, demonym = _alone(words[at], language)
        code, length = _longest(words, at, gazetteer.names) if opens else (None, 1)
        code = code or demonym
        if code is not None:
            before = folded_word(words[at - 1]) if at and length == 1 else ""
            found.add(_COMPASS.get((before, code), code))
            at += length
        else:
            at += 1
    return frozenset(found)


@lru_cache(maxsize=100_000)  # most words are no places, and come again
def _alone(word: str, language: str) -> tuple[bool, str | None]:
    """Whether a name of a place may begin with the word, and the code that it stands for by
    itself as a demonym."""
    gazetteer = gazetteer_of(language)
    opens = _named(word) and any(head in gazetteer.openings for head in _heads(folded_word(word)))
    return opens, _demonym(word, gazetteer)


def _longest(words: list[str], at: int, names: dict[str, str]) -> tuple[str | None, int]:
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        rest = " ".join(folded_word(w) for w in words[at + 1 : at + length])
        for head in _heads(folded_word(words[at])):
            key = f"{head} {rest}".rstrip()
            if key in names and not (key in EXACT_ONLY and _with_article(words[at], head)):
                return names[key], length
    return None, 1


def _with_article(word: str, head: str) -> bool:
    """Whether ``head`` stands behind the Arabic article in ``word``: "المالي", the financial."""
    return folded_word(word).removesuffix(head).endswith(("ال", "لل"))


def _demonym(word: str, gazetteer: Gazetteer) -> str | None:
    # French writes its demonyms small ("soldats algériens"): those must be longer to count.
    shortest, ending = (3, 0) if _named(word) else (4, 2)
    for head in _heads(folded_word(word)):
        for cut in range(len(head), shortest - 1, -1):
            stem, end = head[:cut], head[cut:]
            whole = stem in gazetteer.demonyms and (not end or end in gazetteer.suffixes)
            if whole or (len(end) >= ending and end in gazetteer.suffixes):
                code = gazetteer.stems.get(stem)
                if code is not None:
                    return code
    return None


def _heads(word: str) -> Iterator[str]:
    """The word, then the word without French elision or Arabic proclitics and article."""
    yield word
    if "'" in word:
        yield from (part for part in word.split("'", 1) if len(part) > 2)
    if not "؀" <= word[:1] <= "ۿ":
        return
    bare = {word, word[1:]} if word[0] in "وفبلك" and len(word) > 3 else {word}
    bare |= {w[1:] for w in bare if w[0] in "بلك" and len(w) > 3}
    for form in sorted(bare, key=len, reverse=True):
        yield form
        if form.startswith(("ال", "لل")) and len(form) > 4:
            yield form[2:]
        elif form.startswith("ل") and len(form) > 4:
            yield form[1:]


def _named(word: str) -> bool:
    # "Morocco's", "d'Égypte": the longer part is the name.
    return not max(re.split("['’]", word), key=len)[:1].islower()
