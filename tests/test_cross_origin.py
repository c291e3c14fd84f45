"""Pages of other sites, and Gradio's own doors: nothing is given to either."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
import pytest

from attacks import Outside
from whole_server import (
    LISTED,
    OPEN,
    Asker,
    Running,
    filled_in,
    found_routes,
    mark,
    marks,
    running,
)

pytestmark = pytest.mark.slow

FOREIGN: Final = (
    "https://evil.example",
    "null",
    f"{LISTED}.evil.example",
    f"{LISTED}:444",
    f"{LISTED}.",
    f"{LISTED}/",
    f"{LISTED}@evil.example",
    f"{LISTED}, https://evil.example",
    f"https://evil.example {LISTED}",
    LISTED.replace("https", "http"),
    LISTED.upper(),
    "https://xintranet.example.org",
    "https://intranet-example.org",
    "https://xn--intrnet-7xa.example.org",
    "http://localhost.evil.example",
    "http://127.0.0.1:1",
    "file://",
)
FOR_WIDGETS: Final = {
    ("POST", "/api/v1/ask"),
    ("POST", "/api/v1/feedback"),
    ("GET", "/api/v1/suggestions"),
    ("GET", "/api/v1/documents/{document_id:path}"),
}
FILES: Final = {"/widget.js", "/fonts/firago-{name}.woff2"}
"""What any page may load, and a listed one may read."""
SAFE: Final = {"GET", "HEAD"}

SECRET: Final = "zqsecret of the machine"

# Gradio's doors, by what is asked for there: FILE is one that exists, OTHER a server that does.
DOORS: Final = (
    "/gradio_api/file=FILE",
    "/gradio_api/file=/etc/passwd",
    "/file=FILE",
    "/file=/etc/passwd",
    "/gradio_api/fileFILE",
    "/gradio_api/file/FILE",
    "/gradio_api/%66ile=FILE",
    "/gradio_api/file%3DFILE",
    "/gradio_api/file%3dFILE",
    "/gradio_api/file=%2e%2e/%2e%2eFILE",
    "/gradio_api/file=file://FILE",
    "/gradio_api/file=OTHER",
    "/gradio_api%2ffile=FILE",
    "//gradio_api/file=FILE",
    "/gradio_api//file=FILE",
    "/gradio_api/./file=FILE",
    "/gradio_api/queue/../file=FILE",
    "/gradio_api/queue/%2e%2e/file=FILE",
    "/x/../gradio_api/file=FILE",
    "/assets/../gradio_api/file=FILE",
    "/assets/..%2f..%2f..%2f..%2fFILE",
    "/static/../../../../../../../../..FILE",
    "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2eFILE",
    "/static//FILE",
    "/svelte/..FILE",
    "/svelte/FILE",
    "/fonts/..%2f..FILE",
    "/GRADIO_API/file=FILE",
    "/gradio_api;x/file=FILE",
    "/gradio_api/file=FILE?x=/config",
    "/config/../gradio_api/file=FILE",
    "/gradio_api/proxy=OTHER",
    "/gradio_api/%70roxy=OTHER",
    "/gradio_api/proxy%3DOTHER",
    "/proxy=OTHER",
    "//gradio_api/proxy=OTHER",
    "/gradio_api/./proxy=OTHER",
    "/gradio_api/proxy=https://a.hf.space/x",
    "/gradio_api/upload",
    "/gradio_api/upload/",
    "/upload",
    "/gradio_api/%75pload",
    "/gradio_api/upload_progress?upload_id=x",
    "/gradio_api/stream/x/x/x/playlist.m3u8",
    "/gradio_api/stream/x/x/x/playlist-file",
    "/gradio_api/custom_component/x/client/component/..%2fFILE",
    "/gradio_api/component_server",
    "/gradio_api/run/predict",
    "/gradio_api/run/0",
    "/gradio_api/api/predict",
    "/gradio_api/call/ask",
    "/gradio_api/call/v2/ask",
    "/gradio_api/call/ask/x",
    "/gradio_api/process_recording",
    "/gradio_api/vibe-code",
    "/gradio_api/vibe-edit",
    "/gradio_api/deep_link",
    "/gradio_api/info",
    "/gradio_api/openapi.json",
    "/gradio_api/runs",
    "/gradio_api/token",
    "/gradio_api/user",
    "/gradio_api/app_id",
    "/gradio_api/login_check",
    "/gradio_api/dev/reload",
    "/gradio_api/queue/status",
    "/gradio_api/mcp/",
    "/gradio_api/mcp/sse",
    "/monitoring",
    "/monitoring/summary",
    "/login",
    "/logout",
    "/manifest.json",
    "/pwa_icon",
    "/openapi.json",
    "/docs",
    "/redoc",
    "/api/predict",
    "/queue/join",
)


@pytest.fixture(scope="module")
def known(calibrated_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server at which callers say who they are."""
    folder = tmp_path_factory.mktemp("known")
    with running(calibrated_index, folder, signed_in=True) as server:
        yield server


