"""The words of a sentence that answer: the number with its unit, the date, the name, the place.

Only what can be told by its form is marked. Where two things of the asked kind stand in a sentence,
the one nearest to the question's own words is meant; where none does, nothing is marked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pkqa.answer.question import Question, Term
from pkqa.text.analysis import analyse
from pkqa.text.dates import dates
from pkqa.text.fold import fold, level
from pkqa.text.glossary import Glossary
from pkqa.text.names import name_key, names
from pkqa.text.numbers import numbers
from pkqa.text.places import places
from pkqa.text.stopwords import stop_words

Span = tuple[int, int]

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_REACH = 40.0  # characters within which a word speaks of what stands beside it
_UNIT = re.compile(r"\s([^\W\d_]+)")
_BREAK = re.compile(r"[,;:،؛]\s")
_BESIDE = 3  # words from a number to what it counts
_YEAR = 4  # characters of a date that is a year
_LONGEST_PLACE = 5  # words

# What stands between the members of a row: "in Mali, the Congo and South Sudan".
_JOINT = re.compile(
    r"\s*[,،;؛]?\s*(?:(?:and|or|et|ou|و)\s*)?(?:(?:in|the|en|au|aux|la|le|les|l|de|du|à|في)\s*['’]?\s*)*\Z"
)

# "Central African" is a name, and so is "Central African Republic".
_STATE = re.compile(r"(?:republic|republique|kingdom|royaume|states?)\Z")
_CURRENCY = (
    r"(?:(?:us|canadian|american) )?(?:dollars?|euros?|dirhams?|francs?|pounds?|livres?|usd|eur|mad"
    r"|دولارا?(?: (?:امريكيا?))?|يورو|درهما?|فرنكا?|جنيها?)(?![^\W_])"
)
_SIGN = r"(?:us|c|a)?[$€£]"
_MONEY_BEFORE = re.compile(rf"{_SIGN}\s?\Z")
_MONEY_AFTER = re.compile(rf"\s?(?:[$€£]|(?:(?:de|d'|of|من) ?)?{_CURRENCY})")
_TIME = (
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|decades?|centur(?:y|ies)|ans?|annees?"
    r"|mois|semaines?|jours?|heures?|secondes?|decennies?|siecles?|سنه|سنوات|سنين|عام|عاما|اعوام"
    r"|شهرا?|اشهر|شهور|اسبوعا?|اسابيع|يوما?|ايام|ساعه|ساعات|دقيقه|دقايق|قرنا?|قرون)(?![^\W_])"
)
_TIME_AFTER = re.compile(rf"[\s\-]{_TIME}(?:[\s\-]old\b)?")
# Two of a unit are one word in Arabic.
_TWO = re.compile(r"(?<![^\W_])[ولب]?(?:سنت|عام|شهر|اسبوع|يوم|ساعت|دقيقت)(?:ين|ان)(?![^\W_])")
_SHARE = re.compile(
    r"\b(?:(?:one|two|three|a|an|un|une|deux|trois|la|le) )?(?:half|thirds?|quarters?|moitie|tiers"
    r"|quarts?)\b|(?<![^\W_])(?:نصف|ثلث|ثلثي|ثلثا|ربع)(?![^\W_])"
)
_WEEKDAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:lun|mar|mercre|jeu|vendre|same)di\b"
    r"|\bdimanche\b|(?<![^\W_])(?:يوم )?(?:الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت|الاحد)"
    r"(?![^\W_])"
)
_TITLE = re.compile(
    r"(?:^|(?<=[\s(,]))(?:mr|mrs|ms|dr|gen|general|m|mme|mlle|minister|ministre|president|presidente"
    r"|king|roi|queen|reine|prime minister|premier ministre|ambassador|ambassadeur)\.?\s*\Z"
)
_ORGANISATION = re.compile(
    r"nations?\b|council|conseil|assembl|ministr|department|departement|organi[sz]ation|union|"
    r"mission|conference|summit|sommet|operations?|initiative|state|kingdom|royaume|republi|"
    r"forces|secretar|security|securite|day|journee|action|plan|agenda|movement|mouvement|universit"
    r"|company|societe|school|ecole|church|eglise|war|guerre|party|parti|bank|banque|prize|prix"
)
# Arabic has no capitals: a name is the words without an article behind a title and its office.
_ARABIC_NAME = re.compile(
    r"(?<![^\W_])[ولبف]?(?:ال)?(?:سيد|سيده|جنرال|لواء|عميد|عقيد|فريق|وزير|وزيره|رييس|رييسه|مستشار"
    r"|سفير|ملك|مفوض|مدير|قايد|مبعوث|وكيل|امين العام|دكتور)(?: (?:ال|لل)\w+)*"
    r" (?P<name>(?!ال|لل)\w{3,} (?!ال)\w{3,})"
)
_WHERE_BEFORE = re.compile(
    r"(?:^|[\s(])(?:in|at|near|from|to|in the|at the|a|au|aux|en|dans|dans la|dans le|pres de|de|du"
    r"|vers)\s\Z"
)


def answer_phrases(question: Question, text: str, language: str, glossary: Glossary) -> list[Span]:
    """Where the words that answer stand in ``text``, in order; empty where that is not certain.

    Args:
        question: read by :func:`pkqa.answer.question.read`.
        text: of one sentence.
        language: of the sentence.
        glossary: which words name one concept.
    """
    reading = _Reading(question, text, language, glossary)
    find = _FINDERS.get(question.kind)
    found = find(reading) if find else []
    if not found:
        return []
    told = _told(reading)
    best = max(found, key=lambda span: (_nearness(span, told, text), -span[0]))
    if question.kind not in {"person", "place"}:
        return [best]
    return _row(found, best, text)


def _row(found: Sequence[Span], best: Span, text: str) -> list[Span]:
    """The best with those that stand in a row with it."""
    at = found.index(best)
    first = last = at
    while first and _JOINT.match(text[found[first - 1][1] : found[first][0]]):
        first -= 1
    while last + 1 < len(found) and _JOINT.match(text[found[last][1] : found[last + 1][0]]):
        last += 1
    return list(found[first : last + 1])


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sentence, and what it takes to find the question's words in it."""

    question: Question
    text: str
    language: str
    glossary: Glossary

    def names(self, word: str, term: Term) -> bool:
        """Whether a word of the sentence is a term of the question."""
        stems = analyse(word, self.language)
        if self.language == self.question.language and term.stem in stems:
            return True
        concepts = self.glossary.concepts(stems, self.language)
        return any(not term.concepts.isdisjoint(named) for named in concepts)


