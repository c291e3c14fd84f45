"""Word documents: paragraphs and tables in order, with the core properties.

The file is a zip archive, so its directory is judged before anything is unpacked. The text is
taken from the XML itself rather than from python-docx's paragraphs, which pass over tracked
insertions, content controls and text boxes. ``created`` is no publication date (templates carry
their own), so it is not taken for one.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from lxml import etree

from pkqa.ingest.readers.result import ReadResult, UnreadableError
from pkqa.model import Dropped, RawDocument

# What zipfile and zlib let through on a damaged archive.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_XML = 64 * 1024 * 1024
_MOST_RATIO = 150  # dense XML packs some 20 to 1
_MOST_MEMBERS = 5_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read(content: bytes) -> ReadResult:
    """One document. Raises UnreadableError for what is no Word file, is encrypted or is a bomb."""
    _judge_archive(content)
    try:
        document = docx.Document(BytesIO(content))
        text = "\n\n".join(_blocks(document.element.body))
        notes = [line for part in _note_parts(document) for line in _blocks(etree.fromstring(part))]
        furniture = _furniture(document)
        properties = document.core_properties
        title, language = properties.title, properties.language
    except (*_DAMAGE, OpcError, KeyError, etree.XMLSyntaxError) as error:
        raise UnreadableError(
            f"is no Word document that can be opened ({error})", "save it again from Word as .docx"
        ) from None
    raw = RawDocument(
        text="\n\n".join([text, *notes]).strip("\n"),
        media_type="docx",
        title=title.strip() or None,
        language=language.strip() or None,
        dropped=furniture,
    )
    return ReadResult([raw])


def _judge_archive(content: bytes) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(
            "is an encrypted or an old-style Word document", "save it as .docx without a password"
        )
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except _DAMAGE as error:
        raise UnreadableError(
            f"is no .docx file or only a part of one ({error})", "save or fetch it again"
        ) from None
    with archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if len(members) > _MOST_MEMBERS:
            raise UnreadableError(f"packs {len(members)} files", "save it again from Word")
        if unpacked > _MOST_UNPACKED or unpacked > _MOST_RATIO * len(content):
            raise UnreadableError(
                f"unpacks from {len(content):,} to {unpacked:,} bytes, as a zip bomb does",
                "leave it out, or save it again from Word without pictures",
            )
        names = {member.filename for member in members}
        if "[Content_Types].xml" not in names:
            raise UnreadableError("is a zip archive but no Word document", "unpack it first")
        if any(member.flag_bits & 1 for member in members):
            raise UnreadableError("is an encrypted archive", "save it without a password")
        _judge_xml(archive, members)


def _judge_xml(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuse XML with a document type: Office files have none, and entities are declared there."""
    for member in members:
        if not member.filename.endswith((".xml", ".rels")):
            continue
        if member.file_size > _MOST_XML:
            raise UnreadableError(
                f"holds {member.file_size:,} bytes of XML", "split the document", member.filename
            )
        try:
            xml = archive.read(member)
        except _DAMAGE:
            raise UnreadableError(
                "is damaged", "save or fetch the document again", member.filename
            ) from None
        if b"<!DOCTYPE" in xml or "<!DOCTYPE".encode("utf-16-le")[:-1] in xml:
            raise UnreadableError(
                "declares XML entities, which no Word document does",
                "leave it out, or save it again from Word",
                member.filename,
            )


def _blocks(parent: etree._Element) -> Iterator[str]:
    """Paragraphs and tables under ``parent`` in order; a row is a line, a tab between its cells."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child)
        elif child.tag == f"{_W}tbl":
            rows = (_row(row) for row in child.iter(f"{_W}tr"))
            if table := "\n".join(row for row in rows if row):
                yield table
        elif isinstance(child.tag, str) and child.tag != _FALLBACK:
            yield from _blocks(child)


def _row(row: etree._Element) -> str:
    cells = (" ".join(_blocks(cell)).replace("\n", " ") for cell in row.iterchildren(f"{_W}tc"))
    return "\t".join(cells).strip()


def _paragraph(paragraph: etree._Element) -> Iterator[str]:
    """The paragraph's text, then the text of the boxes anchored in it."""
    parts: list[str] = []
    boxes: list[etree._Element] = []
    pending = list(reversed(paragraph))
    while pending:
        node = pending.pop()
        if node.tag in {_FALLBACK, f"{_W}pPr", f"{_W}rPr"}:
            continue
        if node.tag == f"{_W}txbxContent":
            boxes.append(node)
        elif node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag in _BREAKS:
            parts.append(_BREAKS[node.tag])
        else:
            pending.extend(reversed(node))
    if text := "".join(parts).strip():
        yield text
    for box in boxes:
        yield from _blocks(box)


def _note_parts(document: WordDocument) -> list[bytes]:
    """Footnotes and endnotes, which stand in files of their own."""
    return [
        relation.target_part.blob
        for relation in document.part.rels.values()
        if not relation.is_external and relation.reltype.endswith(("/footnotes", "/endnotes"))
    ]


def _furniture(document: WordDocument) -> tuple[Dropped, ...]:
    """Headers and footers, each text once."""
    texts: dict[str, None] = {}
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/header", "/footer")):
            for text in _blocks(etree.fromstring(relation.target_part.blob)):
                texts[text] = None
    return tuple(Dropped(text, "running-header") for text in texts)
