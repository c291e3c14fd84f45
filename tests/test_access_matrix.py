"""Every kind of caller at every route: nothing of a document that is not theirs, anywhere."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from loopback import settings_for
from pkqa.corpus import Corpus
from pkqa.errors import PkqaError
from pkqa.serve.caller import Caller
from pkqa.serve.service import Service
from whole_server import (
    GROUPS,
    NUMBERS,
    OPEN,
    PLACES,
    Asker,
    Running,
    documents_of,
    filled_in,
    found_routes,
    mark,
    marks,
    running,
)

pytestmark = pytest.mark.slow

QUESTIONS: Final = (
    "How many barrels does the harbour ledger list?",
    "Combien de barils le registre du port compte-t-il ?",
    "كم برميلًا في سجل الميناء؟",
    "Who sells umbrellas in Paris?",
)
DOCUMENTS: Final = tuple(name for group in (*GROUPS, OPEN) for name in documents_of(group))
MISSING: Final = "no-such-document"


@dataclass(frozen=True)
class Sent:
    """One request."""

    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that it says by itself, which may come back."""
        return self.path + json.dumps(self.body)


def cited(document_id: str, quote: str, start: int = 0) -> dict[str, Any]:
    """A citation that somebody made up."""
    return {
        "marker": 1,
        "document_id": document_id,
        "title": "A ledger",
        "source": "",
        "language": "en",
        "date": None,
        "quote": quote,
        "start": start,
        "end": start + len(quote),
    }


def forged(document_id: str, quote: str) -> dict[str, Any]:
    """An answer that nobody gave, as it would be rated."""
    answer: dict[str, Any] = {
        "schema": "pkqa.answer/1",
        "id": None,
        "question": QUESTIONS[0],
        "language": "en",
        "status": "answered",
        "answer": "It does [1]",
        "citations": [cited(document_id, quote)],
        "disagreements": [],
        "hits": [
            {"document_id": document_id, "chunk_id": f"{document_id}#0", "rank": 1, "score": 1}
        ],
        "withheld": [],
        "answerer": "quote",
        "model": "",
        "timings_ms": {},
        "usage": {},
    }
    return {"answer": answer, "rating": "up", "note": "made up"}


def called(tool: str, **arguments: Any) -> Sent:
    """A call of a tool over the Model Context Protocol."""
    accepts = {"Accept": "application/json, text/event-stream"}
    params = {"name": tool, "arguments": arguments}
    told = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return Sent("/mcp", told, accepts)


BEFORE: Final = [
    {"question": f"What does the harbour ledger {mark('title', group)} list?", "answer": "Barrels."}
    for group in GROUPS
]

