"""Which encoding a text is in, and what is no text at all."""

from __future__ import annotations

import random

import pytest

from pkqa.ingest.readers import UnreadableError
from pkqa.ingest.readers.encoding import decode


def noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - a test's noise, no secret


FRENCH = "Le Maroc déploie 1 724 Casques bleus ; l’été, à Séoul, 62 pays se sont engagés.\n"
ARABIC = "أعلن المغرب في الرباط أن 60 جنديا سقطوا أثناء أداء واجبهم.\n"


@pytest.mark.parametrize("text", [FRENCH, ARABIC, "Plain words.\n", FRENCH + ARABIC])
@pytest.mark.parametrize(
    "name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_unicode_form_is_read_with_and_without_its_mark(text: str, name: str) -> None:
    assert decode(text.encode(name)).text == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (FRENCH, "cp1252"),
        (FRENCH * 30, "cp1252"),
        ("déjà", "cp1252"),
        (ARABIC * 3, "cp1256"),
        (ARABIC * 3, "iso8859_6"),
    ],
)
def test_a_legacy_code_page_is_told_and_remarked_upon(text: str, name: str) -> None:
    decoded = decode(text.encode(name))
    assert decoded.text == text
    assert decoded.encoding in decoded.note


def test_what_the_file_declares_beats_a_guess() -> None:
    text = "Zażółć gęślą jaźń"
    assert decode(text.encode("cp1250"), declared="windows-1250").text == text


def test_a_page_that_declares_latin_1_has_its_curly_quotes() -> None:
    assert decode("l’été “A4P”".encode("cp1252"), declared="ISO-8859-1").text == "l’été “A4P”"


def test_an_unknown_or_wrong_declaration_does_no_harm() -> None:
    assert decode(FRENCH.encode("cp1252"), declared="martian").text == FRENCH
    assert decode(FRENCH.encode(), declared="iso-8859-1").text == FRENCH


def test_one_broken_byte_does_not_turn_the_whole_text_into_mojibake() -> None:
    decoded = decode((FRENCH * 20).encode() + b"\xc3")
    assert decoded.text == FRENCH * 20 + "\ufffd"
    assert "1 broken character" in decoded.note


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\n", "a PDF file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a PNG picture"),
        (b"PK\x03\x04" + b"\0" * 50, "a zip archive"),
        (noise(1, 4000), "binary data"),
        (bytes(range(32)) * 20, "binary data"),
        (b"\xff\xfe" + "Half a charact".encode("utf-16-le") + b"e", "broken"),
        (b"\xff\xfe" + b"\x00\xdc" * 20, "broken"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        decode(content)


@pytest.mark.parametrize("seed", range(40))
def test_random_bytes_are_never_taken_for_text(seed: int) -> None:
    with pytest.raises(UnreadableError):
        decode(noise(seed, 3000))
