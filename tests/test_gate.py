"""The gate: who comes in, by which door, and what every answer says to the browser."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from starlette.types import Message

from gated import GOOD, HERE, INSIDE, SESSION_SECRET, WIDGET_SECRET, Site, bearer, refusal
from pkqa.errors import UsageError
from pkqa.serve.doors import exists
from pkqa.serve.headers import PAGE as PAGE_POLICY
from pkqa.serve.signin.keys import add_key
from pkqa.serve.signin.ways import require_signin
from pkqa.settings import Settings

PAGE = {"Accept": "text/html"}
JOIN = "/gradio_api/queue/join"


def token(**other: Any) -> str:
    now = int(time.time())
    body = {"sub": "ana", "groups": [], "aud": "pkqa", "iat": now, "exp": now + 60}
    return jwt.encode(body | other, WIDGET_SECRET, "HS256")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.jsonl"


@pytest.fixture
def key(path: Path) -> str:
    return add_key(path, "intranet", ["staff"], None)


@pytest.fixture
def everything(path: Path, key: str) -> Site:
    """Every way at once, but for OIDC's own provider, which nobody asks."""
    assert key
    return Site(
        api_keys_file=path,
        widget_secret=WIDGET_SECRET,
        widget_origins=GOOD,
        proxy_addresses="10.0.0.7",
        oidc_issuer="https://provider.example",
        oidc_client_id="pkqa",
        session_secret=SESSION_SECRET,
        public_url=HERE,
    )


# Where one may serve


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "10.0.0.1", "pkqa.example.org", "localhost.example", "fe80::1", ""],  # noqa: S104
)
def test_nobody_serves_others_without_knowing_them(host: str, path: Path) -> None:
    with pytest.raises(UsageError, match=r"oidc_issuer .*proxy_addresses .*api_keys_file.*docs/"):
        require_signin(Settings(host=host))
    with pytest.raises(UsageError, match="nothing says who they are"):
        Site(host=host, widget_secret=WIDGET_SECRET)  # no page can send its token
    require_signin(Settings(host=host, api_keys_file=path))
    require_signin(Settings(host=host, proxy_addresses="10.0.0.1"))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_loopback_needs_no_sign_in(host: str) -> None:
    require_signin(Settings(host=host))


@pytest.mark.parametrize(
    "address",
    ["http://localhost", "http://LocalHost:1", "http://127.0.0.1:7860", "http://[::1]:7860"],
)
def test_on_loopback_everybody_is_the_machine_s_own_user(address: str) -> None:
    assert Site().caller(address=address) == ["local", None, "local"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost.",
        "10.0.0.1",
        "0.0.0.0",  # noqa: S104
        "2130706433",
        "[::2]",
        "[::1",
        "localhost:x",
        "",
        "user@localhost",
    ],
)
@pytest.mark.parametrize("where", ["/", "/api/v1/search", "/healthz", "/nowhere"])
def test_a_name_that_was_made_to_lead_here_leads_nowhere(host: str, where: str) -> None:
    for site in (Site(), Site(public_url="http://localhost:7860")):
        reply = site.ask(where, headers={"Host": host})
        assert (reply.status_code, refusal(reply)) == (403, "forbidden")


def test_an_address_for_others_needs_sign_in_wherever_one_listens(path: Path) -> None:
    with pytest.raises(UsageError, match=r"others can reach pkqa\.example\.org"):
        Site(public_url="https://pkqa.example.org")
    add_key(path, "intranet", [], None)
    assert Site(public_url="https://pkqa.example.org", api_keys_file=path)


def test_two_hosts_are_none() -> None:
    headers = [("Host", "localhost"), ("Host", "localhost")]
    assert Site().ask(headers=headers).status_code == 403


# The order of the ways


