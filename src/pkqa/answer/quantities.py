"""Quantities: numbers with their units, and with the words that say what they are numbers of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pkqa.answer.words import Word
from pkqa.text.fractions import fractions, half_years
from pkqa.text.numbers import numbers

# Words behind and before a quantity that may say what it is a quantity of.
_NEIGHBOURS = 3
# They stand in one clause with it.
_CLAUSE_END = re.compile(r"[.;:!?,،؛؟()\n–—]|\d")
_UNITS = {
    "year": r"years?|ans?|annees?|سنه|سنوات|سنين|عام|عاما|اعوام",
    "month": r"months?|mois|شهرا?|اشهر|شهور",
    "week": r"weeks?|semaines?|اسبوعا?|اسابيع",
    "day": r"days?|jours?|journees?|يوما?|ايام",
    "hour": r"hours?|heures?|ساعه|ساعات",
    "minute": r"minutes?|دقيقه|دقايق",
    "decade": r"decades?|decennies?|عقدا?|عقود",
    "dollar": r"dollars?|usd|دولارا?|دولارات",
    "euro": r"euros?|eur|يورو",
    "dirham": r"dirhams?|mad|درهما?|دراهم",
    "franc": r"francs?|cfa|فرنكا?",
    "km": r"km|kilomet(?:er|re)s?|كيلومترا?|كيلومترات|كلم",
    "metre": r"met(?:er|re)s?|مترا?|امتار",
    "mile": r"miles?|ميلا?|اميال",
    "tonne": r"tons?|tonnes?|طنا?|اطنان",
    "kilogram": r"kg|kilos?|kilogram(?:me)?s?|كيلوغراما?",
    "hectare": r"hectares?|هكتارا?|هكتارات",
}
_UNIT = re.compile("|".join(rf"(?P<{unit}>\b(?:{words})(?!\w))" for unit, words in _UNITS.items()))
_MONTHS_OF = {"0.5": "6", "1": "12", "1.5": "18", "2": "24", "3": "36"}
# "A year" is a length of time where no number says so.
_ONE = re.compile(
    r"\b(?:for|within|in|lasts?|of|after|every|each) (?:a|one|an) "
    r"(?P<unit>year|month|week|day|decade)\b"
    r"|\b(?:pendant|durant|dans|d'|en|apres|pour) ?(?:un|une|chaque) "
    r"(?P<unit_>an|annee|mois|semaine|jour|decennie)\b"
)
_SIGNS = {"$": "dollar", "€": "euro"}
_DUAL = {
    "year": r"سنت|عام", "month": "شهر", "week": "اسبوع", "day": "يوم", "hour": "ساعت",
    "minute": "دقيقت", "decade": "عقد",
}  # fmt: skip
_DUALS = [
    (unit, re.compile(rf"(?<!\w)[ولبف]?(?:ال)?(?:{stem})(?:ين|ان)(?!\w)"))
    for unit, stem in _DUAL.items()
]
_ORDINAL = re.compile(
    r"\A(?:first|second|third|\w+th|\d+ ?(?:st|nd|rd|th)|premi\w+|seconde?|\w+ieme"
    r"|\d+ ?(?:e|er|ere|eme))s?\Z"
    r"|\A[ولبف]?(?:ال)?(?:اول|اولي|(?:ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع)ه?)\Z"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it is a number of."""

    start: int
    end: int
    value: str  # plain decimal, "%" behind a percentage, "." behind a small ordinal
    unit: str  # see _UNITS; "" where it counts things
    behind: tuple[Word, ...]  # the content words that follow, nearest first
    before: tuple[Word, ...]  # and those that precede
    anaphoric: bool = False  # "53 of them": what it counts was said before

    @property
    def values(self) -> frozenset[str]:
        """The value, in every unit that a length of time may be told in."""
        same = {self.value}
        if self.unit == "year" and (months := _MONTHS_OF.get(self.value)):
            same.add(months)
        if self.unit == "month":
            same.update(years for years, months in _MONTHS_OF.items() if months == self.value)
        return frozenset(same)


# "53 of them": nothing behind it says what is counted.
_OF_THEM = re.compile(
    r"\s*(?:of (?:them|these|those|whom)|d'entre (?:eux|elles|nous)|منهم|منها|منهن)(?!\w)"
)


def _quantity(levelled: str, words: tuple[Word, ...], start: int, end: int, value: str) -> Quantity:
    last = match.start() if (match := _CLAUSE_END.search(levelled, end)) else len(levelled)
    first = max((m.end() for m in _CLAUSE_END.finditer(levelled, 0, start)), default=0)
    behind = tuple(w for w in words if end <= w.start < last)[:_NEIGHBOURS]
    before = tuple(w for w in reversed(words) if first <= w.start and w.end <= start)[:_NEIGHBOURS]
    unit = _unit(levelled, start, end)
    anaphoric = _OF_THEM.match(levelled, end) is not None
    return Quantity(start, end, value, unit, behind, before, anaphoric)


def _ordinal(surface: str, value: str) -> str:
    """The value, marked where a small number is an ordinal: "the second" is not "two"."""
    return f"{value}." if len(value) == 1 and _ORDINAL.search(surface) else value


def _unit(levelled: str, start: int, end: int) -> str:
    """The unit of the number at a span: a sign that touches it, or a word within two words."""
    if _ORDINAL.search(levelled[start:end]):
        return ""
    for sign, unit in _SIGNS.items():
        if sign in levelled[max(0, start - 2) : start] or sign in levelled[end : end + 2]:
            return unit
    near = re.match(r"(?:[\s\-]*[^\W\d]+){0,2}", levelled[end : end + 50])
    match = _UNIT.search(near[0]) if near else None
    return str(match.lastgroup) if match else ""


def figures(
    text: str, levelled: str, language: str, dated: list[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """The numbers of a text, in digits and words, as (start, end, value); those of dates apart."""
    taken = [*dated, *((start, end) for start, end, _ in fractions(levelled))]
    return [
        (start, end, _ordinal(levelled[start:end], value))
        for start, end, value in numbers(text, language)
        if not any(start < e and s < end for s, e in taken)
        # The number of a disease or a road is part of its name.
        and not (levelled[start - 1 : start] == "-" and levelled[start - 2 : start - 1].isalpha())
    ]


def quantities(
    levelled: str, words: tuple[Word, ...], found: list[tuple[int, int, str]]
) -> Iterator[Quantity]:
    """What the numbers of a text are of; and what is said by the form of a word: an Arabic dual, a
    half, a third, half a year."""
    for start, end, value in found:
        yield _quantity(levelled, words, start, end, value)
    for unit, pattern in _DUALS:
        for match in pattern.finditer(levelled):
            yield Quantity(match.start(), match.end(), "2", unit, (), ())
    for start, end in half_years(levelled):
        yield Quantity(start, end, "6", "month", (), ())
    for match in _ONE.finditer(levelled):
        unit = _unit(f" {match['unit'] or match['unit_']}", 0, 0)
        yield Quantity(match.start(), match.end(), "1", unit, (), ())
    for start, end, value in fractions(levelled):
        yield _quantity(levelled, words, start, end, value)
