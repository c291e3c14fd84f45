"""The rerank client against a server that answers truly, badly, or not at all.

The real HTTP client talks to a real socket throughout.
"""

from __future__ import annotations

import gc
import json
import logging
import socket
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from openai_server import (
    KEY,
    OpenAIServer,
    Reply,
    Step,
    cut,
    dripping,
    failing,
    honest,
    page,
    saying,
    slow,
)
from pkqa.errors import RerankerError
from pkqa.retrieve.openai_endpoint import Endpoint
from pkqa.retrieve.openai_faults import Patience
from pkqa.retrieve.rerank import RERANKING, EndpointReranker, Reranker, reranker_of
from pkqa.settings import Settings, load

QUERY = "helicopters over the camp"
TEXTS = [
    "the minister spoke in Seoul",
    "helicopters fly over the camp",
    "مروحيات فوق المعسكر <b>\n",
    "a camp in Mali",
]
NEAREST = 1
WITHOUT = "or unset PKQA_RERANK_BASE_URL to go without a reranker"
LEFT_OUT = float("-inf")

Results = list[dict[str, Any]]


def reranker_for(
    server: OpenAIServer,
    *,
    base_url: str | None = None,
    model: str | None = None,
    key: str | None = KEY,
    **values: Any,
) -> EndpointReranker:
    quick = {"timeout": 5.0, "deadline": 5.0, "retries": 5, "first_wait": 0.001}
    patience = Patience(**(quick | {"longest_wait": 0.01} | values))
    named = server.model if model is None else model
    return EndpointReranker(Endpoint.at(RERANKING, base_url or server.url, named, key), patience)


def edited(edit: Callable[[Results], object]) -> Step:
    """The results of the true reply, changed: ``edit`` gets them and gives the whole body."""
    return lambda reply: replace(
        reply, body=json.dumps(edit(json.loads(reply.body)["results"])).encode()
    )


def first(**values: object) -> Step:
    """Fields of the first result replaced."""
    return edited(lambda results: {"results": [results[0] | values, *results[1:]]})


def score_only(results: Results) -> Results:
    """The entries as text-embeddings-inference writes them."""
    return [{"index": r["index"], "score": r["relevance_score"]} for r in results]


def complaint(call: Callable[[], object]) -> str:
    """The message of the RerankerError that the call must raise; no key in it, nor in its trace."""
    with pytest.raises(RerankerError) as caught:
        call()
    assert KEY not in "".join(traceback.format_exception(caught.value))
    message = str(caught.value)
    assert message.endswith(WITHOUT)
    return message


# What goes out and what comes back.


def test_the_scores_are_in_the_order_of_the_texts(server: OpenAIServer) -> None:
    scores = reranker_for(server).scores(QUERY, TEXTS)
    assert len(scores) == len(TEXTS)
    assert max(scores) == scores[NEAREST]
    # Each is the text's own: a text asked about alone scores the same.
    alone = [reranker_for(server).scores(QUERY, [text])[0] for text in TEXTS]
    assert scores == alone
    assert len(set(alone)) == len(TEXTS)


def test_all_texts_go_in_one_request_of_cohere_s_form(server: OpenAIServer) -> None:
    reranker_for(server).scores(QUERY, tuple(TEXTS))
    [request] = server.requests
    assert request.path == "/v1/rerank"
    assert request.body == {"model": server.model, "query": QUERY, "documents": TEXTS}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_no_model_is_not_mentioned(server: OpenAIServer) -> None:
    reranker_for(server, model="").scores(QUERY, TEXTS)
    assert "model" not in server.requests[0].body


def test_no_text_is_no_request(server: OpenAIServer) -> None:
    assert reranker_for(server).scores(QUERY, []) == []
    assert server.requests == []


def test_half_a_character_is_sent_as_it_is(server: OpenAIServer) -> None:
    # What a command line in another encoding leaves in a question.
    reranker_for(server).scores("camp \udcff", TEXTS)
    assert server.requests[0].body["query"] == "camp \udcff"


@pytest.mark.parametrize(
    "form",
    [
        edited(lambda results: {"data": results}),
        edited(score_only),
        edited(lambda results: {"results": score_only(results)}),
        edited(lambda results: {"results": sorted(results, key=lambda r: r["index"])}),
        edited(lambda results: {"results": [r | {"score": "0.1"} for r in results]}),
    ],
    ids=["data", "bare list", "score", "not sorted", "both scores"],
)
def test_the_forms_of_a_reply_mean_the_same(server: OpenAIServer, form: Step) -> None:
    reranker = reranker_for(server)
    server.script(honest, form)
    assert reranker.scores(QUERY, TEXTS) == reranker.scores(QUERY, TEXTS)


