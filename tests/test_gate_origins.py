"""Pages of other sites: the listed ask what the widget asks, the others nothing."""

from __future__ import annotations

import time
from typing import Any

import httpx
import jwt
import pytest

from gated import GOOD, HERE, WIDGET_SECRET, Site, bearer, refusal
from pkqa.errors import UsageError
from pkqa.serve.origins import is_loopback, read_origins

EVIL = [
    "https://evil.example",
    "null",
    "https://good.example.evil.example",
    "https://evil.example/good.example",
    "https://good.example@evil.example",
    "https://good.example:444",
    "https://good.example:443",
    "http://good.example",
    "https://GOOD.example.",
    "https://GOOD.example",
    "https://good.example.",
    "https://good.example/",
    "https://sub.good.example",
    "https://xn--god-5na.example",
    "https://gооd.example".encode().decode("latin-1"),
    "https://good.example https://evil.example",
    "https://good.example, https://evil.example",
    "https://good.examplf",
    "https://good",
    "file://",
    "chrome-extension://abcdef",
    "http://127.0.0.1",
    "http://127.0.0.1:7861",
    "https://127.0.0.1:7860.evil.example",
    "http://localhost:7860",
    "*",
    "",
]
ROUTES = [
    ("POST", "/api/v1/ask"),
    ("POST", "/api/v1/search"),
    ("GET", "/api/v1/documents/a"),
    ("GET", "/api/v1/suggestions"),
    ("POST", "/api/v1/feedback"),
    ("GET", "/api/v1/feedback"),
    ("GET", "/"),
    ("GET", "/config"),
    ("GET", "/assets/a.js"),
    ("GET", "/theme.css"),
    ("POST", "/gradio_api/queue/join"),
    ("GET", "/gradio_api/queue/data?session_hash=a"),
    ("GET", "/gradio_api/heartbeat/a"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
    ("GET", "/gradio_api/startup-events"),
    ("POST", "/v1/chat/completions"),
    ("GET", "/v1/models"),
    ("POST", "/mcp"),
    ("DELETE", "/mcp"),
    ("GET", "/metrics"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/widget.js"),
    ("GET", "/embed"),
    ("GET", "/fonts/a.woff2"),
    ("GET", "/favicon.ico"),
    ("GET", "/signin"),
    ("POST", "/signout"),
    ("GET", "/nowhere"),
]
FOR_WIDGETS = {
    ("POST", "/api/v1/ask"),
    ("GET", "/api/v1/documents/a"),
    ("GET", "/api/v1/suggestions"),
    ("POST", "/api/v1/feedback"),
}
FILES = {("GET", "/widget.js"), ("GET", "/fonts/a.woff2")}


def token() -> str:
    now = int(time.time())
    body = {"sub": "ana", "groups": [], "aud": "pkqa", "iat": now, "exp": now + 60}
    return jwt.encode(body, WIDGET_SECRET, "HS256")


@pytest.fixture(scope="module")
def site() -> Site:
    """A local page, with a widget on one other."""
    return Site(widget_secret=WIDGET_SECRET, widget_origins=f"{GOOD}, http://localhost:8000")


def preflight(site: Site, origin: str, method: str, path: str, asked: str) -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": asked,
    }
    return site.ask(path, "OPTIONS", headers=raw(headers))


def raw(headers: dict[str, str]) -> Any:
    """As bytes, for what is not ASCII."""
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def allowed(reply: httpx.Response) -> set[str]:
    return {name for name in reply.headers if name.startswith("access-control")}


@pytest.mark.parametrize("origin", EVIL)
def test_no_other_origin_is_ever_allowed(site: Site, origin: str) -> None:
    plain = {"Origin": origin}
    with_token, with_cookie = plain | bearer(token()), plain | {"Cookie": "pkqa=x"}
    for method, path in ROUTES:
        for headers in (plain, with_token, with_cookie):
            reply = site.ask(path, method, headers=raw(headers))
            assert (method, path, allowed(reply)) == (method, path, set())
            if method != "GET":
                assert (path, reply.status_code) == (path, 403)
                assert refusal(reply) == "forbidden"
        reply = preflight(site, origin, method, path, "authorization")
        assert (reply.status_code, allowed(reply)) == (403, set())


def test_no_other_origin_reads_as_the_machine_s_own_user(site: Site) -> None:
    for origin in ("https://evil.example", "null", GOOD):
        reply = site.ask("/api/v1/suggestions", headers={"Origin": origin})
        assert (reply.status_code, refusal(reply)) == (401, "sign_in")


def test_two_origins_are_nobody_s(site: Site) -> None:
    headers = [("Origin", GOOD), ("Origin", GOOD), *bearer(token()).items()]
    reply = site.ask("/api/v1/ask", "POST", headers=headers)
    assert reply.status_code == 403
    assert not allowed(reply)


def test_a_token_goes_with_listed_pages_alone(site: Site) -> None:
    where = "/api/v1/suggestions"
    assert site.caller(where, headers=bearer(token()))  # a server
    assert site.caller(where, headers=bearer(token()) | {"Origin": GOOD})
    assert site.caller(where, headers=bearer(token()) | {"Origin": HERE})  # framed
    reply = site.ask(where, headers=bearer(token()) | {"Origin": "https://evil.example"})
    assert (reply.status_code, refusal(reply)) == (403, "forbidden")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_listed_page_may_read_what_its_widget_asks(site: Site, method: str, path: str) -> None:
    for sent in ({}, bearer(token()), bearer("wrong")):
        reply = site.ask(path, method, headers={"Origin": GOOD} | sent)
        if (method, path) in FOR_WIDGETS | FILES:
            assert reply.headers["access-control-allow-origin"] == GOOD
            assert "access-control-allow-credentials" not in reply.headers
            assert reply.headers["access-control-expose-headers"] == "Retry-After"
            assert "Origin" in reply.headers["vary"]
        else:
            assert allowed(reply) == set()
            assert method == "GET" or reply.status_code == 403


def test_answers_that_depend_on_the_origin_say_so(site: Site) -> None:
    for method, path in FOR_WIDGETS | FILES:
        assert "Origin" in site.ask(path, method, headers=bearer(token())).headers["vary"]


@pytest.mark.parametrize(("method", "path"), sorted(FOR_WIDGETS))
def test_a_listed_page_is_told_beforehand(site: Site, method: str, path: str) -> None:
    reply = preflight(site, GOOD, method, path, "authorization, content-type")
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == GOOD
    assert reply.headers["access-control-allow-methods"] == "GET, POST"
    assert reply.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    assert "access-control-allow-credentials" not in reply.headers
    assert "Origin" in reply.headers["vary"]
    assert preflight(site, "http://localhost:8000", method, path, "").status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("POST", "/api/v1/ask", "x-other"),
        ("POST", "/api/v1/ask", "authorization, cookie"),
        ("DELETE", "/api/v1/ask", ""),
        ("GET", "/api/v1/ask", ""),
        ("POST", "/api/v1/search", "authorization"),
        ("POST", "/gradio_api/queue/join", "content-type"),
        ("POST", "/v1/chat/completions", "authorization"),
    ],
)
def test_a_listed_page_is_told_no(site: Site, method: str, path: str, asked: str) -> None:
    reply = preflight(site, GOOD, method, path, asked)
    assert (reply.status_code, refusal(reply)) == (403, "forbidden")
    assert not allowed(reply)


