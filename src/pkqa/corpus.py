"""One index as its callers see it: ingest into it, ask it, search it.

``pkqa.open("index")`` gives a :class:`Corpus`; the command line, the chat page and the evals all go
through it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from pkqa.errors import IndexMissing, PkqaError, UsageError
from pkqa.model import Answer, Document, Hit
from pkqa.settings import Settings
from pkqa.store.published import read_current
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.retrievers import BaseRetriever

    from pkqa.answer.quote import QuoteAnswerer
    from pkqa.ingest.pipeline import Progress, Report
    from pkqa.retrieve.neutral import Neutraliser
    from pkqa.retrieve.retriever import SnapshotRetriever
    from pkqa.store.build import Recipe
    from pkqa.store.catalog import Catalog


class Corpus:
    """An index, open for questions. Threads may share one; it follows newly published snapshots."""

    def __init__(self, settings: Settings) -> None:
        """Open the published snapshot of ``settings.index``.

        Raises:
            IndexMissing: nothing was ingested yet.
            IndexCorrupt: the snapshot is damaged; the message names the remedy.
        """
        self.settings = settings
        self._turn = threading.Lock()
        self._embedder: BaseEmbedding | None = None
        self._view = _View(Snapshot(settings.index))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the snapshot."""
        self._view.retire()

    def ask(self, question: str, as_of: str | None = None) -> Answer:
        """Answer one question with verbatim, cited sentences, or say that nothing answers it.

        Args:
            question: in any language; the answer comes in it.
            as_of: ISO day; only documents dated on it or before are heard, so undated ones are not.

        Raises:
            UsageError: the question is empty or too long, or ``as_of`` is no day.
            EmbedderError: the question could not be embedded.
        """
        text = _checked(question)
        started = time.perf_counter()
        with self._in_use() as view:
            ranking = self._retriever(view).search(text, _until(as_of))
            retrieved = time.perf_counter()
            answer = self._answerer(view).answer(ranking, self.settings.top_k)
        done = time.perf_counter()
        timings = {
            "embed": ranking.embed_ms,
            "retrieve": ranking.retrieve_ms,
            "answer": 1000 * (done - retrieved),
            "total": 1000 * (done - started),
        }
        return replace(
            answer,
            model=view.snapshot.manifest.embedder,
            timings_ms={name: round(ms, 3) for name, ms in timings.items()},
            usage={"prompt_tokens": 0, "completion_tokens": 0},
        )

    def warm(self) -> None:
        """Load what the first question would wait for: the model, Chroma, the word lists."""
        for question in ("Who?", "Qui ?", "من؟"):
            self.ask(question)

    def search(self, query: str, top_k: int | None = None) -> list[Hit]:
        """The chunks that may answer ``query``, best first.

        Raises:
            UsageError, EmbedderError: as for :meth:`ask`.
        """
        with self._in_use() as view:
            ranking = self._retriever(view).search(_checked(query))
            return list(ranking.hits(view.snapshot, top_k or self.settings.top_k))

    def document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            UnknownDocument: there is none.
        """
        with self._in_use() as view:
            return view.snapshot.document(document_id)

    def documents(self) -> list[Document]:
        """Every document, ordered by id."""
        with self._in_use() as view:
            return view.snapshot.documents()

    def suggestions(self, language: str, n: int = 3) -> list[str]:
        """Questions to start with, made from titles in the reader's language."""
        from pkqa.answer.phrases import about

        titles = [d.title for d in self.documents() if d.language == language and d.title]
        # Spread over the corpus rather than the first few files.
        step = max(1, len(titles) // n) if n else 1
        return [about(title, language) for title in titles[::step][:n]]

    def as_retriever(self) -> BaseRetriever:
        """The present snapshot as a llama-index retriever; valid until the corpus is closed."""
        return self._retriever(self._view)

    def as_query_engine(self) -> BaseQueryEngine:
        """The corpus as a llama-index query engine."""
        from pkqa.answer.engine import CorpusQueryEngine

        return CorpusQueryEngine(self.ask)

    # The pieces, made when first needed

    def _retriever(self, view: _View) -> SnapshotRetriever:
        from pkqa.retrieve.retriever import SnapshotRetriever

        made: SnapshotRetriever = view.made(
            "retriever",
            lambda: SnapshotRetriever(view.snapshot, self._model(view), self.settings.top_k),
        )
        return made

    def _answerer(self, view: _View) -> QuoteAnswerer:
        from pkqa.answer.quote import QuoteAnswerer

        made: QuoteAnswerer = view.made("answerer", lambda: QuoteAnswerer(view.snapshot))
        return made

    def _model(self, view: _View) -> BaseEmbedding:
        if self._embedder is None:
            self._embedder = _embedder(self.settings)
        mine, theirs = identity(self._embedder), view.snapshot.manifest.embedder
        if mine != theirs:
            raise PkqaError(
                f"the index {self.settings.index} was made with the embedder {theirs}, the "
                f"settings name {mine}: set them back, or run `pkqa ingest` to embed anew"
            )
        return self._embedder

    @contextmanager
    def _in_use(self) -> Iterator[_View]:
        """The present snapshot, kept open while the caller works with it."""
        with self._turn:
            if read_current(self.settings.index).snapshot_id != self._view.snapshot.snapshot_id:
                fresh = _View(Snapshot(self.settings.index))
                self._view.retire()
                self._view = fresh
            view = self._view
            view.enter()
        try:
            yield view
        finally:
            view.leave()


class _View:
    """One open snapshot with what was made for it; closed when retired and no longer in use."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._made: dict[str, Any] = {}
        self._turn = threading.RLock()
        self._users = 0
        self._retired = False

    def made(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` made the first time it was asked for under ``name``."""
        with self._turn:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]

    def enter(self) -> None:
        with self._turn:
            self._users += 1

    def leave(self) -> None:
        with self._turn:
            self._users -= 1
            self._close_if_idle()

    def retire(self) -> None:
        with self._turn:
            self._retired = True
            self._close_if_idle()

    def _close_if_idle(self) -> None:
        if self._retired and not self._users:
            self.snapshot.close()


