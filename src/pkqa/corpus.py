"""One index as those see it who ask: the command line, the chat page, the evals, Python.

``pkqa.open("index")`` gives a :class:`Corpus`; :mod:`pkqa.indexing` is the half that writes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pkqa.errors import PkqaError, UsageError
from pkqa.model import Answer, Document, Hit
from pkqa.seen import Seen, Titled
from pkqa.settings import Settings
from pkqa.store.published import read_current
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where, day
from pkqa.text.canonical import visible

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.retrievers import BaseRetriever

    from pkqa.answer.answerer import Answerer
    from pkqa.answer.chat import ChatModel
    from pkqa.answer.followup import Exchange
    from pkqa.retrieve.retriever import SnapshotRetriever


class Corpus:
    """An index, open for questions. Threads may share one; it follows newly published snapshots."""

    def __init__(
        self,
        settings: Settings,
        chat: ChatModel | None = None,
        embedder: BaseEmbedding | None = None,
    ) -> None:
        """Open the published snapshot of ``settings.index``.

        Args:
            settings: where it is and how it is asked.
            chat: writes the answers, in the place of the model that the settings name.
            embedder: embeds the questions, in the place of the one that the settings name.

        Raises:
            IndexMissing: nothing was ingested yet.
            IndexCorrupt: the snapshot is damaged; the message names the remedy.
        """
        self.settings = settings
        self._turn = threading.Lock()
        self._embedder = embedder
        self._chat = chat
        self._view = _View(Snapshot(settings.index))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the snapshot."""
        self._view.retire()

    def ask(
        self,
        question: str,
        as_of: str | None = None,
        where: Where | None = None,
        history: Sequence[Exchange] = (),
    ) -> Answer:
        """Answer one question with cited sentences, or say that nothing answers it.

        Args:
            question: in any language; the answer comes in it.
            as_of: ISO day; only documents dated on it or before are heard, so undated ones are not.
            where: which documents are heard at all.
            history: what was asked before, oldest first, which a follow-up may leave unsaid; see
                :func:`pkqa.exchange_of`.

        Raises:
            UsageError: the question is empty or too long, or ``as_of`` is no day; or the settings
                name a model that cannot be asked.
            EmbedderError: the question could not be embedded.
        """
        *_, answer = self.stream(question, as_of, where, history)
        return answer

    def stream(
        self,
        question: str,
        as_of: str | None = None,
        where: Where | None = None,
        history: Sequence[Exchange] = (),
    ) -> Iterator[Answer]:
        """The same answer as it grows: each one whole and verified, the last one final.

        Raises:
            UsageError, EmbedderError: as for :meth:`ask`.
        """
        text = _checked(question)
        with self._in_use() as view:
            yield from self._answerer(view).answers(text, _as_known(as_of, where), history)

    def receipt(self, answer: Answer, where: Where | None = None) -> dict[str, Any]:
        """What proves an answer of the present snapshot, as a JSON object; see
        :mod:`pkqa.receipt`.

        Raises:
            PkqaError: a quotation does not stand in the present snapshot.
        """
        from pkqa.receipt.writing import Asked, body_of

        with self._in_use() as view:
            asked = Asked(datetime.now(UTC), where)
            return body_of(answer, asked, view.snapshot, self.settings)

    def write_receipt(self, path: Path, answer: Answer, where: Where | None = None) -> None:
        """The same, written to ``path``.

        Raises:
            UsageError: ``path`` is something else than a receipt, or cannot be written.
            PkqaError: as for :meth:`receipt`.
        """
        from pkqa.receipt.writing import Asked, write_receipt

        with self._in_use() as view:
            asked = Asked(datetime.now(UTC), where)
            write_receipt(path, answer, asked, view.snapshot, self.settings)

    def facts(self) -> dict[str, Any]:
        """What tells the present snapshot and the settings from others, for a record to keep."""
        from pkqa.receipt.facts import settings_facts, snapshot_facts

        with self._in_use() as view:
            return {
                "snapshot": snapshot_facts(view.snapshot),
                "settings": settings_facts(self.settings)["sha256"],
            }

    def warm(self) -> None:
        """Load what the first question would wait for: the model, Chroma, the word lists."""
        with self._in_use() as view:
            for question in ("Who?", "Qui ?", "من؟"):
                self._answerer(view).warm(question)

    def search(self, query: str, top_k: int | None = None, where: Where | None = None) -> list[Hit]:
        """The chunks that may answer ``query``, best first, of those that meet ``where``.

        Raises:
            UsageError, EmbedderError: as for :meth:`ask`.
        """
        with self._in_use() as view:
            ranking = self._retriever(view).search(_checked(query), where)
            return list(ranking.hits(view.snapshot, top_k or self.settings.top_k))

    def document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            UnknownDocument: there is none.
        """
        with self._in_use() as view:
            return view.snapshot.document(document_id)

    def documents(self) -> list[Document]:
        """Every document, ordered by id."""
        with self._in_use() as view:
            return view.snapshot.documents()

    def titles(self) -> list[Titled]:
        """What has a title, by document id; read once a snapshot: a page asks at each turn."""
        with self._in_use() as view:
            made: list[Titled] = view.made("titles", lambda: _titles(view.snapshot))
            return made

    def suggestions(self, language: str, n: int = 3) -> list[str]:
        """Questions to start with, made from titles in the reader's language."""
        return self.seen_by(None).suggestions(language, n)

    def seen_by(self, groups: Iterable[str] | None) -> Seen:
        """The corpus as a member of ``groups`` sees it: the documents without groups and those of
        at least one of these; all of it for None. It follows newly published snapshots too."""
        return Seen(self, groups)

    def as_retriever(self) -> BaseRetriever:
        """The present snapshot as a llama-index retriever; valid until the corpus is closed."""
        return self._retriever(self._view)

    def as_query_engine(self) -> BaseQueryEngine:
        """The corpus as a llama-index query engine."""
        from pkqa.answer.engine import CorpusQueryEngine

        return CorpusQueryEngine(self.ask)

    # The pieces, made when first needed

    def _retriever(self, view: _View) -> SnapshotRetriever:
        from pkqa.retrieve.retriever import retriever_of

        made: SnapshotRetriever = view.made(
            "retriever",
            lambda: retriever_of(view.snapshot, self._model(view), self.settings),
        )
        return made

    def _answerer(self, view: _View) -> Answerer:
        from pkqa.answer.answerer import Answerer

        made: Answerer = view.made(
            "answerer",
            lambda: Answerer(
                view.snapshot, self._retriever(view), self._chat_model(), self.settings
            ),
        )
        return made

    def _chat_model(self) -> ChatModel | None:
        from pkqa.answer.chat import chat_of

        return self._chat or chat_of(self.settings)

    def _model(self, view: _View) -> BaseEmbedding:
        from pkqa.retrieve.embed import embedder_of, identity

        if self._embedder is None:
            self._embedder = embedder_of(self.settings)
        mine, theirs = identity(self._embedder), view.snapshot.manifest.embedder
        if mine != theirs:
            raise PkqaError(
                f"the index {self.settings.index} was made with the embedder {theirs}, the "
                f"settings name {mine}: set them back, or run `pkqa ingest` to embed anew"
            )
        return self._embedder

    @contextmanager
    def _in_use(self) -> Iterator[_View]:
        """The present snapshot, kept open while the caller works with it."""
        with self._turn:
            if read_current(self.settings.index).snapshot_id != self._view.snapshot.snapshot_id:
                fresh = _View(Snapshot(self.settings.index))
                self._view.retire()
                self._view = fresh
            view = self._view
            view.enter()
        try:
            yield view
        finally:
            view.leave()


