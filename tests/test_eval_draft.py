"""Gold questions proposed from feedback: what is proposed, folded, and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gold_samples import document
from loopback import Run, runner
from pkqa.errors import UsageError
from pkqa.evals.gold.draft_feedback import STALE, UNSPECIFIED, from_feedback, opinions_of
from pkqa.evals.gold.lines import read_lines
from pkqa.evals.gold.record import Record
from pkqa.model import Answer, Document
from shelf import BRIDGE, BUILT, ENGLISH, FRENCH, HELICOPTERS, answered, not_found

ASKED = "How long did it take?"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def line(answer: Answer, rating: str = "up", note: str = "", **changes: Any) -> dict[str, Any]:
    return {
        "schema": "pkqa.feedback/1",
        "id": "1",
        "rating": rating,
        "note": note,
        "answer": answer.to_json() | changes,
        "snapshot": {"id": "s"},
    }


def proposed(folder: Path, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    file = folder / "feedback.jsonl"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines))
    return from_feedback(opinions_of(file), document)


def gold(quoted: Document, quote: str) -> dict[str, Any]:
    start = quoted.text.index(quote)
    return {
        "document_id": quoted.document_id,
        "text_sha": quoted.text_sha,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
    }


TWO = answered(ASKED, "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE))


def test_what_a_reader_liked_is_one_set_of_quotations(tmp_path: Path) -> None:
    (told,) = proposed(tmp_path, line(TWO, note="Just\u2028\nright."))
    name = told["id"]
    assert name.startswith("draft-")
    assert told == {
        "id": name,
        "fact_id": name,
        "split": "dev",
        "language": "en",
        "question": ASKED,
        "gold": [sorted([gold(ENGLISH, BUILT), gold(ENGLISH, BRIDGE)], key=lambda g: g["start"])],
        "tags": ["draft", "feedback:up"],
        "note": "Just right.",
    }
    assert Record.model_validate(told).answerable


def test_what_a_reader_did_not_like_keeps_the_note_alone(tmp_path: Path) -> None:
    (told,) = proposed(tmp_path, line(TWO, "down", "The other bridge."))
    assert told["tags"] == ["draft", "feedback:down"]
    assert told["note"] == "The other bridge."
    assert not told.keys() & {"unanswerable", "gold"}


def test_where_nothing_was_found_and_rightly_so(tmp_path: Path) -> None:
    nothing = not_found("Who won?", "en")
    (told,) = proposed(tmp_path, line(nothing))
    assert told["unanswerable"] == UNSPECIFIED
    assert "gold" not in told
    (told,) = proposed(tmp_path, line(nothing, "down"))
    assert "unanswerable" not in told


def test_one_question_is_proposed_once(tmp_path: Path) -> None:
    other = answered(ASKED.upper(), "en", "So:", (FRENCH, HELICOPTERS))
    turned = answered(ASKED, "en", "So:", (ENGLISH, BRIDGE), (ENGLISH, BUILT))
    lines = (
        line(TWO, note="Good."),
        line(turned, note="Good."),
        line(other),
        line(TWO, "down", "Bad."),
        line(not_found(f"  {ASKED} ", "en")),
        line(answered(ASKED, "fr", "Donc :", (FRENCH, HELICOPTERS))),
    )
    english, french = proposed(tmp_path, *lines)
    assert [len(one) for one in english["gold"]] == [2, 1]
    assert english["tags"] == ["draft", "feedback:down", "feedback:up"]
    assert english["note"] == "Good.; Bad."
    assert "unanswerable" not in english
    assert french["language"] == "fr"
    assert english["id"] != french["id"]


def test_a_follow_up_is_proposed_as_it_was_meant(tmp_path: Path) -> None:
    (told,) = proposed(tmp_path, line(TWO, standalone="How long did the bridge take?"))
    assert told["question"] == "How long did the bridge take?"


@pytest.mark.parametrize("change", [{"start": 3}, {"document_id": "gone"}, {"quote": "It sank."}])
def test_a_quotation_that_stands_no_more_is_no_gold(tmp_path: Path, change: dict[str, Any]) -> None:
    first, second = TWO.to_json()["citations"]
    (told,) = proposed(tmp_path, line(TWO, citations=[first, second | change]))
    assert "gold" not in told
    assert told["note"].startswith(STALE)


def test_what_a_proposal_lacks_is_told(tmp_path: Path) -> None:
    """A person chooses why nothing answers, or finds what does."""
    nothing = not_found("Who won?", "en")
    proposals = proposed(tmp_path, line(TWO), line(nothing), line(not_found("Who?", "en"), "down"))
    file = tmp_path / "proposals.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in proposals))
    (whole,), faults = read_lines([file])
    assert whole.record.question == ASKED
    unspecified, empty = faults
    assert "line 2: unanswerable: " in unspecified
    assert "'near-miss'" in unspecified
    assert "line 3: the gold question: " in empty
    assert "vital nugget, or gold spans" in empty


BAD = {
    "{": "no JSON object",
    '"text"': "the opinion",
    "[" * 100_000: "no JSON object",
    '{"schema": "pkqa.answer/1"}': "schema",
    json.dumps(line(TWO) | {"rating": "meh"}): "rating",
    json.dumps(line(TWO, question="")): "answer.question",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad[:20])
def test_a_bad_line_is_named(tmp_path: Path, bad: str) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text(f"{json.dumps(line(TWO))}\n\n{bad}\n")
    with pytest.raises(UsageError) as refused:
        opinions_of(file)
    message = str(refused.value)
    assert message.startswith(f"{file}, line 3: {BAD[bad]}")
    assert message.endswith(("; mend the line or take it out", "; write one opinion a line"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.jsonl cannot be read"):
        opinions_of(tmp_path / "nowhere.jsonl")


def test_the_command_writes_a_new_file(run: Run, index: Path, tmp_path: Path) -> None:
    (tmp_path / "ferries.jsonl").write_text(
        json.dumps({"_id": "ferry", "title": "Ferry", "text": "The ferry carries ninety people."})
    )
    assert run("ingest", tmp_path / "ferries.jsonl").code == 0
    quote = "The ferry carries ninety people."
    told = run("show", "ferry", "--json").json
    start = told["text"].index(quote)
    cited = {"document_id": "ferry", "start": start, "end": start + len(quote), "quote": quote}
    feedback = tmp_path / "feedback.jsonl"
    feedback.write_text(json.dumps(line(TWO, citations=[cited])))
    printed = run("eval", "draft", feedback)
    assert printed.code == 0
    (proposal,) = printed.lines
    assert proposal["gold"] == [[cited | {"text_sha": told["text_sha"]}]]
    out = tmp_path / "proposals.jsonl"
    written = run("eval", "draft", feedback, "--out", out, "--index", index)
    assert (written.code, json.loads(out.read_text())) == (0, proposal)
    assert "proposals 1, opinions 1" in written.out
    again = run("eval", "draft", feedback, "--out", out)
    assert (again.code, json.loads(out.read_text())) == (2, proposal)
    assert "is there already" in again.err
    nowhere = run("eval", "draft", feedback, "--out", tmp_path / "no" / "where")
    assert nowhere.code == 2
