"""The kind of thing that a question asks for.

Question words decide it, as in the answer-type taxonomies of open-domain question answering (Li and
Roth 2002, "Learning question classifiers"), cut to what a sentence can be checked for.
"""

from __future__ import annotations

import re
from typing import Literal

from pkqa.text.fold import fold

Kind = Literal[
    "number",
    "money",
    "duration",
    "age",
    "percent",
    "date",
    "person",
    "place",
    "reason",
    "definition",
    "open",
]

# What is told by a figure, whatever the question word.
_MEASURE_EN = (
    r"(?:population|distance|length|height|depth|width|weight|size|area|speed|temperature|altitude"
    r"|elevation|diameter|volume|density|capacity|number|rate|frequency|mass|age limit)"
)
_MEASURE_FR = (
    r"(?:population|distance|longueur|hauteur|profondeur|largeur|poids|taille|superficie|surface"
    r"|vitesse|temperature|altitude|diametre|volume|densite|capacite|frequence|masse)"
)
_MEASURE_AR = (
    r"(?:مساحه|طول|ارتفاع|عمق|عرض|وزن|حجم|سرعه|درجه حراره|مسافه|المسافه|قطر|كثافه|سعه|تعداد|كتله"
    r"|عدد سكان)"
)

# The first pattern that matches decides; on folded text, so without accents or harakat.
_KINDS: dict[str, list[tuple[Kind, str]]] = {
    "en": [
        ("duration", r"\bhow long\b|\bhow many (?:years|months|weeks|days|hours|minutes)\b"),
        ("age", r"\bhow old\b|\bat what age\b"),
        ("percent", r"\bwhat (?:percentage|share|proportion)\b|\bwhich (?:percentage|share)\b"),
        ("money", r"\bhow much .*\b(?:cost|costs|spend|spent|pay|paid|worth|budget|earn|money)\b"),
        ("money", r"\b(?:what|which)\b.*\b(?:cost|budget|salary|price|wage|fee|amount of money)\b"),
        (
            "number",
            r"\bhow (?:many|much|large|big|often)\b|\bwhat (?:is|was) the (?:total )?number\b",
        ),
        ("number", r"\b(?:what|which) (?:anniversary|session)\b"),
        (
            "number",
            rf"\bwhat(?:'s)? (?:is |was |are |were )?(?:the |its )?(?:\w+ ){{0,2}}{_MEASURE_EN}\b"
            rf"|\bhow (?:far|tall|high|deep|fast|wide|heavy|big|long is|long was)\b",
        ),
        (
            "date",
            r"\bwhen\b|\bsince when\b"
            r"|\b(?:what|which) (?:\w+ )?(?:day|date|year|month|century|decade)s?\b",
        ),
        ("definition", r"^\W*who (?:is|was|are|were) (?!the\b|in\b)(?:\S+ ){0,4}\S+\W*$"),
        ("person", r"\bwho\b|\bwhose\b|\bwhom\b"),
        (
            "person",
            r"\b(?:which|what) (?:\w+ )?"
            r"(?:official|minister|general|diplomat|advis[eo]r|ambassador)\b"
            r"|\bname of (?:the |\w+'s )?(?:\w+ )?"
            r"(?:official|minister|general|advis[eo]r|director|wife|husband|spokes\w+)\b",
        ),
        ("open", r"\brank\b"),
        ("reason", r"\bwhy\b|\bwhat (?:caused?|made|(?:is|was|were) the reasons?)\b"),
        (
            "place",
            r"\bwhere\b|\bin (?:which|what) (?:\w+ )?(?:city|country|countries|place|capital)\b",
        ),
    ],
    "fr": [
        ("duration", r"\bcombien de temps\b|\bpendant combien\b|\bcombien d'annees\b"),
        (
            "duration",
            r"\bquelle (?:est|etait|fut|a ete) la duree\b|\bcombien de (?:mois|jours|heures)\b",
        ),
        ("age", r"\bquel age\b"),
        ("percent", r"\bquel(?:le)? (?:pourcentage|part|proportion)\b"),
        ("money", r"\bcombien .*\b(?:coute|coutent|coutera|gagne|paye|verse)"),
        ("money", r"\bquel\w* .*\b(?:cout|budget|salaire|prix|montant|tarif)\b"),
        ("number", r"\bcombien\b|\bquel (?:est|etait) le nombre\b|\bquel nombre\b"),
        ("number", r"\bquel (?:\w+ )?anniversaire\b|\bquelle session\b"),
        (
            "number",
            r"\bquel(?:le)?s? (?:est |etait |sont |fut |a ete )?"
            rf"(?:la |le |les |l')?{_MEASURE_FR}\b",
        ),
        ("date", r"\bquand\b|\bquell?e? (?:date|annee|jour|mois)\b|\ben quelle annee\b"),
        (
            "definition",
            r"^\W*qui (?:est|etait|sont|etaient|fut) (?!l[ea]s?\b|l')(?:\S+ ){0,4}\S+\W*$",
        ),
        ("person", r"\bqui\b(?! (?:sont|est) (?:le but|l'objectif))"),
        (
            "person",
            r"\b(?:comment s'appelle|quel est le nom d[ue]) (?:le |la |l')?"
            r"(?:conseill|ministre|direct|general|epou|porte-parole|femme|mari)"
            r"|\bquel(?:le)? (?:responsable|ministre|general|diplomate|conseill)",
        ),
        (
            "place",
            r"(?:^|[ ,])(?:d')?où\b|\bdans quel\w* (?:\w+ )?(?:ville|pays|lieu|capitale|endroit)\b",
        ),
        (
            "reason",
            r"\bpourquoi\b|\bpour quelles? raisons?\b"
            r"|\bquelles? (?:est|sont|fut|etait) la (?:cause|raison)\b",
        ),
    ],
    "ar": [
        ("duration", r"\bكم (?:من الوقت|دام\w*|استغرق\w*|سنه|عاما|شهرا|يوما|ساعه)\b|\bما مده\b"),
        ("age", r"\b(?:كم|ما) (?:هو )?عمر\w*\b|\bكم يبلغ .* من العمر\b"),
        ("percent", r"\b(?:ما|كم) (?:هي )?(?:نسبه|النسبه)\b"),
        ("money", r"\bكم (?:كلف|تكلف|يكلف|كلفت|ثمن|سعر|يتقاضي|دفع)\w*\b"),
        (
            "money",
            r"\b(?:ما|كم) (?:هي |هو |بلغت |تبلغ )?(?:ميزانيه|تكلفه|كلفه|راتب|سعر|ثمن|قيمه)\w*\b",
        ),
        ("number", r"\b(?:ب|ل|في )?كم\b|\bما (?:هو )?عدد\b|\bما (?:هي )?الذكري\b|\bايه? ذكري\b"),
        ("number", r"\bاي ذكري\b|\bايه دوره\b|\bاي دوره\b"),
        ("number", rf"\b(?:ما|ماهي|ماهو) (?:هي |هو )?{_MEASURE_AR}\b"),
        ("date", r"\bمتي\b|\b(?:اي|ايه) (?:سنه|عام|تاريخ|يوم|شهر)\b|\bما (?:هو )?تاريخ\b"),
        (
            "definition",
            r"^\W*من (?:هو|هي|هم|هما) (?!الذي|التي|ال|اول|صاحب|موسس|رييس|مستشار|وزير|قايد|مدير)"
            r"(?:\S+ ){0,4}\S+\W*$",
        ),
        ("person", r"^\W*(?:و)?من\b|\bمن (?:هو|هي|هم|هما|الذي|التي)\b"),
        ("person", r"\bما (?:هو )?اسم (?:ال)?(?:مستشار|وزير|مدير|جنرال|زوج|ناطق|مسوول|قايد)"),
        (
            "place",
            r"\b(?:اين|اي (?:مدينه|بلد|دوله|مكان))\b|\bما (?:هي )?(?:البلدان|الدول|المدينه)\b",
        ),
        ("reason", r"\bلماذا\b|\bلم\b|\bما (?:هو |هي )?(?:سبب|اسباب|السبب|الاسباب)\b"),
    ],
}
_PATTERNS = {
    language: [(kind, re.compile(pattern)) for kind, pattern in rows]
    for language, rows in _KINDS.items()
}
# French "où" (where) and "ou" (or) fold to one word: the accent is kept for the patterns.
_WHERE = re.compile(r"\boù\b", re.IGNORECASE)


