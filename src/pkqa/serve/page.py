"""The chat page as Gradio blocks: what the reader does, and what is redrawn then."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from importlib import resources
from typing import Any, Final, get_args

import gradio as gr
from anyio import to_thread

from pkqa.errors import PkqaError
from pkqa.serve.caller import Caller, caller_of
from pkqa.serve.composer import as_of_field, day_of
from pkqa.serve.library import LONGEST_NOTE, Library, Rating
from pkqa.serve.looks import theme_of
from pkqa.serve.masthead import masthead
from pkqa.serve.refusal import Refusal
from pkqa.serve.saving import Form, saved
from pkqa.serve.session import Session
from pkqa.serve.strings import STRINGS, choose
from pkqa.serve.told import told
from pkqa.serve.turn import View

EVENTS_AT_ONCE: Final = 4096
"""Events under way at a time, most of them waiting in our own line, which tells the surplus so."""

_log = logging.getLogger(__name__)

_RATINGS: Final[tuple[Rating, ...]] = get_args(Rating)
_FORMS: Final[tuple[Form, ...]] = get_args(Form)
_PARTS: Final = ("header", "talk", "panel", "box", "button", "day", "word")

Drawn = tuple[Any, ...]
"""What each of the parts becomes, in their order."""


def static(name: str) -> str:
    """The text of a file that the package ships beside this module."""
    return (resources.files("pkqa.serve") / "static" / name).read_text(encoding="utf-8")


def head() -> str:
    """What the page's own ``<head>`` holds: its look, and light or dark before anything is drawn.

    The script takes nothing from the address but one of two words.
    """
    dressed = (
        'const theme = new URLSearchParams(location.search).get("theme");'
        'if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;'
    )
    return f"<style>{static('page.css')}</style><script>{dressed}</script>"


def sender(request: gr.Request) -> Caller:
    """Who sent an event of the page."""
    return caller_of({} if request.request is None else request.request.scope)


def create(desk_of: Callable[[gr.Request], Library]) -> gr.Blocks:
    """The page: a header, the conversation, the composer, the sources panel.

    The drawn parts are ``gr.HTML``; their buttons carry ``data-act`` and the script in
    ``static/page.js`` reports a click with the button's data. Nothing is callable as an API.

    Args:
        desk_of: the documents as the sender of an event may see them. Each event asks for them
            anew; between two events only the conversation is kept, and the gate lets nobody else
            come to it.
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
                with gr.Column(elem_id="composer"):
                    with gr.Row(elem_id="ask-row"):
                        box = gr.Textbox(
                            lines=1,
                            max_lines=5,
                            container=False,
                            label=STRINGS["en"].question,
                            elem_id="question",
                        )
                        button = gr.Button(STRINGS["en"].ask, variant="primary", elem_id="ask")
                    day = drawn("as-of")
            panel = drawn("sources")
        word = drawn("told")

        events = Events(desk_of)
        everything = [header, talk, panel, box, button, day, word]
        private: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress": "hidden",
            "concurrency_limit": None,
        }
        page.load(events.arrive, [session], everything, **private)
        gr.on(
            [box.submit, button.click],
            events.ask,
            [box, session],
            everything,
            trigger_mode="once",
            **private,
        )
        for part in (header, talk, panel, day):
            part.click(events.click, [session], everything, trigger_mode="multiple", **private)
    page.queue(max_size=None, default_concurrency_limit=None, api_open=False)
    page._queue.max_thread_count = EVENTS_AT_ONCE  # else 40, and the others would wait untold
    return page


