"""The same question about something else: "and in 2023?", "et au Mali ?"."""

from __future__ import annotations

import re
from typing import Literal

from pkqa.answer.elements import (
    MARK,
    WHEN_BEFORE,
    Element,
    attached,
    elements,
    phrase_start,
    stem,
    without,
)
from pkqa.text.fold import fold

_BEFORE = {
    "en": re.compile(r"(?:\b(?P<the>the)\s+)$", re.IGNORECASE),
    "fr": re.compile(
        r"(?:(?P<at>\b(?:au|aux|en|à|dans (?:la|le|les|l['’]))|\bà l['’])"
        r"|(?P<of>\b(?:du|des|de la|de l['’]|de|d['’]))"
        r"|(?P<the>\b(?:le|la|les|l['’])))\s*$",
        re.IGNORECASE,
    ),
}
_YEAR_WITH = {"en": "in ", "fr": "en ", "ar": "في "}
_PLACE_WITH = {"en": "for ", "fr": "pour ", "ar": "في "}


def exchanged(question: str, fragment: str, language: str) -> str | None:
    """``question`` about what ``fragment`` names instead of its own of each kind.

    Args:
        question: as it was understood, in ``language``.
        fragment: at most one element of each kind, each with its preposition or article, and
            nothing else: "in 2021", "au Mali", "in Seoul in 2021".
        language: of both: en, fr or ar.

    Returns:
        The new question; None where ``fragment`` is something else.
    """
    named = elements(fragment, language)
    if not named or len({element.kind for element in named}) < len(named):
        return None
    starts = [phrase_start(fragment, element, language) for element in named]
    if starts[0] > 0:
        return None
    for start, end in zip(starts, [*starts[1:], len(fragment)], strict=True):
        piece = fragment[start:end].strip()
        (new,) = elements(piece, language)
        if piece[new.end :].strip():
            return None
        question = _exchanged_one(question, piece, new, language)
    return question


def _exchanged_one(question: str, fragment: str, new: Element, language: str) -> str:
    old = [element for element in elements(question, language) if element.kind == new.kind]
    if new.kind == "date":
        return _dated(question, old, fragment, new, language)
    if len(old) == 1 and old[0].adjective == new.adjective:
        swapped = _swapped(question, old[0], fragment, new, language)
        if swapped is not None:
            return swapped
    if not old and new.kind == "place" and not _others(question, language):
        return _appended(question, _with(fragment, new, _PLACE_WITH[language]))
    return _attached(without(question, language, ("place", "name")), fragment, language)


def _others(question: str, language: str) -> bool:
    return any(element.kind == "name" for element in elements(question, language))


def _dated(question: str, old: list[Element], fragment: str, new: Element, language: str) -> str:
    phrase = _with(fragment, new, _YEAR_WITH[language] if len(new.of(fragment)) == 4 else "")
    if not old:
        return _appended(question, phrase)
    if len(old) > 1:
        return _attached(without(question, language, ("date",)), fragment, language)
    before, after = question[: old[0].start], question[old[0].end :]
    when = WHEN_BEFORE[language].search(before)
    if when:
        return before[: when.start()] + phrase + after
    return before + new.of(fragment) + after


def _with(fragment: str, element: Element, preposition: str) -> str:
    """``fragment``, with a preposition where it has none."""
    return fragment if element.start > len(element.clitic) else preposition + fragment


# The article before one of these is its own; before others it belongs to a later word: "the Seoul
# conference".
_WITH_THE = re.compile(
    r"\b(?:Republic|United|Emirates|Netherlands|Philippines|Congo|Gambia|Hague|CAR|DRC|US|UK|UAE)\b"
)


def _swapped(question: str, old: Element, fragment: str, new: Element, language: str) -> str | None:
    before, after = question[: old.start], question[_end(question, old, language) :]
    name = new.of(fragment)
    if language == "ar":
        if old.clitic == "ل" and name.startswith("ال"):
            return before + "ل" + name[2:] + after
        return before + name + after
    if language == "fr":
        return None if old.adjective else _french(before, after, fragment, new)
    had = _BEFORE["en"].search(before)
    has = _BEFORE["en"].search(fragment[: new.start])
    if had and not has and _WITH_THE.search(old.of(question)):
        before = before[: had.start()]
    elif has and not had:
        name = f"the {name}"
    return before + name + after


def _end(question: str, old: Element, language: str) -> int:
    """Where an element ends; a mission's with the country that it is said to be in."""
    if old.kind == "name":
        for place in elements(question, language):
            start = phrase_start(question, place, language)
            if place.kind == "place" and old.end < start <= old.end + 1 < place.start:
                return place.end
    return old.end


# Role in the question -> article of the new name -> how both are written.
_FRENCH = {
    "at": {"le": "au ", "la": "en ", "l'": "en ", "les": "aux ", "": "à "},
    "of": {"le": "du ", "la": "de la ", "l'": "de l'", "les": "des ", "": "de "},
    "the": {"le": "le ", "la": "la ", "l'": "l'", "les": "les ", "": ""},
}
_ARTICLE = {
    "le": "le", "au": "le", "du": "le", "la": "la", "en": "la", "de la": "la", "l'": "l'",
    "de l'": "l'", "les": "les", "aux": "les", "des": "les", "à la": "la", "à l'": "l'",
}  # fmt: skip


def _french(before: str, after: str, fragment: str, new: Element) -> str | None:
    """French writes prepositions, articles and names together in so many ways."""
    had = _BEFORE["fr"].search(before)
    has = _BEFORE["fr"].search(fragment[: new.start])
    said = fold(has[0]).strip() if has else ""
    article = _ARTICLE.get(has[0].strip().lower().replace("’", "'") if has else "", "")
    role = had.lastgroup if had else "the"
    if has and has.lastgroup == role:
        phrase = fragment[has.start() :]
    elif new.kind == "name" and not article and had:
        phrase = had[0] + new.of(fragment)  # acronyms of missions share their gender
    elif not article and said not in {"a", "de", "d'"} and role != "the":
        return None  # whether it is "au" or "en" is not known
    else:
        phrase = _FRENCH[str(role)][article] + new.of(fragment)
    start = had.start() if had else len(before)
    return before[:start] + phrase.strip() + after


def _appended(question: str, phrase: str) -> str:
    mark = MARK.search(question)
    return f"{stem(question)} {phrase.strip()}{mark[0] if mark else ''}"


def _attached(topic: str, phrase: str, language: str) -> str:
    return attached(stem(topic), phrase, language)


def in_french(text: str, element: Element, role: Literal["at", "of", "the"]) -> str:
    """An element of a French text with its article, as it is written after "à", after "de", or
    alone: "au Mali", "du Mali", "le Mali"."""
    had = _BEFORE["fr"].search(text[: element.start])
    article = _ARTICLE.get(had[0].strip().lower().replace("’", "'") if had else "", "")
    return _FRENCH[role][article] + element.of(text)
