"""One reader's visit: the questions so far, what the panel shows, and the language of the page."""

from __future__ import annotations

import logging

from pkqa.errors import (
    EmbedderError,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    RerankerError,
    UnknownDocument,
)
from pkqa.model import Answer, Document
from pkqa.serve import sources
from pkqa.serve.conversation import conversation
from pkqa.serve.library import LONGEST_QUESTION, Failure, Library, Turn, View
from pkqa.serve.strings import Language

NEAREST = 3
"""Documents named where nothing answers."""

SUGGESTIONS = 4

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
        question = question.strip()
        if not question:
            return None
        too_long = len(question) > LONGEST_QUESTION
        shown = question[:LONGEST_QUESTION] + "…" if too_long else question
        self.turns.append(Turn(shown, failure="long_question" if too_long else None))
        return len(self.turns) - 1

    def settle(self, number: int, library: Library) -> None:
        """Put question ``number`` to the library and keep what comes back.

        Never raises: a fault becomes the turn's failure and its trace goes to the log.
        """
        turns = self.turns  # a conversation cleared meanwhile does not get this answer
        turn = turns[number]
        if turn.failure is not None:
            return
        turns[number] = _settled(turn.question, library)
        if turns is self.turns:
            self.view = View(number)

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


def _settled(question: str, library: Library) -> Turn:
    failure: Failure
    try:
        answer = library.ask(question)
        return Turn(question, answer=answer, nearest=_nearest(answer, library))
    except (IndexMissing, IndexCorrupt, IndexLocked):
        failure = "no_collection"
        _log.exception("the index cannot be read")
    except (EmbedderError, RerankerError):
        failure = "model_silent"
        _log.exception("the model did not reply")
    except Exception:  # noqa: BLE001  # whatever it is, a reader gets a sentence
        failure = "failed"
        _log.exception("a question was not answered")
    return Turn(question, failure=failure)


def _nearest(answer: Answer, library: Library) -> tuple[Document, ...]:
    if answer.status != "not_found":
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
