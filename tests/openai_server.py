"""A server on the loopback that speaks OpenAI's protocol (embeddings and chat), and Cohere's for
reranking, truly or, where scripted, badly.

It answers by itself as a real server does: wrong keys, unknown models, too many inputs and too
long inputs are refused. A *step* of the script changes the answer to one request: steps are used
up in the order in which requests come; with none left the server is honest again. A further
endpoint is a further entry of ``OpenAIServer.routes``.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

KEY = "co-Xw3-not-for-anyone-to-read-9027"  # of the fixture ``server``
NATIVE = 64  # dimensions of the served model
LENGTH = 3.0  # of the vectors served: not 1, so that a client has to normalise


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]  # names in lower case
    body: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What goes back; ``body`` may be anything, the rest says how it goes."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    before: float = 0.0  # seconds of silence first
    piece: int = 0  # bytes at a time, 0 for all at once
    between: float = 0.0  # seconds between two pieces
    sent: float = 1.0  # share of the body sent before the connection is cut; 0 cuts at once


Step = Callable[[Reply], Reply]


def json_reply(body: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode())


def error_reply(status: int, message: str, code: str | None = None) -> Reply:
    return json_reply({"error": {"message": message, "type": "error", "code": code}}, status)


# The steps.


def honest(reply: Reply) -> Reply:
    return reply


def failing(status: int, message: str = "no", code: str | None = None, **headers: str) -> Step:
    """An error in OpenAI's form; a header's name is written with underscores."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    wrong = error_reply(status, message, code)
    return lambda _: replace(wrong, headers={**wrong.headers, **extra})


def saying(body: bytes, status: int = 200, media_type: str = "application/json") -> Step:
    """Any body at all."""
    return lambda _: Reply(status, body, {"Content-Type": media_type})


def page(status: int = 200) -> Step:
    return saying(b"<!doctype html><html><title>Welcome</title></html>", status, "text/html")


def slow(seconds: float) -> Step:
    return lambda reply: replace(reply, before=seconds)


def dripping(piece: int, between: float) -> Step:
    return lambda reply: replace(reply, piece=piece, between=between)


def cut(sent: float = 0.0) -> Step:
    return lambda reply: replace(reply, sent=sent)


def edited(edit: Callable[[list[dict[str, Any]]], object]) -> Step:
    """The embeddings of the true reply, changed: ``edit`` gets its ``data`` and gives another."""

    def step(reply: Reply) -> Reply:
        body = json.loads(reply.body)
        return replace(reply, body=json.dumps(body | {"data": edit(body["data"])}).encode())

    return step


def shuffled(reply: Reply) -> Reply:
    return edited(lambda data: data[1::2] + data[0::2])(reply)


def fewer(reply: Reply) -> Reply:
    return edited(lambda data: data[:-1])(reply)


def with_value(value: object) -> Step:
    """The first number of the first vector replaced."""

    def edit(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
        first = data[0] | {"embedding": [value, *data[0]["embedding"][1:]]}
        return [first, *data[1:]]

    return edited(edit)


def with_vectors(vector: list[float]) -> Step:
    """Every vector replaced by this one."""
    return edited(lambda data: [entry | {"embedding": vector} for entry in data])


# Chat completions. What the model says is scripted: ``OpenAIServer.says``, or a step of these.


def event(
    text: str | list[dict[str, Any]] | None = None, finish: str | None = None, **delta: Any
) -> dict[str, Any]:
    """One event of a stream: a piece of the text, or the end of it."""
    told = delta if text is None else delta | {"content": text}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "model": "m",
        "choices": [{"index": 0, "delta": told, "finish_reason": finish}],
    }


def stream(*events: object, done: bool = True) -> bytes:
    """The body of a stream: an object is sent as JSON, bytes as the line that they are."""
    lines = [e if isinstance(e, bytes) else b"data: " + json.dumps(e).encode() for e in events]
    return b"".join(line + b"\n\n" for line in [*lines, *([b"data: [DONE]"] if done else [])])


def streaming(*events: object, done: bool = True) -> Step:
    """A stream of these events and no other."""
    return saying(stream(*events, done=done), media_type="text/event-stream")


def telling(text: str, finish: str = "stop") -> Step:
    """A stream of this text, a word an event."""
    return streaming(event("", role="assistant"), *map(event, _pieces(text)), event(finish=finish))


def _pieces(text: str) -> list[str]:
    words = text.split(" ")
    return [word if not at else f" {word}" for at, word in enumerate(words)]


# The model.


