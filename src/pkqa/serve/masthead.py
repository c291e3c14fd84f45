"""The head of the page: logo and name, language, light or dark, history, a new conversation."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from pkqa.serve.doors import SIGN_OUT
from pkqa.serve.icons import icon
from pkqa.serve.looks import THEMES, Theme
from pkqa.serve.markup import block, quoted, tag
from pkqa.serve.strings import LANGUAGES, STRINGS, Language, Strings
from pkqa.serve.turn import Turn


def masthead(
    language: Language,
    theme: Theme = "auto",
    conversations: Sequence[Sequence[Turn]] = (),
    *,
    signed_in: bool = False,
) -> str:
    """The header in ``language``, with the questions asked so far in ``conversations``, and the
    way out for one who ``signed_in``.

    The page's script takes the page's language, direction and theme from its ``data-``
    attributes.
    """
    strings = STRINGS[language]
    logo = (resources.files("pkqa.serve") / "static" / "logo.svg").read_text(encoding="utf-8")
    return tag(
        "header",
        tag("button", quoted(strings.skip), type="button", class_="skip", data_act="skip"),
        tag("span", logo, class_="logo"),
        tag("h1", "pkqa", tag("small", quoted(strings.tagline))),
        _languages(language, strings),
        _theme(theme, strings),
        _history(conversations, strings),
        tag(
            "button",
            icon("new"),
            tag("span", quoted(strings.new_conversation), class_="label"),
            type="button",
            class_="quiet new",
            data_act="new",
            aria_label=strings.new_conversation,
        ),
        _sign_out(strings) if signed_in else "",
        class_="masthead",
        dir=strings.direction,
        data_language=language,
        data_direction=strings.direction,
        data_theme=theme,
        data_title=f"pkqa · {strings.tagline}",
    )


def _languages(language: Language, strings: Strings) -> str:
    choices = (
        tag(
            "button",
            tag("span", quoted(STRINGS[code].own_name), class_="label"),
            tag("span", quoted(STRINGS[code].short_name), class_="short", aria_hidden="true"),
            type="button",
            lang=code,
            dir=STRINGS[code].direction,
            class_="language",
            data_act="language",
            data_language=code,
            aria_label=STRINGS[code].own_name,
            aria_pressed="true" if code == language else "false",
        )
        for code in LANGUAGES
    )
    return tag("nav", *choices, class_="languages", aria_label=strings.choose_language)


def _theme(theme: Theme, strings: Strings) -> str:
    """The switch: each touch goes on to the next of the three."""
    names = {"auto": strings.theme_auto, "light": strings.theme_light, "dark": strings.theme_dark}
    label = f"{strings.theme}: {names[theme]}"
    return tag(
        "button",
        icon(theme),
        type="button",
        class_="quiet theme",
        data_act="theme",
        data_next=THEMES[(THEMES.index(theme) + 1) % len(THEMES)],
        aria_label=label,
        title=label,
    )


def _history(conversations: Sequence[Sequence[Turn]], strings: Strings) -> str:
    """The questions of this visit, the latest conversation first; nothing before there is one."""
    asked = [(number, turns) for number, turns in enumerate(conversations) if turns]
    if not asked:
        return ""
    lists = (
        tag(
            "ol",
            *(_question(turn, number, place) for place, turn in enumerate(turns)),
        )
        for number, turns in reversed(asked)
    )
    return tag(
        "details",
        tag(
            "summary",
            icon("history"),
            tag("span", quoted(strings.history), class_="label"),
            class_="quiet",
            aria_label=strings.history,
            title=strings.history,
        ),
        tag("nav", *lists, class_="sheet", aria_label=strings.history),
        class_="history",
        id="history",
    )


def _sign_out(strings: Strings) -> str:
    return tag(
        "button",
        icon("leave"),
        tag("span", quoted(strings.sign_out), class_="label"),
        type="button",
        class_="quiet",
        data_act="sign-out",
        data_address=SIGN_OUT,
        aria_label=strings.sign_out,
        title=strings.sign_out,
    )


def _question(turn: Turn, number: int, place: int) -> str:
    return tag(
        "li",
        block(
            "button",
            turn.question,
            type="button",
            data_act="jump",
            data_conversation=number,
            data_turn=place,
        ),
    )
