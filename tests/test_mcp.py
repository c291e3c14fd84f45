"""The documents over the Model Context Protocol, with the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx
import httpx2
import jsonschema  # type: ignore[import-untyped]
import pytest
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

from api_server import (
    FERRY,
    GUEST,
    OPEN,
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
from api_server import QUESTION as HELICOPTERS
from openai_server import OpenAIServer, dripping, failing, honest
from pkqa.serve.api.faults import LARGEST_BODY
from pkqa.serve.service import Service

T = TypeVar("T")
Era = Literal["legacy", "auto"]


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as started:
        yield started


@pytest.fixture(scope="module")
def service(
    server: OpenAIServer, calibrated_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Over one document for everyone and one for the group ``staff``."""
    folder = tmp_path_factory.mktemp("ferries")
    shutil.copytree(calibrated_index, folder / "index")
    ingest_ferries(server, folder / "index", folder)
    with service_over(server, folder / "index", folder) as made:
        yield made


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    with serving(service) as started:
        yield started


def asked(
    address: str,
    work: Callable[[Client], Awaitable[T]],
    headers: dict[str, str] = STAFF,
    mode: Era = "auto",
) -> T:
    """What ``work`` gives, done by a client that is connected."""

    async def connected() -> T:
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            transport = streamable_http_client(f"{address}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                return await work(client)

    return asyncio.run(connected())


def called(
    address: str,
    name: str,
    headers: dict[str, str] = STAFF,
    mode: Era = "auto",
    **arguments: Any,
) -> CallToolResult:
    async def call(client: Client) -> CallToolResult:
        return await client.call_tool(name, arguments)

    return asked(address, call, headers, mode)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def fault(result: CallToolResult) -> str:
    """The sentence of a tool error."""
    assert result.is_error
    assert result.structured_content is None
    text = text_of(result)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_tools_are_listed_with_what_they_take_and_give(address: str, mode: Era) -> None:
    async def listed(client: Client) -> Any:
        return await client.list_tools()

    tools = {tool.name: tool for tool in asked(address, listed, mode=mode).tools}
    assert list(tools) == ["ask", "search", "read_document"]
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.description
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert tool.output_schema is not None
        assert tool.output_schema["type"] == "object"
    taken = {name: set(tool.input_schema["properties"]) for name, tool in tools.items()}
    assert taken == {
        "ask": {"question", "as_of"},
        "search": {"query", "top_k"},
        "read_document": {"document_id", "start", "end"},
    }


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_question_is_answered_with_text_and_structure(address: str, mode: Era) -> None:
    result = called(address, "ask", mode=mode, question=FERRY)
    assert not result.is_error
    structure = result.structured_content
    assert structure is not None
    assert structure["schema"] == "pkqa.answer/1"
    assert structure["citations"]
    assert structure["answer"] in text_of(result)
    assert "\n\n- [1] " in text_of(result)


def test_a_search_and_a_document_are_those_of_every_way_in(address: str) -> None:
    with httpx.Client(base_url=address, headers=STAFF, timeout=60) as http:
        found = http.post("/api/v1/search", json={"query": FERRY, "top_k": 1}).json()
        read = http.get("/api/v1/documents/timetable?start=4&end=9").json()
    result = called(address, "search", query=FERRY, top_k=1)
    assert result.structured_content == found
    assert json.loads(text_of(result)) == found
    result = called(address, "read_document", document_id="timetable", start=4, end=9)
    assert result.structured_content == read
    assert read["span"]["text"] == OPEN[4:9]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_caller_is_whoever_sent_the_request(address: str, mode: Era) -> None:
    for name, arguments in (("ask", {"question": FERRY}), ("search", {"query": FERRY})):
        seen = called(address, name, STAFF, mode, **arguments).model_dump_json()
        hidden = called(address, name, GUEST, mode, **arguments).model_dump_json()
        assert "soldiers" in seen
        assert "timetable" in hidden
        assert "soldiers" not in hidden
        assert "movements" not in hidden
        assert "ferries.jsonl" not in seen  # where files lie
    seen_document = called(address, "read_document", STAFF, mode, document_id="movements")
    assert (seen_document.structured_content or {})["text"] == SECRET
    hidden_document = called(address, "read_document", GUEST, mode, document_id="movements")
    absent = called(address, "read_document", GUEST, mode, document_id="nowhere")
    assert fault(hidden_document) == fault(absent)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("ask", {}, "question: field required"),
        ("ask", {"question": " "}, "question: it is empty; write what you want to know"),
        ("ask", {"question": "Who?", "as_of": "today"}, "as_of: 'today' is no day"),
        ("ask", {"question": "Who?", "group": "staff"}, "group: extra inputs are not permitted"),
        ("ask", {"question": "word " * 400}, "shorten it"),
        ("search", {"query": "ferry", "top_k": 0}, "top_k: "),
        ("read_document", {"document_id": "timetable", "start": 3}, "give both"),
    ],
)
def test_errors_are_one_sentence(
    address: str, name: str, arguments: dict[str, Any], sentence: str
) -> None:
    assert sentence in fault(called(address, name, **arguments))


def test_a_tool_that_there_is_not_is_an_error_of_the_protocol(address: str) -> None:
    async def call(client: Client) -> None:
        with pytest.raises(MCPError, match="ask, search, read_document"):
            await client.call_tool("delete_document", {})

    asked(address, call)


def test_what_goes_wrong_inside_stays_there(address: str, server: OpenAIServer) -> None:
    server.script(failing(400, "secret-host"))
    assert "documents cannot be reached" in fault(called(address, "ask", question="Who sang?"))


def test_a_full_line_and_a_rate_are_told(
    address: str, service: Service, server: OpenAIServer, tmp_path: Path
) -> None:
    places = [service.line.enter() for _ in range(service.line.room)]
    try:
        assert "too many questions are waiting" in fault(called(address, "ask", question=FERRY))
    finally:
        for place in places:
            place.leave()
    index = service.settings.index
    with (
        service_over(server, index, tmp_path, rate_limit="1/minute") as slow,
        serving(slow) as elsewhere,
    ):
        assert not called(elsewhere, "search", query=FERRY).is_error
        assert "wait a moment" in fault(called(elsewhere, "search", query=FERRY))


def test_a_client_that_goes_away_frees_the_place_in_line(
    server: OpenAIServer, loopback_seeds: Path, tmp_path: Path
) -> None:
    server.says = two_sentences
    with (
        service_over(server, loopback_seeds, tmp_path, **written_by(server)) as writing,
        serving(writing) as address,
    ):

        async def give_up(client: Client) -> None:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.8):
                    await client.call_tool("ask", {"question": HELICOPTERS})

        server.script(honest, dripping(64, 0.04))
        before = len(server.chats())
        asked(address, give_up, SURE)
        until(lambda: len(server.chats()) > before and writing.line.inside == 0)
        assert b"pkqa_answers_total{" not in writing.measures.text()


def test_requests_for_other_hosts_and_from_other_pages_are_refused(address: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    for wrong, status in (
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
    ):
        response = httpx.post(f"{address}/mcp", json=body, headers=headers | wrong)
        assert response.status_code == status
    assert httpx.post(f"{address}/mcp", json=body, headers=headers).status_code == 200


def test_no_more_is_read_than_a_request_may_hold(address: str) -> None:
    response = httpx.post(f"{address}/mcp", content=b" " * (LARGEST_BODY + 1))
    assert response.status_code == 413