@cache
def _word(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(NATIVE)


def embedding(text: str, dimensions: int | None = None) -> NDArray[np.float64]:
    """A bag of words as a vector of length ``LENGTH``: texts that share words are near."""
    total = np.sum([_word(word) for word in text.casefold().split()], axis=0)[:dimensions]
    scaled: NDArray[np.float64] = LENGTH * total / np.linalg.norm(total)
    return scaled


class OpenAIServer:
    """The server, running from entry to exit of the ``with`` block."""

    def __init__(
        self,
        *,
        model: str = "bag-of-words",
        key: str | None = None,
        most_inputs: int = 2048,
        most_words: int = 100_000,
    ) -> None:
        self.model = model
        self.key = key
        self.most_inputs = most_inputs
        self.most_words = most_words
        # What the chat model says to a conversation.
        self.says: str | Callable[[list[dict[str, str]]], str] = "NOT_IN_PASSAGES"
        self.requests: list[Request] = []
        self.routes: dict[str, Callable[[dict[str, Any]], Reply]] = {
            "/v1/embeddings": self._embeddings,
            "/v1/rerank": self._rerank,
            "/v1/chat/completions": self._chat,
        }
        self._steps: deque[Step] = deque()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._connection())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://{self.address}/v1"

    def script(self, *steps: Step) -> None:
        """Change the answers to the next requests, one step each."""
        with self._lock:
            self._steps.extend(steps)

    def inputs(self) -> list[list[str]]:
        """The inputs of each embeddings request so far."""
        return [request.body["input"] for request in self.requests if "input" in request.body]

    def chats(self) -> list[list[dict[str, str]]]:
        """The messages of each chat request so far."""
        return [r.body["messages"] for r in self.requests if "messages" in r.body]

    def answer(self, request: Request) -> Reply:
        """The reply to a request, the script applied."""
        with self._lock:
            self.requests.append(request)
            step = self._steps.popleft() if self._steps else honest
        return step(self._honest(request))

    def _honest(self, request: Request) -> Reply:
        route = self.routes.get(request.path)
        if route is None:
            return json_reply({"detail": "Not Found"}, 404)
        sent = request.headers.get("authorization", "")
        if self.key is not None and sent != f"Bearer {self.key}":
            # A careless server: it repeats what it was sent.
            return error_reply(401, f"Incorrect API key provided: {sent}", "invalid_api_key")
        name = request.body.get("model", self.model)
        if name != self.model:
            return error_reply(404, f"The model `{name}` does not exist", "model_not_found")
        return route(request.body)

    def _embeddings(self, body: dict[str, Any]) -> Reply:
        inputs = body["input"]
        if len(inputs) > self.most_inputs:
            return error_reply(413, f"batch size {len(inputs)} > {self.most_inputs}")
        if max(len(text.split()) for text in inputs) > self.most_words:
            return error_reply(
                400,
                f"This model's maximum context length is {self.most_words} tokens",
                "context_length_exceeded",
            )
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": embedding(text, body.get("dimensions")).tolist(),
            }
            for index, text in enumerate(inputs)
        ]
        used = sum(len(text.split()) for text in inputs)
        return json_reply(
            {
                "object": "list",
                "model": self.model,
                "data": data,
                "usage": {"prompt_tokens": used, "total_tokens": used},
            }
        )

    def _rerank(self, body: dict[str, Any]) -> Reply:
        documents = body["documents"]
        if len(documents) > self.most_inputs:
            return error_reply(413, f"batch size {len(documents)} > {self.most_inputs}")
        query = embedding(body["query"])
        results: list[dict[str, Any]] = [
            {
                "index": index,
                "relevance_score": float(query @ embedding(text)) / LENGTH**2,
                "document": {"text": text},
            }
            for index, text in enumerate(documents)
        ]
        results.sort(key=lambda result: -result["relevance_score"])
        return json_reply({"id": "1", "model": self.model, "results": results})

    def _chat(self, body: dict[str, Any]) -> Reply:
        messages = body["messages"]
        asked = sum(len(message["content"].split()) for message in messages)
        if asked > self.most_words:
            return error_reply(
                400,
                f"This model's maximum context length is {self.most_words} tokens",
                "context_length_exceeded",
            )
        text = self.says if isinstance(self.says, str) else self.says(messages)
        pieces, most = _pieces(text), body.get("max_tokens", 1_000_000)
        finish = "length" if len(pieces) > most else "stop"
        told = pieces[:most]
        usage = {
            "prompt_tokens": asked,
            "completion_tokens": len(told),
            "total_tokens": asked + len(told),
        }
        if not body.get("stream"):
            message = {"role": "assistant", "content": "".join(told)}
            choice = {"index": 0, "message": message, "finish_reason": finish}
            return json_reply({"id": "1", "choices": [choice], "usage": usage})
        events = [event("", role="assistant"), *map(event, told), event(finish=finish)]
        if body.get("stream_options", {}).get("include_usage"):
            events.append({"id": "1", "choices": [], "usage": usage})
        return Reply(200, stream(*events), {"Content-Type": "text/event-stream"})

    def _connection(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Connection(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each small write waits for the last one's receipt

            def handle(self) -> None:
                with suppress(ConnectionError):  # a client that timed out resets the connection
                    super().handle()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = server.answer(Request(self.path, headers, json.loads(body)))
                try:
                    self._send(reply)
                except OSError:  # the client has hung up, as a timed-out one does
                    self.close_connection = True

            def _send(self, reply: Reply) -> None:
                server.pause(reply.before)
                if reply.sent == 0:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                body = reply.body[: int(len(reply.body) * reply.sent)]
                size = reply.piece or len(body) or 1
                for start in range(0, len(body), size):
                    self.wfile.write(body[start : start + size])
                    server.pause(reply.between)
                if reply.sent < 1:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output clean."""

        return Connection

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than the server runs."""
        if seconds:
            self._closing.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
