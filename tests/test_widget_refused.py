"""The widget before the real server: who is let in, who is refused, and that nothing leaks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from pydantic import SecretStr

from api_server import FERRY, OPEN, SECRET, ingest_ferries, service_over
from host_pages import STRICT, HostPages, holding
from openai_server import OpenAIServer
from pkqa.serve.app import application
from pkqa.serve.widget.words import words
from test_serve_browser import browser
from widget_server import serving

__all__ = ["browser"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEY = "a secret of at least thirty-two bytes"
FAULTS: dict[str, str] = words()["languages"]["en"]["faults"]
DEMO = Path(__file__).parent.parent / "docs" / "widget-demo" / "host.py"
FRAMING = "default-src 'none'; frame-src {server}; script-src 'self'"


def token(key: str = KEY, **claims: Any) -> str:
    now = int(time.time())
    told = {"sub": "reader", "groups": [], "aud": "pkqa", "iat": now, "exp": now + 300}
    return jwt.encode(told | claims, key, algorithm="HS256")


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[HostPages, HostPages]]:
    """A site that is listed, and one that is not."""
    with HostPages() as listed, HostPages() as other:
        yield listed, other


@pytest.fixture(scope="module")
def demo_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def address(
    hosts: tuple[HostPages, HostPages],
    demo_port: int,
    calibrated_index: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The whole application over two documents, one of them for ``staff``."""
    folder = tmp_path_factory.mktemp("widget")
    shutil.copytree(calibrated_index, folder / "index")
    with OpenAIServer() as embeddings:
        ingest_ferries(embeddings, folder / "index", folder)
        origins = f"{hosts[0].origin}, http://localhost:{demo_port}"
        values = {"widget_secret": SecretStr(KEY), "widget_origins": origins}
        with service_over(embeddings, folder / "index", folder, **values) as service:
            server, thread, port = serving(application(service))
            yield f"http://127.0.0.1:{port}"
            server.should_exit = True
            thread.join()


@pytest.fixture
def listed(hosts: tuple[HostPages, HostPages], address: str) -> HostPages:
    return _fresh(hosts[0], address)


@pytest.fixture
def other(hosts: tuple[HostPages, HostPages], address: str) -> HostPages:
    return _fresh(hosts[1], address)


def _fresh(host: HostPages, address: str) -> HostPages:
    host.policy = STRICT.format(server=address)
    host.pages.clear()
    host.token = token
    return host


class Watched:
    """A page of a reader, with the body of everything that came over the wire."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.responses: list[Response] = []
        self.page.on("response", self._note)

    def _note(self, response: Response) -> None:
        self.responses.append(response)

    def seen(self) -> str:
        """All that a page could read, or look at: what came, and what is drawn."""
        bodies = []
        for response in self.responses:
            try:
                bodies.append(response.text())
            except Exception as error:  # noqa: BLE001 - what the browser kept from the page
                bodies.append(str(error))
        drawn = [
            frame.evaluate(
                "() => [document.documentElement.outerHTML,"
                " ...[...document.querySelectorAll('*')].map(e => e.shadowRoot?.innerHTML ?? '')]"
                ".join('\\n')"
            )
            for frame in self.page.frames
        ]
        return "\n".join([*bodies, *drawn])


@contextmanager
def watching(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(reduced_motion="reduce")
    try:
        yield Watched(context)
    finally:
        context.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    with watching(browser) as watched:
        yield watched


def ask(page: Page, host: HostPages, address: str) -> None:
    """Open the host's page with the widget, and ask what both documents answer."""
    host.pages["/"] = holding(
        address, '<pkqa-chat lang="en" mode="inline" token-url="/token"></pkqa-chat>'
    )
    page.goto(f"{host.origin}/")
    put(page.locator("pkqa-chat"))


def put(chat: Any) -> None:
    chat.locator("textarea").fill(FERRY)
    chat.locator("textarea").press("Enter")


def clean(watched: Watched) -> None:
    """Nothing of either document, its name and its title included, has come."""
    seen = watched.seen()
    for words_ in (OPEN, SECRET, "ninety", "four hundred", "timetable", "Timetable", "movements"):
        assert words_ not in seen


# Who is let in