def test_the_first_way_that_speaks_is_heard(everything: Site, key: str) -> None:
    proxied = {"X-Forwarded-User": "bo"}
    assert everything.caller(headers=proxied, peer="10.0.0.7") == ["bo", [], "proxy"]
    both = proxied | bearer(key)
    assert everything.caller(headers=both, peer="10.0.0.7") == ["intranet", ["staff"], "key"]
    wrong = proxied | bearer("pkqa_" + "x" * 43)
    reply = everything.ask(headers=wrong, peer="10.0.0.7")
    assert (reply.status_code, refusal(reply)) == (401, "sign_in")


def test_other_kinds_of_authorization_are_not_ours(everything: Site, key: str) -> None:
    basic = {"Authorization": "Basic YTpi", "X-Forwarded-User": "bo"}
    assert everything.caller(headers=basic, peer="10.0.0.7") == ["bo", [], "proxy"]
    assert everything.ask(headers={"Authorization": key}).status_code == 401
    assert everything.caller(headers={"Authorization": f"bEaReR {key}"})[0] == "intranet"
    twice = [("Authorization", f"Bearer {key}"), ("Authorization", "Basic YTpi")]
    assert everything.ask(headers=twice).status_code == 401


def test_a_key_where_there_are_no_keys(path: Path, key: str) -> None:
    site = Site(proxy_addresses="10.0.0.7")
    assert site.ask(headers=bearer(key)).status_code == 401
    widgets = Site(widget_secret=WIDGET_SECRET)
    assert widgets.ask("/api/v1/suggestions", headers=bearer(key)).status_code == 401
    assert widgets.caller() == ["local", None, "local"]
    keys = Site(api_keys_file=path)
    assert keys.ask("/api/v1/suggestions", headers=bearer(token())).status_code == 401


def test_clients_that_cannot_do_without_a_key_send_any_where_nothing_is_asked() -> None:
    assert Site().caller(headers=bearer("none-needed")) == ["local", None, "local"]


@pytest.mark.parametrize(
    ("method", "where"),
    [
        ("POST", "/api/v1/ask"),
        ("GET", "/v1/models"),
        ("POST", "/mcp"),
        ("POST", JOIN),
        ("GET", "/metrics"),
        ("GET", "/"),
        ("GET", "/config"),
        ("GET", "/assets/index.js"),
    ],
)
def test_nobody_is_told_so_in_json(everything: Site, method: str, where: str) -> None:
    reply = everything.ask(where, method)
    assert (reply.status_code, refusal(reply)) == (401, "sign_in")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert everything.refused == ["sign_in"]


def test_a_browser_is_sent_to_sign_in(everything: Site) -> None:
    reply = everything.ask("/?lang=ar&q=a%26b", headers=PAGE)
    assert reply.status_code == 302
    assert reply.headers["location"] == "/signin?next=%2F%3Flang%3Dar%26q%3Da%2526b"
    assert everything.ask("/config", headers=PAGE).status_code == 401


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ("en-GB", '<html lang="en" dir="ltr">'),
        ("fr", "Connexion requise"),
        ("ar,en", '<html lang="ar" dir="rtl">'),
    ],
)
def test_without_a_place_to_sign_in_a_page_says_so(path: Path, accepted: str, said: str) -> None:
    add_key(path, "intranet", [], None)
    site = Site(api_keys_file=path)
    reply = site.ask("/", headers=PAGE | {"Accept-Language": accepted})
    assert reply.status_code == 401
    assert said in reply.text
    assert INSIDE not in reply.text
    assert "default-src 'none'" in reply.headers["content-security-policy"]


@pytest.mark.parametrize(
    "where", ["/healthz", "/readyz", "/widget.js", "/fonts/a-b.woff2", "/embed", "/embed.js"]
)
def test_some_addresses_are_open(everything: Site, where: str) -> None:
    assert everything.caller(where) is None
    assert everything.caller(where, headers=bearer("wrong")) is None


# Doors


