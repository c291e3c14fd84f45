"""The server as it is run, with every way in that it has, over documents of three groups; and
callers of every kind.

Each document holds words that no other has, one for each place that it has for text, so that any
of it can be found wherever it got to.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import jwt
from starlette.routing import BaseRoute

from loopback import PKQA, settings_for
from oidc_provider import CLIENT, SECRET, OidcProvider
from openai_server import OpenAIServer
from pkqa.corpus import Corpus
from pkqa.indexing import ingest
from pkqa.serve.app import application
from pkqa.serve.service import Service
from pkqa.serve.signin.keys import add_key
from pkqa.settings import Settings

LISTED: Final = "https://intranet.example.org"
"""The origin whose pages may hold the widget."""

GROUPS: Final = ("a", "b", "c")
OPEN: Final = "open"
PLACES: Final = ("title", "text", "id", "path", "url", "publication", "file")
"""Where a document says who it is; ``file`` is the name of the ``.jsonl`` that it stood in."""

WIDGET_SECRET: Final = "widget secret of the access matrix, long enough"
SESSION_SECRET: Final = "session secret of the access matrix, long enough"
NUMBERS: Final = {"a": 412, "b": 538, "c": 671, OPEN: 290}


def mark(place: str, group: str) -> str:
    """The word that stands in this place of the documents of this group, and nowhere else."""
    return f"zq{place}{group}"


def marks(groups: Collection[str]) -> set[str]:
    """Every word of the documents of these groups."""
    return {mark(place, group) for place in PLACES for group in groups}


def write_documents(folder: Path) -> None:
    """Two documents a group, and two for everyone: a line of JSON, and a file in a folder with a
    rule."""
    for day, group in enumerate((*GROUPS, OPEN), start=1):
        rules = [] if group == OPEN else [group]
        line = {
            "_id": f"{mark('id', group)}-7",
            "title": f"Harbour ledger {mark('title', group)}",
            "text": _told(group, NUMBERS[group]),
            "url": f"https://news.example.org/{mark('url', group)}",
            "publication": f"The {mark('publication', group)} Post",
            "date": f"2023-03-0{day}",
            "groups": rules,
        }
        (folder / f"{mark('file', group)}.jsonl").write_text(json.dumps(line) + "\n")
        below = folder / mark("path", group)
        below.mkdir()
        (below / ".groups").write_text("\n".join(rules))
        text = f"Second ledger {mark('title', group)}\n\n{_told(group, NUMBERS[group] + 1)}\n"
        (below / f"{mark('path', group)}.txt").write_text(text)


def _told(group: str, number: int) -> str:
    word = mark("text", group)
    return (
        f"The harbour ledger lists {number} barrels of {word} on the northern quay. "
        f"The warden weighed the {word} before noon. Nobody sells {word} on Fridays."
    )


def documents_of(group: str) -> tuple[str, str]:
    """The ids of the documents of a group."""
    path = mark("path", group)
    return f"{mark('id', group)}-7", f"shelf/{path}/{path}.txt"


@dataclass(frozen=True)
class Asker:
    """One kind of caller."""

    name: str
    headers: dict[str, str]
    sees: frozenset[str]  # groups, ``OPEN`` among them
    widget: bool = False

    def forbidden(self) -> set[str]:
        """The words that may not reach them: of others' documents, and where files lie."""
        hidden = marks({*GROUPS, OPEN} - self.sees)
        return hidden if self.name == "local" else hidden | marks_of_files()

    def due(self, place: str) -> set[str]:
        """The words of one place that do reach them."""
        return {mark(place, group) for group in self.sees}


def marks_of_files() -> set[str]:
    """The names of files that hold many documents: nobody but the machine's own user sees them."""
    return {mark("file", group) for group in (*GROUPS, OPEN)}


