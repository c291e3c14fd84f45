"""How well the product itself retrieves, by question language and passage language.

The index is one that :func:`pkqa.indexing.ingest` makes, the rankings are those of
:class:`pkqa.retrieve.retriever.SnapshotRetriever`, asked as a user asks: nothing tells it the
language of a question or of what is sought.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pkqa.errors import UsageError
from pkqa.evals.beir import Query
from pkqa.evals.cached_embedding import CACHE_FILE, CachedEmbedding
from pkqa.evals.intervals import CONFIDENCE, RESAMPLES, SEED, Values
from pkqa.evals.matrix import Line, design_of, difference, matrix
from pkqa.evals.metrics import METRICS, Ranking, first_rank
from pkqa.evals.naive import naive_pipeline
from pkqa.evals.pool import Pool
from pkqa.indexing import ingest
from pkqa.ingest.pipeline import embedded_text
from pkqa.model import Chunk, Document
from pkqa.retrieve.embed import embedder_of, identity
from pkqa.retrieve.retriever import retriever_of
from pkqa.store.snapshot import Snapshot

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

    from pkqa.ingest.pipeline import Progress
    from pkqa.settings import Settings

SCHEMA = "pkqa.eval.retrieval/1"

# The systems, by their names in JSON. The naive pipeline is asked as it comes, for two chunks, and
# for ten; with the ten it is compared with our first ten.
OURS, OURS_CUT = "pkqa", "pkqa_top_10"
NAIVE, NAIVE_CUT = "naive_top_2", "naive_top_10"
DEPTH = 10

SEVERAL = "several"  # languages, of the passages relevant to one question

Ask = Callable[[str], Ranking]


@dataclass(frozen=True, slots=True)
class Folder:
    """One of the pooled folders."""

    path: str
    passages: int
    queries: int
    left_out: int  # queries without a relevant passage


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question that was asked."""

    folder: str
    query_id: str
    language: str
    passage_language: str
    ranks: dict[str, int | None]  # of the first relevant document, by system


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measurement found, and what it rests on."""

    folders: list[Folder]
    distractors: int  # documents of the index that belong to no folder
    documents: int
    chunks: int
    lacking: list[str]  # ids of passages that the index does not hold
    rejected: list[str]  # sentences of the ingest
    embedder: str
    snapshot: str
    snapshot_embedder: str
    embeddings_computed: int
    embeddings_reused: int  # from the cache
    seconds: float
    systems: dict[str, list[Line]]
    difference: list[Line] | None  # OURS_CUT less NAIVE_CUT
    queries: list[Outcome]

    @property
    def left_out(self) -> int:
        """Queries of all folders without a relevant passage."""
        return sum(folder.left_out for folder in self.folders)

    def to_json(self) -> dict[str, Any]:
        """Everything, unrounded."""
        method = {"confidence": CONFIDENCE, "resamples": RESAMPLES, "seed": SEED}
        return {"schema": SCHEMA, "method": method, **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Question:
    folder: Path
    query: Query
    passage_language: str


def measure(
    pooled: Pool,
    settings: Settings,
    cache: Path,
    naive: bool = False,
    progress: Progress | None = None,
) -> Measured:
    """Index the pooled passages, ask their questions, and sum up.

    Args:
        pooled: the folders.
        settings: the product's; ``index`` has no part in it.
        cache: where the index and all vectors are kept for the next time; made when missing.
        naive: ask llama-index's plain pipeline too, on the same chunks and vectors.
        progress: told before each file and each question.

    Raises:
        UsageError: no question has a relevant passage.
        IndexLocked: the same folders are being indexed by another process.
        EmbedderError: a text could not be embedded.
    """
    started = time.perf_counter()
    progress = progress or (lambda *_: None)
    questions = _questions(pooled)
    if not questions:
        raise UsageError(
            "no query of these folders has a relevant passage, so there is nothing to measure; "
            "see their qrels.tsv"
        )
    cache.mkdir(parents=True, exist_ok=True)
    with CachedEmbedding(embedder_of(settings), cache / CACHE_FILE) as embedder:
        index = pooled.index(cache, identity(embedder))
        of_pool = settings.model_copy(update={"index": index})
        report = ingest(pooled.paths, of_pool, True, progress, embedder)
        with Snapshot(index) as snapshot:
            documents = snapshot.documents()
            with _systems(snapshot, documents, embedder, settings, naive) as systems:
                values, outcomes = _asked(questions, systems, progress)
            manifest = snapshot.manifest
    matrices, above = _summed_up(questions, values)
    passages = {p.passage_id for _, bench in pooled.folders for p in bench.passages}
    indexed = {document.document_id for document in documents}
    return Measured(
        folders=[
            Folder(
                str(folder),
                len(bench.passages),
                len(bench.queries),
                sum(not query.relevant for query in bench.queries),
            )
            for folder, bench in pooled.folders
        ],
        distractors=len(indexed - passages),
        documents=manifest.documents,
        chunks=manifest.chunks,
        lacking=sorted(passages - indexed),
        rejected=report.rejected,
        embedder=identity(embedder),
        snapshot=manifest.snapshot_id,
        snapshot_embedder=manifest.embedder,
        embeddings_computed=embedder.computed,
        embeddings_reused=embedder.reused,
        seconds=time.perf_counter() - started,
        systems=matrices,
        difference=above,
        queries=outcomes,
    )


def _questions(pooled: Pool) -> list[_Question]:
    questions = []
    for folder, bench in pooled.folders:
        language = {p.passage_id: p.language for p in bench.passages}
        for query in bench.queries:
            found = {language[passage_id] for passage_id in query.relevant}
            if found:
                passage_language = found.pop() if len(found) == 1 else SEVERAL
                questions.append(_Question(folder, query, passage_language))
    return questions


@contextmanager
def _systems(
    snapshot: Snapshot,
    documents: Sequence[Document],
    embedder: BaseEmbedding,
    settings: Settings,
    naive: bool,
) -> Iterator[dict[str, Ask]]:
    """What is asked, by name; the naive pipeline gets the very chunks of the snapshot."""
    chunks: dict[str, Chunk] = {}
    texts: dict[str, str] = {}
    for document in documents:
        for chunk in snapshot.chunks(document.document_id):
            chunks[chunk.chunk_id] = chunk
            texts[chunk.chunk_id] = embedded_text(document, chunk)
    retriever = retriever_of(snapshot, embedder, settings)

    @lru_cache(maxsize=1)  # the cut ranking is of the same search
    def ours(query: str) -> Ranking:
        # A version takes a place here: the naive pipeline shows one chunk in a place too.
        return [
            chunks[candidate.chunk_id]
            for place in retriever.search(query).candidates
            for candidate in (place, *place.versions)
        ]

    if not naive:
        yield {OURS: ours}
        return
    with naive_pipeline(texts, embedder) as retrieve:
        yield {
            OURS: ours,
            OURS_CUT: lambda query: ours(query)[:DEPTH],
            NAIVE: lambda query: [chunks[chunk_id] for chunk_id in retrieve(query, None)],
            NAIVE_CUT: lambda query: [chunks[chunk_id] for chunk_id in retrieve(query, DEPTH)],
        }


def _asked(
    questions: Sequence[_Question], systems: Mapping[str, Ask], progress: Progress
) -> tuple[dict[str, Values], list[Outcome]]:
    """The metrics of every question by system, shape (questions, metrics); and the ranks."""
    values = {system: np.zeros((len(questions), len(METRICS))) for system in systems}
    outcomes = []
    for number, question in enumerate(questions):
        progress(number, len(questions), "asking")
        query = question.query
        ranks = {}
        for system, ask in systems.items():
            ranking = ask(query.text)
            values[system][number] = [m(ranking, query.relevant) for m in METRICS.values()]
            ranks[system] = first_rank(ranking, query.relevant)
        outcomes.append(
            Outcome(
                str(question.folder),
                query.query_id,
                query.language,
                question.passage_language,
                ranks,
            )
        )
    return values, outcomes


def _summed_up(
    questions: Sequence[_Question], values: Mapping[str, Values]
) -> tuple[dict[str, list[Line]], list[Line] | None]:
    design = design_of(
        [question.query.relevant for question in questions],
        [(question.query.language, question.passage_language) for question in questions],
    )
    matrices = {system: matrix(design, table) for system, table in values.items()}
    if NAIVE_CUT not in values:
        return matrices, None
    return matrices, difference(design, values[OURS_CUT], values[NAIVE_CUT])
