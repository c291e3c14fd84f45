"""Answers as they grow, for code that must not wait: each step is taken in a thread."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator
from typing import Final

from anyio import CancelScope, CapacityLimiter, to_thread

from pkqa.model import Answer
from pkqa.serve.library import Answers

# One who waits in line holds a thread; the line itself turns the surplus away before it comes here.
_THREADS: Final = math.inf
_END: Final = object()


async def each(answers: Answers) -> AsyncGenerator[Answer, None]:
    """The answers one by one; whoever stops listening gives up the place in line.

    Raises:
        PkqaError: whatever the answering raised.
    """
    limiter = CapacityLimiter(_THREADS)
    try:
        while True:
            answer = await to_thread.run_sync(next, answers, _END, limiter=limiter)
            if answer is _END:
                return
            yield answer  # type: ignore[misc]
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(answers.close, limiter=limiter)
