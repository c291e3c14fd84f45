"""Answers to take along: as plain text, and a whole conversation as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Final

from pkqa.model import Answer, Citation
from pkqa.serve.markup import known, web_address
from pkqa.serve.strings import STRINGS, Language, Strings, language_name, written_date
from pkqa.serve.turn import Turn
from pkqa.text.languages import direction

# Controls turn the text that follows them round, or hide it: no file of ours carries them on.
_CONTROLS: Final = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>#!|~&{}]|(?<=\w)[:@](?=\S)|(?<=www)\.", re.IGNORECASE)
_OPENING: Final = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation as it is listed under an answer."""

    marker: int
    title: str
    publication: str  # "" where it is not known
    facts: str  # date, language and page, in the words of the page
    file: str  # the name of a source that is not on the web
    address: str | None  # of one that is
    quote: str


def references(turn: Turn, language: Language) -> list[Reference]:
    """What the answer of ``turn`` cites, in the order of the markers."""
    cited = turn.answer.citations if turn.answer else ()
    return [
        Reference(
            citation.marker,
            plain(citation.title),
            plain(turn.publications.get(citation.document_id, "")),
            _facts(citation, STRINGS[language]),
            plain(_file(citation.source)),
            address[0] if (address := web_address(citation.source)) else None,
            plain(citation.quote),
        )
        for citation in cited
    ]


def words(turn: Turn, language: Language) -> list[str]:
    """The paragraphs of an answer, or the sentence that says why there is none."""
    strings = STRINGS[language]
    if turn.failure is not None:
        return [strings.unanswered]
    if turn.answer is None:
        return []
    if turn.answer.status == "not_found":
        return [strings.not_found]
    said = [line for line in plain(turn.answer.answer).split("\n") if line.strip()]
    return said + [_told(turn.answer, strings)] * bool(turn.answer.disagreements)


def until(turn: Turn, language: Language) -> str:
    """Up to which day documents were heard, as a sentence; "" where all were."""
    strings = STRINGS[language]
    if turn.as_of is None:
        return ""
    return strings.heard_until.format(date=written_date(turn.as_of, strings))


def as_text(turn: Turn, language: Language) -> str:
    """One answer with its numbered references, to paste into a letter."""
    listed = [
        " ".join(
            filter(
                None,
                (
                    f"[{one.marker}]",
                    f"{_apart(one.title, language)}.",
                    f"{_told_of(one, language)}.",
                    one.address,
                ),
            )
        )
        for one in references(turn, language)
    ]
    parts = [*words(turn, language), until(turn, language), "\n".join(listed)]
    return "\n\n".join(filter(None, parts))


def markdown(turns: Sequence[Turn], language: Language, day: date) -> str:
    """A conversation as CommonMark: a heading a question, the answer, its references with what
    they quote. Text that came from a document or a model is text in it, and nothing else; the
    only links are to sources on the web."""
    strings = STRINGS[language]
    exported = strings.exported.format(date=written_date(day.isoformat(), strings))
    parts = [f"# pkqa · {strings.conversation}", f"*{_literal(exported)}*"]
    for turn in turns:
        parts.append(f"## {_literal(' '.join(plain(turn.question).split()))}")
        if heard := until(turn, language):
            parts.append(f"*{_literal(heard)}*")
        parts += [_literal(paragraph) for paragraph in words(turn, language)]
        listed = references(turn, language)
        if listed:
            parts.append(f"### {strings.references}")
        parts += [_entry(one, language) for one in listed]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Text without the characters that are not seen but change what is."""
    return _CONTROLS.sub("", text.replace("\t", " "))


def _entry(one: Reference, language: Language) -> str:
    link = f" <{_safe(one.address)}>" if one.address else ""
    title = _literal(_apart(" ".join(one.title.split()), language))
    facts = _literal(_told_of(one, language))
    quote = _literal(" ".join(one.quote.split()))
    return f"\\[{one.marker}\\] **{title}** · {facts}{link}\n\n> {quote}"


def _safe(address: str) -> str:
    return address.replace("<", "%3C").replace(">", "%3E")


def _literal(text: str) -> str:
    """Text that CommonMark, and what is built on it, shows as it stands."""
    return _OPENING.sub(r"\1\\\2", _SPECIAL.sub(lambda found: f"\\{found.group()}", text))


def _facts(citation: Citation, strings: Strings) -> str:
    facts = [written_date(citation.date, strings)]
    if known(citation.language):
        facts.append(language_name(citation.language, strings))
    if citation.page is not None:
        facts.append(strings.page.format(page=citation.page))
    return plain(strings.comma.join(facts))


def _file(source: str) -> str:
    path = PurePath(source)
    return path.name if web_address(source) is None and path.suffix else ""


def _told_of(one: Reference, language: Language) -> str:
    facts = (_apart(one.publication, language), one.facts, _apart(one.file, language))
    return STRINGS[language].comma.join(filter(None, facts))


def _apart(text: str, language: Language) -> str:
    """Text that keeps its own direction in a line of another one: an isolate, which is what
    ``bdi`` is on the page."""
    if not text or direction(text) == STRINGS[language].direction:
        return text
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def _told(answer: Answer, strings: Strings) -> str:
    """What the documents tell differently, each value with its date and marker."""
    lines = []
    for told in answer.disagreements:
        title = {"superseded": strings.superseded, "contradiction": strings.contradiction}
        values = (
            f"{value.value} ({written_date(value.date, strings)}) [{value.marker}]"
            for value in told.values
        )
        lines.append(f"{title[told.kind]}: {told.about}: {strings.comma.join(values)}")
    return plain("\n".join(lines))