def _dates(reading: _Reading) -> list[Span]:
    stated = dates(reading.text, reading.language)
    # The year that the question names is no answer to when; the day within it is.
    asked = reading.question.years
    news = [d for d in stated if not (len(d.value) == _YEAR and d.value in asked)]
    if news:
        # A month's name may have been read with the full stop behind it.
        return [(d.start, len(reading.text[: d.end].rstrip("."))) for d in news]
    return [] if stated else [m.span() for m in _WEEKDAY.finditer(level(reading.text))]


def _cardinals(text: str, language: str) -> list[Span]:
    """Where the numbers outside dates stand."""
    dated = dates(text, language)
    return [
        (start, end)
        for start, end, _ in numbers(text, language)
        if not any(d.start < end and start < d.end for d in dated)
    ]


def _counts(reading: _Reading) -> list[Span]:
    """Numbers with what they count; without a noun to look for, a lone number."""
    if reading.question.ordinal:
        return _ordinals(reading)
    cardinals = _cardinals(reading.text, reading.language)
    counted = reading.question.counted
    if counted is None:
        return _money(reading) or _lone(reading, cardinals)
    bound = []
    for start, end in cardinals:
        for number, word in enumerate(_WORD.finditer(reading.text, end), start=1):
            if number > _BESIDE or any(start < other < word.end() for other, _ in cardinals):
                break
            if reading.names(word[0], counted):
                bound.append((start, word.end()))
                break
    return bound or _lone(reading, cardinals)


def _lone(reading: _Reading, cardinals: Sequence[Span]) -> list[Span]:
    """The only number of a sentence with the word behind it; nothing where there are several."""
    if len(cardinals) != 1:
        return []
    ((start, end),) = cardinals
    unit = _UNIT.match(reading.text, end)
    if unit and fold(unit[1]) not in stop_words(reading.language):
        end = unit.end()
    return [(start, end)]


def _ordinals(reading: _Reading) -> list[Span]:
    """Numbers beside the thing that is numbered, with it: "75th anniversary"."""
    counted = reading.question.counted
    found = []
    for start, end in _cardinals(reading.text, reading.language):
        before = list(_WORD.finditer(reading.text, 0, start))[:-3:-1]
        after = list(_WORD.finditer(reading.text, end))[:2]
        for word in (*after, *before):
            if counted and reading.names(word[0], counted):
                found.append((min(start, word.start()), max(end, word.end())))
                break
    return found


def _durations(reading: _Reading) -> list[Span]:
    levelled = level(reading.text)
    spans = [
        (start, after.end())
        for start, end in _cardinals(reading.text, reading.language)
        if (after := _TIME_AFTER.match(levelled, end))
    ]
    return sorted([*spans, *(m.span() for m in _TWO.finditer(levelled))])


def _percents(reading: _Reading) -> list[Span]:
    spans = [
        (start, end)
        for start, end, value in numbers(reading.text, reading.language)
        if value.endswith("%")
    ]
    return sorted([*spans, *(m.span() for m in _SHARE.finditer(level(reading.text)))])


