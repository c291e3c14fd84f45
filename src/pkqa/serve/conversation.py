"""The conversation as HTML: the questions, and under each its answer or why there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pkqa.serve.answered import answered
from pkqa.serve.library import LONGEST_QUESTION
from pkqa.serve.markup import block, guarded, isolated, quoted, tag
from pkqa.serve.strings import STRINGS, Language, Strings
from pkqa.serve.turn import Turn

_TITLE = re.compile(r"(?<=[“«])(.+)(?=[”»])")


def conversation(
    turns: Sequence[Turn],
    language: Language,
    suggestions: Sequence[str],
    number: int = 0,
    jump: int | None = None,
) -> str:
    """The whole conversation; before the first question, a welcome.

    Args:
        turns: what was asked, in order.
        language: of the page.
        suggestions: questions to start with, or to go on with.
        number: of the conversation among those of the visit.
        jump: the turn that the page is to bring into sight.
    """
    strings = STRINGS[language]
    if not turns:
        return _welcome(strings, suggestions)
    last = len(turns) - 1
    drawn = [
        _turn(turn, place, language, last=place == last, jump=place == jump)
        for place, turn in enumerate(turns)
    ]
    log = tag(
        "div",
        *drawn,
        class_="log",
        role="log",
        aria_live="polite",
        aria_busy="true" if any(turn.growing for turn in turns) else None,  # read out when whole
        aria_label=strings.conversation,
    )
    offered = _suggestions(strings.go_on, suggestions, strings) if suggestions else ""
    return tag(
        "div",
        log,
        tag("div", offered, class_="go-on") if offered else "",
        class_="turns",
        dir=strings.direction,
        data_conversation=number,
    )


def _welcome(strings: Strings, suggestions: Sequence[str]) -> str:
    return tag(
        "div",
        tag("h2", quoted(strings.welcome)),
        tag("p", quoted(strings.promise), class_="promise"),
        _suggestions(strings.try_one, suggestions, strings) if suggestions else "",
        class_="welcome",
        dir=strings.direction,
    )


def _suggestions(heading: str, questions: Sequence[str], strings: Strings) -> str:
    buttons = (
        tag(
            "li",
            tag(
                "button",
                _apart(question),
                type="button",
                dir=strings.direction,
                class_="suggestion",
                data_act="suggest",
                data_question=question,
            ),
        )
        for question in questions
    )
    return tag("p", quoted(heading), class_="eyebrow") + tag("ul", *buttons, class_="suggestions")


def _apart(question: str) -> str:
    """A question in the page's language, and the title in it, which may be in another."""
    return "".join(
        isolated(part) if place == 1 else quoted(part)
        for place, part in enumerate(_TITLE.split(guarded(question), maxsplit=1))
    )


def _turn(turn: Turn, number: int, language: Language, *, last: bool, jump: bool) -> str:
    strings = STRINGS[language]
    # What grows and has confirmed nothing yet is no answer, not even that there is none.
    if turn.failure is not None:
        sentence = getattr(strings, turn.failure).format(limit=LONGEST_QUESTION)
        reply = tag("p", quoted(sentence), class_="failure", role="alert")
    elif turn.answer is None or (turn.growing and turn.answer.status == "not_found"):
        reply = _busy(strings.waiting if turn.waiting else strings.searching)
    else:
        reply = answered(turn, turn.answer, number, language, last=last)
        if turn.growing:
            reply += _busy(strings.checking)
    asked = block("p", turn.question, class_="asked") if turn.question else ""
    return tag(
        "section", asked, reply, class_="turn", id=f"turn-{number}", tabindex=-1, data_jump=jump
    )


def _busy(sentence: str) -> str:
    dots = tag("span", "<i></i><i></i><i></i>", class_="dots", aria_hidden="true")
    return tag("p", quoted(sentence), dots, class_="searching")
