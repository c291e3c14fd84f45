"""What measures: the reader of benchmarks, the tables, and the fit of the evidence weights."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pkqa.answer
from pkqa.answer.evidence import FEATURES
from pkqa.errors import UsageError
from pkqa.evals import centring, evidence
from pkqa.evals.beir import Benchmark, Passage, Query, read
from pkqa.evals.evidence import Item

PASSAGES = [
    ("p1", "Korea pledged helicopters. It also pledged hospitals.", "en"),
    ("p2", "La Corée a promis des hélicoptères.", "fr"),
    ("p3", "Bread doubled in price after the harvest.", "en"),
    ("p4", "تضاعف سعر الخبز بعد الحصاد.", "ar"),
]
QUERIES: list[tuple[str, str, str, list[str]]] = [
    ("q1", "Who pledged helicopters?", "en", ["Korea"]),
    ("q2", "Qui a promis des hélicoptères ?", "fr", []),
    ("q3", "ما الذي تضاعف سعره؟", "ar", []),
]
JUDGEMENTS = [("q1", "p1", 1), ("q1", "p3", 0), ("q2", "p2", 1), ("q3", "p4", 1)]


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of BEIR's shape."""
    made = tmp_path / "tiny"
    made.mkdir()
    (made / "corpus.jsonl").write_text(
        lines([{"_id": i, "text": t, "language": lang} for i, t, lang in PASSAGES])
    )
    (made / "queries.jsonl").write_text(
        lines(
            [
                {"_id": i, "text": t, "language": lang} | ({"answers": a} if a else {})
                for i, t, lang, a in QUERIES
            ]
        )
    )
    rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in JUDGEMENTS)]
    (made / "qrels.tsv").write_text("\n".join(rows) + "\n")
    return made


# The reader


def test_a_folder_is_read(folder: Path) -> None:
    bench = read([folder])
    assert bench.passages == [Passage(*row) for row in PASSAGES]
    first, second, _ = bench.queries
    expected = Query("q1", "Who pledged helicopters?", "en", ("Korea",), frozenset({"p1"}))
    assert first == expected  # a judgement of 0 is none
    assert second.answers == ()


def test_folders_are_pooled(folder: Path) -> None:
    assert len(read([folder, folder]).passages) == 2 * len(PASSAGES)
    assert read([]) == Benchmark([], [])


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
@pytest.mark.parametrize(
    "body", [None, b"{\n", b"[]\n[1]\n", b"\xff\xfe\n\xff", b"a\nb\tc\td\te\n"]
)
def test_what_is_not_of_the_shape_is_named(folder: Path, name: str, body: bytes | None) -> None:
    (folder / name).unlink()
    if body is not None:
        (folder / name).write_bytes(body + body)
    with pytest.raises(UsageError, match=r"tiny is not of BEIR's shape"):
        read([folder])


def test_a_record_without_a_field_is_named(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"_id": "p1", "text": "No language."}\n')
    with pytest.raises(UsageError, match="language"):
        read([folder])


# Centring


def test_pairs_are_those_of_the_judgements(folder: Path) -> None:
    assert centring._pairs(read([folder])) == [("ar", "ar"), ("en", "en"), ("fr", "fr")]


def test_cells_are_recall_at_five_and_at_one(folder: Path) -> None:
    bench = read([folder])
    pairs = [("ar", "ar"), ("en", "en"), ("fr", "fr")]
    right_first = np.eye(4, dtype=np.float32)[[0, 1, 3]]
    assert centring._cells(bench, right_first, pairs) == ["1.000 / 1.000"] * 3
    assert centring._cells(bench, -right_first, pairs) == ["1.000 / 0.000"] * 3


def test_means_are_by_language_and_shared() -> None:
    vectors = np.array([[1, 0], [3, 0], [0, 8]], dtype=np.float32)
    means = centring._by_language(vectors, ["en", "en", "fr"])
    assert {lang: mean.tolist() for lang, mean in means.items()} == {"en": [2, 0], "fr": [0, 8]}
    assert centring._with_shared(means)["*"].tolist() == [1, 4]


