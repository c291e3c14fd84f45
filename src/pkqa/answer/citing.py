"""A stretch of a document as a citation of it."""

from __future__ import annotations

from pkqa.model import Citation, Document, Version


def citation(  # noqa: PLR0913 - what a citation is made of, each by its name
    marker: int,
    document: Document,
    start: int,
    end: int,
    language: str,
    *,
    versions: tuple[Version, ...] = (),
) -> Citation:
    """``document.text[start:end]``, which is in ``language``, cited under ``marker``."""
    return Citation(
        marker=marker,
        document_id=document.document_id,
        title=document.title,
        source=document.source,
        language=language,
        date=document.date,
        quote=document.text[start:end],
        start=start,
        end=end,
        page=page(document, start),
        versions=versions,
    )


def page(document: Document, offset: int) -> int | None:
    """The 1-based page that ``offset`` lies on, where the document has pages."""
    if not document.pages:
        return None
    return max(1, sum(start <= offset for start in document.pages))
