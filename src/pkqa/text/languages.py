"""Which language a text is in, and which way it reads.

The script settles most of it. Latin text goes by function words of English and French first (a
question of three words has little else), then by py3langid's model, whose answer is taken only
where the text is long enough for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from pkqa.text.wordlist import words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 3000  # characters: more of a text does not change the answer
_TELLING = 20  # letters that tell the language of one sentence

_SCRIPTS = {
    "arabic": re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06fc\u0750-\u077f\ufb50-\ufefc]"),
    "latin": re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "hebrew": re.compile("[\u05d0-\u05f2]"),
    "kana": re.compile("[\u3041-\u30fa]"),
    "han": re.compile("[\u3400-\u9fff]"),
    "hangul": re.compile("[\u1100-\u11ff\uac00-\ud7a3]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "other": re.compile(
        "[\u0531-\u0587\u0980-\u0dff\u0e80-\u10ff\u1200-\u137f\u1780-\u17ff\u1400-\u167f]"
    ),
}
_ONE_LANGUAGE = {
    "greek": "el",
    "hebrew": "he",
    "han": "zh",
    "kana": "ja",
    "hangul": "ko",
    "thai": "th",
}

# Written with Latin letters, or sharing a script with another language; the model chooses among
# these alone, since its rarer labels draw short names and headings to them.
_MODELLED = words(
    """
    af am az be bg bn bs ca cs cy da de en es et eu fi fr ga gl gu ha hi hr hu hy id is it ka km
    kn lo lt lv mk ml mn mr ms my ne nl no pa pl pt ro ru si sk sl so sq sr sv sw ta te tl tr uk
    uz vi zu
    """
)

_PERSIAN = re.compile("[پچژگکی]")
_URDU = re.compile("[ٹڈڑںےہھ]")
_ARABIC_ONLY = re.compile("[ةىأإ]|(?<![\u0620-\u06d3])ال")

_WORD = re.compile(r"[^\W\d_]+")
_LOWER_WORD = re.compile(r"(?<![^\W_])[^\W\d_A-ZÀ-ÖØ-Þ]{2,}")

_ELISION = re.compile(r"(?<![^\W_])(?:[lcsnj]|qu)['’](?=[aàâeéèêiîoôuyhœ])", re.IGNORECASE)

# Function words that the other of the two languages does not have. A word in the second lists is
# shared with a third language often enough to count for half.
_ENGLISH = words(
    """
    the of and is are was were which what who whom whose where when why how many much did does
    has have had been this that these those with from by into its their they he she not but
    there then than about after before during under between will would could should can according
    """
)
_FRENCH = words(
    """
    le les du des aux une est sont était étaient été qui quel quelle quels quelles combien où
    pourquoi comment quand dans pour avec par sur sous chez cette ces cet leur leurs ils elles il
    elle nous vous ont avait et au qu'il sans entre lors selon après avant pendant depuis mais
    donc ainsi aussi plus dont
    """
)
_ENGLISH_WEAK = words("to in for on at as an be or it do a i so we you")
_FRENCH_WEAK = words("la de en un se ce que a à son sa ses ne pas on tu je me ou si")


def detect(text: str, among: Sequence[str] = (), default: str = "und") -> str:
    """Return the ISO 639-1 code of the language of ``text``.

    ``among`` restricts the answer to those languages where it is not empty. ``default`` is the
    answer where the text does not tell: no letters, a few words without a function word, names.
    """
    found = _detect(_sample(text), frozenset(among))
    return found if found is not None and (not among or found in among) else default


def written_in(text: str, expected: str) -> str:
    """Return the language of what was to be written in ``expected``: that one where the text is too
    short to tell."""
    telling = sum(letter.isalpha() for letter in text) >= _TELLING
    return detect(text, default=expected) if telling else expected


def direction(text: str) -> Literal["rtl", "ltr"]:
    """Return the reading direction of ``text`` by the majority of its letters.

    The first letter says little: an Arabic paragraph may open with "MINUSMA".
    """
    sample = _sample(text)
    rtl = len(_SCRIPTS["arabic"].findall(sample)) + len(_SCRIPTS["hebrew"].findall(sample))
    return "rtl" if rtl * 2 > len(re.findall(r"[^\W\d_]", sample)) else "ltr"


def _sample(text: str) -> str:
    """Return the text, or three stretches of a long one."""
    if len(text) <= _SAMPLE:
        return text
    part = _SAMPLE // 3
    middle = (len(text) - part) // 2
    return f"{text[:part]}\n{text[middle : middle + part]}\n{text[-part:]}"


@lru_cache(maxsize=4096)  # headings and one-line passages recur by the thousand
def _detect(text: str, among: frozenset[str]) -> str | None:
    counts = {script: len(pattern.findall(text)) for script, pattern in _SCRIPTS.items()}
    script = max(counts, key=lambda name: counts[name])
    letters = counts[script]
    if not letters:
        return None
    if script == "han" and counts["kana"] * 5 >= letters:
        script = "kana"
    if script == "arabic":
        return _arabic_script(text, letters)
    if script == "latin":
        return _latin(text, letters, among)
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    language, confidence = _model(frozenset()).classify(text)
    return str(language) if confidence > 0.5 else None


def _arabic_script(text: str, letters: int) -> str:
    """Arabic unless the letters plainly say Urdu or Persian."""
    urdu = len(_URDU.findall(text))
    if urdu >= 2 and urdu > 0.04 * letters:
        return "ur"
    persian = len(_PERSIAN.findall(text))
    if persian >= 2 and persian > 0.06 * letters and persian > 2 * len(_ARABIC_ONLY.findall(text)):
        return "fa"
    return "ar"


def _latin(text: str, letters: int, among: frozenset[str]) -> str | None:
    told = [word.lower() for word in _WORD.findall(text)]
    english = _share(told, _ENGLISH, _ENGLISH_WEAK)
    french = _share(told, _FRENCH, _FRENCH_WEAK) + 0.5 * len(_ELISION.findall(text))
    best, confidence = _model(frozenset()).classify(text)
    language = str(best)
    if english == french == 0.0:
        said = None
    else:
        said = "en" if english > french or (english == french and language == "en") else "fr"
    if said and (said == language or _outweighs(told, max(english, french), said, confidence)):
        return said
    # What is left to go by is the spelling; names alone are spelt as in their own language.
    if not _LOWER_WORD.search(text):
        return None
    if letters >= 25 and confidence > 0.6:
        return language
    best, confidence = _model(among).classify(text) if among else (None, 0.0)
    return str(best) if confidence > 0.9 else None


def _outweighs(told: list[str], score: float, said: str, confidence: float) -> bool:
    """Say whether function words outweigh another answer of the model.

    In a short text, or one full of foreign names, a function word says more than the letters do;
    but a word or two may well be shared with the language that the model is sure of.
    """
    if confidence < 0.5:
        return score >= (0.5 if confidence < 0.3 else 1.0)
    strong = _ENGLISH if said == "en" else _FRENCH
    return score >= max(1.0, 0.25 * len(told)) and not strong.isdisjoint(told)


def _share(told: list[str], strong: frozenset[str], weak: frozenset[str]) -> float:
    return sum(1.0 if word in strong else 0.5 for word in told if word in strong or word in weak)


@cache
def _model(among: frozenset[str]) -> LanguageIdentifier:
    """Return py3langid's model restricted to ``among``, or to the languages above."""
    from py3langid.langid import (
        MODEL_FILE,
        LanguageIdentifier,
    )

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(sorted(among & _MODELLED or _MODELLED))
    return model
