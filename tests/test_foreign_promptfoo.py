"""Gold questions of a CSV of test cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from pkqa.errors import UsageError
from pkqa.evals.foreign.promptfoo import from_promptfoo
from pkqa.evals.gold.record import Record


def read(folder: Path, text: str) -> list[Record]:
    file = folder / "cases.csv"
    file.write_text(text, "utf-8", newline="")
    found = from_promptfoo(file)
    assert found.documents == []
    return found.records


def forms(record: Record) -> list[str]:
    return [form for one in record.nuggets for forms in one.values.values() for form in forms]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("contains: nineteen days", ["nineteen days"]),
        ("icontains:Nineteen", ["Nineteen"]),
        ("equals: 19: the days", ["19: the days"]),
        ("contains-all: road, bridge,, clinic", ["road", "bridge", "clinic"]),
    ],
)
def test_what_an_answer_contains_is_vital(tmp_path: Path, cell: str, said: list[str]) -> None:
    (record,) = read(tmp_path, f'question,__expected\nHow long was the work?,"{cell}"\n')
    assert forms(record) == said
    assert all(nugget.vital and nugget.type == "text" for nugget in record.nuggets)
    assert (record.question, record.language) == ("How long was the work?", "en")
    assert (record.gold, record.forbidden, record.split) == ((), (), "dev")


def test_columns(tmp_path: Path) -> None:
    """Several expectations, a description, other variables, blanks, and the first that asks."""
    records = read(
        tmp_path,
        "\ufeffquery , prompt,__expected1,__expected2,__description,tone\r\n"
        'Combien de pays ?,x,contains: 62,not-contains: 91,"Séoul,\n not Accra",dry\r\n'
        "\r\n"
        ",كم دولة شاركت في المؤتمر؟,contains: 62,,,\r\n",
    )
    first, second = records
    assert (first.id, second.id) == ("cases.1", "cases.2")
    assert first.fact_id != second.fact_id
    assert (first.question, first.language) == ("Combien de pays ?", "fr")
    assert forms(first) == ["62"]
    (wrong,) = first.forbidden
    assert (wrong.type, wrong.values) == ("text", {"fr": ("91",)})
    assert first.note == "Séoul, not Accra"
    assert (second.language, second.forbidden, second.note) == ("ar", (), "")


REFUSED = {
    "llm-rubric: is polite": "'llm-rubric' cannot be judged here",
    "javascript: output.length < 10": "'javascript' cannot",
    "not-equals: 3": "'not-equals' cannot",
    "similar(0.8): three": "'similar(0.8)' cannot",
    "is-json": "'is-json' cannot",
    "Paris": "'Paris' cannot",
    "contains:": "'contains' cannot",
    "not-contains: 91": "says nothing that a right answer contains",
}


@pytest.mark.parametrize("cell", REFUSED)
def test_what_cannot_be_judged_is_refused_by_line(tmp_path: Path, cell: str) -> None:
    text = f'question,__expected\n"How\nlong?",contains: x\n\nWho?,{cell}\n'
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text)
    message = str(refused.value)
    assert message.startswith(f"{tmp_path / 'cases.csv'}, line 5: ")
    assert REFUSED[cell] in message
    assert "contains:" in message


BAD = {
    "": "line 1: the columns are missing",
    "topic,__expected\nx,contains: y\n": "line 1: the columns are topic, __expected; name one of",
    "question,expected\nx,contains: y\n": "line 1: the columns are question, expected",
    "question,__expected\nWho?,contains: a, b\n": "line 2: 3 cells for 2 columns",
    "question,__expected\nWho?\n": "line 2: 1 cells for 2 columns",
    "question,__expected\n ,contains: a\n": "line 2: asks nothing",
    'question,__expected\nWho?,"contains: a" b\n': "line 2: ",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: BAD[bad][:30])
def test_another_shape_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, bad)
    message = str(refused.value)
    assert message.startswith(f"{tmp_path / 'cases.csv'}, {BAD[bad]}")
    assert "; " in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv cannot be read"):
        from_promptfoo(tmp_path / "nowhere.csv")
