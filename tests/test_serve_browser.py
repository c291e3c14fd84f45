"""The chat page in a real browser, over the shelf of ``tests/shelf.py``."""

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
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from pkqa.serve.strings import LANGUAGES, STRINGS, Language
from shelf import ANNIVERSARY, BRIDGE, BUILT, ENGLISH, FAULTY, PAYLOAD, SIXTY, SUGGESTED

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


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page's address; the server runs in a process of its own, as it does for a reader."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    paths = os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)])
    server = subprocess.Popen(
        [sys.executable, str(TESTS / "shelf.py"), str(port)],
        env=os.environ | {"PYTHONPATH": paths},
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    for _ in range(600):
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):
            break
        assert server.poll() is None, "the server stopped before it answered"
        time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(timeout=30)


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
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self, query: str) -> Page:
        self.page.goto(self.address + query)
        expect(self.page.locator(".suggestion").first).to_be_visible(timeout=30_000)
        return self.page

    def ask(self, question: str) -> None:
        answers = self.page.locator(".turn:has(.answer, .failure)")
        before = answers.count()
        self.page.locator("#question textarea").fill(question)
        self.page.locator("#question textarea").press("Enter")
        expect(answers).to_have_count(before + 1)


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    visit = Visit(context.new_page(), address)
    yield visit
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


def test_the_page_as_sent_names_no_other_site(address: str) -> None:
    request = urllib.request.Request(address + "?lang=ar", headers={"Accept-Encoding": "identity"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        sent = response.read().decode()
        policy = response.headers["Content-Security-Policy"]
    assert '<html lang="ar" dir="rtl"' in sent
    assert "default-src 'self'" in policy
    named = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", sent)) - {"http://127.0.0.1"}
    assert named - {"http://www.w3.org"} == set()  # the name of SVG, not an address to fetch


def test_nothing_on_the_page_can_be_called_as_an_api(address: str) -> None:
    told = {}
    for path in ("gradio_api/info", "config"):
        with urllib.request.urlopen(address + path, timeout=30) as response:  # noqa: S310
            told[path] = json.load(response)
    assert told["gradio_api/info"] == {"named_endpoints": {}, "unnamed_endpoints": {}}
    assert told["config"]["analytics_enabled"] is False
    assert told["config"]["run_history"] is False
    assert told["config"]["footer_links"] == []


@pytest.mark.parametrize("path", ["monitoring/summary", "gradio_api/mcp/", "openapi.json", "docs"])
def test_what_is_not_offered_is_not_there(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(address + path, timeout=30)  # noqa: S310
