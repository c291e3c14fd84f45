"""The chat page behind the gate, in a real browser: all of it works, and nothing else is asked."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from oidc_provider import CLIENT, SECRET, OidcProvider
from pkqa.serve.app import serve
from pkqa.serve.gate import gate_of
from pkqa.serve.strings import STRINGS
from pkqa.settings import load
from shelf import SUGGESTED
from test_serve_browser import Visit, browser
from test_serve_library import Halting, page_over

__all__ = ["browser"]  # the fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@contextmanager
def gated(*command: object, **settings: str) -> Iterator[str]:
    """The address of a server in a process of its own, once it answers anything at all."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tests = Path(__file__).parent
    paths = os.pathsep.join([str(tests.parent / "src"), str(tests)])
    server = subprocess.Popen(
        [sys.executable, *map(str, command or [__file__]), str(port)],
        env=os.environ | {"PYTHONPATH": paths} | settings,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(url, timeout=5).close()
            except urllib.error.HTTPError as refused:
                refused.close()
            except OSError:
                assert server.poll() is None, "the server stopped before it answered"
                time.sleep(0.1)
                continue
            break
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gated() as url:
        yield url


def test_the_page_works_behind_the_gate(browser: Browser, address: str) -> None:
    context = browser.new_context()
    visit = Visit(context.new_page(), address)
    answers: list[tuple[int, str]] = []
    visit.page.on("response", lambda reply: answers.append((reply.status, reply.url)))
    page = visit.open("?lang=en")
    visit.ask(SUGGESTED["en"][0])
    page.locator(".chip").first.click()
    expect(page.locator(".card.opened mark").first).to_be_visible()
    visit.settled().reload()
    expect(page.locator(".suggestion").first).to_be_visible(timeout=30_000)
    assert [answer for answer in answers if answer[0] >= 400] == []
    assert visit.foreign == []
    assert visit.complaints == []
    assert context.cookies() == []
    context.close()


def test_a_page_of_another_site_cannot_ask(browser: Browser, address: str) -> None:
    with gated("-c", ELSEWHERE) as other:
        page = browser.new_page()
        page.goto(other)
        told = page.evaluate(
            """async (address) => {
                const tried = [];
                for (const [method, path, headers] of [
                    ["POST", "gradio_api/queue/join", {"Content-Type": "text/plain"}],
                    ["POST", "api/v1/ask", {"Content-Type": "application/json"}],
                    ["GET", "config", {}],
                    ["GET", "", {}],
                ]) {
                    try {
                        const options = {method, headers};
                        if (method === "POST") options.body = "{}";
                        tried.push((await fetch(address + path, options)).status);
                    } catch (error) { tried.push(error.name); }
                }
                return tried;
            }""",
            address,
        )
        assert told == ["TypeError"] * 4
        page.close()


ELSEWHERE = """
import http.server, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title>")
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""


def test_a_reader_signs_in_and_out(browser: Browser) -> None:
    settings = {
        "PKQA_OIDC_CLIENT_ID": CLIENT,
        "PKQA_OIDC_CLIENT_SECRET": SECRET,
        "PKQA_SESSION_SECRET": "s" * 40,
    }
    with (
        OidcProvider() as provider,
        gated(PKQA_OIDC_ISSUER=provider.issuer, **settings) as url,
    ):
        context: BrowserContext = browser.new_context()
        page = context.new_page()
        page.goto(f"{url}?lang=fr")
        expect(page.locator(".suggestion").first).to_be_visible(timeout=30_000)
        assert page.url == f"{url}?lang=fr"
        (cookie,) = context.cookies()
        assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("pkqa", True, "Lax")
        page.get_by_role("button", name=STRINGS["fr"].sign_out).click()
        expect(page.locator("h1")).to_have_text("Signed out")
        assert context.cookies() == []
        context.close()


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/file=/etc/passwd",
        "gradio_api/%66ile=/etc/passwd",
        "file=/etc/passwd",
        "config/x",
    ],
)
def test_over_a_real_connection_closed_doors_are_closed(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(address + path, timeout=10)  # noqa: S310 - http, of ours
    with caught.value as reply:
        assert reply.code == 404
        assert b'"unknown"' in reply.read()
        assert "Server" not in reply.headers


def main() -> None:
    """Serve the page over the shelf behind the gate, as the environment's settings want it."""
    settings = load({}, os.environ)
    serve(gate_of(settings, page_over(Halting())), port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
