"""The chat client against a server that answers truly, badly, or not at all.

The real ``openai`` client talks to a real socket throughout.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    MessageRole,
)
from llama_index.core.llms import MockLLM

from openai_server import (
    KEY,
    OpenAIServer,
    Step,
    cut,
    dripping,
    event,
    failing,
    page,
    saying,
    slow,
    stream,
    streaming,
    telling,
)
from pkqa.answer.chat import ChatModel, Message, Usage, chat_of
from pkqa.answer.llama_chat import LlamaIndexChat
from pkqa.answer.llm import CHAT, OpenAIChat
from pkqa.answer.thinking import aloud
from pkqa.errors import LLMError, UsageError
from pkqa.retrieve.openai_endpoint import Endpoint
from pkqa.retrieve.openai_faults import Patience
from pkqa.settings import Settings, load
from smollm2 import CONTEXT_TOKENS, serving

ASKED: list[Message] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Where was it held?"},
]
SAID = "It was held in Seoul. It opened in 2021."
TOKENS = 64


@pytest.fixture
def server(server: OpenAIServer) -> OpenAIServer:
    server.says = SAID
    return server


def chat_for(
    server: OpenAIServer, *, key: str | None = KEY, model: str | None = None, **values: Any
) -> OpenAIChat:
    quick = {"timeout": 5.0, "deadline": 10.0, "retries": 2, "first_wait": 0.001}
    options = {name: values.pop(name) for name in ("temperature", "tokens_field") if name in values}
    url = values.pop("base_url", server.url)
    patience = Patience(**(quick | {"longest_wait": 0.01} | values))
    endpoint = Endpoint.at(CHAT, url, server.model if model is None else model, key)
    return OpenAIChat(endpoint, patience, **options)


def fault(call: Callable[[], object], kind: str) -> str:
    """The message of the LLMError that the call must raise; no key in it, nor in its trace."""
    with pytest.raises(LLMError) as caught:
        call()
    assert caught.value.kind == kind, caught.value
    chain: BaseException | None = caught.value
    while chain is not None:
        assert KEY not in str(chain)
        assert KEY not in repr(chain)
        chain = chain.__cause__ or chain.__context__
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def heard(chat: ChatModel, tokens: int = TOKENS, seconds: float | None = None) -> tuple[str, str]:
    """What came of a reply before it failed, and the kind of the fault."""
    pieces = []
    try:
        for piece in chat.stream(ASKED, tokens, seconds):
            pieces.append(piece)
    except LLMError as error:
        return "".join(pieces), error.kind
    return "".join(pieces), ""


# What is sent, and what comes back.


def test_a_reply_comes_in_pieces_with_its_usage(server: OpenAIServer) -> None:
    reply = chat_for(server).stream(ASKED, TOKENS)
    pieces = list(reply)
    assert "".join(pieces) == SAID
    assert len(pieces) > 3
    assert reply.usage == Usage(prompt_tokens=6, completion_tokens=9)
    assert not reply.cut


def test_the_request_says_what_the_settings_say(server: OpenAIServer) -> None:
    assert chat_for(server).complete(ASKED, TOKENS) == SAID
    [request] = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": server.model,
        "messages": ASKED,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.0,
        "max_tokens": TOKENS,
    }


def test_a_model_that_wants_other_fields_gets_them(server: OpenAIServer) -> None:
    chat = chat_for(server, temperature=None, tokens_field="max_completion_tokens")
    chat.complete(ASKED, TOKENS)
    [request] = server.requests
    assert "temperature" not in request.body
    assert "max_tokens" not in request.body
    assert request.body["max_completion_tokens"] == TOKENS


def test_a_reply_at_its_limit_says_so(server: OpenAIServer) -> None:
    reply = chat_for(server).stream(ASKED, 4)
    assert reply.text() == "It was held in"
    assert reply.cut


def test_the_usage_is_told_in_its_own_event_with_the_text_or_not_at_all(
    server: OpenAIServer,
) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 5}
    with_text = event("Seoul.", "stop") | {"usage": usage}
    server.script(streaming(with_text), streaming(event("Seoul.", "stop") | {"usage": "many"}))
    chat = chat_for(server)
    first, second = chat.stream(ASKED, TOKENS), chat.stream(ASKED, TOKENS)
    assert (first.text(), first.usage) == ("Seoul.", Usage(3, 5))
    assert (second.text(), second.usage) == ("Seoul.", Usage())


def test_a_server_that_does_not_know_stream_options_is_asked_without(
    server: OpenAIServer,
) -> None:
    server.script(failing(400, "Unknown parameter: 'stream_options'"))
    chat = chat_for(server)
    assert [chat.complete(ASKED, TOKENS) for _ in range(2)] == [SAID, SAID]
    asked = ["stream_options" in request.body for request in server.requests]
    assert asked == [True, False, False]


def test_threads_may_share_a_model(server: OpenAIServer) -> None:
    server.says = lambda messages: " ".join([messages[-1]["content"]] * 40)
    chat, said = chat_for(server), {}

    def ask(number: int) -> None:
        asked = [{"role": "user", "content": f"n{number}"}]
        reply = chat.stream(asked, TOKENS)
        said[number] = (set(reply.text().split()), reply.usage)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == {number: ({f"n{number}"}, Usage(1, 40)) for number in range(6)}


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (saying(stream(event("Seoul."), event(finish="stop"))), "Seoul."),
        (saying(b"\xef\xbb\xbf\r\n" + stream(event("Seoul.", "stop"))), "Seoul."),
        (saying(stream(event("Séoul سيول", "stop")).replace(b"\n", b"\r\n")), "Séoul سيول"),
        (streaming(b": keep-alive", event("Seoul."), b"id: 4", event(finish="stop")), "Seoul."),
        (streaming(event("Seoul."), event(finish="stop"), done=False), "Seoul."),
        (streaming(event("Seoul.")), "Seoul."),  # [DONE] alone is an end too
        (streaming(event("Se"), {"choices": []}, {"id": "1"}, event("oul.", "stop")), "Seoul."),
        (streaming(event(reasoning_content="Hmm. "), event("Seoul.", "stop")), "Seoul."),
        (streaming(event("<think>Hm.</think>Seoul.", "stop")), "Seoul."),
        (streaming(event([{"type": "text", "text": "Se"}]), event("oul.", "stop")), "Seoul."),
        (
            streaming(
                event([{"type": "thinking", "thinking": []}, {"type": "text", "text": "Seoul."}]),
                event(finish="stop"),
            ),
            "Seoul.",
        ),
        (
            saying(b'{"choices": [{"message": {"content": "Seoul."}, "finish_reason": "stop"}]}'),
            "Seoul.",
        ),
        (
            saying(b'\n{"choices": [{"message": {"content": [{"text": "Seoul."}]}}]}'),
            "Seoul.",
        ),
    ],
)
def test_the_ways_in_which_servers_reply(server: OpenAIServer, step: Step, text: str) -> None:
    server.script(step)
    assert chat_for(server).complete(ASKED, TOKENS) == text


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_thinking_aloud_is_no_part_of_the_reply(size: int) -> None:
    text = "<think>I < you\n</think>\nSeoul, a < b. <THINKING>No?</THINKING>Yes."
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    restarts: list[None] = []
    assert "".join(aloud(pieces, lambda: restarts.append(None))) == "\nSeoul, a < b. Yes."
    assert restarts == []


def test_thoughts_without_their_opening_are_taken_back(server: OpenAIServer) -> None:
    server.script(telling("It may be Paris. </think>It is Seoul."))
    reply = chat_for(server).stream(ASKED, TOKENS)
    assert reply.text() == "It is Seoul."
    assert reply.restarts == 1


# What is tried again, and until when.


@pytest.mark.parametrize(
    "step",
    [
        failing(429, "Rate limit reached", "rate_limit_exceeded", retry_after="0"),
        failing(429, "Rate limit reached", retry_after="3600"),
        failing(500),
        failing(503),
        page(502),
        cut(),
        cut(0.02),
        streaming({"error": {"message": "overloaded", "code": 503}}),
        streaming(b"event: error", {"message": "overloaded"}),
        streaming(b'error: {"code": 500, "message": "overloaded"}'),
        streaming({"object": "error", "message": "overloaded", "code": 500}),
        streaming(event(reasoning_content="Hmm"), done=False),
    ],
)
def test_what_passes_is_tried_again_before_a_word_was_said(
    server: OpenAIServer, step: Step
) -> None:
    server.script(step, step)
    assert chat_for(server).complete(ASKED, TOKENS) == SAID
    assert len(server.requests) == 3


def test_a_silent_server_is_tried_again(server: OpenAIServer) -> None:
    server.script(slow(30))
    assert chat_for(server, timeout=0.3).complete(ASKED, TOKENS) == SAID
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("step", "kind", "words"),
    [
        (failing(429, "slow down"), "busy", "HTTP 429: slow down"),
        (failing(500, "oh"), "server", "HTTP 500: oh"),
        (cut(), "connection", "check that the server runs"),
        (streaming({"error": {"message": "oh"}}), "server", "an error inside the reply: oh"),
        (
            streaming({"error": {"message": "oh", "code": "rate_limit_exceeded"}}),
            "busy",
            "an error inside the reply: oh",
        ),
    ],
)
def test_there_is_an_end_to_trying(server: OpenAIServer, step: Step, kind: str, words: str) -> None:
    server.script(*[step] * 10)
    message = fault(lambda: chat_for(server).complete(ASKED, TOKENS), kind)
    assert words in message
    assert "gave up after 3 tries" in message
    assert len(server.requests) == 3


def test_retry_after_past_the_deadline_ends_it_at_once(server: OpenAIServer) -> None:
    server.script(failing(429, retry_after="60"))
    chat = chat_for(server, longest_wait=120.0)
    assert "gave up after 1 try" in fault(lambda: chat.complete(ASKED, TOKENS), "busy")
    assert len(server.requests) == 1


# Faults before a word was said: nothing helps, and it is said at once.


@pytest.mark.parametrize(
    ("step", "kind", "words"),
    [
        (failing(401, f"wrong {KEY}"), "key", "refused the key (HTTP 401); set PKQA_LLM_API_KEY"),
        (failing(403, f"not with {KEY}"), "key", "set PKQA_LLM_API_KEY (or OPENAI_API_KEY)"),
        (failing(429, "You exceeded", "insufficient_quota"), "quota", "no quota left"),
        (failing(404, "no", "DeploymentNotFound"), "model", "set PKQA_LLM_MODEL"),
        (failing(404, "model 'x' not found, try pulling it"), "model", "set PKQA_LLM_MODEL"),
        (
            failing(400, "request exceeds the available context size (2048 tokens)"),
            "too_long",
            "lower PKQA_LLM_CONTEXT_TOKENS",
        ),
        (failing(413, f"body too big, {KEY}"), "too_long", "lower PKQA_LLM_CONTEXT_TOKENS"),
        (
            failing(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'"),
            "request",
            "PKQA_LLM_TOKENS_FIELD (max_completion_tokens",
        ),
        (
            failing(400, "Unsupported value: 'temperature' does not support 0"),
            "request",
            "PKQA_LLM_TEMPERATURE (none leaves it out)",
        ),
        (failing(400, f"odd {KEY} thing\n\x1b[2J"), "request", "HTTP 400: odd [secret] thing [2J"),
        (page(404), "address", "PKQA_LLM_BASE_URL, which mostly ends in /v1"),
        (failing(307, location="http://127.0.0.1:1/v1"), "address", "PKQA_LLM_BASE_URL"),
        (page(), "unusable", "a web page"),
        (saying(b"[]"), "unusable", "JSON that is no object"),
        (saying(b"{}{"), "unusable", "not JSON"),
        (saying(b'{"choices": "no"}'), "unusable", "choices that are none"),
        (streaming(b"data: {broken"), "unusable", "not JSON"),
        (streaming(b"data: " + b"[" * 200_000), "unusable", "not JSON"),
        (streaming(b"data: 4"), "unusable", "JSON that is no object"),
        (saying(b'{"error": {"message": "bad", "code": 400}}'), "request", "bad"),
        (
            streaming({"error": {"message": "context length exceeded", "code": 400}}),
            "too_long",
            "PKQA_LLM_CONTEXT_TOKENS",
        ),
        (streaming(event(""), event(" \n"), event(finish="stop")), "empty", "PKQA_LLM_MODEL"),
        (streaming(event(tool_calls=[{}]), event(finish="tool_calls")), "empty", "empty reply"),
        (streaming(), "empty", "empty reply"),
        (
            streaming(event("<think>Hm, ", "length")),
            "empty",
            "raise PKQA_LLM_REPLY_TOKENS",
        ),
        (
            streaming(event(finish="content_filter")),
            "broken",
            "its content filter objects",
        ),
        (saying(b'{"id": ' + b" " * 2**21), "endless", "a reply without end"),
    ],
)
def test_a_fault_is_said_at_once(server: OpenAIServer, step: Step, kind: str, words: str) -> None:
    server.script(step)
    message = fault(lambda: chat_for(server).complete(ASKED, TOKENS), kind)
    assert words in message
    assert server.address in message
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"OK", b"", b"event: ping\n\n"])
def test_what_is_no_reply_at_all(server: OpenAIServer, body: bytes) -> None:
    server.script(*[saying(body)] * 3)
    assert "broke off" in fault(lambda: chat_for(server).complete(ASKED, TOKENS), "broken")


def test_a_wrong_model_is_named(server: OpenAIServer) -> None:
    chat = chat_for(server, model="no-such-model")
    message = fault(lambda: chat.complete(ASKED, TOKENS), "model")
    assert "'no-such-model'" in message
    assert "PKQA_LLM_MODEL" in message


def test_no_key_where_one_is_wanted(server: OpenAIServer) -> None:
    message = fault(lambda: chat_for(server, key=None).complete(ASKED, TOKENS), "key")
    assert "asks for a key and none is set (HTTP 401)" in message


def test_nobody_at_the_base_url(server: OpenAIServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    chat = chat_for(server, base_url=f"http://127.0.0.1:{port}/v1")
    message = fault(lambda: chat.complete(ASKED, TOKENS), "connection")
    assert f"no answer from http://127.0.0.1:{port}/v1" in message
    assert "gave up after 3 tries" in message


# Faults in the middle: what came stands, and nothing is tried again.


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (streaming(event("Seoul. "), done=False), "broken"),
        (streaming(event("Seoul. "), b"data: {", done=False), "unusable"),
        (streaming(event("Seoul. "), {"error": {"message": "oh"}}), "server"),
        (streaming(event("Seoul. "), event(finish="content_filter")), "broken"),
        (streaming(event("Seoul. "), *[event("x" * 400)] * 6), "endless"),
        (streaming(event("Seoul. "), *[b": " + b"x" * 60_000] * 40), "endless"),
    ],
)
def test_a_fault_in_the_middle_leaves_what_was_said(
    server: OpenAIServer, step: Step, kind: str
) -> None:
    server.script(step)
    text, met = heard(chat_for(server))
    assert text.startswith("Seoul. ")
    assert met == kind
    assert len(server.requests) == 1


def test_a_connection_cut_in_the_middle(server: OpenAIServer) -> None:
    server.script(cut(0.7))
    text, met = heard(chat_for(server))
    assert text
    assert SAID.startswith(text)
    assert met == "broken"
    assert len(server.requests) == 1


# The deadline.


def test_a_reply_in_drops_ends_at_the_deadline(server: OpenAIServer) -> None:
    # Each drop comes well within the time-out; all of them would take minutes.
    server.script(dripping(20, 0.05))
    message = fault(
        lambda: chat_for(server, deadline=0.5).complete(ASKED, TOKENS),
        "timeout",
    )
    assert "deadline of 0.5 s" in message
    assert "PKQA_LLM_DEADLINE" in message


def test_silence_in_the_middle_ends_at_the_deadline(server: OpenAIServer) -> None:
    # The first piece comes at once, the next not before the time-out: the deadline is first.
    server.script(lambda reply: dripping(len(reply.body) // 2, 30)(reply))
    text, met = heard(chat_for(server, timeout=20.0, deadline=0.5))
    assert text
    assert met == "timeout"


def test_a_caller_may_have_less_time_than_the_model(server: OpenAIServer) -> None:
    server.script(slow(30))
    assert heard(chat_for(server), seconds=0.3) == ("", "timeout")


def test_the_usage_is_not_waited_for_longer_than_it_is_worth(server: OpenAIServer) -> None:
    body = stream(event("Seoul.", "stop"), done=False)
    server.script(
        lambda _: dripping(len(body), 30)(
            saying(body + b": " + b"x" * 100, media_type="text/event-stream")(_)
        )
    )
    reply = chat_for(server, timeout=30.0, deadline=60.0).stream(ASKED, TOKENS)
    assert reply.text() == "Seoul."


def test_an_endless_error_is_not_read_to_its_end(server: OpenAIServer) -> None:
    server.script(*[saying(b"x" * 2**20, 400, "text/plain")] * 3)
    message = fault(lambda: chat_for(server).complete(ASKED, TOKENS), "request")
    assert len(message) < 1000


# Keys and settings.


def test_the_key_turns_up_nowhere(server: OpenAIServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    chat = chat_for(server)
    server.script(failing(500, KEY), cut(), failing(400, KEY))
    fault(lambda: chat.complete(ASKED, TOKENS), "request")
    chat.complete(ASKED, TOKENS)
    assert KEY not in repr(chat)
    assert KEY not in chat.name
    assert len(caplog.records) > 0  # the client and the transport do log at this level
    assert all(KEY not in record.getMessage() for record in caplog.records)
    assert KEY not in caplog.text


def test_azure_gets_its_key_in_a_header_of_its_own(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with OpenAIServer() as server:
        # The way to Azure leads through a proxy, which is the server itself.
        url = "http://unit.openai.azure.com/openai/v1"
        server.routes[f"{url}/chat/completions"] = server.routes["/v1/chat/completions"]
        server.says = SAID
        monkeypatch.setenv("HTTP_PROXY", f"http://{server.address}")
        assert chat_for(server, base_url=url).complete(ASKED, TOKENS) == SAID
        [request] = server.requests
    assert request.headers["api-key"] == KEY
    assert "authorization" not in request.headers
    assert len(caplog.records) > 0
    assert KEY not in caplog.text


def test_a_password_in_the_base_url_goes_in_the_key_s_place() -> None:
    with OpenAIServer() as server:
        server.says = SAID
        chat = chat_for(server, base_url=f"http://me:{KEY}@{server.address}/v1/", key=None)
        assert chat.complete(ASKED, TOKENS) == SAID
        assert server.requests[0].headers["authorization"].startswith("Basic ")


def loaded(tmp_path: Path, **environ: str) -> Settings:
    return load(environ=environ, config=tmp_path / "none.toml")


def test_the_settings_reach_the_wire(server: OpenAIServer, tmp_path: Path) -> None:
    chat = chat_of(
        loaded(
            tmp_path,
            PKQA_LLM_BASE_URL=server.url,
            PKQA_LLM_MODEL=server.model,
            PKQA_LLM_API_KEY=KEY,
            PKQA_LLM_TEMPERATURE="none",
            PKQA_LLM_TOKENS_FIELD="max_completion_tokens",
        )
    )
    assert chat is not None
    assert chat.name == server.model
    assert chat.complete(ASKED, TOKENS) == SAID
    [request] = server.requests
    assert "temperature" not in request.body
    assert request.body["max_completion_tokens"] == TOKENS


def test_auto_takes_a_model_where_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert chat_of(loaded(tmp_path)) is None
    assert chat_of(loaded(tmp_path, PKQA_LLM_API_KEY=KEY)) is not None
    assert chat_of(loaded(tmp_path, OPENAI_API_KEY=KEY)) is not None
    assert chat_of(loaded(tmp_path, PKQA_LLM_BASE_URL="http://127.0.0.1:1/v1")) is not None
    quoting = {"PKQA_ANSWERER": "quote", "PKQA_LLM_API_KEY": KEY}
    assert chat_of(loaded(tmp_path, **quoting)) is None


def test_openai_s_key_goes_to_openai_alone(tmp_path: Path) -> None:
    elsewhere = {"OPENAI_API_KEY": KEY, "PKQA_LLM_BASE_URL": "http://127.0.0.1:1/v1"}
    assert loaded(tmp_path, **elsewhere).llm_api_key is None
    assert loaded(tmp_path, OPENAI_API_KEY=KEY).llm_api_key is not None
    # Either part has its own rule.
    embedding = {"OPENAI_API_KEY": KEY, "PKQA_EMBED_BASE_URL": "http://127.0.0.1:1/v1"}
    assert loaded(tmp_path, **embedding).llm_api_key is not None
    assert loaded(tmp_path, **embedding).embed_api_key is None


def test_a_model_is_wanted_and_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="PKQA_LLM_BASE_URL"):
        chat_of(loaded(tmp_path, PKQA_ANSWERER="llm"))


def test_a_key_that_cannot_be_sent_is_refused_without_quoting_it(tmp_path: Path) -> None:
    settings = loaded(tmp_path, PKQA_LLM_API_KEY=f"{KEY} x")
    assert "PKQA_LLM_API_KEY" in fault(lambda: chat_of(settings), "unusable")


def test_the_client_is_imported_for_a_model_only() -> None:
    program = (
        "import sys; from pkqa.answer.chat import chat_of; from pkqa.settings import Settings; "
        "chat_of(Settings()); sys.exit('openai' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


# A real server, and a real model.


@pytest.mark.slow
def test_llama_cpp_is_understood(tmp_path: Path) -> None:
    with serving() as url:
        chat = chat_of(loaded(tmp_path, PKQA_LLM_BASE_URL=url))
        assert chat is not None
        reply = chat.stream(ASKED, 8)
        assert len(list(reply)) == 8
        assert reply.usage.completion_tokens == 8
        assert 10 < reply.usage.prompt_tokens < 60
        assert reply.cut
        long: list[Message] = [{"role": "user", "content": "peace " * 2 * CONTEXT_TOKENS}]
        fault(lambda: chat.complete(long, 8), "too_long")


# Models of llama-index's.


class Spoken(MockLLM):
    """A model that says these pieces, or raises the error at the end of them."""

    pieces: Sequence[str] = ()
    failure: Exception | None = None
    wait: float = 0.0

    def stream_chat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponseGen:
        assert [message.role for message in messages] == [MessageRole.SYSTEM, MessageRole.USER]

        def pieces() -> ChatResponseGen:
            counts = {"prompt_tokens": 4, "completion_tokens": 2}
            for piece in self.pieces:
                message = ChatMessage(role=MessageRole.ASSISTANT, content=piece)
                yield ChatResponse(message=message, delta=piece, additional_kwargs=counts)
            threading.Event().wait(self.wait)
            if self.failure is not None:
                raise self.failure

        return pieces()


def spoken(*pieces: str, failure: Exception | None = None, wait: float = 0.0) -> LlamaIndexChat:
    llm = Spoken(max_tokens=None)
    llm.pieces, llm.failure, llm.wait = pieces, failure, wait
    return LlamaIndexChat(llm)


def test_a_model_of_llama_index_s_is_as_good() -> None:
    chat = spoken("<think>Hm</think>", "Se", "oul.")
    reply = chat.stream(ASKED, TOKENS)
    assert list(reply) == ["Se", "oul."]
    assert reply.usage == Usage(4, 2)
    assert chat.complete(ASKED, TOKENS) == "Seoul."
    assert chat.name == "MockLLM"


def test_llama_index_s_own_mock_answers() -> None:
    assert "Where was it held?" in LlamaIndexChat(MockLLM()).complete(ASKED, TOKENS)


def test_a_model_of_llama_index_s_that_fails() -> None:
    wrong = ValueError(f"key {KEY}")
    assert "ValueError" in fault(lambda: spoken(failure=wrong).complete(ASKED, TOKENS), "server")
    assert heard(spoken("Seoul. ", failure=wrong)) == ("Seoul. ", "broken")
    assert heard(spoken()) == ("", "empty")
    assert heard(spoken(*["word "] * 10), tokens=1)[1] == "endless"
    assert heard(spoken("Seoul. ", wait=5.0), seconds=0.3) == ("Seoul. ", "timeout")


def test_a_conversation_over_the_model_s_own_limit() -> None:
    with OpenAIServer(most_words=4) as server:
        message = fault(lambda: chat_for(server, key=None).complete(ASKED, TOKENS), "too_long")
    assert "maximum context length is 4 tokens" in message
