"""Well-known first bytes of formats that are no plain text."""

from __future__ import annotations

from pkqa.ingest.readers.result import UnreadableError

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF file", ".pdf"),
    (b"PK\x03\x04", "a zip archive or an office document", ".docx if it is one"),
    (b"PK\x05\x06", "an empty zip archive", ""),
    (b"\xd0\xcf\x11\xe0", "an old office document (.doc) or an encrypted one", ""),
    (b"{\\rtf", "an RTF document", ""),
    (b"\x89PNG", "a PNG picture", ""),
    (b"\xff\xd8\xff", "a JPEG picture", ""),
    (b"GIF8", "a GIF picture", ""),
    (b"\x7fELF", "a program", ""),
    (b"MZ\x90", "a program", ""),
    (b"\x1f\x8b", "a gzip archive", ""),
    (b"BZh", "a bzip2 archive", ""),
    (b"\xfd7zXZ", "an xz archive", ""),
    (b"7z\xbc\xaf", "a 7-Zip archive", ""),
    (b"Rar!", "a RAR archive", ""),
    (b"SQLite format 3\x00", "an SQLite database", ""),
)
_PAGE_STARTS = (b"<!doctype html", b"<html")


def refuse_foreign(content: bytes) -> None:
    """Raise UnreadableError when text is expected and ``content`` begins as something else."""
    for start, name, ending in _SIGNATURES:
        if content.startswith(start):
            remedy = f"name it {ending}" if ending else "convert it to text, PDF or .docx"
            raise UnreadableError(f"is {name}, not text", remedy)


def refuse_page(content: bytes) -> None:
    """Raise UnreadableError when ``content`` is an HTML page under another ending."""
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_PAGE_STARTS):
        raise UnreadableError("is an HTML page, not plain text", "name it .html")
