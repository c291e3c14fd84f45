"""The widget in a real browser, on another site's pages under the policy that its docs name."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from host_pages import STRICT, HostPages, holding
from pkqa.model import Checked, Disagreement, Reported, Version
from pkqa.serve.refusal import RefusalKind
from pkqa.serve.strings import LANGUAGES, STRINGS, Language
from pkqa.serve.widget.words import words
from shelf import (
    ANNIVERSARY,
    ARABIC,
    BRIDGE,
    BUILT,
    ENGLISH,
    FRENCH,
    PAYLOAD,
    SUGGESTED,
    answered,
)
from test_serve_browser import browser
from widget_server import Halt, WidgetServer

__all__ = ["browser"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FAULTS: dict[str, dict[str, str]] = {
    language: words()["languages"][language]["faults"] for language in LANGUAGES
}

DIRECTION = "e => getComputedStyle(e).direction"

RICH = "How strong is the bridge, and who built it?"
UNDERSTOOD = "How strong is the northern bridge, and who built it?"
AT = ENGLISH.text.index("nineteen days")
_QUOTED = answered(RICH, "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE), (ARABIC, ANNIVERSARY))
_FIRST, _SECOND, _THIRD = _QUOTED.citations
WRITTEN = replace(
    _QUOTED,
    status="partial",
    answer=f"{_QUOTED.answer} And [9].\n\nThe documents answer only a part of the question. "
    "Not answered: who paid for it.",
    missing=("who paid for it",),
    citations=(
        replace(
            _FIRST,
            emphasis=((AT, AT + len("nineteen days")),),
            versions=(
                Version(
                    FRENCH.document_id, FRENCH.title, FRENCH.source, FRENCH.language, FRENCH.date
                ),
            ),
        ),
        _SECOND,
        replace(_THIRD, translation="The mission marked an anniversary."),
    ),
    answerer="llm",
    model="a-model",
    standalone=UNDERSTOOD,
    disagreements=(
        Disagreement(
            "tonnes the bridge carries",
            "superseded",
            (Reported("20 tonnes", "2021-12", 1), Reported("40 tonnes", "2023-11-30", 2)),
        ),
    ),
    checked=(
        Checked(BUILT, "confirmed"),
        Checked("It carries 41 tonnes.", "contradicted", "number", "41"),
    ),
    notes=("The language model's reply broke off.",),
)


class Visit:
    """One reader at the host's pages, and everything that must not happen there."""

    def __init__(self, context: BrowserContext, host: HostPages, server: WidgetServer) -> None:
        self.context = context
        self.page = context.new_page()
        self.host = host
        self.server = server
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type != "log" else None,
        )

    def _note(self, request: Request) -> None:
        if not request.url.startswith((f"{self.host.origin}/", f"{self.server.url}/")):
            self.foreign.append(request.url)

    def open(self, attributes: str = 'lang="en"', *, by: str = 'token-url="/token"') -> Page:
        """The host's page with the widget, opened where it floats."""
        self.host.pages["/"] = holding(
            self.server.url, f"<pkqa-chat {attributes} {by}></pkqa-chat>"
        )
        self.page.goto(f"{self.host.origin}/")
        if "inline" not in attributes:
            self.page.locator(".launcher").click()
        expect(self.page.locator("textarea")).to_be_visible()
        return self.page

    def ask(self, question: str) -> Locator:
        """The turn of a question, once it is answered or has failed."""
        turns = self.page.locator(".turn")
        before = turns.count()
        self.page.locator("textarea").fill(question)
        self.page.locator("textarea").press("Enter")
        turn = turns.nth(before)
        expect(turn.locator(".answer footer, .failure")).to_be_visible()
        return turn

    def kept(self) -> dict[str, Any]:
        """What the browser has stored for the page, and cookies for the server."""
        stored: dict[str, Any] = self.page.evaluate(
            "async () => ({local: localStorage.length, session: sessionStorage.length,"
            " databases: (await indexedDB.databases()).length,"
            " caches: (await caches.keys()).length, cookie: document.cookie})"
        )
        return stored | {"cookies": len(self.context.cookies(self.server.url))}


