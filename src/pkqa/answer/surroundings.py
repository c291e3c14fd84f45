"""What a sentence is said of, by itself and by what it is part of."""

from __future__ import annotations

import re

from pkqa.answer.asked import Asked
from pkqa.answer.missions import missions
from pkqa.answer.nouns import concepts_in, countries
from pkqa.answer.told import Statement
from pkqa.text.analysis import analyse
from pkqa.text.fold import level
from pkqa.text.glossary import Glossary

_LEAD = 400  # characters of a document that say what it is about
# The sentence is of one country or mission, which another sentence names.
_OF_ONE = re.compile(
    r"\b(?:the (?:kingdom|country|republic|government|mission|force|army|state)|its"
    r"|le royaume|le pays|la mission|la force|l'armee|leurs?|ses)\b"
    r"|(?<!\w)[وفبل]*(?:المملكه|البلاد|البعثه|القوه|بلاده|بلادها)(?!\w)"
)
_UNKNOWN = frozenset({"?"})
_DOLLARS = re.compile(
    r"\bU\.?S\.?(?=\s+dollars?)|(?<=dollars )(?:américains|canadiens)|(?<=دولار )\S?[أا]م[ير]+كي\w*"
)
# Words of questions that an answer need not have: they say no more than that something is there.
_NEUTRAL = {
    "en": "deploy serve field current currently now today United Nations UN mission operation run"
    " open world total station send active exist work place force under flag spread number remain"
    " have peacekeeping peace helmet officer",
    "fr": "Nations unies ONU actuellement aujourd'hui gérer mener diriger compter ouverte service"
    " paix maintien drapeau",
    "ar": "الأمم المتحدة حاليا اليوم تدير تديرها تنتشر المنتشرة يوجد عدد السلام علم راية",
}
# A measure has no noun that must be the same; its sentence has to speak of more of the question.
_LEAST_SPOKEN = {"number": 0.5, "money": 0.45, "percent": 0.5, "duration": 0.5}
_LEAST_ABOUT = 0.5  # share of the question that a sentence and what it is part of speak of


class Surroundings:
    """What a sentence is part of."""

    def __init__(self, statement: Statement, glossary: Glossary) -> None:
        document, sentence = statement.document, statement.sentence
        text = document.text
        self.language = sentence.language
        self.document_language = document.language
        self.sentence = text[sentence.start : sentence.end]
        # The paragraph as far as the sentence; a heading is a paragraph of its own.
        self.before = text[text.rfind("\n", 0, sentence.start) + 1 : sentence.start]
        self.top = f"{document.title}\n{text[:_LEAD]}"
        self.title = document.title
        self._glossary = glossary

    def speaks_of(self, concepts: frozenset[int]) -> bool:
        """Whether sentence, paragraph or the document's beginning name one of the concepts."""
        return any(
            not concepts.isdisjoint(concepts_in(text, self.language, self._glossary))
            for text in (self.sentence, self.before, self.top)
        )


def extra_of(thing: Asked, around: Surroundings, glossary: Glossary) -> frozenset[str] | None:
    """The places and missions that the sentence speaks of and the question does not; None where
    it does not speak of those that the question names."""
    language = around.language
    said = countries(_DOLLARS.sub(" ", around.sentence), language)
    near = _last_places(around.before, language)
    if not thing.places <= said:
        top = countries(around.top, around.document_language)
        if not thing.places <= (said | (near or top)):
            return None
    present = missions(around.sentence, language, glossary)
    close = missions(around.before, language, glossary)
    titled = missions(around.title, around.document_language, glossary)
    if thing.missions:
        if not thing.missions <= (
            present | (close or titled or missions(around.top, language, glossary))
        ):
            return None
    elif not thing.places:
        present = present or close or titled
        said = said or near
        if _OF_ONE.search(level(around.sentence)):
            said = said or countries(around.top, around.document_language) or _UNKNOWN
    return (said - thing.places) | (present - thing.missions)


def _last_places(before: str, language: str) -> frozenset[str]:
    """The places of the last sentence of a paragraph that names any."""
    for sentence in reversed(re.split(r"(?<=[.!?؟])\s", before)):
        if found := countries(sentence, language):
            return found
    return frozenset()


def speaks_of(thing: Asked, around: Surroundings, glossary: Glossary) -> bool:
    """Whether the sentence, and what it is part of, speak of enough of the question."""
    whole = f"{around.top}\n{around.before}\n{around.sentence}"
    near = f"{around.before}\n{around.sentence}" if thing.noun else around.sentence
    least = _LEAST_SPOKEN[thing.kind]
    return (
        _share(thing, whole, around.language, glossary) >= _LEAST_ABOUT
        and _share(thing, near, around.language, glossary) >= least
    )


def _share(thing: Asked, text: str, language: str, glossary: Glossary) -> float:
    """The share of what else the question says that a text speaks of, as far as can be told."""
    question = thing.question
    same = language == question.language
    stems = analyse(text, language)
    concepts = concepts_in(text, language, glossary)
    neutral = frozenset(analyse(_NEUTRAL.get(question.language, ""), question.language))
    known = concepts_in(_NEUTRAL["en"], "en", glossary)
    known |= thing.noun.concepts if thing.noun else frozenset()
    terms = [
        term
        for term in question.terms
        if (same or term.comparable)
        and term.concepts.isdisjoint(known)
        and not term.stem.isdigit()
        and term.stem not in thing.named | neutral
    ]
    whole = sum(term.weight for term in terms)
    spoken = [
        term
        for term in terms
        if not term.concepts.isdisjoint(concepts) or (same and term.stem in stems)
    ]
    return sum(term.weight for term in spoken) / whole if whole else 1.0