def test_scores_of_any_size_and_sign_are_taken(server: OpenAIServer) -> None:
    body = [{"index": i, "relevance_score": s} for i, s in enumerate([-11, 7.5, 0, -1e-9])]
    server.script(edited(lambda _: {"results": body}))
    assert reranker_for(server).scores(QUERY, TEXTS) == [-11.0, 7.5, 0.0, -1e-9]


def test_texts_that_the_server_leaves_out_come_last(server: OpenAIServer) -> None:
    server.script(edited(lambda results: {"results": results[:1]}))
    scores = reranker_for(server).scores(QUERY, TEXTS)
    assert scores[NEAREST] > LEFT_OUT
    assert [score for i, score in enumerate(scores) if i != NEAREST] == [LEFT_OUT] * 3


def test_a_reply_may_hold_the_documents_however_escaped(server: OpenAIServer) -> None:
    def escaped(reply: Reply) -> Reply:
        return replace(reply, body=reply.body.replace(b"<", b"\\u003c"))

    server.script(escaped)
    long = ["<" * 2**20 + " camp", "camp"]
    assert len(reranker_for(server).scores(QUERY, long)) == 2


# What is tried again.


@pytest.mark.parametrize(
    "step",
    [
        failing(429, "Rate limit reached", retry_after="0"),
        failing(408),
        failing(500),
        page(502),
        cut(),
        cut(0.5),
    ],
)
def test_passing_faults_are_tried_again(server: OpenAIServer, step: Step) -> None:
    server.script(step, step)
    scores = reranker_for(server).scores(QUERY, TEXTS)
    assert max(scores) == scores[NEAREST]
    assert len(server.requests) == 3


def test_a_silent_server_is_tried_again(server: OpenAIServer) -> None:
    server.script(slow(30))
    scores = reranker_for(server, timeout=0.2).scores(QUERY, TEXTS)
    assert max(scores) == scores[NEAREST]
    assert len(server.requests) >= 2


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (failing(429, "slow down"), "HTTP 429: slow down"),
        (failing(500), "HTTP 500"),
        (cut(), "check that the server runs and that PKQA_RERANK_BASE_URL is right"),
    ],
)
def test_there_is_an_end_to_trying(server: OpenAIServer, step: Step, words: str) -> None:
    server.script(*[step] * 10)
    message = complaint(lambda: reranker_for(server, retries=2).scores(QUERY, TEXTS))
    assert words in message
    assert "gave up after 3 tries" in message
    assert len(server.requests) == 3


@pytest.mark.parametrize("step", [slow(30), dripping(10, 0.05)])
def test_the_time_out_holds_for_all_tries_together(server: OpenAIServer, step: Step) -> None:
    server.script(*[step] * 10)
    settings = Settings(
        rerank_base_url=server.url, rerank_timeout=0.3, rerank_api_key=SecretStr(KEY)
    )
    reranker = reranker_of(settings)
    assert reranker is not None
    message = complaint(lambda: reranker.scores(QUERY, TEXTS))
    assert "did not answer in time; try later, or raise PKQA_RERANK_TIMEOUT" in message
    assert "gave up after 1 try: the next would come after the deadline of 0.3 s" in message
    assert len(server.requests) == 1


# What is not tried again, and what is said.


def test_a_wrong_key_names_the_variable_and_no_key(server: OpenAIServer) -> None:
    wrong = KEY.replace("9027", "9028")
    message = complaint(lambda: reranker_for(server, key=wrong).scores(QUERY, TEXTS))
    assert "refused the key (HTTP 401); set PKQA_RERANK_API_KEY to a valid one" in message
    assert "OPENAI" not in message
    assert "Xw3" not in message
    assert len(server.requests) == 1


