"""REST: what each route gives, what it refuses, and in which words."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api_server import (
    FERRY,
    GUEST,
    HELICOPTERS,
    QUESTION,
    SECRET,
    STAFF,
    SURE,
    ingest_ferries,
    service_over,
    serving,
    two_sentences,
    until,
    written_by,
)
from openai_server import OpenAIServer, dripping, failing, honest
from pkqa.receipt.reading import read_receipt
from pkqa.serve.api import examples
from pkqa.serve.api.faults import LARGEST_BODY
from pkqa.serve.api.shapes import AnswerReply, DocumentReply, SearchReply
from pkqa.serve.service import Service


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as started:
        yield started


@pytest.fixture(scope="module")
def service(
    server: OpenAIServer, loopback_seeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Over the seeds, quoting."""
    with service_over(server, loopback_seeds, tmp_path_factory.mktemp("kept")) as made:
        yield made


@pytest.fixture(scope="module")
def http(service: Service) -> Iterator[httpx.Client]:
    with serving(service) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def writing(
    server: OpenAIServer, loopback_seeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Over the seeds, written by the server's chat model."""
    folder = tmp_path_factory.mktemp("kept")
    with service_over(server, loopback_seeds, folder, **written_by(server)) as made:
        yield made


@pytest.fixture(scope="module")
def writer(writing: Service) -> Iterator[httpx.Client]:
    with serving(writing) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def ferries(
    server: OpenAIServer, calibrated_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A server over one document for everyone and one for the group ``staff``."""
    folder = tmp_path_factory.mktemp("ferries")
    shutil.copytree(calibrated_index, folder / "index")
    ingest_ferries(server, folder / "index", folder)
    with (
        service_over(server, folder / "index", folder, feedback_readers="staff, press") as made,
        serving(made) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def fault(response: httpx.Response) -> tuple[int, str, str]:
    """Status, kind and message of an error, which holds nothing else."""
    body = response.json()
    assert list(body) == ["error"]
    assert sorted(body["error"]) == ["kind", "message"]
    return response.status_code, body["error"]["kind"], body["error"]["message"]


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream, comments left out."""
    told = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        fields = dict(line.split(": ", 1) for line in lines)
        if fields:
            told.append((fields["event"], json.loads(fields["data"])))
    return told


# Asking


def test_an_answer_is_the_one_of_the_contract(http: httpx.Client, service: Service) -> None:
    response = http.post("/api/v1/ask", json={"question": QUESTION})
    assert response.status_code == 200
    body = response.json()
    asked = json.loads(json.dumps(service.corpus.ask(QUESTION).to_json()))
    assert body.keys() == asked.keys()
    told = ("answer", "citations", "status", "language", "hits", "disagreements")
    assert [body[name] for name in told] == [asked[name] for name in told]
    AnswerReply.model_validate(body, extra="forbid")


def test_an_answer_grows_in_events(writer: httpx.Client, server: OpenAIServer) -> None:
    server.says = two_sentences
    response = writer.post("/api/v1/ask", json={"question": QUESTION, "stream": True})
    by_header = writer.post(
        "/api/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"}
    )
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    assert [name for name, _ in told[:-1]] == ["answer"] * (len(told) - 1)
    texts = [body["answer"] for _, body in told]
    assert texts[0].startswith(HELICOPTERS)
    assert "45 countries" not in texts[0]
    assert "45 countries" in texts[-1]
    assert told[-1][0] == "done"
    assert told[-1][1] == told[-2][1]
    assert {body["answerer"] for _, body in told} == {"llm"}
    for _, body in told:
        AnswerReply.model_validate(body, extra="forbid")
    assert [name for name, _ in events(by_header.text)] == [name for name, _ in told]


@pytest.mark.parametrize("stream", [True, False])
def test_a_caller_who_hangs_up_frees_the_place_in_line(
    writer: httpx.Client, writing: Service, server: OpenAIServer, stream: bool
) -> None:
    server.says = two_sentences
    server.script(honest, dripping(64, 0.04))  # the question's vector, then the reply
    asked, answered = len(server.chats()), told_whole(writing)
    with pytest.raises(httpx.ReadTimeout):
        writer.post("/api/v1/ask", json={"question": QUESTION, "stream": stream}, timeout=0.8)
    until(lambda: len(server.chats()) > asked and writing.line.inside == 0)
    assert told_whole(writing) == answered


def told_whole(service: Service) -> list[str]:
    """How many questions were answered to the end, as the measures have it."""
    lines = service.measures.text().decode().splitlines()
    return [line for line in lines if line.startswith("pkqa_answers_total")]


def test_a_fault_after_the_start_is_an_event(http: httpx.Client, server: OpenAIServer) -> None:
    server.script(failing(400, "secret-host"))
    response = http.post("/api/v1/ask", json={"question": "Who spoke?", "stream": True})
    assert response.status_code == 200
    ((name, body),) = events(response.text)
    assert (name, body["error"]["kind"]) == ("error", "unavailable")
    assert "secret-host" not in response.text


def test_a_fault_before_the_start_is_a_status(
    http: httpx.Client, server: OpenAIServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(failing(400, "secret-host"))
    with caplog.at_level(logging.ERROR):
        response = http.post("/api/v1/ask", json={"question": "Who sang?"})
    status, kind, message = fault(response)
    assert (status, kind) == (503, "unavailable")
    assert response.headers["Retry-After"] == "10"
    assert server.address not in message
    assert server.address in caplog.text


def test_a_follow_up_is_understood(http: httpx.Client) -> None:
    history = [{"question": QUESTION, "answer": "Sixteen."}]
    body = http.post("/api/v1/ask", json={"question": "and in Accra?", "history": history}).json()
    assert body["standalone"] == "How many helicopters were pledged in Accra?"


def test_conditions_hold_inside_the_search(http: httpx.Client) -> None:
    asked = {"question": QUESTION, "languages": ["fr"], "as_of": "2021-12-31"}
    hits = http.post("/api/v1/ask", json=asked).json()["hits"]
    assert hits
    for hit in hits:
        document = http.get(f"/api/v1/documents/{hit['document_id']}").json()
        assert document["language"] == "fr"
        assert document["date"] <= "2021-12-31"


def test_a_receipt_goes_with_the_answer(http: httpx.Client, tmp_path: Path) -> None:
    asked = {"question": QUESTION, "receipt": True, "as_of": "2023-01-01"}
    body = http.post("/api/v1/ask", json=asked, headers=SURE).json()
    receipt = body.pop("receipt")
    assert receipt["answer"] == body
    assert receipt["trace"]["where"]["until"] == "2023-01-01"
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    assert not read_receipt(tmp_path / "receipt.json").edited
    streamed = http.post("/api/v1/ask", json=asked | {"stream": True}, headers=SURE)
    assert [("receipt" in told) for _, told in events(streamed.text)] == [False, True]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "question"),
    ({"question": ""}, "question"),
    ({"question": " \x00\n"}, "question"),
    ({"question": 7}, "question"),
    ({"question": "Who?", "as_of": "yesterday"}, "as_of"),
    ({"question": "Who?", "as_of": 20231130}, "as_of"),
    ({"question": "Who?", "until": "2023-02-30"}, "until"),
    ({"question": "Who?", "as-of": "2023-02-28"}, "as-of"),
    ({"question": "Who?", "languages": ["English"]}, "languages.0"),
    ({"question": "Who?", "groups": "staff"}, "groups"),
    ({"question": "Who?", "readers": ["staff"]}, "readers"),
    ({"question": "Who?", "history": [{"question": "Q"}] * 21}, "history"),
    ({"question": "Who?", "history": [{"question": "Q" * 2001}]}, "history.0.question"),
    ({"question": "Who?", "history": [{"question": "Q", "answer": "A" * 20_001}]},
     "history.0.answer"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "place"), WRONG, ids=lambda value: str(value)[:40])
