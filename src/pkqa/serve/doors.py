"""Which addresses there are at all: everything else is answered as if it were not there.

Gradio comes with far more doors than the chat page goes through: it reads files, asks other
servers, takes uploads, tells its functions. A list of those to shut would be out of date with its
next release; so this is the list of those that are open, ours included.
"""

from __future__ import annotations

import re
from typing import Final

from pkqa.serve.origins import SAFE

SIGN_IN: Final = "/signin"
CALLBACK: Final = "/signin/callback"
SIGN_OUT: Final = "/signout"
SIGN_IN_PATHS: Final = frozenset({SIGN_IN, CALLBACK, SIGN_OUT})

_NAME: Final = r"[\w@+~-]+(?:\.[\w@+~-]+)*"  # of a file, without a way up

# For anybody: nothing here depends on who asks, or it is how they come to be known.
_OPEN: Final = re.compile(
    r"/(?:healthz|readyz|widget\.js|embed|embed\.js|embed\.css|favicon\.ico"
    rf"|fonts/{_NAME}|signin|signin/callback|signout)",
    re.ASCII,
)
# Routers of ours: they refuse what they do not know by themselves, and other methods too.
_OURS: Final = re.compile(r"/(?:api/v1/.+|v1/.+|mcp/?|metrics)")

# What the chat page asks of Gradio, as seen in the browser.
_GRADIO: Final = {
    "HEAD": re.compile(r"/"),
    "GET": re.compile(
        rf"/|/config/?|/theme\.css|/(?:assets|static)/{_NAME}(?:/{_NAME})*"
        r"|/gradio_api/(?:startup-events|queue/data|heartbeat/[^/]+)",
        re.ASCII,
    ),
    "POST": re.compile(r"/gradio_api/(?:queue/join|cancel|reset)"),
}


def is_open(path: str) -> bool:
    """Whether anybody may ask there."""
    return _OPEN.fullmatch(path) is not None


def is_page(method: str, path: str) -> bool:
    """Whether a person goes there, who can be sent to sign in."""
    return method in SAFE and path == "/"


def exists(method: str, path: str) -> bool:
    """Whether there is anything there."""
    if _OPEN.fullmatch(path) or _OURS.fullmatch(path):
        return True
    gradio = _GRADIO.get(method)
    return gradio is not None and gradio.fullmatch(path) is not None
