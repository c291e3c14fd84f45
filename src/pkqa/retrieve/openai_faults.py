"""What a failed request means in words, and whether and when to try again.

The words never hold a secret: a refused key is never quoted, and whatever else a server says is
searched for the credentials of the request before it is repeated.
"""

from __future__ import annotations

import json
import random
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pkqa.errors import EmbedderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pkqa.errors import FaultKind, PkqaError
    from pkqa.retrieve.openai_endpoint import Endpoint

# How the servers in use say that an input, or all inputs together, are too long: OpenAI, vLLM,
# llama.cpp, Ollama, text-embeddings-inference.
_TOO_LONG = re.compile(
    r"context[ _](?:length|size|window)|maximum context|too (?:long|large)|too many tokens"
    r"|max(?:imum)? (?:input |number of )?tokens|tokens? per request|less than \d+ tokens",
    re.IGNORECASE,
)

# OpenAI's code, and Azure's.
_NO_SUCH_MODEL = ("model_not_found", "DeploymentNotFound")


@dataclass(frozen=True, slots=True)
class Fault:
    """One try that failed."""

    message: str
    again: bool = False  # whether the same request may succeed later
    retry_after: float | None = None  # seconds that the server asks to be left alone
    kind: FaultKind = "unusable"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often one request is tried; all times in seconds."""

    timeout: float  # without a sign of life, for one try
    deadline: float  # for all tries together
    retries: int  # tries after the first
    first_wait: float
    longest_wait: float

    def silence(self, seconds: float) -> float:
        """How long a try may go without a sign of life where so many seconds are left."""
        # Not zero: that would count as a time-out before anything is sent.
        return max(min(self.timeout, seconds), 0.001)


class Tries:
    """Counts the tries of one request and says how long to wait before the next.

    The wait doubles from the first to the longest and is drawn from the upper half of that, so
    that many clients turned away together do not come back together. A server's ``Retry-After``
    takes its place, up to the longest wait.
    """

    def __init__(
        self, patience: Patience, failure: Callable[[str], PkqaError] = EmbedderError
    ) -> None:
        self._patience = patience
        self._failure = failure
        self._failed = 0
        self._end = time.monotonic() + patience.deadline

    def time_left(self) -> float:
        """Seconds until the deadline; not above zero once it has passed."""
        return self._end - time.monotonic()

    def wait(self, fault: Fault) -> float:
        """Seconds to wait before the next try.

        Raises:
            PkqaError: the one that ``failure`` makes: there is no next try, because it could not
                help, because there were enough, or because it would come after the deadline.
        """
        self._failed += 1
        if not fault.again:
            raise self._failure(fault.message)
        tried = "1 try" if self._failed == 1 else f"{self._failed} tries"
        if self._failed > self._patience.retries:
            raise self._failure(f"{fault.message} (gave up after {tried})")
        seconds = self._seconds(fault.retry_after)
        if seconds >= self.time_left():
            raise self._failure(
                f"{fault.message} (gave up after {tried}: the next would come after the deadline "
                f"of {self._patience.deadline:g} s)"
            )
        return seconds

    def _seconds(self, retry_after: float | None) -> float:
        # The randomness spreads load and guards nothing.
        longest = self._patience.longest_wait
        if retry_after is not None:
            return min(longest, retry_after * random.uniform(1.0, 1.1))  # noqa: S311
        doubled = self._patience.first_wait * 2.0 ** min(self._failed - 1, 60)
        return min(longest, doubled) * random.uniform(0.5, 1.0)  # noqa: S311


def received(
    pieces: Iterator[bytes], endpoint: Endpoint, *, end: float, most: int
) -> bytes | Fault:
    """The pieces of a reply as one, unless they go on past ``end`` (of the monotonic clock) or
    past ``most`` bytes."""
    body = bytearray()
    # Looked at with each piece: the client's time-out starts anew with each that arrives.
    for piece in pieces:
        body += piece
        if time.monotonic() > end:
            return timed_out(endpoint)
        if len(body) > most:
            return endless(endpoint)
    return bytes(body)


def timed_out(endpoint: Endpoint) -> Fault:
    """The endpoint took longer than it was given."""
    return Fault(
        f"{endpoint.url} did not answer in time; try later, or raise "
        f"{endpoint.service.prefix}_TIMEOUT",
        again=True,
        kind="timeout",
    )


def unreachable(endpoint: Endpoint, reason: BaseException) -> Fault:
    """No connection came about, or it broke off."""
    detail = endpoint.quote(str(reason)) or type(reason).__name__
    return Fault(
        f"no answer from {endpoint.url} ({detail}); check that the server runs and that "
        f"{endpoint.service.prefix}_BASE_URL is right",
        again=True,
        kind="connection",
    )


def endless(endpoint: Endpoint) -> Fault:
    """The reply goes on past any size that a true one could have."""
    return Fault(
        f"{endpoint.url} sent a reply without end; check {endpoint.service.prefix}_BASE_URL",
        kind="endless",
    )


def refused(endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes) -> Fault:
    """The endpoint answered with a status that is no success."""
    return _refusal(endpoint, status, f"HTTP {status}", headers, _error(body))


def reported(endpoint: Endpoint, error: object) -> Fault:
    """The endpoint reported an error inside a reply that had begun as a success."""
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and 400 <= code <= 599:
        status = code
    else:
        # Without a number of its own it is the server's fault: the request was accepted.
        status = 429 if code == "rate_limit_exceeded" else 500
    return _refusal(endpoint, status, "an error inside the reply", {}, error)


def _refusal(
    endpoint: Endpoint, status: int, where: str, headers: Mapping[str, str], error: object
) -> Fault:
    url, service = endpoint.url, endpoint.service
    code = error.get("code") if isinstance(error, dict) else None
    words = endpoint.quote(_words(error))
    says = f"{where}: {words}" if words else where
    model = f"model {endpoint.model!r}" if endpoint.model else "the model"
    again = False
    kind: FaultKind
    if code in _NO_SUCH_MODEL or (status == 404 and "model" in words.lower()):
        kind = "model"
        message = (
            f"{url} does not serve {model} ({says}); set {service.prefix}_MODEL to one that it "
            "serves"
        )
    elif status in (401, 403):
        kind = "key"
        # Not quoted: servers like to repeat the key that they refuse, masked in their own ways.
        what = "refused the key" if endpoint.keyed else "asks for a key and none is set"
        message = f"{url} {what} ({where}); set {service.keys} to a valid one"
    elif status == 429 and code == "insufficient_quota":
        kind = "quota"
        message = (
            f"the account behind the key has no quota left at {url}; raise the quota, or set "
            f"{service.keys} to a key of another account"
        )
    elif status != 429 and (status == 413 or _TOO_LONG.search(words)):
        kind = "too_long"
        message = f"the input is too long for {model} at {url} ({says}); {service.shorter}"
    elif status in (408, 409, 429) or status >= 500:
        kind = "busy" if status == 429 else "timeout" if status in (408, 504) else "server"
        message = f"{url} cannot serve the request now ({says}); try later"
        again = True
    elif status in (404, 405) or status < 400:
        kind = "address"
        message = (
            f"there is no {service.name} endpoint at {url} ({says}); check "
            f"{service.prefix}_BASE_URL, {service.path}"
        )
    else:
        kind = "request"
        message = f"{url} refused the request ({says}); check {service.options}"
    return Fault(message, again, retry_after(headers) if again else None, kind)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a reply asks to wait: ``retry-after-ms``, or ``retry-after`` in seconds or as
    a date (RFC 9110, section 10.2.3). None where it does not ask, or asks for no length of time."""
    for name, seconds_a_unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * seconds_a_unit
        except ValueError:
            continue
        return seconds if 0 <= seconds < float("inf") else None
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _error(body: bytes) -> object:
    """What an error reply holds: JSON, or else its text."""
    text = body.decode("utf-8", "replace")
    try:
        reply = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return reply.get("error", reply) if isinstance(reply, dict) else reply


def _words(error: object) -> str:
    """The message of an error; empty where it is a page and not a message."""
    match error:
        case {"message": str(message)} | {"detail": str(message)}:
            return message
        case str(message) if "<" not in message:
            return message
        case _:
            return ""