# What is asked of each route of ours. A route that is not here fails the first test below.
OURS: Final[Mapping[tuple[str, str], Sequence[Sent]]] = {
    ("POST", "/api/v1/ask"): [
        *(Sent("/api/v1/ask", {"question": asked, "receipt": True}) for asked in QUESTIONS),
        *(Sent("/api/v1/ask", {"question": asked, "stream": True}) for asked in QUESTIONS[:2]),
        Sent("/api/v1/ask", {"question": QUESTIONS[0], "groups": [*GROUPS], "receipt": True}),
        Sent("/api/v1/ask", {"question": QUESTIONS[0], "as_of": "2023-03-03"}),
        Sent("/api/v1/ask", {"question": "And how many barrels?", "history": BEFORE}),
        *(
            Sent("/api/v1/ask", {"question": f"What does {name} say?", "receipt": True})
            for name in DOCUMENTS
        ),
    ],
    ("POST", "/api/v1/search"): [
        *(Sent("/api/v1/search", {"query": asked, "top_k": 100}) for asked in QUESTIONS),
        Sent("/api/v1/search", {"query": QUESTIONS[0], "groups": [*GROUPS]}),
        *(Sent("/api/v1/search", {"query": mark("text", group)}) for group in GROUPS),
    ],
    ("GET", "/api/v1/documents/{document_id:path}"): [
        Sent(f"/api/v1/documents/{name}{span}")
        for name in (*DOCUMENTS, MISSING)
        for span in ("", "?start=0&end=30", "?start=0&end=999999", "%20", "/", "?groups=a,b,c")
    ],
    ("GET", "/api/v1/suggestions"): [
        Sent(f"/api/v1/suggestions?language={language}&n=20") for language in ("en", "fr", "ar")
    ],
    ("POST", "/api/v1/feedback"): [
        Sent("/api/v1/feedback", forged(name, quote))
        for name in (*DOCUMENTS, MISSING)
        for quote in ("The harbour ledger", "Nothing of the sort")
    ],
    ("GET", "/api/v1/feedback"): [Sent("/api/v1/feedback")],
    ("GET", "/api/v1/openapi.json"): [Sent("/api/v1/openapi.json")],
    ("GET", "/healthz"): [Sent("/healthz")],
    ("GET", "/readyz"): [Sent("/readyz")],
    ("GET", "/metrics"): [Sent("/metrics")],
    ("*", "/api/{rest:path}"): [Sent("/api/v1/files"), Sent(f"/api/v2/documents/{DOCUMENTS[0]}")],
    ("POST", "/v1/chat/completions"): [
        Sent(
            "/v1/chat/completions",
            {"model": "pkqa", "stream": stream, "messages": [{"role": "user", "content": asked}]},
        )
        for stream in (False, True)
        for asked in QUESTIONS
    ],
    ("GET", "/v1/models"): [Sent("/v1/models")],
    ("GET", "/v1/models/{name:path}"): [Sent("/v1/models/pkqa"), Sent("/v1/models/gpt-4")],
    ("*", "/v1/{rest:path}"): [Sent("/v1/files"), Sent("/v1/responses", {"input": QUESTIONS[0]})],
    ("*", "/mcp"): [
        Sent("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, called("ask").headers),
        *(called("ask", question=asked) for asked in QUESTIONS),
        *(called("search", query=asked, top_k=50) for asked in QUESTIONS),
        *(called("read_document", document_id=name) for name in (*DOCUMENTS, MISSING)),
        *(called("read_document", document_id=name, start=0, end=30) for name in DOCUMENTS),
    ],
    ("GET", "/widget.js"): [Sent("/widget.js")],
    ("GET", "/embed"): [Sent("/embed?lang=fr")],
    ("GET", "/embed.js"): [Sent("/embed.js")],
    ("GET", "/embed.css"): [Sent("/embed.css")],
    ("GET", "/fonts/firago-{name}.woff2"): [Sent("/fonts/firago-regular.woff2")],
}
READS_FEEDBACK: Final = {
    "key of a": 200,
    "proxy's reader of b and c": 200,
    "key without groups": 403,
    "signed in": 403,
    "widget of a": 403,
    "nobody": 401,
}
# Those of the gate itself, which are no routes of the application.
SIGNING_IN: Final = {
    ("GET", "/signin"): [Sent("/signin?next=/")],
    ("GET", "/signin/callback"): [Sent("/signin/callback?code=x&state=y")],
    ("POST", "/signout"): [Sent("/signout")],
}
# What stays open until the caller closes it.
UNENDING: Final = {
    ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"),
    ("GET", "/mcp"),
}
NEEDED: Final = {
    "GET /api/v1/suggestions": "title",
    "POST /api/v1/ask": "id",
    "POST /api/v1/search": "text",
    "GET /api/v1/documents/{document_id:path}": "publication",
    "POST /v1/chat/completions": "title",
    "* /mcp": "publication",
    "page": "text",
}
"""Where each caller is given what is theirs, and the words that show it."""
FOR_WIDGETS: Final = {
    "GET /api/v1/suggestions",
    "POST /api/v1/ask",
    "GET /api/v1/documents/{document_id:path}",
}


@pytest.fixture(scope="module")
def known(calibrated_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server at which callers say who they are."""
    folder = tmp_path_factory.mktemp("known")
    with running(calibrated_index, folder, signed_in=True) as server:
        yield server


@pytest.fixture(scope="module")
def local(calibrated_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on loopback without sign-in."""
    folder = tmp_path_factory.mktemp("local")
    with running(calibrated_index, folder, signed_in=False) as server:
        yield server


@pytest.fixture(scope="module")
def found(known: Running) -> set[tuple[str, str]]:
    """Every route of the application."""
    return found_routes(known)


def is_gradio(path: str) -> bool:
    return not path.startswith(("/api/", "/v1/", "/mcp", "/fonts/")) and path not in {
        route for _, route in OURS
    }


def test_every_route_of_ours_is_asked(found: set[tuple[str, str]]) -> None:
    ours = {path for _, path in found if not is_gradio(path)}
    assert ours == {path for _, path in OURS}
    assert {(method, path) for method, path in OURS if method != "*"} <= found


class Visit:
    """One caller at a server, and all that came back."""

    def __init__(self, server: Running, asker: Asker) -> None:
        self.server = server
        self.asker = asker
        self.given: dict[str, str] = {}  # route -> what came back
        self.leaks: list[str] = []
        self._client = httpx.Client(base_url=server.url, headers=asker.headers, timeout=60)

    def close(self) -> None:
        self._client.close()

    def ask(self, method: str, sent: Sent, route: str) -> httpx.Response:
        """Send one request; what comes back that must not is kept as a leak."""
        body = None if sent.body is None else json.dumps(sent.body)
        headers = {**sent.headers, "Content-Type": "application/json"}
        reply = self._client.request(method, sent.path, content=body, headers=headers)
        self.note(route, sent.text, f"{reply.headers}\n{reply.text}")
        return reply

    def heard(self, path: str, until: str = "", seconds: float = 60) -> str:
        """What comes on a connection that does not end by itself."""
        came = ""
        try:
            with self._client.stream("GET", path, timeout=httpx.Timeout(30, read=seconds)) as reply:
                for piece in reply.iter_text():
                    came += piece
                    if until and until in came:
                        break
        except httpx.ReadTimeout:
            pass
        return came

    def note(self, route: str, sent: str, came: str) -> None:
        """Look at what came back."""
        self.given[route] = self.given.get(route, "") + came
        shown = {word for word in self.asker.forbidden() if word in came and word not in sent}
        if shown:
            self.leaks.append(f"{route} {sent[:200]}: {sorted(shown)}")


class Page:
    """The chat page as its script sees it: what happens on it goes out, what is drawn comes in."""

    def __init__(self, visit: Visit, config: dict[str, Any]) -> None:
        self._visit = visit
        self._events = config["dependencies"]
        self._ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        self.word = uuid.uuid4().hex  # of the session

    def arrive(self, address: str = "") -> str:
        """Open it by an address."""
        return self._happens("load", None, {"data": [None]}, address)

    def ask(self, question: str) -> str:
        """Put a question."""
        return self._happens("submit", "question", {"data": [question, None]})

    def press(self, part: str, **pressed: str) -> str:
        """Press a button that carries these data."""
        return self._happens("click", part, {"data": [None], "event_data": pressed})

    def _happens(
        self, event: str, part: str | None, told: dict[str, Any], address: str = ""
    ) -> str:
        target = self._ids[part] if part else None
        number = next(
            one["id"]
            for one in self._events
            if any(on == event and (part is None or at == target) for at, on in one["targets"])
        )
        body = {"event_data": None, "fn_index": number, "trigger_id": target, **told}
        sent = Sent(f"/gradio_api/queue/join{address}", body | {"session_hash": self.word})
        reply = self._visit.ask("POST", sent, "page")
        assert reply.status_code == 200, reply.text
        came = self._visit.heard(f"/gradio_api/queue/data?session_hash={self.word}", "close_stream")
        self._visit.note("page", sent.text, came)
        return came


def on_the_page(visit: Visit) -> None:
    """Open the page at each document, ask it the questions, and press what it offers."""
    config = visit.ask("GET", Sent("/config"), "page")
    if config.status_code != 200:
        return
    for name in (*DOCUMENTS, MISSING):
        Page(visit, config.json()).arrive(f"?document={name}&start=0&end=30")
    page = Page(visit, config.json())
    page.arrive()
    for asked in (*QUESTIONS, "And on Fridays?"):
        page.ask(asked)
    for number, name in enumerate((*DOCUMENTS, MISSING)):
        page.press("sources", act="document", turn=str(number % 3), document=name)
    for marker in ("1", "2", "9"):
        page.press("conversation", act="passage", turn="0", marker=marker)
    page.press("conversation", act="rate", turn="0", rating="up")
    page.press("conversation", act="note", turn="0", rating="up", note="Good.")
    page.press("conversation", act="export", form="markdown")
    page.press("masthead", act="language", language="ar")
    page.press("masthead", act="new")


def everything(visit: Visit, found: set[tuple[str, str]]) -> None:
    """Ask all there is."""
    for (method, route), requests in {**OURS, **SIGNING_IN}.items():
        for sent in requests:
            verb = ("GET" if sent.body is None else "POST") if method == "*" else method
            visit.ask(verb, sent, f"{method} {route}")
    on_the_page(visit)
    for method, path in sorted(found - set(OURS)):
        for filled in filled_in(path):
            if (method, path) in UNENDING:
                visit.note(path, filled, visit.heard(filled, seconds=0.7))
            else:
                body = None if method in {"GET", "HEAD"} else {"session_hash": "x", "data": []}
                visit.ask(method, Sent(filled, body), path)


def test_nobody_gets_what_is_not_theirs(
    known: Running, local: Running, found: set[tuple[str, str]]
) -> None:
    leaks, lacking = [], []
    for server in (known, local):
        for asker in server.askers:
            before = len(server.model.requests)
            visit = Visit(server, asker)
            everything(visit, found)
            visit.close()
            leaks += [f"{asker.name}: {leak}" for leak in visit.leaks]
            for route, place in NEEDED.items():
                if asker.widget and route not in FOR_WIDGETS:
                    continue
                missing = {w for w in asker.due(place) if w not in visit.given.get(route, "")}
                if missing:
                    lacking.append(f"{asker.name}: {route}: {sorted(missing)}")
            # The model is shown what the caller may read, and what the caller wrote.
            written = {word for word in marks(GROUPS) if word in json.dumps(BEFORE)}
            for request in server.model.requests[before:]:
                shown = json.dumps(request.body, ensure_ascii=False)
                told = {w for w in asker.forbidden() if f"barrels of {w}" in shown}
                leaks += [f"{asker.name}: model: {sorted(told - written)}"] if told else []
    assert leaks == []
    assert lacking == []
    _records_are_clean(known)
    _log_is_clean(known)
    _log_is_clean(local)


def _records_are_clean(server: Running) -> None:
    """Each line of the audit names documents that its caller may see; feedback likewise."""
    seen = {"ana": {OPEN}, "reader": {OPEN}, "of-a": {OPEN, "a"}}
    seen |= {"bachir": {OPEN, "b", "c"}, "host-page-reader": {OPEN, "a"}}
    lines = server.audit
    assert {line["caller"] for line in lines} == set(seen)
    for line in lines:
        theirs = {name for group in seen[line["caller"]] for name in documents_of(group)}
        assert set(line["documents"]) <= theirs, line
    kept = (server.folder / "index" / "feedback.jsonl").read_text("utf-8").splitlines()
    assert kept
    for record in map(json.loads, kept):
        hidden = marks({*GROUPS, OPEN} - seen[record["caller"]])
        assert not {word for word in hidden if word in json.dumps(record["answer"]["citations"])}


def _log_is_clean(server: Running) -> None:
    log = server.log
    assert not {word for word in marks({*GROUPS, OPEN}) if word in log}, log
    assert not [secret for secret in server.secrets if secret in log]


def test_a_document_of_others_is_told_of_in_the_words_for_none(known: Running) -> None:
    for asker in known.askers:
        visit = Visit(known, asker)
        hidden = {name for group in {*GROUPS} - asker.sees for name in documents_of(group)}
        for name in hidden:
            for sent in (Sent("/api/v1/documents/{}"), called("read_document", document_id="{}")):
                if asker.widget and sent.path == "/mcp":
                    continue
                replies = []
                for asked in (name, MISSING):
                    path = sent.path.replace("{}", asked)
                    body = json.loads(json.dumps(sent.body).replace("{}", asked))
                    verb = "GET" if body is None else "POST"
                    reply = visit.ask(verb, Sent(path, body, sent.headers), "guess")
                    replies.append((reply.status_code, reply.text.replace(asked, "")))
                assert replies[0] == replies[1]
        visit.close()


def test_a_session_of_the_page_is_its_owners(known: Running) -> None:
    by_name = {one.name: one for one in known.askers}
    first = Visit(known, by_name["key of a"])
    second = Visit(known, by_name["proxy's reader of b and c"])
    page = Page(first, first.ask("GET", Sent("/config"), "page").json())
    assert mark("text", "a") in page.ask(QUESTIONS[0])
    word = page.word
    body = {"data": [None], "fn_index": 0, "session_hash": word, "event_data": None}
    for reply in (
        second.ask("POST", Sent("/gradio_api/queue/join", body), "stolen"),
        second.ask("GET", Sent(f"/gradio_api/queue/data?session_hash={word}"), "stolen"),
        second.ask("GET", Sent(f"/gradio_api/heartbeat/{word}"), "stolen"),
        second.ask("POST", Sent("/gradio_api/cancel", body | {"event_id": "x"}), "stolen"),
    ):
        assert reply.status_code == 403
    assert second.leaks == []
    first.close()
    second.close()


def test_feedback_is_read_without_what_the_reader_may_not_see(known: Running) -> None:
    kept = (known.folder / "index" / "feedback.jsonl").read_text("utf-8")
    by_name = {one.name: one for one in known.askers}
    for name, status in READS_FEEDBACK.items():
        asker = by_name[name]
        visit = Visit(known, asker)
        reply = visit.ask("GET", Sent("/api/v1/feedback"), "export")
        visit.close()
        assert reply.status_code == status, name
        assert visit.leaks == []
        if status == 200:
            assert mark("id", OPEN) in reply.text
            assert len(reply.text.splitlines()) < len(kept.splitlines())


def test_a_receipt_vouches_for_nothing_that_its_asker_may_not_see(known: Running) -> None:
    settings = settings_for(known.model, known.folder / "index", answerer="quote")
    with Corpus(settings) as corpus:
        service = Service(corpus, settings)
        whole = service.desk(Caller("all", None, "key"))
        *_, answer = whole.stream(QUESTIONS[0])
        assert whole.receipt(answer)
        with pytest.raises(PkqaError) as refused:
            service.desk(Caller("some", ("a",), "key")).receipt(answer)
        service.close()
    # It may name the document that it was asked about, as it was named, and no more.
    hidden = {mark(place, group) for place in ("title", "text", "url") for group in ("b", "c")}
    assert not {word for word in hidden if word in str(refused.value)}


def test_the_words_looked_for_are_in_the_documents_and_told_apart() -> None:
    words = [mark(place, group) for place in PLACES for group in (*GROUPS, OPEN)]
    assert len(words) == len(set(words))
    assert not [(a, b) for a in words for b in words if a != b and a in b]
    assert set(NUMBERS) == {*GROUPS, OPEN}
