"""Where requests go, and with which credentials: taken apart so that what may be shown and what
must never be shown do not meet in one string."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import httpx

from pkqa.errors import EmbedderError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pkqa.errors import PkqaError

OPENAI = "https://api.openai.com/v1"

_LONGEST_QUOTE = 200  # characters of a server's own words that a message repeats


@dataclass(frozen=True, slots=True)
class Service:
    """What an endpoint is asked for, in the words and settings that the messages name."""

    name: str
    prefix: str  # of its settings' variables
    keys: str  # the variables that may hold its key
    path: str  # what is to know of the base URL's path
    shorter: str  # what to do where the input is too long
    options: str  # the variables that shape a request
    failure: Callable[[str], PkqaError]  # the error that carries a message


EMBEDDINGS = Service(
    name="embeddings",
    prefix="PKQA_EMBED",
    keys="PKQA_EMBED_API_KEY (or OPENAI_API_KEY)",
    path="which mostly ends in /v1",
    shorter="lower PKQA_CHUNK_TOKENS, or max_input_tokens and max_request_tokens of the embedder",
    options="PKQA_EMBED_MODEL and PKQA_EMBED_DIMENSIONS",
    failure=EmbedderError,
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The endpoint of one model; its ``repr`` holds no secret."""

    service: Service
    url: str  # without userinfo, query and fragment
    model: str
    key: str = field(default="", repr=False)
    user: str = field(default="", repr=False)  # "user:password" of the base URL

    @classmethod
    def at(cls, service: Service, base_url: str | None, model: str, key: str | None) -> Endpoint:
        """Take a base URL and a key apart; a base URL of None is OpenAI's own.

        Raises:
            PkqaError: the service's own: there is no key for OpenAI, the key cannot stand in an
                HTTP header, or the URL cannot be used.
        """
        key = _checked((key or "").strip(), service)
        if base_url is None:
            if not key:
                raise service.failure(f"{OPENAI} needs a key; set {service.keys}")
            return cls(service, url=OPENAI, model=model, key=key)
        url, user = _split(base_url, service)
        return cls(service, url=url, model=model, key=key, user=user)

    @property
    def keyed(self) -> bool:
        """Whether credentials go with the requests."""
        return bool(self.key or self.user)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that credentials in the base URL call for, in the key's place."""
        return {"Authorization": f"Basic {_basic(self.user)}"} if self.user else {}

    def quote(self, words: str) -> str:
        """A server's own words on one line, cut short, without control characters or secrets."""
        password = self.user.partition(":")[2]
        basic = _basic(self.user) if self.user else ""
        for secret in filter(None, (self.key, basic, self.user, password)):
            words = words.replace(secret, "[secret]")
        line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
        return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def _checked(key: str, service: Service) -> str:
    # The HTTP library would quote such a key in its complaint.
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise service.failure(
            "the key holds a character that no key has (a blank, a line end, an accent); set "
            f"{service.keys} anew"
        )
    return key


def _split(base_url: str, service: Service) -> tuple[str, str]:
    """The URL as it may be shown, and ``user:password``, empty where it names no user."""
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        # Names that the HTTP library or the resolver would stumble over, each in its own way.
        httpx.URL(base_url.strip()).raw_host.decode("ascii").encode("idna")
    except (ValueError, httpx.InvalidURL):
        usable = False
    if not usable:
        # Not repeated: what stands in a URL that cannot be taken apart may be a password.
        raise service.failure(
            f"the base URL of the {service.name} endpoint is not of the form http://host:port/v1 "
            f"or https://host/v1; set {service.prefix}_BASE_URL anew"
        )
    shown = _shown(parts)
    if parts.query or parts.fragment:
        raise service.failure(
            f"the base URL {shown} goes on with a query or fragment, which has no place there; "
            f"set {service.prefix}_BASE_URL without it"
        )
    if parts.username is None:
        return shown, ""
    return shown, f"{unquote(parts.username)}:{unquote(parts.password or '')}"


def _shown(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


def _basic(user: str) -> str:
    return base64.b64encode(user.encode()).decode("ascii")
