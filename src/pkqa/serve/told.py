"""What the page says in passing, and the files that it hands over."""

from __future__ import annotations

from base64 import b64encode
from uuid import uuid4

from pkqa.serve.markup import quoted, tag
from pkqa.serve.strings import STRINGS, Language


def told(sentence: str, language: Language) -> str:
    """A sentence that is shown for a while, and read out."""
    return _said(sentence, language)


def handed_over(name: str, media_type: str, content: bytes, language: Language) -> str:
    """A file for the browser to keep: the page's script makes it of the bytes in the attributes,
    so that no route of the server gives files away."""
    return _said(
        STRINGS[language].saved.format(name=name),
        language,
        data_name=name,
        data_type=media_type,
        data_content=b64encode(content).decode("ascii"),
    )


def _said(sentence: str, language: Language, **attributes: str) -> str:
    # The browser is told of changes only: the same words said twice need something that differs.
    return tag(
        "p",
        quoted(sentence),
        class_="told",
        dir=STRINGS[language].direction,
        data_told=uuid4().hex,
        **attributes,
    )
