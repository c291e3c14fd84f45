"""From a question to ranked chunks, over one open snapshot."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from pkqa.model import Hit
from pkqa.retrieve.fuse import Candidate, fused, ranked
from pkqa.retrieve.neutral import Matrix, Neutraliser
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.analysis import analyse
from pkqa.text.languages import detect

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

# Candidates taken from each index before scoring: enough that fusion, not the cut, decides.
CANDIDATES = 200

# Languages a question is told apart among when it is too short to say for itself.
QUESTION_LANGUAGES = ("en", "fr", "ar")


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search found, and what it cost."""

    question: str
    language: str
    candidates: tuple[Candidate, ...]  # best first
    embed_ms: float
    retrieve_ms: float

    def hits(self, snapshot: Snapshot, top_k: int) -> tuple[Hit, ...]:
        """The first ``top_k`` as the contract shows them."""
        hits = []
        for rank, candidate in enumerate(self.candidates[:top_k], start=1):
            chunk = snapshot.chunk(candidate.chunk_id)
            text = snapshot.document(chunk.document_id).text[chunk.start : chunk.end]
            hits.append(
                Hit(
                    chunk.document_id,
                    chunk.chunk_id,
                    rank,
                    round(candidate.score, 6),
                    chunk.start,
                    chunk.end,
                    text,
                )
            )
        return tuple(hits)


def question_language(question: str) -> str:
    """The language a question is asked in; English when it cannot be told."""
    return detect(question, among=QUESTION_LANGUAGES, default="en")


class SnapshotRetriever(BaseRetriever):
    """Dense and lexical search over a snapshot, fused; a llama-index retriever.

    ``search`` gives pkqa's own ranking; ``retrieve`` the same as llama-index nodes.
    """

    def __init__(self, snapshot: Snapshot, embedder: BaseEmbedding, top_k: int = 10) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._embedder = embedder
        self._top_k = top_k
        self._neutraliser = Neutraliser.restore(snapshot.neutral) if snapshot.neutral else None

    def search(self, question: str, where: Where | None = None) -> Ranking:
        """Rank the chunks that meet ``where`` by how well they may answer.

        Raises:
            EmbedderError: the question could not be embedded.
            IndexCorrupt: the snapshot is damaged.
        """
        language = question_language(question)
        if self._neutraliser is None:  # a corpus without a chunk
            return Ranking(question, language, (), 0.0, 0.0)
        started = time.perf_counter()
        raw = np.asarray(self._embedder.get_query_embedding(question), dtype=np.float32)
        embedded = time.perf_counter()
        vector = self._neutraliser.question(raw, language)
        tokens = {lang: analyse(question, lang) for lang in self._snapshot.languages}
        lexical = dict(self._snapshot.lexical(tokens, CANDIDATES, where))
        # The zero vector has no direction to search in: only words can tell then.
        nearest = self._snapshot.nearest(vector, CANDIDATES, where) if vector.any() else []
        dense = dict(nearest)
        found = list(dict.fromkeys([*dense, *lexical]))
        candidates = [fused(c) for c in self._candidates(found, vector, lexical)]
        order = ranked(candidates, self._snapshot.chunk_vectors)
        done = time.perf_counter()
        return Ranking(
            question,
            language,
            tuple(order),
            1000 * (embedded - started),
            1000 * (done - embedded),
        )

    def _candidates(
        self, chunk_ids: Sequence[str], vector: Matrix, lexical: dict[str, float]
    ) -> list[Candidate]:
        snapshot = self._snapshot
        candidates = []
        for chunk_id, (row, sentences) in zip(chunk_ids, snapshot.rows(chunk_ids), strict=True):
            similarities = snapshot.sentence_vectors[sentences.start : sentences.stop] @ vector
            candidates.append(
                Candidate(
                    chunk_id=chunk_id,
                    row=row,
                    chunk_similarity=float(snapshot.chunk_vectors[row] @ vector),
                    sentence_similarities=tuple(float(s) for s in similarities),
                    lexical=lexical.get(chunk_id, 0.0),
                )
            )
        return candidates

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
