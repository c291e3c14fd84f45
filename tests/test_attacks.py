"""Output attacks in a real browser: no request leaves, nothing runs, text stays text."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from attacked import attacked_index, slices, standing
from attacks import Attack, Outside, attacks
from loopback import settings_for
from openai_server import OpenAIServer
from pkqa.corpus import Corpus
from reader import ask
from test_serve_browser import browser, served
from watched import Watched

__all__ = ["browser"]  # a fixture

UNSHOWN = {"Cc", "Cf", "Cs", "So"}
"""Categories of what has no shape; a lone surrogate arrives as the sign for what cannot be read."""

LINKED = 2
"""A slice of the attacks that are addresses, which documents may have for their own."""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
    """An index of nothing but attacks."""
    return attacked_index(made, calibrated_index, tmp_path_factory.mktemp("attacked"))


@pytest.fixture(scope="module")
def allowed(attacked: Path) -> list[str]:
    """What may be linked: the documents' own addresses on the web."""
    with OpenAIServer() as server, Corpus(settings_for(server, attacked)) as corpus:
        sources = [document.source for document in corpus.documents()]
    return [source for source in sources if re.match(r"https?://", source, re.IGNORECASE)]


@pytest.fixture(scope="module")
def origin(attacked: Path, outside: Outside) -> Iterator[str]:
    """The page over a library that does what the attacks want."""
    script = Path(__file__).with_name("attacked.py")
    with served(sys.executable, script, outside.address, attacked) as address:
        yield address.rstrip("/")


@contextmanager
def watching(browser: Browser, origin: str) -> Iterator[Watched]:
    context = browser.new_context(reduced_motion="reduce")
    watched = Watched(context.new_page(), origin)
    try:
        watched.page.goto(f"{origin}/?lang=en")
        expect(watched.page.locator(".suggestion").first).to_be_visible(timeout=30_000)
        yield watched
    finally:
        context.close()


def asked(page: Page, question: str) -> None:
    answers = page.locator(".turn:has(.answer, .failure):not(:has(.searching))")
    ask(page, question, answers)


def plain(text: str) -> str:
    """What a reader sees of a text: no blanks, and nothing that has no shape."""
    return "".join(
        character
        for character in text
        if not character.isspace() and unicodedata.category(character) not in UNSHOWN
    )


def unseen(page: Page, some: Sequence[Attack], where: str) -> list[str]:
    """The attacks whose text cannot be read there."""
    shown = plain(" ".join(page.locator(where).all_text_contents()))
    return [attack.text for attack in some if plain(attack.text) not in shown]


def test_every_field_of_an_answer_stays_text(
    browser: Browser, origin: str, allowed: list[str], made: Sequence[Attack]
) -> None:
    with watching(browser, origin) as watched:
        page = watched.page
        assert watched.faults(allowed) == []
        for part, some in enumerate(slices(made)):
            asked(page, f"Part {part}")
            page.locator("details").first.evaluate("e => e.open = true")
            assert watched.faults(allowed) == []
            for where in (".said", ".withheld", ".remark", ".notice", ".differ", ".translated"):
                assert unseen(page, some, where) == [], where
            assert unseen(page, some, "#sources .card") == []
            assert faults_of_markdown(saved(page, "markdown"), browser, allowed) == []
            if part == LINKED:
                assert links_of_pdf(saved(page, "pdf")) <= {*allowed}
            page.locator(".chip").nth(part).click()
            expect(page.locator(".card.opened")).to_be_visible()
            page.locator("[data-language=ar][data-act]").click()
            expect(page.locator("html")).to_have_attribute("dir", "rtl")
            assert watched.faults(allowed) == []
            page.locator("[data-language=en][data-act]").click()
            expect(page.locator("html")).to_have_attribute("dir", "ltr")
            page.locator("[data-act=new]").click()
            expect(page.locator(".welcome")).to_be_visible()


def saved(page: Page, form: str) -> Path:
    """The file that the conversation is exported to."""
    with page.expect_download() as download:
        page.locator(f"[data-form={form}]").click()
    return Path(download.value.path())


def faults_of_markdown(file: Path, browser: Browser, allowed: Sequence[str]) -> list[str]:
    """What is wrong with it as a careless reader of Markdown draws it."""
    markdown = MarkdownIt("commonmark", {"html": True})
    drawn = markdown.render(file.read_text("utf-8"))
    with browser.new_page() as reader:
        watched = Watched(reader, "about:blank")
        reader.goto("about:blank")
        reader.set_content(f"<div class=html-container>{drawn}</div>", wait_until="networkidle")
        return watched.faults({*allowed, *map(markdown.normalizeLink, allowed)})


def links_of_pdf(file: Path) -> set[str]:
    """Where it leads."""
    pages = PdfReader(file).pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", ())]
    assert {note["/A"]["/S"] for note in notes} == {"/URI"}
    return {note["/A"]["/URI"] for note in notes}