def ingest(
    paths: Sequence[Path],
    settings: Settings,
    prune: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring the index up to date with the files under ``paths`` and publish it.

    Raises:
        UsageError: a path does not exist.
        IndexLocked: another ingest is running.
        EmbedderError: the embedder failed; what was embedded so far is kept.
    """
    from pkqa.ingest.pipeline import Pipeline
    from pkqa.ingest.sandbox import Limits
    from pkqa.retrieve.neutral import calibration_texts, shipped
    from pkqa.store.build import build
    from pkqa.store.published import collect

    started = time.perf_counter()
    megabyte = 1024 * 1024
    limits = Limits(
        seconds=settings.read_seconds,
        memory_bytes=settings.read_memory_megabytes * megabyte,
        file_bytes=settings.read_megabytes * megabyte,
    )
    with _writing(settings) as catalog:
        embedder = _embedder(settings)
        name = identity(embedder)
        pipeline = Pipeline(catalog, embedder, name, settings.chunk_tokens, limits)
        report = pipeline.run(paths, prune, progress or (lambda *_: None))
        kept: list[str] = []
        if shipped(name) is None:
            texts = calibration_texts()
            kept = pipeline.embed_calibration(
                [text for rows in texts.questions.values() for text in rows],
                [text for rows in texts.statements.values() for text in rows],
            )
        catalog.collect_garbage(name, keep=kept)
        report.snapshot = build(catalog, settings.index, name, recipe(catalog, name))
        collect(settings.index)
    with Snapshot(settings.index) as snapshot:
        report.documents = snapshot.manifest.documents
        report.chunks = snapshot.manifest.chunks
        for document in snapshot.documents():
            report.languages[document.language] = report.languages.get(document.language, 0) + 1
    report.seconds = time.perf_counter() - started
    return report


def rebuild(settings: Settings) -> str:
    """Derive the snapshot anew from the catalog, without embedding; returns its id.

    Raises:
        IndexMissing: there is no catalog.
        IndexLocked: an ingest is running.
        IndexCorrupt: the catalog is damaged.
    """
    from pkqa.store.build import build
    from pkqa.store.published import collect

    if not (settings.index / "catalog.sqlite").is_file():
        raise IndexMissing(f"there is no catalog in {settings.index}; run `pkqa ingest` first")
    with _writing(settings) as catalog:
        (name,) = catalog.embedders() or ("",)
        snapshot_id = build(catalog, settings.index, name, recipe(catalog, name), anew=True)
        collect(settings.index)
    return snapshot_id


def recipe(catalog: Catalog, embedder: str) -> Recipe:
    """How a snapshot is derived from vectors and text; reads the calibration from the catalog."""
    from pkqa.retrieve.neutral import VERSION, calibration_texts
    from pkqa.store.build import Recipe
    from pkqa.text.analysis import ANALYSIS_VERSION, analyse

    neutraliser = _neutraliser(catalog, embedder)

    def neutralise(chunks: Any, chunk_langs: Any, sentences: Any, sentence_langs: Any) -> Any:
        return (
            neutraliser.passages(chunks, chunk_langs),
            neutraliser.passages(sentences, sentence_langs),
            neutraliser.state(),
        )

    version = f"neutral {VERSION}/{calibration_texts().version}, analysis {ANALYSIS_VERSION}"
    return Recipe(version, neutralise, analyse)


def _neutraliser(catalog: Catalog, embedder: str) -> Neutraliser:
    from pkqa.retrieve.neutral import calibration_texts, fit, shipped
    from pkqa.store.rows import input_key

    ready = shipped(embedder)
    if ready is not None:
        return ready
    texts = calibration_texts()

    def vectors(kind: Literal["question", "passage"], rows: Sequence[str]) -> Any:
        keys = [input_key(kind, text) for text in rows]
        found = catalog.vectors(embedder, keys)
        if len(found) < len(set(keys)):
            raise IndexMissing("the catalog was never ingested into to the end; run `pkqa ingest`")
        return np.stack([found[key] for key in keys])

    return fit(
        {language: vectors("question", rows) for language, rows in texts.questions.items()},
        {language: vectors("passage", rows) for language, rows in texts.statements.items()},
    )


def identity(embedder: BaseEmbedding) -> str:
    """The id under which the catalog keeps this embedder's vectors."""
    return str(getattr(embedder, "identity"))  # noqa: B009 - every embedder of ours has it


def _embedder(settings: Settings) -> BaseEmbedding:
    from pkqa.retrieve.embed import embedder_of

    return embedder_of(settings)


@contextmanager
def _writing(settings: Settings) -> Iterator[Catalog]:
    from pkqa.store.catalog import CATALOG_FILE, Catalog
    from pkqa.store.lock import ingest_lock

    settings.index.mkdir(parents=True, exist_ok=True)
    with ingest_lock(settings.index), Catalog(settings.index / CATALOG_FILE) as catalog:
        yield catalog


# A question is a sentence or two; a pasted page is a mistake, and the embedder would cut it.
LONGEST_QUESTION = 2000


def _checked(question: str) -> str:
    text = " ".join(question.replace("\x00", " ").split())
    if not text:
        raise UsageError("the question is empty; write what you want to know")
    if len(text) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(text):,} characters, more than {LONGEST_QUESTION:,}; shorten it"
        )
    return text


def _until(as_of: str | None) -> Where | None:
    if as_of is None:
        return None
    from datetime import date

    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise UsageError(f"{as_of!r} is no day; write it as 2023-11-30") from None
    return Where(until=day.isoformat())
