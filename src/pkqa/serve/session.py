"""One reader's visit: the questions so far, what the panel shows, and the language of the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pkqa.answer.followup import Exchange, exchange_of
from pkqa.errors import (
    EmbedderError,
    FaultKind,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    LLMError,
    RerankerError,
    UnknownDocument,
    UsageError,
)
from pkqa.model import Answer, Document
from pkqa.serve import sources
from pkqa.serve.conversation import conversation
from pkqa.serve.library import LONGEST_QUESTION, Failure, Library, Turn, View
from pkqa.serve.strings import Language

NEAREST = 3
"""Documents named where nothing answers."""

SUGGESTIONS = 4

# Faults of the language model that asking again does not mend.
_LASTING: frozenset[FaultKind] = frozenset({"key", "quota", "model", "request", "address"})

_log = logging.getLogger(__name__)


class Session:
    """The state behind one open page. It holds no HTML: what is shown is always drawn from it,
    so a change of language redraws everything, an answer still on its way included."""

    def __init__(self) -> None:
        self.language: Language = "en"
        self.turns: list[Turn] = []
        self.view: View | None = None

    def clear(self) -> None:
        """Start a new conversation; the language stays."""
        self.turns = []
        self.view = None

    def pose(self, question: str) -> int | None:
        """Write a question down and return its number, or None where there is nothing to ask."""
        question = question.replace("\x00", " ").strip()
        if not question:
            return None
        too_long = len(question) > LONGEST_QUESTION
        shown = question[:LONGEST_QUESTION] + "…" if too_long else question
        self.turns.append(Turn(shown, failure="long_question" if too_long else None))
        return len(self.turns) - 1

    def settle(self, number: int, library: Library) -> Iterator[None]:
        """Put question ``number`` to the library and keep what comes back.

        Pauses each time that there is something new to show, and ends when the turn is settled.
        Never raises: a fault becomes the turn's failure and its trace goes to the log.
        """
        turns = self.turns  # a conversation cleared meanwhile does not get this answer
        question = turns[number].question
        if turns[number].failure is not None:
            return
        history = [
            exchange_of(turn.answer)
            for turn in turns[:number]
            if turn.answer is not None and not turn.growing
        ]
        shown = False
        for turn in _turns(question, history, library):
            if turns is not self.turns:
                return
            turns[number] = turn
            if not shown:  # later on the reader may have opened something else
                self.view = View(number)
            shown = True
            yield

    def conversation(self, library: Library) -> str:
        """The left side as HTML."""
        questions: list[str] = []
        if not self.turns:
            try:
                questions = library.suggestions(self.language, SUGGESTIONS)
            except Exception:  # noqa: BLE001  # without suggestions the page still asks
                _log.exception("no suggestions in %s", self.language)
        return conversation(self.turns, self.language, questions)

    def sources(self, library: Library) -> str:
        """The right side as HTML; what cannot be fetched any more is said in a sentence."""
        if self.view is None:
            return sources.hint(self.language)
        try:
            return self._viewed(self.view, library)
        except UnknownDocument:
            return sources.gone(self.language)
        except Exception:  # noqa: BLE001  # a reader gets a sentence, the log gets the trace
            _log.exception("the sources panel could not be drawn")
            return sources.gone(self.language)

    def _viewed(self, view: View, library: Library) -> str:
        if not 0 <= view.turn < len(self.turns):
            return sources.gone(self.language)
        turn = self.turns[view.turn]
        cited = turn.answer.citations if turn.answer is not None else ()
        if view.document_id is not None:
            document = library.document(view.document_id)
            return sources.whole(document, view.turn, cited, self.language, view.marker)
        documents = _documents([citation.document_id for citation in cited], library)
        return sources.passages(turn, view.turn, documents, self.language, view.marker)


def _turns(question: str, history: Sequence[Exchange], library: Library) -> Iterator[Turn]:
    """The turn of a question as its answer grows; the last one is settled."""
    turn = Turn(question)
    try:
        for answer in library.stream(question, history=history):
            turn = Turn(question, answer, growing=True)
            if answer.answerer != "quote":  # quotations come all at once
                yield turn
        yield replace(turn, growing=False, nearest=_nearest(turn.answer, library))
    except Exception as error:  # noqa: BLE001  # whatever it is, a reader gets a sentence
        _log.exception("a question was not answered")
        yield Turn(question, failure=_failure(error))


def _failure(error: Exception) -> Failure:
    match error:
        case IndexMissing() | IndexCorrupt() | IndexLocked():
            return "no_collection"
        case EmbedderError() | RerankerError():
            return "model_silent"
        case LLMError():
            return "not_set_up" if error.kind in _LASTING else "model_silent"
        case UsageError():
            return "not_set_up"
        case _:
            return "failed"


def _nearest(answer: Answer | None, library: Library) -> tuple[Document, ...]:
    if answer is None or answer.status != "not_found":
        return ()
    ranked = dict.fromkeys(hit.document_id for hit in answer.hits)
    return tuple(_documents(list(ranked)[:NEAREST], library).values())


def _documents(document_ids: list[str], library: Library) -> dict[str, Document]:
    """The documents that are still there, by id."""
    found = {}
    for document_id in document_ids:
        try:
            found[document_id] = library.document(document_id)
        except UnknownDocument:
            continue
    return found