def test_whole_documents_stay_text(
    browser: Browser, origin: str, allowed: list[str], made: Sequence[Attack]
) -> None:
    with watching(browser, origin) as watched:
        for part, some in enumerate(slices(made)):
            asked(watched.page, f"What says number {part}?")
            watched.page.locator(f".nearest [data-document=part-{part}]").last.click()
            expect(watched.page.locator(".entire")).to_contain_text(f"Line {some[0].number} reads")
            assert unseen(watched.page, some, ".entire") == []
            assert watched.faults(allowed) == []


def test_questions_stay_text(
    browser: Browser, origin: str, allowed: list[str], made: Sequence[Attack]
) -> None:
    short = [one for one in made if len(one.text) < 900 and "\ud800" not in one.text]
    with watching(browser, origin) as watched:
        for some in _together(short, 950):
            asked(watched.page, "\n".join(one.text for one in some))
            assert unseen(watched.page, some, ".turn:last-child .asked") == []
            assert unseen(watched.page, some, ".turn:last-child .asked-as") == []
        assert watched.faults(allowed) == []


def test_links_say_where_they_lead(browser: Browser, origin: str, made: Sequence[Attack]) -> None:
    shown = []
    for part in range(len(slices(made))):
        with watching(browser, origin) as watched:
            asked(watched.page, f"Part {part}")
            shown += watched.page.locator("#sources a[href]").evaluate_all(
                "all => all.map(a => [new URL(a.href).hostname, a.textContent])"
            )
    assert {host for host, _ in shown} >= {"127.0.0.1", "outside.example"}
    assert [(host, told) for host, told in shown if host not in told] == []


def test_the_widget_shows_text_as_text(
    browser: Browser, origin: str, allowed: list[str], made: Sequence[Attack]
) -> None:
    context = browser.new_context(reduced_motion="reduce")
    watched = Watched(context.new_page(), origin)
    page = watched.page
    page.goto(f"{origin}/host")
    answers = page.locator(".turn .answer:not(.turn:has(.searching) *)")
    for part, some in enumerate(slices(made)):
        page.locator("pkqa-chat textarea").fill(f"Part {part}")
        page.locator("pkqa-chat textarea").press("Enter")
        expect(answers).to_have_count(part + 1, timeout=30_000)
        for where in (".said", ".withheld", ".remark", ".notice", ".differ"):
            assert unseen(page, some, f".turn:last-child {where}") == [], where
        page.locator(".turn").last.locator(".chip").nth(part).click()
        expect(page.locator(".view .card")).to_be_visible()
        assert unseen(page, [some[part // 2]], ".view .card") == []  # two chips each
        assert watched.faults(allowed) == []
        page.locator(".view .back").click()
    context.close()


def _together(some: Sequence[Attack], most: int) -> Iterator[list[Attack]]:
    """The attacks, as many at a time as ``most`` characters hold."""
    together: list[Attack] = []
    for one in some:
        if together and sum(len(other.text) + 1 for other in [*together, one]) > most:
            yield together
            together = []
        together.append(one)
    yield together


# That the page would be caught if it did otherwise


def careless(made: Sequence[Attack]) -> Starlette:
    """Pages that take the attacks at their word: as HTML, or as Markdown with HTML in it."""
    markdown = MarkdownIt("commonmark", {"html": True, "linkify": False})

    def page(request: Request) -> HTMLResponse:
        text = made[int(request.path_params["number"]) - 1].text
        drawn = markdown.render(text) if request.path_params["how"] == "markdown" else text
        return HTMLResponse(f"<!doctype html><main><div class=html-container>{drawn}</div></main>")

    return Starlette(routes=[Route("/{how}/{number}", page)])


@pytest.mark.parametrize(
    ("how", "sort", "template", "caught"),
    [
        ("html", "fetching", "<img src=http://", "left"),
        ("html", "fetching", "<iframe src=http://", "left"),
        ("html", "fetching", "<link rel=stylesheet", "left"),
        ("markdown", "image", "![a](http://", "left"),
        ("html", "running", "<script>window", "ran"),
        ("html", "running", '<img src=x onerror="alert', "ran"),
        ("html", "running", '<img src=x onerror="fetch', "left"),
        ("html", "fetching", "<form action", "made"),
        ("html", "fetching", "<base href", "made"),
        ("html", "fetching", "<div style=", "left"),
        ("html", "fetching", "<math>", "made"),
        ("html", "frame", "<a href='javascript:", "made"),
        ("markdown", "link", "[words](http://", "made"),
        ("html", "direction", "before\u202e", "made"),
    ],
)
def test_a_careless_page_is_caught(
    browser: Browser, how: str, sort: str, template: str, caught: str
) -> None:
    with Outside() as outside, standing(careless(attacks(outside.address))) as origin:
        made = attacks(outside.address)
        one = next(a for a in made if a.sort == sort and a.text.startswith(template))
        context = browser.new_context()
        watched = Watched(context.new_page(), origin)
        watched.page.goto(f"{origin}/{how}/{one.number}", wait_until="networkidle")
        faults = watched.faults([])
        context.close()
        assert faults
        assert bool(watched.left) == (caught == "left")
        assert (caught == "ran") == any(
            fault.startswith(("window.outside", "dialog")) for fault in faults
        )
        if caught == "left":
            assert outside.asked
