"""What the interface says, name by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Strings:
    """The interface in one language; ``{name}`` stands for what the page fills in."""

    own_name: str  # of the language, in itself
    short_name: str  # where there is little room
    direction: Literal["ltr", "rtl"]
    tagline: str
    choose_language: str
    new_conversation: str
    welcome: str
    promise: str
    try_one: str
    conversation: str
    question: str
    placeholder: str
    ask: str
    searching: str
    checking: str
    answer: str
    asked_as: str  # {question}
    partial: str
    missing: str
    not_found: str
    nearest: str
    superseded: str
    contradiction: str
    withheld: str  # {count}
    why_withheld: str
    verbatim: str
    written: str  # {model}
    translated: str  # {model}
    seconds: str  # {seconds}
    sources: str
    sources_hint: str
    cited_passage: str  # {marker}
    show_passage: str  # {marker} {title}
    show_document: str  # {title}
    whole_document: str
    also_in: str
    back: str
    to_answer: str
    open_source: str  # {host}
    new_tab: str
    page: str  # {page}
    undated: str
    not_among: str
    changed: str
    long_question: str  # {limit}
    no_collection: str
    model_silent: str
    not_set_up: str
    gone: str
    failed: str
    skip: str
    theme: str
    theme_auto: str
    theme_light: str
    theme_dark: str
    history: str
    sign_out: str
    as_of: str
    as_of_hint: str
    as_of_clear: str
    heard_until: str  # {date}
    waiting: str
    go_on: str
    actions: str
    copy: str
    copied: str
    not_copied: str
    helpful: str
    unhelpful: str
    thanks: str
    note: str
    send: str
    thanks_note: str
    long_note: str  # {limit}
    not_kept: str
    export: str
    not_exported: str
    saved: str  # {name}
    unanswered: str
    comma: str  # between the items of a list
    references: str
    exported: str  # {date}
    link_place: str
    link_copied: str
    opened_by_link: str
    not_open: str
    too_fast: str
    busy: str
    months: str  # twelve names, January first
    first_day: str  # how the first of a month is written
    date: str  # {day} {month} {year}
    languages: tuple[tuple[str, str], ...]  # ISO 639-1 code, name
