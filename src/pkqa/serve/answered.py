"""One answer as HTML: its words, and what a reader must know to judge them."""

from __future__ import annotations

from dataclasses import replace

from pkqa.answer.phrases import partly
from pkqa.model import Answer, Disagreement, Reported
from pkqa.serve.actions import actions
from pkqa.serve.markup import block, chip, isolated, quoted, tag, woven
from pkqa.serve.strings import LANGUAGES, STRINGS, Language, Strings, written_date
from pkqa.serve.turn import Turn
from pkqa.serve.withheld import withheld
from pkqa.serve.words import answer_text


def answered(
    turn: Turn, answer: Answer, number: int, language: Language, *, last: bool = False
) -> str:
    """The answer of turn ``number``; while it grows, what was confirmed so far and no more.

    The ``last`` one of a conversation offers to export all of it.
    """
    strings = STRINGS[language]
    return tag(
        "article",
        _asked_as(answer, strings),
        _notice(answer, strings),
        tag("div", _said(answer, number, strings), class_="said"),
        *(_disagreement(about, answer, number, strings) for about in answer.disagreements),
        *(block("p", note, class_="remark") for note in answer.notes),
        _nearest(turn, number, strings),
        "" if turn.growing else withheld(answer, number, language),
        "" if turn.growing else _footer(turn, answer, strings),
        "" if turn.growing else actions(turn, number, language, last=last),
        class_=f"answer {answer.status.replace('_', '-')}",
        aria_label=strings.answer,
    )


def _asked_as(answer: Answer, strings: Strings) -> str:
    """What a follow-up was taken to mean."""
    if not answer.standalone:
        return ""
    question = block("bdi", answer.standalone)
    return tag("p", woven(strings.asked_as, question=question), class_="asked-as")


def _noticed(answer: Answer) -> bool:
    """Whether the documents lack a part: an answer that broke off is partial too, and its notes
    say why."""
    return answer.status == "partial" and bool(answer.missing or not answer.notes)


def _notice(answer: Answer, strings: Strings) -> str:
    if not _noticed(answer):
        return ""
    parts = tag("ul", *(tag("li", block("bdi", part)) for part in answer.missing))
    named = tag("span", quoted(strings.missing)) + parts if answer.missing else ""
    return tag("div", tag("p", quoted(strings.partial)), named, class_="notice")


def _said(answer: Answer, number: int, strings: Strings) -> str:
    # What comes nearest is listed below the words, and what is missing is told above them, so the
    # answer's own sentences about it are not repeated.
    if answer.status == "not_found":
        asked_in = next((code for code in LANGUAGES if code == answer.language), None)
        words = STRINGS[asked_in] if asked_in else strings
        return block("p", words.not_found, lang=asked_in)
    if _noticed(answer):
        told = partly(answer.language, answer.missing)
        answer = replace(answer, answer=answer.answer.replace(f"\n\n{told}", ""))
    return answer_text(answer, number, strings)


def _disagreement(told: Disagreement, answer: Answer, number: int, strings: Strings) -> str:
    title = {"superseded": strings.superseded, "contradiction": strings.contradiction}[told.kind]
    return tag(
        "aside",
        tag("p", quoted(title), class_="eyebrow"),
        tag("p", block("bdi", told.about), class_="about"),
        tag("ul", *(_reported(value, answer, number, strings) for value in told.values)),
        class_="differ",
    )


def _reported(told: Reported, answer: Answer, number: int, strings: Strings) -> str:
    cited = {citation.marker: citation for citation in answer.citations}
    chips = ""
    if citation := cited.get(told.marker):
        label = strings.show_passage.format(marker=citation.marker, title=citation.title)
        chips = chip(citation.marker, number, label)
    return tag(
        "li",
        tag("strong", block("bdi", told.value)),
        tag("span", isolated(written_date(told.date, strings)), class_="date"),
        chips,
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


def _footer(turn: Turn, answer: Answer, strings: Strings) -> str:
    notes = []
    if turn.as_of is not None:
        heard = isolated(written_date(turn.as_of, strings))
        notes.append(woven(strings.heard_until, date=heard))
    if answer.status != "not_found":
        how = strings.verbatim if answer.answerer == "quote" else strings.written
        notes.append(quoted(how.format(model=answer.model or answer.answerer)))
    if "total" in answer.timings_ms:
        seconds = f"{answer.timings_ms['total'] / 1000:.2f}"
        notes.append(isolated(strings.seconds.format(seconds=seconds)))
    return tag("footer", *(tag("span", note) for note in notes)) if notes else ""