def kind_of(text: str, language: str) -> Kind:
    """The kind that a question asks for; "open" where its words do not tell."""
    kept = _WHERE.sub("\x00", text)
    folded = fold(kept).replace("\x00", "où")
    for kind, pattern in _PATTERNS.get(language, _PATTERNS["en"]):
        if pattern.search(folded):
            return kind
    return "open"


# A list is asked for by a plural behind the question word, or by a verb that asks for one.
_SEVERAL = {
    "en": re.compile(
        r"\b(?:what|which) (?:are|were)\b|\b(?:what|which) (?:(?:\d+|two|three|four|five|six|seven"
        r"|eight|nine|ten|other|main|\w+(?:an|ic|al|ed|ing|ern)) )?(?!this\b|does\b|has\b|was\b)"
        r"(?:\w+[^s\W]s|people|men|women|countries)\b"
        r"|\b(?:list|enumerate|name (?:the|all|some|two|three|four|five)|what else)\b"
    ),
    "fr": re.compile(
        r"\bquel(?:le)?s\b|\b(?:citez|cite|enumere[rz]?|enumerez|listez|lesquel(?:le)?s)\b"
    ),
    "ar": re.compile(
        r"\b(?:ما|ماهي|ماهم|اي) (?:هي |هم )?(?:ال)?(?:\w+(?:ات|ون|ين)|دول|بلدان|مدن|مجالات|اسباب"
        r"|انواع|اقسام|اهم|ابرز|شروط|عوامل|مراحل|اسماء|اعراض|فوايد|خصايص|مناطق|قطاعات)\b"
        r"|\b(?:عدد|اذكر|سم)\b(?! (?:من|ال))"
    ),
}


def several(text: str, language: str) -> bool:
    """Whether a question asks for a list."""
    pattern = _SEVERAL.get(language)
    return bool(pattern and pattern.search(fold(text)))