class Events:
    """What is done at each event."""

    def __init__(self, desk_of: Callable[[gr.Request], Library]) -> None:
        self._desk_of = desk_of

    def arrive(self, state: Session, request: gr.Request) -> Drawn:
        """Draw the page for one who opens it, as its address says."""
        asked = request.query_params
        state.language = choose(asked.get("lang"), request.headers.get("accept-language"))
        state.theme = theme_of(asked.get("theme"))
        state.signed_in = sender(request).way == "oidc"
        if document_id := asked.get("document"):
            start, end = _number(asked.get("start")), _number(asked.get("end"))
            state.view = View(None, None, document_id, start or 0, end or 0)
        return _frame(state, self._desk_of(request))

    async def ask(
        self, question: str, state: Session, request: gr.Request
    ) -> AsyncGenerator[Drawn, None]:
        """Put a question, and redraw each time that its answer grew."""
        number = state.pose(question)
        if number is None:
            return
        library = self._desk_of(request)
        refused = state.turns[number].failure is not None  # leave it there to be shortened
        begun = await to_thread.run_sync(_talk, state, library)
        yield _changed(box=gr.skip() if refused else "", **begun)
        async with aclosing(state.settle(number, library)) as growing:
            async for _ in growing:
                grown = await to_thread.run_sync(_both, state, library)
                yield _changed(**grown)

    async def click(
        self, state: Session, event: gr.EventData, request: gr.Request
    ) -> AsyncGenerator[Drawn, None]:
        """Do what a button of the drawn parts says; what the browser made up is passed over."""
        data = event._data
        if data.get("act") == "suggest":
            async with aclosing(self.ask(str(data.get("question", "")), state, request)) as asked:
                async for drawn in asked:
                    yield drawn
            return
        yield await to_thread.run_sync(_clicked, data, state, self._desk_of(request))


def _clicked(data: dict[str, Any], state: Session, library: Library) -> Drawn:
    act = data.get("act")
    if act in {"language", "theme", "new", "jump"}:
        return _moved(data, state, library)
    if act == "as-of":
        state.as_of = day_of(data.get("value"))
        return _changed()
    if act in {"rate", "note"}:
        return _rated(data, state, library)
    if act == "export":
        return _exported(data, state)
    view = _view(data)
    if view is None:
        return _changed()
    state.view = view
    return _changed(panel=state.sources(library))


def _moved(data: dict[str, Any], state: Session, library: Library) -> Drawn:
    """Another language, another look, another conversation."""
    match data.get("act"):
        case "language":
            state.language = choose(data.get("language"), default=state.language)
        case "theme":
            state.theme = theme_of(data.get("next"))
        case "new":
            state.clear()
        case _:
            number, turn = _number(data.get("conversation")), _number(data.get("turn"))
            if number is not None and turn is not None:
                state.reopen(number, turn)
    return _frame(state, library)


def _rated(data: dict[str, Any], state: Session, library: Library) -> Drawn:
    strings = STRINGS[state.language]
    number = _number(data.get("turn"))
    rating = next((one for one in _RATINGS if one == data.get("rating")), None)
    if number is None or number >= len(state.turns) or rating is None:
        return _changed()
    note = str(data.get("note", ""))
    try:
        state.rate(number, rating, note, library)
    except Refusal as refusal:
        said = {
            "too_long": strings.long_note.format(limit=LONGEST_NOTE),
            "rate": strings.too_fast,
        }
        return _changed(word=told(said.get(refusal.kind, strings.not_kept), state.language))
    except PkqaError:
        _log.exception("a rating was not kept")
        return _changed(word=told(strings.not_kept, state.language))
    thanks = strings.thanks_note if note.strip() else strings.thanks
    return _changed(word=told(thanks, state.language), **_talk(state, library))


def _exported(data: dict[str, Any], state: Session) -> Drawn:
    form = next((one for one in _FORMS if one == data.get("form")), None)
    turns = [turn for turn in state.turns if turn.answer is not None and not turn.growing]
    if form is None or not turns:
        return _changed()
    try:
        return _changed(word=saved(turns, state.language, form))
    except Exception:  # noqa: BLE001  # a reader gets a sentence, the log gets the trace
        _log.exception("a conversation was not exported")
        return _changed(word=told(STRINGS[state.language].not_exported, state.language))


def _talk(state: Session, library: Library) -> dict[str, Any]:
    head = masthead(state.language, state.theme, state.conversations, signed_in=state.signed_in)
    return {"header": head, "talk": state.conversation(library)}


def _both(state: Session, library: Library) -> dict[str, Any]:
    return {"talk": state.conversation(library), "panel": state.sources(library)}


def _frame(state: Session, library: Library) -> Drawn:
    """Everything on the page."""
    words = STRINGS[state.language]
    return _changed(
        panel=state.sources(library),
        box=gr.Textbox(label=words.question, placeholder=words.placeholder),
        button=gr.Button(words.ask),
        day=as_of_field(state.as_of, state.language),
        **_talk(state, library),
    )


def _changed(**parts: Any) -> Drawn:
    """The parts that are drawn anew; the others stay."""
    return tuple(parts.get(name, gr.skip()) for name in _PARTS)


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
