"""Gold questions of BEIR-shaped folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gold_samples import faults_of, looked_up
from pkqa.errors import UsageError
from pkqa.evals.foreign.beir_folder import from_beir
from pkqa.evals.foreign.imported import Imported
from pkqa.evals.gold.anchor import Lookup

CORPUS = [
    {"_id": "p1", "title": "Bridge", "text": "The bridge took nineteen days.\r\n\r\n\r\nIt holds.",
     "language": "en", "date": "2023-11-30"},
    {"_id": "p2", "title": "Pont", "text": "Le pont porte 40 tonnes.", "language": "fr"},
    {"_id": "p3", "title": "", "text": "Nothing of interest here, though it is long enough.",
     "language": "en"},
    {"_id": "p4", "title": "", "text": " \u200b ", "language": "en"},
]  # fmt: skip


def query(name: str, **more: Any) -> dict[str, Any]:
    return {"_id": name, "text": f"What of {name}?", "language": "en"} | more


def folder(at: Path, queries: list[dict[str, Any]], qrels: list[tuple[str, str, int]]) -> Path:
    for name, told in (("corpus", CORPUS), ("queries", queries)):
        text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)
        (at / f"{name}.jsonl").write_text(text, "utf-8")
    rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in qrels)]
    (at / "qrels.tsv").write_text("\n".join(rows) + "\n")
    return at


def lookup(found: Imported) -> Lookup:
    return looked_up(found.documents)


def test_a_passage_is_gold_as_a_whole(tmp_path: Path) -> None:
    found = from_beir(folder(tmp_path, [query("q1", text="How\n long?")], [("q1", "p1", 1)]))
    (record,) = found.records
    ((gold,),) = record.gold
    assert gold.quote == "The bridge took nineteen days.\n\nIt holds."
    assert (record.id, record.question, record.language) == ("q1", "How long?", "en")
    assert (record.nuggets, record.split, record.tags) == ((), "dev", ("beir",))
    assert found.documents[0] == CORPUS[0] | {"text": gold.quote}
    assert lookup(found)("p1").text == gold.quote


def test_answers_are_the_forms_of_one_value(tmp_path: Path) -> None:
    """Of the passages, those count that say one."""
    asked = [query("q1", answers=["19 days", "nineteen days"])]
    found = from_beir(folder(tmp_path, asked, [("q1", "p3", 1), ("q1", "p1", 2)]))
    (record,) = found.records
    assert [span.document_id for one in record.gold for span in one] == ["p1"]
    (nugget,) = record.nuggets
    assert nugget.values == {"en": ("19 days", "nineteen days")}
    assert nugget.vital
    assert faults_of(tmp_path, lookup(found), *found.records) == []


def test_an_answer_that_no_passage_says_is_no_value(tmp_path: Path) -> None:
    found = from_beir(folder(tmp_path, [query("q1", answers=["3 weeks"])], [("q1", "p1", 1)]))
    (record,) = found.records
    assert record.nuggets == ()
    assert len(record.gold) == 1


@pytest.mark.parametrize("answers", [[], [" "], None])
def test_nothing_is_made_up_without_answers(tmp_path: Path, answers: list[str] | None) -> None:
    asked = [query("q1", answers=answers)]
    found = from_beir(folder(tmp_path, asked, [("q1", "p1", 1), ("q1", "p2", 1)]))
    (record,) = found.records
    assert (len(record.gold), record.nuggets) == (2, ())


def test_questions_that_share_a_passage_share_a_fact(tmp_path: Path) -> None:
    asked = [query(name) for name in ("q1", "q2", "q3", "q4")]
    judged = [("q1", "p1", 1), ("q2", "p3", 1), ("q3", "p1", 1), ("q3", "p3", 1), ("q4", "p2", 1)]
    found = from_beir(folder(tmp_path, asked, judged))
    facts = {record.id: record.fact_id for record in found.records}
    assert facts["q1"] == facts["q2"] == facts["q3"] != facts["q4"]


def test_what_nobody_judged_is_left_out_and_counted(tmp_path: Path) -> None:
    asked = [
        query("judged", answerable=False),
        query("nobody"),
        query("zero", answerable=True),
        query("blank"),
        query("q1"),
    ]
    judged = [("judged", "p1", 0), ("zero", "p1", 0), ("blank", "p4", 1), ("q1", "p1", 1)]
    found = from_beir(folder(tmp_path, asked, judged))
    silent, record = found.records
    assert (silent.id, silent.unanswerable, silent.fact_id) == ("judged", "near-miss", "judged")
    assert record.id == "q1"
    assert found.left_out == {
        "passages without a text": 1,
        "queries without a relevant passage": 3,
    }
    assert [one["_id"] for one in found.documents] == ["p1", "p2", "p3"]


def test_another_shape_is_refused_by_line(tmp_path: Path) -> None:
    place = folder(tmp_path, [query("q1")], [("q1", "p9", 1)])
    with pytest.raises(UsageError, match=r"qrels\.tsv, line 2: corpus\.jsonl has no passage 'p9'"):
        from_beir(place)
    place = folder(tmp_path, [query("q1")], [])
    (place / "queries.jsonl").unlink()
    with pytest.raises(UsageError, match=r"queries\.jsonl"):
        from_beir(place)


@pytest.mark.parametrize("name", ["xquad-mixed", "nomiracl-ar"])
def test_real_folders(tmp_path: Path, shared: Path, name: str) -> None:
    """Whole, but for answers that are part of a word; and without a fault of a span or a value."""
    found = from_beir(shared / "bench" / name)
    assert not found.left_out
    told = faults_of(tmp_path, lookup(found), *found.records)
    assert [one for one in told if "asks the same" not in one and "reads as" not in one] == []
    silent = sum(not record.answerable for record in found.records)
    assert silent == (50 if name.startswith("nomiracl") else 0)