def test_no_key_where_one_is_wanted(server: OpenAIServer) -> None:
    message = complaint(lambda: reranker_for(server, key=None).scores(QUERY, TEXTS))
    assert "asks for a key and none is set (HTTP 401); set PKQA_RERANK_API_KEY" in message
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (failing(403, f"not with {KEY}"), "refused the key (HTTP 403); set PKQA_RERANK_API_KEY"),
        (failing(429, "You exceeded", "insufficient_quota"), "no quota left"),
        (failing(413, f"body too big, {KEY}"), "lower PKQA_RERANK_DEPTH"),
        (failing(400, "maximum context length is 512"), "lower PKQA_RERANK_DEPTH"),
        (failing(400, f"odd {KEY} thing\n\x1b[2J"), "HTTP 400: odd [secret] thing [2J)"),
        (
            saying(b'{"message": "model is required"}', 400),
            "HTTP 400: model is required); check PKQA_RERANK_MODEL",
        ),
        (saying(b'{"detail": "top_n is odd"}', 422), "HTTP 422: top_n is odd"),
        (saying(b"missing field `texts`", 422, "text/plain"), "HTTP 422: missing field `texts`"),
        (saying(b'{"error": "no such field"}', 400), "HTTP 400: no such field"),
        (page(404), "there is no rerank endpoint at"),
        (failing(308, location="http://127.0.0.1:1/"), "there is no rerank endpoint at"),
        (saying(b" " * 2**22), "a reply without end"),
        (saying(b" " * 2**22, 400), "a reply without end"),
        (page(), "a web page instead of scores"),
        (saying(b"OK"), "not JSON instead of scores"),
        (saying(b""), "not JSON instead of scores"),
        (saying(b"[" * 200_000), "not JSON instead of scores"),
        (saying(b"{}"), "JSON without a list of scores"),
        (saying(b"7"), "JSON without a list of scores"),
        (saying(b'{"results": null}'), "JSON without a list of scores"),
        (saying(b'{"error": {"message": "out of memory"}}'), "out of memory"),
        (saying(b'{"error": "' + KEY.encode() + b'"}'), "an error instead of scores: [secret]"),
        (saying(b"[]"), "an empty list"),
        (saying(b"[0.5, 0.25]"), "without an index and a score"),
        (first(index=4), "the index 4 for 4 texts"),
        (first(index=-1), "the index -1 for 4 texts"),
        (first(index=None), "without an index and a score"),
        (first(index=True), "without an index and a score"),
        (first(index=1.0), "without an index and a score"),
        (first(relevance_score=None), "without an index and a score"),
        (first(relevance_score="0.5"), "without an index and a score"),
        (first(relevance_score=True), "without an index and a score"),
        (first(relevance_score=float("nan")), "not finite"),
        (first(relevance_score=float("-inf")), "not finite"),
        (first(relevance_score=10**400), "not finite"),
        (edited(lambda results: {"results": results[:1] * 2}), "the index 1 twice"),
        (edited(lambda results: [{"index": r["index"]} for r in results]), "without an index"),
        (edited(lambda results: [{"score": 1.0} for _ in results]), "without an index"),
    ],
)
def test_a_refusal_or_nonsense_is_said_at_once(
    server: OpenAIServer, step: Step, words: str
) -> None:
    server.script(step)
    message = complaint(lambda: reranker_for(server).scores(QUERY, TEXTS))
    assert words in message
    assert server.address in message
    assert "PKQA_EMBED" not in message
    assert len(server.requests) == 1


def test_an_unknown_model_is_named(server: OpenAIServer) -> None:
    message = complaint(lambda: reranker_for(server, model="no-such-model").scores(QUERY, TEXTS))
    assert "'no-such-model'" in message
    assert "set PKQA_RERANK_MODEL" in message


def test_more_texts_than_the_server_takes(server: OpenAIServer) -> None:
    server.most_inputs = 2
    message = complaint(lambda: reranker_for(server).scores(QUERY, TEXTS))
    assert "batch size 4 > 2" in message
    assert "lower PKQA_RERANK_DEPTH" in message


def test_a_server_of_one_model_is_blamed_without_a_name(server: OpenAIServer) -> None:
    server.script(failing(413))
    message = complaint(lambda: reranker_for(server, model="").scores(QUERY, TEXTS))
    assert "the input is too long for the model at" in message


def test_a_base_url_without_its_path(server: OpenAIServer) -> None:
    astray = reranker_for(server, base_url=f"http://{server.address}")
    message = complaint(lambda: astray.scores(QUERY, TEXTS))
    assert "HTTP 404: Not Found" in message
    assert "check PKQA_RERANK_BASE_URL, to which /rerank is added" in message


