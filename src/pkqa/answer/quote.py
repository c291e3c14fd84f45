"""The answerer that needs no model: the sentences that answer, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from pkqa.answer.certainty import certainty, limit, log_odds, signs
from pkqa.answer.citing import citation
from pkqa.answer.context import in_context
from pkqa.answer.evidence import FEATURES, Setting, features, probability, threshold
from pkqa.answer.extract import answer_phrases
from pkqa.answer.facts import Facts, facts
from pkqa.answer.phrases import lead_in, not_found, partly, quoted
from pkqa.answer.question import Question, parts, read
from pkqa.answer.verify import verified
from pkqa.model import Answer, Citation, Document, Sentence, Version
from pkqa.retrieve.candidates import Candidate
from pkqa.retrieve.retriever import Ranking
from pkqa.store.snapshot import Snapshot
from pkqa.text.glossary import Glossary

# Chunks whose sentences are weighed: deep enough for a fact that stands in one language only.
DEPTH = 24
MOST_SENTENCES = 2
MOST_AT_NEED = 3  # where several things are asked for
# A further sentence must be this likely, and this near the first one's likelihood.
FURTHER_PROBABILITY = 0.06
FURTHER_SHARE = 0.12
# Sentences this near say the same; with the same figures in both, less will do.
SAME_SIMILARITY = 0.75
SAME_WITH_FIGURES = 0.5
# A sentence is shown in a heading's stead when it is so much less likely at most.
HEADING_SHARE = 0.8
# Words are marked in sentences that are so likely, next to the likeliest one shown.
MARKED_SHARE = 0.5
# What a part of a question takes, where the question as a whole is answered.
PART_PROBABILITY = 0.25
NEAREST_DOCUMENTS = 3

_BOUND = FEATURES.index("bound")
_MISSING = FEATURES.index("kind_missing"), FEATURES.index("figure_missing")


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
        questions, chosen, weighed, missing = self._found(ranking)
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
        least = MARKED_SHARE * max(one.probability for one in chosen)
        citations = [
            self._cited(marker, quote, questions, least, self._versions(quote, chosen, weighed))
            for marker, quote in enumerate(_quotes(chosen), start=1)
        ]
        lines = [lead_in(ranking.language, len(citations))]
        for cited in citations:
            lines.append(f"{quoted(cited.quote, cited.language)} [{cited.marker}]")
        if missing:
            lines.append(partly(ranking.language, missing))
        answer = Answer(
            question=ranking.question,
            language=ranking.language,
            status="partial" if missing else "answered",
            answer="\n\n".join(lines),
            citations=tuple(citations),
            hits=hits,
            missing=missing,
        )
        return verified(answer, self._snapshot.document)

    def _found(
        self, ranking: Ranking
    ) -> tuple[list[Question], list[Weighed], list[Weighed], tuple[str, ...]]:
        """What is asked, the sentences to show, all of them, and the parts that none answers.

        A question of two parts is answered part by part, where one of them can be by itself; it is
        one question otherwise.
        """
        question = self._read(ranking.question, ranking.language)
        weighed = self._weighed(ranking, question)
        most = MOST_AT_NEED if question.several else MOST_SENTENCES
        chosen: list[Weighed] = []
        if weighed and _certain(ranking.language, weighed):
            chosen = self._chosen(ranking.language, question, weighed, most)
        asked = parts(ranking.question, ranking.language)
        if len(asked) == 1 or not weighed:
            return [question], _in_reading_order(chosen), weighed, ()
        told = [self._part(text, question) for text in asked]
        by_part = [self._weighed(ranking, part) for part in told]
        whole = bool(chosen)
        kept = [at for at, own in enumerate(by_part) if _supported(ranking.language, own, whole)]
        if not kept:
            return [question], _in_reading_order(chosen), weighed, ()
        best = [self._best(by_part[at]) for at in kept]
        chosen = self._distinct([*best, *chosen])[:MOST_AT_NEED]
        missing = tuple(text for at, text in enumerate(asked) if at not in kept)
        return [told[at] for at in kept], _in_reading_order(chosen), weighed, missing

    def _read(self, text: str, language: str) -> Question:
        return read(text, language, self._snapshot.weight, self._glossary)

    def _part(self, text: str, whole: Question) -> Question:
        """One part of a question; what the whole one names holds for each part."""
        part = self._read(text, whole.language)
        return replace(
            part,
            terms=part.terms or whole.terms,
            places=whole.places,
            years=whole.years,
            names=whole.names,
            acronyms=whole.acronyms,
        )

    def weigh(self, ranking: Ranking) -> list[Weighed]:
        """Every sentence of the best chunks, the likeliest first."""
        return self._weighed(ranking, self._read(ranking.question, ranking.language))

    def _weighed(self, ranking: Ranking, question: Question) -> list[Weighed]:
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

    def _chosen(
        self, language: str, question: Question, weighed: Sequence[Weighed], most: int
    ) -> list[Weighed]:
        """At most so many sentences, the best first; no two that say the same."""
        best = self._best(weighed)
        chosen = [best]
        for other in weighed:
            if other.probability < max(FURTHER_PROBABILITY, FURTHER_SHARE * best.probability):
                break
            # A heading has to answer by itself, and a dateline never does.
            if not _is_whole(other) and (other.facts.has_date or other.probability < threshold()):
                continue
            # Where the first one gives the figure asked for, another figure is no answer.
            if best.values[_BOUND] and not other.values[_BOUND] and not question.several:
                continue
            told = next((at for at, one in enumerate(chosen) if self._same(other, one)), None)
            if told is None:
                if len(chosen) < most:
                    chosen.append(other)
            elif chosen[told].sentence.language != language == other.sentence.language:
                # Of two that say the same, the one that the asker can read.
                chosen[told] = other
        return chosen

    def _distinct(self, sentences: Sequence[Weighed]) -> list[Weighed]:
        """The sentences without those that say what one before them says."""
        kept: list[Weighed] = []
        for one in sentences:
            if not any(self._same(one, other) for other in kept):
                kept.append(one)
        return kept

    def _best(self, weighed: Sequence[Weighed]) -> Weighed:
        """The likeliest sentence; no heading where a whole sentence will do."""
        best = weighed[0]
        if _is_whole(best):
            return best
        for other in weighed[1:]:
            if other.probability < HEADING_SHARE * best.probability:
                break
            if _is_whole(other):
                return other
        return best

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

    def _cited(
        self,
        marker: int,
        quote: _Quote,
        questions: Sequence[Question],
        least: float,
        versions: tuple[Version, ...],
    ) -> Citation:
        document = quote.sentences[0].document
        emphasis = {
            (one.sentence.start + start, one.sentence.start + end)
            for one in quote.sentences
            if one.probability >= least
            for question in questions
            for start, end in answer_phrases(
                question,
                document.text[one.sentence.start : one.sentence.end],
                one.sentence.language,
                self._glossary,
            )
        }
        told = citation(
            marker,
            document,
            quote.start,
            quote.end,
            quote.sentences[0].sentence.language,
            versions=versions,
        )
        return replace(told, emphasis=tuple(sorted(emphasis)))

    def _same(self, one: Weighed, other: Weighed) -> bool:
        """Whether two sentences say the same thing; a different figure is a different thing."""
        if one.row == other.row:
            return True
        if one.facts.quantities != other.facts.quantities:
            return False
        vectors = self._snapshot.sentence_vectors
        least = SAME_WITH_FIGURES if one.facts.quantities else SAME_SIMILARITY
        return float(vectors[one.row] @ vectors[other.row]) >= least


def _certain(language: str, weighed: Sequence[Weighed]) -> bool:
    """Whether the best of some sentences answers."""
    best = weighed[0]
    told = signs(
        [one.document.document_id for one in weighed],
        [log_odds(one.probability) for one in weighed],
        [one.values for one in weighed],
        best.cross,
    )
    return certainty(told) >= limit(language, best.cross)


def _supported(language: str, weighed: Sequence[Weighed], whole: bool) -> bool:
    """Whether a part of a question is answered, by the kind of thing that it asks for.

    Args:
        language: of the question.
        weighed: for this part, the likeliest first.
        whole: whether the question as a whole is answered.
    """
    best = weighed[0]
    if any(best.values[at] for at in _MISSING):
        return False
    return best.probability >= PART_PROBABILITY if whole else _certain(language, weighed)


def _in_reading_order(chosen: Sequence[Weighed]) -> list[Weighed]:
    """Documents as they come, the sentences of each as they stand in it."""
    order = list(dict.fromkeys(one.document.document_id for one in chosen))
    return sorted(chosen, key=lambda w: (order.index(w.document.document_id), w.sentence.start))


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
    """What to quote, in order; neighbours are made one.

    One sentence is quoted in its context; a second one tells more than that would.
    """
    if len(chosen) == 1:
        return [_Quote((chosen[0],), *in_context(chosen[0].document, chosen[0].sentence))]
    quotes: list[_Quote] = []
    for one in chosen:
        start, end = one.sentence.start, one.sentence.end
        last = quotes[-1] if quotes else None
        if (
            last is not None
            and last.sentences[0].document.document_id == one.document.document_id
            and not one.document.text[last.end : start].strip(" \u00a0\u202f")
        ):
            quotes[-1] = _Quote((*last.sentences, one), last.start, end)
        else:
            quotes.append(_Quote((one,), start, end))
    return quotes
