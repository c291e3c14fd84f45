"""The embeddings client against a server that answers truly, badly, or not at all.

The real ``openai`` client talks to a real socket throughout.
"""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_index.core.schema import TextNode
from pydantic import SecretStr, ValidationError

from openai_server import (
    KEY,
    NATIVE,
    OpenAIServer,
    Step,
    cut,
    dripping,
    edited,
    embedding,
    failing,
    fewer,
    page,
    saying,
    shuffled,
    slow,
    with_value,
    with_vectors,
)
from pkqa.errors import EmbedderError
from pkqa.retrieve.openai_embed import OpenAICompatibleEmbedding, from_settings
from pkqa.retrieve.openai_faults import Fault, Patience, Tries, retry_after
from pkqa.settings import load
from pkqa.text.tokens import count

TEXTS = [
    "helicopters fly over the camp",
    "des hélicoptères survolent le camp",
    "مروحيات فوق المعسكر",
    "the minister spoke in Seoul",
    "sixty peacekeepers have died",
]

Embed = Callable[[OpenAICompatibleEmbedding, list[str]], list[list[float]]]


def blocking(embedder: OpenAICompatibleEmbedding, texts: list[str]) -> list[list[float]]:
    return embedder.get_text_embedding_batch(texts)


def awaited(embedder: OpenAICompatibleEmbedding, texts: list[str]) -> list[list[float]]:
    return asyncio.run(embedder.aget_text_embedding_batch(texts))


@pytest.fixture(params=[blocking, awaited])
def embed(request: pytest.FixtureRequest) -> Embed:
    chosen: Embed = request.param
    return chosen


def embedder_for(server: OpenAIServer, **values: Any) -> OpenAICompatibleEmbedding:
    quick = {"first_wait": 0.001, "longest_wait": 0.01, "timeout": 5.0}
    given = {"api_key": KEY, "base_url": server.url, "model_name": server.model}
    return OpenAICompatibleEmbedding(**(quick | given | values))


def unit(text: str, dimensions: int | None = None) -> np.ndarray[Any, np.dtype[np.float32]]:
    vector = embedding(text, dimensions)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def complaint(call: Callable[[], object]) -> str:
    """The message of the EmbedderError that the call must raise; no key in it, nor in its trace."""
    with pytest.raises(EmbedderError) as caught:
        call()
    chain: BaseException | None = caught.value
    while chain is not None:
        assert KEY not in str(chain)
        assert KEY not in repr(chain)
        chain = chain.__cause__ or chain.__context__
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


# What comes back.


