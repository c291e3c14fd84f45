"""A conversation handed over as a file, in the form that the reader chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from pkqa.serve.exports import markdown
from pkqa.serve.pdf import pdf
from pkqa.serve.strings import Language
from pkqa.serve.told import handed_over
from pkqa.serve.turn import Turn

Form = Literal["markdown", "pdf"]


def saved(turns: Sequence[Turn], language: Language, form: Form) -> str:
    """The conversation as HTML that makes the browser keep a file of it."""
    now = datetime.now(UTC)
    name = f"pkqa-{now:%Y-%m-%d-%H%M}"
    if form == "pdf":
        return handed_over(
            f"{name}.pdf", "application/pdf", pdf(turns, language, now.date()), language
        )
    content = markdown(turns, language, now.date()).encode()
    return handed_over(f"{name}.md", "text/markdown;charset=utf-8", content, language)