NOTHING = {"local": 0, "session": 0, "databases": 0, "caches": 0, "cookie": "", "cookies": 0}


@pytest.fixture
def host() -> Iterator[HostPages]:
    with HostPages() as pages:
        yield pages


@pytest.fixture
def server(host: HostPages) -> Iterator[WidgetServer]:
    with WidgetServer([host.origin]) as started:
        host.policy = STRICT.format(server=started.url)
        yield started


@contextmanager
def visiting(
    browser: Browser, host: HostPages, server: WidgetServer, **options: Any
) -> Iterator[Visit]:
    size = {"width": 1000, "height": 800}
    context = browser.new_context(**{"viewport": size, "reduced_motion": "reduce"} | options)
    visit = Visit(context, host, server)
    try:
        yield visit
        assert visit.kept() == NOTHING
    finally:
        context.close()
    assert visit.foreign == []
    assert {one.cookie for one in server.asked} <= {None}
    assert {one.referrer for one in server.asked} <= {None}


@pytest.fixture
def visit(browser: Browser, host: HostPages, server: WidgetServer) -> Iterator[Visit]:
    with visiting(browser, host, server) as visit:
        yield visit
    assert visit.complaints == []


@pytest.mark.parametrize("mode", ["floating", "inline"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_by_keyboard_from_suggestion_to_highlighted_passage(
    visit: Visit, language: Language, mode: str
) -> None:
    page, strings = visit.open(f'lang="{language}" mode="{mode}"'), STRINGS[language]
    assert page.locator(".panel").evaluate(DIRECTION) == strings.direction
    expect(page.locator(".head h2")).to_have_text(strings.welcome)
    expect(page.locator(".suggestion")).to_have_count(3)
    page.locator(".suggestion").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".asked")).to_have_text(SUGGESTED[language][1])
    page.locator(".chip").first.focus()
    page.keyboard.press("Enter")
    card = page.locator(".card")
    expect(card.locator("mark.focus").first).to_be_visible()
    expect(card.locator(".facts li").first).to_have_text(
        {"en": "Le Courrier des missions", "fr": "The River Post", "ar": "صحيفة الميدان"}[language]
    )
    expect(page.locator("textarea")).to_be_hidden()
    marked = "".join(card.locator("mark").all_inner_texts())
    page.keyboard.press("Escape")
    expect(page.locator(".chip").first).to_be_focused()
    assert marked == page.locator(".verbatim").first.inner_text()
    asked = visit.server.asked_at("/api/v1/ask")[0]
    assert asked.token == "good"
    assert asked.body == {"question": SUGGESTED[language][1], "history": [], "stream": True}


def test_nothing_of_the_host_page_gets_in_and_nothing_gets_out(visit: Visit) -> None:
    page = visit.open('lang="ar"')
    visit.ask(SUGGESTED["ar"][1])
    assert page.evaluate("document.body.innerText").split() == (
        "Intranet Welcome to the host page.".split()
    )
    assert page.evaluate("document.querySelectorAll('style, [style]').length") == 0
    assert page.locator("pkqa-chat [style]").count() == 0
    heard = page.evaluate(
        "() => { window.heard = 0; addEventListener('keydown', () => heard += 1); return heard }"
    )
    page.locator("textarea").press("/")
    assert page.evaluate("heard") == heard


def test_each_block_runs_in_the_direction_of_its_script(visit: Visit) -> None:
    page = visit.open('lang="en"')
    turn = visit.ask(SUGGESTED["en"][2])
    assert turn.locator(".verbatim").evaluate(DIRECTION) == "rtl"
    assert turn.locator(".asked").evaluate(DIRECTION) == "ltr"
    turn.locator(".chip").click()
    line = page.locator(".passage p", has_text="MINUSCA")
    expect(line).to_be_visible()
    assert line.evaluate(DIRECTION) == "rtl"
    assert page.locator(".card h3").evaluate(DIRECTION) == "rtl"
    assert page.locator(".actions").evaluate(DIRECTION) == "ltr"