def test_vectors_are_those_of_the_texts_at_length_one(server: OpenAIServer, embed: Embed) -> None:
    vectors = np.array(embed(embedder_for(server), TEXTS))
    np.testing.assert_allclose(vectors, [unit(text) for text in TEXTS], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    assert (vectors == vectors.astype(np.float32)).all()


def test_every_way_to_ask_gives_the_same_vector(server: OpenAIServer) -> None:
    embedder = embedder_for(server)
    asked = [
        embedder.get_text_embedding(TEXTS[0]),
        embedder.get_query_embedding(TEXTS[0]),
        embedder.get_text_embedding_batch([TEXTS[0]])[0],
        asyncio.run(embedder.aget_text_embedding(TEXTS[0])),
        asyncio.run(embedder.aget_query_embedding(TEXTS[0])),
        embedder([TextNode(text=TEXTS[0])])[0].embedding,
    ]
    assert all(vector == asked[0] for vector in asked)


def test_no_text_is_no_request(server: OpenAIServer, embed: Embed) -> None:
    embedder = embedder_for(server)
    assert embed(embedder, []) == []
    assert embedder._get_text_embeddings([]) == []
    assert server.requests == []


def test_prefixes_go_before_queries_and_passages(server: OpenAIServer) -> None:
    embedder = embedder_for(server, query_prefix="query: ", passage_prefix="passage: ")
    embedder.get_query_embedding("who")
    embedder.get_text_embedding("she")
    assert server.inputs() == [["query: who"], ["passage: she"]]


def test_dimensions_are_asked_for_and_kept(server: OpenAIServer, embed: Embed) -> None:
    vectors = embed(embedder_for(server, dimensions=16), TEXTS)
    assert [request.body["dimensions"] for request in server.requests] == [16]
    np.testing.assert_allclose(vectors, [unit(text, 16) for text in TEXTS], atol=1e-6)


def test_native_dimensions_are_not_mentioned(server: OpenAIServer) -> None:
    assert len(embedder_for(server).get_query_embedding("who")) == NATIVE
    assert "dimensions" not in server.requests[0].body


def test_the_index_decides_not_the_order(server: OpenAIServer, embed: Embed) -> None:
    server.script(shuffled)
    vectors = embed(embedder_for(server), TEXTS)
    np.testing.assert_allclose(vectors, [unit(text) for text in TEXTS], atol=1e-6)


def test_huge_and_tiny_values_are_normalised(server: OpenAIServer) -> None:
    for value in (1e300, 1e-300):
        row = [value] * NATIVE
        server.script(with_vectors(row))
        vector = embedder_for(server).get_text_embedding("x")
        np.testing.assert_allclose(vector, NATIVE**-0.5, rtol=1e-6)


# How the texts are divided among requests.


def test_a_request_holds_no_more_inputs_than_allowed(server: OpenAIServer, embed: Embed) -> None:
    server.most_inputs = 2
    vectors = embed(embedder_for(server, embed_batch_size=2), TEXTS)
    assert sorted(len(inputs) for inputs in server.inputs()) == [1, 2, 2]
    np.testing.assert_allclose(vectors, [unit(text) for text in TEXTS], atol=1e-6)


def test_a_request_holds_no_more_tokens_than_allowed(server: OpenAIServer, embed: Embed) -> None:
    texts = [f"word {number} " * (1 + number % 4) for number in range(20)]
    limit = 30
    vectors = embed(embedder_for(server, max_request_tokens=limit), texts)
    sent = server.inputs()
    assert [text for inputs in sent for text in inputs] == texts
    sizes = [sum(map(count, inputs)) for inputs in sent]
    assert max(sizes) <= limit
    # Each is full: the next request's first text would not have fitted.
    assert all(size + count(after[0]) > limit for size, after in zip(sizes, sent[1:], strict=False))
    np.testing.assert_allclose(vectors, [unit(text) for text in texts], atol=1e-6)


@pytest.mark.parametrize("word", ["peace ", "السلام ", "🕊", "x"])
def test_a_long_input_is_cut_at_the_limit(server: OpenAIServer, word: str) -> None:
    text = word * 3000
    embedder_for(server, max_input_tokens=50, passage_prefix="p: ").get_text_embedding(text)
    [[sent]] = server.inputs()
    assert ("p: " + text).startswith(sent)
    assert count(sent) <= 50
    assert count(("p: " + text)[: len(sent) + 1]) >= 50


def test_an_input_at_the_limit_is_whole(server: OpenAIServer) -> None:
    text = " ".join(["peace"] * 50)
    assert count(text) == 50
    embedder_for(server, max_input_tokens=50).get_text_embedding(text)
    assert server.inputs() == [[text]]


@pytest.mark.parametrize("blank", ["", " \n\t", "\u00a0"])
def test_a_blank_text_is_refused_before_anything_is_sent(
    server: OpenAIServer, embed: Embed, blank: str
) -> None:
    embedder = embedder_for(server, passage_prefix="passage: ")
    assert "text 2 of 2 is blank" in complaint(lambda: embed(embedder, ["a", blank]))
    assert server.requests == []


# What is tried again.


@pytest.mark.parametrize(
    "step",
    [
        failing(429, "Rate limit reached", "rate_limit_exceeded", retry_after="3600"),
        failing(429, "Rate limit reached", retry_after="soon"),
        failing(429, retry_after=formatdate(0, usegmt=True)),
        failing(408),
        failing(500),
        failing(503, retry_after="0"),
        page(502),
        cut(),
        cut(0.5),
    ],
)
def test_passing_faults_are_tried_again(server: OpenAIServer, embed: Embed, step: Step) -> None:
    server.script(step, step)
    vectors = embed(embedder_for(server), TEXTS)
    assert len(server.requests) == 3
    np.testing.assert_allclose(vectors, [unit(text) for text in TEXTS], atol=1e-6)


@pytest.mark.parametrize("step", [slow(30), dripping(100, 30)])
def test_a_silent_server_is_tried_again(server: OpenAIServer, embed: Embed, step: Step) -> None:
    server.script(step)
    vectors = embed(embedder_for(server, timeout=0.2, max_retries=50), TEXTS)
    assert len(server.requests) >= 2
    np.testing.assert_allclose(vectors, [unit(text) for text in TEXTS], atol=1e-6)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (failing(429, "slow down"), "HTTP 429: slow down"),
        (failing(500), "HTTP 500"),
        (cut(), "check that the server runs"),
    ],
)
def test_there_is_an_end_to_trying(
    server: OpenAIServer, embed: Embed, step: Step, words: str
) -> None:
    server.script(*[step] * 10)
    message = complaint(lambda: embed(embedder_for(server, max_retries=2), TEXTS))
    assert words in message
    assert "gave up after 3 tries" in message
    assert len(server.requests) == 3