@pytest.mark.parametrize(("groups", "shown"), [([], [OPEN]), (["staff"], [OPEN, SECRET])])
def test_a_reader_sees_what_the_token_says(
    watched: Watched, listed: HostPages, address: str, groups: list[str], shown: list[str]
) -> None:
    listed.token = lambda: token(groups=groups)
    page = watched.page
    ask(page, listed, address)
    expect(page.locator(".answer footer")).to_be_visible()
    quotes = page.locator(".verbatim").all_inner_texts()
    assert set(quotes) <= set(shown)
    assert shown[-1] in quotes
    page.locator(".chip").first.click()
    expect(page.locator(".facts")).to_be_visible()
    expect(page.get_by_role("button", name="Whole document")).to_be_visible()
    assert page.locator("mark.focus").inner_text() == quotes[0]
    if not groups:
        assert SECRET not in watched.seen()
        assert "movements" not in watched.seen()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.locator(".told")).to_contain_text("Thank you")


def test_the_page_in_the_docs_works(watched: Watched, address: str, demo_port: int) -> None:
    page, complaints = watched.page, []
    page.on("console", lambda line: complaints.append(line.text) if line.type != "log" else None)
    demo = subprocess.Popen(
        [sys.executable, DEMO],
        env=os.environ | {"PKQA_WIDGET_SECRET": KEY, "PORT": str(demo_port), "PKQA": address},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert demo.stdout is not None
        assert demo.stdout.readline().startswith(f"http://localhost:{demo_port} ")
        page.goto(f"http://localhost:{demo_port}/")
        page.locator(".launcher").click()
        put(page.locator("pkqa-chat"))
        expect(page.locator(".verbatim").first).to_have_text(OPEN)
        assert SECRET not in watched.seen()
    finally:
        demo.terminate()
        demo.communicate(timeout=30)
    assert complaints == []


# Who is refused


def test_a_page_whose_origin_is_not_listed(
    watched: Watched, other: HostPages, address: str
) -> None:
    ask(watched.page, other, address)
    expect(watched.page.locator(".failure p")).to_have_text(FAULTS["unreachable"])
    clean(watched)


NOW = int(time.time())
BAD: Mapping[str, dict[str, Any]] = {
    "expired": {"iat": NOW - 600, "exp": NOW - 300},
    "for another audience": {"aud": "another"},
    "signed by another": {"key": "another secret of thirty-two bytes or more"},
    "too long-lived": {"exp": NOW + 86400},
}


@pytest.mark.parametrize("claims", BAD.values(), ids=BAD.keys())
def test_a_token_that_is_no_good(
    watched: Watched, listed: HostPages, address: str, claims: dict[str, Any]
) -> None:
    listed.token = lambda: token(**claims)
    ask(watched.page, listed, address)
    expect(watched.page.locator(".failure p")).to_have_text(FAULTS["sign_in"])
    clean(watched)


def test_a_page_that_sends_no_token(watched: Watched, listed: HostPages, address: str) -> None:
    page = watched.page
    listed.pages["/"] = holding(address, '<pkqa-chat lang="en" mode="inline"></pkqa-chat>')
    page.goto(f"{listed.origin}/")
    put(page.locator("pkqa-chat"))
    expect(page.locator(".failure p")).to_have_text(FAULTS["sign_in"])
    clean(watched)


# The page to frame

GIVES = """
addEventListener("message", async ({ source, origin, data }) => {
  window.heard = [...(window.heard ?? []), data.type];
  const frame = document.querySelector("iframe");
  if (source !== frame.contentWindow || origin !== "%(server)s") return;
  const { token } = await (await fetch("/token")).json();
  frame.contentWindow.postMessage({ type: "pkqa:token", token }, origin);
});
"""


def frame(host: HostPages, address: str, script: str, query: str = "?lang=ar") -> None:
    """A page that frames ``/embed`` and runs ``script``."""
    host.policy = FRAMING.format(server=address) + "; connect-src 'self'"
    host.pages["/frame.js"] = script % {"server": address}
    host.pages["/"] = (
        '<!doctype html><html lang="en"><title>Frame</title><script src="/frame.js"></script>'
        f'<iframe src="{address}/embed{query}" width="500" height="600"></iframe></html>'
    )


def test_the_frame_answers_with_a_token_from_the_page_that_holds_it(
    watched: Watched, listed: HostPages, address: str
) -> None:
    page, complaints = watched.page, []
    page.on("console", lambda line: complaints.append(line.text) if line.type != "log" else None)
    frame(listed, address, GIVES)
    page.goto(f"{listed.origin}/")
    framed = page.frame_locator("iframe")
    put(framed.locator("pkqa-chat"))
    expect(framed.locator(".verbatim").first).to_have_text(OPEN)
    assert framed.locator(".panel").evaluate("e => getComputedStyle(e).direction") == "rtl"
    # The page gives one when it hears that the frame is there, which may be before it is wanted.
    assert page.evaluate("heard")[0] == "pkqa:ready"
    assert set(page.evaluate("heard")) <= {"pkqa:ready", "pkqa:token-wanted"}
    assert complaints == []
    assert SECRET not in watched.seen()


def test_a_page_that_is_not_listed_cannot_frame_it(
    watched: Watched, other: HostPages, address: str
) -> None:
    page, complaints = watched.page, []
    page.on("console", lambda line: complaints.append(line.text))
    frame(other, address, GIVES)
    page.goto(f"{other.origin}/")
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in line for line in complaints)
    assert page.frame_locator("iframe").locator("pkqa-chat").count() == 0
    assert page.evaluate("window.heard") is None
    clean(watched)


