"""What a question asks for: the kind of thing that an answer must hold, and what it is about.

Question words decide the kind, as in the answer-type taxonomies of open-domain question answering
(Li and Roth 2002, "Learning question classifiers"), cut to what a sentence can be checked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pkqa.text.dates import dates
from pkqa.text.fold import fold
from pkqa.text.names import name_key, names
from pkqa.text.places import places

Kind = Literal[
    "number", "money", "duration", "age", "percent", "date", "person", "place", "open"
]

# The first pattern that matches decides; on folded text, so without accents or harakat.
_KINDS: dict[str, list[tuple[Kind, str]]] = {
    "en": [
        ("duration", r"\bhow long\b|\bhow many (?:years|months|weeks|days|hours|minutes)\b"),
        ("age", r"\bhow old\b|\bat what age\b"),
        ("percent", r"\bwhat (?:percentage|share|proportion)\b|\bwhich (?:percentage|share)\b"),
        ("money", r"\bhow much .*\b(?:cost|costs|spend|spent|pay|paid|worth|budget|earn|money)\b"),
        ("money", r"\b(?:what|which)\b.*\b(?:cost|budget|salary|price|wage|fee|amount of money)\b"),
        ("number", r"\bhow (?:many|much|large|big|often)\b|\bwhat (?:is|was) the (?:total )?number\b"),
        ("number", r"\b(?:what|which) (?:anniversary|session)\b"),
        ("date", r"\bwhen\b|\b(?:what|which) (?:day|date|year|month)\b|\bsince when\b"),
        ("person", r"\bwho\b|\bwhose\b|\bwhom\b"),
        ("place", r"\bwhere\b|\bin (?:which|what) (?:\w+ )?(?:city|country|countries|place|capital)\b"),
    ],
    "fr": [
        ("duration", r"\bcombien de temps\b|\bpendant combien\b|\bcombien d'annees\b"),
        ("duration", r"\bquelle (?:est|etait|fut|a ete) la duree\b|\bcombien de (?:mois|jours|heures)\b"),
        ("age", r"\bquel age\b"),
        ("percent", r"\bquelle? (?:pourcentage|part|proportion)\b"),
        ("money", r"\bcombien .*\b(?:coute|coutent|coutera|gagne|paye|verse)"),
        ("money", r"\bquel\w* .*\b(?:cout|budget|salaire|prix|montant|tarif)\b"),
        ("number", r"\bcombien\b|\bquel (?:est|etait) le nombre\b|\bquel nombre\b"),
        ("number", r"\bquel (?:\w+ )?anniversaire\b|\bquelle session\b"),
        ("date", r"\bquand\b|\bquell?e? (?:date|annee|jour|mois)\b|\ben quelle annee\b"),
        ("person", r"\bqui\b(?! (?:sont|est) (?:le but|l'objectif))"),
        (
            "place",
            r"(?:^|[ ,])(?:d')?où\b|\bdans quel\w* (?:\w+ )?(?:ville|pays|lieu|capitale|endroit)\b",
        ),
    ],
    "ar": [
        ("duration", r"\bكم (?:من الوقت|دام\w*|استغرق\w*|سنه|عاما|شهرا|يوما|ساعه)\b|\bما مده\b"),
        ("age", r"\b(?:كم|ما) (?:هو )?عمر\w*\b|\bكم يبلغ .* من العمر\b"),
        ("percent", r"\b(?:ما|كم) (?:هي )?(?:نسبه|النسبه)\b"),
        ("money", r"\bكم (?:كلف|تكلف|يكلف|كلفت|ثمن|سعر|يتقاضي|دفع)\w*\b"),
        ("money", r"\b(?:ما|كم) (?:هي |هو |بلغت |تبلغ )?(?:ميزانيه|تكلفه|كلفه|راتب|سعر|ثمن|قيمه)\w*\b"),
        ("number", r"\b(?:ب|ل|في )?كم\b|\bما (?:هو )?عدد\b|\bما (?:هي )?الذكري\b|\bايه? ذكري\b"),
        ("number", r"\bاي ذكري\b|\bايه دوره\b|\bاي دوره\b"),
        ("date", r"\bمتي\b|\b(?:اي|ايه) (?:سنه|عام|تاريخ|يوم|شهر)\b|\bما (?:هو )?تاريخ\b"),
        ("person", r"^\W*(?:و)?من\b|\bمن (?:هو|هي|هم|هما|الذي|التي)\b"),
        ("place", r"\b(?:اين|اي (?:مدينه|بلد|دوله|مكان))\b|\bما (?:هي )?(?:البلدان|الدول|المدينه)\b"),
    ],
}
_PATTERNS = {
    language: [(kind, re.compile(pattern)) for kind, pattern in rows]
    for language, rows in _KINDS.items()
}
# French "où" (where) and "ou" (or) fold to one word: the accent is kept for the patterns.
_WHERE = re.compile(r"\boù\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read: its kind and the things it names."""

    text: str
    language: str
    kind: Kind
    places: frozenset[str]  # codes, see pkqa.text.places
    years: frozenset[str]  # four digits each
    names: frozenset[str]  # folded proper names and acronyms, places left out
    name_keys: frozenset[str]  # their transliteration keys, for documents in another script


def read(text: str, language: str) -> Question:
    """Read a question asked in ``language`` (ISO 639-1)."""
    named = {
        fold(text[start:end])
        for start, end, _ in names(text, language)
        if not places(text[start:end], language)
    }
    return Question(
        text=text,
        language=language,
        kind=_kind(text, language),
        places=places(text, language),
        years=frozenset(d.value[:4] for d in dates(text, language) if d.value[:1] != "-"),
        names=frozenset(named),
        name_keys=frozenset(name_key(name) for name in named),
    )


def _kind(text: str, language: str) -> Kind:
    kept = _WHERE.sub("\x00", text)
    folded = fold(kept).replace("\x00", "où")
    for kind, pattern in _PATTERNS.get(language, _PATTERNS["en"]):
        if pattern.search(folded):
            return kind
    return "open"
