"""The words of an answer as HTML: quotations set apart, markers turned into numbered chips."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pkqa.model import Answer, Citation
from pkqa.serve.markup import NO_BREAK, chip, emphasised, guarded, known, quoted, shifted, tag
from pkqa.serve.strings import Strings
from pkqa.text.languages import direction

LONGEST_TIED = 30
"""Characters of HTML; a longer word has to be free to break on a narrow screen."""

_MARKER = r"\[(?P<marker>\d{1,3})\]"


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
            last.html.append(_verbatim(source))
            last.quoted += text
            last.language = source.language
        elif int(marker) in by_marker:
            citation = by_marker[int(marker)]
            label = strings.show_passage.format(marker=citation.marker, title=citation.title)
            _tie(chip(citation.marker, turn, label), last)
        else:
            _say(text, paragraphs)
    _say(answer.answer[position:], paragraphs)
    return "".join(
        tag("p", *paragraph.html, dir=paragraph.direction())
        for paragraph in paragraphs
        if "".join(paragraph.html).strip()
    )


def _tie(button: str, paragraph: _Paragraph) -> None:
    """Append a chip, tied to the word before it: it never starts a line of its own."""
    html = paragraph.html
    # Plain text ends in no ">", which is escaped in it.
    before = html.pop() if html and not html[-1].endswith(">") else ""
    rest, space, word = before.rstrip(" ").rpartition(" ")
    if len(word) > LONGEST_TIED:
        html += [before, button]
        return
    between = NO_BREAK if before.endswith(" ") else ""
    html += [rest + space, tag("span", word, between, button, class_="tied")]


def _verbatim(source: Citation) -> str:
    """A quotation as the document has it, the words that answer in bold."""
    return tag(
        "span",
        emphasised(source.quote, shifted(source.emphasis, -source.start)),
        dir=direction(source.quote),
        class_="verbatim",
        lang=known(source.language),
    )


def _pieces(citations: Sequence[Citation]) -> re.Pattern[str]:
    """Finds markers and quotations, whatever way the lines of a quotation are broken."""
    quotes = sorted({c.quote.strip() for c in citations if c.quote.strip()}, key=len, reverse=True)
    spaced = (r"\s+".join(map(re.escape, quote.split())) for quote in quotes)
    return re.compile("|".join([*spaced, _MARKER]))


def _say(text: str, paragraphs: list[_Paragraph]) -> None:
    """Append plain text; each line break opens a new paragraph, and guillemets keep to the words
    inside them."""
    for number, line in enumerate(text.split("\n")):
        if number:
            paragraphs.append(_Paragraph())
        paragraphs[-1].html.append(quoted(guarded(line)))
        paragraphs[-1].said += line
