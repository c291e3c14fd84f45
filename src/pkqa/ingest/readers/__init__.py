"""Readers: one module per file format, each ``read(content: bytes) -> ReadResult``.

They are meant to run in the child process of ``pkqa.ingest.sandbox``: their libraries are imported
at the first file of their format, and a fault in the file is raised as ``UnreadableError``.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from pkqa.ingest.readers.result import ReadResult, UnreadableError, shown

__all__ = ["EXTENSIONS", "ReadResult", "UnreadableError", "read", "shown"]

#: File name ending (lower case) -> the module that reads it, which is also the media type.
EXTENSIONS: dict[str, str] = {
    ".txt": "txt",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".jsonl": "jsonl",
}


def read(path: Path, content: bytes) -> ReadResult:
    """The documents in ``content``, read as the ending of ``path`` says.

    Raises UnreadableError when the content is not of that format or holds no text.
    """
    module = import_module(f"{__name__}.{EXTENSIONS[path.suffix.lower()]}")
    result = cast(ReadResult, module.read(content))
    if not result.errors and not any(d.text.strip() for d in result.documents):
        raise UnreadableError("holds no text", "leave it out, or add its text")
    return result