def test_a_token_from_a_window_that_is_not_the_parent_is_not_taken(
    watched: Watched, listed: HostPages, other: HostPages, address: str
) -> None:
    # The page of the listed origin opens one that is not, which speaks to the frame by itself.
    page = watched.page
    frame(listed, address, 'addEventListener("message", ({ data }) => (window.heard = data.type));')
    other.policy = "default-src 'none'; script-src 'self'"
    other.pages["/frame.js"] = (
        f'opener.frames[0].postMessage({{ type: "pkqa:token", token: "{token()}" }}, "*");'
    )
    other.pages["/popup"] = '<!doctype html><title>Popup</title><script src="/frame.js"></script>'
    page.goto(f"{listed.origin}/")
    page.wait_for_function("window.heard === 'pkqa:token-wanted'")
    with page.expect_popup() as popup:
        page.evaluate(f"() => {{ open('{other.origin}/popup') }}")
    popup.value.wait_for_load_state()
    put(page.frame_locator("iframe").locator("pkqa-chat"))
    expect(page.frame_locator("iframe").locator(".searching")).to_be_visible()
    page.wait_for_timeout(500)
    asked = [response for response in watched.responses if "/api/" in response.url]
    assert asked == []
    clean(watched)


@pytest.mark.parametrize("message", ['"pkqa:token"', '{ type: "pkqa:token", token: 7 }', "null"])
def test_a_message_of_another_shape_is_not_taken(
    watched: Watched, listed: HostPages, address: str, message: str
) -> None:
    page, faults = watched.page, []
    page.on("pageerror", lambda error: faults.append(str(error)))
    frame(
        listed,
        address,
        f'addEventListener("message", ({{ source }}) => source.postMessage({message}, "*"));',
    )
    page.goto(f"{listed.origin}/")
    framed = page.frame_locator("iframe")
    put(framed.locator("pkqa-chat"))
    expect(framed.locator(".searching")).to_be_visible()
    page.wait_for_timeout(300)
    assert [response for response in watched.responses if "/api/" in response.url] == []
    assert faults == []


def test_the_page_to_frame_opened_by_itself_asks_as_whoever_opens_it(
    watched: Watched, address: str
) -> None:
    page = watched.page  # nobody has to sign in at this server's own origin
    page.goto(f"{address}/embed?lang=fr&theme=dark&heading=Bac")
    expect(page.locator(".head h2")).to_have_text("Bac")
    colour = page.locator(".panel").evaluate("e => getComputedStyle(e).backgroundColor")
    assert colour == "rgb(20, 24, 27)"
    put(page.locator("pkqa-chat"))
    expect(page.locator(".answer footer")).to_be_visible()


def test_the_files_are_served_as_other_sites_need_them(address: str) -> None:
    script = httpx.get(f"{address}/widget.js")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert script.headers["cache-control"].startswith("public")
    assert httpx.get(f"{address}/embed.js").status_code == 200
    policy = httpx.get(f"{address}/embed").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
