"""Labels: how they are read, and which gold question each is on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pkqa.errors import UsageError
from pkqa.evals.gold.record import Nugget, Record, Span
from pkqa.evals.judging.label import Label, paired, read_labels

ASKED = "متى بدأت البعثة؟"
LINE: dict[str, Any] = {
    "id": "mission.ar",
    "language": "ar",
    "question": ASKED,
    "answer": "بدأت البعثة في\u2028 29 ماي 1948.",
    "right": True,
    "by": "reader 1",
}
RECORD = Record(
    id="mission.ar",
    fact_id="mission",
    split="dev",
    language="ar",
    question=ASKED,
    nuggets=(Nugget(type="date", value="1948-05-29"),),
)


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    told = [x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines]
    path.write_text("\n".join(told) + "\n", "utf-8")
    return path


def test_a_folder_is_read_by_name_and_its_remarks_are_not(tmp_path: Path) -> None:
    write(tmp_path / "b.jsonl", LINE | {"id": "b", "note": "as the document says"})
    write(tmp_path / "a.jsonl", LINE, "", LINE | {"answer": "لا أعلم", "right": False})
    (tmp_path / "README.md").write_text("How to label\n")
    labels = read_labels(tmp_path)
    assert [(label.id, label.right) for label in labels] == [
        ("mission.ar", True),
        ("mission.ar", False),
        ("b", True),
    ]
    assert labels[0].answer == LINE["answer"]  # an end of line within a text is none of the file's
    assert labels[2].note == "as the document says"
    assert read_labels(tmp_path / "b.jsonl") == labels[2:]


def test_a_folder_without_labels_is_no_fault(tmp_path: Path) -> None:
    assert read_labels(tmp_path) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "no JSON object"),
        ("[" * 100_000, "no JSON object"),
        ("4", "the label: "),
        (LINE | {"right": "yes"}, "right: "),
        (LINE | {"right": 1}, "right: "),
        (LINE | {"by": ""}, "by: "),
        (LINE | {"answer": ""}, "answer: "),
        (LINE | {"verdict": True}, "verdict: "),
        (LINE | {"language": "Arabic"}, "language: "),
        ({name: told for name, told in LINE.items() if name != "right"}, "right: "),
    ],
)
def test_what_is_no_label_is_named_by_file_and_line(
    tmp_path: Path, line: dict[str, Any] | str, fault: str
) -> None:
    path = write(tmp_path / "x.jsonl", LINE, "", line)
    with pytest.raises(UsageError, match=rf"{re.escape(str(path))}, line 3: {fault}"):
        read_labels(tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"x\.jsonl cannot be read: .*; name a file of labels"):
        read_labels(tmp_path)
    with pytest.raises(UsageError, match="does not exist; name a file or a folder"):
        read_labels(tmp_path / "none")


def test_two_people_who_agree_are_one_label(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", LINE)
    write(tmp_path / "b.jsonl", LINE | {"by": "reader 2"})
    assert [label.by for label in read_labels(tmp_path)] == ["reader 1"]


def test_two_people_who_do_not_are_refused(tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", LINE)
    second = write(tmp_path / "b.jsonl", "", LINE | {"by": "reader 2", "right": False})
    with pytest.raises(UsageError) as caught:
        read_labels(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{second}, line 2: wrong here")
    assert f"mission.ar is right in {first}, line 1" in message


def test_a_label_belongs_to_a_question_as_it_is_today() -> None:
    label = Label(**LINE)
    assert paired([label], {RECORD.id: RECORD}) == [(RECORD, label)]
    for gold, fault in [
        ({}, "no gold question has that id"),
        ({RECORD.id: RECORD.model_copy(update={"question": "؟"})}, "other words"),
        ({RECORD.id: RECORD.model_copy(update={"language": "fa"})}, "other words"),
    ]:
        with pytest.raises(UsageError, match=f"a label.* on mission.ar.* {fault}"):
            paired([label], gold)


def test_a_question_that_nothing_answers_needs_no_nugget() -> None:
    record = RECORD.model_copy(update={"nuggets": (), "unanswerable": "near-miss"})
    label = Label(**LINE | {"right": False})
    assert paired([label], {record.id: record}) == [(record, label)]


def test_a_question_with_passages_alone_cannot_be_judged() -> None:
    span = Span(document_id="d", text_sha="0" * 64, start=0, end=1, quote="q")
    record = RECORD.model_copy(update={"nuggets": (), "gold": ((span,),)})
    with pytest.raises(UsageError, match="no vital nugget; give the question nuggets"):
        paired([Label(**LINE)], {record.id: record})