def test_all_that_the_page_says_of_an_answer_is_said(visit: Visit) -> None:
    page, strings = visit.open(), STRINGS["en"]
    visit.server.events[RICH] = [WRITTEN]
    turn = visit.ask(RICH)
    expect(turn.locator(".asked-as")).to_have_text(f"Asked as: {UNDERSTOOD}")
    expect(turn.locator(".notice")).to_contain_text(strings.partial)
    expect(turn.locator(".notice li")).to_have_text("who paid for it")
    said = turn.locator(".said")
    expect(said).not_to_contain_text("only a part")
    expect(said.locator("p").nth(1)).to_have_text(f"{BUILT} 1 {BRIDGE} 2", use_inner_text=False)
    expect(said.locator("p").nth(2)).to_contain_text("And [9].")
    expect(said.locator("strong")).to_have_text("nineteen days")
    expect(said.locator(".verbatim")).to_have_text([BUILT, BRIDGE, ANNIVERSARY])
    expect(turn.locator(".differ .eyebrow")).to_have_text(strings.superseded)
    expect(turn.locator(".differ .date")).to_have_text(["December 2021", "30 November 2023"])
    expect(turn.locator(".remark")).to_have_text("The language model's reply broke off.")
    expect(turn.locator("footer")).to_contain_text("Written by a-model")
    details = turn.locator("details")
    expect(details.get_by_text("41 tonnes")).to_be_hidden()
    details.locator("summary").click()
    expect(details.locator("li")).to_contain_text("It carries 41 tonnes.")
    expect(details.locator("li")).to_contain_text(
        "Contradicted · a number that the passage does not give (41)"
    )
    turn.locator(".differ .chip").nth(1).click()
    expect(page.locator("mark.focus")).to_have_text(BRIDGE)
    page.keyboard.press("Escape")
    turn.locator(".said .chip").nth(2).click()
    expect(page.locator(".translation")).to_contain_text("The mission marked an anniversary.")
    page.keyboard.press("Escape")
    expect(details.get_by_text("41 tonnes")).to_be_visible()  # left open by the reader


def test_the_whole_document_other_versions_and_back(visit: Visit) -> None:
    page = visit.open()
    visit.server.events[RICH] = [WRITTEN]
    visit.ask(RICH).locator(".said .chip").first.click()
    link = page.locator(".card a")
    expect(link).to_have_attribute("href", ENGLISH.source)
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("target", "_blank")
    page.get_by_role("button", name=STRINGS["en"].whole_document).click()
    entire = page.locator(".entire")
    expect(entire).to_contain_text("A second crossing is planned for the dry season.")
    assert entire.locator("mark").all_inner_texts() == [BUILT, BRIDGE]
    assert entire.locator("mark.focus").all_inner_texts() == [BUILT]
    page.get_by_role("button", name=STRINGS["en"].back).click()
    expect(page.get_by_role("button", name=STRINGS["en"].whole_document)).to_be_focused()
    page.get_by_role("button", name=FRENCH.title).click()
    expect(page.locator(".entire")).to_contain_text("Soixante-deux pays")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".said .chip").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".launcher")).to_be_focused()


def test_a_quotation_that_no_longer_stands_is_shown_by_itself(visit: Visit) -> None:
    page = visit.open()
    changed = {key: getattr(ENGLISH, key) for key in ("document_id", "title", "language", "date")}
    visit.server.documents[ENGLISH.document_id] = changed | {
        "publication": None,
        "source": None,
        "text": f"\N{WHITE SMILING FACE}{ENGLISH.text}",
    }
    turn = visit.ask(SUGGESTED["en"][0])
    turn.locator(".chip").first.click()
    expect(page.locator(".note")).to_have_text(STRINGS["en"].changed)
    expect(page.locator(".passage")).to_have_text(BUILT)


