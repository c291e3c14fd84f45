"""What goes over the wire of answers, hits and documents: all but where files lie on the server."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from pkqa.answer.citing import page
from pkqa.model import Answer, Citation, Document, Hit, Version
from pkqa.serve.caller import Caller
from pkqa.serve.markup import web_address
from pkqa.serve.refusal import Refusal


def shown(answer: Answer, caller: Caller) -> Answer:
    """``answer`` for ``caller``: whoever is not at the machine itself gets sources on the web only,
    and no path."""
    if caller.way == "local":
        return answer
    return replace(answer, citations=tuple(_shown(cited) for cited in answer.citations))


def _shown(cited: Citation) -> Citation:
    versions = tuple(replace(one, source=on_the_web(one) or "") for one in cited.versions)
    return replace(cited, source=on_the_web(cited) or "", versions=versions)


def on_the_web(told: Citation | Version | Document) -> str | None:
    """The http(s) address of a source, if it has one."""
    address = web_address(told.source)
    return None if address is None else address[0]


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit as ``pkqa search --json`` prints it."""
    return asdict(hit)


def document_json(
    document: Document, start: int | None = None, end: int | None = None
) -> dict[str, Any]:
    """A document, and the stretch of it from ``start`` to ``end`` where both are given.

    Raises:
        Refusal: ``invalid``: there is no such stretch.
    """
    told = {
        "document_id": document.document_id,
        "title": document.title,
        "language": document.language,
        "date": document.date,
        "source": on_the_web(document),
        "publication": document.publication,
        "media_type": document.media_type,
        "pages": list(document.pages),
        "text": document.text,
        "text_sha": document.text_sha,
    }
    if start is None and end is None:
        return told
    length = len(document.text)
    if start is None or end is None or not 0 <= start < end <= length:
        raise Refusal(
            "invalid",
            f"start and end are no stretch of the document, which has {length:,} characters; give "
            "both, start before end, or neither",
        )
    span = {
        "start": start,
        "end": end,
        "text": document.text[start:end],
        "page": page(document, start),
    }
    return told | {"span": span}
