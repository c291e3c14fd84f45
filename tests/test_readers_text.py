"""Plain text, Markdown and .jsonl."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from pkqa.ingest.readers import EXTENSIONS, ReadResult, UnreadableError, read


def from_text(name: str, text: str) -> ReadResult:
    return read(Path(name), text.encode())


def test_every_ending_has_its_reader() -> None:
    assert set(EXTENSIONS.values()) == {"txt", "md", "html", "pdf", "docx", "jsonl"}


def test_plain_text_comes_as_it_is() -> None:
    text = "Title\n\n A  line.\r\n\u200fعربي\n"
    (document,) = from_text("A.TXT", text).documents
    assert (document.text, document.media_type) == (text, "txt")


def test_a_text_of_white_space_is_refused() -> None:
    with pytest.raises(UnreadableError, match="holds no text"):
        from_text("a.txt", " \n\t\n")


def test_a_page_named_txt_is_refused_with_the_remedy() -> None:
    with pytest.raises(UnreadableError, match=r"HTML page.*name it \.html"):
        from_text("a.txt", "<!DOCTYPE html><p>Hello")


MARKDOWN = """---
title: "Peace: a plan"
date: 2021-12-07
language: no
publication: The Gazette
url: https://example.org/a
groups: [press, staff]
---

# Heading *one*

First line of a paragraph
that goes on, with **bold**, `code`, a [link](https://example.org) and <b>tags</b>.

- sixteen helicopters
- ten trucks

3. third
4. fourth

> quoted words

| Mission | Troops |
|---------|-------:|
| MINUSCA | 1,724 |

<p>A paragraph in <i>HTML</i>.</p>

```
verbatim  text
```
"""


def test_markdown_front_matter_is_metadata() -> None:
    (document,) = from_text("a.md", MARKDOWN).documents
    assert document.title == "Peace: a plan"
    assert (document.date, document.language) == ("2021-12-07", "no")
    assert (document.publication, document.url) == ("The Gazette", "https://example.org/a")
    assert document.groups == ("press", "staff")


def test_markdown_marks_go_and_every_word_stays() -> None:
    (document,) = from_text("a.md", MARKDOWN).documents
    assert document.text.split("\n\n") == [
        "Heading one",
        "First line of a paragraph that goes on, with bold, code, a link and tags.",
        "sixteen helicopters",
        "ten trucks",
        "3. third",
        "4. fourth",
        "quoted words",
        "Mission\tTroops\nMINUSCA\t1,724",
        "A paragraph in HTML.",
        "verbatim  text",
    ]


def test_markdown_without_front_matter_takes_its_first_heading_for_title() -> None:
    (document,) = from_text("a.md", "---\n\nIntro.\n\n# The *real* title\n\nBody.\n").documents
    assert document.title == "The real title"
    assert document.text == "Intro.\n\nThe real title\n\nBody."


def test_groups_may_stand_in_one_line() -> None:
    (document,) = from_text("a.md", "---\ngroups: press, staff\n---\nBody.\n").documents
    assert document.groups == ("press", "staff")


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("title: [unclosed", "front matter, line .*no YAML"),
        ("title: {a: b}", '"title" that is no text'),
        ("group: press", '"group"'),
        ("Groupes: [press]", '"groupes"'),
        ("title: " + "[" * 5000, "no YAML"),
        ("date: [2021]", '"date" that is no text'),
    ],
)
def test_broken_front_matter_is_named(front: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        from_text("a.md", f"---\n{front}\n---\nBody.\n")


def test_yaml_that_multiplies_itself_is_not_written_out() -> None:
    names = "abcdefghi"
    lines = ['a: &a ["x","x","x","x","x","x","x","x","x"]']
    lines += [f"{n}: &{n} [{','.join([f'*{m}'] * 9)}]" for m, n in pairwise(names)]
    (document,) = from_text("a.md", "---\n" + "\n".join(lines) + "\n---\nBody.\n").documents
    assert document.text == "Body."


def test_deeply_nested_markdown_is_read_in_bounds() -> None:
    (document,) = from_text("a.md", "Start.\n\n" + ">" * 3000 + " deep\n\nEnd.\n").documents
    assert document.text.startswith("Start.")
    assert document.text.endswith("End.")


def line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


def test_jsonl_gives_a_document_a_line() -> None:
    source = "\ufeff" + "\n".join(
        [
            line(
                _id="a", title="T", text="One.", language="en", date="2021", url="u", groups=["g"]
            ),
            "",
            line(_id=7, text="Deux\u2028lignes.", title=None, publication="P"),
        ]
    )
    first, second = from_text("a.jsonl", source).documents
    assert (first.document_id, first.line, first.title, first.groups) == ("a", 1, "T", ("g",))
    assert (first.text, first.language, first.date, first.url) == ("One.", "en", "2021", "u")
    assert (second.document_id, second.line, second.title) == ("7", 3, None)
    assert (second.text, second.publication) == ("Deux\u2028lignes.", "P")


BAD_LINES = [
    ("{", "no JSON"),
    ("[1]", "no JSON object"),
    (line(text="x"), 'no "_id"'),
    (line(_id=" ", text="x"), 'no "_id"'),
    (line(_id=True, text="x"), 'no "_id"'),
    (line(_id="good", text="x"), 'repeats the "_id" of line 1'),
    (line(_id="b"), 'no "text"'),
    (line(_id="b", text=["x"]), 'no "text"'),
    (line(_id="b", text="  "), 'no "text"'),
    (line(_id="b", text="x", title=5), '"title" that is no string'),
    (line(_id="b", text="x", groups="press"), "no list of strings"),
    (line(_id="b", text="x", group=["press"]), 'has "group"'),
    (line(_id="b", text="x", Groups=["press"]), 'has "Groups"'),
    ("[" * 100_000, "nested too deeply"),
    ('{"_id": "b", "text": "x", "n": ' + "9" * 5000 + "}", "number too long"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_LINES)
def test_a_bad_line_is_one_error_and_the_good_ones_are_in(bad: str, reason: str) -> None:
    source = "\n".join([line(_id="good", text="One."), bad, line(_id="last", text="Two.")])
    result = from_text("a.jsonl", source)
    assert [d.document_id for d in result.documents] == ["good", "last"]
    (error,) = result.errors
    assert error.place == "line 2"
    assert reason in error.reason
    assert error.remedy


def test_a_text_named_jsonl_does_not_list_every_line() -> None:
    result = from_text("a.jsonl", "no json\n" * 1000)
    assert len(result.errors) == 101
    assert "900 more bad lines" in str(result.errors[-1])
