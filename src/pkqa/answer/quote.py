"""The answerer that needs no model: the one to three sentences that answer, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from pkqa.answer.context import in_context
from pkqa.answer.evidence import FEATURES, Setting, features, probability, threshold
from pkqa.answer.facts import Facts, facts
from pkqa.answer.phrases import lead_in, not_found, quoted
from pkqa.answer.question import Question, read
from pkqa.answer.verify import verified
from pkqa.model import Answer, Citation, Document, Sentence, Version
from pkqa.retrieve.candidates import Candidate
from pkqa.retrieve.retriever import Ranking
from pkqa.store.snapshot import Snapshot
from pkqa.text.glossary import Glossary

# Chunks whose sentences are weighed: deep enough for a fact that stands in one language only.
DEPTH = 24
MOST_SENTENCES = 3
# A further sentence must be this likely, and this near the first one's likelihood.
FURTHER_PROBABILITY = 0.12
FURTHER_SHARE = 0.3
# Sentences this near say the same; with the same figures in both, less will do.
SAME_SIMILARITY = 0.75
SAME_WITH_FIGURES = 0.5
NEAREST_DOCUMENTS = 3

_BOUND = FEATURES.index("bound")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with the probability that it answers."""

    document: Document
    sentence: Sentence
    row: int  # of its vector in the snapshot
    facts: Facts
    values: tuple[float, ...]  # features, see pkqa.answer.evidence
    probability: float


class QuoteAnswerer:
    """Answers from one snapshot. Threads may share one."""

    def __init__(self, snapshot: Snapshot, glossary: Glossary) -> None:
        self._snapshot = snapshot
        # What a text holds is read once; a few thousand texts cover a busy corpus's hot part.
        self._facts = lru_cache(maxsize=20_000)(partial(facts, glossary=glossary))
        self._glossary = glossary

    def answer(self, ranking: Ranking, top_k: int) -> Answer:
        """The answer to the question of ``ranking``; ``not_found`` when nothing answers it.

        Args:
            ranking: what retrieval found.
            top_k: hits the answer lists.
        """
        weighed = self.weigh(ranking)
        chosen = self._chosen(ranking.language, weighed)
        hits = ranking.hits(self._snapshot, top_k)
        if not chosen:
            nearest = list(dict.fromkeys(c.document_id for c in ranking.candidates))
            titles = [self._snapshot.document(name).title for name in nearest[:NEAREST_DOCUMENTS]]
            return Answer(
                question=ranking.question,
                language=ranking.language,
                status="not_found",
                answer=not_found(ranking.language, titles),
                hits=hits,
            )
        citations = [
            _citation(marker, quote, self._versions(quote, chosen, weighed))
            for marker, quote in enumerate(_quotes(chosen), start=1)
        ]
        lines = [lead_in(ranking.language, len(citations))]
        for citation in citations:
            lines.append(f"{quoted(citation.quote, citation.language)} [{citation.marker}]")
        answer = Answer(
            question=ranking.question,
            language=ranking.language,
            status="answered",
            answer="\n\n".join(lines),
            citations=tuple(citations),
            hits=hits,
        )
        return verified(answer, self._snapshot.document)

    def weigh(self, ranking: Ranking) -> list[Weighed]:
        """Every sentence of the best chunks, the likeliest first."""
        question = read(ranking.question, ranking.language, self._snapshot.weight, self._glossary)
        weighed = []
        # Not always that of the first: a reranker changes the order and leaves the scores.
        best = max((place.score for place in ranking.candidates), default=0.0)
        for place in ranking.candidates[:DEPTH]:
            for candidate in (place, *place.versions):
                gap = best - candidate.score
                weighed.extend(self._sentences(question, candidate, gap))
        return sorted(weighed, key=lambda w: (-w.probability, w.document.document_id, w.row))

    def _sentences(
        self,
        question: Question,
        candidate: Candidate,
        gap: float,
    ) -> list[Weighed]:
        snapshot = self._snapshot
        document = snapshot.document(candidate.document_id)
        chunk = snapshot.chunk(candidate.chunk_id)
        text = document.text
        around = f"{document.title}\n{text[chunk.start : chunk.end]}"
        chunk_facts = self._facts(around, chunk.language)
        document_facts = self._facts(f"{document.title}\n{text}", document.language)
        weighed = []
        for (sentence, row), similarity in zip(
            snapshot.sentences(candidate.chunk_id), candidate.sentence_similarities, strict=True
        ):
            held = self._facts(text[sentence.start : sentence.end], sentence.language)
            setting = Setting(
                language=sentence.language,
                chunk=chunk_facts,
                document=document_facts,
                date=document.date,
                sentence_similarity=similarity,
                chunk_similarity=candidate.chunk_similarity,
                rank_gap=gap,
            )
            values = features(question, held, setting)
            weighed.append(Weighed(document, sentence, row, held, values, probability(values)))
        return weighed

    def _chosen(self, language: str, weighed: Sequence[Weighed]) -> list[Weighed]:
        """The sentences to show, documents by likelihood, sentences in reading order."""
        if not weighed or weighed[0].probability < threshold():
            return []
        best = weighed[0]
        chosen = [best]
        for other in weighed[1:]:
            if len(chosen) == MOST_SENTENCES or other.probability < max(
                FURTHER_PROBABILITY, FURTHER_SHARE * best.probability
            ):
                break
            # A heading has to answer by itself, and a dateline never does.
            if not _is_whole(other) and (other.facts.has_date or other.probability < threshold()):
                continue
            # Where the first one gives the figure asked for, another figure is no answer.
            if best.values[_BOUND] and not other.values[_BOUND]:
                continue
            told = next((at for at, one in enumerate(chosen) if self._same(other, one)), None)
            if told is None:
                chosen.append(other)
            elif chosen[told].sentence.language != language == other.sentence.language:
                # Of two that say the same, the one that the asker can read.
                chosen[told] = other
        order = list(dict.fromkeys(one.document.document_id for one in chosen))
        return sorted(chosen, key=lambda w: (order.index(w.document.document_id), w.sentence.start))

    def _versions(
        self, quote: _Quote, chosen: Sequence[Weighed], weighed: Sequence[Weighed]
    ) -> tuple[Version, ...]:
        """The documents, none of them quoted, that say the same as a quoted sentence."""
        quoted = {one.document.document_id for one in chosen}
        found: dict[str, Version] = {}
        for other in weighed:
            document = other.document
            if document.document_id not in quoted and any(
                self._same(other, one) for one in quote.sentences
            ):
                found[document.document_id] = Version(
                    document.document_id,
                    document.title,
                    document.source,
                    document.language,
                    document.date,
                )
        return tuple(found.values())

    def _same(self, one: Weighed, other: Weighed) -> bool:
        """Whether two sentences say the same thing; a different figure is a different thing."""
        if one.facts.quantities != other.facts.quantities:
            return False
        vectors = self._snapshot.sentence_vectors
        least = SAME_WITH_FIGURES if one.facts.quantities else SAME_SIMILARITY
        return float(vectors[one.row] @ vectors[other.row]) >= least


