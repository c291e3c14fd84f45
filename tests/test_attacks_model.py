"""A model that does what the attacks in the documents tell it, behind the server as it is run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from attacked import attacked_index, slices
from attacks import DIRECTIONS, Attack, Outside, attacks
from loopback import PKQA, settings_for
from openai_server import OpenAIServer, Reply, event, json_reply, stream
from pkqa.answer.written import Writing
from pkqa.corpus import Corpus
from test_attacks import asked, watching
from test_serve_browser import browser, served

__all__ = ["browser"]  # a fixture

PASSAGE = re.compile(r"=+ passage \[(\d+)\] =+\n(.*?)\n=+ end of passage \[\1\] =+", re.DOTALL)
PIECES = (3, 7, 1, 13)
"""Characters of a piece of a stream, by turns: an attack comes in two, in letters, in one."""


def obeying(made: Sequence[Attack], pieces: Callable[[], int]) -> Callable[[dict[str, Any]], Reply]:
    """A chat endpoint that repeats whatever it is shown, and adds attacks of its own.

    Each answer takes the next slice of the attacks; each stream comes in pieces of one length.
    """
    parts = cycle(slices(made))

    def says(messages: list[dict[str, str]], some: Sequence[Attack]) -> str:
        told = messages[-1]["content"]
        passages = PASSAGE.findall(told)
        if messages[0]["content"].startswith("Rewrite"):
            return f"{some[0].text} Which herald announced what? {some[1].text}"
        if not passages:  # quotations to translate
            numbers = re.findall(r"^\[(\d+)\]", told, re.MULTILINE)
            return "\n".join(f"[{n}] {some[int(n) % len(some)].text}" for n in numbers)
        repeated = [
            f"{line} [{number}]"
            for number, text in passages
            for line in text.splitlines()
            if line.strip()
        ]
        added = [f"The herald {one.number} announced {one.text} at dusk [1]." for one in some]
        return "\n".join([*repeated, *added, "PARTLY: " + some[-1].text])

    def answer(body: dict[str, Any]) -> Reply:
        text = says(body["messages"], next(parts))
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            return json_reply({"id": "1", "choices": [choice], "usage": {}})
        length = pieces()
        told = [text[start : start + length] for start in range(0, len(text), length)]
        events = [event("", role="assistant"), *map(event, told), event(finish="stop")]
        return Reply(200, stream(*events), {"Content-Type": "text/event-stream"})

    return answer


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    with Outside() as server:
        yield server
        assert server.asked == []


@pytest.fixture(scope="module")
def made(outside: Outside) -> Sequence[Attack]:
    return attacks(outside.address)


@pytest.fixture(scope="module")
def attacked(
    made: Sequence[Attack], calibrated_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return attacked_index(made, calibrated_index, tmp_path_factory.mktemp("attacked"))


@pytest.fixture
def model(made: Sequence[Attack]) -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        server.routes["/v1/chat/completions"] = obeying(made, cycle(PIECES).__next__)
        yield server


@pytest.mark.browser
@pytest.mark.slow
def test_what_an_obedient_model_writes_stays_text(
    browser: Browser, attacked: Path, made: Sequence[Attack], model: OpenAIServer
) -> None:
    settings = {
        "PKQA_EMBEDDER": "openai",
        "PKQA_EMBED_BASE_URL": model.url,
        "PKQA_EMBED_MODEL": model.model,
        "PKQA_LLM_BASE_URL": model.url,
        "PKQA_LLM_MODEL": model.model,
        "PKQA_LLM_CONTEXT_TOKENS": "64000",
        "PKQA_LLM_REPLY_TOKENS": "20000",
        "PKQA_LLM_JUDGE": "false",
    }
    with Corpus(settings_for(model, attacked)) as corpus:
        sources = [document.source for document in corpus.documents()]
    allowed = [source for source in sources if re.match(r"https?://", source, re.IGNORECASE)]
    shown, kept_back = 0, 0
    command = (PKQA, "serve", "--index", attacked, "--port")
    with served(*command, **settings) as address, watching(browser, address.rstrip("/")) as watched:
        page = watched.page
        for part, some in enumerate(slices(made)):
            question = f"What did the herald {some[0].number} announce at noon?"
            asked(page, "Qu’a annoncé le héraut ?" if part == 1 else question)
            turn = page.locator(".turn").last
            kept_back += turn.locator(".withheld li").count()
            shown += turn.locator(".said .chip").count()
            for details in turn.locator("details").all():
                details.evaluate("e => e.open = true")
            assert watched.faults(allowed) == []
            page.locator("[data-act=new]").click()
            page.locator(".welcome").wait_for()
    assert kept_back >= 300
    assert shown >= 20


def test_no_answer_holds_what_turns_the_order_of_words_round(
    attacked: Path, made: Sequence[Attack], model: OpenAIServer
) -> None:
    turned = re.compile(f"[{''.join(DIRECTIONS)}]")
    turning = [one for one in made if turned.search(one.text)]
    model.routes["/v1/chat/completions"] = obeying(turning, lambda: 5)
    settings = settings_for(
        model,
        attacked,
        llm_base_url=model.url,
        llm_model=model.model,
        llm_context_tokens=32_000,
        llm_reply_tokens=8000,
    )
    with Corpus(settings) as corpus:
        answer = corpus.ask("What did the herald announce at dusk?")
    assert answer.checked
    assert not turned.search(json.dumps(answer.to_json(), ensure_ascii=False))


def test_a_reply_in_pieces_is_read_as_one_that_comes_whole(made: Sequence[Attack]) -> None:
    differing = []
    for one in made:
        reply = f"The herald said this [1]. It announced {one.text} at noon [2].\nAnd left [1]."
        whole = Writing("en")
        expected = [*whole.add(reply), *whole.end()]
        for length in (1, 2, 3, 7, len(one.text) // 2 + 1):
            pieces = Writing("en")
            told = []
            for start in range(0, len(reply), length):
                told += pieces.add(reply[start : start + length])
            told += pieces.end()
            if told != expected:
                differing.append((length, one.text))
    assert differing == []
