"""FiraGO, which holds Latin and Arabic letters: served by ourselves, and for the PDF exports."""

from __future__ import annotations

import threading
from functools import cache
from io import BytesIO
from typing import Final, Literal, get_args

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

Weight = Literal["regular", "bold"]
WEIGHTS: Final[tuple[Weight, ...]] = get_args(Weight)

KEPT_FOR: Final = 30 * 24 * 3600
"""Seconds that a browser may keep a font without asking again."""

_NAMES: Final = {"regular": "figo", "bold": "figbo"}  # in pymupdf_fonts

# Latin with its first two extensions, Arabic, punctuation, arrows, and signs of money and number.
_LETTERS: Final = (
    (0x20, 0x24F),
    (0x600, 0x6FF),
    (0x750, 0x77F),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x2122),
    (0x2190, 0x2199),
    (0x2212, 0x2212),
)

_turn = threading.Lock()


def router() -> APIRouter:
    """``/fonts/firago-regular.woff2`` and ``-bold``; they are made ready meanwhile."""
    routes = APIRouter()
    threading.Thread(target=_prepare, name="fonts", daemon=True).start()

    @routes.get("/fonts/firago-{name}.woff2", include_in_schema=False)
    async def font(name: str) -> Response:
        weight = next((weight for weight in WEIGHTS if weight == name), None)
        if weight is None:
            raise HTTPException(404)
        content = await run_in_threadpool(woff2, weight)
        return Response(
            content,
            media_type="font/woff2",
            headers={"Cache-Control": f"public, max-age={KEPT_FOR}, immutable"},
        )

    return routes


def woff2(weight: Weight) -> bytes:
    """The letters that a page needs, as browsers take them; made once a process, in about a
    second."""
    with _turn:
        return _woff2(weight)


def font_of(weight: Weight) -> bytes:
    """The whole font, as a TrueType file."""
    import pymupdf_fonts  # type: ignore[import-untyped]

    content: bytes = pymupdf_fonts.fontbuffers[_NAMES[weight]]()
    return content


@cache
def _woff2(weight: Weight) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(font_of(weight)), lazy=True) as font:
        options = Options()
        options.layout_features = [*options.layout_features, "tnum"]
        subsetter = Subsetter(options)
        subsetter.populate(
            unicodes=[code for first, last in _LETTERS for code in range(first, last + 1)]
        )
        subsetter.subset(font)
        font.flavor = "woff2"
        written = BytesIO()
        font.save(written)
        return written.getvalue()


def _prepare() -> None:
    for weight in WEIGHTS:
        woff2(weight)
