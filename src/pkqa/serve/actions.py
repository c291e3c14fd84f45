"""What a reader can do with an answer: copy it, judge it, take the conversation along."""

from __future__ import annotations

from pkqa.serve.exports import as_text
from pkqa.serve.icons import icon
from pkqa.serve.library import LONGEST_NOTE, Rating
from pkqa.serve.markup import quoted, tag
from pkqa.serve.strings import STRINGS, Language, Strings
from pkqa.serve.turn import Turn


def actions(turn: Turn, number: int, language: Language, *, last: bool) -> str:
    """The row under answer ``number``; under the last one also the exports of all of them."""
    strings = STRINGS[language]
    row = tag(
        "div",
        tag(
            "button",
            icon("copy"),
            tag("span", quoted(strings.copy)),
            type="button",
            class_="plain",
            data_act="copy",
            data_text=as_text(turn, language),
            data_done=strings.copied,
            data_failed=strings.not_copied,
        ),
        _thumb("up", strings.helpful, turn, number),
        _thumb("down", strings.unhelpful, turn, number),
        _exports(strings) if last else "",
        class_="acts",
        role="group",
        aria_label=strings.actions,
    )
    return row + (_opinion(turn, number, strings) if turn.rating else "")


def _thumb(rating: Rating, label: str, turn: Turn, number: int) -> str:
    return tag(
        "button",
        icon(rating),
        type="button",
        class_="plain thumb",
        data_act="rate",
        data_turn=number,
        data_rating=rating,
        aria_pressed="true" if turn.rating == rating else "false",
        aria_label=label,
        title=label,
    )


def _opinion(turn: Turn, number: int, strings: Strings) -> str:
    """Room for a note, until one was sent."""
    if turn.noted:
        return tag("p", quoted(strings.thanks_note), class_="remark")
    field = f"note-{number}"
    return tag(
        "form",
        tag("label", quoted(strings.note), for_=field),
        tag("textarea", id=field, rows=2, maxlength=LONGEST_NOTE, dir="auto"),
        tag("button", quoted(strings.send), type="submit", class_="plain send"),
        class_="opinion",
        data_act="note",
        data_turn=number,
        data_rating=turn.rating,
    )


def _exports(strings: Strings) -> str:
    return tag(
        "span",
        icon("export"),
        tag("span", quoted(strings.export), id="export"),
        *(
            tag(
                "button",
                quoted(name),
                type="button",
                class_="plain",
                data_act="export",
                data_form=form,
                aria_describedby="export",
            )
            for form, name in (("markdown", "Markdown"), ("pdf", "PDF"))
        ),
        class_="exports",
    )