@pytest.fixture(scope="module")
def local(calibrated_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on loopback without sign-in: whoever comes may see everything."""
    folder = tmp_path_factory.mktemp("local")
    with running(calibrated_index, folder, signed_in=False) as server:
        yield server


@pytest.fixture(scope="module")
def found(known: Running) -> list[tuple[str, str]]:
    """Every route of the application, and those of the gate."""
    gate = [("GET", "/signin"), ("GET", "/signin/callback"), ("POST", "/signout")]
    return [*sorted(found_routes(known)), *gate]


def askers(known: Running, local: Running) -> list[tuple[Running, Asker]]:
    """Each kind of caller at its server."""
    return [(server, one) for server in (known, local) for one in server.askers]


def answered(
    client: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> tuple[int, httpx.Headers]:
    """Status and headers; what does not end by itself is not waited for."""
    body = None if method in SAFE else b"{}"
    sent = {"Content-Type": "application/json", **headers}
    with client.stream(method, path, headers=sent, content=body) as reply:
        return reply.status_code, reply.headers


def allowing(headers: httpx.Headers) -> dict[str, str]:
    return {name: told for name, told in headers.items() if name.startswith("access-control-")}


def test_no_route_lets_a_page_of_another_site_read_or_do_anything(
    known: Running, local: Running, found: list[tuple[str, str]]
) -> None:
    wrong = []
    for server, asker in askers(known, local):
        # The whole list for who could lose something, the two plainest for everybody else.
        origins = FOREIGN if asker.name in {"local", "signed in", "widget of a"} else FOREIGN[:2]
        with httpx.Client(base_url=server.url, headers=asker.headers, timeout=30) as client:
            for method, route in found:
                path = filled_in(route)[0]
                for origin in origins:
                    status, headers = answered(client, method, path, {"Origin": origin})
                    done = status < 400 and method not in SAFE
                    if allowing(headers) or done:
                        wrong.append((asker.name, method, path, origin, status, headers))
                    preflight = {
                        "Origin": origin,
                        "Access-Control-Request-Method": method,
                        "Access-Control-Request-Headers": "authorization, content-type",
                    }
                    status, headers = answered(client, "OPTIONS", path, preflight)
                    if allowing(headers) or status < 400:
                        wrong.append((asker.name, "OPTIONS", path, origin, status, headers))
    assert wrong == []


def test_a_page_that_is_listed_reads_what_the_widget_needs_and_no_more(
    known: Running, found: list[tuple[str, str]]
) -> None:
    asker = next(one for one in known.askers if one.widget)
    told, asked = {}, {}
    with httpx.Client(base_url=known.url, headers=asker.headers, timeout=30) as client:
        for method, route in found:
            path = filled_in(route)[0]
            _, headers = answered(client, method, path, {"Origin": LISTED})
            told[method, route] = allowing(headers)
            preflight = {"Origin": LISTED, "Access-Control-Request-Method": method}
            _, headers = answered(client, "OPTIONS", path, preflight)
            asked[method, route] = allowing(headers)
    for answers in (told, asked):
        read = {pair for pair, headers in answers.items() if headers and pair[1] not in FILES}
        assert read == FOR_WIDGETS
    for given in [*told.values(), *asked.values()]:
        assert given.get("access-control-allow-origin", LISTED) == LISTED
        assert "access-control-allow-credentials" not in given


def test_the_doors_are_those_of_this_gradio(found: list[tuple[str, str]]) -> None:
    paths = {path for _, path in found}
    for door in ("file={path_or_url:path}", "proxy={url_path:path}", "upload", "component_server"):
        assert f"/gradio_api/{door}" in paths


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_gradios_doors_are_shut(
    known: Running, local: Running, tmp_path: Path, method: str
) -> None:
    inside = local.folder / "zqsecret.txt"  # in the folder that the server runs in
    inside.write_text(SECRET)
    elsewhere = tmp_path / "zqsecret.txt"
    elsewhere.write_text(SECRET)
    open_doors = []
    with Outside() as outside:
        for server, asker in askers(known, local):
            for door in DOORS:
                for file in (inside, elsewhere):
                    path = door.replace("FILE", str(file))
                    path = path.replace("OTHER", f"http://{outside.address}/outside")
                    status, told = raw(server, method, path, asker)
                    hidden = {w for w in asker.forbidden() | {SECRET, "root:"} if w in told}
                    if status < 400 or hidden:
                        open_doors.append((asker.name, path, status, hidden))
        assert outside.asked == []
    assert open_doors == []


def raw(server: Running, method: str, path: str, asker: Asker) -> tuple[int, str]:
    """Ask for a path as it stands: clients would put it in order first."""
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    form = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="x.html"\r\n\r\n'
        b"<script>1</script>\r\n--x--\r\n"
    )
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in asker.headers.items():
            connection.putheader(name, value)
        if method == "POST":
            connection.putheader("Content-Type", "multipart/form-data; boundary=x")
            connection.putheader("Content-Length", str(len(form)))
        connection.endheaders(form if method == "POST" else None)
        reply = connection.getresponse()
        return reply.status, f"{reply.headers}{reply.read().decode('utf-8', 'replace')}"
    finally:
        connection.close()


def test_what_is_looked_for_would_be_found(local: Running) -> None:
    asker = local.askers[0]
    status, told = raw(local, "GET", f"/api/v1/documents/{mark('id', OPEN)}-7", asker)
    assert status == 200
    assert {word for word in marks({OPEN}) if word in told}
