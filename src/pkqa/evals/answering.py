"""How often the answerer without a model shows the answer, and keeps silent where there is none.

``python -m pkqa.evals.answering FOLDER...`` asks the product itself and prints two tables. Folders
that have unanswerable questions go into one index, and so do the others:

- *shown*: the share of questions of which a gold answer stands in what is quoted, in at most two
  sentences of it; no answer counts as a miss.
- *silence*: the shares of unanswerable questions that were answered, and of answerable ones that
  were not; whether an answer is right is not judged here.

The last two columns split the questions by :func:`half`: weights may be fitted on half 0
(docs/decisions/0004 says on what), half 1 is only ever asked.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pkqa.answer.quote import QuoteAnswerer
from pkqa.evals.beir import QUERIES_FILE, Query
from pkqa.evals.cached_embedding import CACHE_FILE, CachedEmbedding
from pkqa.evals.intervals import Design, Estimate
from pkqa.evals.pool import Pool, cache_folder, pool
from pkqa.evals.wording import holds
from pkqa.indexing import ingest
from pkqa.model import Citation
from pkqa.retrieve.embed import embedder_of, identity
from pkqa.retrieve.retriever import Ranking, retriever_of
from pkqa.settings import load as load_settings
from pkqa.store.snapshot import Snapshot
from pkqa.text.glossary import load
from pkqa.text.sentences import sentences

SHOWN = 2  # sentences of an answer that count
HALVES = 2
ALL = "all pairs"

_FAULTS = ("unanswerable, answered", False), ("answerable, not answered", True)

_FIRST_NUMBER = re.compile(r"\D*\d+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a benchmark, with what was found for it."""

    folder: str
    query: Query
    answerable: bool
    pair: tuple[str, str]  # languages of question and passage
    topic: str  # what it shares with the questions that are not independent of it
    ranking: Ranking

    @property
    def half(self) -> int:
        """0 or 1."""
        return half(self.topic)


def half(topic: str) -> int:
    """The half that all questions on one topic belong to."""
    return hashlib.sha256(topic.encode()).digest()[0] % HALVES


def main(folders: Sequence[str]) -> None:
    """Print the tables."""
    paths = [Path(folder) for folder in folders]
    silent = [path for path in paths if unanswerable(path)]
    telling = [path for path in paths if path not in silent]
    if telling:
        _print(_shown(pool(telling)))
    if silent:
        _print(_silence(pool(silent)))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201
    print()  # noqa: T201


def unanswerable(folder: Path) -> frozenset[str]:
    """The ids of a folder's queries that say ``"answerable": false``."""
    lines = (folder / QUERIES_FILE).read_text("utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line.strip()]
    return frozenset(row["_id"] for row in rows if row.get("answerable") is False)


def asked(pooled: Pool, index: Path | None = None) -> Iterator[tuple[Asked, Snapshot]]:
    """Every question of the pool, with the snapshot that it was asked of.

    Args:
        pooled: the folders, indexed when they are not yet.
        index: where the index is; by default in the cache folder.
    """
    cache, settings = cache_folder(), load_settings()
    cache.mkdir(parents=True, exist_ok=True)
    with CachedEmbedding(embedder_of(settings), cache / CACHE_FILE) as embedder:
        index = index or pooled.index(cache, identity(embedder))
        ingest(pooled.paths, settings.model_copy(update={"index": index}), True, None, embedder)
        with Snapshot(index) as snapshot:
            retriever = retriever_of(snapshot, embedder, settings)
            for folder, bench in pooled.folders:
                language = {passage.passage_id: passage.language for passage in bench.passages}
                without = unanswerable(folder)
                for query in bench.queries:
                    passage = min(query.relevant, default="")
                    yield (
                        Asked(
                            folder.name,
                            query,
                            query.query_id not in without,
                            (query.language, language.get(passage, query.language)),
                            topic_of(passage) if query.answers else query.query_id,
                            retriever.search(query.text),
                        ),
                        snapshot,
                    )


def topic_of(passage_id: str) -> str:
    """What the passages of one article share: their id up to its first number."""
    match = _FIRST_NUMBER.match(passage_id)
    return match[0] if match else passage_id


def shown(citations: Sequence[Citation]) -> list[str]:
    """The sentences of an answer that count, in the order shown."""
    told = [
        citation.quote[start:end]
        for citation in citations
        for start, end in sentences(citation.quote, citation.language)
    ]
    return told[:SHOWN]


def _shown(pooled: Pool) -> Iterator[str]:
    questions, right, silent = [], [], []
    for question, answerer in _answerers(pooled):
        answer = answerer.answer(answerer.weigh(question.ranking), 1)
        told = " ".join(shown(answer.citations))
        questions.append(question)
        right.append(any(holds(told, gold) for gold in question.query.answers))
        silent.append(not answer.citations)
    yield _row("question -> passage", "n", "shown", "no answer", "half 0", "half 1")
    yield _row(*["---"] * 6)
    quiet = dict(_estimates(questions, silent))
    for name, share in _estimates(questions, right):
        halves = [_of_half(questions, right, side).get(name) for side in range(HALVES)]
        n = sum(name in (_pair(question), ALL) for question in questions)
        cells = [_interval(share), f"{quiet[name].mean:.3f}", *map(_interval, halves)]
        yield _row(name, f"{n:,}", *cells)


def _silence(pooled: Pool) -> Iterator[str]:
    questions, answered = [], []
    for question, answerer in _answerers(pooled):
        questions.append(question)
        answer = answerer.answer(answerer.weigh(question.ranking), 1)
        answered.append(bool(answer.citations))
    yield _row("question", "n", "share", "all", "half 0", "half 1")
    yield _row(*["---"] * 6)
    for label, answerable in _FAULTS:
        chosen = [at for at, q in enumerate(questions) if q.answerable is answerable]
        own = [questions[at] for at in chosen]
        told = [answered[at] is not answerable for at in chosen]
        for name, share in _estimates(own, told):
            halves = [_of_half(own, told, side).get(name) for side in range(HALVES)]
            n = sum(name in (_pair(question), ALL) for question in own)
            yield _row(name, f"{n:,}", label, *map(_interval, (share, *halves)))


def _answerers(pooled: Pool) -> Iterator[tuple[Asked, QuoteAnswerer]]:
    answerer = None
    for question, snapshot in asked(pooled):
        answerer = answerer or QuoteAnswerer(snapshot, load(load_settings().glossary))
        yield question, answerer


def _of_half(questions: Sequence[Asked], values: Sequence[bool], side: int) -> dict[str, Estimate]:
    chosen = [at for at, question in enumerate(questions) if question.half == side]
    if not chosen:
        return {}
    return dict(_estimates([questions[at] for at in chosen], [values[at] for at in chosen]))


def _estimates(questions: Sequence[Asked], values: Sequence[bool]) -> list[tuple[str, Estimate]]:
    """A share for each pair of languages, and their mean."""
    design = Design([q.topic for q in questions], [q.pair for q in questions])
    names = [f"{one} -> {other}" for one, other in design.pairs]
    shares = design.shares(np.array(values, dtype=np.float64))
    return list(zip([*names, ALL], shares, strict=True))


def _pair(question: Asked) -> str:
    return f"{question.pair[0]} -> {question.pair[1]}"


def _interval(estimate: Estimate | None) -> str:
    """Nothing where a half has no such question."""
    if estimate is None:
        return "-"
    return f"{estimate.mean:.3f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(sys.argv[1:])
