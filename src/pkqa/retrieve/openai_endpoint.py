"""Where embeddings requests go, and with which credentials: taken apart so that what may be shown
and what must never be shown do not meet in one string."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from pkqa.errors import EmbedderError

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENAI = "https://api.openai.com/v1"
KEY_VARIABLES = "PKQA_EMBED_API_KEY (or OPENAI_API_KEY)"

_LONGEST_QUOTE = 200  # characters of a server's own words that a message repeats


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The endpoint of one model; its ``repr`` holds no secret."""

    url: str  # without userinfo, query and fragment
    model: str
    key: str = field(default="", repr=False)
    user: str = field(default="", repr=False)  # "user:password" of the base URL

    @classmethod
    def at(cls, base_url: str | None, model: str, key: str | None) -> Endpoint:
        """Take a base URL and a key apart; a base URL of None is OpenAI's own.

        Raises:
            EmbedderError: there is no key for OpenAI, the key cannot stand in an HTTP header, or
                the URL cannot be used.
        """
        key = _checked((key or "").strip())
        if base_url is None:
            if not key:
                raise EmbedderError(f"{OPENAI} needs a key; set {KEY_VARIABLES}")
            return cls(url=OPENAI, model=model, key=key)
        url, user = _split(base_url)
        return cls(url=url, model=model, key=key, user=user)

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


def _checked(key: str) -> str:
    # The HTTP library would quote such a key in its complaint.
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise EmbedderError(
            "the key holds a character that no key has (a blank, a line end, an accent); set "
            f"{KEY_VARIABLES} anew"
        )
    return key


def _split(base_url: str) -> tuple[str, str]:
    """The URL as it may be shown, and ``user:password``, empty where it names no user."""
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        # Not repeated: what stands in a URL that cannot be taken apart may be a password.
        raise EmbedderError(
            "the base URL of the embeddings endpoint is not of the form http://host:port/v1 or "
            "https://host/v1; set PKQA_EMBED_BASE_URL anew"
        )
    shown = _shown(parts)
    if parts.query or parts.fragment:
        raise EmbedderError(
            f"the base URL {shown} goes on with a query or fragment, which has no place there; "
            "set PKQA_EMBED_BASE_URL without it"
        )
    if parts.username is None:
        return shown, ""
    return shown, f"{unquote(parts.username)}:{unquote(parts.password or '')}"


def _shown(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


def _basic(user: str) -> str:
    return base64.b64encode(user.encode()).decode("ascii")
