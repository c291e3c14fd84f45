"""Analysis: from text to the terms of the lexical index, and from a query to the same terms.

Fold, cut into words, drop what a language glues in front (l', qu', و, ال), drop its stop words,
stem. Stems are those of Snowball (Porter, 2001); the Arabic clitics are taken off first, in the
manner of the "light" stemmers (Larkey et al., 2002). On the Arabic question sets beside the
checkout, both together rank better than either alone.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Any

import snowballstemmer

from pkqa.text.fold import fold
from pkqa.text.stopwords import stop_words

__all__ = ["analyse", "stop_words"]

# Changes when the same text would come out as other terms.
ANALYSIS_VERSION = "1"

_TERM = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:'[^\W_]+)*")
_ELISION = re.compile(r"(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu)'(?=.)")
_NUMBER_IN_WORD = re.compile(r"([\u0621-\u064a]{0,4})(\d+)(st|nd|rd|th|e|er|ere|eme|emes|eres)?\Z")
_SPACED_ORDINAL = re.compile(r"(?<=\d) (?:st|nd|rd|th)(?![^\W_])")

# Clitics in front of an Arabic noun or verb, longest first, each with the letters that must remain.
_PROCLITICS = (
    ("وبال", 3), ("وكال", 3), ("فبال", 3), ("وال", 3), ("بال", 3), ("كال", 3), ("فال", 3),
    ("ولل", 3), ("لل", 3), ("ال", 3), ("وب", 4), ("ول", 4), ("و", 3), ("ب", 5), ("ل", 5), ("ف", 5),
)  # fmt: skip
# Endings of an Arabic noun (plural, dual, possessor, adjective), which Snowball takes off only
# where it can tell a noun from a verb; at least three letters remain.
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "هم", "نا", "ه", "ي")
_LONGEST = 64  # letters: what is longer is no word, and a stemmer walks it many times over
_SNOWBALL = {"en": "english", "fr": "french", "ar": "arabic"}

_stemmers: dict[str, Any] = {}
_lock = threading.Lock()  # a Snowball stemmer keeps the word it works on in itself


def analyse(text: str, language: str) -> list[str]:
    """Return the index terms of ``text``, in order, repeats included.

    ``language`` is an ISO 639-1 code; a language other than en, fr and ar is folded and cut into
    words only. Numbers come out as plain digits in every language.
    """
    stop = stop_words(language)
    terms = []
    for word in _words(text):
        term = _term(word, language, stop)
        if term:
            terms.append(term)
    return terms


def _words(text: str) -> list[str]:
    return _TERM.findall(_SPACED_ORDINAL.sub("", fold(text)))


@lru_cache(maxsize=200_000)
def _term(word: str, language: str, stop: frozenset[str]) -> str:
    """Return the term of one folded word, or "" for a stop word."""
    if word[0].isdigit() or word[-1].isdigit():
        number = _NUMBER_IN_WORD.match(word)
        if number:
            return number[2]
    if language == "fr" or "'" in word:
        word = _bare(word, language)
    if not word or word in stop:
        return ""
    if language == "ar":
        bare = _without_proclitics(word)
        if bare in stop or (word[0] in "وف" and word[1:] in stop):
            return ""
        word = _without_ending(bare)
    elif language == "fr":
        word = _singular(word)
    number = _NUMBER_IN_WORD.match(word)
    if number:
        return number[2]
    stemmed = language in _SNOWBALL and len(word) <= _LONGEST
    return _stem(word, language) if stemmed else word


def _bare(word: str, language: str) -> str:
    """Take off an elided article or pronoun in front and an English possessive behind."""
    if language != "en":
        elided = _ELISION.match(word)
        word = word[elided.end() :] if elided else word
    word = word.removesuffix("'s")
    return "" if word.endswith("n't") else word.replace("'", "")


def _without_proclitics(word: str) -> str:
    for clitic, least in _PROCLITICS:
        if word.startswith(clitic) and len(word) - len(clitic) >= least:
            return word[len(clitic) :]
    return word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _singular(word: str) -> str:
    """Bring a folded French word near its singular: folding hid the accents Snowball goes by."""
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 4 and word.endswith(("ee", "ere")):
        word = word[:-1]
    return word


def _stem(word: str, language: str) -> str:
    with _lock:
        stemmer = _stemmers.get(language)
        if stemmer is None:
            stemmer = _stemmers[language] = snowballstemmer.stemmer(_SNOWBALL[language])
        stem = str(stemmer.stemWord(word))
    if language == "fr" and stem.endswith("y"):
        stem = stem[:-1] + "i"  # "déployé" and "déploie"
    return fold(stem) or word
