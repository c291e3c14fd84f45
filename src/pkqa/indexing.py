"""Writing an index: ingest documents into the catalog, derive and publish the snapshot.

The one place where the layers of the first journey meet: files -> ingest -> store, with the
embedder and the neutral vectors of retrieve. :mod:`pkqa.corpus` is the half that asks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pkqa.errors import IndexMissing
from pkqa.settings import Settings
from pkqa.store.snapshot import Snapshot

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

    from pkqa.ingest.pipeline import Progress, Report
    from pkqa.retrieve.neutral import Neutraliser
    from pkqa.store.build import Recipe
    from pkqa.store.catalog import Catalog


def ingest(
    paths: Sequence[Path],
    settings: Settings,
    prune: bool = False,
    progress: Progress | None = None,
    embedder: BaseEmbedding | None = None,
) -> Report:
    """Bring the index up to date with the files under ``paths`` and publish it.

    Args:
        paths: files and folders.
        settings: those of the index.
        prune: forget the files under ``paths`` that are no longer there.
        progress: told before each file, and once at the end.
        embedder: makes the vectors, with an ``identity``; the one that the settings name when None.

    Raises:
        UsageError: a path does not exist.
        IndexLocked: another ingest is running.
        EmbedderError: the embedder failed; what was embedded so far is kept.
    """
    from pkqa.ingest.pipeline import Pipeline
    from pkqa.ingest.sandbox import Limits
    from pkqa.retrieve.embed import embedder_of, identity
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
        embedder = embedder or embedder_of(settings)
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
    from pkqa.text.anchors import ANCHORS_VERSION, anchors_of

    neutraliser = _neutraliser(catalog, embedder)

    def neutralise(chunks: Any, chunk_langs: Any, sentences: Any, sentence_langs: Any) -> Any:
        return (
            neutraliser.passages(chunks, chunk_langs),
            neutraliser.passages(sentences, sentence_langs),
            neutraliser.state(),
        )

    version = (
        f"neutral {VERSION}/{calibration_texts().version}, analysis {ANALYSIS_VERSION}, "
        f"anchors {ANCHORS_VERSION}"
    )
    return Recipe(version, neutralise, analyse, anchors_of)


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


@contextmanager
def _writing(settings: Settings) -> Iterator[Catalog]:
    from pkqa.store.catalog import CATALOG_FILE, Catalog
    from pkqa.store.lock import ingest_lock

    settings.index.mkdir(parents=True, exist_ok=True)
    with ingest_lock(settings.index), Catalog(settings.index / CATALOG_FILE) as catalog:
        yield catalog
