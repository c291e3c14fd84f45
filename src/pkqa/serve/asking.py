"""One question put to the library: the turn as its answer grows, and a sentence for each fault."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final, Protocol, runtime_checkable

from anyio import to_thread

from pkqa.answer.followup import Exchange
from pkqa.errors import (
    EmbedderError,
    FaultKind,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    LLMError,
    RerankerError,
    UsageError,
)
from pkqa.model import Answer, Document
from pkqa.serve.growing import each
from pkqa.serve.library import Answers, Failure, Library
from pkqa.serve.refusal import Refusal, RefusalKind
from pkqa.serve.turn import Turn

NEAREST = 3
"""Documents named where nothing answers."""

LOOK_AGAIN = 0.4
"""Seconds after which it is looked again whether a question still waits in line."""

# Faults of the language model that asking again does not mend.
_LASTING: frozenset[FaultKind] = frozenset({"key", "quota", "model", "request", "address"})

_REFUSED: Final[dict[RefusalKind, Failure]] = {
    "too_long": "long_question",
    "rate": "too_fast",
    "busy": "busy",
    "unavailable": "no_collection",
}

_log = logging.getLogger(__name__)


@runtime_checkable
class InLine(Protocol):
    """Answers that know whether others are served first."""

    @property
    def waiting(self) -> bool:
        """Whether this one's turn is still to come."""
        ...


async def settled(
    turn: Turn, history: Sequence[Exchange], library: Library
) -> AsyncGenerator[Turn, None]:
    """The turn of a question as its answer grows; the last one is settled.

    Never raises: a fault becomes the turn's failure, and its trace goes to the log.
    """
    try:
        answers = library.stream(turn.question, history=history, as_of=turn.as_of)
        async with aclosing(_watched(answers)) as growing:
            async for answer in growing:
                if isinstance(answer, bool):
                    turn = replace(turn, waiting=answer)
                    yield turn
                    continue
                turn = replace(turn, answer=answer, growing=True, waiting=False)
                if answer.answerer != "quote":  # quotations come all at once
                    yield turn
        yield await to_thread.run_sync(_whole, turn, library)
    except Refusal as refusal:
        yield replace(
            turn, answer=None, growing=False, failure=_REFUSED.get(refusal.kind, "failed")
        )
    except Exception as error:  # noqa: BLE001  # whatever it is, a reader gets a sentence
        _log.exception("a question was not answered")
        yield replace(turn, answer=None, growing=False, failure=_failure(error))


def documents_of(document_ids: Iterable[str], library: Library) -> dict[str, Document]:
    """The documents that are still there, by id."""
    found = {document_id: library.found(document_id) for document_id in document_ids}
    return {document_id: document for document_id, document in found.items() if document}


async def _watched(answers: Answers) -> AsyncGenerator[Answer | bool, None]:
    """The answers; before the first, whether it waits in line, each time that this changes."""
    waiting = False
    async with aclosing(each(answers)) as growing:
        first = asyncio.ensure_future(anext(growing, None))
        try:
            while not (await asyncio.wait({first}, timeout=LOOK_AGAIN))[0]:
                if waiting != (waiting := isinstance(answers, InLine) and answers.waiting):
                    yield waiting
        finally:
            if not first.done():
                first.cancel()
                await asyncio.wait({first})
        if (answer := first.result()) is not None:
            yield answer
            async for answer in growing:
                yield answer


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


def _whole(turn: Turn, library: Library) -> Turn:
    """The turn once its answer is final, with what the page tells of the documents behind it."""
    answer = turn.answer
    if answer is None:
        return replace(turn, failure="failed")
    ranked = [hit.document_id for hit in answer.hits] if answer.status == "not_found" else []
    nearest = documents_of(list(dict.fromkeys(ranked))[:NEAREST], library)
    cited = documents_of(dict.fromkeys(c.document_id for c in answer.citations), library)
    return replace(
        turn,
        growing=False,
        nearest=tuple(nearest.values()),
        publications={d.document_id: d.publication for d in cited.values() if d.publication},
    )
