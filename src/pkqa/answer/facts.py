"""What a sentence, or a whole document, holds that a question can be checked against."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pkqa.answer.utmost import utmost
from pkqa.text.analysis import analyse
from pkqa.text.dates import dates
from pkqa.text.fold import fold
from pkqa.text.glossary import Glossary
from pkqa.text.names import name_key, names
from pkqa.text.numbers import numbers
from pkqa.text.places import places

_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(
    r"\d\s?(?:st|nd|rd|th|er|re|e|eme|ᵉ|ème)\Z|\A\W*ال\w*\d|(?:th|ieme|ième|first|second|third)\Z"
    r"|\A(?:premi|seconde?\Z)|\Aال",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£]|\b(?:dollars?|euros?|dirhams?|usd|eur|mad)\b|\b(?:ال)?(?:دولارا?|يورو|درهما?)\b"
)
_UNIT = (
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|decades?|ans?|annees?|mois|semaines?|jours?"
    r"|heures?|decennies?|سنه|سنوات|عام|عاما|اعوام|شهرا?|اشهر|شهور|اسبوعا?|اسابيع|يوما?|ايام"
    r"|ساعه|ساعات|دقيقه|دقايق)"
)
_DURATION = re.compile(rf"\b{_UNIT}\b")
# Two of a unit are one word in Arabic.
_DUAL = re.compile(r"\b[ولب]?(?:سنت|عام|شهر|اسبوع|يوم|ساعت|دقيقت)(?:ين|ان)\b")
_AGE = re.compile(
    r"\byears? old\b|\bages?d? (?:of )?\d|\bd'age\b|\bage[es]* de\b|\b(?:عمره|عمرها|من العمر)\b"
)
_PERCENT = re.compile(
    r"%|\bper ?cent\b|\bpour cent\b|\b(?:بالميه|بالمايه|في الميه|في المايه)\b"
    r"|\b(?:half|thirds?|quarters?|moitie|tiers|quarts?)\b|\b(?:نصف|ثلث|ثلثي|ثلثا|ربع)\b"
)
_WEEKDAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:lun|mar|mercre|jeu|vendre|same)di\b"
    r"|\bdimanche\b|\b(?:الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت|الاحد)\b"
)
# Arabic has no capitals: a person shows by the title before the name.
_TITLED = re.compile(
    r"\b(?:السيد|السيده|الجنرال|اللواء|العميد|العقيد|الوزير|وزير|وزيره|الرييس|رييس"
    r"|الامين العام|وكيل"
    r"|المستشار|مستشار|السفير|الملك|المفوض|مدير|قايد|المبعوث)\b"
)
_ORGANISATION = re.compile(
    r"nations?\b|council|conseil|assembl|ministr|department|departement|organi[sz]ation|union|"
    r"mission|conference|summit|sommet|operations?|initiative|state|kingdom|royaume|republi|"
    r"forces|secretar|security|securite|day|journee|action|plan|agenda|movement|mouvement",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|in order to|so that|caused? by|reasons?"
    r"|parce qu|car|puisque|afin|grace a|en raison|a cause|raisons?|pour que|ainsi"
    r"|لان\w*|بسبب|لكي|نظرا|من اجل|حتي|نتيجه|بهدف|لذلك|لذا|سبب)\b"
)
_ACRONYM = re.compile(r"(?<![^\W_])[A-Z][A-Z0-9]{2,}(?![^\W_])")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What a stretch of text holds."""

    terms: frozenset[str]  # of its language's lexical analysis
    ordered: tuple[str, ...]  # the same, in order, repeats included
    concepts: tuple[frozenset[int], ...]  # named at each of ``ordered``, see pkqa.text.glossary
    named: frozenset[int]  # all of these
    words: frozenset[str]  # folded
    keys: frozenset[str]  # transliteration keys of its words
    places: frozenset[str]
    years: frozenset[str]  # four digits
    has_date: bool
    has_number: bool  # a cardinal outside dates
    has_ordinal: bool
    has_money: bool
    has_duration: bool
    has_age: bool
    has_percent: bool
    has_person: bool
    has_name: bool  # any proper name, as far as capitals tell
    has_reason: bool
    utmost: bool  # speaks of the first, the last or the largest of its kind
    quantities: frozenset[str]  # values of the numbers outside dates
    counted_places: frozenset[str]  # whose people are counted: "60 Moroccans"
    acronyms: frozenset[str]  # folded
    ordered_keys: tuple[str, ...]  # transliteration keys of ``ordered``
    dates_at: frozenset[int]  # places in ``ordered`` of the words of dates
    numbers_at: frozenset[int]  # likewise of numbers outside dates
    names_at: frozenset[int]  # likewise of proper names, as far as capitals tell


