"""What pkqa itself says in an answer, in English, French and Arabic; everything else is quoted.

A question in another language is answered with the English phrases round the quotations.
"""

from __future__ import annotations

from collections.abc import Sequence

_LEAD = {
    "en": ("The documents say:", "From the documents:"),
    "fr": ("On lit dans les documents :", "D'après les documents :"),
    "ar": ("جاء في الوثائق:", "تقول الوثائق:"),
}
_NOT_FOUND = {
    "en": "The documents do not answer this question.",
    "fr": "Les documents ne répondent pas à cette question.",
    "ar": "لا تجيب الوثائق عن هذا السؤال.",
}
_NEAREST = {
    "en": "Nearest documents: {}.",
    "fr": "Documents les plus proches : {}.",
    "ar": "أقرب الوثائق: {}.",
}
_QUOTES = {"en": "“{}”", "fr": "« {} »", "ar": "«{}»"}
_JOINT = {"en": "; ", "fr": " ; ", "ar": "؛ "}
_ABOUT = {
    "en": "What do the documents say about “{}”?",
    "fr": "Que disent les documents sur « {} » ?",
    "ar": "ماذا تقول الوثائق عن «{}»؟",
}


def lead_in(language: str, sentences: int) -> str:
    """The words before the quotations."""
    one, several = _LEAD.get(language, _LEAD["en"])
    return one if sentences == 1 else several


def quoted(text: str, language: str) -> str:
    """A quotation in the marks of the language it is quoted in."""
    return _QUOTES.get(language, _QUOTES["en"]).format(text)


def not_found(language: str, titles: Sequence[str]) -> str:
    """That nothing answers, and which documents come nearest."""
    said = _NOT_FOUND.get(language, _NOT_FOUND["en"])
    if not titles:
        return said
    joined = _JOINT.get(language, _JOINT["en"]).join(quoted(t, language) for t in titles)
    return f"{said} {_NEAREST.get(language, _NEAREST['en']).format(joined)}"


def about(title: str, language: str) -> str:
    """A question to start with, from a document's title."""
    return _ABOUT.get(language, _ABOUT["en"]).format(title)
