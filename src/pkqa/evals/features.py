"""The signs of :mod:`pkqa.retrieve.fuse` for every question and every chunk of a pool, and what
they would be with other vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pkqa.evals.cached_embedding import CACHE_FILE, CachedEmbedding
from pkqa.evals.pool import cache_folder, pool
from pkqa.indexing import ingest
from pkqa.ingest.pipeline import embedded_text
from pkqa.retrieve.embed import embedder_of, identity
from pkqa.retrieve.fuse import SIGNS, FloatArray
from pkqa.retrieve.neutral import Neutraliser, calibration_texts
from pkqa.retrieve.retriever import retriever_of
from pkqa.settings import Settings, load
from pkqa.store.snapshot import Snapshot
from pkqa.text.languages import detect

# Ways to take the language out of vectors, by name; the first is in force.
VARIANTS = {
    "calibrated": "means of the calibration texts",
    "plain": "vectors as they are",
    "corpus": "means of the corpus and its questions",
    "components": "main components of each language removed (LIR, Yang et al. 2021)",
    "whitened": "directions in which translations differ damped (WCCN, Hatch et al. 2006)",
    "local": "similarities scaled by neighbourhood (CSLS, Conneau et al. 2018)",
}
_COMPONENTS = 1  # removed from each language; two or more find less
_DAMPING = 0.6  # share of the identity in the covariance that is whitened
_NEIGHBOURS = 10


@dataclass(frozen=True, slots=True)
class Pooled:
    """Every question of a pool against every chunk."""

    signs: dict[str, NDArray[np.float32]]  # variant -> shape (questions, chunks, signs)
    right: NDArray[np.bool_]  # shape (questions, chunks)
    documents: list[str]  # of each chunk
    relevant: list[frozenset[str]]
    pairs: list[tuple[str, str]]  # (question language, passage language)
    halves: NDArray[np.int64]  # 0 or 1 by passage


@dataclass(frozen=True, slots=True)
class _Raw:
    """Vectors as the embedder gives them, with their languages."""

    question: FloatArray
    asked_in: list[str]  # as detected
    chunk: FloatArray
    chunk_languages: list[str]
    sentence: FloatArray
    sentence_languages: list[str]
    first: NDArray[np.int64]  # row of each chunk's first sentence


def gathered(folders: Sequence[Path]) -> Pooled:
    """Index the folders as ``pkqa eval retrieval`` does, and compare everything with everything."""
    pooled = pool(folders)
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    settings = load()
    language = {p.passage_id: p.language for _, bench in pooled.folders for p in bench.passages}
    queries = [q for _, bench in pooled.folders for q in bench.queries if q.relevant]
    with CachedEmbedding(embedder_of(settings), cache / CACHE_FILE) as embedder:
        settings = settings.model_copy(update={"index": pooled.index(cache, identity(embedder))})
        ingest(pooled.paths, settings, True, None, embedder)
        with Snapshot(settings.index) as snapshot:
            rows = range(snapshot.manifest.chunks)
            documents = [name.rsplit("#", 1)[0] for name in snapshot.chunk_ids(rows)]
            raw = _raw(snapshot, embedder, [q.text for q in queries])
            shared = _shared(snapshot, embedder, settings, [q.text for q in queries])
            calibration = Neutraliser.restore(snapshot.neutral)
        parallel = _parallel(embedder)
    other = np.array(raw.asked_in)[:, np.newaxis] != np.array(raw.chunk_languages)
    signs = {}
    for variant in VARIANTS:
        cosines = _cosines(raw, variant, calibration, parallel)
        stacked = np.stack([*cosines, *shared, other.astype(np.float32)], axis=2)
        signs[variant] = stacked.astype(np.float32)
    return Pooled(
        signs=signs,
        right=np.array([[name in q.relevant for name in documents] for q in queries]),
        documents=documents,
        relevant=[q.relevant for q in queries],
        pairs=[(q.language, language[min(q.relevant)]) for q in queries],
        halves=np.array([_half(min(q.relevant)) for q in queries]),
    )


def _half(passage_id: str) -> int:
    return hashlib.sha256(passage_id.encode()).digest()[0] % 2


def _raw(snapshot: Snapshot, embedder: CachedEmbedding, questions: Sequence[str]) -> _Raw:
    texts: dict[str, str] = {}
    sentences: list[str] = []
    languages: list[str] = []
    first: list[int] = []
    for document in snapshot.documents():
        for chunk in snapshot.chunks(document.document_id):
            texts[chunk.chunk_id] = embedded_text(document, chunk)
    rows = range(snapshot.manifest.chunks)
    for chunk_id in snapshot.chunk_ids(rows):
        chunk = snapshot.chunk(chunk_id)
        text = snapshot.document(chunk.document_id).text
        first.append(len(sentences))
        sentences += [text[s.start : s.end] for s in chunk.sentences]
        languages += [s.language for s in chunk.sentences]

    def passages(wanted: Sequence[str]) -> FloatArray:
        return np.asarray(embedder.get_text_embedding_batch(list(wanted)), dtype=np.float32)

    return _Raw(
        question=_questions(embedder, questions),
        asked_in=[detect(q, among=tuple(calibration_texts().questions)) for q in questions],
        chunk=passages([texts[name] for name in snapshot.chunk_ids(rows)]),
        chunk_languages=snapshot.chunk_languages(rows),
        sentence=passages(sentences),
        sentence_languages=languages,
        first=np.array(first),
    )


def _questions(embedder: CachedEmbedding, texts: Sequence[str]) -> FloatArray:
    return np.asarray([embedder.get_query_embedding(text) for text in texts], dtype=np.float32)


def _shared(
    snapshot: Snapshot, embedder: CachedEmbedding, settings: Settings, questions: Sequence[str]
) -> list[FloatArray]:
    """The signs between the cosines and the last, in their order; shape (questions, chunks)."""
    retriever = retriever_of(snapshot, embedder, settings)
    rows = np.arange(snapshot.manifest.chunks)
    found: dict[str, list[FloatArray]] = {name: [] for name in SIGNS[3:-1]}
    for question in questions:
        matches = retriever.matches(question)
        found["lexical"].append(matches.shares)
        found["focus"].append(matches.focus(rows))
        for kind in SIGNS[5:-1]:
            found[kind].append(matches.anchors[kind])
    return [np.stack(columns) for columns in found.values()]


def _parallel(embedder: CachedEmbedding) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Vectors of the calibration questions and statements, by language, in one order."""
    texts = calibration_texts()
    questions = {lang: _questions(embedder, rows) for lang, rows in texts.questions.items()}
    statements = {
        lang: np.asarray(embedder.get_text_embedding_batch(list(rows)), dtype=np.float32)
        for lang, rows in texts.statements.items()
    }
    return questions, statements


