"""The conversation as HTML: questions, answers, and the numbered chips that lead to passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pkqa.model import Answer, Citation
from pkqa.serve.library import LONGEST_QUESTION, Turn
from pkqa.serve.markup import block, chip, isolated, known, quoted, tag
from pkqa.serve.strings import LANGUAGES, STRINGS, Language, Strings, written_date
from pkqa.text.languages import direction

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MARKER = r"\[(?P<marker>\d{1,3})\]"


def conversation(turns: Sequence[Turn], language: Language, suggestions: Sequence[str]) -> str:
    """The whole conversation; before the first question, a welcome with ``suggestions``."""
    strings = STRINGS[language]
    if not turns:
        return _welcome(strings, suggestions)
    return tag(
        "div",
        *(_turn(turn, number, strings) for number, turn in enumerate(turns)),
        class_="turns",
        dir=strings.direction,
        role="log",
        aria_live="polite",
        aria_label=strings.conversation,
    )


@dataclass(slots=True)
class _Paragraph:
    """One line of an answer as it is put together."""

    html: list[str] = field(default_factory=list)
    said: str = ""  # the text outside quotations; its letters give the paragraph its direction
    quoted: str = ""
    language: str | None = None  # of the last quotation

    def direction(self) -> str:
        return direction(self.said if any(map(str.isalpha, self.said)) else self.quoted)


def answer_text(answer: Answer, turn: int, strings: Strings) -> str:
    """The answer's own words: quotations set apart, ``[n]`` turned into chips.

    Quotations in one language run on; one in another language opens a paragraph of its own.
    A number in brackets that is no citation's marker stays plain text.
    """
    by_marker = {citation.marker: citation for citation in answer.citations}
    paragraphs = [_Paragraph()]
    position = 0
    for found in _pieces(answer.citations).finditer(answer.answer):
        _say(answer.answer[position : found.start()], paragraphs)
        position = found.end()
        last, text, marker = paragraphs[-1], found.group(), found["marker"]
        if marker is None:
            source = next(c for c in answer.citations if c.quote.split() == text.split())
            if last.language not in {None, source.language}:
                last = _Paragraph()  # two scripts on one line would put the chips astray
                paragraphs.append(last)
            words, spoken = " ".join(text.split()), known(source.language)
            last.html.append(block("span", words, class_="verbatim", lang=spoken))
            last.quoted += text
            last.language = source.language
        elif int(marker) in by_marker:
            citation = by_marker[int(marker)]
            label = strings.show_passage.format(marker=citation.marker, title=citation.title)
            button = chip(citation.marker, turn, label)
            if last.html and last.html[-1] == " ":  # a chip never starts a line of its own
                last.html[-1] = tag("span", _NO_BREAK, button, class_="tied")
            else:
                last.html.append(button)
        else:
            _say(text, paragraphs)
    _say(answer.answer[position:], paragraphs)
    return "".join(
        tag("p", *paragraph.html, dir=paragraph.direction())
        for paragraph in paragraphs
        if "".join(paragraph.html).strip()
    )


def _pieces(citations: Sequence[Citation]) -> re.Pattern[str]:
    """Finds markers and quotations, whatever way the lines of a quotation are broken."""
    quotes = sorted({c.quote.strip() for c in citations if c.quote.strip()}, key=len, reverse=True)
    spaced = (r"\s+".join(map(re.escape, quote.split())) for quote in quotes)
    return re.compile("|".join([*spaced, _MARKER]))


def _say(text: str, paragraphs: list[_Paragraph]) -> None:
    """Append plain text; each line break opens a new paragraph."""
    for number, line in enumerate(text.split("\n")):
        if number:
            paragraphs.append(_Paragraph())
        paragraphs[-1].html.append(quoted(line))
        paragraphs[-1].said += line


def _welcome(strings: Strings, suggestions: Sequence[str]) -> str:
    questions = "".join(
        tag(
            "li",
            block(
                "button",
                question,
                type="button",
                class_="suggestion",
                data_act="suggest",
                data_question=question,
            ),
        )
        for question in suggestions
    )
    offered = tag("p", quoted(strings.try_one), class_="eyebrow") + tag(
        "ul", questions, class_="suggestions"
    )
    return tag(
        "div",
        tag("h2", quoted(strings.welcome)),
        tag("p", quoted(strings.promise), class_="promise"),
        offered if suggestions else "",
        class_="welcome",
        dir=strings.direction,
    )


def _turn(turn: Turn, number: int, strings: Strings) -> str:
    if turn.failure is not None:
        sentence = getattr(strings, turn.failure).format(limit=LONGEST_QUESTION)
        reply = tag("p", quoted(sentence), class_="failure", role="alert")
    elif turn.answer is None:
        dots = tag("span", "<i></i><i></i><i></i>", class_="dots", aria_hidden="true")
        reply = tag("p", quoted(strings.searching), dots, class_="searching")
    else:
        reply = _answer(turn, turn.answer, number, strings)
    asked = block("p", turn.question, class_="asked") if turn.question else ""
    return tag("section", asked, reply, class_="turn", id=f"turn-{number}", tabindex=-1)


def _answer(turn: Turn, answer: Answer, number: int, strings: Strings) -> str:
    return tag(
        "article",
        tag("p", quoted(strings.partial), class_="notice") if answer.status == "partial" else "",
        tag("div", _said(answer, number, strings), class_="said"),
        "".join(_disagreement(about, answer, number, strings) for about in answer.disagreements),
        _nearest(turn, number, strings),
        _footer(answer, strings),
        class_=f"answer {answer.status.replace('_', '-')}",
        aria_label=strings.answer,
    )


def _said(answer: Answer, number: int, strings: Strings) -> str:
    # What comes nearest is listed below the words, so the answer's own list of it is not repeated.
    if answer.status != "not_found":
        return answer_text(answer, number, strings)
    asked_in = next((code for code in LANGUAGES if code == answer.language), None)
    words = STRINGS[asked_in] if asked_in else strings
    return block("p", words.not_found, lang=asked_in)


def _disagreement(about: dict[str, object], answer: Answer, number: int, strings: Strings) -> str:
    values = about.get("values")
    cited = {citation.marker: citation for citation in answer.citations}
    rows = []
    for value in values if isinstance(values, (list, tuple)) else ():
        citation = cited.get(value.get("marker"))
        label = citation and strings.show_passage.format(
            marker=citation.marker, title=citation.title
        )
        rows.append(
            tag(
                "li",
                tag("strong", isolated(value.get("value", ""))),
                tag("span", isolated(written_date(value.get("date"), strings)), class_="date"),
                chip(citation.marker, number, label) if citation and label else "",
            )
        )
    return tag(
        "aside",
        tag("p", quoted(strings.differ), class_="eyebrow"),
        block("p", str(about.get("about", "")), class_="about"),
        tag("ul", *rows),
        class_="differ",
    )


def _nearest(turn: Turn, number: int, strings: Strings) -> str:
    if not turn.nearest:
        return ""
    documents = (
        tag(
            "li",
            tag(
                "button",
                tag("bdi", quoted(document.title), class_="title"),
                type="button",
                class_="source-link",
                data_act="document",
                data_turn=number,
                data_document=document.document_id,
                aria_label=strings.show_document.format(title=document.title),
            ),
        )
        for document in turn.nearest
    )
    heading = tag("p", quoted(strings.nearest), class_="eyebrow")
    return tag("div", heading, tag("ul", *documents), class_="nearest")


def _footer(answer: Answer, strings: Strings) -> str:
    notes = []
    if answer.status != "not_found":
        how = strings.verbatim if answer.answerer == "quote" else strings.written
        notes.append(quoted(how.format(model=answer.model or answer.answerer)))
    if answer.withheld:
        notes.append(quoted(strings.withheld.format(count=len(answer.withheld))))
    if "total" in answer.timings_ms:
        seconds = f"{answer.timings_ms['total'] / 1000:.2f}"
        notes.append(isolated(strings.seconds.format(seconds=seconds)))
    return tag("footer", *(tag("span", note) for note in notes)) if notes else ""
