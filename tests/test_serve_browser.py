"""The chat page in a real browser: over a shelf of four documents, and over a real index."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from pypdf import PdfReader

from loopback import PKQA
from openai_server import OpenAIServer, failing
from pkqa.answer.phrases import quoted_instead
from pkqa.serve.strings import LANGUAGES, STRINGS, Language
from reader import PATIENCE, ask
from shelf import (
    ANNIVERSARY,
    BRIDGE,
    BUILT,
    ENGLISH,
    FAULTY,
    HELICOPTERS,
    PAYLOAD,
    SIXTY,
    SUGGESTED,
)
from test_serve_library import GO_ON, SLOWLY

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TESTS = Path(__file__).parent
STEP, QUIET_FOR = 100, 500  # milliseconds


@contextmanager
def served(*command: object, **settings: str) -> Iterator[str]:
    """The page's address; the server runs in a process of its own, as it does for a reader.

    The port comes last in ``command``, and ``settings`` go into its environment.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    paths = os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)])
    server = subprocess.Popen(
        [*map(str, command), str(port)],
        env=os.environ | {"PYTHONPATH": paths} | settings,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(url, timeout=5):
                break
            assert server.poll() is None, "the server stopped before it answered"
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page over the shelf."""
    with served(sys.executable, TESTS / "test_serve_library.py") as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium (make browser installs it), which is not here")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


class Visit:
    """One open page and everything that must not happen on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self._under_way: set[Request] = set()
        page.on("request", self._note)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.foreign.append(request.url)
        if "/queue/" in request.url:
            self._under_way.add(request)

    def _ended(self, request: Request) -> None:
        self._under_way.discard(request)

    def settled(self) -> Page:
        """The page, once it waits for nothing: leaving it sooner is a complaint of Gradio's."""
        quiet, until = 0, time.monotonic() + PATIENCE
        while quiet < QUIET_FOR:
            assert time.monotonic() < until, [request.url for request in self._under_way]
            self.page.wait_for_timeout(STEP)
            quiet = 0 if self._under_way else quiet + STEP
        return self.page

    def open(self, query: str) -> Page:
        self.page.goto(self.address + query)
        expect(self.page.locator(".suggestion").first).to_be_visible(timeout=30_000)
        return self.page

    def ask(self, question: str) -> None:
        ask(self.page, question, self.page.locator(".turn:has(.answer, .failure)"))


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    with visiting(browser, address) as visit:
        yield visit


@contextmanager
def visiting(browser: Browser, address: str, width: int = 1280) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    visit = Visit(context.new_page(), address)
    try:
        yield visit
    finally:
        context.close()
    assert visit.foreign == []
    assert visit.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_by_keyboard_from_suggestion_to_highlighted_passage(
    visit: Visit, language: Language
) -> None:
    page = visit.open(f"?lang={language}")
    root = page.locator("html")
    expect(root).to_have_attribute("lang", language)
    expect(root).to_have_attribute("dir", STRINGS[language].direction)
    expect(page).to_have_title(f"pkqa · {STRINGS[language].tagline}")
    assert page.locator(".suggestion").all_inner_texts() == SUGGESTED[language]
    page.locator(".suggestion").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_be_visible()
    page.locator(".chip").first.focus()
    page.keyboard.press("Enter")
    card = page.locator(".card.opened")
    expect(card).to_be_focused()
    quote = page.locator(".verbatim").first.inner_text()
    assert "".join(card.locator("mark").all_inner_texts()) == quote
    expect(page.locator("#ask")).to_have_text(STRINGS[language].ask)


def test_the_browser_language_is_the_first_guess(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="fr-FR")
    page = Visit(context.new_page(), address).open("")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".welcome h2")).to_have_text(STRINGS["fr"].welcome)
    context.close()