class _View:
    """One open snapshot with what was made for it; closed when retired and no longer in use."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._made: dict[str, Any] = {}
        self._turn = threading.RLock()
        self._users = 0
        self._retired = False

    def made(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` made the first time it was asked for under ``name``."""
        with self._turn:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]

    def enter(self) -> None:
        with self._turn:
            self._users += 1

    def leave(self) -> None:
        with self._turn:
            self._users -= 1
            self._close_if_idle()

    def retire(self) -> None:
        with self._turn:
            self._retired = True
            self._close_if_idle()

    def _close_if_idle(self) -> None:
        if self._retired and not self._users:
            self.snapshot.close()


# A question is a sentence or two; a pasted page is a mistake, and the embedder would cut it.
LONGEST_QUESTION = 2000


def _titles(snapshot: Snapshot) -> list[Titled]:
    return [Titled(d.title, d.language, d.groups) for d in snapshot.documents() if d.title]


def _checked(question: str) -> str:
    text = " ".join(visible(question.replace("\x00", " ")).split())
    if not text:
        raise UsageError("the question is empty; write what you want to know")
    if len(text) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(text):,} characters, more than {LONGEST_QUESTION:,}; shorten it"
        )
    return text


def _as_known(as_of: str | None, where: Where | None) -> Where | None:
    """``where``, and dated on ``as_of`` or before."""
    if as_of is None:
        return where
    where = where or Where()
    return replace(where, until=min(filter(None, (where.until, day(as_of)))))
