"""Origins: which pages of other sites may ask here, and what their browsers are told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from pkqa.errors import UsageError

Standing = Literal["none", "own", "listed", "foreign"]
"""Where a request comes from: no browser says, our own page, one that is listed, any other."""

SAFE: Final = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""

_WIDGET: Final = {
    "GET": re.compile(r"/api/v1/(?:documents/.+|suggestions)"),
    "POST": re.compile(r"/api/v1/(?:ask|feedback)"),
}
# Files that a page of another site loads: a font, or a script with an integrity hash, is asked
# for in CORS mode.
_FILES: Final = re.compile(r"/(?:fonts/[^/]+|widget\.js)")
_ASKABLE: Final = frozenset(
    {"accept", "accept-language", "authorization", "content-language", "content-type"}
)
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


def is_loopback(host: str) -> bool:
    """Whether an address or name can only mean this machine; other names are not looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def for_widgets(method: str, path: str) -> bool:
    """Whether the widget has any business there."""
    wanted = _WIDGET.get("GET" if method == "HEAD" else method)
    return wanted is not None and wanted.fullmatch(path) is not None


def read_origin(setting: str, text: str) -> str:
    """An origin as browsers write it: in lower case, without the scheme's usual port.

    Raises:
        UsageError: it is none, or not https on a name that is not loopback.
    """

    def wrong(why: str) -> UsageError:
        return UsageError(
            f"setting {setting!r} has {text!r}: {why}; write scheme, name and port, as in "
            "https://intranet.example.org or http://localhost:8000"
        )

    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wrong("it is no address") from None
    scheme, netloc = parts.scheme.lower(), parts.netloc.lower()
    if scheme not in {"http", "https"} or text != f"{text[: len(scheme)]}://{parts.netloc}":
        raise wrong("it is no origin")
    host = netloc if port is None else netloc.removesuffix(f":{port}")
    if not _HOST.fullmatch(host):
        raise wrong("its name is not one (names of other scripts are written in punycode)")
    if scheme == "http" and not is_loopback(host):
        raise wrong("it is not https")
    usual = port is None or (scheme, port) in {("http", 80), ("https", 443)}
    return f"{scheme}://{host}" if usual else f"{scheme}://{host}:{port}"


def read_origins(setting: str, text: str) -> frozenset[str]:
    """The origins of a list by commas; raises ``UsageError``."""
    return frozenset(read_origin(setting, part.strip()) for part in text.split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class Origins:
    """Whose pages may ask: ours, and those of the list. Origins are compared letter by letter."""

    listed: frozenset[str] = frozenset()
    public: str = ""  # our own, where it is set; otherwise the request's Host is

    def standing(self, headers: Headers) -> Standing:
        """Where a request comes from, as the browser says: no page can make it say otherwise."""
        told = headers.getlist("origin")
        if not told:
            return "none"
        if len(told) > 1:
            return "foreign"
        host = headers.get("host", "").lower()
        own = {self.public} if self.public else {f"http://{host}", f"https://{host}"}
        if told[0] in own:
            return "own"
        return "listed" if told[0] in self.listed else "foreign"

    def allows(self, headers: Headers, path: str) -> bool:
        """Whether a browser that asks beforehand may ask then (a preflight)."""
        asked = headers.get("access-control-request-headers", "")
        names = {name.strip().lower() for name in asked.split(",") if name.strip()}
        method = headers.get("access-control-request-method", "")
        listed = self.standing(headers) == "listed"
        return listed and names <= _ASKABLE and for_widgets(method, path)

    def answer(self, headers: Headers, method: str, path: str, told: MutableHeaders) -> None:
        """Tell a page of a listed origin that it may ask and read, and nobody else.

        Whatever a part of the application said about it is taken back first.
        """
        for name in {name for name in told if name.startswith("access-control-")}:
            del told[name]
        beforehand = method == "OPTIONS" and self.allows(headers, path)
        if not (beforehand or for_widgets(method, path) or _FILES.fullmatch(path)):
            return
        told.add_vary_header("Origin")
        if self.standing(headers) != "listed":
            return
        told["Access-Control-Allow-Origin"] = headers["origin"]
        told["Access-Control-Expose-Headers"] = "Retry-After"
        if beforehand:
            told["Access-Control-Allow-Methods"] = "GET, POST"
            told["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            told["Access-Control-Max-Age"] = "600"

    def frames(self) -> str:
        """``frame-ancestors`` of the page that stands in for the widget."""
        return " ".join(("'self'", *sorted(self.listed))) if self.listed else "'none'"