def _is_whole(weighed: Weighed) -> bool:
    """Whether it is a sentence with an end to it."""
    end = weighed.document.text[: weighed.sentence.end].rstrip("\"'”’»)] \u00a0\u202f")
    return end.endswith((".", "!", "?", "؟", "…", ";", "؛"))


@dataclass(frozen=True, slots=True)
class _Quote:
    """What one citation quotes: the sentences chosen, with the context they need."""

    sentences: tuple[Weighed, ...]  # of one document
    start: int
    end: int


def _quotes(chosen: Sequence[Weighed]) -> list[_Quote]:
    """What to quote, in order; what overlaps is made one."""
    quotes: list[_Quote] = []
    for one in chosen:
        start, end = in_context(one.document, one.sentence)
        last = quotes[-1] if quotes else None
        if (
            last is not None
            and last.sentences[0].document.document_id == one.document.document_id
            and start <= last.end
        ):
            quotes[-1] = _Quote((*last.sentences, one), last.start, max(end, last.end))
        else:
            quotes.append(_Quote((one,), start, end))
    return quotes


def _citation(marker: int, quote: _Quote, versions: tuple[Version, ...]) -> Citation:
    document = quote.sentences[0].document
    return Citation(
        marker=marker,
        document_id=document.document_id,
        title=document.title,
        source=document.source,
        language=quote.sentences[0].sentence.language,
        date=document.date,
        quote=document.text[quote.start : quote.end],
        start=quote.start,
        end=quote.end,
        page=_page(document, quote.start),
        versions=versions,
    )


def _page(document: Document, offset: int) -> int | None:
    """The 1-based page that ``offset`` lies on, where the document has pages."""
    if not document.pages:
        return None
    return max(1, sum(start <= offset for start in document.pages))
