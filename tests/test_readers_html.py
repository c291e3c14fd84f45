"""HTML: the article whole and in order, furniture out and shown, metadata from the head."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pkqa.ingest.readers import UnreadableError, read
from pkqa.ingest.readers.html_blocks import blocks, parse
from pkqa.model import RawDocument

PARAGRAPHS = [
    "The minister said on Tuesday that the country would send sixteen helicopters to the missions.",
    "He added that sixty soldiers had lost their lives in the service of peace since 1960.",
    "The conference, held in the capital, gathered delegates of sixty-two countries for two days.",
    "Delegates will meet again in two years’ time, according to a note that the hosts gave out.",
]
PAGE = f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8">
<title>Helicopters for peace - The Gazette</title>
<meta property="og:title" content="Helicopters for peace">
<meta property="og:site_name" content="The gazette of peace">
<meta property="og:url" content="https://gazette.example/helicopters">
<meta property="article:published_time" content="2021-12-07T10:00:00Z">
<style>p {{ color: red }}</style></head><body>
<nav class="main-menu"><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<div id="page"><article><h1>Helicopters for peace</h1>
<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>
<h2>A conference</h2><p>{PARAGRAPHS[2]}</p>
<ul><li>Sixteen helicopters</li><li>Ten lorries</li></ul>
<table><tr><th>Mission</th><th>Troops</th></tr><tr><td>MINUSCA</td><td>1,724</td></tr></table>
<p>{PARAGRAPHS[3]}</p>
<div class="sharedaddy"><a href="#">Share on Facebook</a></div></article>
<aside class="sidebar"><p>Related: <a href="/x">Another story, quite long</a></p></aside>
<div id="comments"><h3>Leave a Reply</h3>
<p>Your email address will not be published.</p></div></div>
<footer>All rights reserved by the publisher</footer><script>alert(1)</script></body></html>"""


def page(text: str) -> RawDocument:
    (document,) = read(Path("a.html"), text.encode()).documents
    return document


def test_the_article_comes_whole_and_in_order() -> None:
    assert page(PAGE).text.split("\n\n") == [
        "Helicopters for peace",
        PARAGRAPHS[0],
        PARAGRAPHS[1],
        "A conference",
        PARAGRAPHS[2],
        "Sixteen helicopters",
        "Ten lorries",
        "Mission\tTroops\nMINUSCA\t1,724",
        PARAGRAPHS[3],
    ]


def test_the_furniture_is_dropped_with_a_reason() -> None:
    dropped = {d.text: d.reason for d in page(PAGE).dropped}
    assert dropped["Home"] == "menu"
    assert dropped["Share on Facebook"] == "share"
    assert dropped["Leave a Reply"] == "comment-form"
    assert dropped["All rights reserved by the publisher"] == "footer"
    assert any(text.startswith("Related") for text in dropped)


def test_text_and_dropped_together_are_the_page() -> None:
    document = page(PAGE)
    said = {b.text for b in blocks(parse(PAGE).find("body"))}
    kept = set(document.text.split("\n\n"))
    assert kept | {d.text for d in document.dropped} == said


def test_metadata_come_from_the_head() -> None:
    document = page(PAGE)
    assert (document.title, document.date) == ("Helicopters for peace", "2021-12-07")
    assert (document.language, document.publication) == ("en", "The gazette of peace")
    assert document.url == "https://gazette.example/helicopters"


def test_a_date_in_the_text_alone_is_no_metadata() -> None:
    text = "".join(f"<p>{p} On 3 May 2019 it rained.</p>" for p in PARAGRAPHS)
    assert page(f"<html><body>{text}</body></html>").date is None


def test_a_class_name_alone_does_not_cost_a_paragraph() -> None:
    text = "".join(f'<p class="comment share">{p}</p>' for p in PARAGRAPHS)
    document = page(f'<html><body><div class="social sidebar">{text}</div></body></html>')
    assert document.text.split("\n\n") == PARAGRAPHS


def test_a_short_page_is_read_whole() -> None:
    assert (
        page("<p>One line.<p>And<br>another &amp; more").text == "One line.\n\nAnd\nanother & more"
    )


def test_numbers_of_ordered_lists_stay() -> None:
    source = '<ol start="3"><li>Decides</li><li>Requests</li></ol>'
    assert [b.text for b in blocks(parse(source))] == ["3. Decides", "4. Requests"]


def test_a_layout_table_is_no_data() -> None:
    source = "<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>"
    assert [b.text for b in blocks(parse(source))] == ["One.", "Two."]


def test_inline_marks_do_not_split_words() -> None:
    source = "<p>The 4<sup>th</sup> <b>Con</b>ference  of\n <a href='#'>peace</a></p>"
    assert [b.text for b in blocks(parse(source))] == ["The 4th Conference of peace"]


def test_ten_thousand_nested_elements_are_refused() -> None:
    source = "<div>" * 10_000 + "<p>Deep words.</p>" + "</div>" * 10_000
    with pytest.raises(UnreadableError, match="nested more than 256"):
        page(source)


def test_entities_that_multiply_are_not_written_out() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    source = f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{entities}]><html><p>Hi &l9;</p></html>'
    assert len(page(source).text) < 2000


def test_a_page_in_the_encoding_it_declares() -> None:
    source = (
        '<html><head><meta charset="windows-1256"></head><body><p>أعلن المغرب</p></body></html>'
    )
    (document,) = read(Path("a.htm"), source.encode("cp1256")).documents
    assert document.text == "أعلن المغرب"


@pytest.mark.parametrize("source", ["<html><body></body></html>", "<script>x</script>", "<!-- -->"])
def test_a_page_without_words_is_refused(source: str) -> None:
    with pytest.raises(UnreadableError, match=r"no text|no HTML"):
        page(source)


@pytest.mark.parametrize("language", ["eng", "fra", "arb"])
def test_the_declaration_of_human_rights_comes_out_whole(shared: Path, language: str) -> None:
    source = shared / "corpora" / "udhr" / f"{language}.html"
    document = read(source, source.read_bytes()).documents[0]
    body = parse(source.read_text("utf-8")).find("body")
    unnumbered = re.sub(r"^\d\. ", "", document.text, flags=re.MULTILINE)
    assert unnumbered.split() == body.text_content().split()
    assert document.dropped == ()