CLOSED = [
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/%66ile=/etc/passwd",
    "/gradio_api/file/etc/passwd",
    "/file=/etc/passwd",
    "/file/etc/passwd",
    "//gradio_api/file=/etc/passwd",
    "/gradio_api//file=/etc/passwd",
    "/gradio_api/../gradio_api/file=x",
    "/gradio_api/proxy=https://evil.example",
    "/proxy=https://evil.example",
    "/gradio_api/upload",
    "/gradio_api/upload_progress?upload_id=a",
    "/gradio_api/run/predict",
    "/gradio_api/api/predict",
    "/gradio_api/call/predict",
    "/gradio_api/call/v2/predict",
    "/gradio_api/call/predict/a",
    "/gradio_api/stream/a",
    "/gradio_api/stream/a/b/c/playlist.m3u8",
    "/gradio_api/component_server",
    "/gradio_api/custom_component/a/client/b/c",
    "/gradio_api/queue/status",
    "/gradio_api/queue/join/",
    "/gradio_api/queue/data/",
    "/gradio_api/heartbeat/",
    "/gradio_api/heartbeat/a/b",
    "/gradio_api/process_recording",
    "/gradio_api/vibe-edit",
    "/gradio_api/vibe-code",
    "/gradio_api/undo-vibe-edit",
    "/gradio_api/deep_link?session_hash=a",
    "/gradio_api/run-history/records",
    "/gradio_api/runs",
    "/gradio_api/dev/reload",
    "/gradio_api/user",
    "/gradio_api/token",
    "/gradio_api/app_id",
    "/gradio_api/login_check",
    "/gradio_api/info",
    "/gradio_api/openapi.json",
    "/gradio_api/mcp/sse",
    "/gradio_api/profiling/traces",
    "/openapi.json",
    "/docs",
    "/redoc",
    "/login",
    "/login/huggingface",
    "/logout",
    "/monitoring",
    "/monitoring/summary",
    "/manifest.json",
    "/pwa_icon",
    "/robots.txt",
    "/svelte/svelte.js",
    "/assets/..%2f..%2fetc/passwd",
    "/assets/%2e%2e/x",
    "/assets//etc/passwd",
    "/assets/a\\b",
    "/assets/",
    "/static/.env",
    "/fonts/../x",
    "/fonts/",
    "/api",
    "/api/v2/ask",
    "/v1",
    "/mcpx",
    "/embed/x",
    "/nowhere",
    "/index.html",
    "/%00",
    "/healthz%0a",
]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_doors_that_nobody_needs_are_not_there(method: str) -> None:
    site = Site()
    for where in CLOSED:
        reply = site.ask(httpx.URL(HERE + where), method)  # type: ignore[arg-type]
        assert (where, reply.status_code) == (where, 404)
        assert method == "HEAD" or refusal(reply) == "unknown"
        assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "where", ["/assets/../x", "/assets/./x", "/assets/a/..", "/static/..", "/fonts/..", "/a/../"]
)
def test_a_path_with_dots_leads_nowhere(where: str) -> None:
    assert not exists("GET", where)  # a client would tidy it before it sends it


@pytest.mark.parametrize(
    ("method", "where"),
    [
        ("GET", JOIN),
        ("POST", "/gradio_api/queue/data"),
        ("POST", "/gradio_api/heartbeat/a"),
        ("POST", "/"),
        ("PUT", "/config"),
        ("DELETE", "/assets/a.js"),
        ("OPTIONS", JOIN),
    ],
)
def test_a_door_has_its_own_method(method: str, where: str) -> None:
    assert Site().ask(where, method).status_code == 404


@pytest.mark.parametrize(
    "where",
    [
        "/",
        "/?lang=ar",
        "/config?",
        "/theme.css?v=1",
        "/assets/Index-B_x.y~1.css",
        "/static/js/iframeResizer.contentWindow.min.js",
        "/gradio_api/startup-events",
        "/gradio_api/heartbeat/abc",
        "/gradio_api/queue/data?session_hash=abc",
        "/favicon.ico",
        "/api/v1/documents/a%2Fb",
    ],
)
def test_what_the_page_needs_is_there(where: str) -> None:
    assert Site().ask(where).status_code == 200


