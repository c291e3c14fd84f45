"""What every answer tells the browser to refuse."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import MutableHeaders

PAGE: Final = "; ".join(
    (
        "default-src 'self'",
        # Gradio compiles the templates of its HTML component in the browser: it needs both.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""Content-Security-Policy of the chat page: the browser itself refuses whatever is not ours."""

EMBEDDED: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""Likewise of the page that stands in for the widget, but for who may frame it."""

NOTHING: Final = "default-src 'none'; frame-ancestors 'none'"
"""Likewise of what is no page: JSON and files, should anybody open them as one."""

EMBED_PATH: Final = "/embed"

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    ),
}
_SHARED: Final = re.compile(r"/(?:widget\.js|fonts/.*)")
# Holds nothing but what is in the package: the routes themselves say how long it keeps.
_SHIPPED: Final = re.compile(
    r"/(?:assets/.*|static/.*|fonts/.*|theme\.css|favicon\.ico|widget\.js|embed|embed\.(?:js|css))"
)


def protect(headers: MutableHeaders, path: str, frames: str, page: str = PAGE) -> None:
    """Add to the headers of an answer what they must say.

    Args:
        headers: of the answer; a policy that is among them gives way.
        path: that was asked for.
        frames: who may frame the page that stands in for the widget.
        page: the policy of a page at any other path.
    """
    for name, value in _ALWAYS.items():
        headers[name] = value
    shared = _SHARED.fullmatch(path) is not None
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
    if not _SHIPPED.fullmatch(path):
        headers["Cache-Control"] = "no-store"
    headers["Content-Security-Policy"] = _policy(headers, path, frames, page)


def _policy(headers: MutableHeaders, path: str, frames: str, page: str) -> str:
    if path == EMBED_PATH:
        return f"{EMBEDDED}; frame-ancestors {frames}"
    if headers.get("content-type", "").startswith("text/html"):
        return page
    return NOTHING
