"""The interface of OpenAI's form, with OpenAI's own client."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import openai
import pytest

from api_server import (
    FERRY,
    GUEST,
    HELICOPTERS,
    QUESTION,
    STAFF,
    SURE,
    ingest_ferries,
    service_over,
    serving,
    two_sentences,
    until,
    written_by,
)
from openai_server import OpenAIServer, dripping, event, failing, honest, streaming
from pkqa.model import Answer
from pkqa.serve.openai_api.messages import Asking, Message, question_of
from pkqa.serve.openai_api.replies import ANEW, Reply
from pkqa.serve.service import Service
from shelf import BRIDGE, BUILT, ENGLISH, FRENCH, answered
from shelf import HELICOPTERS as PLEDGED


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as started:
        yield started


@pytest.fixture(scope="module")
def service(
    server: OpenAIServer, loopback_seeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Over the seeds, written by the server's chat model."""
    folder = tmp_path_factory.mktemp("kept")
    with service_over(server, loopback_seeds, folder, **written_by(server)) as made:
        yield made


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    with serving(service) as started:
        yield started


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    with client_of(address) as made:
        yield made


def client_of(address: str, headers: dict[str, str] = SURE) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=f"{address}/v1", api_key="k", max_retries=0, default_headers=headers, timeout=60
    )


def said(text: str = QUESTION) -> list[Any]:
    return [{"role": "user", "content": text}]


# Whole and in pieces


def test_a_completion_has_text_references_annotations_and_the_answer(
    client: openai.OpenAI, server: OpenAIServer, address: str
) -> None:
    server.says = two_sentences
    completion = client.chat.completions.create(
        model="pkqa",
        messages=[{"role": "system", "content": "Speak like a pirate."}, *said()],
        temperature=0.7,
        seed=4,
    )
    (choice,) = completion.choices
    text = choice.message.content or ""
    assert (completion.model, choice.finish_reason) == ("pkqa", "stop")
    assert text.startswith(HELICOPTERS)
    told = (completion.model_extra or {})["pkqa"]
    assert told["schema"] == "pkqa.answer/1"
    assert text.startswith(told["answer"])
    assert f"\n\n- [1] {told['citations'][0]['title']}" in text
    annotations = choice.message.annotations or []
    assert len(annotations) == 2
    for annotation, cited in zip(annotations, told["citations"], strict=True):
        found = annotation.url_citation
        assert text[found.start_index : found.end_index] == f"[{cited['marker']}]"
        assert found.title == cited["title"]
        named = quote(cited["document_id"], safe="")
        page = f"{address}/?document={named}&start={cited['start']}&end={cited['end']}"
        assert found.url == (cited["source"] or page)
    assert completion.usage is not None
    assert completion.usage.prompt_tokens > 0
    assert completion.usage.total_tokens == (
        completion.usage.prompt_tokens + completion.usage.completion_tokens
    )


def test_a_stream_sends_confirmed_sentences_as_they_are(
    client: openai.OpenAI, server: OpenAIServer
) -> None:
    server.says = lambda messages: f"Nobody knows 977 of 3. {two_sentences(messages)}"
    whole = client.chat.completions.create(model="pkqa", messages=said())
    chunks = list(
        client.chat.completions.create(
            model="pkqa", messages=said(), stream=True, stream_options={"include_usage": True}
        )
    )
    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(text or "" for text in texts) == whole.choices[0].message.content
    assert "977" not in "".join(text or "" for text in texts)
    told = [text for text in texts if text]
    assert told[0].startswith(HELICOPTERS)
    assert "45 countries" in told[1]
    assert told[-1].startswith("\n\n- [1]")
    last, cost = chunks[-2:]
    assert last.choices[0].finish_reason == "stop"
    assert (last.model_extra or {})["pkqa"]["answer"] == (whole.model_extra or {})["pkqa"]["answer"]
    annotations = (last.choices[0].delta.model_extra or {})["annotations"]
    kept = whole.choices[0].message.annotations or []
    assert annotations == [one.model_dump() for one in kept]
    assert (cost.choices, cost.usage) == ([], whole.usage)
    without = list(client.chat.completions.create(model="pkqa", messages=said(), stream=True))
    assert all(chunk.usage is None for chunk in without)
    assert {chunk.id for chunk in without} == {without[0].id}


def test_the_conversation_is_the_history(client: openai.OpenAI, server: OpenAIServer) -> None:
    server.says = "NOT_IN_PASSAGES"
    completion = client.chat.completions.create(
        model="pkqa",
        messages=[
            *said(),
            {"role": "assistant", "content": "Sixteen. [1]\n\n- [1] A title"},
            {"role": "user", "content": [{"type": "text", "text": "and in Accra?"}]},
        ],
    )
    told = (completion.model_extra or {})["pkqa"]
    assert told["standalone"] == "How many helicopters were pledged in Accra?"
    assert told["status"] == "not_found"
    assert completion.choices[0].message.annotations == []