def test_offsets_count_characters_and_not_halves_of_them(visit: Visit) -> None:
    page = visit.open()
    face = "\N{GRINNING FACE}" * 40
    first = WRITTEN.citations[0]
    moved = replace(
        first,
        start=first.start + 40,
        end=first.end + 40,
        emphasis=((AT + 40, AT + 40 + len("nineteen days")),),
    )
    visit.server.events[RICH] = [replace(WRITTEN, citations=(moved,), disagreements=())]
    visit.server.documents[ENGLISH.document_id] = {
        "document_id": ENGLISH.document_id,
        "title": "Faces",
        "language": "en",
        "date": None,
        "publication": None,
        "source": None,
        "text": face + ENGLISH.text,
    }
    visit.ask(RICH).locator(".said .chip").first.click()
    expect(page.locator("mark.focus")).to_have_text(BUILT)
    expect(page.locator("mark.focus strong")).to_have_text("nineteen days")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_is_said_and_the_nearest_documents_open(
    visit: Visit, language: Language
) -> None:
    page = visit.open(f'lang="{language}"')
    turn = visit.ask(SUGGESTED[language][-1])
    expect(turn.locator(".said")).to_have_text(STRINGS[language].not_found)
    expect(turn.locator(".source-link")).to_have_text([ENGLISH.title, ARABIC.title])
    turn.locator(".source-link").first.click()
    expect(page.locator(".entire")).to_contain_text("Nurses there vaccinate children")
    page.keyboard.press("Escape")
    expect(turn.locator(".source-link").first).to_be_focused()


def test_hostile_text_runs_nowhere(visit: Visit) -> None:
    page = visit.open('lang="en" heading="<img src=x onerror=alert(1)>"')
    expect(page.locator(".head h2")).to_have_text("<img src=x onerror=alert(1)>")
    turn = visit.ask("Show me <b>code</b>")
    expect(turn.locator(".asked")).to_have_text("Show me <b>code</b>")
    turn.locator(".chip").click()
    expect(page.locator(".card mark")).to_have_text(PAYLOAD)
    page.get_by_role("button", name=STRINGS["en"].whole_document).click()
    expect(page.locator(".entire")).to_contain_text("{{window}} to everyone")
    assert page.evaluate("window.stolen === undefined")
    assert page.locator("pkqa-chat :is(img, script, a, b)").count() == 0


def test_an_answer_is_read_while_it_grows(visit: Visit) -> None:
    page, going = visit.open(), threading.Event()
    begun = replace(
        WRITTEN,
        answer=f"{BUILT} [1]",
        status="answered",
        citations=WRITTEN.citations[:1],
        disagreements=(),
        notes=(),
        checked=(),
    )
    visit.server.events[RICH] = [
        replace(begun, status="not_found", answer=""),
        Halt(going),
        begun,
        Halt(again := threading.Event()),
        WRITTEN,
    ]
    page.locator("textarea").fill(RICH)
    page.locator("textarea").press("Enter")
    expect(page.locator(".searching")).to_contain_text(STRINGS["en"].searching)
    expect(page.locator(".answer")).to_have_count(0)
    going.set()
    expect(page.locator(".verbatim")).to_have_text([BUILT])
    expect(page.locator(".searching")).to_contain_text(STRINGS["en"].checking)
    expect(page.locator(".log")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".send")).to_be_disabled()
    expect(page.locator(".answer :is(footer, details)")).to_have_count(0)
    page.locator(".chip").focus()
    again.set()
    expect(page.locator(".verbatim")).to_have_count(3)
    expect(page.locator(".searching")).to_have_count(0)
    expect(page.locator(".log")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".chip").first).to_be_focused()


def test_a_follow_up_takes_the_conversation_along_until_a_new_one(visit: Visit) -> None:
    page = visit.open()
    visit.server.events[RICH] = [WRITTEN]
    visit.ask(RICH)
    visit.ask("And then?")
    history = visit.server.asked_at("/api/v1/ask")[1].body["history"]
    assert [before["question"] for before in history] == [UNDERSTOOD]
    assert history[0]["answer"].startswith(f"So:\n{BUILT} {BRIDGE}")
    page.get_by_role("button", name=STRINGS["en"].new_conversation).click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator(".suggestion")).to_have_count(3)
    visit.ask("And then?")
    assert visit.server.asked_at("/api/v1/ask")[2].body["history"] == []


