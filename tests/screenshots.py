"""Pictures of the chat page, the widget and the report of a run:
``python tests/screenshots.py INDEX FOLDER``.

INDEX is one of ``seeds/`` (``pkqa ingest``), the run the last one (``pkqa eval run``). Each picture
is looked at before it is committed.
"""

from __future__ import annotations

import os
import subprocess
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
DEMO = Path(__file__).parent.parent / "docs" / "widget-demo" / "host.py"
REPORT = Path(__file__).parent.parent / "evals" / "runs" / "embedded" / "report.html"
OF_WIDGET: tuple[tuple[Language, str, str], ...] = (
    ("en", "light", "desktop"),
    ("ar", "dark", "desktop"),
    ("ar", "light", "phone"),
)
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


def widget(browser: Browser, host: str, language: Language, theme: str, size: str) -> bytes:
    """The same in the widget, open on the demo's page of another origin."""
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        locale=language,
        reduced_motion="reduce",
        color_scheme="dark" if theme == "dark" else "light",
    )
    page.goto(host)
    page.locator("pkqa-chat").evaluate("(chat, lang) => { chat.lang = lang; }", language)
    page.locator(".launcher").click()
    page.locator(".suggestion").first.wait_for(timeout=60_000)
    page.locator("pkqa-chat textarea").fill(ASKED[language])
    page.locator("pkqa-chat textarea").press("Enter")
    page.locator(".answer footer").wait_for(timeout=60_000)
    page.wait_for_timeout(1_000)
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


def chat(index: Path, folder: Path) -> None:
    """Those of the chat page."""
    with (
        served(PKQA, "serve", "--index", index, "--port", PKQA_ANSWERER="quote") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for language, theme, size in product(LANGUAGES, ("light", "dark"), SIZES):
            content = smaller(picture(browser, address, language, theme, size))
            (folder / f"chat-{language}-{theme}-{size}.png").write_bytes(content)
        browser.close()


def widgets(index: Path, folder: Path) -> None:
    """Those of the widget: two servers, each on a port of its own."""
    secret, port = "w" * 40, 8000
    allowed = {"PKQA_WIDGET_SECRET": secret, "PKQA_WIDGET_ORIGINS": f"http://localhost:{port}"}
    with (
        served(
            PKQA, "serve", "--index", index, "--port", PKQA_ANSWERER="quote", **allowed
        ) as address,
        sync_playwright() as playwright,
    ):
        demo = subprocess.Popen(
            [sys.executable, DEMO],
            env=os.environ
            | {"PORT": str(port), "PKQA": address.rstrip("/"), "PKQA_WIDGET_SECRET": secret},
        )
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for language, theme, size in OF_WIDGET:
                taken = widget(browser, f"http://localhost:{port}/", language, theme, size)
                (folder / f"widget-{language}-{theme}-{size}.png").write_bytes(smaller(taken))
            browser.close()
        finally:
            demo.terminate()
            demo.wait(30)


def report(folder: Path) -> None:
    """That of the last run of the gold questions, if there is one."""
    page = REPORT.resolve()
    if not page.exists():
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        shown = browser.new_page(viewport={"width": 1280, "height": 1500})
        shown.goto(page.as_uri())
        (folder / "eval-report.png").write_bytes(smaller(shown.screenshot()))
        browser.close()


if __name__ == "__main__":
    report(Path(sys.argv[2]))
    chat(Path(sys.argv[1]), Path(sys.argv[2]))
    widgets(Path(sys.argv[1]), Path(sys.argv[2]))
