"""From a question to ranked chunks, over one open snapshot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from pkqa.model import Hit
from pkqa.retrieve.candidates import Candidate, gather
from pkqa.retrieve.fuse import FloatArray
from pkqa.retrieve.neutral import Neutraliser
from pkqa.retrieve.rerank import Reranker, reranker_of
from pkqa.retrieve.versions import account, grouped
from pkqa.settings import Settings
from pkqa.store.lexical import Matches
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.analysis import analyse
from pkqa.text.anchors import Anchor, anchors_in, synonyms_in
from pkqa.text.glossary import Glossary, load
from pkqa.text.languages import detect

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

# Languages that pkqa answers in; a question too short to say for itself is told apart among them.
ANSWER_LANGUAGES = ("en", "fr", "ar")

_KEPT_ACCOUNTS = 4096


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search found, and what it cost."""

    question: str
    language: str  # that the answer is to be in
    candidates: tuple[Candidate, ...]  # best first
    # (term, language) -> how much it tells, and whether it is held, among what the asker may read;
    # see LexicalIndex.weight.
    weight: Callable[[str, str], tuple[float, bool]]
    embed_ms: float
    retrieve_ms: float

    def hits(self, snapshot: Snapshot, top_k: int) -> tuple[Hit, ...]:
        """The first ``top_k`` as the contract shows them."""
        return tuple(
            _hit(snapshot, candidate, rank)
            for rank, candidate in enumerate(self.candidates[:top_k], start=1)
        )


def _hit(snapshot: Snapshot, candidate: Candidate, rank: int) -> Hit:
    chunk = snapshot.chunk(candidate.chunk_id)
    return Hit(
        chunk.document_id,
        chunk.chunk_id,
        rank,
        round(candidate.score, 6),
        chunk.start,
        chunk.end,
        snapshot.document(chunk.document_id).text[chunk.start : chunk.end],
        tuple(version.chunk_id for version in candidate.versions),
    )


def question_language(question: str) -> str:
    """The language to answer a question in; English when it cannot be told."""
    return detect(question, among=ANSWER_LANGUAGES, default="en")


def looked_for(
    question: str, language: str, targets: Iterable[str], glossary: Glossary
) -> tuple[dict[str, list[str]], dict[str, list[Anchor]]]:
    """The words of a question, and what else it may share, for passages of each target language.

    Args:
        question: as asked.
        language: what it is asked in, "" where it cannot be told.
        targets: the languages of the corpus.
        glossary: which words name one concept.
    """
    tokens, anchors = {}, {}
    for target in targets:
        tokens[target] = analyse(question, target)
        anchors[target] = (
            synonyms_in(question, language, glossary)
            if target == language
            else anchors_in(question, language, target, glossary)
        )
    return tokens, anchors


def retriever_of(
    snapshot: Snapshot, embedder: BaseEmbedding, settings: Settings
) -> SnapshotRetriever:
    """The retriever that the settings describe.

    Raises:
        UsageError: the glossary cannot be read.
        RerankerError: the rerank endpoint's address or key cannot be used.
    """
    return SnapshotRetriever(
        snapshot,
        embedder,
        settings.top_k,
        glossary=load(settings.glossary),
        reranker=reranker_of(settings),
        rerank_depth=settings.rerank_depth,
    )