def test_retry_after_past_the_deadline_ends_it_at_once(server: OpenAIServer, embed: Embed) -> None:
    server.script(failing(429, retry_after="60"))
    embedder = embedder_for(server, longest_wait=120, deadline=20)
    assert "gave up after 1 try" in complaint(lambda: embed(embedder, TEXTS))
    assert len(server.requests) == 1


def test_a_reply_in_drops_ends_at_the_deadline(server: OpenAIServer, embed: Embed) -> None:
    # Each drop comes well within the time-out; all of them would take minutes.
    server.script(dripping(10, 0.05))
    embedder = embedder_for(server, timeout=5, deadline=0.5)
    assert "did not answer in time" in complaint(lambda: embed(embedder, TEXTS))


def patience(**values: float) -> Patience:
    base: dict[str, Any] = {
        "timeout": 1,
        "deadline": 1e6,
        "retries": 10,
        "first_wait": 1,
        "longest_wait": 60,
    }
    return Patience(**(base | values))


def test_waits_double_up_to_the_longest_and_vary() -> None:
    fault = Fault("busy", again=True)
    runs = []
    for _ in range(20):
        tries = Tries(patience())
        runs.append([tries.wait(fault) for _ in range(10)])
    for number, waits in enumerate(zip(*runs, strict=True)):
        most = min(60, 2**number)
        assert all(most / 2 <= wait <= most for wait in waits)
        assert len(set(waits)) > 1


def test_the_server_s_wish_is_kept_up_to_the_longest_wait() -> None:
    assert 7 <= Tries(patience()).wait(Fault("busy", True, 7)) <= 7.7
    assert Tries(patience()).wait(Fault("busy", True, 3600)) == 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "7"}, 7.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 -0000"}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "later"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds


# What is not tried again, and what is said.


def test_a_wrong_key_names_the_variable_and_no_key(server: OpenAIServer, embed: Embed) -> None:
    wrong = KEY.replace("9027", "9028")
    embedder = embedder_for(server, api_key=wrong)
    message = complaint(lambda: embed(embedder, TEXTS))
    assert "PKQA_EMBED_API_KEY" in message
    assert "OPENAI_API_KEY" in message
    assert "401" in message
    assert "Zq7" not in message
    assert len(server.requests) == 1


