"""One question, answered: understood, searched for, quoted or written, and held against the other
documents for what they say differently."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pkqa.answer.chat import ChatModel
from pkqa.answer.citing import citation
from pkqa.answer.conflict import Conflicts
from pkqa.answer.context import in_context
from pkqa.answer.followup import Exchange, rewritten, standalone
from pkqa.answer.passages import Passage, passages_of
from pkqa.answer.phrases import quoted, quoted_instead, unconfirmed_instead
from pkqa.answer.quote import QuoteAnswerer
from pkqa.answer.told import Conflict
from pkqa.answer.verify import Checker, verified
from pkqa.answer.weighed import Weighed, Weighing
from pkqa.answer.write import Writer
from pkqa.errors import LLMError
from pkqa.model import Answer, Citation
from pkqa.retrieve.retriever import Ranking, SnapshotRetriever, question_language
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.glossary import Glossary, load, load_synonyms

if TYPE_CHECKING:
    from pkqa.settings import Settings


class Answerer:
    """Answers from one snapshot, by a model where there is one. Threads may share it."""

    def __init__(
        self,
        snapshot: Snapshot,
        retriever: SnapshotRetriever,
        chat: ChatModel | None,
        settings: Settings,
    ) -> None:
        """Answer from ``snapshot``.

        Args:
            snapshot: what to answer from.
            retriever: that searches it.
            chat: writes the answers; None to quote alone.
            settings: how many hits and passages, and how long.

        Raises:
            UsageError: the glossary cannot be read.
        """
        self._snapshot = snapshot
        self._retriever = retriever
        self._chat = chat
        self._settings = settings
        self._glossary: Glossary = load(settings.glossary)
        self._quoting = QuoteAnswerer(snapshot, self._glossary)
        self._conflicts = Conflicts(self._glossary)

    def answers(
        self, question: str, where: Where | None = None, history: Sequence[Exchange] = ()
    ) -> Iterator[Answer]:
        """The answer as it grows: each a whole one that was verified, the last one final.

        Args:
            question: as asked.
            where: which documents are heard.
            history: what was asked before, oldest first.

        Raises:
            EmbedderError, RerankerError: the question could not be searched for.
        """
        started = time.perf_counter()
        asked = self._understood(question, history)
        ranking = self._retriever.search(asked, where)
        retrieved = time.perf_counter()
        for answer in self._told(ranking):
            now = time.perf_counter()
            timings = {
                "embed": ranking.embed_ms,
                "retrieve": ranking.retrieve_ms,
                "answer": 1000 * (now - retrieved),
                "total": 1000 * (now - started),
            }
            yield replace(
                answer,
                question=question,
                standalone="" if asked == question else asked,
                hits=ranking.hits(self._snapshot, self._settings.top_k),
                timings_ms={name: round(ms, 3) for name, ms in timings.items()},
                usage=answer.usage or {"prompt_tokens": 0, "completion_tokens": 0},
            )

    def warm(self, question: str) -> None:
        """Load what the first question would wait for; no model is asked."""
        self._quoted(self._quoting.weigh(self._retriever.search(question)))

    def _understood(self, question: str, history: Sequence[Exchange]) -> str:
        language = question_language(question)
        if self._chat is None:
            return standalone(question, language, history)
        return rewritten(question, language, history, self._chat.complete)

    def _told(self, ranking: Ranking) -> Iterator[Answer]:
        """The answer as it grows, and at the end what other documents say differently."""
        written: Answer | None = None
        notes: tuple[str, ...] = ()
        if self._chat is not None:
            try:
                for written in self._written(self._chat, ranking):
                    # Where nothing is confirmed, quotations may come in its stead.
                    if written.citations:
                        yield written
            except LLMError as error:
                written, notes = None, (quoted_instead(error.kind, ranking.language),)
        if written is not None and not written.citations and not written.withheld:
            yield written  # a model that finds nothing is believed
            return
        weighing = self._quoting.weigh(ranking)
        if written is None:
            answer = replace(self._quoted(weighing), notes=notes)
        elif written.citations:
            answer = written
        else:
            answer = _unconfirmed(written, self._quoted(weighing))
        yield self._compared(weighing, answer)

    def _written(self, chat: ChatModel, ranking: Ranking) -> Iterator[Answer]:
        """What the model writes.

        Raises:
            LLMError: it failed before a sentence of its was confirmed.
        """
        passages = passages_of(ranking, self._snapshot, self._settings.llm_passages)
        checking = self._checker(ranking)
        writer = Writer.of(chat, self._settings)
        return writer.answers(ranking.question, ranking.language, passages, checking)

    def _quoted(self, weighing: Weighing) -> Answer:
        answer = self._quoting.answer(weighing, self._settings.top_k)
        return replace(answer, model=self._snapshot.manifest.embedder)

    def _checker(self, ranking: Ranking) -> _Checking:
        synonyms = load_synonyms(self._settings.glossary)
        return _Checking(self._snapshot, self._retriever, synonyms, ranking)

    def _compared(self, weighing: Weighing, answer: Answer) -> Answer:
        """The answer with what the documents disagree on, and the quotations that show it."""
        if not answer.citations:
            return answer
        cited = [one for one in weighing.sentences if _citing(answer.citations, one) is not None]
        others = [one for one in weighing.sentences if _citing(answer.citations, one) is None]
        conflicts = self._conflicts.among(weighing.question, cited, others)
        return verified(_with(answer, conflicts), self._snapshot.document) if conflicts else answer


class _Checking:
    """Makes the checker for the passages of a prompt."""

    def __init__(
        self,
        snapshot: Snapshot,
        retriever: SnapshotRetriever,
        glossary: Glossary,
        ranking: Ranking,
    ) -> None:
        self._snapshot = snapshot
        self._retriever = retriever
        self._glossary = glossary
        self._ranking = ranking

    def __call__(self, passages: Sequence[Passage]) -> Checker:
        return Checker(
            passages,
            self._snapshot.sentence_vectors,
            language=self._ranking.language,
            embed=self._retriever.statement,
            weight=self._ranking.weight,
            glossary=self._glossary,
        )


def _unconfirmed(written: Answer, quoting: Answer) -> Answer:
    """What is answered where nothing of what a model wrote is confirmed: what the documents say
    word for word, where that answers, and the model's words withheld."""
    if not quoting.citations:
        return written
    note = unconfirmed_instead(written.language, len(written.withheld))
    return replace(
        quoting,
        notes=(note,),
        withheld=written.withheld,
        checked=written.checked,
        usage=written.usage,
    )


def _citing(citations: Sequence[Citation], one: Weighed) -> Citation | None:
    """The citation that quotes a sentence."""
    for cited in citations:
        if (
            cited.document_id == one.document.document_id
            and cited.start <= one.sentence.start
            and one.sentence.end <= cited.end
        ):
            return cited
    return None


def _with(answer: Answer, conflicts: Sequence[Conflict[Weighed]]) -> Answer:
    """The answer with the conflicts, what is not quoted yet quoted behind it."""
    citations = list(answer.citations)
    lines = [answer.answer]

    def marker(one: Weighed) -> int:
        found = _citing(citations, one)
        if found is None:
            start, end = in_context(one.document, one.sentence)
            found = citation(len(citations) + 1, one.document, start, end, one.sentence.language)
            citations.append(found)
            lines.append(f"{quoted(found.quote, found.language)} [{found.marker}]")
        return found.marker

    disagreements = tuple(conflict.disagreement(marker) for conflict in conflicts)
    return replace(
        answer,
        answer="\n\n".join(lines),
        citations=tuple(citations),
        disagreements=disagreements,
    )