class SnapshotRetriever(BaseRetriever):
    """Dense and lexical search over a snapshot, fused; a llama-index retriever.

    ``search`` gives pkqa's own ranking; ``retrieve`` the same as llama-index nodes.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each by its name
        self,
        snapshot: Snapshot,
        embedder: BaseEmbedding,
        top_k: int = 10,
        *,
        glossary: Glossary,
        reranker: Reranker | None = None,
        rerank_depth: int = 50,
    ) -> None:
        """Search in ``snapshot``; :func:`retriever_of` does so by the settings.

        Args:
            snapshot: what to search in.
            embedder: that the snapshot's vectors are of.
            top_k: nodes that ``retrieve`` gives.
            glossary: which words name one concept.
            reranker: has the last word on the order of the best, if given.
            rerank_depth: how many it is asked about.
        """
        super().__init__()
        self._snapshot = snapshot
        self._embedder = embedder
        self._top_k = top_k
        self._glossary = glossary
        self._reranker = reranker
        self._rerank_depth = rerank_depth
        self._neutraliser = Neutraliser.restore(snapshot.neutral) if snapshot.neutral else None
        self._account = lru_cache(_KEPT_ACCOUNTS)(partial(account, snapshot))  # by chunk id

    def search(self, question: str, where: Where | None = None) -> Ranking:
        """Rank the chunks that meet ``where`` by how well they may answer.

        Raises:
            EmbedderError: the question could not be embedded.
            RerankerError: the reranker gave no scores.
            IndexCorrupt: the snapshot is damaged.
        """
        answered_in = question_language(question)
        snapshot, readers = self._snapshot, None if where is None else where.readers
        lexical = snapshot.lexical_for(readers)
        if self._neutraliser is None:  # a corpus without a chunk
            return Ranking(question, answered_in, (), lexical.weight, 0.0, 0.0)
        started = time.perf_counter()
        raw = np.asarray(self._embedder.get_query_embedding(question), dtype=np.float32)
        embedded = time.perf_counter()
        language = self._language(question)
        vector = self._neutraliser.question(raw, language)
        candidates = gather(snapshot, vector, self.matches(question, readers), language, where)
        ranked = grouped(candidates, snapshot.chunk_vectors, lambda c: self._account(c.chunk_id))
        if self._reranker is not None:
            ranked = self._reranked(self._reranker, question, ranked)
        done = time.perf_counter()
        return Ranking(
            question,
            answered_in,
            tuple(ranked),
            lexical.weight,
            1000 * (embedded - started),
            1000 * (done - embedded),
        )

    def statement(self, text: str, language: str) -> FloatArray:
        """The neutral vector of a statement, to compare with sentences: shape (dimensions,).

        Raises:
            EmbedderError: it could not be embedded.
        """
        raw = np.asarray(self._embedder.get_text_embedding(text), dtype=np.float32)
        if self._neutraliser is None:
            return raw
        vector: FloatArray = self._neutraliser.passages(raw[None, :], [language])[0]
        return vector

    def matches(self, question: str, readers: tuple[str, ...] | None = None) -> Matches:
        """What the question shares by words with each chunk that ``readers`` may read; see
        :class:`pkqa.store.where.Where`."""
        snapshot, language = self._snapshot, self._language(question)
        query = looked_for(question, language, snapshot.languages, self._glossary)
        return snapshot.lexical_for(readers).match(*query)

    def _language(self, question: str) -> str:
        """The language that the embedder is to hear; "" where it cannot be told."""
        known = self._neutraliser.languages if self._neutraliser else ()
        return detect(question, among=known, default="")

    def _reranked(
        self, reranker: Reranker, question: str, ranked: list[Candidate]
    ) -> list[Candidate]:
        """The best in the order of the reranker, the others after them as they were.

        The score stays that of retrieval, to which the answerers' thresholds were fitted.
        """
        best, others = ranked[: self._rerank_depth], ranked[self._rerank_depth :]
        texts = [_hit(self._snapshot, candidate, 0).text for candidate in best]
        scores = reranker.scores(question, texts)
        order = sorted(range(len(best)), key=lambda at: -scores[at])
        return [*(best[at] for at in order), *others]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        ranking = self.search(query_bundle.query_str)
        return [self._node(hit) for hit in ranking.hits(self._snapshot, self._top_k)]

    def _node(self, hit: Hit) -> NodeWithScore:
        document = self._snapshot.document(hit.document_id)
        metadata: dict[str, Any] = {
            "document_id": document.document_id,
            "title": document.title,
            "language": document.language,
            "date": document.date,
            "source": document.source,
        }
        node = TextNode(
            id_=hit.chunk_id,
            text=hit.text,
            metadata=metadata,
            start_char_idx=hit.start,
            end_char_idx=hit.end,
        )
        return NodeWithScore(node=node, score=hit.score)
