"""The library behind the chat page: one whose answers grow as a test says, and the real one."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from loopback import settings_for
from openai_server import OpenAIServer, failing
from pkqa.answer.followup import Exchange
from pkqa.answer.phrases import quoted_instead
from pkqa.corpus import Corpus
from pkqa.model import Answer, Checked
from pkqa.serve import fonts
from pkqa.serve.app import serve, with_page
from pkqa.serve.caller import LOCAL
from pkqa.serve.gate import gate_of
from pkqa.serve.library import Answers, Library
from pkqa.serve.refusal import Refusal
from pkqa.serve.service import Service
from pkqa.serve.session import Session
from pkqa.serve.strings import STRINGS
from pkqa.settings import Settings
from pkqa.store.where import Where
from shelf import BRIDGE, BUILT, ENGLISH, FAULTY, Shelf, answered


class Growing(Shelf):
    """The shelf, asked as the page asks: an answer comes at once, or grows as ``growth`` has it."""

    def __init__(
        self,
        faults: dict[str, Exception] | None = None,
        growth: dict[str, Sequence[Answer]] | None = None,
    ) -> None:
        super().__init__(faults)
        self.growth = growth or {}
        self.histories: list[Sequence[Exchange]] = []
        self.days: list[str | None] = []

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        as_of: str | None = None,
        where: Where | None = None,
    ) -> Answers:
        """What ``ask`` answers, or each stage of the answer's growth and then its fault, if any.

        A refusal comes at once.
        """
        assert where is None
        self.histories.append(history)
        self.days.append(as_of)
        if isinstance(fault := self.faults.get(question), Refusal):
            raise fault
        return self._answers(question)

    def _answers(self, question: str) -> Generator[Answer]:
        if question not in self.growth:
            yield self.ask(question)
            return
        yield from self.growth[question]
        if question in self.faults:
            raise self.faults[question]


SLOWLY = "Which bridge, and what does it carry?"
GO_ON = "Go on"
WHOLE = replace(
    answered(SLOWLY, "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE)),
    answerer="llm",
    model="a-model",
    checked=(
        Checked(BUILT, "confirmed"),
        Checked("It carries 41 tonnes.", "contradicted", "number", "41"),
        Checked(BRIDGE, "confirmed"),
    ),
    withheld=("It carries 41 tonnes.",),
)
BEGUN = replace(
    WHOLE,
    answer=f"{BUILT} [1]",
    citations=WHOLE.citations[:1],
    checked=WHOLE.checked[:1],
    withheld=(),
)


class Halting(Growing):
    """Stops in the middle of the answer to ``SLOWLY`` until ``GO_ON`` is asked."""

    def __init__(self) -> None:
        super().__init__({FAULTY: RuntimeError("a secret detail")}, {SLOWLY: [WHOLE]})
        self.going = threading.Event()

    def _answers(self, question: str) -> Generator[Answer]:
        if question == GO_ON:
            self.going.set()
        if question == SLOWLY:
            yield BEGUN
            self.going.wait(60)
        yield from super()._answers(question)


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def grown(
    session: Session, number: int, library: Library, seen: Callable[[], object] = lambda: None
) -> list[object]:
    """Let the answer of a turn grow to its end, and what ``seen`` gave at each of its steps."""

    async def steps() -> list[object]:
        return [seen() async for _ in session.settle(number, library)]

    return asyncio.run(steps())


def settled(session: Session, question: str, library: Library) -> Answer:
    number = session.pose(question)
    assert number is not None
    grown(session, number, library)
    answer = session.turns[number].answer
    assert answer is not None
    return answer


@pytest.fixture
def writing(embeddings: OpenAIServer, loopback_seeds: Path) -> Iterator[Library]:
    settings = settings_for(
        embeddings, loopback_seeds, llm_base_url=embeddings.url, llm_model=embeddings.model
    )
    with Corpus(settings) as opened:
        yield Service(opened, settings).desk(LOCAL)


@pytest.fixture
def quoting(embeddings: OpenAIServer, loopback_seeds: Path) -> Iterator[Library]:
    settings = settings_for(embeddings, loopback_seeds, answerer="quote")
    with Corpus(settings) as opened:
        yield Service(opened, settings).desk(LOCAL)


FIRST = "How many helicopters were pledged in Seoul?"


def test_a_follow_up_is_asked_with_what_went_before(quoting: Library) -> None:
    session = Session()
    settled(session, FIRST, quoting)
    second = settled(session, "and in Accra?", quoting)
    assert second.standalone == "How many helicopters were pledged in Accra?"
    shown = session.conversation(quoting)
    assert f"Asked as: {second.standalone}" in plain(shown)
    assert settled(Session(), "and in Accra?", quoting).standalone == ""


def test_a_model_that_makes_things_up_is_withheld_from_the_page(
    embeddings: OpenAIServer, writing: Library
) -> None:
    embeddings.says = "Nine hundred and ninety-nine helicopters were pledged [1]. So it is [77]."
    session = Session()
    answer = settled(session, FIRST, writing)
    assert "ninety-nine" not in answer.answer
    shown = session.conversation(writing)
    assert "Withheld: 2" in plain(shown)
    assert shown.index("<details") < shown.index("ninety-nine")


def test_a_model_that_fails_is_told_of_and_the_documents_are_quoted(
    embeddings: OpenAIServer, writing: Library
) -> None:
    embeddings.script(lambda reply: reply, failing(401))
    session = Session()
    answer = settled(session, FIRST, writing)
    assert answer.answerer == "quote"
    assert answer.notes == (quoted_instead("key", "en"),)
    assert quoted_instead("key", "en") in unescape(session.conversation(writing))


def test_settings_that_name_no_model_are_a_sentence(
    embeddings: OpenAIServer, loopback_seeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    session = Session()
    session.language = "fr"
    settings = settings_for(embeddings, loopback_seeds, answerer="llm")
    with Corpus(settings) as opened:
        unset = Service(opened, settings).desk(LOCAL)
        assert session.pose(FIRST) == 0
        assert grown(session, 0, unset) == [None]
        assert STRINGS["fr"].not_set_up in unescape(session.conversation(unset))
    assert "PKQA_LLM_BASE_URL" in caplog.text


def page_over(library: Library) -> ASGIApp:
    """The chat page over ``library``, for callers whom a gate before it recognises."""
    app = FastAPI(openapi_url=None)
    app.include_router(fonts.router())
    return with_page(app, lambda _: library)


def shelved(library: Library) -> ASGIApp:
    """The same, behind the gate as on the machine's own loopback."""
    return gate_of(Settings(), page_over(library))


def main() -> None:
    """Serve the chat page over the shelf on the port given, for a browser to drive."""
    serve(shelved(Halting()), port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