def test_nobody_at_the_base_url(server: OpenAIServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    lonely = reranker_for(server, base_url=f"http://127.0.0.1:{port}/v1", retries=1)
    message = complaint(lambda: lonely.scores(QUERY, TEXTS))
    assert f"no answer from http://127.0.0.1:{port}/v1" in message
    assert "gave up after 2 tries" in message


# Keys, addresses, and where they must not turn up.


def test_the_key_turns_up_nowhere(server: OpenAIServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reranker = reranker_for(server)
    server.script(failing(500, KEY), cut(), failing(400, KEY))
    complaint(lambda: reranker.scores(QUERY, TEXTS))
    reranker.scores(QUERY, TEXTS)
    assert len(caplog.records) > 0  # the client does log at this level
    shown = [repr(reranker), repr(vars(reranker)), caplog.text]
    shown += [repr(record.args) for record in caplog.records]
    assert not any(KEY in text for text in shown)


def test_a_password_in_the_base_url_is_used_and_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with OpenAIServer() as server:
        reranker = reranker_for(server, base_url=f"http://me:{KEY}@{server.address}/v1/")
        server.script(failing(400, f"you are me:{KEY}"))
        assert server.url in complaint(lambda: reranker.scores(QUERY, TEXTS))
        reranker.scores(QUERY, TEXTS)
        assert KEY not in caplog.text
        sent = {request.headers["authorization"] for request in server.requests}
        # base64 of "me:<KEY>", worked out by hand with the `base64` command
        assert sent == {"Basic bWU6Y28tWHczLW5vdC1mb3ItYW55b25lLXRvLXJlYWQtOTAyNw=="}


def test_a_redirect_takes_neither_question_nor_key_elsewhere(server: OpenAIServer) -> None:
    with OpenAIServer() as elsewhere:
        server.script(failing(307, location=f"{elsewhere.url}/rerank"))
        complaint(lambda: reranker_for(server).scores(QUERY, TEXTS))
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    "url",
    [
        f"me:{KEY}@host/v1",
        f"ftp://me:{KEY}@host/v1",
        f"http://me:{KEY}@999.1.1.1/v1",
        f"http://me:{KEY}@host..example/v1",
        f"http://host/v1\x00{KEY}",
        f"https://host/v1?key={KEY}",
        " ",
    ],
)
def test_a_base_url_that_is_none_is_refused_without_quoting_it(url: str) -> None:
    message = complaint(lambda: reranker_of(Settings(rerank_base_url=url)))
    assert "set PKQA_RERANK_BASE_URL" in message


def test_a_key_that_cannot_be_sent_is_refused_without_quoting_it(tmp_path: Path) -> None:
    environ = {"PKQA_RERANK_BASE_URL": "http://host", "PKQA_RERANK_API_KEY": f"{KEY}é"}
    settings = load(environ=environ, config=tmp_path / "none.toml")
    assert "set PKQA_RERANK_API_KEY anew" in complaint(lambda: reranker_of(settings))


# From the settings.


def configured(tmp_path: Path, **environ: str) -> Reranker | None:
    return reranker_of(load(environ=environ, config=tmp_path / "none.toml"))


def test_no_base_url_is_no_reranker(tmp_path: Path) -> None:
    assert configured(tmp_path) is None
    assert configured(tmp_path, PKQA_RERANK_API_KEY=KEY, PKQA_RERANK_MODEL="m") is None


def test_the_settings_reach_the_wire(server: OpenAIServer, tmp_path: Path) -> None:
    reranker = configured(
        tmp_path,
        PKQA_RERANK_BASE_URL=server.url,
        PKQA_RERANK_MODEL=server.model,
        PKQA_RERANK_API_KEY=KEY,
    )
    assert reranker is not None
    scores = reranker.scores(QUERY, TEXTS)
    assert max(scores) == scores[NEAREST]
    assert server.requests[0].body["model"] == server.model
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_no_other_service_s_key_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with OpenAIServer() as server:
        reranker = configured(
            tmp_path,
            PKQA_RERANK_BASE_URL=server.url,
            PKQA_EMBED_API_KEY=KEY,
            OPENAI_API_KEY=KEY,
        )
        assert reranker is not None
        reranker.scores(QUERY, TEXTS)
        assert "authorization" not in server.requests[0].headers
        assert KEY not in repr(server.requests[0])


def test_a_reranker_that_is_dropped_leaves_no_socket_open(server: OpenAIServer) -> None:
    reranker = reranker_for(server)
    reranker.scores(QUERY, TEXTS)
    client = reranker._client
    del reranker
    gc.collect()
    assert client.is_closed