def facts(text: str, language: str, glossary: Glossary) -> Facts:
    """Read ``text``, which is in ``language`` (ISO 639-1), by the words of ``glossary``."""
    folded = fold(text)
    dated = dates(text, language)
    spans = [(d.start, d.end) for d in dated]
    # An Arabic figure takes its article before it, which makes it an ordinal: "الـ75".
    found = [
        (start, end, value)
        for start, end, value in numbers(text, language)
        if not any(a < end and start < b for a, b in spans)
    ]
    loose = [
        (_joined(text, start, language) + text[start:end], value) for start, end, value in found
    ]
    ordinals = [bool(_ORDINAL.search(surface)) for surface, _ in loose]
    # A lone "one" or "premier" is grammar more often than a count.
    cardinals = [
        value
        for (surface, value), ordinal in zip(loose, ordinals, strict=True)
        if not ordinal and (value != "1" or any(c.isdigit() for c in surface))
    ]
    ordered = tuple(analyse(text, language))
    concepts = tuple(glossary.concepts(ordered, language))
    words = frozenset(_WORD.findall(folded))
    named = names(text, language)
    return Facts(
        terms=frozenset(ordered),
        ordered=ordered,
        concepts=concepts,
        named=frozenset().union(*concepts),
        words=words,
        keys=frozenset(key for word in words if len(key := _key(word)) > 1),
        places=places(text, language),
        years=frozenset(d.value[:4] for d in dated if d.value[:1] != "-"),
        has_date=bool(dated or _WEEKDAY.search(folded)),
        has_number=bool(cardinals),
        has_ordinal=any(ordinals),
        has_money=bool(_MONEY.search(folded)),
        has_duration=bool(_DURATION.search(folded) and loose) or bool(_DUAL.search(folded)),
        has_age=bool(_AGE.search(folded)),
        has_percent=bool(_PERCENT.search(folded)),
        has_person=_has_person(text, folded, language),
        has_name=language == "ar" or bool(named),
        has_reason=bool(_REASON.search(folded)),
        utmost=utmost(text, language),
        quantities=frozenset(value for _, value in loose),
        counted_places=places(" . ".join(_behind(text, end) for _, end, _ in found), language),
        acronyms=frozenset(fold(word) for word in _ACRONYM.findall(text)),
        ordered_keys=tuple(map(_key, ordered)),
        dates_at=_at(ordered, [text[d.start : d.end] for d in dated], language),
        numbers_at=_at(ordered, [text[start:end] for start, end, _ in found], language),
        names_at=_at(ordered, [name for _, _, name in named], language),
    )


@lru_cache(maxsize=100_000)
def _key(word: str) -> str:
    return name_key(word)


def _at(ordered: Sequence[str], found: Iterable[str], language: str) -> frozenset[int]:
    """Where the terms of stretches of a text stand among its terms, found in their order."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    for place, term in enumerate(ordered):
        index[term].append(place)
    at = 0
    places: list[int] = []
    for stretch in found:
        terms = analyse(stretch, language)
        if not terms:
            continue
        rows = index[terms[0]]
        place = bisect_left(rows, at)
        if place < len(rows):
            at = min(rows[place] + len(terms), len(ordered))
            places.extend(range(rows[place], at))
    return frozenset(places)


def _joined(text: str, start: int, language: str) -> str:
    """What is written before an Arabic figure, in one word with it."""
    return text[max(0, start - 3) : start].rpartition(" ")[2] if language == "ar" else ""


def _behind(text: str, end: int) -> str:
    """The two words behind a number: "60 soldats marocains"."""
    return " ".join(text[end : end + 60].split()[:2])


def _has_person(text: str, folded: str, language: str) -> bool:
    if language == "ar":
        return bool(_TITLED.search(folded))
    for start, end, _ in names(text, language):
        name = text[start:end]
        several = len(name.split()) > 1 or re.search(
            r"\b(?:mr|mrs|ms|dr|gen|general|m|mme|minister|ministre|president|king|roi)\.?\s*$",
            text[max(0, start - 12) : start].lower(),
        )
        if several and not _ORGANISATION.search(name) and not places(name, language):
            return True
    return False