def _money(reading: _Reading) -> list[Span]:
    found = []
    levelled = level(reading.text)
    for start, end in _cardinals(reading.text, reading.language):
        before = _MONEY_BEFORE.search(levelled[max(0, start - 5) : start])
        after = _MONEY_AFTER.match(levelled, end)
        if before or after:
            opens = start - len(before[0]) if before else start
            found.append((opens, after.end() if after else end))
    return found


def _persons(reading: _Reading) -> list[Span]:
    return list(_arabic_persons(reading) if reading.language == "ar" else _latin_persons(reading))


def _arabic_persons(reading: _Reading) -> Iterator[Span]:
    asked = {key for _, key in reading.question.names}
    for match in _ARABIC_NAME.finditer(level(reading.text)):
        words = match["name"].split()
        if (
            not set(words) & stop_words("ar")
            and not places(match["name"], "ar")
            and not {name_key(word) for word in words} & asked
        ):
            yield match.span("name")


def _latin_persons(reading: _Reading) -> Iterator[Span]:
    asked = {word for word, _ in reading.question.names}
    dated = dates(reading.text, reading.language)
    levelled = level(reading.text)
    for start, end, name in names(reading.text, reading.language):
        several = len(name.split()) > 1 or _TITLE.search(levelled[:start])
        if (
            several
            and not _ORGANISATION.search(fold(name))
            and not places(name, reading.language)
            and not set(_WORD.findall(fold(name))) & asked
            and not any(d.start < end and start < d.end for d in dated)
        ):
            yield start, end


def _places(reading: _Reading) -> list[Span]:
    """Places of the gazetteer; without one, names behind a preposition of place."""
    named = [
        span
        for span, codes in _gazetteer_spans(reading.text, reading.language)
        if not codes & reading.question.places
    ]
    if named or reading.language == "ar":
        return named
    asked = {word for word, _ in reading.question.names}
    levelled = level(reading.text)
    dated = dates(reading.text, reading.language)
    return [
        (start, end)
        for start, end, name in names(reading.text, reading.language)
        if _WHERE_BEFORE.search(levelled[:start])
        and not set(_WORD.findall(fold(name))) & asked
        and not any(d.start < end and start < d.end for d in dated)
        and not places(name, reading.language)
    ]


def _gazetteer_spans(text: str, language: str) -> Iterator[tuple[Span, frozenset[str]]]:
    """Where places are named, the longest stretch of words that names one as a whole first."""
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words):
        length = 1
        for longer in range(min(_LONGEST_PLACE, len(words) - at), 0, -1):
            start, end = words[at].start(), words[at + longer - 1].end()
            whole = places(text[start:end], language)
            if len(whole) != 1 or (longer == 1 and _is_adjective(text, start, end, language)):
                continue
            # Every word is needed: what begins or ends beside the name is none of it.
            shorter = {places(text[words[at + 1].start() : end], language)} if longer > 1 else set()
            if longer > 1 and not _STATE.match(fold(words[at + longer - 1][0])):
                shorter.add(places(text[start : words[at + longer - 2].end()], language))
            if whole in shorter:
                continue
            yield (start, end), whole
            length = longer
            break
        at += length


def _is_adjective(text: str, start: int, end: int, language: str) -> bool:
    """Whether a name of a place qualifies what follows it: "the Lebanese navy", "une ville
    libanaise". Arabic writes both alike."""
    if language == "ar":
        return False
    after = _UNIT.match(text, end)
    follows = bool(after and after[1].islower() and fold(after[1]) not in stop_words(language))
    return text[start].islower() or (language == "en" and follows)


def _told(reading: _Reading) -> list[tuple[int, float]]:
    """(middle of a word of the question in the text, how much it tells)."""
    found = []
    for word in _WORD.finditer(reading.text):
        for term in reading.question.terms:
            if reading.names(word[0], term) or (term.key and term.key == name_key(word[0])):
                found.append(((word.start() + word.end()) // 2, term.weight))
                break
    return found


def _nearness(span: Span, told: Sequence[tuple[int, float]], text: str) -> float:
    """How near the question's words stand, in all; half as near behind a comma."""
    start, end = span
    near = 0.0
    for at, weight in told:
        if not start <= at < end:
            between = text[end:at] if at >= end else text[at:start]
            near += weight * math.exp(-len(between) / _REACH) / (1 + len(_BREAK.findall(between)))
    return near


_FINDERS: dict[str, Callable[[_Reading], list[Span]]] = {
    "date": _dates,
    "number": _counts,
    "money": _money,
    "duration": _durations,
    "age": _durations,
    "percent": _percents,
    "person": _persons,
    "place": _places,
}
