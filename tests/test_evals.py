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
from pkqa.evals import evidence, fusion
from pkqa.evals.beir import Benchmark, Passage, Query, read
from pkqa.evals.evidence import Item
from pkqa.retrieve.fuse import SIGNS

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


# The fit of the two scorers


@pytest.mark.slow
@pytest.mark.usefixtures("embeddings")
def test_the_table_of_fusion(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fusion.main([str(folder)])
    head, rule, *rows, blank, own, other = capsys.readouterr().out.splitlines()
    assert head == "| | ar -> ar | en -> en | fr -> fr |"
    assert rule == "|---|---|---|---|"
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [name for name, *_ in cells] == [part.name for part in fusion.PARTS]
    # Four passages: all are among the first five.
    assert [cell[:8] for _, *row in cells for cell in row] == ["1.000 / "] * 3 * len(cells)
    assert blank == ""
    signs = f"  # {', '.join(SIGNS)}"
    for name, line in (("OWN = ", own), ("OTHER = ", other)):
        assert line.startswith(name)
        assert line.endswith(signs)
    weights = dict(
        zip(SIGNS, json.loads(own.removeprefix("OWN = ").partition("#")[0]), strict=True)
    )
    cosines = SIGNS[: SIGNS.index("lexical")]
    assert sum(weights[name] for name in cosines) == pytest.approx(1, abs=0.002)
    assert weights["other"] == 0
    assert len(json.loads(other.removeprefix("OTHER = ").partition("#")[0])) == len(SIGNS)


# The fit of the evidence


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