def test_no_key_where_one_is_wanted(server: OpenAIServer) -> None:
    embedder = embedder_for(server, api_key=None)
    message = complaint(lambda: embedder.get_query_embedding("who"))
    assert "asks for a key and none is set (HTTP 401); set PKQA_EMBED_API_KEY" in message


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (failing(403, f"not with {KEY}"), "refused the key (HTTP 403); set PKQA_EMBED_API_KEY"),
        (failing(403, "no access", "model_not_found"), "PKQA_EMBED_MODEL"),
        (failing(429, "You exceeded", "insufficient_quota"), "no quota left"),
        (failing(413, f"body too big, {KEY}"), "lower PKQA_CHUNK_TOKENS"),
        (failing(422, "`inputs` must have less than 512 tokens"), "lower PKQA_CHUNK_TOKENS"),
        (failing(500, "input is too large to process"), "lower PKQA_CHUNK_TOKENS"),
        (failing(400, f"odd {KEY} thing\n\x1b[2J"), "HTTP 400: odd [secret] thing [2J)"),
        (failing(400, "y" * 5000), "y…)"),
        (saying(b"no such field", 400, "text/plain"), "HTTP 400: no such field"),
        (saying(b'{"error": "no such field"}', 400), "HTTP 400: no such field"),
        (page(404), "mostly ends in /v1"),
        (page(405), "mostly ends in /v1"),
        (saying(b" " * 2**22), "a reply without end"),
        (page(304), "mostly ends in /v1"),
        (page(), "a web page instead of embeddings"),
    ],
)
def test_a_refusal_is_said_at_once(
    server: OpenAIServer, embed: Embed, step: Step, words: str
) -> None:
    server.script(step)
    message = complaint(lambda: embed(embedder_for(server), TEXTS))
    assert words in message
    assert server.address in message
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (saying(b"OK"), "not JSON instead of embeddings"),
        (saying(b""), "not JSON instead of embeddings"),
        (saying(b"\xff\xfe{}"), "not JSON instead of embeddings"),
        (saying(b"[" * 200_000), "not JSON instead of embeddings"),
        (saying(b"{}"), "JSON without a list of embeddings"),
        (saying(b"[1, 2]"), "JSON without a list of embeddings"),
        (saying(b'{"data": null}'), "JSON without a list of embeddings"),
        (saying(b'{"error": {"message": "out of memory"}}'), "out of memory"),
        (saying(b'{"error": "' + KEY.encode() + b'"}'), "an error instead of embeddings: [secret]"),
        (fewer, "4 vectors for 5 inputs"),
        (edited(lambda data: data + data[:1]), "6 vectors for 5 inputs"),
        (edited(lambda _: []), "0 vectors for 5 inputs"),
        (edited(lambda data: [data[0] | {"index": 1}, *data[1:]]), "the same index twice"),
        (edited(lambda data: [data[0] | {"index": 5}, *data[1:]]), "without a valid index"),
        (edited(lambda data: [data[0] | {"index": -1}, *data[1:]]), "without a valid index"),
        (edited(lambda data: [data[0] | {"index": None}, *data[1:]]), "without a valid index"),
        (edited(lambda data: [data[0] | {"embedding": []}, *data[1:]]), "without a valid index"),
        (edited(lambda data: [data[0] | {"embedding": "AAAA"}, *data[1:]]), "without a valid"),
        (edited(lambda data: [None, *data[1:]]), "without a valid index"),
        (edited(lambda data: [data[0] | {"embedding": [1.0]}, *data[1:]]), "different lengths"),
        (
            edited(lambda data: [data[0] | {"embedding": [0.0] * NATIVE}, *data[1:]]),
            "a vector of zeros",
        ),
        (with_value(float("nan")), "not finite"),
        (with_value(float("inf")), "not finite"),
        (with_value(None), "no number"),
        (with_value("0.5"), "no number"),
        (with_value([0.5]), "no number"),
        (with_value(10**400), "no number"),
    ],
)
def test_a_reply_that_is_no_set_of_embeddings(server: OpenAIServer, step: Step, words: str) -> None:
    server.script(step)
    message = complaint(lambda: blocking(embedder_for(server), TEXTS))
    assert words in message
    assert server.address in message
    assert len(server.requests) == 1


def test_an_unknown_model_is_named(server: OpenAIServer, embed: Embed) -> None:
    embedder = embedder_for(server, model_name="no-such-model")
    message = complaint(lambda: embed(embedder, TEXTS))
    assert "'no-such-model'" in message
    assert "PKQA_EMBED_MODEL" in message
    assert len(server.requests) == 1


