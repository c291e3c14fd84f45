"""What a sentence of an answer adds to its question.

A model that does not know takes over the question's words. They are those of the passages as well,
so such a sentence seems carried, false premise and all ("Why are rich countries paid more?": "Rich
countries are paid more."); and it answers nothing. What it adds is what has to be carried.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from pkqa.answer.matching import Index
from pkqa.answer.reading import Reading
from pkqa.answer.support import Part, covered, parts_of
from pkqa.text.fold import level

# What a question asks for something with: something that its own words do not hold.
_AWAITS = {
    "en": re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b"),
    "fr": re.compile(
        r"^\W*(?:(?:a|avec|chez|contre|de|par|pour|sur|vers) )?(?:qu[ei]|qu'est-ce)\b|\bc'est qui\b"
        r"|\b(?:quoi|quel(?:le)?s?|quand|pourquoi|comment|combien|(?:le|la|les|du|des|au|aux)quel\w*)\b"
    ),
    "ar": re.compile(
        r"^\W*(?:و|ف)?(?:(?:في|من|الي|علي|عن|منذ|حتي|خلال|قبل|بعد|مع|لدي|ضمن)\s+)?"
        r"(?:[بل]?(?:من|ما|ماذا|متي|اين|كم|كيف|اي|ايه)|لماذا|لم|عم|مم|فيم|بم)(?!\w)"
    ),
}
# One that is answered by yes or no, or by one of the things that it names itself.
_CHOOSES = {
    "en": re.compile(
        r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might"
        r"|must)\b|\bor\b|\bwhich (?:one )?of\b|^\W*between\b"
    ),
    "fr": re.compile(r"^\W*est-ce qu|\bou\b|\b(?:le|la|les)quel\w* d|^\W*entre\b"),
    "ar": re.compile(
        r"^\W*(?:و|ف)?(?:هل|ا(?:ليس|لم|لن))(?!\w)|(?<!\w)(?:ام|او|ايهما|ايه? من)(?!\w)"
    ),
}

_LITTLE = 2
_WHERE = re.compile(r"\boù\b", re.IGNORECASE)


def added(claim: Reading, question: Reading) -> frozenset[Part] | None:
    """The parts of a claim that its question does not hold; None where the question does not await
    any."""
    if not _awaits(question):
        return None
    parts = parts_of(claim, lambda _stem, _language: (1.0, True))
    return frozenset(parts) - covered(claim, parts, Index([question]))


def unfounded(claim: Reading, new: Set[Part], support: Sequence[Reading]) -> bool:
    """Whether a claim adds little, and nothing of that is in its support.

    Of the true sentences that the checker was fitted on, 0.4 % add one thing or two that are told
    in other words altogether. In Arabic letters a name is not told from other words, and so may be
    spelt in a way that is not known again in others.
    """
    index = Index(support)
    if claim.language == "ar" and not index.far:
        return False
    return 0 < len(new) <= _LITTLE and not covered(claim, new, index)


def _awaits(question: Reading) -> bool:
    # "Où" (where) and "ou" (or) are levelled to one word.
    words = level(_WHERE.sub("quand", question.text))
    awaits, chooses = _AWAITS.get(question.language), _CHOOSES.get(question.language)
    return bool(awaits and chooses and awaits.search(words) and not chooses.search(words))
