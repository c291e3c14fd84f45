"""A sentence read for checking: its words, quantities, dates, places, and what turns it round."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pkqa.answer.cues import cues, poles
from pkqa.answer.quantities import Quantity, figures, quantities
from pkqa.answer.words import Word, content_words, cues_by_clause
from pkqa.text.fold import level
from pkqa.text.glossary import Glossary
from pkqa.text.places import places
from pkqa.text.stated_dates import stated_dates

_BOTH = {
    "en": re.compile(r"\b(?:both|twice|couple|pair)\b"),
    "fr": re.compile(r"\b(?:couple|paire|tous deux|toutes deux)\b"),
    "ar": re.compile(r"(?<!\w)(?:كلا|كلتا|كلي|مرتين)(?!\w)"),
}
# A language is no place: "held in English".
_TONGUES = "English|French|Arabic|Spanish|Russian|Chinese|Portuguese|Swahili"
_TONGUE = re.compile(
    rf"\b(?:in|into|speaks?|spoken|speaking) (?:{_TONGUES})\b|\b(?:{_TONGUES})[- ]speak\w+"
    r"|\b(?:en|parle\w*|l'|le) ?(?:anglais|français|arabe|espagnol|russe|chinois|portugais)\b"
)

# What stands about the day in a dateline: "New York, 24 September 2024 – ", or nothing.
_BEFORE_IN_DATELINE = re.compile(r"(?:\A|[\n,،(–—-])\s*(?:le\s)?\Z")
_BEHIND_IN_DATELINE = re.compile(r"\s*[)\]]?\s*(?:[–—-]\s|\Z)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stretch of text says, as far as it can be compared."""

    text: str
    language: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    dated: tuple[tuple[int, int, str], ...]  # (start, end, ISO value as far as stated); no dateline
    places: frozenset[str]
    cues: frozenset[str]
    clauses: tuple[frozenset[str], ...]  # the cues of each clause
    poles: frozenset[tuple[str, int]]
    pair: bool  # says "both": two of something without the number

    @property
    def dates(self) -> frozenset[str]:
        """The dates stated; relative ones by the day of publication."""
        return frozenset(value for _, _, value in self.dated)


def read(text: str, language: str, glossary: Glossary, published: str | None = None) -> Reading:
    """Read a text.

    Args:
        text: a sentence or several.
        language: ISO 639-1.
        glossary: which words name one concept.
        published: ISO day that "today" and "Monday" are relative to, where known.
    """
    levelled = level(text)
    day = date.fromisoformat(published) if published and len(published) == 10 else None
    dated = stated_dates(text, language, day)
    found = figures(text, levelled, language, [(start, end) for start, end, _ in dated])
    taken = [(start, end) for start, end, _ in (*dated, *found)]
    turned = cues(levelled, language)
    words = tuple(content_words(text, levelled, language, glossary, taken))
    return Reading(
        text=text,
        language=language,
        words=words,
        quantities=tuple(quantities(levelled, words, found)),
        dated=tuple(one for one in dated if not _in_dateline(text, one, published)),
        places=places(_TONGUE.sub(" ", text), language),
        cues=frozenset(cue.sort for cue in turned),
        clauses=cues_by_clause(levelled, turned),
        poles=frozenset(poles(levelled, language)),
        pair=bool((both := _BOTH.get(language)) and both.search(levelled)),
    )


def _in_dateline(text: str, dated: tuple[int, int, str], published: str | None) -> bool:
    """Whether a date only says when its document was published, and not when something was."""
    start, end, value = dated
    return (
        value == published
        and text[start].isdigit()
        and _BEFORE_IN_DATELINE.search(text, 0, start) is not None
        and _BEHIND_IN_DATELINE.match(text, end) is not None
    )
