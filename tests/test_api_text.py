"""An answer as text: markers and references, and nothing that a chat client would act on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from pkqa.model import Answer, Citation
from pkqa.serve.api.text import behind, body, inert
from shelf import BRIDGE, BUILT, ENGLISH, FRENCH, HELICOPTERS, answered

HOSTILE = [
    "![x](https://evil.example/a.png)",
    "![x][1]\n\n[1]: https://evil.example/a.png",
    "[click](javascript:alert(1))",
    "[click](https://evil.example)",
    "\\[click\\](https://evil.example)",
    "\\![x](https://evil.example)",
    "\\\\![x](https://evil.example)",
    "[1]: https://evil.example",
    "<https://evil.example>",
    "<img src=https://evil.example onerror=alert(1)>",
    "\\<img src=x>",
    "<script>alert(1)</script>",
    "<!-- comment -->",
    "<?php ?>",
    "</p><svg onload=alert(1)>",
    "[![x](https://evil.example)](https://evil.example)",
    "[a][b][c](d)",
    "(https://evil.example)",
    "[x]\n(https://evil.example)",
]


def rendered(text: str) -> str:
    return str(MarkdownIt("commonmark").render(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_documents_say_does_nothing_in_markdown(text: str) -> None:
    html = rendered(inert(text))
    assert re.findall(r"<(?!/?(?:p|ul|li|em|strong|br|code)\b)\w", html) == []
    assert re.sub(r"<[^>]+>", "", html).strip() or text.startswith("[1]:")


@pytest.mark.parametrize("text", HOSTILE)
def test_nor_beside_a_marker(text: str) -> None:
    quoted = Citation(1, "d", text, "/a/path", "en", None, text, 0, len(text))
    for told in (f"{text}[1]{text}", f"{text} [1] {text}", f"Told: “{text}” [1]{text}"):
        answer = Answer("Q?", "en", "answered", told, (quoted,), notes=(text,))
        html = rendered(body(answer).text + behind(answer, lambda _: "/?document=d"))
        assert re.findall(r"<(?!/?(?:p|ul|li|em|strong|br|code)\b)\w", html) == []


def test_addresses_cannot_end_early() -> None:
    answer = answered("Q?", "en", "So:", (ENGLISH, BUILT))
    for address in ("https://a.example/<img src=x>", "https://a.example/x](javascript:alert(1))"):
        html = rendered(behind(answer, lambda _, address=address: address))  # type: ignore[misc]
        assert re.findall(r"<(?!/?(?:p|ul|li)\b)\w", html) == []


def test_plain_text_stays_as_it_is() -> None:
    for text in ("It rose [sic] by 4 < 5 % (a lot)!", "Qui ? « Lui » !", "أجل [1724] جنديًا"):
        assert inert(text) == text


def test_markers_are_found_but_not_those_inside_a_quotation() -> None:
    own = ENGLISH.text + " As [2] says, [1] is older."
    source = replace(ENGLISH, text=own)
    answer = answered(
        "Q?", "en", "So:", (source, "As [2] says, [1] is older."), (FRENCH, HELICOPTERS)
    )
    told = body(answer)
    assert [marked.citation.marker for marked in told.markers] == [1, 2]
    for marked in told.markers:
        assert told.text[marked.start : marked.end] == f"[{marked.citation.marker}]"
    assert told.text[: told.markers[0].start].endswith("older. ")


def test_a_bracketed_number_that_is_no_marker_is_none() -> None:
    answer = answered("Q?", "en", "See [7]:", (ENGLISH, BUILT))
    assert [marked.citation.marker for marked in body(answer).markers] == [1]


def test_references_tell_title_date_language_and_address() -> None:
    answer = answered("Q?", "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE))
    answer = replace(answer, notes=("Only a part was read.",))
    assert behind(answer, lambda cited: f"https://a.example/{cited.marker}") == (
        "\n\nOnly a part was read."
        f"\n\n- [1] {ENGLISH.title}, {ENGLISH.date}, en, https://a.example/1"
        f"\n- [2] {ENGLISH.title}, {ENGLISH.date}, en, https://a.example/2"
    )
    assert behind(Answer("Q?", "en", "not_found", "No."), lambda _: "") == ""
