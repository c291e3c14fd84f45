"""One caller at the documents: limits, the line, the audit, the measures, the feedback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from loopback import settings_for
from openai_server import OpenAIServer, failing
from pkqa.corpus import Corpus
from pkqa.errors import EmbedderError, PkqaError, UnknownDocument, UsageError
from pkqa.model import Answer
from pkqa.receipt.writing import documents_in
from pkqa.serve.audit import Audit
from pkqa.serve.caller import LOCAL, Caller, caller_of, recognise
from pkqa.serve.feedback import Feedback
from pkqa.serve.growing import each
from pkqa.serve.library import LONGEST_NOTE, LONGEST_QUESTION
from pkqa.serve.refusal import Refusal
from pkqa.serve.service import Service
from pkqa.settings import Settings

QUESTION = "How many helicopters were pledged in Seoul?"
ANNA = Caller("anna", (), "key")


class Served:
    """A service over the starter corpus, with its audit and its feedback in a folder."""

    def __init__(self, server: OpenAIServer, index: Path, folder: Path, **values: Any) -> None:
        self.folder = folder
        self.settings = settings_for(
            server,
            index,
            answerer="quote",
            audit_file=folder / "audit.jsonl",
            feedback_file=folder / "feedback.jsonl",
            embed_timeout=2.0,
            **values,
        )
        self.corpus = Corpus(self.settings)
        self.service = Service(self.corpus, self.settings)

    def close(self) -> None:
        self.service.close()
        self.corpus.close()

    @property
    def audit(self) -> list[dict[str, Any]]:
        text = (self.folder / "audit.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def served(embeddings: OpenAIServer, loopback_seeds: Path, tmp_path: Path) -> Iterator[Served]:
    with closing(Served(embeddings, loopback_seeds, tmp_path, rate_limit="3/hour")) as made:
        yield made


def last(served: Served, caller: Caller = LOCAL, question: str = QUESTION) -> Answer:
    *_, answer = served.service.desk(caller).stream(question)
    return answer


def test_an_answer_is_counted_and_written_down(served: Served) -> None:
    answer = last(served)
    assert answer.status == "answered"
    (line,) = served.audit
    assert line["documents"] == sorted(documents_in(answer))
    assert {c.document_id for c in answer.citations} <= set(line["documents"])
    assert (line["caller"], line["way"], line["action"]) == ("local", "local", "ask")
    assert line["outcome"] == "answered"
    assert "question" not in line
    assert served.service.line.inside == 0
    text = served.service.measures.text().decode()
    assert 'pkqa_answers_total{answerer="quote",status="answered",way="local"} 1.0' in text
    assert 'pkqa_stage_seconds_count{stage="total"} 1.0' in text
    assert "pkqa_questions_inside 0.0" in text


def test_questions_are_in_the_audit_only_where_that_is_wanted(
    embeddings: OpenAIServer, loopback_seeds: Path, tmp_path: Path
) -> None:
    with closing(Served(embeddings, loopback_seeds, tmp_path, audit_questions=True)) as served:
        last(served)
        assert [line["question"] for line in served.audit] == [QUESTION]


def test_a_caller_who_asks_too_often_is_refused_and_the_others_are_not(served: Served) -> None:
    desk = served.service.desk(ANNA)
    for _ in range(3):
        desk.search("Seoul")
    with pytest.raises(Refusal, match="3 questions in 3600 s") as told:
        desk.stream(QUESTION)
    assert told.value.kind == "rate"
    assert 0 < (told.value.retry_after or 0) <= 3600
    assert last(served, Caller("berta", (), "key")).status == "answered"
    for _ in range(4):  # the machine's own user is not counted
        served.service.desk(LOCAL).search("Seoul")
    assert [line["outcome"] for line in served.audit if line["caller"] == "anna"] == [
        "done", "done", "done", "rate",
    ]  # fmt: skip
    assert 'pkqa_refusals_total{kind="rate"} 1.0' in served.service.measures.text().decode()


def test_a_question_that_is_too_long_is_refused_before_any_work(served: Served) -> None:
    with pytest.raises(Refusal, match=f"more than {LONGEST_QUESTION:,}") as told:
        served.service.desk(ANNA).stream("x" * (LONGEST_QUESTION + 1))
    assert told.value.kind == "too_long"
    assert served.service.line.inside == 0


def test_an_answer_that_nobody_reads_gives_its_place_back(served: Served) -> None:
    answers = served.service.desk(ANNA).stream(QUESTION)
    assert served.service.line.inside == 1
    next(answers)
    answers.close()
    assert served.service.line.inside == 0
    assert list(answers) == []
    assert [line["outcome"] for line in served.audit] == ["left"]
    dropped = served.service.desk(ANNA).stream(QUESTION)
    assert served.service.line.inside == 1
    del dropped
    assert served.service.line.inside == 0
    assert [line["outcome"] for line in served.audit] == ["left", "failed"]


def test_a_fault_gives_the_place_back_and_is_written_down(
    served: Served, embeddings: OpenAIServer
) -> None:
    embeddings.script(failing(401, "no"))
    with pytest.raises(EmbedderError):
        last(served, ANNA)
    assert served.service.line.inside == 0
    assert [line["outcome"] for line in served.audit] == ["failed"]


def test_answers_are_heard_without_waiting_and_let_go_when_nobody_listens(served: Served) -> None:
    desk = served.service.desk(LOCAL)

    async def whole() -> list[Answer]:
        return [answer async for answer in each(desk.stream(QUESTION))]

    async def broken_off() -> None:
        growing = each(desk.stream(QUESTION))
        await anext(growing)
        assert served.service.line.inside == 1
        await growing.aclose()

    assert asyncio.run(whole())[-1].status == "answered"
    asyncio.run(broken_off())
    assert served.service.line.inside == 0


def test_documents_that_are_shown_are_written_down(served: Served) -> None:
    desk = served.service.desk(ANNA)
    name = served.corpus.documents()[0].document_id
    assert desk.document(name).document_id == name
    with pytest.raises(UnknownDocument):
        desk.document("nothing of the kind")
    assert [(line["action"], line["outcome"], line["documents"]) for line in served.audit] == [
        ("document", "done", [name]),
        ("document", "unknown", []),
    ]


def test_a_receipt_is_given_and_written_down(served: Served) -> None:
    answer = last(served)
    body = served.service.desk(LOCAL).receipt(answer)
    assert body["answer"]["question"] == QUESTION
    assert served.audit[-1]["action"] == "receipt"


def test_what_a_reader_thinks_is_kept_with_what_the_answer_rested_on(served: Served) -> None:
    answer = last(served, ANNA)
    name = served.service.desk(ANNA).rate(answer, "down", "the sixteen are helicopters, not planes")
    with served.service.feedback.path.open("a", encoding="utf-8") as file:
        file.write('{"schema": "pkqa.feedback/1", "id"\n[]\n')  # half a line, and none of ours
    (record,) = served.service.feedback.records()
    assert (record["id"], record["rating"], record["caller"]) == (name, "down", "anna")
    assert record["note"].startswith("the sixteen")
    assert record["answer"] == json.loads(json.dumps(answer.to_json()))
    assert record["snapshot"]["id"] == served.corpus.facts()["snapshot"]["id"]
    assert record["version"]
    assert served.audit[-1]["action"] == "feedback"


def test_a_note_of_any_length_is_not_kept(served: Served) -> None:
    answer = last(served)
    with pytest.raises(Refusal, match="note") as told:
        served.service.desk(LOCAL).rate(answer, "up", "x" * (LONGEST_NOTE + 1))
    assert told.value.kind == "too_long"
    assert list(served.service.feedback.records()) == []


def test_a_file_that_cannot_be_written_is_a_sentence_with_a_remedy(
    served: Served, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="audit_file"):
        Audit(Settings(audit_file=tmp_path / "file" / "audit.jsonl"))
    feedback = Feedback(tmp_path / "file" / "feedback.jsonl")
    with pytest.raises(PkqaError, match="feedback_file"):
        feedback.keep(ANNA, last(served), "up", "", {})


def test_the_audit_goes_on_in_a_new_file_and_forgets_the_oldest(tmp_path: Path) -> None:
    audit = Audit(Settings(audit_file=tmp_path / "audit.jsonl", audit_megabytes=1, audit_files=2))
    with closing(audit):
        for number in range(45):
            audit.write(ANNA, "document", outcome="done", documents=[f"{number}-" + "x" * 99_000])
    kept = sorted(tmp_path.iterdir())
    assert [path.name for path in kept] == ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"]
    assert all(path.stat().st_size <= 1_000_000 for path in kept)
    assert "44-xxx" in kept[0].read_text("utf-8")


def test_without_a_file_nothing_is_audited() -> None:
    with closing(Audit(Settings())) as audit:
        audit.write(ANNA, "ask", outcome="answered")


@pytest.mark.parametrize("limit", ["often", "5", "0/minute/x/y/z", ""])
def test_a_limit_that_is_none_is_a_sentence_with_a_remedy(served: Served, limit: str) -> None:
    with pytest.raises(UsageError, match="60/minute"):
        Service(served.corpus, served.settings.model_copy(update={"rate_limit": limit}))


def test_a_request_that_passed_no_gate_has_no_caller() -> None:
    scope: dict[str, Any] = {"type": "http"}
    with pytest.raises(LookupError, match="gate"):
        caller_of(scope)
    recognise(scope, ANNA)
    assert caller_of(scope) == ANNA
