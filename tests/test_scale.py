"""What a search costs: the corpus that is drawn, and the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pkqa.evals import scale
from pkqa.evals.synthetic import DIMENSION, EMBEDDER, LANGUAGES, SENTENCE_COSINE, lay, neutraliser
from pkqa.store.catalog import CATALOG_FILE, Catalog
from pkqa.store.rows import Entry
from pkqa.text.languages import detect
from store_samples import FloatArray


def drawn(folder: Path, chunks: int) -> tuple[list[Entry], str, list[str]]:
    """The documents of a corpus, the digest of its catalog, and its questions."""
    folder.mkdir()
    with Catalog(folder / CATALOG_FILE) as catalog:
        questions = lay(catalog, chunks, 15)
        return list(catalog.entries()), catalog.digest(EMBEDDER), [q.text for q in questions]


def test_the_corpus_is_of_the_size_asked_and_the_same_each_time(tmp_path: Path) -> None:
    entries, digest, questions = drawn(tmp_path / "one", 47)
    assert [len(entry.chunks) for entry in entries] == [10, 10, 10, 10, 7]
    assert [entry.document.language for entry in entries] == [*LANGUAGES, *LANGUAGES[:2]]
    assert drawn(tmp_path / "two", 47)[1:] == (digest, questions)
    assert drawn(tmp_path / "three", 46)[1] != digest


def test_questions_are_words_of_the_corpus_in_its_languages(tmp_path: Path) -> None:
    entries, _, questions = drawn(tmp_path / "index", 47)
    assert len(set(questions)) == 15
    told = [detect(question, among=LANGUAGES, default="-") for question in questions]
    assert set(told) == set(LANGUAGES)
    words = {
        language: {
            word.rstrip(".")
            for entry in entries
            if entry.document.language == language
            for word in entry.document.text.split()
        }
        for language in LANGUAGES
    }
    for question, language in zip(questions, told, strict=True):
        assert set(question.split()[-8:]) <= words[language]


def test_vectors_are_those_of_an_embedder_and_neutral_ones_follow_the_meaning(
    tmp_path: Path,
) -> None:
    entries, _, _ = drawn(tmp_path / "index", 120)
    with Catalog(tmp_path / "index" / CATALOG_FILE) as catalog:
        held = catalog.vectors(EMBEDDER, [sha for entry in entries for sha in entry.inputs()])
    assert np.stack(list(held.values())).shape == (120 * 6, DIMENSION)
    assert np.linalg.norm(list(held.values()), axis=1) == pytest.approx(1, abs=1e-5)
    means = neutraliser()
    chunks: list[FloatArray] = []
    sentences: list[FloatArray] = []
    own: list[float] = []
    for entry in entries:
        language = [entry.document.language]
        neutral = {sha: means.passages(held[sha][None], language)[0] for sha in entry.inputs()}
        for chunk, inputs in zip(entry.chunk_inputs, entry.sentence_inputs, strict=True):
            own.extend(float(neutral[chunk] @ neutral[sha]) for sha in inputs)
            chunks.append(neutral[chunk])
            sentences.append(neutral[inputs[0]])
    assert np.mean(own) == pytest.approx(SENTENCE_COSINE, abs=0.05)
    of_other_documents = np.array(chunks[:10]) @ np.array(sentences[10:]).T
    assert np.mean(of_other_documents) < 0.4


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.slow
def test_the_table_and_every_question_finds_the_chunk_it_was_drawn_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ["--keep", str(tmp_path)]
    scale.main([*kept, "30", "200"])
    *_, head, rule, thirty, two_hundred = capsys.readouterr().out.splitlines()
    assert cells_of(head) == list(scale.COLUMNS)
    assert rule == "|" + "---|" * len(scale.COLUMNS)
    for row, size in ((thirty, 30), (two_hundred, 200)):
        cells = dict(zip(scale.COLUMNS, cells_of(row), strict=True))
        assert cells["chunks"] == str(size)
        assert cells["own chunk first"] == f"{size}/{size}"
        assert float(cells["recall@10"]) > 0.99
        for column in ("search, ms", *(f"{stage}, ms" for stage in scale.STAGES)):
            median, high = map(float, cells[column].split(" / "))
            assert 0 <= median <= high
    # Asked again, and not built again.
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("snapshots/*")}
    scale.main([*kept, "200"])
    assert "| 200/200 |" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("snapshots/*")} == before


@pytest.mark.parametrize("size", ["0", "-5", "many"])
def test_a_size_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        scale.main([size])
    assert ended.value.code == 2
    assert "SIZE" in capsys.readouterr().err
