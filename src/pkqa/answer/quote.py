"""The answerer that needs no model: the sentences that answer, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pkqa.answer.choosing import Chooser
from pkqa.answer.citing import citation
from pkqa.answer.context import in_context
from pkqa.answer.extract import answer_phrases
from pkqa.answer.phrases import NEAREST_DOCUMENTS, lead_in, not_found, partly, quoted
from pkqa.answer.question import Question
from pkqa.answer.verify import verified
from pkqa.answer.weighed import Weighed, Weigher, Weighing
from pkqa.model import Answer, Citation, Version
from pkqa.retrieve.retriever import Ranking
from pkqa.store.snapshot import Snapshot
from pkqa.text.glossary import Glossary

# Words are marked in sentences that are so likely, next to the likeliest one shown.
MARKED_SHARE = 0.5


class QuoteAnswerer:
    """Answers from one snapshot. Threads may share one."""

    def __init__(self, snapshot: Snapshot, glossary: Glossary) -> None:
        self._snapshot = snapshot
        self._glossary = glossary
        self._weigher = Weigher(snapshot, glossary)
        self._chooser = Chooser(snapshot, self._weigher)

    def weigh(self, ranking: Ranking) -> Weighing:
        """Every sentence of the best chunks that retrieval found, weighed."""
        return self._weigher.weigh(ranking)

    def answer(self, weighing: Weighing, top_k: int) -> Answer:
        """The answer to the question; ``not_found`` when nothing answers it.

        Args:
            weighing: what :meth:`weigh` gave for it.
            top_k: hits the answer lists.
        """
        ranking, choice = weighing.ranking, self._chooser.choose(weighing)
        hits = ranking.hits(self._snapshot, top_k)
        if not choice.sentences:
            nearest = list(dict.fromkeys(c.document_id for c in ranking.candidates))
            titles = [self._snapshot.document(name).title for name in nearest[:NEAREST_DOCUMENTS]]
            return Answer(
                question=ranking.question,
                language=ranking.language,
                status="not_found",
                answer=not_found(ranking.language, titles),
                hits=hits,
            )
        least = MARKED_SHARE * max(one.probability for one in choice.sentences)
        citations = []
        for marker, quote in enumerate(_quotes(choice.sentences), start=1):
            versions = self._versions(quote, choice.sentences, weighing.sentences)
            citations.append(self._cited(marker, quote, choice.questions, least, versions))
        lines = [lead_in(ranking.language, len(citations))]
        for cited in citations:
            lines.append(f"{quoted(cited.quote, cited.language)} [{cited.marker}]")
        if choice.missing:
            lines.append(partly(ranking.language, choice.missing))
        answer = Answer(
            question=ranking.question,
            language=ranking.language,
            status="partial" if choice.missing else "answered",
            answer="\n\n".join(lines),
            citations=tuple(citations),
            hits=hits,
            missing=choice.missing,
        )
        return verified(answer, self._snapshot.document)

    def _versions(
        self, quote: _Quote, chosen: Sequence[Weighed], weighed: Sequence[Weighed]
    ) -> tuple[Version, ...]:
        """The documents, none of them quoted, that say the same as a quoted sentence."""
        quoted = {one.document.document_id for one in chosen}
        found: dict[str, Version] = {}
        for other in weighed:
            document = other.document
            if document.document_id not in quoted and any(
                self._chooser.same(other, one) for one in quote.sentences
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
