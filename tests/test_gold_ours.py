"""Our gold questions: sound, whole, and of every kind that they are to be of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pkqa.cli import main
from pkqa.evals.gold.file import read_gold
from pkqa.evals.gold.record import Record
from pkqa.evals.suite.asking import document_language

GOLD = Path(__file__).resolve().parent.parent / "evals" / "gold"
LANGUAGES = "en", "fr", "ar"
PAIRS = [(one, other) for one in LANGUAGES for other in LANGUAGES if one != other]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return read_gold([GOLD])


def test_nothing_is_wrong_with_them(seeds_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["eval", "check", str(GOLD), "--index", str(seeds_index)])
    assert code == 0, capsys.readouterr().out


def test_they_are_as_many_as_they_are_to_be(records: list[Record]) -> None:
    answerable = [record for record in records if record.answerable]
    assert len({record.fact_id for record in answerable}) >= 150
    assert len(answerable) >= 350
    assert min(Counter(record.language for record in answerable).values()) >= 100
    pairs = Counter((record.language, document_language(record)) for record in answerable)
    assert min(pairs[pair] for pair in PAIRS) >= 20


def test_each_unanswerable_one_has_an_answerable_twin_and_every_kind_is_there(
    records: list[Record],
) -> None:
    by_id = {record.id: record for record in records}
    unanswerable = [record for record in records if not record.answerable]
    assert len(unanswerable) >= 70
    kinds = Counter(record.unanswerable for record in unanswerable)
    assert len(kinds) == 5
    assert min(kinds.values()) >= 10
    for record in unanswerable:
        assert record.twin is not None
        assert by_id[record.twin].answerable


@pytest.mark.parametrize(
    ("tag", "least"),
    [("disagreement", 15), ("list", 15), ("two-documents", 10), ("follow-up", 10), ("as-of", 10)],
)
def test_every_kind_of_question_is_there(records: list[Record], tag: str, least: int) -> None:
    assert sum(tag in record.tags for record in records) >= least


def test_a_kind_is_what_its_name_says(records: list[Record]) -> None:
    for record in records:
        if "follow-up" in record.tags:
            assert record.after, record.id
        if "two-documents" in record.tags and record.answerable:
            documents = [{span.document_id for span in one} for one in record.gold]
            assert any(len(one) > 1 for one in documents), record.id
        if record.answerable and {"disagreement", "list"} & set(record.tags):
            assert len(record.vital) > 1, record.id


def test_every_answerable_one_says_what_is_right_and_where_it_stands(
    records: list[Record],
) -> None:
    for record in records:
        if record.answerable:
            assert record.vital, record.id
            assert record.gold, record.id