def test_a_base_url_without_its_path(server: OpenAIServer, embed: Embed) -> None:
    embedder = embedder_for(server, base_url=f"http://{server.address}")
    message = complaint(lambda: embed(embedder, TEXTS))
    assert "HTTP 404: Not Found" in message
    assert "PKQA_EMBED_BASE_URL, which mostly ends in /v1" in message


def test_nobody_at_the_base_url(embed: Embed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    embedder = OpenAICompatibleEmbedding(
        api_key=KEY, base_url=f"http://127.0.0.1:{port}/v1", max_retries=1, first_wait=0.001
    )
    message = complaint(lambda: embed(embedder, TEXTS))
    assert f"no answer from http://127.0.0.1:{port}/v1" in message
    assert "PKQA_EMBED_BASE_URL" in message


def test_an_input_over_the_model_s_own_limit(server: OpenAIServer, embed: Embed) -> None:
    server.most_words = 4
    message = complaint(lambda: embed(embedder_for(server), TEXTS))
    assert "too long for model 'bag-of-words'" in message
    assert "maximum context length is 4 tokens" in message
    assert len(server.requests) == 1


def test_dimensions_that_the_model_does_not_give(server: OpenAIServer, embed: Embed) -> None:
    server.script(with_vectors([1.0] * 24))
    message = complaint(lambda: embed(embedder_for(server, dimensions=16), TEXTS))
    assert "24 dimensions where 16 are expected" in message
    assert "PKQA_EMBED_DIMENSIONS" in message


def test_dimensions_that_change_between_requests(server: OpenAIServer) -> None:
    embedder = embedder_for(server)
    embedder.get_text_embedding("first")
    server.script(with_vectors([1.0] * 24))
    message = complaint(lambda: embedder.get_text_embedding("second"))
    assert f"24 dimensions where {NATIVE} are expected" in message


# Keys, addresses, and where they must not turn up.


def test_the_key_turns_up_nowhere(
    server: OpenAIServer, embed: Embed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    embedder = embedder_for(server, api_key=SecretStr(KEY), max_retries=2)
    server.script(failing(500, KEY), cut(), failing(400, KEY))
    complaint(lambda: embed(embedder, TEXTS))
    embed(embedder, TEXTS)
    shown = [
        repr(embedder),
        str(embedder),
        repr(embedder.model_dump()),
        embedder.model_dump_json(),
        repr(embedder.to_dict()),
        embedder.to_json(),
        repr(embedder.to_payload()),
        repr(embedder.__getstate__()),
        repr(vars(embedder)),
        repr(embedder.__pydantic_private__),
        pickle.dumps(embedder).decode("latin-1"),
        json.dumps(type(embedder).model_json_schema()),
        embedder.identity,
    ]
    assert not any(KEY in text for text in shown)
    assert len(caplog.records) > 0  # the client and the transport do log at this level
    for record in caplog.records:
        assert KEY not in record.getMessage()
        assert KEY not in repr(record.args)
        assert KEY not in (record.exc_text or "")
    assert KEY not in caplog.text
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"


def test_a_password_in_the_base_url_is_used_and_not_shown(
    embed: Embed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with OpenAIServer() as server:
        embedder = embedder_for(server, base_url=f"http://me:{KEY}%21@{server.address}/v1/")
        server.script(failing(400, f"you are me:{KEY}!"))
        assert server.url in complaint(lambda: embed(embedder, TEXTS))
        embed(embedder, TEXTS)
        assert embedder.base_url == server.url
        shown = [repr(embedder), embedder.to_json(), embedder.identity, caplog.text]
        assert not any(KEY in text for text in shown)
        sent = {request.headers["authorization"] for request in server.requests}
        # base64 of "me:<KEY>!", worked out by hand with the `base64` command
        assert sent == {"Basic bWU6Y28tWHczLW5vdC1mb3ItYW55b25lLXRvLXJlYWQtOTAyNyE="}


@pytest.mark.parametrize("key", [f"{KEY}é", f"{KEY}\nx", f"{KEY} x", f"{KEY}\x00"])
def test_a_key_that_cannot_be_sent_is_refused_without_quoting_it(key: str) -> None:
    message = complaint(lambda: OpenAICompatibleEmbedding(api_key=key))
    assert "PKQA_EMBED_API_KEY" in message


def test_blanks_around_a_key_are_no_part_of_it(server: OpenAIServer) -> None:
    assert embedder_for(server, api_key=f" {KEY}\n").get_query_embedding("who")


@pytest.mark.parametrize(
    "url",
    [
        f"me:{KEY}@host/v1",
        f"ftp://me:{KEY}@host/v1",
        f"http://me:{KEY}@host:port/v1",
        f"http://me:{KEY}@",
        f"http://[{KEY}/v1",
        f"https://host/v1?key={KEY}",
        f"https://host/v1#{KEY}",
        "",
    ],
)
def test_a_base_url_that_is_none_is_refused_without_quoting_it(url: str) -> None:
    message = complaint(lambda: OpenAICompatibleEmbedding(api_key="x", base_url=url))
    assert "PKQA_EMBED_BASE_URL" in message


@pytest.mark.parametrize("values", [{"dimensions": KEY}, {"api_kee": KEY}, {"timeout": 0}])
def test_a_field_that_does_not_fit_is_not_quoted(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        OpenAICompatibleEmbedding(api_key="x", **values)
    assert KEY not in str(caught.value)


def test_openai_itself_needs_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert "set PKQA_EMBED_API_KEY" in complaint(OpenAICompatibleEmbedding)
    settings = load(environ={}, config=tmp_path / "none.toml")
    assert "set PKQA_EMBED_API_KEY" in complaint(lambda: from_settings(settings))


def test_the_client_s_own_variables_count_where_nothing_is_given(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    embedder = OpenAICompatibleEmbedding(model_name=server.model)
    assert len(embedder.get_query_embedding("who")) == NATIVE
    # It comes back from a pickle with the key of the environment it wakes up in.
    assert len(pickle.loads(pickle.dumps(embedder)).get_query_embedding("who")) == NATIVE  # noqa: S301


def test_a_named_server_gets_no_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with OpenAIServer() as server:
        embedder_for(server, api_key=None).get_query_embedding("who")
        assert KEY not in repr(server.requests[0].headers)


def test_the_settings_reach_the_wire(server: OpenAIServer, tmp_path: Path) -> None:
    environment = {
        "PKQA_EMBEDDER": "openai",
        "PKQA_EMBED_BASE_URL": server.url,
        "PKQA_EMBED_MODEL": server.model,
        "PKQA_EMBED_DIMENSIONS": "16",
        "PKQA_EMBED_QUERY_PREFIX": "q: ",
        "PKQA_EMBED_PASSAGE_PREFIX": "p: ",
        "PKQA_EMBED_TIMEOUT": "7",
        "PKQA_EMBED_API_KEY": KEY,
    }
    embedder = from_settings(load(environ=environment, config=tmp_path / "none.toml"))
    assert len(embedder.get_query_embedding("who")) == 16
    embedder.get_text_embedding("she")
    assert server.inputs() == [["q: who"], ["p: she"]]
    assert embedder.timeout == 7


def test_the_identity_says_what_shaped_the_vectors() -> None:
    def identity(**values: Any) -> str:
        return OpenAICompatibleEmbedding(
            api_key=KEY, base_url=f"http://me:{KEY}@host/v1", **values
        ).identity

    assert identity() == "openai:text-embedding-3-small@native"
    assert identity(model_name="m", dimensions=256) == "openai:m@256"
    assert identity(model_name="m", query_prefix="query: ") == "openai:m@native"
    assert identity(model_name="m", passage_prefix="passage: ") == "openai:m@native+'passage: '"


def test_it_works_again_after_close(server: OpenAIServer) -> None:
    embedder = embedder_for(server)
    first = embedder.get_query_embedding("who")
    embedder.close()
    embedder.close()
    assert embedder.get_query_embedding("who") == first


def test_the_client_is_imported_at_the_first_request_only() -> None:
    program = (
        "import sys; from pkqa.retrieve.openai_embed import OpenAICompatibleEmbedding as E; "
        "E(api_key='x'); sys.exit('openai' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
