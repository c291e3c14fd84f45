"""The parts of a question that asks two things: "When was it held, and who came?"."""

from __future__ import annotations

import re

# A second question begins behind "and" with a question word of its own.
_AND_ASKS = {
    "en": re.compile(
        r",?\s+and (?=(?:(?:in|at|on|by|to|for|from|with|of|since) )?"
        r"(?:who|whom|whose|when|where|how (?:many|much|long|old)|why|which|what)\b)",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r",?\s+et (?=(?:(?:à|de|par|en|dans|pour|avec|depuis|pendant) |d['’])?"
        r"(?:qui|quand|où|combien|pourquoi|quel(?:le)?s?)\b)",
        re.IGNORECASE,
    ),
    "ar": re.compile(r"[،,]?\s+و(?=(?:متى|أين|اين|كم|لماذا|كيف|ماذا|في أي|من|ما)(?!\w))"),
}
_ASKS = {
    "en": re.compile(r"\b(?:who|whom|whose|when|where|how|why|which|what)\b", re.IGNORECASE),
    "fr": re.compile(
        r"\b(?:qui|quand|où|combien|pourquoi|comment|quel(?:le)?s?|que|qu['’])", re.IGNORECASE
    ),
    "ar": re.compile(
        r"(?<!\w)(?:متى|أين|اين|كم|لماذا|كيف|ماذا|أي|أية|بكم)(?!\w)|^\W*(?:من|ما)(?!\w)"
    ),
}


_FROM = re.compile(r"(?<!\w)من(?!\w)")


def parts(text: str, language: str) -> tuple[str, ...]:
    """The questions that a question of two parts is made of; the question itself otherwise."""
    pattern = _AND_ASKS.get(language)
    matches = list(pattern.finditer(text)) if pattern else []
    if len(matches) != 1:
        return (text,)
    first, second = text[: matches[0].start()], text[matches[0].end() :]
    if not _ASKS[language].search(first):
        return (text,)
    # Arabic "who" is "from" as well: "from Rabat and from Salé" asks nothing twice.
    if _FROM.match(second) and _FROM.search(first, 1):
        return (text,)
    return first.strip(" ,،"), second.strip(" ?؟!.\u00a0\u202f")
