"""Gold questions of SQuAD's JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gold_samples import faults_of, looked_up
from pkqa.errors import UsageError
from pkqa.evals.foreign.imported import Imported
from pkqa.evals.foreign.squad import from_squad

TEXT = (
    "The rains had cut the road for six weeks. Engineers rebuilt the bridge in nineteen days. "
    "The bridge carries 40 tonnes. Nurses vaccinate children in the clinic on Tuesdays."
)


def answer(text: str, context: str = TEXT) -> dict[str, Any]:
    return {"text": text, "answer_start": context.index(text)}


def asked(name: str, question: str, *answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "question": question, "answers": list(answers)} | more


HOW_LONG = asked("a1", "How long did the engineers work?", answer("nineteen days"))


def brought(
    folder: Path, *questions: dict[str, Any], context: str = TEXT, title: str = "The_bridge"
) -> Imported:
    paragraph = {"context": context, "qas": list(questions)}
    return read(folder, {"data": [{"title": title, "paragraphs": [paragraph]}]})


def read(folder: Path, told: Any) -> Imported:
    file = folder / "squad.json"
    file.write_text(json.dumps(told), "utf-8")
    return from_squad(file)


def quoted(found: Imported) -> list[list[str]]:
    return [[span.quote for one in record.gold for span in one] for record in found.records]


def test_the_sentence_of_an_answer_is_gold(tmp_path: Path) -> None:
    found = brought(tmp_path, HOW_LONG)
    (document,) = found.documents
    assert document == {
        "_id": document["_id"],
        "title": "The bridge",
        "text": TEXT,
        "language": "en",
    }
    (record,) = found.records
    assert quoted(found) == [["Engineers rebuilt the bridge in nineteen days."]]
    assert record.nuggets[0].values == {"en": ("nineteen days",)}
    assert (record.id, record.language, record.tags) == ("a1", "en", ("squad",))
    assert faults_of(tmp_path, looked_up(found.documents), record) == []


def test_all_answers_are_forms_of_one_value(tmp_path: Path) -> None:
    """Each of them stands in a passage of its own, or in the same one."""
    question = asked(
        "a1",
        "What is said of it?",
        answer("nineteen days"),
        answer("nineteen"),
        answer("40 tonnes"),
    )
    found = brought(tmp_path, question)
    (nugget,) = found.records[0].nuggets
    assert nugget.values == {"en": ("nineteen days", "nineteen", "40 tonnes")}
    assert quoted(found) == [
        ["Engineers rebuilt the bridge in nineteen days.", "The bridge carries 40 tonnes."]
    ]
    assert len(found.records[0].gold) == 2


def test_an_answer_over_two_sentences(tmp_path: Path) -> None:
    found = brought(tmp_path, asked("a1", "What happened?", answer("nineteen days. The bridge")))
    assert quoted(found) == [
        ["Engineers rebuilt the bridge in nineteen days. The bridge carries 40 tonnes."]
    ]


def test_a_part_of_a_word_is_judged_by_its_sentence(tmp_path: Path) -> None:
    found = brought(tmp_path, asked("a1", "What?", answer("inete")))
    assert found.records[0].nuggets == ()
    assert quoted(found) == [["Engineers rebuilt the bridge in nineteen days."]]


def test_offsets_follow_the_canonical_text(tmp_path: Path) -> None:
    """The second "days" is meant, whatever is cleaned away before it."""
    raw = "\ufeffSix\u200b days.\r\n\r\n\r\n\r\nNine\u00adteen days of rain. It ended."
    questions = [
        asked("a1", "How long?", {"text": "days", "answer_start": raw.rindex("days")}),
        asked("a2", "Of what?", answer("rain", raw)),
    ]
    found = brought(tmp_path, *questions, context=raw)
    assert found.documents[0]["text"] == "Six days.\n\nNineteen days of rain. It ended."
    assert quoted(found) == [["Nineteen days of rain."]] * 2
    assert faults_of(tmp_path, looked_up(found.documents), *found.records) == []


def test_impossible_questions_have_a_twin_or_are_left_out(tmp_path: Path) -> None:
    first = asked("i1", "Who won the cup?", is_impossible=True)
    french = asked("i2", "Qui a gagné la coupe ?", is_impossible=True, plausible_answers=[])
    found = brought(tmp_path, first, HOW_LONG, french)
    impossible, record = found.records
    assert (impossible.id, impossible.unanswerable) == ("i1", "missing-detail")
    assert impossible.twin == record.id == "a1"
    assert impossible.fact_id == record.fact_id
    assert found.left_out == {"unanswerable questions without a twin": 1}
    assert faults_of(tmp_path, looked_up(found.documents), *found.records) == []
    alone = brought(tmp_path, first)
    assert (alone.records, alone.left_out.total()) == ([], 1)


def test_paragraphs_are_documents_with_names_of_their_own(tmp_path: Path) -> None:
    def article(title: str, *texts: str) -> dict[str, Any]:
        paragraphs = [{"context": text, "qas": []} for text in texts]
        return {"title": title, "paragraphs": paragraphs}

    one, two, three = "A first text.", "A second text.", "A third text."
    found = read(
        tmp_path, {"data": [article("a", one, two), article("a", three, one), article("", "\n")]}
    )
    assert [told["_id"] for told in found.documents] == ["a.1", "a.2", "a.3"]
    assert [told["text"] for told in found.documents] == [one, two, three]


def test_questions_on_an_empty_paragraph_are_left_out(tmp_path: Path) -> None:
    question = asked("a1", "What?", {"text": " ", "answer_start": 0})
    found = brought(tmp_path, question, context=" \u200b")
    assert (found.records, found.documents) == ([], [])
    assert found.left_out == {"questions on an empty paragraph": 1}


def test_a_question_in_another_language_than_its_text(tmp_path: Path) -> None:
    question = "كم استغرقت إعادة بناء الجسر من أيام؟"
    found = brought(tmp_path, asked("a1", question, answer("nineteen days")))
    assert found.records[0].language == "ar"


BAD = {
    "{": "line 1: no JSON",
    '{"data": [\n{"title": }]}': "line 2: no JSON",
    "[" * 100_000: "no JSON",
    "[]": "the file: ",
    '{"data": [{"paragraphs": [{"context": "x"}]}]}': "data.0.paragraphs.0.qas: ",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad[:20])
def test_another_shape_is_refused_by_place(tmp_path: Path, bad: str) -> None:
    file = tmp_path / "squad.json"
    file.write_text(bad)
    with pytest.raises(UsageError) as refused:
        from_squad(file)
    message = str(refused.value)
    assert BAD[bad] in message
    assert str(file) in message
    assert message.endswith("mend it, or name a JSON file of SQuAD's shape")


def test_an_answer_that_stands_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"paragraphs\.0\.qas\.1\.answers\.1: 'days' does not"):
        brought(
            tmp_path,
            HOW_LONG,
            asked("a2", "What?", answer("days"), {"text": "days", "answer_start": 3}),
        )
    with pytest.raises(UsageError, match=r"qas\.0: no answers; give some"):
        brought(tmp_path, asked("a2", "What?"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.json cannot be read"):
        from_squad(tmp_path / "nowhere.json")
    (tmp_path / "latin.json").write_bytes(b'{\n"data": "\xe9"}')
    with pytest.raises(UsageError, match=r"latin\.json, line 2: not UTF-8"):
        from_squad(tmp_path / "latin.json")
