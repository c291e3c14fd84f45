"""Word documents: everything that is text, in order; bombs and look-alikes refused."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from pkqa.ingest.readers import UnreadableError, read
from pkqa.model import RawDocument

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: object) -> bytes:
    out = BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def report() -> bytes:
    document = docx.Document()
    document.add_heading("A report", 1)
    document.add_paragraph("First paragraph with ").add_run("bold").bold = True
    document.add_paragraph("sixteen helicopters", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Mission", "Troops", "MINUSCA", "1,724"], strict=True):
        cell.text = text
    document.add_paragraph("القبعات الزرق\tفي بانغي")
    document.sections[0].header.paragraphs[0].text = "The Gazette"
    document.core_properties.title = "Report on helicopters"
    document.core_properties.language = "en"
    return saved(document)


def only(content: bytes) -> RawDocument:
    (document,) = read(Path("a.docx"), content).documents
    return document


def test_paragraphs_and_tables_come_in_order() -> None:
    assert only(report()).text.split("\n\n") == [
        "A report",
        "First paragraph with bold",
        "sixteen helicopters",
        "Mission\tTroops\nMINUSCA\t1,724",
        "القبعات الزرق\tفي بانغي",
    ]


def test_properties_are_metadata_and_headers_are_dropped() -> None:
    document = only(report())
    assert (document.title, document.language) == ("Report on helicopters", "en")
    assert document.date is None  # the template's day of making, not the document's
    assert [(d.text, d.reason) for d in document.dropped] == [("The Gazette", "running-header")]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>", "inserted"),
        ("<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:r><w:t>a</w:t></w:r>", "a"),
        ("<w:sdt><w:sdtContent><w:r><w:t>control</w:t></w:r></w:sdtContent></w:sdt>", "control"),
        (
            "<w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t></w:r>",
            "one\ntwo\tthree",
        ),
        ("<w:r><w:instrText>PAGE</w:instrText><w:t>shown</w:t></w:r>", "shown"),
        (
            "<w:r><w:t>before</w:t><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p>"
            "</w:txbxContent></w:pict></w:r>",
            "before\n\nboxed",
        ),
    ],
)
def test_text_in_unusual_places(xml: str, text: str) -> None:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(f"<w:p {WORD}>{xml}</w:p>"))
    assert only(saved(document)).text == text


def repacked(**changes: bytes | None) -> bytes:
    """The report with members put in place of its own, or (None) left out; "__" is a slash."""
    out = BytesIO()
    named = {
        name.replace("__", "/").replace("_xml", ".xml"): data for name, data in changes.items()
    }
    with zipfile.ZipFile(BytesIO(report())) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, data in named.items():
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def body(start: str, inner: str) -> bytes:
    text = f"{start}<w:document {WORD}><w:body>{inner}</w:body></w:document>"
    return text.encode()


LAUGHS = '<!DOCTYPE w [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'


def flipped(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        member = archive.getinfo("word/document.xml")
    middle = member.header_offset + 60 + member.compress_size // 2
    return content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (repacked(word__bomb_xml=b"\0" * 40_000_000), "zip bomb"),
        (zipped("bomb", b"\0" * 40_000_000), "zip bomb"),
        (zipped("hello.txt", b"hello"), "no Word document"),
        (b"PK\x03\x04 and then nothing of the kind", "no .docx file"),
        (report()[:-1000], "no .docx file"),
        (b"plain words", "no .docx file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted or an old-style"),
        (repacked(word__document_xml=body(LAUGHS, "<w:p/>")), "XML entities"),
        (repacked(word__document_xml=body("", "<w:p>")), "no Word document that can be opened"),
        (repacked(word__document_xml=None), "no Word document that can be opened"),
        (flipped(report()), "damaged"),
        (saved(docx.Document()), "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        only(content)
    assert caught.value.remedy
