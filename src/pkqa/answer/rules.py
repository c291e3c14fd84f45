"""What rules settle of a claim: numbers, dates, units and names stand in its passages, or it falls.

Each rule gives the reason and the words that failed, or None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pkqa.answer.matching import KEY, Index, date_held, rival
from pkqa.answer.quantities import Quantity
from pkqa.answer.reading import Reading
from pkqa.answer.support import Held
from pkqa.text.fold import level
from pkqa.text.gazetteer import country_of

Refusal = tuple[str, str]  # reason, detail

# "The two men": two that were spoken of.
_DEFINITE = re.compile(
    r"\b(?:the|both|these|those|their|its) two\b|\b(?:les|des|ces|ses|leurs|aux) deux\b"
    r"|(?<!\w)[ولبف]?ال\w+(?:ان|ين)(?!\w)"
)
_ITEMS = re.compile(r",\s*(?:and\s+|et\s+|و)?|،\s*و?|\s+(?:and|et)\s+|\s+و(?=\w{3})")
# Every document is of the United Nations, by some name.
_EVERYWHERE = frozenset("un onu united nations unies".split())


# Of the prompt, and not of the world: "the passage is about", "the answer is".
_ABOUT_ITSELF = re.compile(
    r"\b(?:the|this|these) (?:passages?|questions?|answers?)\b|^\W*[qa]\s*:"
    r"|\b(?:le|la|ce|cette|les|ces) (?:passages?|questions?|reponses?)\b"
    r"|(?<!\w)(?:هذا |هذه )?(?:المقطع|المقاطع|السؤال|الاجابه|الجواب)(?!\w)"
)
# A question whose mark was forgotten. "Which is why", "quel que soit", "ما زال" ask nothing.
_ASKS = re.compile(
    r"^\W*(?:(?:in|on|at|from|to|for|by|with) )?"
    r"(?:which (?!is why)|whose|whom|how (?:many|much|long)\b)"
    r"|^\W*(?:(?:a|de|dans|en|par|pour|sur|depuis) )?"
    r"(?:quel(?:le)?s? (?!qu)|combien de\b|pourquoi\b)"
    r"|^\W*(?:(?:في|من|الي|علي|منذ) )?(?:كم|هل|متي|اين|لماذا|ماذا|ما ه[وي])(?!\w)"
)
_A_DAY = len("2024-05-29")
# Fewer words, numbers and dates than this state nothing.
_LEAST = 2


def states(text: str, claim: Reading) -> bool:
    """Whether a sentence states something of the world: no question, no heading, nothing about the
    prompt."""
    parts = len(claim.words) + len(claim.quantities) + len(claim.dates)
    return (
        parts >= _LEAST
        and not all(word.named for word in claim.words)  # a name, a dateline
        and not text.rstrip(" \"'”»)").endswith(("?", "؟"))
        and not _ASKS.search(level(text))
        and not _ABOUT_ITSELF.search(level(text))
    )


def missing(
    claim: Reading,
    context: Index,
    documents: Index,
    dated: set[str | None],
    proper: frozenset[int],
) -> Refusal | None:
    """What a claim states that its passages, or for names their documents, do not have at all:
    (reason, detail)."""
    for quantity in claim.quantities:
        if not (_value_held(quantity, context) or _counted(claim, quantity)):
            return "number", claim.text[quantity.start : quantity.end]
    for value in sorted(claim.dates):
        # What a document of May 2024 tells may be told as of May 2024; on which day something was,
        # its sentences say.
        published = {day for day in dated if day and len(value) < _A_DAY}
        if not date_held(value, context.dates | published):
            return "date", value
    for place in sorted(claim.places - documents.places):
        if country_of(place) not in documents.places:
            return "name", place
    for word in claim.words:
        if (
            word.named
            and not word.places
            and word.folded not in _EVERYWHERE
            # "Foreign Affairs" may be said otherwise; "General Assembly" names one thing.
            and word.concepts <= proper
            # A short name leaves nothing to be known by in the other script.
            and not (documents.far and len(word.key) < KEY)
            and not documents.holds(word, claim.language)
        ):
            return "name", claim.text[word.start : word.end]
    return None


def _counted(claim: Reading, quantity: Quantity) -> bool:
    """Whether a number need not be in the passage as a number: the first of all, the two that were
    named, a list that the claim itself gives in full."""
    if quantity.value == "1.":
        return True
    if quantity.value == "2" and _DEFINITE.search(level(claim.text)):
        return True
    listed = claim.text[quantity.end :].partition(":")[2]
    return bool(listed) and str(len(_ITEMS.split(listed))) == quantity.value


def _value_held(quantity: Quantity, index: Index) -> bool:
    value = quantity.value
    return (
        not quantity.values.isdisjoint(index.values)
        # A year may be read as a count on one side and as a date on the other.
        or any(date.startswith(value) for date in index.dates if len(value) == 4)
        or (value == "0.5" and "50%" in index.values)
        or (value == "50%" and "0.5" in index.values)
        or (value == "2" and index.pair)
    )


def otherwise_stated(claim: Reading, support: Sequence[Held], context: Index) -> Refusal | None:
    """What a claim states otherwise than the sentences which carry the rest of it."""
    index = Index(held.reading for held in support)
    for quantity in claim.quantities:
        said = claim.text[quantity.start : quantity.end]
        if quantity.unit and _other_unit(quantity, context):
            return "unit", f"{said} {quantity.unit}"
        ordinal = quantity.value.endswith(".") and quantity.value != "1."
        if rival(claim, quantity, context) or (ordinal and quantity.value not in index.values):
            return "number", said
    for value in sorted(claim.dates):
        if not date_held(value, index.dates) and _otherwise(value, claim.dates, index.dates):
            return "date", value
    return None


def _other_unit(quantity: Quantity, context: Index) -> bool:
    """Whether the passages have the value in another unit, and nowhere in this one."""
    same = [
        other for _, other in context.quantities if not other.values.isdisjoint(quantity.values)
    ]
    return bool(same) and not any(
        other.unit == quantity.unit or (other.value != quantity.value and other.unit)
        for other in same
    )


def _otherwise(value: str, claimed: frozenset[str], stated: set[str]) -> bool:
    """Whether a date as exact as ``value`` is stated that the claim does not have."""
    return any(
        len(day) >= len(value) and not any(date_held(one, [day]) for one in claimed)
        for day in stated
    )