def test_a_long_address_is_looked_at_once() -> None:
    began = time.monotonic()
    assert Site().ask("/assets/" + "a." * 20_000 + "!").status_code == 404
    assert time.monotonic() - began < 10  # a pattern that tries every split would take years


# Gradio's sessions


def post(site: Site, who: str, where: str, body: object, **more: Any) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"X-Forwarded-User": who, "Content-Type": "application/json"}
    return site.ask(where, "POST", headers=headers, content=content, peer="10.0.0.7", **more)


def get(site: Site, who: str, where: str) -> httpx.Response:
    return site.ask(where, headers={"X-Forwarded-User": who}, peer="10.0.0.7")


EVENT = {"data": [None], "event_data": {"act": "new"}, "fn_index": 3, "trigger_id": 5}


@pytest.mark.parametrize("first", ["join", "data", "heartbeat"])
def test_a_session_belongs_to_who_used_it_first(first: str) -> None:
    site = Site(proxy_addresses="10.0.0.7")

    def used(who: str, word: str) -> list[int]:
        return [
            post(site, who, JOIN, EVENT | {"session_hash": word}).status_code,
            get(site, who, f"/gradio_api/queue/data?session_hash={word}").status_code,
            get(site, who, f"/gradio_api/heartbeat/{word}").status_code,
            post(
                site,
                who,
                "/gradio_api/cancel",
                {"session_hash": word, "fn_index": 1, "event_id": "e"},
            ).status_code,
        ]

    if first == "join":
        assert post(site, "ana", JOIN, EVENT | {"session_hash": "abc"}).status_code == 200
    elif first == "data":
        assert get(site, "ana", "/gradio_api/queue/data?session_hash=abc").status_code == 200
    else:
        assert get(site, "ana", "/gradio_api/heartbeat/abc").status_code == 200
    assert used("bo", "abc") == [403] * 4
    assert used("ana", "abc") == [200] * 4
    assert used("bo", "abd") == [200] * 4


def test_one_name_by_two_ways_is_two_callers(path: Path) -> None:
    key = add_key(path, "ana", [], None)
    site = Site(proxy_addresses="10.0.0.7", api_keys_file=path)
    assert get(site, "ana", "/gradio_api/heartbeat/abc").status_code == 200
    assert site.ask("/gradio_api/heartbeat/abc", headers=bearer(key)).status_code == 403


def test_gradio_reads_what_was_checked_and_nothing_else() -> None:
    site = Site(proxy_addresses="10.0.0.7")
    assert get(site, "ana", "/gradio_api/heartbeat/hers").status_code == 200
    twice = b'{"session_hash": "hers", "data": [], "session_hash": "his"}'
    told = post(site, "bo", JOIN, twice).json()
    assert json.loads(told["body"]) == {"data": [], "session_hash": "his"}
    lengths = [value for name, value in told["headers"] if name == "content-length"]
    assert lengths == [str(len(told["body"]))]
    more = EVENT | {"session_hash": "his", "batched": True, "oauth_token": "x", "event_id": "y"}
    assert json.loads(post(site, "bo", JOIN, more).json()["body"]) == EVENT | {
        "session_hash": "his"
    }
    reset = post(site, "bo", "/gradio_api/reset", {"event_id": "e", "session_hash": "hers"})
    assert json.loads(reset.json()["body"]) == {"event_id": "e"}


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"null", b"{", b"\xff", b"[" * 99_999, b"{}"),
        *(b'{"session_hash": %s}' % word for word in (b'""', b"null", b"5", b'"a b"', b"[]")),
        b'{"session_hash": "%s"}' % (b"a" * 65),
    ],
)
def test_an_event_that_makes_no_sense_is_said(body: bytes) -> None:
    reply = Site().ask(JOIN, "POST", content=body)
    assert (reply.status_code, refusal(reply)) == (422, "invalid")


