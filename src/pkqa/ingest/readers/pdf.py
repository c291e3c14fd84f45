"""PDF files: the text of the pages as paragraphs, with the offset where each page starts.

The date of a PDF file is that of its making, not of what it says, so only XMP's ``dc:date`` counts.
"""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from pkqa.ingest.readers.pdf_layout import lay_out
from pkqa.ingest.readers.result import ReadResult, UnreadableError
from pkqa.ingest.readers.visual_order import is_mirrored, is_rtl, logical_lines, plain_forms
from pkqa.model import RawDocument

_TAIL = 2048  # bytes within which the end mark of a whole file stands
_NO_TITLE = re.compile(
    r"(?:microsoft word|microsoft powerpoint|untitled|document\d*$|sans titre)|.*\.\w{2,4}$",
    re.IGNORECASE,
)
# What pypdf lets through on a damaged file, beside its own errors.
_FAULTS = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
)


def read(content: bytes) -> ReadResult:
    """One document. Raises UnreadableError for what is no PDF, is cut off, encrypted or damaged,
    and where no page holds text (scans)."""
    if not content[:1024].lstrip().startswith(b"%PDF-"):
        raise UnreadableError("is no PDF file", "give it the ending of what it is")
    if b"%%EOF" not in content[-_TAIL:]:
        raise UnreadableError("is cut off before its end", "fetch the whole file again")
    try:
        reader = PdfReader(BytesIO(content))
        _unlock(reader)
        count = len(reader.pages)
    except _FAULTS as error:
        raise _damaged(error) from None
    if not count:
        raise UnreadableError("has no pages", "fetch it again")
    pages: list[list[str]] = []
    for number in range(count):
        try:
            pages.append(_lines(reader.pages[number]))
        except _FAULTS as error:
            raise _damaged(error, f"page {number + 1}") from None
    empty = [number for number, lines in enumerate(pages, start=1) if not any(lines)]
    if len(empty) == count:
        raise UnreadableError(
            f"has no text on its {count} page{'s' if count != 1 else ''} (scanned pictures?)",
            "run it through OCR first",
        )
    layout = lay_out(pages)
    title, date, language, publication = _about(reader)
    document = RawDocument(
        text=layout.text,
        media_type="pdf",
        title=title,
        date=date,
        language=language,
        publication=publication,
        pages=tuple(layout.pages),
        dropped=tuple(layout.dropped),
    )
    notes = (
        [f"has no text on page{'s' if len(empty) > 1 else ''} {_listed(empty)}"] if empty else []
    )
    return ReadResult([document], notes=notes)


def _damaged(error: Exception, place: str = "") -> UnreadableError:
    if isinstance(error, UnreadableError):
        return error
    said = str(error) or type(error).__name__
    return UnreadableError(
        f"is damaged ({said})", "fetch it again, or print it to a new PDF", place
    )


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:10])
    return shown + (f" and {len(numbers) - 10} more" if len(numbers) > 10 else "")


def _unlock(reader: PdfReader) -> None:
    """Open a file that only restricts printing or copying; refuse one that asks for a password."""
    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("")
    except (DependencyError, NotImplementedError):
        raise UnreadableError(
            "is encrypted in a way that cannot be opened here", "save a copy without encryption"
        ) from None
    if not opened:
        raise UnreadableError("is encrypted with a password", "save a copy without a password")


def _lines(page: PageObject) -> list[str]:
    """The lines of one page in reading order, "" where the page leaves a gap between two."""
    flowing = page.extract_text()
    # Flowing text says nothing of gaps, and turns Arabic round piece by piece so that numbers end
    # up out of place. The layout mode gives each line as it stands on the page, and the gaps; but
    # it reads straight across columns, so it does not serve as the text of other pages.
    placed = _evenly_spaced(page.extract_text(extraction_mode="layout").splitlines())
    if is_rtl(flowing):
        return logical_lines(placed, mirrored=is_mirrored("\n".join(placed)))
    after_gap = {_key(line) for before, line in pairwise(placed) if not before.strip()} - {""}
    lines: list[str] = []
    for line in logical_lines(flowing.splitlines(), mirrored=False):
        lines += ["", line] if _key(line) in after_gap else [line]
    return lines


def _evenly_spaced(lines: list[str]) -> list[str]:
    """``lines`` without gaps where most lines have one: that is wide spacing, not paragraphs."""
    full = [line for line in lines if line.strip()]
    gaps = sum(1 for a, b in pairwise(lines) if not a.strip() and b.strip())
    return full if gaps > 0.6 * len(full) else lines


def _key(line: str) -> str:
    return "".join(c for c in plain_forms(line) if c.isalnum())


def _about(reader: PdfReader) -> tuple[str | None, str | None, str | None, str | None]:
    """Title, date, language and publisher, as far as the file says them."""
    title = date = language = publication = None
    try:
        language = str(reader.root_object.get("/Lang") or "").strip() or None
        title = reader.metadata.title if reader.metadata else None
        if (xmp := reader.xmp_metadata) is not None:
            title = title or next(iter((xmp.dc_title or {}).values()), None)
            date = xmp.dc_date[0].date().isoformat() if xmp.dc_date else None
            publication = next(iter(xmp.dc_publisher or []), None)
            language = language or next(iter(xmp.dc_language or []), None)
    except _FAULTS:
        pass  # broken metadata is no reason to lose the text
    if title is not None and (not title.strip() or _NO_TITLE.match(title.strip())):
        title = None
    return title and title.strip(), date, language, publication