@pytest.mark.slow
def test_the_table_of_centring(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    centring.main([str(folder)])
    head, rule, *rows = capsys.readouterr().out.splitlines()
    assert head == "| | ar -> ar | en -> en | fr -> fr |"
    assert rule == "|---|---|---|---|"
    assert len(rows) == 5
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        # Four passages: all are among the first five.
        assert [cell.split(" / ")[0] for cell in cells[1:]] == ["1.000"] * 3


# The fit


WIDTH = len(FEATURES)


def items(count: int, seed: int = 0) -> list[Item]:
    """Questions whose right sentence is the one with the first feature; half have none."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        features = np.zeros((6, WIDTH))
        features[:, 1] = rng.normal(size=6)  # tells nothing
        right = np.zeros(6, dtype=bool)
        if number % 2:
            right[rng.integers(6)] = True
            features[right, 0] = 1.0
        made.append(Item(features, right, bool(number % 2), name="made"))
    return made


def test_the_fit_finds_what_tells() -> None:
    weights = evidence._fit(items(40))
    assert weights.shape == (WIDTH + 1,)
    assert weights[1] > 3
    assert abs(weights[2]) < 1
    assert np.abs(weights[3:]).max() < 1e-6  # features that are never there
    assert weights[0] < 0  # without it, no sentence answers
    assert weights[0] + weights[1] > 0


def test_a_question_whose_answer_was_not_found_teaches_nothing() -> None:
    lost = Item(np.ones((3, WIDTH)), np.zeros(3, dtype=bool), True, name="lost")
    empty = Item(np.zeros((0, WIDTH)), np.zeros(0, dtype=bool), False, name="empty")
    given = items(20)
    np.testing.assert_array_equal(evidence._fit([*given, lost, empty]), evidence._fit(given))


def test_the_limit_parts_right_from_silent() -> None:
    scores = np.array([3.0, 2.0, 2.5, -1.0, -2.0, 0.0])
    good = np.array([True, True, True, False, False, False])
    assert 0.0 < evidence._limit(scores, good, good) <= 2.0


def test_the_limit_without_a_question_to_be_silent_on() -> None:
    scores = np.linspace(-1, 1, 9)
    everything = np.ones(9, dtype=bool)
    assert evidence._limit(scores, everything, everything) < -0.9


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    rows = [
        {
            "question": "Where is UNIFIL's headquarters?",
            "language": "en",
            "answerable": True,
            "expect": [["Naqoura"]],
            "documents": ["seeds/20-unifil-naqoura.en.html"],
        },
        {
            "question": "How is bread baked?",
            "language": "en",
            "answerable": False,
            "expect": [],
            "documents": [],
        },
    ]
    file.write_text(lines(rows * 3))
    return file


def test_items_of_a_question_set(seeds_index: Path, questions: Path) -> None:
    first, second, *_ = evidence._items(f"{seeds_index}={questions}")
    assert first.features.shape == (evidence.KEPT, WIDTH)
    assert (first.answerable, first.name) == (True, str(questions))
    assert first.right.any()
    assert not first.right.all()
    # The nearest sentences first.
    assert (np.diff(first.features[:, 0]) <= 0).all()
    assert (second.answerable, bool(second.right.any())) == (False, False)


@pytest.mark.slow
def test_the_report_of_a_fit_writes_nothing_unasked(
    seeds_index: Path,
    questions: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = Path(pkqa.answer.__path__[0]) / "evidence.json"
    before = kept.read_bytes()
    monkeypatch.setattr(sys, "argv", ["evidence", f"{seeds_index}={questions}"])
    evidence.main()
    line, *body = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{questions}: right and answered ")
    assert set(json.loads("\n".join(body))) == {"bias", *FEATURES, "threshold"}
    assert kept.read_bytes() == before
