"""Waiting for what another thread makes, but no longer than until a moment.

A blocking read knows how long it may be silent; it does not know when the whole must be over, and
nothing interrupts it. So it is done in a thread, and the one who waits gives up on the minute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Ended:
    """The last thing in the queue: what the iterator raised, if it did not simply end."""

    error: BaseException | None


class Awaited(Iterator[T], Generic[T]):
    """What an iterator gives, made in a thread of its own, which runs ahead of the one who waits.

    ``end`` (of the monotonic clock) may be moved. Whoever gives up calls ``close``: the thread
    then stops at the next piece it gets; what limits its silence limits its life.
    """

    def __init__(self, make: Callable[[], Generator[T, None, None]], end: float) -> None:
        """``make`` is called in the thread; what it gives is closed there."""
        self.end = end
        self._queue: SimpleQueue[T | _Ended] = SimpleQueue()
        self._closed = threading.Event()
        threading.Thread(target=self._run, args=(make,), daemon=True).start()

    def __next__(self) -> T:
        """The next piece.

        Raises:
            TimeoutError: it did not come before ``end``.
            BaseException: what the iterator raised.
        """
        try:
            piece = self._queue.get(timeout=max(0.0, self.end - time.monotonic()))
        except Empty:
            self.close()
            raise TimeoutError from None
        if isinstance(piece, _Ended):
            self._queue.put(piece)  # for whoever asks again
            raise piece.error or StopIteration
        return piece

    def close(self) -> None:
        """Let the thread stop."""
        self._closed.set()

    def _run(self, make: Callable[[], Generator[T, None, None]]) -> None:
        error: BaseException | None = None
        try:
            # A generator's resources are let go of in the thread that took them.
            with closing(make()) as pieces:
                for piece in pieces:
                    self._queue.put(piece)
                    if self._closed.is_set():
                        break
        except BaseException as raised:  # noqa: BLE001 - raised again where the pieces are awaited
            error = raised
        self._queue.put(_Ended(error))
