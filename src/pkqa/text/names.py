"""Proper names: finding them in Latin text, and comparing them across scripts.

The key of a name is its skeleton of consonants, in classes coarse enough for what transliteration
does: Arabic has no p, v or g of its own, French writes "ch" where English writes "sh", a final s
may become sh on the way, and short vowels are not written at all. The classes follow from those
facts, in the spirit of the phonetic codes (Soundex, Metaphone); the key is a filter, not a proof.
"""

from __future__ import annotations

import re
import unicodedata

from pkqa.text.abbreviations import NEVER_LAST
from pkqa.text.fold import fold
from pkqa.text.stopwords import stop_words
from pkqa.text.wordlist import words

# Longest first. A French silent ending ("Lacroix", "Grothe") goes before anything else is read.
_LATIN = (
    ("tch", "TS"), ("sch", "S"), ("kh", "K"), ("gh", "K"), ("ch", "S"), ("sh", "S"),
    ("ph", "B"), ("th", "T"), ("dh", "D"), ("zh", "X"), ("dj", "X"), ("ck", "K"), ("qu", "K"),
    ("gn", "N"), ("ge", "X"), ("gi", "X"), ("gy", "X"), ("ce", "S"), ("ci", "S"), ("cy", "S"),
    ("gue", "K"), ("gui", "K"), ("b", "B"), ("p", "B"), ("f", "B"), ("v", "B"), ("t", "T"),
    ("d", "T"), ("k", "K"), ("q", "K"), ("c", "K"), ("g", "K"), ("j", "X"), ("x", "KS"), ("s", "S"),
    ("z", "S"), ("l", "L"), ("r", "R"), ("m", "M"), ("n", "N"),
)  # fmt: skip
_ARABIC = {
    "ب": "B", "پ": "B", "ف": "B", "ڤ": "B", "ڥ": "B", "ت": "T", "ط": "T", "د": "T", "ض": "T",
    "ذ": "T", "ث": "T", "ظ": "T", "ك": "K", "ق": "K", "گ": "K", "ڭ": "K", "غ": "K", "خ": "K",
    "ج": "X", "ش": "S", "چ": "TS", "ژ": "X", "س": "S", "ص": "S", "ز": "S", "ل": "L", "ر": "R",
    "م": "M", "ن": "N",
}  # fmt: skip

_ARABIC_WORD = re.compile("[\u0620-\u064a]")
_ARTICLE = re.compile("^(?:[وفبكل]?ال|لل)(?=..)")
_LATIN_ARTICLE = re.compile(r"^(?:al|el|ad|ar|as|at|ash|an|az)-(?=..)")
_SILENT = re.compile(r"(?:(?<=[aeiou])x|(?<=[^aeiou])et)$")
_REPEATED = re.compile(r"(.)\1+")


def name_key(word: str) -> str:
    """Return the skeleton of a name in Latin or Arabic letters; "" where nothing is left of it.

    Two spellings of one name usually share it: Lacroix and لاكروا, Bourita and بوريطة, Rabat and
    الرباط. Different names may share it too, so a match is evidence and no more; a key shorter
    than two letters is hardly that.
    """
    folded = fold(word)
    if _ARABIC_WORD.search(folded):
        bare = _ARTICLE.sub("", folded)
        key = "".join(_ARABIC.get(letter, "") for letter in bare)
    else:
        key = _latin_key(_SILENT.sub("", _LATIN_ARTICLE.sub("", folded)))
    return _REPEATED.sub(r"\1", key)


def _latin_key(word: str) -> str:
    key = []
    at = 0
    while at < len(word):
        for letters, sound in _LATIN:
            if word.startswith(letters, at):
                key.append(sound)
                at += len(letters)
                break
        else:
            at += 1
    return "".join(key)


# A capitalised word with its inner marks: "Jean-Pierre", "O'Neil", "MINUSCA", "A4P+", "U.N.".
_CAPITAL = r"(?:(?:[^\W\d_]\.){2,}|[^\W\d_][\w]*(?:[-'’][^\W\d_]\w*)*\+?)"
_WORD = re.compile(rf"(?<![\w'’]){_CAPITAL}|(?<=[ldnsLDNS]['’]){_CAPITAL}")
_PARTICLES = words("de du des da di del della der den von van bin ben ibn el al of la le")
_ELIDED = re.compile(r"^(?:[ldjnstcmLDJNSTCM]|[Qq]u)['’](?=\w)")
_SENTENCE_START = re.compile(r"(?:\A|[.!?؟:…\n\"“«(\[–—-])\s*[\"“«(\[]?\s*\Z")


def names(text: str, language: str) -> list[tuple[int, int, str]]:
    """Return the candidate proper names of a Latin-script text as ``(start, end, name)``, in order.

    Capitalised words in a row are one name, particles between them included ("Democratic Republic
    of Congo"), as are acronyms. A word that merely opens a sentence counts only where it is not a
    function word of the ``language``. Text in a script without capitals has no candidates.
    """
    stop = stop_words(language) | stop_words("en") | stop_words("fr")
    found: list[tuple[int, int]] = []
    pending = -1  # where the last name ends if a particle follows it
    for match in _WORD.finditer(text):
        start, end = match.span()
        elided = _ELIDED.match(match[0])
        if elided and len(match[0]) > elided.end():
            start += elided.end()
        word = text[start:end]
        if not _is_capital(word):
            joins = word in _PARTICLES and found and text[found[-1][1] : start].isspace()
            pending = end if joins else -1
            continue
        opens = _SENTENCE_START.search(text, max(0, start - 6), start) is not None
        folded = fold(word)
        if (folded in stop and (opens or not word.isupper())) or folded in NEVER_LAST:
            pending = -1
            continue
        if found and _adjoins(text, found[-1][1], pending, start) and not opens:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        pending = -1
    return [(start, end, text[start:end]) for start, end in found]


def _is_capital(word: str) -> bool:
    return unicodedata.category(word[0]) in {"Lu", "Lt"} or (
        sum(letter.isupper() for letter in word) >= 2
    )


def _adjoins(text: str, previous_end: int, particle_end: int, start: int) -> bool:
    begin = particle_end if particle_end > previous_end else previous_end
    between = text[begin:start]
    return bool(between) and between.isspace() and "\n" not in between
