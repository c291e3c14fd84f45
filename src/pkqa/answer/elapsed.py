"""Years that sources imply: "sixty-three years ago", "its 75th anniversary".

With the day of its document such a count names a year. Where two sources imply different years for
one event, one of them slipped; which one is not for us to say, so both are shown as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pkqa.answer.nouns import concepts_at, countries
from pkqa.answer.quantities import Quantity
from pkqa.answer.question import Question
from pkqa.answer.reading import Reading
from pkqa.answer.timeline import Period, published
from pkqa.answer.told import Conflict, S, Statement, Told
from pkqa.answer.words import Word
from pkqa.text.analysis import analyse
from pkqa.text.fold import level
from pkqa.text.glossary import Glossary

_KINDS = frozenset({"date", "duration"})
# A count of years is rounded, and the day of a document without a date is estimated.
_LEAST_GAP = 3
_FEWEST_YEARS = 5  # below, an estimate of the day weighs too much
_EVENT = 7  # content words that name the event

# Share of a question's words that do not name the event; "which anniversary" asks for little else.
_MOST_STRANGE = 0.34
_MOST_STRANGE_ORDINAL = 0.5

# (before the number, behind it)
_COUNTS = tuple(
    (re.compile(rf"(?:{before})\s*$"), re.compile(rf"\s*(?:{behind})(?!\w)"))
    for before, behind in (
        ("", "years ago|years since|th anniversary|anniversary|anniversaire|eme anniversaire"),
        (r"\bil y a", "ans|annees"),
        (r"(?<!\w)(?:قبل|[وب]?مرور)", "سنه|سنوات|عاما|عام|اعوام"),
        (r"(?<!\w)(?:[وبل]?(?:ال)?ذكري|[وبل]?ذكرا\w+)(?: ال\u0640?)?", ""),
    )
)
_HINT = re.compile(r"(?i)years? |annivers|il y a|سن|عام|عوام|ذكر")
_LINK = re.compile(r"[\s,،]*(?:of|de|du|des|d'|since|علي|ل)(?!\w)|[\s,،]*ل")
_STOP = re.compile(r"[.;:!?؟\n]")
_PAUSE = re.compile(r"[.;:!?؟,،؛\n]")
_NO_EVENT = (
    "first anniversary celebrate creation create establish history year today United Nations"
)


@dataclass(frozen=True, slots=True)
class _Count:
    """A count of years up to the day of a document."""

    start: int  # in the sentence
    end: int
    year: int  # implied
    when: Period  # of the document
    event: tuple[tuple[Word, frozenset[int]], ...]  # the words that name it, and their concepts
    places: frozenset[str]  # named among them


def slips(
    question: Question,
    cited: Sequence[S],
    others: Sequence[S],
    reading: Callable[[S], Reading],
    glossary: Glossary,
) -> list[Conflict[S]]:
    """The years that statements imply for one event, where they differ: one conflict or none.

    Args:
        question: as the answerer reads it; it must ask when, how long ago or which anniversary.
        cited: what the answer quotes.
        others: what else was weighed, the likeliest first.
        reading: of a statement's sentence.
        glossary: which words name one concept.
    """
    if question.kind not in _KINDS and not question.ordinal:
        return []
    counts = [
        (statement, count)
        for statement in (*cited, *others)
        if _HINT.search(_text(statement))
        for count in _counts(statement, reading(statement), glossary)
        if _is_asked(question, count, glossary)
    ]
    if not counts:
        return []
    first = counts[0]
    other = next(
        (
            row
            for row in counts
            if abs(row[1].year - first[1].year) >= _LEAST_GAP and _same_event(first, row)
        ),
        None,
    )
    if other is None:
        return []
    told = sorted((_told(row, reading) for row in (first, other)), key=lambda t: t.when.first)
    words = [word for word, _ in first[1].event]
    about = reading(first[0]).text[words[0].start : words[-1].end]
    return [Conflict(about, "contradiction", tuple(told))]


def _is_asked(question: Question, count: _Count, glossary: Glossary) -> bool:
    """Whether a question is about the event, rather than about something in its company."""
    if not countries(question.text, question.language) <= count.places:
        return False
    event = _concepts(count.event)
    known = concepts_at([t.stem for t in question.terms], question.language, glossary)
    strange = [concepts for concepts in known if concepts.isdisjoint(event | _ignored(glossary))]
    named = any(not concepts.isdisjoint(event) for concepts in known)
    most = _MOST_STRANGE_ORDINAL if question.ordinal else _MOST_STRANGE
    return named and len(strange) <= most * len(known)


def _told(row: tuple[S, _Count], reading: Callable[[S], Reading]) -> Told[S]:
    statement, count = row
    offset = statement.sentence.start
    written = reading(statement).text[count.start : count.end]
    return Told(written, count.when, offset + count.start, offset + count.end, statement)


def _counts(statement: Statement, reading: Reading, glossary: Glossary) -> Iterator[_Count]:
    when = published(statement.document)
    if when is None:
        return
    levelled = level(reading.text)
    for quantity in reading.quantities:
        span = _span(levelled, quantity)
        if span is None or not quantity.value.isdigit() or int(quantity.value) < _FEWEST_YEARS:
            continue
        near = _near(levelled, reading.words, *span)
        event = _event(near, reading.language, glossary)
        if event:
            told = reading.text[near[0].start : near[-1].end]
            places = countries(told, reading.language)
            yield _Count(*span, when.first.year - int(quantity.value), when, event, places)


def _span(levelled: str, quantity: Quantity) -> tuple[int, int] | None:
    """The count of years that a number belongs to."""
    for before, behind in _COUNTS:
        opening = before.search(levelled[: quantity.start])
        closing = behind.match(levelled, quantity.end)
        if opening and closing:
            return opening.start() if opening[0].strip() else quantity.start, closing.end()
    return None


def _near(levelled: str, words: Sequence[Word], start: int, end: int) -> list[Word]:
    """The words for what the years are counted from: those behind "of", else those before."""
    if _LINK.match(levelled, end):
        near = [word for word in words if word.start >= end][:_EVENT]
        return [word for word in near if not _STOP.search(levelled, end, word.start)]
    near = [word for word in words if word.end <= start][-_EVENT:]
    return [word for word in near if not _PAUSE.search(levelled, word.end, start)]


def _event(
    near: Sequence[Word], language: str, glossary: Glossary
) -> tuple[tuple[Word, frozenset[int]], ...]:
    """Those of them that tell one event from another, with their concepts."""
    concepts = concepts_at([word.stem for word in near], language, glossary)
    told = [(word, c - _ignored(glossary)) for word, c in zip(near, concepts, strict=True)]
    return tuple((word, known) for word, known in told if known)


def _same_event(one: tuple[S, _Count], other: tuple[S, _Count]) -> bool:
    """Whether the words for one event all stand for words of the other, and the places agree."""
    (_, a), (_, b) = one, other
    return a.places == b.places and (_covers(a, b) or _covers(b, a))


def _covers(one: _Count, other: _Count) -> bool:
    known = _concepts(one.event)
    return all(not concepts.isdisjoint(known) for _, concepts in other.event)


def _concepts(event: Sequence[tuple[Word, frozenset[int]]]) -> frozenset[int]:
    return frozenset().union(*(concepts for _, concepts in event))


def _text(statement: Statement) -> str:
    sentence = statement.sentence
    return statement.document.text[sentence.start : sentence.end]


@cache
def _ignored(glossary: Glossary) -> frozenset[int]:
    return frozenset().union(*glossary.concepts(analyse(_NO_EVENT, "en"), "en"))
