"""What the callers of one server share: the corpus, the line, the limits and the records."""

from __future__ import annotations

import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from pkqa.corpus import Corpus
from pkqa.errors import UsageError
from pkqa.serve.audit import Audit
from pkqa.serve.caller import Caller
from pkqa.serve.desk import Desk
from pkqa.serve.feedback import Feedback
from pkqa.serve.line import Line
from pkqa.serve.measures import Measures
from pkqa.serve.refusal import Refusal
from pkqa.settings import Settings


class Service:
    """One server's side of the corpus. Whoever asks does so at a desk of their own."""

    def __init__(self, corpus: Corpus, settings: Settings) -> None:
        """Serve ``corpus`` as the settings say.

        Raises:
            UsageError: a setting of the server does not fit, or the audit cannot be written.
        """
        self._limit = _limit(settings.rate_limit)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self.corpus = corpus
        self.settings = settings
        self.line = Line(settings.answers_at_once, settings.answers_waiting)
        self.audit = Audit(settings)
        self.measures = Measures(lambda: self.line.inside)
        self.feedback = Feedback(settings.feedback_file or settings.index / "feedback.jsonl")

    def desk(self, caller: Caller) -> Desk:
        """The documents as ``caller`` may see them."""
        return Desk(self, caller)

    def allow(self, caller: Caller) -> None:
        """Count one request of a caller.

        Raises:
            Refusal: ``rate``: it is one too many.
        """
        if self._limit is None or caller.way == "local":
            return
        if not self._limiter.hit(self._limit, caller.way, caller.name):
            stats = self._limiter.get_window_stats(self._limit, caller.way, caller.name)
            raise Refusal(
                "rate",
                f"more than {self._limit.amount} questions in {self._limit.get_expiry()} s; "
                "wait a moment and ask again",
                retry_after=max(1.0, stats.reset_time - time.time()),
            )

    def ready(self) -> None:
        """Make sure that questions can be answered.

        Raises:
            PkqaError: the documents cannot be read.
        """
        self.corpus.facts()

    def close(self) -> None:
        """Let go of the files."""
        self.audit.close()


def _limit(written: str) -> RateLimitItem | None:
    if written == "none":
        return None
    try:
        return parse(written)
    except ValueError:
        raise UsageError(
            f"the setting rate_limit is {written!r}; write it as 60/minute or 1000/day, or none"
        ) from None