def test_a_question_that_makes_no_sense_is_told_where(
    http: httpx.Client, body: dict[str, Any], place: str
) -> None:
    response = http.post(
        "/api/v1/ask",
        content=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    status, kind, message = fault(response)
    assert (status, kind) == (422, "invalid")
    assert message.startswith(f"{place}: ")
    assert "\n" not in message


def test_half_a_character_is_refused(http: httpx.Client) -> None:
    for body in (b'{"question": "\\ud800"}', b'{"question": "Who?", "groups": ["\\udfff"]}'):
        response = http.post(
            "/api/v1/ask", content=body, headers={"Content-Type": "application/json"}
        )
        assert fault(response)[:2] == (422, "invalid")
        assert "half a character" in fault(response)[2]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'"\xff"'])
def test_a_body_that_is_no_object_is_told_so(http: httpx.Client, content: bytes) -> None:
    response = http.post(
        "/api/v1/ask", content=content, headers={"Content-Type": "application/json"}
    )
    status, kind, _ = fault(response)
    assert status in {400, 422}
    assert kind == "invalid"


def test_a_long_question_is_refused_as_such(http: httpx.Client) -> None:
    response = http.post("/api/v1/ask", json={"question": "word " * 300})
    assert fault(response)[:2] == (413, "too_long")


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/feedback", "/api/v1/nowhere"])
def test_no_more_is_read_than_a_request_may_hold(
    http: httpx.Client, path: str, announced: bool
) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += LARGEST_BODY // 2
            yield b" " * (LARGEST_BODY // 2)

    if announced:
        response = http.post(path, content=b" " * (LARGEST_BODY + 1))
    else:
        response = http.post(path, content=body())
    assert fault(response)[:2] == (413, "too_long")
    assert sent < 100 * LARGEST_BODY


def test_a_full_line_is_told_at_once(http: httpx.Client, service: Service) -> None:
    places = [service.line.enter() for _ in range(service.line.room)]
    try:
        for body in ({"question": QUESTION}, {"question": QUESTION, "stream": True}):
            response = http.post("/api/v1/ask", json=body)
            assert fault(response)[:2] == (503, "busy")
            assert response.headers["Retry-After"] == "5"
    finally:
        for place in places:
            place.leave()


def test_too_many_questions_are_told_when_to_come_again(
    server: OpenAIServer, loopback_seeds: Path, tmp_path: Path
) -> None:
    with (
        service_over(server, loopback_seeds, tmp_path, rate_limit="1/minute") as service,
        serving(service) as address,
        httpx.Client(base_url=address, headers=GUEST) as client,
    ):
        assert client.post("/api/v1/search", json={"query": "Seoul"}).status_code == 200
        response = client.post("/api/v1/search", json={"query": "Seoul"})
    assert fault(response)[:2] == (429, "rate")
    assert 1 <= int(response.headers["Retry-After"]) <= 60


# Searching and reading


def test_a_search_gives_what_the_command_prints(http: httpx.Client, service: Service) -> None:
    body = http.post("/api/v1/search", json={"query": QUESTION, "top_k": 3}).json()
    SearchReply.model_validate(body, extra="forbid")
    assert [hit["rank"] for hit in body["hits"]] == [1, 2, 3]
    hits = service.corpus.search(QUESTION, 3)
    assert [(hit["chunk_id"], hit["text"]) for hit in body["hits"]] == [
        (hit.chunk_id, hit.text) for hit in hits
    ]


def test_a_document_has_its_text_and_the_stretch_asked_for(http: httpx.Client) -> None:
    (cited, *_) = http.post("/api/v1/ask", json={"question": QUESTION}).json()["citations"]
    place = {"start": cited["start"], "end": cited["end"]}
    body = http.get(f"/api/v1/documents/{cited['document_id']}", params=place).json()
    DocumentReply.model_validate(body, extra="forbid")
    assert body["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert body["span"] == place | {"text": cited["quote"], "page": cited["page"]}
    whole = http.get(f"/api/v1/documents/{cited['document_id']}").json()
    assert whole == {name: value for name, value in body.items() if name != "span"}


@pytest.mark.parametrize(
    "place", [{"start": 5}, {"end": 5}, {"start": 5, "end": 5}, {"start": 0, "end": 10**9}]
)
def test_a_stretch_that_is_none_is_refused(http: httpx.Client, place: dict[str, int]) -> None:
    hit = http.post("/api/v1/search", json={"query": "Seoul", "top_k": 1}).json()["hits"][0]
    response = http.get(f"/api/v1/documents/{hit['document_id']}", params=place)
    assert fault(response)[:2] == (422, "invalid")


def test_suggestions_are_in_the_language_asked_for(http: httpx.Client) -> None:
    told = http.get("/api/v1/suggestions", params={"language": "ar", "n": 2}).json()
    assert list(told) == ["suggestions"]
    assert len(told["suggestions"]) == 2
    assert all("ماذا" in question for question in told["suggestions"])
    wrong = http.get("/api/v1/suggestions", params={"language": "../", "n": 2})
    assert fault(wrong)[:2] == (422, "invalid")


def test_where_files_lie_stays_on_the_server(ferries: httpx.Client) -> None:
    asked = {"question": FERRY, "receipt": True}
    answer = ferries.post("/api/v1/ask", json=asked, headers=SURE)
    document = ferries.get("/api/v1/documents/timetable", headers=SURE)
    found = ferries.post("/api/v1/search", json={"query": FERRY}, headers=SURE)
    stream = ferries.post("/api/v1/ask", json=asked | {"stream": True}, headers=SURE)
    assert {cited["source"] for cited in answer.json()["citations"]} == {""}
    assert document.json()["source"] is None
    for response in (answer, document, found, stream):
        assert response.status_code == 200
        assert "ferries.jsonl" not in response.text
    # Whoever sits at the machine may be told.
    assert "ferries.jsonl" in ferries.post("/api/v1/ask", json=asked).text


# Who may see what


def test_what_a_caller_may_not_see_is_nowhere(ferries: httpx.Client) -> None:
    asked = {"question": FERRY, "receipt": True}
    for path, body in (("ask", asked), ("search", {"query": FERRY})):
        seen = ferries.post(f"/api/v1/{path}", json=body, headers=STAFF)
        hidden = ferries.post(f"/api/v1/{path}", json=body, headers=GUEST)
        assert (seen.status_code, hidden.status_code) == (200, 200)
        assert "movements" in seen.text
        assert "timetable" in hidden.text
        assert "movements" not in hidden.text
        assert "soldiers" not in hidden.text
        wider = ferries.post(f"/api/v1/{path}", json=body | {"groups": ["staff"]}, headers=GUEST)
        assert "soldiers" not in wider.text
    assert ferries.get("/api/v1/documents/movements", headers=STAFF).json()["text"] == SECRET
    hidden = ferries.get("/api/v1/documents/movements", headers=GUEST)
    absent = ferries.get("/api/v1/documents/no-such-thing", headers=GUEST)
    assert fault(hidden) == fault(absent)
    assert fault(hidden)[:2] == (404, "unknown")
    suggested = ferries.get("/api/v1/suggestions", headers=GUEST).json()["suggestions"]
    assert not any("Movements" in question for question in suggested)


# Feedback


def rated(ferries: httpx.Client, caller: dict[str, str], question: str = FERRY) -> dict[str, Any]:
    answer = ferries.post("/api/v1/ask", json={"question": question}, headers=caller).json()
    assert answer["citations"]
    return {"answer": answer, "rating": "up", "note": "Good."}


def exported(ferries: httpx.Client, caller: dict[str, str]) -> list[dict[str, Any]]:
    response = ferries.get("/api/v1/feedback", headers=caller)
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def test_feedback_is_kept_with_what_it_is_about_and_read_by_those_who_may(
    ferries: httpx.Client,
) -> None:
    of_all = rated(ferries, STAFF)
    of_open = rated(ferries, GUEST)
    kept = [
        ferries.post("/api/v1/feedback", json=body, headers=caller)
        for body, caller in ((of_all, STAFF), (of_open, GUEST))
    ]
    assert [response.status_code for response in kept] == [201, 201]
    names = [response.json()["id"] for response in kept]
    told = {record["id"]: record for record in exported(ferries, SURE)}
    assert told[names[0]]["answer"] == of_all["answer"]
    assert told[names[0]]["caller"] == "staff"
    assert (told[names[0]]["rating"], told[names[0]]["note"]) == ("up", "Good.")
    assert "documents" in told[names[0]]["snapshot"]
    assert set(names) <= {record["id"] for record in exported(ferries, STAFF)}
    press = {"X-Caller": "key press", "X-Groups": "press"}
    seen = {record["id"]: record for record in exported(ferries, press)}
    assert names[1] in seen
    assert names[0] not in seen
    assert "documents" not in seen[names[1]]["snapshot"]
    refused = ferries.get("/api/v1/feedback", headers=GUEST)
    assert fault(refused)[:2] == (403, "forbidden")


def test_an_answer_that_comes_back_changed_is_refused(ferries: httpx.Client) -> None:
    true = rated(ferries, GUEST, "Which ferry carries passengers in winter?")
    cited = true["answer"]["citations"][0]
    theirs = {"document_id": "movements", "quote": SECRET, "start": 0, "end": len(SECRET)}
    changes: list[dict[str, Any]] = [
        {"quote": "The ferry sank."},
        {"start": cited["start"] + 1},
        {"end": 10**6},
        {"document_id": "no-such-thing"},
        theirs,
    ]
    before = len(exported(ferries, SURE))
    for change in changes:
        body = true | {"answer": true["answer"] | {"citations": [cited | change]}}
        response = ferries.post("/api/v1/feedback", json=body, headers=GUEST)
        status, kind, message = fault(response)
        assert (status, kind) == (422, "invalid")
        assert "citation 1" in message
    assert len(exported(ferries, SURE)) == before
    body = true | {"answer": true["answer"] | {"citations": [cited | theirs]}}
    assert ferries.post("/api/v1/feedback", json=body, headers=STAFF).status_code == 201


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"rating": "meh"}, "rating"),
        ({"note": 5}, "note"),
        ({"extra": 1}, "extra"),
        ({"answer": None}, "answer"),
        ({"answer": {"schema": "pkqa.answer/9"}}, "answer.schema"),
        ({"answer": {"question": "Q"}}, "answer.language"),
    ],
)
def test_feedback_that_makes_no_sense_is_told_where(
    ferries: httpx.Client, change: dict[str, Any], place: str
) -> None:
    body = {"answer": examples.ANSWER, "rating": "up"} | change
    response = ferries.post("/api/v1/feedback", json=body)
    assert fault(response)[1] == "invalid"
    assert fault(response)[2].startswith(f"{place}: ")


