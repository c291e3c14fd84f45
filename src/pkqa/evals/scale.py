"""What a search costs as the corpus grows: ``python -m pkqa.evals.scale [--keep DIR] [SIZE...]``.

For each SIZE (chunks; 1000, 10000 and 100000 unless said) draws a corpus, builds its snapshot as an
ingest does, asks ``QUESTIONS`` questions one after the other, and prints a row of a Markdown table.
Each size is built and asked in processes of its own, so that the memory told is its own. Questions
come embedded, and imports are not counted; a filtered search leaves a third of the corpus out.
``--keep DIR`` leaves the indexes in DIR; one that is
there already is asked and not built again.

The searches see each question for the first time; the filtered ones and the stages, timed by
themselves, come after them and find its words analysed. "The rest" is what a search takes beyond
its stages: analysing new words, choosing candidates, fusion, grouping.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from llama_index.core.embeddings import BaseEmbedding
from numpy.typing import NDArray
from pydantic import PrivateAttr

from pkqa.evals.synthetic import DIMENSION, EMBEDDER, Question, lay, neutraliser
from pkqa.retrieve.candidates import FROM_EACH
from pkqa.retrieve.neutral import Matrix
from pkqa.retrieve.retriever import SnapshotRetriever, looked_for, question_language
from pkqa.store import vectors
from pkqa.store.build import Recipe, build
from pkqa.store.catalog import CATALOG_FILE, Catalog
from pkqa.store.exact import highest
from pkqa.store.published import CURRENT_FILE, SNAPSHOTS
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.analysis import analyse
from pkqa.text.anchors import anchors_of
from pkqa.text.glossary import load

SIZES = (1000, 10_000, 100_000)
QUESTIONS = 300
QUESTIONS_FILE = "questions.npz"
RECALLED = 10  # of the nearest
FILTER = Where(languages=("en", "fr"))  # two thirds of the corpus
STAGES = ("analysis", "lexical", "dense", "rows", "sentences")
COLUMNS = (
    "chunks",
    "snapshot, MB",
    "build, s",
    "build, MB",
    "open, ms",
    "memory, MB",
    "search, ms",
    "filtered search, ms",
    *(f"{stage}, ms" for stage in STAGES),
    "the rest, ms",
    "exact scan, ms",
    "recall@10",
    "own chunk first",
)

T = TypeVar("T")


class Rehearsed(BaseEmbedding):
    """Knows the vectors of its questions by heart."""

    _vectors: dict[str, list[float]] = PrivateAttr()

    def __init__(self, questions: Sequence[Question], **values: Any) -> None:
        super().__init__(**values)
        self._vectors = {question.text: question.vector.tolist() for question in questions}

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._vectors[query]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._vectors[text]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m pkqa.evals.scale")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="SIZE")
    parser.add_argument("--keep", type=Path, metavar="DIR")
    chosen = parser.parse_args(arguments)
    if min(chosen.sizes) < 1:
        parser.error("a SIZE is at least 1")
    print(f"{QUESTIONS} questions; times of one as median / 95th percentile\n")  # noqa: T201
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")  # noqa: T201
    with _folder(chosen.keep) as folder:
        for size in chosen.sizes:
            index = folder / str(size)
            built = "- | -"
            if not (index / CURRENT_FILE).is_file():
                _alone(draw, index, size)
                built = _alone(derive, index)
            taken = _megabytes(index / SNAPSHOTS)
            print(f"| {size} | {taken} | {built} | {_alone(ask, index)} |", flush=True)  # noqa: T201


def draw(index: Path, size: int) -> None:
    """Make a catalog of ``size`` chunks in ``index``, and the questions beside it."""
    index.mkdir(parents=True)
    with Catalog(index / CATALOG_FILE) as catalog:
        questions = lay(catalog, size, QUESTIONS)
    np.savez(
        index / QUESTIONS_FILE,
        texts=[question.text for question in questions],
        vectors=np.stack([question.vector for question in questions]),
        chunk_ids=[question.chunk_id for question in questions],
    )


def derive(index: Path) -> str:
    """Build the snapshot; cells of the table: seconds, growth of memory."""
    means = neutraliser()

    def neutralise(chunks: Any, chunk_langs: Any, sentences: Any, sentence_langs: Any) -> Any:
        return (
            means.passages(chunks, chunk_langs),
            means.passages(sentences, sentence_langs),
            means.state(),
        )

    before = _peak()
    started = time.perf_counter()
    with Catalog(index / CATALOG_FILE) as catalog:
        build(catalog, index, EMBEDDER, Recipe("synthetic", neutralise, analyse, anchors_of))
    return f"{time.perf_counter() - started:.1f} | {_peak() - before}"


def ask(index: Path) -> str:
    """Ask the questions; cells of the table, from opening on."""
    questions = _questions(index)
    # What opening is not to count: the import of Chroma, and what telling languages apart loads.
    with tempfile.TemporaryDirectory() as folder:
        vectors.build(Path(folder), [], np.empty((0, DIMENSION), dtype=np.float32))
    question_language("Est-ce que cela compte ?")
    before = _peak()
    started = time.perf_counter()
    with Snapshot(index) as snapshot:
        _searches(snapshot, questions[:1], None)
        opened = 1000 * (time.perf_counter() - started)
        searches, first = _searches(snapshot, questions, None)
        filtered, _ = _searches(snapshot, questions, FILTER)
        grown = _peak() - before
        stages = _stages(snapshot, questions)
        rest = np.array(searches) - np.sum(list(stages.values()), axis=0)
        scans, recall = _exact(snapshot, questions)
    times = [_cell(spent) for spent in (searches, filtered, *stages.values(), rest, scans)]
    return " | ".join(
        [f"{opened:.0f}", str(grown), *times, f"{recall:.4f}", f"{first}/{len(questions)}"]
    )


def _searches(
    snapshot: Snapshot, questions: Sequence[Question], where: Where | None
) -> tuple[list[float], int]:
    """How long each whole search takes, and how many find the chunk asked about first."""
    retriever = SnapshotRetriever(snapshot, Rehearsed(questions), glossary=load())
    times, first = [], 0
    for question in questions:
        ranking, spent = _timed(retriever.search, question.text, where)
        times.append(spent - ranking.embed_ms)
        (best,) = ranking.hits(snapshot, 1)
        first += best.chunk_id == question.chunk_id
    return times, first


def _stages(snapshot: Snapshot, questions: Sequence[Question]) -> dict[str, list[float]]:
    """How long each stage takes by itself, for each question."""
    times: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for question, vector in zip(questions, _neutral(questions), strict=True):
        asked_in = question_language(question.text)
        query, spent = _timed(looked_for, question.text, asked_in, snapshot.languages, load())
        times["analysis"].append(spent)
        matches, spent = _timed(snapshot.match, *query)
        times["lexical"].append(spent)
        dense, spent = _timed(snapshot.nearest, vector, FROM_EACH)
        times["dense"].append(spent)
        shared = highest(matches.shares, np.flatnonzero(matches.shares), FROM_EACH).tolist()
        found = {*(chunk_id for chunk_id, _ in dense), *snapshot.chunk_ids(shared)}
        rows, spent = _timed(snapshot.rows, sorted(found))
        times["rows"].append(spent)
        _, spent = _timed(_similarities, snapshot, rows, vector)
        times["sentences"].append(spent)
    return times


def _similarities(snapshot: Snapshot, rows: Sequence[tuple[int, range]], vector: Matrix) -> Matrix:
    numbers = np.concatenate([np.arange(own.start, own.stop) for _, own in rows])
    similarities: Matrix = snapshot.sentence_vectors[numbers] @ vector
    return similarities


def _exact(snapshot: Snapshot, questions: Sequence[Question]) -> tuple[list[float], float]:
    """How long reading every chunk vector takes for each question, and how much of what that
    finds nearest the index finds too."""
    times, recalled = [], []
    for vector in _neutral(questions):
        exact, spent = _timed(_scan, snapshot, vector)
        times.append(spent)
        dense = snapshot.nearest(vector, FROM_EACH)[:RECALLED]
        rows = {row for row, _ in snapshot.rows([chunk_id for chunk_id, _ in dense])}
        recalled.append(len(rows & set(exact[:RECALLED].tolist())) / min(RECALLED, len(exact)))
    return times, float(np.mean(recalled))


def _scan(snapshot: Snapshot, vector: Matrix) -> NDArray[np.int64]:
    """The rows of the nearest chunks, nearest first, by looking at all of them."""
    similarities = snapshot.chunk_vectors @ vector
    return highest(similarities, np.arange(len(similarities)), FROM_EACH)


def _neutral(questions: Sequence[Question]) -> list[Matrix]:
    means = neutraliser()
    return [means.question(q.vector, question_language(q.text)) for q in questions]


def _questions(index: Path) -> list[Question]:
    saved = np.load(index / QUESTIONS_FILE)
    rows = zip(saved["texts"].tolist(), saved["vectors"], saved["chunk_ids"].tolist(), strict=True)
    return [Question(*row) for row in rows]


def _timed(call: Callable[..., T], *arguments: Any) -> tuple[T, float]:
    """What the call returns, and the milliseconds it took."""
    started = time.perf_counter()
    returned = call(*arguments)
    return returned, 1000 * (time.perf_counter() - started)


def _cell(times: Sequence[float] | NDArray[np.float64]) -> str:
    return " / ".join(f"{ms:.1f}" for ms in np.percentile(times, [50, 95]))


def _alone(call: Callable[..., T], *arguments: Any) -> T:
    """What the call returns from a new process."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as process:
        return process.submit(call, *arguments).result()


def _peak() -> int:
    """The most memory that this process has had so far, mapped files included; MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _megabytes(folder: Path) -> int:
    """The disk space of the files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


if __name__ == "__main__":
    main()
