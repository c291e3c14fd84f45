"""From the catalog to a published snapshot: built beside the live one, verified, then switched to.

A process killed anywhere in here leaves the published snapshot as it was, and at most a directory
that the next ``collect`` removes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pkqa.errors import IndexCorrupt, PkqaError
from pkqa.store import corpus_file, vectors
from pkqa.store.catalog import Catalog
from pkqa.store.corpus_file import CORPUS_FILE, Analyse, Analysis
from pkqa.store.durable import replace, sync, sync_tree
from pkqa.store.lock import workplace
from pkqa.store.manifest import MANIFEST_FILE, SCHEMA, Manifest, faults, listed, read_manifest
from pkqa.store.published import SNAPSHOTS, UNFINISHED_PREFIX, Pointer, publish
from pkqa.store.snapshot import (
    CHROMA_DIRECTORY,
    CHUNK_VECTORS_FILE,
    NEUTRAL_FILE,
    SENTENCE_VECTORS_FILE,
    FloatArray,
    Snapshot,
)

Neutralise = Callable[
    [FloatArray, Sequence[str], FloatArray, Sequence[str]],
    tuple[FloatArray, FloatArray, Mapping[str, npt.NDArray[Any]]],
]

SAMPLE = 20  # chunks that must find themselves before a snapshot is published
AT_ONCE = 2000  # vectors fetched from the catalog in one go


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a snapshot does to the catalog's vectors and texts, under a name of its own.

    Attributes:
        version: names both callables; another version is another snapshot.
        neutralise: (chunk vectors (n, d), their n languages, sentence vectors (m, d), their m
            languages) -> (chunk vectors, sentence vectors, arrays by name that queries need).
            Not called for a corpus without chunks.
        analyse: (text of a sentence, its chunk's language) -> tokens for the lexical index.
        anchors: (text of a chunk, its language) -> what it is found under beside its words.
    """

    version: str
    neutralise: Neutralise
    analyse: Analyse
    anchors: Analyse


def build(
    catalog: Catalog, index_dir: Path, embedder: str, recipe: Recipe, *, anew: bool = False
) -> str:
    """Derive a snapshot from the catalog, publish it, and return its id. Embeds nothing.

    The caller holds the ingest lock (``lock.ingest_lock``) and calls ``published.collect`` when
    it is done. Where a snapshot of the same content stands in ``index_dir``, complete and
    unaltered to the last byte, that one is published and nothing is built, unless ``anew``.

    Args:
        catalog: the truth.
        index_dir: the index; the snapshot goes to ``snapshots/<id>`` in it.
        embedder: whose vectors to take.
        recipe: what to do to them.
        anew: build even though the same content stands there.

    Raises:
        PkqaError: a vector is missing from the catalog: an ingest did not come to its end.
        IndexCorrupt: the catalog is damaged, or the new snapshot does not find its own chunks.
        ValueError: ``recipe.neutralise`` returned another shape or numbers that are not finite.
    """
    digest = catalog.digest(embedder)
    identity = "\0".join((digest, embedder, recipe.version, str(SCHEMA)))
    name = hashlib.sha256(identity.encode()).hexdigest()[:16]
    snapshots = index_dir / SNAPSHOTS
    snapshots.mkdir(parents=True, exist_ok=True)
    sync(index_dir)
    standing = _standing(snapshots, name)
    pointer = None if anew else _first_intact(snapshots, name, standing)
    if pointer is None:
        snapshot_id = f"{name}-{max(standing, default=0) + 1}"
        with workplace(snapshots, UNFINISHED_PREFIX) as unfinished:
            unfinished.chmod(snapshots.stat().st_mode)
            seal = _fill(unfinished, snapshot_id, catalog, embedder, recipe)
            verify(unfinished)
            sync_tree(unfinished)
            unfinished.rename(snapshots / snapshot_id)
        sync(snapshots)
        pointer = Pointer(snapshot_id, seal)
    publish(index_dir, pointer)
    return pointer.snapshot_id