def test_moved_about_by_its_page_it_keeps_the_conversation(visit: Visit) -> None:
    page, going = visit.open(), threading.Event()
    visit.ask(SUGGESTED["en"][0])
    visit.server.events[RICH] = [Halt(going), WRITTEN]
    page.locator("textarea").fill(RICH)
    page.locator("textarea").press("Enter")
    expect(page.locator(".searching")).to_be_visible()
    page.evaluate("there.append(document.querySelector('pkqa-chat'))")
    page.evaluate("() => { window.chat = document.querySelector('pkqa-chat'); chat.remove() }")
    going.set()
    page.evaluate("here.append(chat)")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".answer")).to_have_count(2)
    page.evaluate("chat.lang = 'ar'")
    expect(page.locator(".answer footer").first).to_contain_text(STRINGS["ar"].verbatim)
    assert page.locator(".panel").evaluate(DIRECTION) == "rtl"
    expect(page.locator(".panel")).to_be_visible()


def test_the_script_may_come_twice_and_after_the_element(visit: Visit) -> None:
    visit.host.pages["/"] = holding(
        visit.server.url,
        '<section lang="fr"><pkqa-chat mode="inline" token="good"></pkqa-chat></section>'
        '<pkqa-chat token="good"></pkqa-chat>',
        f'<script src="{visit.server.url}/widget.js"></script>',
    )
    visit.page.goto(f"{visit.host.origin}/")
    expect(visit.page.locator("pkqa-chat .panel").first).to_be_visible()
    assert visit.page.locator(".head h2").all_text_contents() == [
        STRINGS["fr"].welcome,
        STRINGS["en"].welcome,
    ]


def test_a_rating_goes_with_the_answer_as_it_was_given(visit: Visit) -> None:
    page = visit.open()
    turn = visit.ask(SUGGESTED["en"][0])
    thumb = turn.get_by_role("button", name=STRINGS["en"].helpful, exact=True)
    thumb.press("Enter")
    expect(page.locator(".told")).to_have_text(STRINGS["en"].thanks)
    expect(thumb).to_have_attribute("aria-pressed", "true")
    expect(thumb).to_be_focused()
    body = visit.server.asked_at("/api/v1/feedback")[0].body
    given = visit.server.shelf.ask(SUGGESTED["en"][0]).to_json()
    assert body == {"answer": json.loads(json.dumps(given)), "rating": "up"}


# Faults


@pytest.mark.parametrize(
    ("language", "kind"),
    [("en", "rate"), ("fr", "busy"), ("ar", "unavailable"), ("en", "forbidden"), ("fr", "failed")],
)
def test_a_refusal_is_a_sentence_of_ours_and_the_question_can_be_asked_again(
    browser: Browser,
    host: HostPages,
    server: WidgetServer,
    language: Language,
    kind: RefusalKind,
) -> None:
    with visiting(browser, host, server) as visit:
        page, question = visit.open(f'lang="{language}"'), SUGGESTED[language][0]
        server.refusals[question] = kind
        turn = visit.ask(question)
        expect(turn.locator(".failure p")).to_have_text(FAULTS[language][kind])
        expect(page.locator(".panel")).not_to_contain_text("a message of the server's own")
        server.refusals.clear()
        turn.locator(".failure button").click()
        expect(turn.locator(".answer .chip").first).to_be_visible()
        expect(turn.locator(".failure")).to_have_count(0)


def test_a_question_too_long_comes_back_to_be_shortened(
    browser: Browser, host: HostPages, server: WidgetServer
) -> None:
    with visiting(browser, host, server) as visit:
        page, question = visit.open(), "why " * 300 + "not?"
        server.refusals[question] = "too_long"
        turn = visit.ask(question)
        expect(turn.locator(".failure")).to_contain_text("1000")
        expect(page.locator("textarea")).to_have_value(question)


