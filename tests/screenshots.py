"""Pictures of the chat page for the documentation: ``python tests/screenshots.py INDEX FOLDER``.

INDEX is one of ``seeds/`` (``pkqa ingest``). Each picture is looked at before it is committed.
"""

from __future__ import annotations

import sys
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from loopback import PKQA
from pkqa.serve.strings import LANGUAGES, Language
from test_serve_browser import CHROMIUM, QUIET, served

ASKED: dict[Language, str] = {
    "en": "How many helicopters were pledged in Seoul?",
    "fr": "Combien d’hélicoptères ont été promis à Séoul ?",
    "ar": "كم مروحية وُعد بها في سيول؟",
}
SIZES = {"desktop": (1280, 860), "phone": (390, 844)}
COLOURS = 256
"""Of the palette."""


def picture(browser: Browser, address: str, language: Language, theme: str, size: str) -> bytes:
    """One answer with the passage behind it open, as a PNG file."""
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        locale=language,
        reduced_motion="reduce",
        color_scheme="dark" if theme == "dark" else "light",
    )
    page.goto(f"{address}?lang={language}&theme={theme}")
    page.locator(".suggestion").first.wait_for(timeout=60_000)
    page.evaluate("document.fonts.ready")
    page.locator("#question textarea").fill(ASKED[language])
    page.locator("#question textarea").press("Enter")
    page.locator(".acts").wait_for(timeout=60_000)
    if size == "desktop":
        page.locator(".chip").first.click()
        page.locator(".card.opened").wait_for()
    page.wait_for_timeout(1_000)  # until what moves has come to rest
    taken = page.screenshot()
    page.close()
    return taken


def smaller(content: bytes) -> bytes:
    """The same picture with a palette."""
    with Image.open(BytesIO(content)) as image:
        written = BytesIO()
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            written, "PNG", optimize=True
        )
    return written.getvalue()


def main(index: Path, folder: Path) -> None:
    """Take them all."""
    with (
        served(PKQA, "serve", "--index", index, "--port", PKQA_ANSWERER="quote") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for language, theme, size in product(LANGUAGES, ("light", "dark"), SIZES):
            content = smaller(picture(browser, address, language, theme, size))
            (folder / f"chat-{language}-{theme}-{size}.png").write_bytes(content)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
