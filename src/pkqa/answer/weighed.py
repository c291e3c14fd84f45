"""The sentences of the best chunks, each with the probability that it answers the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from pkqa.answer.evidence import Setting, features
from pkqa.answer.facts import Facts, facts
from pkqa.answer.likelihood import probability
from pkqa.answer.question import Question, Weight, read
from pkqa.model import Document, Sentence
from pkqa.retrieve.candidates import Candidate
from pkqa.retrieve.retriever import Ranking
from pkqa.store.snapshot import Snapshot
from pkqa.text.glossary import Glossary

# Chunks whose sentences are weighed: deep enough for a fact that stands in one language only.
DEPTH = 24


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with the probability that it answers."""

    document: Document
    sentence: Sentence
    row: int  # of its vector in the snapshot
    facts: Facts
    values: tuple[float, ...]  # features, see pkqa.answer.evidence
    cross: bool  # in another language than the question
    probability: float


@dataclass(frozen=True, slots=True)
class Weighing:
    """A question with every sentence that was weighed for it."""

    ranking: Ranking
    question: Question
    sentences: Sequence[Weighed]  # the likeliest first


class Weigher:
    """Weighs the sentences of one snapshot. Threads may share one."""

    def __init__(self, snapshot: Snapshot, glossary: Glossary) -> None:
        self._snapshot = snapshot
        # What a text holds is read once; a few thousand texts cover a busy corpus's hot part.
        self._facts = lru_cache(maxsize=20_000)(partial(facts, glossary=glossary))
        self._glossary = glossary

    def weigh(self, ranking: Ranking) -> Weighing:
        """Every sentence of the best chunks, weighed for the question of ``ranking``."""
        question = self.read(ranking.question, ranking.language, ranking.weight)
        return Weighing(ranking, question, self.weighed(ranking, question))

    def read(self, text: str, language: str, weight: Weight) -> Question:
        """A question of this corpus, or a part of one; ``weight`` is that of its ranking."""
        return read(text, language, weight, self._glossary)

    def weighed(self, ranking: Ranking, question: Question) -> list[Weighed]:
        """Every sentence of the best chunks, the likeliest to answer ``question`` first."""
        weighed = []
        # Not always that of the first: a reranker changes the order and leaves the scores.
        best = max((place.score for place in ranking.candidates), default=0.0)
        places = [
            candidate
            for place in ranking.candidates[:DEPTH]
            for candidate in (place, *place.versions)
        ]
        nearest = max((s for place in places for s in place.sentence_similarities), default=0.0)
        for candidate in places:
            weighed.extend(self._sentences(question, candidate, best - candidate.score, nearest))
        return sorted(weighed, key=lambda w: (-w.probability, w.document.document_id, w.row))

    def _sentences(
        self, question: Question, candidate: Candidate, gap: float, nearest: float
    ) -> list[Weighed]:
        snapshot = self._snapshot
        document = snapshot.document(candidate.document_id)
        chunk = snapshot.chunk(candidate.chunk_id)
        text = document.text
        chunk_facts = self._facts(
            f"{document.title}\n{text[chunk.start : chunk.end]}", chunk.language
        )
        document_facts = self._facts(f"{document.title}\n{text}", document.language)
        title = self._facts(document.title, document.language)
        weighed = []
        before = None
        near = candidate.sentence_similarities
        for at, (sentence, row) in enumerate(snapshot.sentences(candidate.chunk_id)):
            held = self._facts(text[sentence.start : sentence.end], sentence.language)
            setting = Setting(
                language=sentence.language,
                chunk=chunk_facts,
                document=document_facts,
                title=title,
                before=before,
                date=document.date,
                sentence_similarity=near[at],
                best_similarity=nearest,
                chunk_similarity=candidate.chunk_similarity,
                rank_gap=gap,
                lexical=candidate.lexical,
            )
            before = held
            values = features(question, held, setting)
            cross = question.language != sentence.language
            likely = probability(values, cross)
            weighed.append(Weighed(document, sentence, row, held, values, cross, likely))
        return weighed
