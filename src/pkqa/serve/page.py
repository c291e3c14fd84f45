"""The chat page as Gradio blocks: what the reader does, and what is redrawn then."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import gradio as gr

from pkqa.serve.library import Library, View
from pkqa.serve.masthead import masthead
from pkqa.serve.session import Session
from pkqa.serve.strings import STRINGS, choose

ASKING_AT_ONCE = 4
"""Questions answered side by side; the others wait their turn."""

WAITING_AT_MOST = 64
"""Events that may wait; beyond that a newcomer is told that the page is busy."""


def static(name: str) -> str:
    """The text of a file that the package ships beside this module."""
    return (resources.files("pkqa.serve") / "static" / name).read_text(encoding="utf-8")


def create(library: Library) -> gr.Blocks:
    """The page over ``library``: a header, the conversation, the composer, the sources panel.

    The three drawn parts are ``gr.HTML``; their buttons carry ``data-act`` and the script in
    ``static/page.js`` reports a click with the button's data. Nothing is callable as an API.
    """
    script = static("page.js")

    def drawn(name: str) -> gr.HTML:
        return gr.HTML(elem_id=name, js_on_load=script, apply_default_css=False)

    page = gr.Blocks(title="pkqa", analytics_enabled=False, fill_width=True)
    with page:
        session = gr.State(Session())
        header = drawn("masthead")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                talk = drawn("conversation")
                with gr.Row(elem_id="composer"):
                    box = gr.Textbox(
                        lines=1,
                        max_lines=5,
                        container=False,
                        label=STRINGS["en"].question,
                        elem_id="question",
                    )
                    button = gr.Button(STRINGS["en"].ask, variant="primary", elem_id="ask")
            panel = drawn("sources")

        def frame(state: Session) -> tuple[Any, ...]:
            """Everything on the page, in the order of ``everything``."""
            words = STRINGS[state.language]
            return (
                masthead(state.language),
                state.conversation(library),
                state.sources(library),
                gr.Textbox(label=words.question, placeholder=words.placeholder),
                gr.Button(words.ask),
            )

        def arrive(state: Session, request: gr.Request) -> tuple[Any, ...]:
            state.language = choose(
                request.query_params.get("lang"), request.headers.get("accept-language")
            )
            return frame(state)

        def head(state: Session, event: gr.EventData) -> tuple[Any, ...]:
            if event._data.get("act") == "language":
                state.language = choose(event._data.get("language"), default=state.language)
            elif event._data.get("act") == "new":
                state.clear()
            return frame(state)

        def put(question: str, state: Session) -> Iterator[tuple[Any, ...]]:
            number = state.pose(question)
            if number is None:
                yield gr.skip(), gr.skip(), gr.skip()
                return
            refused = state.turns[number].failure is not None  # leave it there to be shortened
            yield gr.skip() if refused else "", state.conversation(library), gr.skip()
            for _ in state.settle(number, library):
                yield gr.skip(), state.conversation(library), state.sources(library)

        def click(state: Session, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
            data = event._data
            if data.get("act") == "suggest":
                yield from put(str(data.get("question", "")), state)
                return
            view = _view(data)
            if view is not None:
                state.view = view
                yield gr.skip(), gr.skip(), state.sources(library)

        everything = [header, talk, panel, box, button]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asking: dict[str, Any] = private | {
            "concurrency_limit": ASKING_AT_ONCE,
            "concurrency_id": "ask",
        }
        page.load(arrive, [session], everything, **private)
        header.click(head, [session], everything, **private)
        gr.on(
            [box.submit, button.click],
            put,
            [box, session],
            [box, talk, panel],
            trigger_mode="once",
            **asking,
        )
        talk.click(click, [session], [box, talk, panel], **asking)
        panel.click(click, [session], [box, talk, panel], **private)
    page.queue(max_size=WAITING_AT_MOST, default_concurrency_limit=8, api_open=False)
    return page


def _view(data: dict[str, Any]) -> View | None:
    """The view that a button asks for; None where what the browser sent makes no sense."""
    turn, marker = _number(data.get("turn")), _number(data.get("marker"))
    act, document_id = data.get("act"), data.get("document")
    if turn is None:
        return None
    if act in {"passage", "passages"}:
        return View(turn, marker)
    if act == "document" and isinstance(document_id, str):
        return View(turn, marker, document_id)
    return None


def _number(written: object) -> int | None:
    return int(written) if isinstance(written, str) and written.isdecimal() else None
