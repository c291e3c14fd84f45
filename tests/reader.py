"""A reader at the chat page, who presses the key again where nothing came of it."""

from __future__ import annotations

import time
from contextlib import suppress

from playwright.sync_api import Locator, Page, expect

PATIENCE = 120
"""Seconds a reader waits for an answer; a machine with other things to do draws a page slowly."""


def ask(page: Page, question: str, answers: Locator) -> None:
    """Put a question, and wait for one more of ``answers``.

    While an answer is still being told the page passes a press over: its last part can be seen a
    moment before the page knows that it was the last. A press that was taken empties the field,
    and then there is nothing to press again for.
    """
    field = page.locator("#question textarea")
    before = answers.count()
    field.fill(question)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if field.input_value():
            field.press("Enter")
        with suppress(AssertionError):
            expect(answers).to_have_count(before + 1, timeout=3_000)
            return
    raise AssertionError(
        f"no answer to {question!r}: the field holds {field.input_value()!r}, and of "
        f"{page.locator('.turn').count()} questions {answers.count()} are answered"
    )