@dataclass
class Running:
    """A server that runs, and what it writes."""

    url: str
    model: OpenAIServer
    folder: Path
    askers: Sequence[Asker]
    secrets: Sequence[str] = field(default=())

    @property
    def log(self) -> str:
        """What it wrote to its standard error."""
        return (self.folder / "log").read_text("utf-8")

    @property
    def audit(self) -> list[dict[str, Any]]:
        """The lines of its audit."""
        lines = (self.folder / "audit.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


def repeating(messages: list[dict[str, str]]) -> str:
    """A model that says all that it was shown, some of it with a number of its own."""
    told = messages[-1]["content"]
    if messages[0]["content"].startswith("Rewrite"):
        asked: str = json.loads(told)["last question"]
        return asked
    said, number = [], "1"
    for line in told.splitlines():
        if line.startswith("=") and "passage [" in line:
            number = line.partition("[")[2].partition("]")[0]
        elif "barrels" in line:
            said.append(f"{line.partition('. ')[0]} [{number}].")
            said.append(f"{line.partition('. ')[0]} in 1999 [{number}].")
    return "\n".join(said) or "NOT_IN_PASSAGES"


@contextmanager
def running(bare: Path, folder: Path, *, signed_in: bool) -> Iterator[Running]:
    """The server over the documents; with every sign-in that there is, or none.

    Args:
        bare: an index without documents, to begin with.
        folder: for the index, the keys, the log and the records.
        signed_in: whether callers have to say who they are.
    """
    index, keys = folder / "index", folder / "keys.jsonl"
    (folder / "shelf").mkdir(parents=True)
    write_documents(folder / "shelf")
    shutil.copytree(bare, index)
    with OpenAIServer() as model, OidcProvider() as provider:
        report = ingest([folder / "shelf"], settings_for(model, index))
        assert report.rejected == []
        assert len(report.added) == 2 * len((*GROUPS, OPEN))
        model.says = repeating
        settings = {
            "embedder": "openai",
            "embed_base_url": model.url,
            "embed_model": model.model,
            "llm_base_url": model.url,
            "llm_model": model.model,
            "llm_context_tokens": "32000",
            "llm_reply_tokens": "4000",
            "rate_limit": "none",
            "audit_file": folder / "audit.jsonl",
            "audit_questions": "true",
            "widget_origins": LISTED,
        }
        known = []
        if signed_in:
            known = [
                add_key(keys, "reader", [], None),
                add_key(keys, "of-a", ["a"], None),
            ]
            settings |= {
                "api_keys_file": keys,
                "proxy_addresses": "127.0.0.1",
                "widget_secret": WIDGET_SECRET,
                "oidc_issuer": provider.issuer,
                "oidc_client_id": CLIENT,
                "oidc_client_secret": SECRET,
                "session_secret": SESSION_SECRET,
                "feedback_readers": "a, b",
            }
        with _server(index, folder, settings) as url:
            askers = _askers(url, provider, known) if signed_in else [_local()]
            secrets = [*known, WIDGET_SECRET, SESSION_SECRET, SECRET]
            shown = [value for one in askers for value in one.headers.values()]
            yield Running(url, model, folder, askers, [*secrets, *filter(_is_secret, shown)])


def _is_secret(value: str) -> bool:
    return len(value) > 20


@contextmanager
def _server(index: Path, folder: Path, settings: dict[str, Any]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = {f"PKQA_{name.upper()}": str(value) for name, value in settings.items()}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PKQA_", "OPENAI_"))}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [PKQA, "serve", "--index", index, "--port", str(port)],
            env=kept | named,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                with suppress(httpx.TransportError):
                    httpx.get(f"{url}/healthz", timeout=5)
                    break
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=30)


def _local() -> Asker:
    return Asker("local", {}, frozenset({*GROUPS, OPEN}))


def _askers(url: str, provider: OidcProvider, keys: Sequence[str]) -> list[Asker]:
    """One of each kind that a server with sign-in knows, and nobody."""
    token = widget_token("host-page-reader", ["a"])
    provider.claims = {"sub": "ana", "groups": []}
    return [
        Asker("signed in", {"Cookie": _cookie(url)}, frozenset({OPEN})),
        Asker("key without groups", _bearer(keys[0]), frozenset({OPEN})),
        Asker("key of a", _bearer(keys[1]), frozenset({OPEN, "a"})),
        Asker(
            "proxy's reader of b and c",
            {"X-Forwarded-User": "bachir", "X-Forwarded-Groups": "b, c"},
            frozenset({OPEN, "b", "c"}),
        ),
        Asker("widget of a", _bearer(token), frozenset({OPEN, "a"}), widget=True),
        Asker("nobody", {}, frozenset()),
    ]


def widget_token(name: str, groups: list[str]) -> str:
    """A token as a host page's server signs it."""
    now = int(time.time())
    claims = {"sub": name, "groups": groups, "aud": "pkqa", "iat": now, "exp": now + 600}
    return jwt.encode(claims, WIDGET_SECRET, "HS256")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _cookie(url: str) -> str:
    """The cookie of a reader whom the provider signed in."""
    with httpx.Client(timeout=30) as browser:
        reply = browser.get(f"{url}/signin", follow_redirects=True)
        assert "pkqa" in "".join(browser.cookies), reply.text
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


# What there is to ask for


def routes(found: Sequence[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route of an application, those of its parts included."""
    for route in found:
        path = before + getattr(route, "path", "")
        taken_in: Any = route
        router = getattr(route, "original_router", None)
        below = getattr(route, "routes", None) or ()
        if router is not None:
            yield from routes(router.routes, before + taken_in.include_context.prefix)
        elif below:
            yield from routes(below, path)
        else:
            for method in sorted(getattr(route, "methods", None) or {"GET", "POST", "DELETE"}):
                yield method, path


def filled_in(path: str) -> list[str]:
    """The path of a route with ids of documents in the place of what it leaves open."""
    if "{" not in path:
        return [path]
    head, _, rest = path.partition("{")
    opened, _, tail = rest.partition("}")
    fills = documents_of("b") if ":path" in opened else ("x",)
    return [whole for fill in fills for whole in filled_in(f"{head}{fill}{tail}")]


def found_routes(server: Running) -> set[tuple[str, str]]:
    """Every route of the application that a server runs, as another process puts it together:
    what Gradio opens for it stays open."""
    command = [sys.executable, __file__, str(server.folder / "index"), server.model.url]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return {(method, path) for method, path in json.loads(told.stdout)}


def main() -> None:
    """Write the routes of the application over an index as JSON."""
    index, model = sys.argv[1:]
    settings = Settings(
        index=Path(index), embedder="openai", embed_base_url=model, embed_model="bag-of-words"
    )
    with Corpus(settings) as corpus:
        gate: Any = application(Service(corpus, settings))
        print(json.dumps(list(routes(gate._app.routes))))


if __name__ == "__main__":
    main()