@pytest.mark.parametrize(
    "query", ["", "?session_hash=", "?session_hash=a&session_hash=b", "?session_hash=a%20b"]
)
def test_a_stream_that_names_no_session_is_said(query: str) -> None:
    reply = Site().ask(f"/gradio_api/queue/data{query}")
    assert (reply.status_code, refusal(reply)) == (422, "invalid")


def test_an_event_has_its_length() -> None:
    reply = Site().ask(JOIN, "POST", content=b'{"session_hash": "' + b"a" * 300_000)
    assert (reply.status_code, refusal(reply)) == (413, "too_long")


# Web sockets


def test_nothing_is_said_over_a_web_socket() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/gradio_api/queue/join", "headers": []}
    asyncio.run(Site().gate(scope, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_the_application_starts_through_the_gate() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Site().gate({"type": "lifespan"}, receive, send))
    assert sent == [{"type": "lifespan.startup.complete"}]


# What every answer says


@pytest.mark.parametrize(
    "where",
    ["/", "/healthz", "/api/v1/search", "/nowhere", "/embed", "/widget.js", "/assets/a.js"],
)
@pytest.mark.parametrize("known", [True, False])
def test_every_answer_tells_the_browser_what_to_refuse(
    everything: Site, key: str, where: str, known: bool
) -> None:
    headers = everything.ask(where, headers=bearer(key) if known else PAGE).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    policy = headers["content-security-policy"]
    assert "frame-ancestors" in policy
    assert "http" not in policy.replace(GOOD, "")
    assert "*" not in policy
    shared = where == "/widget.js"
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if shared else "same-origin")
    refused = not known and where in {"/", "/api/v1/search", "/assets/a.js"}
    keeps = where in {"/widget.js", "/assets/a.js", "/embed"} and not refused
    assert (headers["cache-control"] == "no-store") is not keeps


def test_a_page_has_its_policy_and_the_rest_none() -> None:
    site = Site()
    assert site.ask("/").headers["content-security-policy"] == PAGE_POLICY
    assert "frame-ancestors 'self'" in PAGE_POLICY
    plain = "default-src 'none'; frame-ancestors 'none'"
    assert site.ask("/healthz").headers["content-security-policy"] == plain
    assert site.ask("/nowhere").headers["content-security-policy"] == plain


def test_who_may_frame_the_widget_s_page() -> None:
    def ancestors(**settings: Any) -> str:
        policy = Site(**settings).ask("/embed").headers["content-security-policy"]
        return policy.rpartition("frame-ancestors ")[2]

    assert ancestors() == "'none'"
    assert ancestors(widget_origins=f"{GOOD}, http://localhost:8000") == (
        f"'self' http://localhost:8000 {GOOD}"
    )


# Nothing secret is said


def test_no_key_token_or_cookie_is_ever_said_again(
    everything: Site, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = "a-word-that-nobody-may-see"
    sent = [
        bearer(key[:-1]),
        bearer(f"pkqa_{secret}"),
        bearer(secret),
        bearer(f"{secret}.{secret}.{secret}"),
        {"Authorization": secret},
        {"Cookie": f"pkqa={secret}; other={secret}"},
        {"X-Forwarded-User": secret},
        {"Origin": f"https://{secret}.example"},
    ]
    for headers in sent:
        for method, where in (("GET", "/"), ("POST", "/api/v1/ask"), ("GET", "/nowhere")):
            reply = everything.ask(where, method, headers=headers)
            assert reply.status_code in {302, 401, 403, 404}
            said = reply.text + str(reply.headers)
            assert secret not in said
            assert key[:-1] not in said
    assert secret not in caplog.text
    assert key[:-1] not in caplog.text
    for hidden in (WIDGET_SECRET, SESSION_SECRET):
        assert hidden not in repr(everything.gate.__dict__)
