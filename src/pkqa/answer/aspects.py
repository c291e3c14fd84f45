"""Aspects: what sort of count a number is, told by the words of its clause.

Sixty dead are no change of 1,724 deployed, nor is a ceiling of what is there, nor are police of
soldiers: two counts of one noun compare only where their aspects are the same.
"""

from __future__ import annotations

import re

from pkqa.answer.cues import cues
from pkqa.text.fold import level

# On levelled text; an Arabic word may have its clitics before it.
_AR = r"(?<!\w)(?:[وفبلك]{0,2}(?:ال|ل)?)?"
_ASPECTS = {
    name: re.compile(rf"\b(?:{latin})(?!\w)|{_AR}(?:{arabic})(?!\w)")
    for name, latin, arabic in (
        (
            "dead",
            r"die[ds]?|dying|dead|deaths?|killed|fallen|perish\w*|passed away|casualt\w+|fatalit\w+"
            r"|toll|lost|gave their lives|never came home|murdered"
            r"|morte?s?|meurent|mour\w+|peri|perissent|perdu\w*|tuee?s?|tombee?s?|deces"
            r"|decede\w*|sacrifi\w+|disparus|victimes?",
            r"مات\w*|يموت\w*|توفي\w*|قتل\w*|قتيلا?|مقتل|استشهد\w*|شهداء|لقوا|مصرع\w*|سقط\w*|ضحايا"
            r"|فقد\w*|حياتهم|ارواحهم|تضحيات|وفيات|وفاه",
        ),
        ("hurt", r"wounded|injur\w+|bless\w+", r"جرح\w*|جريحا?|اصيب\w*|مصابا?"),
        (
            "allowed",
            r"authori[sz]\w+|ceilings?|maximum|capped|allowed|mandated strength|plafond\w*"
            r"|autoris\w+",
            r"سقف\w*|سمح\w*|مسموح\w*|يسمح|تسمح|اذن|ماذون\w*|مصرح",
        ),
        ("target", r"targets?|goals?|aims?|objectifs?|cibles?", r"هدف\w*|اهداف|يستهدف|تستهدف"),
        ("women", r"wom[ea]n|females?|femmes?|feminin\w*", r"نساء|امراه|نسايي\w*|نسويه?"),
        ("police", r"police\w*|polici\w+|gendarmes?", r"شرط\w+"),
        ("civilians", r"civilians?|civile?s?", r"مدني\w*"),
        ("children", r"child(?:ren)?|enfants?", r"اطفال|طفلا?"),
        (
            "more",
            r"additional|extra|further|another|new|reinforcements?|supplementaires?"
            r"|nouve(?:lles?|aux?)|autres?|de plus|renforts?",
            r"اضافي\w*|جديده?|جدد|اخري|اخرين|تعزيزات",
        ),
        ("peak", r"peak\w*|at its height|apogee|au plus fort|record", r"ذروه|ذروت\w+"),
        ("rank", r"top|largest|biggest|leading|give the most", r"الاوايل|اكبر|اكثر(?! من)"),
        (
            "ever",
            r"in all|in total|altogether|over the years|so far|to date|since then|have since"
            r"|taken part|took part|participated|contributed|au total|en tout|au fil des ans"
            r"|ont compte|participe|contribue",
            r"مجموعها|اجمالي\w*|شارك\w*|يشارك|ساهم\w*",
        ),
    )
}
_SINCE_YEAR = re.compile(r"\b(?:since|depuis)\s+(?:1[89]|20)\d\d|(?<!\w)منذ (?:سنه |عام )?\d{4}")
_BOTH_SEXES = re.compile(r"\bmen and women\b|\bhommes et (?:de )?femmes\b|رجل وامراه|رجال ونساء")
_LIMIT = re.compile(
    r"\b(?:no|not) (?:more|fewer|less) than\b|\bpas (?:plus|moins) d"
    r"|(?<!\w)(?:ب?ما )?لا (?:يزيد|يقل)"
)
# These tell who is counted, and stand beside the number.
_WHO = frozenset({"women", "police", "civilians", "children"})
_FIGURE = re.compile(r"\d")
_UNREAL = frozenset({"pledge", "future", "call", "propose", "possible"})
_CLAUSE = re.compile(r"[.;:!?,،؛؟()\n–—]")
_ONLY = re.compile(r"\bque\b|\bonly\b|(?<!\w)(?:سوي|الا)(?!\w)")


def aspects(text: str, language: str, end: int | None = None) -> frozenset[str]:
    """The aspects that a question, or a clause of a source, speaks of.

    Args:
        text: the question or the clause.
        language: ISO 639-1.
        end: where the number of the clause ends; who is counted is told before the next number.
    """
    levelled = level(text)
    spoken = _LIMIT.sub(" ", _BOTH_SEXES.sub(" ", levelled))
    found = {name for name, pattern in _ASPECTS.items() if pattern.search(spoken)}
    if end is not None and (following := _FIGURE.search(levelled, end)):
        near = _BOTH_SEXES.sub(" ", levelled[: following.start()])
        found -= {name for name in _WHO if not _ASPECTS[name].search(near)}
    if _SINCE_YEAR.search(levelled):
        found.add("ever")
    # The dead are counted since a beginning, whether it is named or not.
    if "dead" in found:
        found.discard("ever")
    sorts = {cue.sort for cue in cues(spoken, language)}
    if sorts & _UNREAL:
        found.add("unreal")
    if "negation" in sorts and not _ONLY.search(levelled):
        found.add("denied")
    return frozenset(found)


def clause_at(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the clause that a span of ``text`` stands in."""
    first = max((m.end() for m in _CLAUSE.finditer(text, 0, start)), default=0)
    last = match.start() if (match := _CLAUSE.search(text, end)) else len(text)
    return first, last