def test_numbers_that_are_none_do_not_get_into_the_records(ferries: httpx.Client) -> None:
    body = rated(ferries, GUEST)
    body["answer"]["timings_ms"] = {"total": float("nan")}
    response = ferries.post(
        "/api/v1/feedback",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert fault(response)[:2] == (422, "invalid")


def test_a_long_note_is_refused(ferries: httpx.Client) -> None:
    body = rated(ferries, GUEST) | {"note": "n" * 2001}
    assert fault(ferries.post("/api/v1/feedback", json=body))[:2] == (413, "too_long")


# How the server is, and what is nowhere


def test_it_is_alive_and_ready(http: httpx.Client) -> None:
    assert http.get("/healthz").json() == {"status": "alive"}
    assert http.get("/readyz").json() == {"status": "ready"}


def test_it_is_not_ready_without_a_snapshot(
    server: OpenAIServer, loopback_seeds: Path, tmp_path: Path
) -> None:
    shutil.copytree(loopback_seeds, tmp_path / "index")
    with (
        service_over(server, tmp_path / "index", tmp_path) as service,
        serving(service) as address,
    ):
        (tmp_path / "index" / "CURRENT").unlink()
        assert httpx.get(f"{address}/healthz").status_code == 200
        response = httpx.get(f"{address}/readyz")
        assert fault(response)[:2] == (503, "unavailable")
        assert str(tmp_path) not in response.text


def test_the_measures_are_not_for_a_widget(http: httpx.Client) -> None:
    http.post("/api/v1/ask", json={"question": QUESTION}, headers=SURE)
    response = http.get("/metrics", headers=SURE)
    assert response.headers["content-type"].startswith("text/plain")
    assert 'pkqa_answers_total{answerer="quote"' in response.text
    assert QUESTION not in response.text
    refused = http.get("/metrics", headers={"X-Caller": "widget someone"})
    assert fault(refused)[:2] == (403, "forbidden")


def test_the_description_is_served(http: httpx.Client) -> None:
    told = http.get("/api/v1/openapi.json").json()
    assert "/api/v1/ask" in told["paths"]
    assert "/v1/chat/completions" in told["paths"]


@pytest.mark.parametrize("path", ["/api/", "/api/v1", "/api/v2/ask", "/api/v1/ask/more"])
def test_what_there_is_not_is_told_in_the_same_shape(http: httpx.Client, path: str) -> None:
    assert fault(http.get(path))[:2] == (404, "unknown")
    assert fault(http.post(path, json={}))[:2] == (404, "unknown")


def test_a_wrong_method_is_told_the_right_ones(http: httpx.Client) -> None:
    response = http.get("/api/v1/ask")
    assert fault(response)[:2] == (405, "invalid")
    assert response.headers["Allow"] == "POST"
    response = http.delete("/api/v1/feedback")
    assert response.headers["Allow"] == "GET, POST"
    for path in ("/healthz", "/readyz", "/metrics"):
        assert fault(http.post(path))[:2] == (405, "invalid")


def test_a_fault_of_ours_says_nothing_of_itself(
    http: httpx.Client, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    path = service.feedback.path
    answer = http.post("/api/v1/ask", json={"question": QUESTION}).json()
    path.unlink(missing_ok=True)
    path.mkdir()
    try:
        with caplog.at_level(logging.ERROR):
            response = http.post("/api/v1/feedback", json={"answer": answer, "rating": "down"})
    finally:
        path.rmdir()
    assert fault(response)[:2] == (500, "failed")
    assert str(path) not in response.text
    assert str(path) in caplog.text
