"""A reader at the chat page, who presses the key again where nothing came of it."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Locator, Page, expect

PRESSES = 10


def ask(page: Page, question: str, answers: Locator) -> None:
    """Put a question, and wait for one more of ``answers``.

    While an answer is still being told the page passes a press over: its last part can be seen a
    moment before the page knows that it was the last. One that was taken empties the field, so
    that a second press asks nothing.
    """
    before = answers.count()
    page.locator("#question textarea").fill(question)
    for _ in range(PRESSES):
        page.locator("#question textarea").press("Enter")
        with suppress(AssertionError):
            expect(answers).to_have_count(before + 1, timeout=3_000)
            return
    raise AssertionError(f"no answer to {question!r}")
