"""Waiting for what the documents say, without holding up others and for as long as it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import TypeVar

from anyio import CapacityLimiter, create_task_group, to_thread
from starlette.requests import ClientDisconnect, Request

from pkqa.model import Answer
from pkqa.serve.growing import each
from pkqa.serve.library import Answers

T = TypeVar("T")


async def aside(work: Callable[[], T]) -> T:
    """What ``work`` gives, in a thread of its own: while it waits in line it takes none that others
    need."""
    return await to_thread.run_sync(work, limiter=CapacityLimiter(1))


async def final(answers: Answers) -> Answer:
    """The answer once it is whole.

    Raises:
        PkqaError: whatever the answering raised.
    """
    async with aclosing(each(answers)) as growing:
        last = None
        async for answer in growing:
            last = answer
    if last is None:
        raise RuntimeError("a question came to no answer")
    return last


async def final_for(request: Request, answers: Answers) -> Answer:
    """The same; given up, with the place in line, when whoever sent ``request`` hangs up.

    Raises:
        ClientDisconnect: they did.
        PkqaError: whatever the answering raised.
    """
    outcome: Answer | Exception = ClientDisconnect()
    async with create_task_group() as group:

        async def listen() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(listen)
        try:
            outcome = await final(answers)
        except Exception as error:  # noqa: BLE001 - raised below, where no group wraps it
            outcome = error
        group.cancel_scope.cancel()
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
