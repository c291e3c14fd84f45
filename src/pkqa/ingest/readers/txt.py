"""Plain text, as it is."""

from __future__ import annotations

from pkqa.ingest.readers.encoding import decode
from pkqa.ingest.readers.result import ReadResult
from pkqa.ingest.readers.signature import refuse_page
from pkqa.model import RawDocument


def read(content: bytes) -> ReadResult:
    """One document with the text of the file; raises UnreadableError when it is not text."""
    refuse_page(content)
    decoded = decode(content)
    document = RawDocument(text=decoded.text, media_type="txt")
    return ReadResult([document], notes=[decoded.note] if decoded.note else [])
