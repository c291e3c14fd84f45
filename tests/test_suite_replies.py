"""What a model said is written down and said again, bit for bit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pkqa.answer.chat import Message, Reply, Usage
from pkqa.errors import LLMError, PkqaError, UsageError
from pkqa.evals.suite.replies import Recorder, Replayer, text_of

ASKED: list[Message] = [{"role": "user", "content": "Who?"}]
OTHER: list[Message] = [{"role": "user", "content": "Qui ?"}]


class Model:
    """Says its replies in turn, each in pieces; a piece that is an error fails."""

    name = "small"

    def __init__(self, *replies: Sequence[str | LLMError]) -> None:
        self._replies = list(replies)

    def stream(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Reply:
        del messages, max_tokens, seconds
        told = self._replies.pop(0)

        def pieces(own: Reply) -> Iterator[str]:
            for piece in told:
                if isinstance(piece, LLMError):
                    raise piece
                own.restarts += piece == "restart"
                yield piece
            own.usage, own.cut = Usage(7, len(told)), True

        return Reply(pieces)

    def complete(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> str:
        return self.stream(messages, max_tokens, seconds).text()


def recorded(tmp_path: Path, *replies: Sequence[str | LLMError]) -> tuple[Recorder, Path]:
    return Recorder(Model(*replies)), tmp_path / "replies.jsonl"


def kept(recorder: Recorder, path: Path) -> Replayer:
    path.write_text(text_of(recorder.name, recorder.take()), "utf-8")
    return Replayer(path)


def heard(reply: Reply) -> tuple[list[tuple[int, str]], Usage, bool]:
    pieces = [(reply.restarts, piece) for piece in reply]
    return pieces, reply.usage, reply.cut


def test_a_reply_comes_again_piece_by_piece_with_its_usage_and_its_restarts(
    tmp_path: Path,
) -> None:
    recorder, path = recorded(tmp_path, ["الأمم ", "restart", "Un\u2028 deux"])
    first = heard(recorder.stream(ASKED, 9))
    replayer = kept(recorder, path)
    assert replayer.name == "small"
    assert heard(replayer.stream(ASKED, 9)) == first
    assert first == ([(0, "الأمم "), (1, "restart"), (1, "Un\u2028 deux")], Usage(7, 3), True)


def test_the_same_request_is_answered_in_the_order_of_the_recording(tmp_path: Path) -> None:
    recorder, path = recorded(tmp_path, ["one"], ["other"], ["two"])
    assert [recorder.complete(asked, 9) for asked in (ASKED, OTHER, ASKED)] == [
        "one", "other", "two",
    ]  # fmt: skip
    replayer = kept(recorder, path)
    assert [replayer.complete(asked, 9) for asked in (ASKED, ASKED, OTHER)] == [
        "one", "two", "other",
    ]  # fmt: skip


@pytest.mark.parametrize("change", ["words", "tokens", "again"])
def test_a_request_that_was_never_recorded_is_an_error_and_no_fault_of_a_model(
    tmp_path: Path, change: str
) -> None:
    recorder, path = recorded(tmp_path, ["one"])
    recorder.complete(ASKED, 9)
    replayer = kept(recorder, path)
    if change == "again":
        replayer.complete(ASKED, 9)
    with pytest.raises(PkqaError, match="record it anew with --record") as raised:
        replayer.complete(OTHER if change == "words" else ASKED, 8 if change == "tokens" else 9)
    assert not isinstance(raised.value, LLMError)  # the product would quote in its stead


def test_a_failure_is_recorded_with_its_kind(tmp_path: Path) -> None:
    recorder, path = recorded(tmp_path, ["half", LLMError("the model hangs", "timeout")])
    with pytest.raises(LLMError):
        recorder.complete(ASKED, 9)
    reply = kept(recorder, path).stream(ASKED, 9)
    assert next(reply) == "half"
    with pytest.raises(LLMError, match="the model hangs") as raised:
        next(reply)
    assert raised.value.kind == "timeout"


def test_a_reply_that_was_not_read_on_cannot_be_read_further_than_it_was(tmp_path: Path) -> None:
    recorder, path = recorded(tmp_path, ["one", "two"])
    reply = recorder.stream(ASKED, 9)
    assert next(reply) == "one"
    replayed = kept(recorder, path).stream(ASKED, 9)
    assert next(replayed) == "one"
    with pytest.raises(PkqaError, match="not read to its end"):
        next(replayed)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: no file of replies"),
        ("[]\n", "line 1: no file of replies"),
        ('{"schema": "pkqa.run/1", "model": "m"}\n', "line 1: no file of replies"),
        ('{"schema": "pkqa.replies/1", "model": "m"}\n{"request": 1}\n', "line 2: no recorded"),
    ],
)
def test_a_file_that_is_none_of_replies_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "replies.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=fault):
        Replayer(path)
    with pytest.raises(UsageError, match="cannot be read"):
        Replayer(tmp_path / "nowhere")


def test_a_recording_names_no_request_by_its_words(tmp_path: Path) -> None:
    recorder, path = recorded(tmp_path, ["one"])
    recorder.complete([{"role": "user", "content": "a passage of a document"}], 9)
    kept(recorder, path)
    assert "passage" not in path.read_text("utf-8")
    assert json.loads(path.read_text("utf-8").splitlines()[1])["pieces"] == [[0, "one"]]