def _cosines(
    raw: _Raw,
    variant: str,
    calibration: Neutraliser,
    parallel: tuple[dict[str, FloatArray], dict[str, FloatArray]],
) -> list[FloatArray]:
    """Of every question with every chunk, with its best sentence, and with its best two in a row:
    the first signs, in their order."""
    neutral = _neutraliser(raw, variant, calibration)
    question = np.stack(
        [neutral.question(v, lang) for v, lang in zip(raw.question, raw.asked_in, strict=True)]
    )
    chunk = neutral.passages(raw.chunk, raw.chunk_languages)
    sentence = neutral.passages(raw.sentence, raw.sentence_languages)
    if variant == "components":
        bases = {
            lang: _basis(chunk, raw.chunk_languages, lang) for lang in set(raw.chunk_languages)
        }
        question = _without(question, raw.asked_in, bases)
        chunk = _without(chunk, raw.chunk_languages, bases)
        sentence = _without(sentence, raw.sentence_languages, bases)
    elif variant == "whitened":
        damp = _damping(neutral, parallel)
        question, chunk, sentence = (_unit(rows @ damp) for rows in (question, chunk, sentence))
    each = question @ sentence.T
    # The last sentence of a chunk stands alone: no pair reaches into the next chunk.
    last = np.append(raw.first[1:], len(raw.sentence)) - 1
    pairs = each.copy()
    pairs[:, :-1] = (each[:, :-1] + each[:, 1:]) / 2
    pairs[:, last] = np.where(np.isin(last, raw.first), each[:, last], -1.0)
    found = [
        question @ chunk.T,
        np.maximum.reduceat(each, raw.first, axis=1),
        np.maximum.reduceat(pairs, raw.first, axis=1),
    ]
    if variant == "local":
        references = np.concatenate(
            [[neutral.question(v, lang) for v in rows] for lang, rows in parallel[0].items()]
        )
        near = np.sort(references @ chunk.T, axis=0)[-_NEIGHBOURS:].mean(axis=0)
        found = [cosines - near / 2 for cosines in found]
    return found


def _neutraliser(raw: _Raw, variant: str, calibration: Neutraliser) -> Neutraliser:
    nothing = {"*": np.zeros(raw.chunk.shape[1], dtype=np.float32)}
    if variant == "plain":
        return Neutraliser(nothing, nothing)
    if variant == "corpus":
        return Neutraliser(
            nothing | _means(raw.question, raw.asked_in),
            nothing | _means(raw.chunk, raw.chunk_languages),
        )
    return calibration


def _means(vectors: FloatArray, languages: Sequence[str]) -> dict[str, FloatArray]:
    labels = np.array(languages)
    return {lang: vectors[labels == lang].mean(axis=0) for lang in sorted(set(languages))}


def _basis(vectors: FloatArray, languages: Sequence[str], language: str) -> FloatArray:
    """The main components of one language's vectors, shape (components, dimension)."""
    chosen = vectors[np.array(languages) == language]
    basis: FloatArray = np.linalg.svd(chosen - chosen.mean(axis=0), full_matrices=False)[2]
    return basis[:_COMPONENTS]


def _without(
    vectors: FloatArray, languages: Sequence[str], bases: Mapping[str, FloatArray]
) -> FloatArray:
    """Vectors less what they have of their language's main components, unit length."""
    left = vectors.copy()
    for language, basis in bases.items():
        own = np.array(languages) == language
        left[own] -= vectors[own] @ basis.T @ basis
    return _unit(left)


def _damping(
    neutral: Neutraliser, parallel: tuple[dict[str, FloatArray], dict[str, FloatArray]]
) -> FloatArray:
    """The inverse root of the damped covariance of what tells translations of one text apart."""
    questions, statements = parallel
    apart = []
    for texts in (
        np.stack([[neutral.question(v, x) for v in rows] for x, rows in questions.items()]),
        np.stack([neutral.passages(rows, [x] * len(rows)) for x, rows in statements.items()]),
    ):
        apart.append((texts - texts.mean(axis=0)).reshape(-1, texts.shape[2]))
    rows = np.concatenate(apart)
    values, vectors = np.linalg.eigh(rows.T @ rows / len(rows))
    values = (1 - _DAMPING) * values / values.mean() + _DAMPING
    damped: FloatArray = ((vectors / np.sqrt(values)) @ vectors.T).astype(np.float32)
    return damped


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: FloatArray = vectors / np.maximum(lengths, 1e-9)
    return unit
