"""What a question asks for: the kind of thing that an answer must hold, and what it is about.

Question words decide the kind, as in the answer-type taxonomies of open-domain question answering
(Li and Roth 2002, "Learning question classifiers"), cut to what a sentence can be checked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pkqa.answer.utmost import utmost
from pkqa.text.analysis import analyse
from pkqa.text.dates import dates
from pkqa.text.fold import fold
from pkqa.text.glossary import Glossary
from pkqa.text.names import name_key, names
from pkqa.text.places import places

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


# What is counted: the words behind "how many", as far as the next function word or verb.
_COUNTED = {
    "en": re.compile(
        r"\bhow many (?P<noun>[^?,.]+)|\b(?P<ordinal>anniversary|session|edition)\b", re.IGNORECASE
    ),
    "fr": re.compile(
        r"\bcombien (?:de (?!temps\b)|d['’])(?P<noun>[^?,.]+)"
        r"|\b(?P<ordinal>anniversaire|session|édition)\b",
        re.IGNORECASE,
    ),
    "ar": re.compile(
        r"\bكم (?!من الوقت|دام|استغرق)(?:عدد |بلغ عدد )?(?P<noun>[^؟،.?]+)"
        r"|\b(?P<ordinal>(?:ال)?ذكرى|(?:ال)?دورة)\b"
    ),
}
# A key of two sounds is shared by too many words to be evidence.
_SHORT_KEY = 2
_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"(?<![^\W_])[A-Z][A-Z0-9]{2,}(?![^\W_])")
# Titles are no part of a name; and every document is about the United Nations, by some name.
_TITLES = frozenset(
    "mr mrs ms dr general gen minister minister's president king sir m mme mlle le la les ministre "
    "general generale roi the de du des et and of a un onu united nations unies secretary".split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question, in every form that it can be found by."""

    stem: str  # of the question's language, see pkqa.text.analysis
    concepts: frozenset[int]  # see pkqa.text.glossary
    key: str  # transliteration key, "" where too short to tell anything
    weight: float  # how much it tells, see pkqa.store.lexical
    heard: bool  # whether any chunk of the question's language holds it

    @property
    def comparable(self) -> bool:
        """Whether a text in another language can be said not to have it."""
        return bool(self.concepts) or self.stem.isdigit()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question, read: its kind and the things it names."""

    text: str
    language: str
    kind: Kind
    ordinal: bool  # "which anniversary": a number, but an ordinal one
    terms: tuple[Term, ...]
    counted: Term | None  # what is counted ("how many helicopters")
    several: bool  # whether a list is asked for ("which five areas")
    utmost: bool  # whether the first, the last or the largest of its kind is asked for
    places: frozenset[str]  # codes, see pkqa.text.places
    years: frozenset[str]  # four digits each
    names: frozenset[tuple[str, str]]  # (folded word of a name, its transliteration key)
    acronyms: frozenset[tuple[str, frozenset[int]]]  # folded, with its concepts


Weight = Callable[[str, str], tuple[float, bool]]  # (term, language) -> (weight, heard)


def read(text: str, language: str, weight: Weight, glossary: Glossary) -> Question:
    """Read a question asked in ``language`` (ISO 639-1).

    Args:
        text: the question.
        language: its language.
        weight: how much a term of a language tells, and whether the corpus holds it.
        glossary: which words name one concept.
    """
    counted, ordinal = _counted(text, language, weight, glossary)
    return Question(
        text=text,
        language=language,
        kind=_kind(text, language),
        ordinal=ordinal,
        terms=_terms(text, language, weight, glossary),
        counted=counted,
        several=_several(text, language),
        utmost=utmost(text, language),
        places=places(text, language),
        years=frozenset(d.value[:4] for d in dates(text, language) if d.value[:1] != "-"),
        names=frozenset(_named(text, language)),
        acronyms=frozenset(_acronyms(text, language, glossary)),
    )


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


def _several(text: str, language: str) -> bool:
    pattern = _SEVERAL.get(language)
    return bool(pattern and pattern.search(fold(text)))


# Words that ask or carry, and say nothing of what is asked about: no answer need hold them.
_ASKING = {
    "en": "mean stand acronym abbreviation call name exact exactly say said tell told according "
    "describe list mention give gave given take took taken make made get got many much total "
    "overall",
    "fr": "signifier signifie sigle acronyme abréviation appeler appelle nom exact exactement dire "
    "dit selon citer mentionner total prendre pris prise prennent faire fait fera mettre mis avoir",
    "ar": "يعني تعني معنى اختصار اسم بالضبط تحديدا حسب وفق يسمى تسمى مجموع إجمالي تم قام قامت اتخذ",
}


@cache
def _asking(language: str) -> frozenset[str]:
    return frozenset(analyse(_ASKING.get(language, ""), language))


def _terms(text: str, language: str, weight: Weight, glossary: Glossary) -> tuple[Term, ...]:
    found: dict[str, Term] = {}
    stems = analyse(text, language)
    named = list(zip(stems, glossary.concepts(stems, language), strict=True))
    for stem, concepts in [(s, c) for s, c in named if s not in _asking(language)] or named:
        if stem not in found:
            found[stem] = _term(stem, concepts, language, weight)
    return tuple(found.values())


def _term(stem: str, concepts: frozenset[int], language: str, weight: Weight) -> Term:
    key = name_key(stem)
    told, heard = weight(stem, language)
    return Term(stem, concepts, key if len(key) > _SHORT_KEY else "", told, heard)


def _named(text: str, language: str) -> Iterator[tuple[str, str]]:
    dated = [(d.start, d.end) for d in dates(text, language)]
    opening = re.search(r"\w+", text)
    for start, end, _ in names(text, language):
        name = text[start:end]
        if places(name, language) or any(a < end and start < b for a, b in dated):
            continue
        # The capital of a question's first word says nothing, unless it is an acronym's.
        if opening and start == opening.start() and not opening[0].isupper():
            name = name.removeprefix(opening[0])
        for word in _WORD.findall(fold(name)):
            if word not in _TITLES and len(word) > 1:
                yield word, name_key(word)


def _acronyms(text: str, language: str, glossary: Glossary) -> Iterator[tuple[str, frozenset[int]]]:
    """Acronyms with their concepts; not that of the United Nations themselves."""
    for word in _ACRONYM.findall(text):
        if fold(word) not in _TITLES:
            named = glossary.concepts(analyse(word, language), language)
            yield fold(word), frozenset().union(*named)


def _counted(
    text: str, language: str, weight: Weight, glossary: Glossary
) -> tuple[Term | None, bool]:
    """What is counted, and whether it is numbered rather than counted."""
    pattern = _COUNTED.get(language)
    match = pattern.search(text) if pattern else None
    if match is None:
        return None, False
    noun = match["noun"] or match["ordinal"]
    # A nationality may stand before the noun in English ("Moroccan peacekeepers"), or be it.
    first, _, rest = noun.partition(" ")
    if language == "en" and rest and not first.endswith("s") and places(first, "en"):
        noun = rest
    stems = analyse(noun, language)
    if not stems:
        return None, match["ordinal"] is not None
    concepts = glossary.concepts(stems, language)[0]
    return _term(stems[0], concepts, language, weight), match["ordinal"] is not None


def _kind(text: str, language: str) -> Kind:
    kept = _WHERE.sub("\x00", text)
    folded = fold(kept).replace("\x00", "où")
    for kind, pattern in _PATTERNS.get(language, _PATTERNS["en"]):
        if pattern.search(folded):
            return kind
    return "open"
