"""Passages: the chunks that an answer is written from, numbered as a model is shown them."""

from __future__ import annotations

from dataclasses import dataclass

from pkqa.model import Document, Sentence
from pkqa.retrieve.retriever import Ranking
from pkqa.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Passage:
    """One chunk under its number."""

    marker: int  # from 1
    document: Document
    start: int  # the chunk is ``document.text[start:end]``
    end: int
    language: str
    sentences: tuple[Sentence, ...]
    rows: tuple[int, ...]  # of the sentences' vectors in the snapshot

    @property
    def text(self) -> str:
        """What the model is shown of the document."""
        return self.document.text[self.start : self.end]


def passages_of(ranking: Ranking, snapshot: Snapshot, most: int) -> list[Passage]:
    """The best chunks of a ranking, at most so many, the best first.

    A chunk that another one says the same as is left out: it would fill the prompt twice.
    """
    passages = []
    for marker, candidate in enumerate(ranking.candidates[:most], start=1):
        chunk = snapshot.chunk(candidate.chunk_id)
        numbered = snapshot.sentences(candidate.chunk_id)
        passages.append(
            Passage(
                marker=marker,
                document=snapshot.document(chunk.document_id),
                start=chunk.start,
                end=chunk.end,
                language=chunk.language,
                sentences=tuple(sentence for sentence, _ in numbered),
                rows=tuple(row for _, row in numbered),
            )
        )
    return passages
