"""The line in front of the corpus: some are served, some wait, the surplus is told at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pkqa.serve.refusal import Refusal

RETRY_AFTER = 5.0
"""Seconds after which one who was sent away may try again."""


class Line:
    """Places for those who ask at the same time; threads share one."""

    def __init__(self, at_once: int, waiting: int) -> None:
        """Serve ``at_once`` side by side, and let ``waiting`` more stand in line."""
        self._room = at_once + waiting
        self._turns = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._inside = 0

    @property
    def room(self) -> int:
        """How many may be inside at a time, served and waiting."""
        return self._room

    @property
    def inside(self) -> int:
        """How many are, at the moment."""
        return self._inside

    def enter(self) -> Place:
        """A place in line; never waits.

        Raises:
            Refusal: ``busy``: every place is taken.
        """
        with self._lock:
            if self._inside >= self._room:
                raise Refusal(
                    "busy", "too many questions are waiting; ask again in a moment", RETRY_AFTER
                )
            self._inside += 1
        return Place(self._turns, self._left)

    def _left(self) -> None:
        with self._lock:
            self._inside -= 1


class Place:
    """One place in the line, until it is left."""

    def __init__(self, turns: threading.Semaphore, leave: Callable[[], None]) -> None:
        self._turns = turns
        self._leave: Callable[[], None] | None = leave
        self._served = False

    @property
    def waiting(self) -> bool:
        """Whether this one's turn is still to come."""
        return not self._served and self._leave is not None

    def wait(self) -> None:
        """Wait until it is this one's turn."""
        if not self._served and self._leave is not None:
            self._turns.acquire()
            self._served = True

    def leave(self) -> None:
        """Make room for the next; a second time does nothing."""
        leave, self._leave = self._leave, None
        if leave is None:
            return
        if self._served:
            self._turns.release()
        leave()