def test_the_one_model_is_named(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["pkqa"]
    assert client.models.retrieve("pkqa").owned_by == "pkqa"


# Refused


def test_errors_are_the_clients_own(client: openai.OpenAI, service: Service) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-4", messages=said())
    assert (unknown.value.code, unknown.value.param) == ("model_not_found", "model")
    assert unknown.value.type == "invalid_request_error"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4")
    with pytest.raises(openai.UnprocessableEntityError) as empty:
        client.chat.completions.create(model="pkqa", messages=[])
    assert empty.value.param == "messages"
    image: Any = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    with pytest.raises(openai.UnprocessableEntityError, match="leave images") as sent:
        client.chat.completions.create(
            model="pkqa", messages=[{"role": "user", "content": [image]}]
        )
    assert sent.value.param == "messages[0].content[0].type"
    with pytest.raises(openai.APIStatusError, match="shorten it") as long:
        client.chat.completions.create(model="pkqa", messages=said("word " * 400))
    assert (long.value.status_code, long.value.code) == (413, "too_long")
    places = [service.line.enter() for _ in range(service.line.room)]
    try:
        for stream in (False, True):
            with pytest.raises(openai.InternalServerError) as busy:
                client.chat.completions.create(model="pkqa", messages=said(), stream=stream)
            assert (busy.value.status_code, busy.value.code) == (503, "busy")
            assert busy.value.response.headers["Retry-After"] == "5"
    finally:
        for place in places:
            place.leave()


def test_too_many_questions_are_a_rate_limit(
    server: OpenAIServer, loopback_seeds: Path, tmp_path: Path
) -> None:
    with (
        service_over(server, loopback_seeds, tmp_path, rate_limit="1/minute") as service,
        serving(service) as address,
        client_of(address) as client,
    ):
        client.chat.completions.create(model="pkqa", messages=said())
        with pytest.raises(openai.RateLimitError) as refused:
            client.chat.completions.create(model="pkqa", messages=said())
    assert refused.value.type == "rate_limit_error"
    assert int(refused.value.response.headers["Retry-After"]) >= 1


def test_a_fault_in_the_middle_is_raised_by_the_client(
    client: openai.OpenAI, server: OpenAIServer
) -> None:
    server.script(failing(400, "secret-host"))  # the embeddings
    stream = client.chat.completions.create(model="pkqa", messages=said("Who sang?"), stream=True)
    with pytest.raises(openai.APIError, match="documents cannot be reached") as fault:
        list(stream)
    assert "secret-host" not in str(fault.value.body)


@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/nothing"])
def test_what_there_is_not_has_the_same_shape(address: str, path: str) -> None:
    error = httpx.post(f"{address}{path}", json={}).json()["error"]
    assert sorted(error) == ["code", "message", "param", "type"]
    wrong = httpx.get(f"{address}/v1/chat/completions")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST")


def test_a_caller_who_hangs_up_frees_the_place_in_line(
    client: openai.OpenAI, service: Service, server: OpenAIServer
) -> None:
    server.says = two_sentences
    for stream in (True, False):
        server.script(honest, dripping(64, 0.04))  # the question's vector, then the reply
        asked = len(server.chats())
        with pytest.raises((openai.APITimeoutError, httpx.ReadTimeout)):  # noqa: PT012
            told: Any = client.chat.completions.create(
                model="pkqa", messages=said(), stream=stream, timeout=0.8
            )
            list(told)
        until(lambda: len(server.chats()) > asked)  # noqa: B023 - of this round
        until(lambda: service.line.inside == 0)


def test_what_a_caller_may_not_see_is_left_out(
    server: OpenAIServer, calibrated_index: Path, tmp_path: Path
) -> None:
    shutil.copytree(calibrated_index, tmp_path / "index")
    ingest_ferries(server, tmp_path / "index", tmp_path)
    with (
        service_over(server, tmp_path / "index", tmp_path) as made,
        serving(made) as address,
        client_of(address, STAFF) as staff,
        client_of(address, GUEST) as guest,
    ):
        seen = staff.chat.completions.create(model="pkqa", messages=said(FERRY)).to_json()
        hidden = guest.chat.completions.create(model="pkqa", messages=said(FERRY)).to_json()
    assert "soldiers" in seen
    assert "ferries.jsonl" not in seen  # where files lie
    assert "timetable" in hidden
    assert "soldiers" not in hidden
    assert "movements" not in hidden


# What a model that begins anew does to a stream


def test_what_a_model_takes_back_stays_and_the_answer_follows(
    client: openai.OpenAI, server: OpenAIServer
) -> None:
    replies: list[str] = []

    def copying(messages: list[dict[str, str]]) -> str:
        replies.append(two_sentences(messages))
        return replies[-1]

    server.says = copying
    client.chat.completions.create(model="pkqa", messages=said())
    first, second = (f"{part}]" for part in replies[-1].split("]")[:2])
    pieces = (f"{first} ", "It is ", "so. Then ", "more.", "</think>", f"{second} ")
    server.script(honest, streaming(*map(event, pieces), event(finish="stop")))
    chunks = list(client.chat.completions.create(model="pkqa", messages=said(), stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    final = (chunks[-1].model_extra or {})["pkqa"]
    taken_back, answer = text.split(ANEW)
    assert taken_back.startswith(HELICOPTERS)
    assert "\n\n- [1] " in taken_back
    assert answer.startswith(final["answer"])
    assert HELICOPTERS not in final["answer"]
    annotations = (chunks[-1].choices[0].delta.model_extra or {})["annotations"]
    assert len(annotations) == 2
    for annotation in annotations:
        found = annotation["url_citation"]
        assert text[found["start_index"] : found["end_index"]] == "[1]"


def grown(*answers: Answer) -> tuple[Reply, list[str]]:
    reply = Reply(lambda cited: f"https://a.example/{cited.document_id}")
    return reply, [*(reply.grow(answer) for answer in answers), reply.end()]


def test_what_was_sent_stays_and_each_part_has_its_own_references() -> None:
    before = answered("Q?", "en", "So:", (FRENCH, PLEDGED))
    anew = answered("Q?", "en", "Rather:", (ENGLISH, BUILT), (ENGLISH, BRIDGE))
    reply, pieces = grown(before, anew)
    assert "".join(pieces) == reply.text
    old, new = reply.text.split(ANEW)
    assert old.startswith("So:")
    assert f"\n\n- [1] {FRENCH.title}" in old
    assert new.startswith("Rather:")
    assert f"\n\n- [1] {ENGLISH.title}" in new
    told = [one["url_citation"] for one in reply.annotations()]
    assert [one["url"].rpartition("/")[2] for one in told] == [
        FRENCH.document_id, ENGLISH.document_id, ENGLISH.document_id,
    ]  # fmt: skip
    assert [reply.text[one["start_index"] : one["end_index"]] for one in told] == [
        "[1]", "[1]", "[2]",
    ]  # fmt: skip
    assert told[1]["start_index"] > len(old)


def test_an_answer_that_goes_on_is_only_added_to() -> None:
    whole = answered("Q?", "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE))
    begun = replace(whole, answer=f"So:\n{BUILT} [1]", citations=whole.citations[:1])
    reply, pieces = grown(begun, begun, whole, whole)
    assert pieces[:4] == [begun.answer, "", f" {BRIDGE} [2]", ""]
    assert ANEW not in reply.text


# What is read out of a conversation


def conversation(*messages: tuple[str, Any]) -> Sequence[Message]:
    return [Message(role=role, content=content) for role, content in messages]


def test_the_last_question_is_asked_and_the_others_were() -> None:
    question, history = question_of(
        conversation(
            ("developer", "Be brief."),
            ("assistant", "Hello."),
            ("user", "One?"),
            ("assistant", "1"),
            ("tool", "{}"),
            ("assistant", "one"),
            ("user", None),
            ("user", "Two?"),
            ("user", [{"type": "text", "text": "Three"}, {"type": "text", "text": "four?"}]),
            ("assistant", "Begun"),
        )
    )
    assert question == "Three\nfour?"
    assert [(one.question, one.answer) for one in history] == [("One?", "1\none"), ("Two?", "")]


def test_a_long_conversation_is_cut_at_its_beginning() -> None:
    pairs = [("user", f"Question {n}?") for n in range(60)]
    question, history = question_of(conversation(*pairs))
    assert question == "Question 59?"
    assert [one.question for one in history] == [f"Question {n}?" for n in range(39, 59)]


@pytest.mark.parametrize(
    "messages",
    [
        conversation(("system", "Hello")),
        conversation(("user", "")),
        conversation(("user", [{"type": "input_audio"}])),
        conversation(("user", [{"type": "image_url"}]), ("user", "What is this?")),
    ],
)
def test_a_conversation_that_asks_nothing_is_refused(messages: Sequence[Message]) -> None:
    with pytest.raises(Asking) as refused:
        question_of(messages)
    assert refused.value.status == 422
