"""The conversation as HTML: the questions, and under each its answer or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from pkqa.serve.answered import answered
from pkqa.serve.library import LONGEST_QUESTION, Turn
from pkqa.serve.markup import block, quoted, tag
from pkqa.serve.strings import STRINGS, Language, Strings


def conversation(turns: Sequence[Turn], language: Language, suggestions: Sequence[str]) -> str:
    """The whole conversation; before the first question, a welcome with ``suggestions``."""
    strings = STRINGS[language]
    if not turns:
        return _welcome(strings, suggestions)
    return tag(
        "div",
        *(_turn(turn, number, language) for number, turn in enumerate(turns)),
        class_="turns",
        dir=strings.direction,
        role="log",
        aria_live="polite",
        aria_busy="true" if any(turn.growing for turn in turns) else None,  # read out when whole
        aria_label=strings.conversation,
    )


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


def _turn(turn: Turn, number: int, language: Language) -> str:
    strings = STRINGS[language]
    # What grows and has confirmed nothing yet is no answer, not even that there is none.
    if turn.failure is not None:
        sentence = getattr(strings, turn.failure).format(limit=LONGEST_QUESTION)
        reply = tag("p", quoted(sentence), class_="failure", role="alert")
    elif turn.answer is None or (turn.growing and turn.answer.status == "not_found"):
        reply = _busy(strings.searching)
    else:
        reply = answered(turn, turn.answer, number, language)
        if turn.growing:
            reply += _busy(strings.checking)
    asked = block("p", turn.question, class_="asked") if turn.question else ""
    return tag("section", asked, reply, class_="turn", id=f"turn-{number}", tabindex=-1)


def _busy(sentence: str) -> str:
    dots = tag("span", "<i></i><i></i><i></i>", class_="dots", aria_hidden="true")
    return tag("p", quoted(sentence), dots, class_="searching")