@pytest.mark.parametrize("origin", [HERE, None])
def test_our_own_page_and_programs_ask_what_they_like(site: Site, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert site.caller("/api/v1/search", "POST", headers=headers) == ["local", None, "local"]


def test_behind_a_proxy_our_own_page_is_the_public_one() -> None:
    site = Site(public_url="https://pkqa.example.org", proxy_addresses="10.0.0.7")

    def ask(origin: str) -> int:
        headers = {"Origin": origin, "X-Forwarded-User": "ana", "Host": "10.0.0.1:7860"}
        return site.ask("/api/v1/search", "POST", headers=headers, peer="10.0.0.7").status_code

    assert ask("https://pkqa.example.org") == 200
    for other in ("http://pkqa.example.org", "http://10.0.0.1:7860", "https://pkqa.example.org:1"):
        assert ask(other) == 403


# The list


def test_origins_are_read_as_browsers_write_them() -> None:
    text = " https://Intranet.Example.org:443,http://localhost:8000 ,http://[::1]:80,, "
    assert read_origins("widget_origins", text) == {
        "https://intranet.example.org",
        "http://localhost:8000",
        "http://[::1]",
    }
    assert read_origins("widget_origins", "") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "null",
        "https://*.example.org",
        "https://good.example/",
        "https://good.example/path",
        "https://good.example?x",
        "https://good.example#x",
        "https://user@good.example",
        "https://good.example:x",
        "https://good.example:99999",
        "https://good.example:",
        "https://good.example.",
        "https://",
        "http://good.example",
        "http://localhost.example",
        "ftp://good.example",
        "good.example",
        "https://bücher.example",
        "https://good.example; script-src *",
        "https://good.example 'unsafe-inline'",
        "https://[::1",
    ],
)
def test_what_is_no_origin_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="widget_origins"):
        Site(widget_origins=f"{GOOD},{text}")


@pytest.mark.parametrize(
    ("host", "is_so"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.255.0.9", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("127.0.0.1.nip.example", False),
        ("localhost.localdomain", False),
        ("127.1", False),
        ("", False),
    ],
)
def test_what_can_only_mean_this_machine(host: Any, is_so: bool) -> None:
    assert is_loopback(host) is is_so
