"""The fit of the evidence weights, and what the benchmarks of answering count."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pkqa.answer
from pkqa.answer.certainty import SIGNS
from pkqa.answer.evidence import FEATURES
from pkqa.evals import answering, evidence, wording
from pkqa.evals.evidence_fit import (
    KEPT,
    Item,
    Told,
    certainties,
    fit_certainty,
    fit_sentences,
    limits,
    rows,
    told,
    without,
)
from pkqa.model import Citation

WIDTH = len(FEATURES)


def item(right: list[bool], features: np.ndarray[Any, Any] | None = None, **changes: Any) -> Item:
    """A question with as many sentences, each of its own document."""
    size = len(right)
    body: dict[str, Any] = {
        "features": np.zeros((size, WIDTH)) if features is None else features,
        "right": np.array(right, dtype=bool),
        "cross": np.zeros(size, dtype=bool),
        "documents": tuple(f"d{number}" for number in range(size)),
        "texts": tuple(f"t{number}" for number in range(size)),
        "answerable": any(right),
        "name": "made",
        "language": "en",
        "fact": "one",
        "judged": True,
    }
    return Item(**body | changes)


def made(count: int) -> list[Item]:
    """Questions whose right sentence is the one with the first feature; half have none."""
    rng = np.random.default_rng(0)
    found = []
    for number in range(count):
        features = np.zeros((6, WIDTH))
        features[:, 1] = rng.normal(size=6)  # tells nothing
        right = [False] * 6
        if number % 2:
            at = int(rng.integers(6))
            right[at] = True
            features[at, 0] = 1.0
        found.append(item(right, features))
    return found


def test_the_fit_finds_what_tells() -> None:
    weights = fit_sentences(made(40))
    assert weights.shape == (2 * (WIDTH + 1),)
    assert weights[1] > 2
    assert abs(weights[2]) < 1
    assert weights[0] < 0  # without it, no sentence answers
    assert weights[0] + weights[1] > 0


def test_sentences_in_another_language_have_weights_of_their_own() -> None:
    table = rows(item([True, False], np.ones((2, WIDTH)), cross=np.array([False, True])))
    assert table.shape == (2, 2 * (WIDTH + 1))
    assert [row[: WIDTH + 1].sum() for row in table] == [WIDTH + 1, 0]
    assert [row[WIDTH + 1 :].sum() for row in table] == [0, WIDTH + 1]


def test_a_question_whose_answer_was_not_found_teaches_nothing() -> None:
    lost = item([False] * 3, np.ones((3, WIDTH)), answerable=True)
    empty = item([])
    given = made(20)
    np.testing.assert_array_equal(fit_sentences([*given, lost, empty]), fit_sentences(given))


def test_importance_counts() -> None:
    says, denies = np.eye(2, WIDTH), np.eye(2, WIDTH)
    pro = item([True, False], says)
    contra = item([False, True], denies)
    ahead = fit_sentences([item([True, False], says, importance=5.0), contra])
    assert ahead[1] > ahead[2]
    behind = fit_sentences([pro, item([False, True], denies, importance=5.0)])
    assert behind[1] < behind[2]


def test_a_question_of_a_corpus_without_its_passages() -> None:
    features = np.zeros((3, WIDTH))
    for name in ("rank_gap", "similarity_gap"):
        features[:, FEATURES.index(name)] = [0.0, 0.2, 0.3]
    features[0, FEATURES.index("first_place")] = 1.0
    left = without(item([True, False, False], features), frozenset({"d0"}))
    assert left is not None
    assert not left.answerable
    assert left.documents == ("d1", "d2")
    # What is best now is the measure.
    assert left.features[:, FEATURES.index("rank_gap")] == pytest.approx([0.0, 0.1])
    assert left.features[:, FEATURES.index("first_place")].tolist() == [1.0, 0.0]
    assert without(item([True, False]), frozenset({"d1"})) is None


def test_what_is_shown_of_a_question() -> None:
    features = np.zeros((3, WIDTH))
    features[:, 0] = [3.0, 2.0, 1.0]
    weights = np.zeros(2 * (WIDTH + 1))
    weights[1] = 1.0
    second, third = [False, True, False], [False, False, True]
    assert (found := told(item(second, features), weights)) is not None
    assert found.right
    assert found.signs.shape == (len(SIGNS),)
    assert (found := told(item(third, features), weights)) is not None
    assert not found.right
    # The same words twice are shown once.
    twice = item(third, features, texts=("a", "a", "b"))
    assert (found := told(twice, weights)) is not None
    assert found.right
    # Where only passages are known, an answer may be in any sentence.
    assert (found := told(item(third, features, judged=False), weights)) is not None
    assert found.right
    assert told(item([]), weights) is None


def test_certainty_is_learnt_from_signs() -> None:
    questions = []
    for number in range(40):
        values = np.zeros(len(SIGNS))
        values[0] = number % 2
        questions.append(Told(item([bool(number % 2)]), values, right=bool(number % 2)))
    certain = certainties(questions, fit_certainty(questions))
    assert certain[1::2].min() > 0.5 > certain[::2].max()


def test_limits_are_for_each_language_and_for_sentences_in_others() -> None:
    questions, certain = [], []
    for language, cross, level in (("en", 0.0, 0.6), ("ar", 0.0, 0.3), ("ar", 1.0, 0.8)):
        for number in range(20):
            good = bool(number % 2)
            values = np.zeros(len(SIGNS))
            values[SIGNS.index("cross")] = cross
            questions.append(Told(item([good], language=language), values, right=good))
            certain.append(level + (0.1 if good else -0.1) + number / 1000)
    found = limits(questions, np.array(certain))
    assert set(found) == {"en", "ar", "ar other"}
    assert 0.5 < found["en"] <= 0.71
    assert 0.2 < found["ar"] <= 0.41
    assert 0.7 < found["ar other"] <= 0.91


# Question sets


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    rows_ = [
        {
            "question": "Where is UNIFIL's headquarters?",
            "language": "en",
            "answerable": True,
            "expect": [["Naqoura"]],
            "documents": ["seeds/20-unifil-naqoura.en.html"],
            "fact": f"hq {number}",
        }
        for number in range(3)
    ] + [
        {
            "question": "How is bread baked?",
            "language": "en",
            "answerable": False,
            "expect": [],
            "documents": [],
        }
    ] * 3
    file.write_text("".join(json.dumps(row) + "\n" for row in rows_))
    return file


def test_items_of_a_question_set(seeds_index: Path, questions: Path) -> None:
    first, *_, last = evidence._items(f"{seeds_index}={questions}")
    assert first.features.shape == (2 * KEPT, WIDTH)
    assert (first.answerable, first.name, first.fact) == (True, "questions.jsonl", "hq 0")
    assert first.right.any()
    assert not first.right.all()
    assert (last.answerable, bool(last.right.any())) == (False, False)
    assert last.fact == f"{questions}:5"


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
    assert line.startswith("questions.jsonl: right and answered ")
    found = json.loads("\n".join(body))
    assert set(found.pop("limits")) <= {"en", "en other"}
    assert {part: set(names) for part, names in found.items()} == {
        "own": {"bias", *FEATURES},
        "other": {"bias", *FEATURES},
        "certainty": {"bias", *SIGNS},
    }
    assert kept.read_bytes() == before


# The benchmarks of answering


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("They gave 308 points.", "308", True),
        ("They gave 1308 points.", "308", False),  # a figure is looked for whole
        ("They gave 1,308 points.", "1308", True),
        ("Some 20 000 employers.", "20,000", True),
        ("It is in the Normandy of old.", "The Normandy", True),
        ("It is “Normandy”, of old.", "Normandy of old", True),
        ("It is in Normandy.", "Norman", False),
        ("Il vit à l'Élysée.", "elysée", True),
        ("في المدينة المنورة.", "مدينة", True),  # behind an article
        ("It is in Normandy.", "the", False),
        ("", "Normandy", False),
    ],
)
def test_a_gold_answer_stands_in_a_text(text: str, gold: str, expected: bool) -> None:
    assert wording.holds(text, gold) is expected


def test_two_sentences_count() -> None:
    def cited(marker: int, quote: str) -> Citation:
        return Citation(marker, "d", "T", "s", "en", None, quote, 0, len(quote))

    assert answering.shown([cited(1, "One came. Two left."), cited(2, "Three stayed.")]) == [
        "One came.",
        "Two left.",
    ]
    assert answering.shown([]) == []


@pytest.mark.parametrize(
    ("name", "topic"), [("xq-3-1-en", "xq-3"), ("arcd-ar-12-0", "arcd-ar-12"), ("none", "none")]
)
def test_passages_of_one_article_share_a_topic(name: str, topic: str) -> None:
    assert answering.topic_of(name) == topic


def folder(path: Path, silent: bool) -> str:
    """A folder of BEIR's shape: two questions, the second without an answer where ``silent``."""
    path.mkdir()
    passages = {
        "p1": "Korea pledged helicopters in Seoul. It also pledged hospitals.",
        "p2": "Bread doubled in price after the harvest failed in the north.",
    }
    (path / "corpus.jsonl").write_text(
        "".join(
            json.dumps({"_id": f"{path.name}-{i}", "text": t, "language": "en"}) + "\n"
            for i, t in passages.items()
        )
    )
    queries: list[dict[str, Any]] = [
        {"_id": "q1", "text": "Who pledged helicopters in Seoul?", "answers": ["Korea"]},
        {"_id": "q2", "text": "What doubled in price?", "answers": ["Bread"]},
    ]
    if silent:
        queries = [{**q, "answers": [], "answerable": q["_id"] == "q1"} for q in queries]
    (path / "queries.jsonl").write_text(
        "".join(json.dumps(q | {"language": "en"}) + "\n" for q in queries)
    )
    judged = [("q1", "p1")] if silent else [("q1", "p1"), ("q2", "p2")]
    (path / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\n" + "".join(f"{q}\t{path.name}-{p}\t1\n" for q, p in judged)
    )
    return str(path)


@pytest.mark.slow
def test_the_two_tables_of_answering(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    answering.main([folder(tmp_path / "telling", False), folder(tmp_path / "quiet", True)])
    shown, silence = (
        [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        for table in capsys.readouterr().out.strip().split("\n\n")
    )
    assert shown[0] == ["question -> passage", "n", "shown", "no answer", "half 0", "half 1"]
    assert [row[:2] for row in shown[2:]] == [["en -> en", "2"], ["all pairs", "2"]]
    assert silence[0] == ["question", "n", "share", "all", "half 0", "half 1"]
    assert [row[2] for row in silence[2:]] == [
        "unanswerable, answered",
        "unanswerable, answered",
        "answerable, not answered",
        "answerable, not answered",
    ]
