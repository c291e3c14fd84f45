"""What a reader takes along: text for a letter, Markdown, and PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pypdf import PdfReader

from pkqa.model import Answer, Disagreement, Reported
from pkqa.serve.exports import as_text, markdown, plain
from pkqa.serve.pdf import pdf
from pkqa.serve.strings import LANGUAGES, STRINGS, Language
from pkqa.serve.turn import Turn
from shelf import (
    ARABIC,
    BRIDGE,
    BUILT,
    DOCUMENTS,
    ENGLISH,
    FRENCH,
    HELICOPTERS,
    HOSTILE,
    PAYLOAD,
    SIXTY,
    SUGGESTED,
    Shelf,
    answered,
    not_found,
)

DAY = date(2026, 11, 22)
NAMED = {d.document_id: d.publication for d in DOCUMENTS if d.publication}
COUNTED = "وقال قائد قوة MINUSCA إن عدد المنتشرين بلغ 1,724 جنديًا."


def turn_of(answer: Answer, **more: object) -> Turn:
    return Turn(answer.question, answer, publications=NAMED, **more)  # type: ignore[arg-type]


def parsed(text: str) -> list[Token]:
    """The tokens of a Markdown text, with bare addresses taken for links where they can be."""
    tokens = MarkdownIt("commonmark", {"linkify": True}).parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def links(tokens: Sequence[Token]) -> list[object]:
    return [token.attrs["href"] for token in tokens if token.type == "link_open"]


def shown(tokens: Sequence[Token]) -> str:
    """The text that a reader of the Markdown sees."""
    breaks = {"softbreak", "hardbreak", "paragraph_close", "heading_close"}
    return "".join("\n" if t.type in breaks else t.content for t in tokens if t.type != "inline")


# As text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_as_text_has_its_words_and_its_references(language: Language) -> None:
    answer = answered("q", "en", "So:", (ENGLISH, BUILT), (ARABIC, SIXTY))
    first, second = answer.citations
    answer = replace(answer, citations=(first, replace(second, page=4)))
    said, _, listed = as_text(turn_of(answer), language).rpartition("\n\n")
    assert BUILT in said
    assert SIXTY in said
    one, two = listed.split("\n")
    strings = STRINGS[language]
    for fact in ("[1]", ENGLISH.title, "The River Post", "2023", ENGLISH.source):
        assert fact in one
    for fact in (
        "[2]",
        ARABIC.title,
        "صحيفة الميدان",
        strings.page.format(page=4),
        "thikra-ar.txt",
    ):
        assert fact in two
    assert "/somewhere" not in listed


def test_a_title_in_the_other_script_is_kept_apart() -> None:
    text = as_text(turn_of(answered("q", "en", "So:", (ARABIC, SIXTY))), "en")
    assert f"\u2068{ARABIC.title}\u2069" in text
    told = as_text(turn_of(answered("q", "ar", "هكذا:", (ARABIC, SIXTY))), "ar")
    assert re.findall("\u2068(.*?)\u2069", told) == ["thikra-ar.txt"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_answered_says_so(language: Language) -> None:
    strings = STRINGS[language]
    assert as_text(turn_of(not_found("q", "en")), language) == strings.not_found
    dated = as_text(turn_of(not_found("q", "en"), as_of="2021-12-07"), language)
    assert strings.heard_until.partition("{")[0] in dated
    assert strings.unanswered in markdown([Turn("q", failure="failed")], language, DAY)


def test_disagreements_go_along() -> None:
    values = (Reported("1,700", "2021-12-07", 1), Reported("1,724", "2023-11", 1))
    answer = replace(
        answered("q", "en", "So:", (ENGLISH, BRIDGE)),
        disagreements=(Disagreement("soldiers", "superseded", values),),
    )
    text = as_text(turn_of(answer), "en")
    assert "soldiers: 1,700 (7 December 2021) [1], 1,724 (November 2023) [1]" in text


def test_no_unseen_character_goes_along() -> None:
    evil = "a\u202eb\u2066c\u200fd\x1be\x00f\tg\u061ch"
    assert plain(evil) == "abcdef gh"
    answer = replace(answered("q", "en", evil, (ENGLISH, BRIDGE)), question=evil)
    for text in (as_text(turn_of(answer), "en"), markdown([turn_of(answer)], "en", DAY)):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u061c\u200e\u200f\u202a-\u202e]", text)


# As Markdown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_conversation_as_markdown(language: Language) -> None:
    answers = [answer for answer in Shelf().answers.values() if answer.language == language]
    tokens = parsed(markdown([turn_of(answer) for answer in answers[:3]], language, DAY))
    headings = [
        tokens[place + 1].content.replace("\\", "")
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    assert headings == [answer.question for answer in answers[:3]]
    cited = [citation for answer in answers[:3] for citation in answer.citations]
    text = shown(tokens)
    assert all(text.count(citation.quote) >= 2 for citation in cited)  # in the answer, and below
    assert links(tokens) == [c.source for c in cited if c.source.startswith("https:")]


PAYLOADS = [
    "![x](https://evil.example/x.png)",
    "![x][r]\n\n[r]: https://evil.example/x.png",
    "[click](javascript:alert(1))",
    "<https://evil.example/>",
    "https://evil.example/x www.evil.example mailto:a@evil.example",
    '<img src=x onerror="alert(1)">',
    "<!-- hidden --> <script>alert(1)</script>",
    "```\nfence\n```",
    "# Heading\n## Question\n- item\n1. one\n+ plus\n===\n> quote\n---\n***",
    "| a | b |\n|---|---|\n| c | d |",
    "&#60;script&#62; &lt;b&gt; \\<b> \\[x](https://evil.example)",
    "*a* _b_ ~~c~~ `d` ${e} {{f}} [^1] - [ ] task",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_but_text_comes_of_what_is_quoted(payload: str) -> None:
    answer = answered(payload, "en", payload, (ENGLISH, BRIDGE))
    (citation,) = answer.citations
    answer = replace(answer, citations=(replace(citation, title=payload, quote=payload),))
    text = markdown([turn_of(answer)], "en", DAY)
    tokens = parsed(text)
    assert links(tokens) == [ENGLISH.source]
    kinds = {token.type for token in tokens}
    assert not kinds & {
        "image",
        "html_inline",
        "html_block",
        "fence",
        "code_block",
        "code_inline",
        "bullet_list_open",
        "ordered_list_open",
        "hr",
        "table_open",
    }
    headings = [token.tag for token in tokens if token.type == "heading_open"]
    assert headings == ["h1", "h2", "h3"]
    words = re.findall(r"\w+", payload)
    seen = re.findall(r"\w+", shown(tokens))
    assert all(seen.count(word) >= 4 for word in words)  # question, answer, title, quotation


def test_an_address_cannot_break_out_of_its_link() -> None:
    answer = answered("q", "en", "So:", (ENGLISH, BRIDGE))
    (citation,) = answer.citations
    source = "https://a.example/><img/src=x>"
    answer = replace(answer, citations=(replace(citation, source=source),))
    tokens = parsed(markdown([turn_of(answer)], "en", DAY))
    assert links(tokens) == ["https://a.example/%3E%3Cimg/src=x%3E"]
    assert not {token.type for token in tokens} & {"html_inline", "html_block"}


# As PDF


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def addresses(reader: PdfReader) -> list[str]:
    found = []
    for page in reader.pages:
        for reference in page.get("/Annots") or ():
            found.append(reference.get_object()["/A"]["/URI"])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_conversation_as_pdf(language: Language) -> None:
    answers = [
        answered("How was it built?", "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE)),
        answered("Qu’ont-elles promis ?", "fr", "Ainsi :", (FRENCH, HELICOPTERS)),
    ]
    reader = read(pdf([turn_of(answer) for answer in answers], language, DAY))
    text = text_of(reader)
    for answer in answers:
        assert answer.question in text
        for citation in answer.citations:
            assert text.count(citation.quote) == 2
            assert f"[{citation.marker}] {citation.title}" in text
    assert "The River Post" in text
    assert addresses(reader) == [ENGLISH.source, ENGLISH.source, FRENCH.source]
    assert str(reader.root_object["/Lang"]) == language


def test_arabic_is_joined_and_runs_from_the_right() -> None:
    answer = answered(SUGGESTED["ar"][2], "ar", "جاء في الوثائق:", (ARABIC, COUNTED))
    (page,) = read(pdf([turn_of(answer)], "ar", DAY)).pages
    text = page.extract_text()  # turns round what is drawn from the right, and only that
    for words in ("وقال قائد قوة", "MINUSCA", "إن عدد المنتشرين بلغ", "1,724", ARABIC.title):
        assert words in text
    resources: Any = page["/Resources"]
    font = resources["/Font"]["/F1"].get_object()
    glyphs = re.findall(r"<[0-9A-F]{4}> <([0-9A-F]{4})>", font["/ToUnicode"].get_data().decode())
    forms = [glyphs.count(f"{ord(letter):04X}") for letter in "نتعق"]
    assert min(forms) > 1  # a letter has another shape at the start of a word than within it


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_conversation_goes_over_pages(language: Language) -> None:
    answer = answered("q " * 40, "en", "So: " * 60, (ENGLISH, BUILT), (ARABIC, SIXTY))
    reader = read(pdf([turn_of(answer)] * 12, language, DAY))
    assert len(reader.pages) > 3
    for number, page in enumerate(reader.pages, 1):
        assert f"{number} / {len(reader.pages)}" in page.extract_text()


def test_hostile_text_is_text_in_a_pdf_too() -> None:
    answer = answered("<b>q</b> " + "x" * 400, "en", "<i>It</i> says:", (HOSTILE, PAYLOAD))
    content = pdf([turn_of(answer)], "en", DAY)
    reader = read(content)
    text = text_of(reader)
    assert "<b>q</b>" in text
    assert "window.stolen" in text
    assert addresses(reader) == []
    assert b"JavaScript" not in content
    assert b"/JS" not in content