def test_an_error_on_the_way_or_a_break_keeps_what_was_confirmed(visit: Visit) -> None:
    begun = replace(WRITTEN, status="answered", disagreements=(), notes=())
    visit.open()
    visit.server.events = {"One?": [begun, "unavailable"], "Two?": [begun, None], "Three?": [None]}
    for question, kind in (("One?", "unavailable"), ("Two?", "unreachable")):
        turn = visit.ask(question)
        expect(turn.locator(".failure")).to_contain_text(FAULTS["en"][kind])
        expect(turn.locator(".verbatim").first).to_have_text(BUILT)
        expect(turn.locator("footer, details")).to_have_count(0)
    turn = visit.ask("Three?")
    expect(turn.locator(".failure")).to_contain_text(FAULTS["en"]["unreachable"])
    expect(turn.locator(".answer")).to_have_count(0)


def test_a_document_that_is_gone_leaves_the_quotation(
    browser: Browser, host: HostPages, server: WidgetServer
) -> None:
    with visiting(browser, host, server) as visit:
        page = visit.open()
        turn = visit.ask(SUGGESTED["en"][0])
        server.refusals[ENGLISH.document_id] = "unknown"
        turn.locator(".chip").first.click()
        expect(page.locator(".note")).to_have_text(STRINGS["en"].not_among)
        expect(page.locator(".passage mark")).to_have_text(BUILT)


# Tokens


def test_a_token_is_fetched_once_and_anew_where_it_is_refused(
    browser: Browser, host: HostPages, server: WidgetServer
) -> None:
    with visiting(browser, host, server) as visit:
        visit.open()
        visit.ask(SUGGESTED["en"][0])
        fetched = [asked for asked in host.asked if asked[1] == "/token"]
        assert fetched == [("GET", "/token", "host=session")]
        server.tokens = {"better"}
        host.token = lambda: "better"
        expect(visit.ask(SUGGESTED["en"][1]).locator(".answer")).to_be_visible()
        assert [one.token for one in server.asked_at("/api/v1/ask")] == ["good", "good", "better"]
        server.tokens = set()
        turn = visit.ask(SUGGESTED["en"][2])
        expect(turn.locator(".failure")).to_contain_text(FAULTS["en"]["sign_in"])
        assert len(server.asked_at("/api/v1/ask")) == 5  # once again, and not for ever


def test_without_a_token_to_be_had_nothing_is_asked(
    browser: Browser, host: HostPages, server: WidgetServer
) -> None:
    host.token = lambda: None
    with visiting(browser, host, server) as visit:
        visit.open('lang="fr" token-method="POST"')
        turn = visit.ask(SUGGESTED["fr"][0])
        expect(turn.locator(".failure")).to_contain_text(FAULTS["fr"]["sign_in"])
        assert server.asked == []
        assert {asked[0] for asked in host.asked if asked[1] == "/token"} == {"POST"}


def test_a_page_may_hand_tokens_over_itself(visit: Visit) -> None:
    visit.host.pages["/give.js"] = (
        "document.querySelector('pkqa-chat').tokenSource = async () => 'good'"
    )
    visit.host.policy += f"; script-src-elem {visit.server.url} 'self'"
    visit.host.pages["/"] = holding(
        visit.server.url,
        '<pkqa-chat mode="inline"></pkqa-chat>',
        '<script src="/give.js"></script>',
    )
    page = visit.page
    page.goto(f"{visit.host.origin}/")
    expect(page.locator(".suggestion")).to_have_count(3)
    expect(visit.ask(SUGGESTED["en"][0]).locator(".answer")).to_be_visible()
    assert "token" not in (page.locator("pkqa-chat").evaluate("e => e.outerHTML"))


FRAMES = """<!doctype html><html lang="en"><title>Frame</title><script>
window.heard = [];
addEventListener("message", ({ data }) => heard.push(data.type));
const give = () => frames[0].postMessage({ type: "pkqa:token", token: "good" }, "*");
</script><iframe src="%s/embed?lang=en" width="500" height="600"></iframe></html>"""


