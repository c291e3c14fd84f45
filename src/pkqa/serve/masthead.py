"""The head of the page: logo, name, the three languages, and the way to a new conversation."""

from __future__ import annotations

from importlib import resources

from pkqa.serve.markup import quoted, tag
from pkqa.serve.strings import LANGUAGES, STRINGS, Language


def masthead(language: Language) -> str:
    """The header in ``language``; the page's script takes the page's language and direction
    from its ``data-language`` and ``data-direction``."""
    strings = STRINGS[language]
    logo = (resources.files("pkqa.serve") / "static" / "logo.svg").read_text(encoding="utf-8")
    choices = (
        tag(
            "button",
            quoted(STRINGS[code].own_name),
            type="button",
            lang=code,
            dir=STRINGS[code].direction,
            class_="language",
            data_act="language",
            data_language=code,
            aria_pressed="true" if code == language else "false",
        )
        for code in LANGUAGES
    )
    return tag(
        "header",
        tag("span", logo, class_="logo"),
        tag("h1", "pkqa", tag("small", quoted(strings.tagline))),
        tag(
            "nav",
            *choices,
            class_="languages",
            aria_label=strings.choose_language,
        ),
        tag(
            "button",
            tag("span", "+", aria_hidden="true"),
            tag("span", quoted(strings.new_conversation), class_="label"),
            type="button",
            class_="quiet new",
            data_act="new",
            aria_label=strings.new_conversation,
        ),
        class_="masthead",
        dir=strings.direction,
        data_language=language,
        data_direction=strings.direction,
        data_title=f"pkqa · {strings.tagline}",
    )