def test_switching_the_language_keeps_the_conversation_and_the_address_says_it(
    visit: Visit,
) -> None:
    page = visit.open("?lang=en")
    visit.ask(SUGGESTED["en"][0])
    page.locator("[data-language=ar][data-act]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".answer footer")).to_contain_text(STRINGS["ar"].verbatim)
    expect(page.locator(".asked")).to_have_text(SUGGESTED["en"][0])
    expect(page.locator("#question textarea")).to_have_attribute(
        "placeholder", STRINGS["ar"].placeholder
    )
    assert re.search(r"[?&]lang=ar\b", page.url)
    talk, panel = page.locator("#talk").bounding_box(), page.locator("#sources").bounding_box()
    assert talk is not None
    assert panel is not None
    assert talk["x"] > panel["x"]  # the conversation comes first: on the right, in Arabic


def test_each_block_runs_in_the_direction_of_its_script(visit: Visit) -> None:
    page = visit.open("?lang=en")
    visit.ask(SUGGESTED["en"][2])
    quote = page.locator(".verbatim")
    expect(quote).to_have_text(ANNIVERSARY)
    assert quote.evaluate("e => getComputedStyle(e).direction") == "rtl"
    line = page.locator(".passage p", has_text="MINUSCA")
    assert line.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.locator(".asked").evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_the_whole_document_and_back(visit: Visit) -> None:
    page = visit.open("?lang=en")
    visit.ask(SUGGESTED["en"][0])
    page.locator("#passage-0-2 [data-act=document]").click()
    entire = page.locator(".entire")
    expect(entire).to_contain_text("A second crossing is planned for the dry season.")
    assert entire.locator("mark").all_inner_texts() == [BUILT, BRIDGE]
    assert entire.locator("mark.focus").all_inner_texts() == [BRIDGE]
    page.locator("[data-act=passages]").click()
    expect(page.locator("#passage-0-1")).to_be_visible()


def test_an_earlier_answer_shows_its_own_passages_again(visit: Visit) -> None:
    page = visit.open("?lang=ar")
    visit.ask(SUGGESTED["ar"][2])
    visit.ask(SUGGESTED["ar"][0])
    page.locator("#turn-0 .chip").click()
    expect(page.locator(".card.opened mark")).to_have_text(SIXTY)


def test_a_link_leaves_only_to_a_cited_web_address(visit: Visit) -> None:
    page = visit.open("?lang=en")
    visit.ask(SUGGESTED["en"][0])
    links = page.locator("main a[href]")
    assert {link.get_attribute("href") for link in links.all()} == {ENGLISH.source}
    visit.ask(SUGGESTED["en"][2])
    expect(links).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_is_said_and_the_nearest_documents_open(
    visit: Visit, language: Language
) -> None:
    page = visit.open(f"?lang={language}")
    visit.ask(SUGGESTED[language][-1])
    expect(page.locator(".answer.not-found .said")).to_have_text(STRINGS[language].not_found)
    page.locator(".nearest [data-document=bridge-en]").click()
    expect(page.locator(".entire")).to_contain_text("Nurses there vaccinate children")


def test_hostile_text_runs_nowhere(visit: Visit) -> None:
    page = visit.open("?lang=en")
    visit.ask("Show me <b>code</b>")
    expect(page.locator(".asked")).to_have_text("Show me <b>code</b>")
    expect(page.locator(".card mark")).to_have_text(PAYLOAD)
    page.locator(".card [data-act=document]").click()
    expect(page.locator(".entire")).to_contain_text("{{window}} to everyone")
    visit.ask("<img src=x onerror='window.stolen = 6'>${window.stolen = 7}{{stolen}}@children")
    assert page.evaluate("window.stolen === undefined")
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_is_a_sentence_in_the_language_of_the_page(
    visit: Visit, language: Language
) -> None:
    page = visit.open(f"?lang={language}")
    visit.ask(FAULTY)
    expect(page.locator(".failure")).to_have_text(STRINGS[language].failed)
    shown = page.locator("body").inner_text()
    assert "secret" not in shown
    assert "Traceback" not in shown
    visit.ask(SUGGESTED[language][0])
    expect(page.locator(".answer .chip").first).to_be_visible()


def test_a_question_too_long_stays_in_the_box_to_be_shortened(visit: Visit) -> None:
    page = visit.open("?lang=en")
    visit.ask("why " * 400)
    expect(page.locator(".failure")).to_contain_text("1000")
    expect(page.locator("#question textarea")).to_have_value("why " * 400)


def test_a_new_conversation_starts_empty(visit: Visit) -> None:
    page = visit.open("?lang=fr")
    visit.ask(SUGGESTED["fr"][0])
    page.locator("[data-act=new]").click()
    expect(page.locator(".welcome h2")).to_have_text(STRINGS["fr"].welcome)
    expect(page.locator("#sources .hint")).to_be_visible()


def test_two_readers_do_not_see_each_other(browser: Browser, address: str) -> None:
    contexts = [browser.new_context(), browser.new_context()]
    first, second = (Visit(context.new_page(), address) for context in contexts)
    first.open("?lang=en")
    second.open("?lang=ar")
    first.ask(SUGGESTED["en"][0])
    second.ask(SUGGESTED["ar"][1])
    expect(first.page.locator(".turn")).to_have_count(1)
    expect(second.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(first.page.locator("html")).to_have_attribute("dir", "ltr")
    for context in contexts:
        context.close()


# A real index, and a model that says what a test has it say

PLEDGED = "How many helicopters did Korea pledge in Seoul?"
TRUE = "Korea will give 16 helicopters to partner countries."
FALSE = "Korea will give 17 helicopters to partner countries."
FOLLOWING = "And how many countries made pledges there?"
STANDALONE = "How many countries made pledges in Seoul?"


def says(messages: list[dict[str, str]]) -> str:
    """A true sentence and a false one; asked to make a follow-up stand alone, it does."""
    if messages[0]["content"].startswith("Rewrite"):
        asked = json.loads(messages[-1]["content"])["last question"]
        return STANDALONE if asked == FOLLOWING else asked
    before = messages[-1]["content"].partition("16 helicopters")[0]
    marker = re.findall(r"=== passage \[(\d+)\]", before)[-1]
    return f"{TRUE} [{marker}] {FALSE} [{marker}]"


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture(scope="module")
def written(seeds_index: Path, model: OpenAIServer) -> Iterator[str]:
    """The page over an index of ``seeds/``, whose answers ``model`` writes."""
    command = (PKQA, "serve", "--index", seeds_index, "--port")
    with served(
        *command, PKQA_LLM_BASE_URL=model.url, PKQA_LLM_MODEL=model.model, PKQA_LLM_RETRIES="0"
    ) as url:
        yield url


def test_what_the_model_makes_up_is_withheld_and_the_words_that_answer_are_bold(
    browser: Browser, written: str, model: OpenAIServer
) -> None:
    model.says = says
    with visiting(browser, written) as visit:
        page = visit.open("?lang=en")
        visit.ask(PLEDGED)
        first = page.locator("#turn-0")
        expect(first.locator(".said")).to_contain_text(TRUE)
        expect(first.locator("footer")).to_contain_text(f"Written by {model.model}")
        details = first.locator("details.withheld")
        expect(details.locator("summary")).to_have_text("Withheld: 1")
        expect(details.get_by_text(FALSE)).to_be_hidden()
        details.locator("summary").press("Enter")
        expect(details.get_by_text(FALSE)).to_be_visible()
        expect(details).to_contain_text("(17)")
        expect(first.locator(".said")).not_to_contain_text("17")

        model.script(lambda reply: reply, failing(500))  # it stands alone; then no answer comes
        visit.ask(PLEDGED)
        second = page.locator("#turn-1")
        expect(second).to_contain_text(quoted_instead("server", "en"))
        expect(second.locator(".verbatim strong").first).to_have_text("16 helicopters")
        expect(page.locator("#passage-1-1 mark strong")).to_have_text("16 helicopters")
        quote = second.locator(".verbatim").first.text_content()
        assert page.locator("#passage-1-1 mark").text_content() == quote
        expect(details.get_by_text(FALSE)).to_be_visible()  # opened by the reader, and left so


def test_a_follow_up_is_shown_as_it_was_understood(
    browser: Browser, written: str, model: OpenAIServer
) -> None:
    model.says = says
    with visiting(browser, written) as visit:
        page = visit.open("?lang=en")
        visit.ask(PLEDGED)
        model.script(lambda reply: reply, failing(500))  # rewritten, then answered by quotation
        visit.ask(FOLLOWING)
        second = page.locator("#turn-1")
        expect(second.locator(".asked")).to_have_text(FOLLOWING)
        expect(second.locator(".asked-as")).to_have_text(f"Asked as: {STANDALONE}")
        expect(second.locator(".said")).to_contain_text("62")
        page.locator("[data-act=new]").click()
        expect(page.locator(".welcome")).to_be_visible()
        visit.ask(FOLLOWING)
        expect(page.locator(".asked-as")).to_have_count(0)


def test_an_answer_is_read_while_it_grows(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit, visiting(browser, address) as another:
        page = visit.open("?lang=en")
        page.locator("#question textarea").fill(SLOWLY)
        page.locator("#question textarea").press("Enter")
        answer = page.locator(".answer")
        expect(answer.locator(".verbatim")).to_have_text([BUILT])
        expect(page.locator(".turn .searching")).to_contain_text(STRINGS["en"].checking)
        expect(answer.locator("footer, details")).to_have_count(0)
        answer.locator(".chip").click()
        expect(page.locator("#passage-0-1.opened")).to_be_focused()
        another.open("?lang=fr")
        another.ask(GO_ON)
        expect(answer.locator(".verbatim")).to_have_text([BUILT, BRIDGE])
        expect(page.locator(".turn .searching")).to_have_count(0)
        expect(answer.locator("details summary")).to_have_text("Withheld: 1")
        expect(page.locator("#passage-0-1.opened")).to_be_focused()
        expect(page.locator("#passage-0-2")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(
    browser: Browser, address: str, language: Language, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    visit = Visit(page, address)
    visit.open(f"?lang={language}")
    visit.ask(SUGGESTED[language][1])
    page.locator(".chip").first.click()
    expect(page.locator(".card.opened")).to_be_in_viewport()
    expect(page.locator("#ask")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".card.opened [data-act=answer]").click()
    expect(page.locator("#turn-0 .asked")).to_be_in_viewport()
    context.close()


# What a reader does with an answer


def test_copying_an_answer_copies_its_references(visit: Visit) -> None:
    page = visit.open("?lang=fr")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.ask(SUGGESTED["fr"][1])
    page.locator("[data-act=copy]").click()
    expect(page.locator("#said")).to_have_text(STRINGS["fr"].copied)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert BUILT in copied
    assert f"[1] {ENGLISH.title}" in copied.replace("\u2068", "").replace("\u2069", "")
    assert ENGLISH.source in copied


def test_where_the_clipboard_is_closed_copying_works_all_the_same(visit: Visit) -> None:
    visit.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page = visit.open("?lang=en")
    visit.ask(SUGGESTED["en"][0])
    page.locator("[data-act=copy]").click()
    expect(page.locator("#said")).to_have_text(STRINGS["en"].copied)
    page.locator("#question textarea").focus()
    page.keyboard.press("Control+V")
    assert BUILT in page.locator("#question textarea").input_value()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_conversation_is_exported(visit: Visit, language: Language) -> None:
    page = visit.open(f"?lang={language}")
    visit.ask(SUGGESTED["en"][0])
    visit.ask(SUGGESTED["en"][1])
    with page.expect_download() as told:
        page.locator("[data-form=markdown]").click()
    assert told.value.suggested_filename.endswith(".md")
    tokens = MarkdownIt().parse(told.value.path().read_text("utf-8"))
    headings = [
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    assert headings == SUGGESTED["en"][:2]
    with page.expect_download() as told:
        page.locator("[data-form=pdf]").click()
    assert told.value.suggested_filename.endswith(".pdf")
    expect(page.locator("#said")).to_contain_text(told.value.suggested_filename)
    text = " ".join(p.extract_text() for p in PdfReader(told.value.path()).pages)
    assert BUILT in " ".join(text.split())
    assert HELICOPTERS in " ".join(text.split())


def test_a_rating_and_a_note_are_kept(browser: Browser, seeds_index: Path, tmp_path: Path) -> None:
    kept = tmp_path / "feedback.jsonl"
    command = (PKQA, "serve", "--index", seeds_index, "--port")
    with (
        served(*command, PKQA_FEEDBACK_FILE=str(kept), PKQA_ANSWERER="quote") as url,
        visiting(browser, url) as visit,
    ):
        page = visit.open("?lang=en")
        visit.ask(PLEDGED)
        thumb = page.locator(".thumb[data-rating=up]")
        expect(thumb).to_have_attribute("aria-pressed", "false")
        thumb.focus()
        page.keyboard.press("Enter")
        expect(thumb).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#said")).to_have_text(STRINGS["en"].thanks)
        expect(thumb).to_be_focused()  # though the row was drawn anew
        page.locator(".opinion textarea").fill("Exactly what I looked for")
        page.locator(".opinion .send").click()
        expect(page.locator(".answer .remark")).to_have_text(STRINGS["en"].thanks_note)
        records = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
        assert [(record["rating"], record["note"]) for record in records] == [
            ("up", ""),
            ("up", "Exactly what I looked for"),
        ]
        assert records[0]["answer"]["question"] == PLEDGED


def test_an_answer_bound_to_a_day(visit: Visit) -> None:
    page = visit.open("?lang=en")
    field = page.locator("#as-of input")
    field.fill("2021-12-07")
    expect(page.locator(".as-of.set")).to_be_visible()
    visit.ask(SUGGESTED["en"][0])
    expect(page.locator("#turn-0 footer")).to_contain_text("As of 7 December 2021")
    page.locator("[data-act=any-date]").click()
    expect(field).to_have_value("")
    visit.ask(SUGGESTED["en"][1])
    expect(page.locator("#turn-1 footer")).not_to_contain_text("As of")
    expect(page.locator("#turn-0 footer")).to_contain_text("As of 7 December 2021")


def test_going_on_with_a_suggestion(visit: Visit) -> None:
    page = visit.open("?lang=en")
    visit.ask(SUGGESTED["en"][0])
    offered = page.locator(".go-on .suggestion")
    assert offered.all_inner_texts() == SUGGESTED["en"][1:]
    offered.first.click()
    expect(page.locator("#turn-1 .asked")).to_have_text(SUGGESTED["en"][1])
    expect(page.locator("#turn-1 .answer")).to_be_visible()
    assert offered.all_inner_texts() == SUGGESTED["en"][2:]


def test_earlier_questions_are_a_click_away(visit: Visit) -> None:
    page = visit.open("?lang=en")
    visit.ask(SUGGESTED["en"][0])
    visit.ask(SUGGESTED["en"][2])
    page.locator("[data-act=new]").click()
    expect(page.locator(".welcome")).to_be_visible()
    visit.ask(SUGGESTED["en"][1])
    page.locator("summary").click()
    asked = page.locator(".history [data-act=jump]")
    assert asked.all_inner_texts() == [SUGGESTED["en"][n] for n in (1, 0, 2)]
    asked.nth(2).click()
    expect(page.locator("#turn-1 .asked")).to_have_text(SUGGESTED["en"][2])
    expect(page.locator("#turn-1")).to_be_focused()
    expect(page.locator("#turn-1")).to_be_in_viewport()
    expect(page.locator(".card mark")).to_have_text(ANNIVERSARY)
    page.locator("summary").click()
    page.keyboard.press("Escape")
    expect(page.locator(".history .sheet")).to_be_hidden()


def test_a_place_in_a_document_can_be_passed_on(visit: Visit) -> None:
    page = visit.open("?lang=en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.ask(SUGGESTED["en"][0])
    page.locator("#passage-0-2 [data-act=document]").click()
    page.locator(".document [data-act=copy]").click()
    expect(page.locator("#said")).to_have_text(STRINGS["en"].link_copied)
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.startswith(visit.address)
    visit.settled().goto(address)
    expect(page.locator(".entire mark.focus")).to_have_text(BRIDGE)
    expect(page.locator(".entire mark.focus")).to_be_in_viewport()
    visit.settled().goto(visit.address + "?lang=ar&document=elsewhere")
    expect(page.locator("#sources [role=alert]")).to_have_text(STRINGS["ar"].not_open)


# How it looks


def test_light_and_dark_follow_the_device_until_told_otherwise(visit: Visit) -> None:
    paper = "getComputedStyle(document.querySelector('.gradio-container')).backgroundColor"
    page = visit.page
    page.emulate_media(color_scheme="dark")
    visit.open("?lang=en")
    dark = page.evaluate(paper)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(paper)
    assert dark != light
    switch = page.locator("[data-act=theme]")
    switch.click()  # light
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    switch.click()  # dark
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(paper) == dark
    assert re.search(r"[?&]theme=dark\b", page.url)
    visit.settled().reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(paper) == dark
    switch.click()  # as the device
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")
    assert page.evaluate(paper) == light
    assert "theme" not in page.url


def test_nothing_is_left_in_the_browser(visit: Visit) -> None:
    page = visit.open("?lang=fr&theme=dark")
    visit.ask(SUGGESTED["fr"][0])
    page.locator(".chip").first.click()
    page.locator("[data-language=ar][data-act]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    visit.settled().reload()
    expect(page.locator(".suggestion").first).to_be_visible(timeout=30_000)
    kept = "[localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    assert page.evaluate(f"async () => {kept}") == [0, 0, 0]
    assert page.context.cookies() == []


def test_both_scripts_are_in_our_own_font(visit: Visit) -> None:
    page = visit.open("?lang=ar")
    page.evaluate("document.fonts.ready")
    faces = page.evaluate("[...document.fonts].map(face => [face.family, face.status])")
    assert ["FiraGO", "loaded"] in faces
    assert {family for family, _ in faces} == {"FiraGO"}
    for part in (".welcome h2", ".suggestion", "#question textarea", "#ask"):
        family = page.locator(part).first.evaluate("e => getComputedStyle(e).fontFamily")
        assert family.startswith("FiraGO"), part


def test_everything_is_within_reach_of_the_keyboard(visit: Visit) -> None:
    page = visit.open("?lang=en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_focused()
    visit.ask(SUGGESTED["en"][0])
    wanted = page.locator("main :is(button, a[href], summary, textarea, input):visible").count()
    page.locator(".skip").focus()
    reached = set()
    for _ in range(2 * wanted):
        page.keyboard.press("Tab")
        outline, name = page.evaluate(
            "[getComputedStyle(document.activeElement).outlineStyle, "
            "document.activeElement.outerHTML.slice(0, 200)]"
        )
        if name.startswith("<body"):
            break
        assert outline != "none", name
        reached.add(name)
    acts = {"language", "theme", "new", "passage", "copy", "rate", "export", "suggest", "document"}
    assert acts <= {act for name in reached for act in re.findall(r'data-act="([\w-]+)"', name)}


def faults(page: Page) -> list[str]:
    """What axe-core finds on the page that is serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html']}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1280), ("fr", "dark", 390), ("ar", "light", 390), ("ar", "dark", 1280)],
)
def test_axe_finds_no_serious_fault(
    browser: Browser, address: str, language: Language, theme: str, width: int
) -> None:
    with visiting(browser, address, width) as visit:
        page = visit.open(f"?lang={language}&theme={theme}")
        assert faults(page) == []
        visit.ask(SUGGESTED[language][1])
        page.locator(".chip").first.click()
        expect(page.locator(".card.opened")).to_be_visible()
        page.locator(".thumb[data-rating=down]").click()
        expect(page.locator(".opinion")).to_be_visible()
        assert faults(page) == []
        page.locator(".card [data-act=document]").first.click()
        expect(page.locator(".entire")).to_be_visible()
        page.locator("summary").click()
        assert faults(page) == []
        visit.ask(SUGGESTED[language][-1])
        visit.ask(FAULTY)
        assert faults(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_targets_on_a_phone_are_big_enough(
    browser: Browser, address: str, language: Language
) -> None:
    with visiting(browser, address, 390) as visit:
        page = visit.open(f"?lang={language}")
        visit.ask(SUGGESTED[language][1])
        for control in page.locator("main :is(button, summary):visible").all():
            box = control.bounding_box()
            assert box is not None
            smallest = 24 if "chip" in (control.get_attribute("class") or "") else 36
            skip = "skip" in (control.get_attribute("class") or "")
            assert skip or min(box["width"], box["height"]) >= smallest, control.inner_html()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_as_sent_names_no_other_site(address: str) -> None:
    request = urllib.request.Request(address + "?lang=ar", headers={"Accept-Encoding": "identity"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        sent = response.read().decode()
        policy = response.headers["Content-Security-Policy"]
    assert '<html lang="ar" dir="rtl"' in sent
    assert "default-src 'self'" in policy
    named = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", sent)) - {"http://127.0.0.1"}
    assert named - {"http://www.w3.org"} == set()  # the name of SVG, not an address to fetch


def test_nothing_of_gradios_own_is_on_the_page(address: str) -> None:
    with urllib.request.urlopen(address + "config", timeout=30) as response:  # noqa: S310
        told = json.load(response)
    assert told["analytics_enabled"] is False
    assert told["run_history"] is False
    assert told["footer_links"] == []
    assert {function["api_visibility"] for function in told["dependencies"]} == {"private"}


@pytest.mark.parametrize(
    "path",
    ["monitoring/summary", "gradio_api/info", "gradio_api/mcp/", "openapi.json", "docs"],
)
def test_what_is_not_offered_is_not_there(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(address + path, timeout=30)  # noqa: S310