@pytest.mark.parametrize("is_listed", [True, False])
def test_the_frame_takes_a_token_from_a_listed_parent_alone(
    browser: Browser, host: HostPages, server: WidgetServer, is_listed: bool
) -> None:
    # This server lets anybody frame it, so that the frame has only itself to go by.
    with HostPages() as other, visiting(browser, host if is_listed else other, server) as visit:
        visit.host.pages["/"] = FRAMES % server.url
        visit.host.policy = ""
        page = visit.page
        page.goto(f"{visit.host.origin}/")
        chat = page.frame_locator("iframe").locator("pkqa-chat")
        expect(chat.locator("textarea")).to_be_visible()
        page.evaluate("give()")
        chat.locator("textarea").fill(SUGGESTED["en"][0])
        chat.locator("textarea").press("Enter")
        page.evaluate("give()")
        expect(chat.locator(".answer footer" if is_listed else ".searching")).to_be_visible()
        assert set(page.evaluate("heard")) <= {"pkqa:ready", "pkqa:token-wanted"}
        assert bool(page.evaluate("heard")) is is_listed
        assert bool(server.asked) is is_listed


# Looks


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", ["light floating", "dark floating", "light inline"])
def test_axe_finds_nothing_serious(
    browser: Browser, host: HostPages, server: WidgetServer, language: str, look: str
) -> None:
    scheme, mode = look.split()
    with visiting(browser, host, server, color_scheme=scheme) as visit:
        page = visit.open(f'lang="{language}" mode="{mode}"')
        server.events[RICH] = [WRITTEN]
        server.refusals["Busy?"] = "busy"
        assert serious(page) == []
        turn = visit.ask(RICH)
        turn.locator("summary").click()
        visit.ask("Who won the cup?")
        visit.ask("Busy?")
        assert serious(page) == []
        turn.locator(".said .chip").first.click()
        expect(page.locator("mark.focus")).to_be_visible()
        assert serious(page) == []


def serious(page: Page) -> list[str]:
    found = Axe().run(page, context="pkqa-chat").response["violations"]
    return [
        f"{one['id']}: {node['html']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_it_fills_the_screen_and_everything_is_large_enough_to_touch(
    browser: Browser, host: HostPages, server: WidgetServer, language: Language
) -> None:
    size = {"width": 390, "height": 780}
    with visiting(browser, host, server, viewport=size, has_touch=True) as visit:
        page = visit.open(f'lang="{language}"')
        assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0} | size
        visit.ask(SUGGESTED[language][1])
        for control in page.locator("pkqa-chat :is(button, summary):visible").all():
            least = control.evaluate(
                """e => {
                  const box = e.getBoundingClientRect();
                  const inset = e.matches(".chip") ? 16 : 0;
                  return Math.min(box.width, box.height) + inset;
                }"""
            )
            assert least >= 40, control.evaluate("e => e.outerHTML")
        page.locator(".chip").first.tap()
        expect(page.locator("mark.focus").first).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        close = words()["languages"][language]["close"]
        page.get_by_role("button", name=close, exact=True).tap()
        expect(page.locator(".panel")).to_be_hidden()


@pytest.mark.parametrize(
    ("look", "dark"),
    [("light ", False), ("dark ", True), ("light dark", True), ("dark light", False)],
)
def test_light_and_dark_by_the_system_or_as_the_page_says(
    browser: Browser, host: HostPages, server: WidgetServer, look: str, dark: bool
) -> None:
    system, theme = look.split(" ")
    with visiting(browser, host, server, color_scheme=system) as visit:
        page = visit.open(f'lang="en" theme="{theme}"')
        colour = page.locator(".panel").evaluate("e => getComputedStyle(e).backgroundColor")
        assert colour == ("rgb(20, 24, 27)" if dark else "rgb(245, 243, 238)")


def test_the_host_page_gives_colours_and_letters_by_variables(visit: Visit) -> None:
    page = visit.open()
    page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`pkqa-chat { --pkqa-accent: rgb(120, 20, 90); --pkqa-font: monospace }
            button, .panel { display: none !important }`);
          document.adoptedStyleSheets = [sheet];
        }"""
    )
    launcher = page.locator(".launcher")
    expect(launcher).to_be_visible()
    assert launcher.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(120, 20, 90)"
    assert page.locator("textarea").evaluate("e => getComputedStyle(e).fontFamily") == "monospace"