def verify(directory: Path) -> None:
    """Open a complete snapshot as a reader would and ask it for chunks by their own vectors.

    Raises:
        IndexCorrupt: it cannot be opened, or most of the sampled chunks are not found.
    """
    with Snapshot.at(directory) as snapshot:
        lengths = np.linalg.norm(snapshot.chunk_vectors, axis=1)
        directed = np.flatnonzero(lengths > 0)
        sample = directed[:: max(1, len(directed) // SAMPLE)]
        found = [snapshot.nearest(snapshot.chunk_vectors[row], 1) for row in sample]
        # Another chunk of the same text is as good; and the search is approximate by design.
        hits = sum(similarity > 0.999 for best in found for _, similarity in best)
        if hits < 0.9 * len(sample):
            raise IndexCorrupt(
                f"{directory}: only {hits} of {len(sample)} chunks are found by their own vector;"
                " run `pkqa rebuild`, and `pkqa doctor` if it comes again"
            )


def _standing(snapshots: Path, name: str) -> list[int]:
    """The numbers under which this content stands there already, newest first."""
    found = (path.name.removeprefix(f"{name}-") for path in snapshots.glob(f"{name}-*"))
    return sorted((int(number) for number in found if number.isdecimal()), reverse=True)


def _first_intact(snapshots: Path, name: str, numbers: Sequence[int]) -> Pointer | None:
    for number in numbers:
        directory = snapshots / f"{name}-{number}"
        try:
            manifest = read_manifest(directory)
        except IndexCorrupt:
            continue
        if not faults(directory, manifest):
            return Pointer(manifest.snapshot_id, manifest.seal)
    return None


def _fill(
    directory: Path, snapshot_id: str, catalog: Catalog, embedder: str, recipe: Recipe
) -> str:
    """Write every file of the snapshot, the manifest last; returns the manifest's seal."""
    laid = corpus_file.write(
        directory / CORPUS_FILE, catalog.entries(), Analysis(recipe.analyse, recipe.anchors)
    )
    dimension = catalog.dimension(embedder) or 0
    chunks = _gather(catalog, embedder, laid.chunk_inputs, dimension)
    sentences = _gather(catalog, embedder, laid.sentence_inputs, dimension)
    neutral: dict[str, Any] = {}
    if laid.chunk_ids:
        shapes = chunks.shape, sentences.shape
        chunks, sentences, kept = recipe.neutralise(
            chunks, laid.chunk_languages, sentences, laid.sentence_languages
        )
        neutral.update(kept)
        _require_sound(shapes, chunks, sentences)
    np.save(directory / CHUNK_VECTORS_FILE, chunks.astype(np.float32, copy=False))
    np.save(directory / SENTENCE_VECTORS_FILE, sentences.astype(np.float32, copy=False))
    np.savez(directory / NEUTRAL_FILE, **neutral)
    vectors.build(directory / CHROMA_DIRECTORY, laid.chunk_ids, chunks)
    manifest = Manifest(
        schema=SCHEMA,
        snapshot_id=snapshot_id,
        digest=catalog.digest(embedder),
        embedder=embedder,
        dimension=dimension,
        recipe=recipe.version,
        chroma=vectors.chroma_version(),
        fingerprints=catalog.fingerprints(),
        languages=dict(sorted(Counter(laid.chunk_languages).items())),
        documents=laid.documents,
        chunks=len(chunks),
        sentences=len(sentences),
        files=listed(directory),
    )
    replace(directory / MANIFEST_FILE, manifest.to_text())
    return manifest.seal


def _gather(catalog: Catalog, embedder: str, inputs: Sequence[str], dimension: int) -> FloatArray:
    """The vectors of ``inputs`` in their order, shape (inputs, dimension)."""
    gathered = np.empty((len(inputs), dimension), dtype=np.float32)
    for first in range(0, len(inputs), AT_ONCE):
        batch = inputs[first : first + AT_ONCE]
        found = catalog.vectors(embedder, batch)
        if absent := set(batch) - set(found):
            raise PkqaError(
                f"{catalog.path} lacks {len(absent)} or more vectors of {embedder};"
                " run `pkqa ingest` to its end"
            )
        gathered[first : first + len(batch)] = [found[sha] for sha in batch]
    return gathered


def _require_sound(
    shapes: tuple[tuple[int, ...], tuple[int, ...]], chunks: FloatArray, sentences: FloatArray
) -> None:
    if (chunks.shape, sentences.shape) != shapes:
        raise ValueError(f"neutralise made {chunks.shape}, {sentences.shape} out of {shapes}")
    if not (np.isfinite(chunks).all() and np.isfinite(sentences).all()):
        raise ValueError("neutralise made numbers that are not finite")
