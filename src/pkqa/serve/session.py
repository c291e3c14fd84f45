"""One reader's visit: the conversations so far, what the panel shows, and how the page looks."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from pkqa.answer.followup import exchange_of
from pkqa.answer.phrases import about
from pkqa.errors import UnknownDocument
from pkqa.serve.asking import documents_of, settled
from pkqa.serve.conversation import conversation
from pkqa.serve.library import LONGEST_QUESTION, Library, Rating
from pkqa.serve.looks import Theme
from pkqa.serve.panel import gone, hint
from pkqa.serve.sources import passages
from pkqa.serve.strings import Language
from pkqa.serve.turn import Turn, View
from pkqa.serve.whole import whole
from pkqa.text.canonical import visible

SUGGESTIONS = 4
"""Questions offered before the first one is asked."""

GO_ON = 3
"""Questions offered under the last answer."""

KEPT = 30
"""Conversations of a visit that can be opened again; the oldest is forgotten for a newer one."""

_log = logging.getLogger(__name__)


class Session:
    """The state behind one open page. It holds no HTML: what is shown is always drawn from it,
    so a change of language redraws everything, an answer still on its way included."""

    def __init__(self) -> None:
        self.language: Language = "en"
        self.theme: Theme = "auto"
        self.signed_in = False  # by a way that this server can undo
        self.as_of: str | None = None  # ISO day: later documents are not heard
        self.conversations: list[list[Turn]] = [[]]
        self.turns: list[Turn] = self.conversations[0]  # those of the conversation on the page
        self.jump: int | None = None  # the turn to bring into sight, once
        self.view: View | None = None

    def clear(self) -> None:
        """Start a new conversation; the earlier ones, the language and the rest stay."""
        if self.turns:
            self.turns = []
            self.conversations = [*self.conversations[1 - KEPT :], self.turns]
        self.view = None

    def reopen(self, number: int, turn: int) -> None:
        """Go to a turn of conversation ``number``; one that is not there is passed over."""
        if not (0 <= number < len(self.conversations)):
            return
        if not (0 <= turn < len(self.conversations[number])):
            return
        self.turns = self.conversations[number]
        self.jump, self.view = turn, View(turn)

    def pose(self, question: str) -> int | None:
        """Write a question down and return its number, or None where there is nothing to ask:
        it is empty, or on its way already."""
        question = visible(question.replace("\x00", " ")).strip()
        if not question or (self.turns and self.turns[-1] == self._asked(question)):
            return None
        too_long = len(question) > LONGEST_QUESTION
        shown = question[:LONGEST_QUESTION] + "…" if too_long else question
        asked = self._asked(shown)
        self.turns.append(replace(asked, failure="long_question") if too_long else asked)
        return len(self.turns) - 1

    async def settle(self, number: int, library: Library) -> AsyncGenerator[None, None]:
        """Put question ``number`` to the library and keep what comes back.

        Pauses each time that there is something new to show, and ends when the turn is settled.
        Never raises: a fault becomes the turn's failure and its trace goes to the log.
        """
        turns = self.turns  # where the answer goes, whatever conversation is on the page by then
        if turns[number].failure is not None:
            return
        history = [
            exchange_of(turn.answer)
            for turn in turns[:number]
            if turn.answer is not None and not turn.growing
        ]
        shown = False
        async with aclosing(settled(turns[number], history, library)) as growing:
            async for turn in growing:
                turns[number] = turn
                # Once something is there; later on the reader may have opened something else.
                if turns is self.turns and not shown and not turn.waiting:
                    self.view = View(number)
                    shown = True
                yield

    def rate(self, number: int, rating: Rating, note: str, library: Library) -> None:
        """Keep what the reader thinks of answer ``number``.

        A rating that is on already is not kept twice; a note makes a record of its own, with the
        answer and the rating, since it comes later.

        Raises:
            Refusal: the note is too long, or the caller too fast.
            PkqaError: it could not be kept.
        """
        turns, note = self.turns, note.strip()
        turn = turns[number]
        if turn.answer is None or turn.growing or (turn.rating == rating and not note):
            return
        library.rate(turn.answer, rating, note)
        turns[number] = replace(turn, rating=rating, noted=bool(note))

    def conversation(self, library: Library) -> str:
        """The left side as HTML."""
        jump, self.jump = self.jump, None
        return conversation(
            self.turns,
            self.language,
            self._offered(library),
            number=self._number(),
            jump=jump,
        )

    def sources(self, library: Library) -> str:
        """The right side as HTML; what cannot be fetched any more is said in a sentence."""
        if self.view is None:
            return hint(self.language)
        try:
            return self._viewed(self.view, library)
        except UnknownDocument:
            return gone(self.language, linked=self.view.turn is None)
        except Exception:  # noqa: BLE001  # a reader gets a sentence, the log gets the trace
            _log.exception("the sources panel could not be drawn")
            return gone(self.language)

    def _asked(self, question: str) -> Turn:
        return Turn(question, as_of=self.as_of)

    def _number(self) -> int:
        """Of the conversation on the page."""
        return next(n for n, turns in enumerate(self.conversations) if turns is self.turns)

    def _offered(self, library: Library) -> list[str]:
        """Questions to start with, or to go on with once the last answer is there."""
        if not self.turns:
            return self._suggested(library, SUGGESTIONS)
        last = self.turns[-1]
        if last.answer is None or last.growing:
            return []
        if last.nearest:
            return [about(document.title, self.language) for document in last.nearest]
        return self._suggested(library, GO_ON)

    def _suggested(self, library: Library, n: int) -> list[str]:
        asked = {turn.question for turn in self.turns}
        try:
            known = library.suggestions(self.language, n + len(asked))
        except Exception:  # noqa: BLE001  # without suggestions the page still asks
            _log.exception("no suggestions in %s", self.language)
            return []
        return [question for question in known if question not in asked][:n]

    def _viewed(self, view: View, library: Library) -> str:
        if view.turn is None:
            document = library.document(view.document_id or "")
            return whole(document, view, (), self.language)
        if not 0 <= view.turn < len(self.turns):
            return gone(self.language)
        turn = self.turns[view.turn]
        cited = turn.answer.citations if turn.answer is not None else ()
        if view.document_id is not None:
            document = library.document(view.document_id)
            return whole(document, view, cited, self.language)
        documents = documents_of({citation.document_id for citation in cited}, library)
        return passages(turn, view.turn, documents, self.language, view.marker)
