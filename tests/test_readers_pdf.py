"""PDF: paragraphs, pages, furniture, Arabic order, and the files that are refused."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from pkqa.ingest.readers import ReadResult, UnreadableError, read
from pkqa.ingest.readers.pdf_layout import lay_out
from pkqa.ingest.readers.visual_order import is_mirrored, is_rtl, logical, plain_forms
from pkqa.model import RawDocument

SENTENCES = (
    "The minister said on Tuesday that the country would send sixteen helicopters to missions. "
    "He added that sixty soldiers had lost their lives in the service of peace since 1960. "
    "The conference gathered the delegates of sixty-two countries in the capital for two days."
)


def pdf(*pages: str, header: str = "", numbered: bool = False) -> bytes:
    document = FPDF()
    document.set_title("Helicopters for peace")
    document.set_lang("en")
    for number, text in enumerate(pages, start=1):
        document.add_page()
        document.set_font("helvetica", size=12)
        if header:
            document.cell(text=header, new_x="LMARGIN", new_y="NEXT")
        document.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT", align="L")
        if numbered:
            document.cell(text=str(number))
    return bytes(document.output())


def read_pdf(content: bytes) -> ReadResult:
    return read(Path("a.pdf"), content)


def only(content: bytes) -> RawDocument:
    (document,) = read_pdf(content).documents
    return document


def test_lines_are_joined_to_the_paragraphs_they_were() -> None:
    document = only(pdf(f"A heading\n{SENTENCES}\nAnother heading\n{SENTENCES}"))
    assert document.text.split("\n\n") == [
        "A heading",
        SENTENCES,
        "Another heading",
        SENTENCES,
    ]
    assert (document.title, document.language) == ("Helicopters for peace", "en")
    assert document.date is None  # the day the file was made is not the day of what it says


def test_a_gap_on_the_page_ends_a_paragraph() -> None:
    byline = "By the desk, from facts that the ministry gave out on Wednesday, the first of"
    assert only(pdf(f"{byline}\n\n{SENTENCES}")).text.split("\n\n") == [byline, SENTENCES]


def test_wide_line_spacing_is_no_gap() -> None:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=12)
    document.multi_cell(0, 16, SENTENCES, align="L")
    assert only(bytes(document.output())).text == SENTENCES


def test_each_page_starts_where_pages_says() -> None:
    document = only(pdf("First page. It ends.", "Second page.", "Third page."))
    starts = [document.text[offset:].split(maxsplit=1)[0] for offset in document.pages]
    assert starts == ["First", "Second", "Third"]


def test_headers_and_page_numbers_are_dropped_and_shown() -> None:
    pages = [f"{word} page. {SENTENCES} {word} end." for word in ("First", "Second", "Third")]
    document = only(pdf(*pages, header="The Gazette, 7 December", numbered=True))
    assert document.text.split("\n\n") == pages
    assert {(d.text, d.reason) for d in document.dropped} == {
        ("The Gazette, 7 December", "running-header"),
        ("1", "page-number"),
        ("2", "page-number"),
        ("3", "page-number"),
    }


def test_a_page_without_text_is_remarked_upon() -> None:
    result = read_pdf(pdf("Words.", "", "More words."))
    assert result.notes == ["has no text on page 2"]
    assert len(result.documents[0].pages) == 3


def test_a_number_at_the_foot_is_no_page_number_unless_it_counts_pages() -> None:
    layout = lay_out([["Killed in action:", "60"], ["Helicopters:", "16"], ["Countries:", "62"]])
    assert re.findall(r"\d+", layout.text) == ["60", "16", "62"]
    assert layout.dropped == []


@pytest.mark.parametrize("foot", ["Page 3 of 7", "- 3 -", "3 / 7", "page 3 sur 7", "صفحة 3"])
def test_a_foot_that_says_page_is_a_page_number(foot: str) -> None:
    layout = lay_out([["Some words stand here.", "And here.", foot]])
    assert foot not in layout.text
    assert [d.reason for d in layout.dropped] == ["page-number"]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (
            ["The United Nations peace-", "keepers came home."],
            "The United Nations peacekeepers came home.",
        ),
        (["a joint French-", "Moroccan initiative"], "a joint French-Moroccan initiative"),
        (["a follow\u00ad", "up"], "a followup"),
        (
            ["long-term plans, and a long-", "term view"],
            "long-term plans, and a long-term view",
        ),
        (["since 2015-", "2016 there"], "since 2015-2016 there"),
    ],
)
def test_words_broken_at_a_line_end(lines: list[str], joined: str) -> None:
    assert lay_out([lines]).text == joined


def test_a_sentence_runs_on_over_the_page() -> None:
    layout = lay_out([["The minister said that the country"], ["would send helicopters."]])
    assert layout.text == "The minister said that the country would send helicopters."
    assert layout.text[layout.pages[1] :] == "would send helicopters."


ARABIC = (
    "أعلن السيد بوريطة يوم 7 دجنبر 2021 أن المغرب ينشر 1.724 جنديا (2022) ضمن MINUSCA في بانغي."
)


def on_the_page(line: str) -> str:
    """How a line that reads from right to left stands on the page, from left to right."""
    mirrored = line[::-1].translate(str.maketrans("()", ")("))
    return re.sub(r"[A-Za-z0-9.]*[A-Za-z0-9]", lambda found: found.group()[::-1], mirrored)


def test_a_line_as_it_stands_on_the_page_is_put_in_reading_order() -> None:
    assert logical(on_the_page(ARABIC)) == ARABIC
    assert logical("MINUSCA and 16 helicopters (2021)") == "MINUSCA and 16 helicopters (2021)"


def test_mirrored_arabic_is_told_from_arabic_in_reading_order() -> None:
    assert is_mirrored(on_the_page(ARABIC))
    assert not is_mirrored(ARABIC)
    assert is_rtl(ARABIC)
    assert not is_rtl("MINUSCA in بانغي, the capital")


def test_presentation_forms_become_letters_and_nothing_else_changes() -> None:
    assert plain_forms("ﺍﻟﺴﻼﻡ ﬁn ½ ٣ … №") == "السلام fin ½ ٣ … №"


def arabic_font(folder: Path) -> Path:
    """A font whose Arabic and Latin letters are blank boxes of one width: enough for a text."""
    codes = [*range(0x20, 0x7F), *range(0x600, 0x6FF)]
    names = {code: f"u{code:04X}" for code in codes}
    order = [".notdef", *names.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf({name: Glyph() for name in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost()
    path = folder / "boxes.ttf"
    builder.save(path)
    return path


@pytest.mark.parametrize("mirrored", [True, False])
def test_arabic_comes_out_in_reading_order(tmp_path: Path, mirrored: bool) -> None:
    document = FPDF(format=(400, 200))
    document.add_font("boxes", fname=arabic_font(tmp_path))
    document.add_page()
    document.set_font("boxes", size=12)
    document.text(10, 20, on_the_page(ARABIC) if mirrored else ARABIC)
    assert only(bytes(document.output())).text == ARABIC


def encrypted(user: str, owner: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf("Secret words."))))
    writer.encrypt(user, owner, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_that_only_restricts_printing_is_read() -> None:
    assert only(encrypted("", "owner")).text == "Secret words."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (encrypted("user", "owner"), "encrypted with a password"),
        (pdf(SENTENCES)[:-200], "cut off"),
        (pdf(SENTENCES)[:600], "cut off"),
        (b"%PDF-1.7\n%%EOF\n", "damaged"),
        (b"<html>no pdf</html>", "no PDF file"),
        (pdf(""), "no text on its 1 page "),
        (pdf("", ""), "no text on its 2 pages "),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        read_pdf(content)
    assert caught.value.remedy
