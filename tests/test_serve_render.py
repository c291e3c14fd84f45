"""Answers and passages as HTML: escaped, in the right direction, and true to their spans."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from pkqa.model import Answer, Document, Version
from pkqa.serve.context import context
from pkqa.serve.conversation import answer_text, conversation
from pkqa.serve.library import Turn
from pkqa.serve.markup import Mark, marked, tag, web_address
from pkqa.serve.masthead import masthead
from pkqa.serve.sources import gone, hint, passages, whole
from pkqa.serve.strings import LANGUAGES, STRINGS, Language
from shelf import (
    ANNIVERSARY,
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
    cite,
    not_found,
)

BY_ID = {document.document_id: document for document in DOCUMENTS}
VOID = {"path", "rect"}


class Reader(HTMLParser):
    """Reads a page back: its elements, its attributes, its text, and whether it is well formed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marked += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]

    def acts(self, act: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.elements if attributes.get("data-act") == act]


ALL = [(question, answer) for question, answer in Shelf().answers.items()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("question", "answer"), ALL, ids=[question for question, _ in ALL])
def test_every_citation_is_one_chip_and_one_highlighted_passage(
    question: str, answer: Answer, language: Language
) -> None:
    turn = Turn(question, answer)
    talk = Reader(conversation([turn], language, ()))
    assert [chip["data-marker"] for chip in talk.acts("passage")] == [
        str(citation.marker) for citation in answer.citations
    ]
    for citation in answer.citations:
        only = replace(turn, answer=replace(answer, citations=(citation,)))
        panel = Reader(passages(only, 0, BY_ID, language))
        assert panel.marked == citation.quote
        assert citation.title in panel.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_stays_text(language: Language) -> None:
    question = "<script>window.stolen = 5</script>"
    answer = answered(question, "en", "<i onclick=evil()>It</i> says:", (HOSTILE, PAYLOAD))
    answer = replace(answer, disagreements=({"about": "<b>x</b>", "values": [{"value": "<u>"}]},))
    turn = Turn(question, answer)
    pages = [
        conversation([turn], language, ()),
        conversation([], language, [question, "\" onclick='evil()"]),
        conversation([Turn(question, not_found(question, "en"), nearest=(HOSTILE,))], language, ()),
        passages(turn, 0, BY_ID, language, 1),
        passages(turn, 0, {}, language, 1),
        whole(HOSTILE, 0, answer.citations, language, 1),
    ]
    for page in pages:
        reader = Reader(page)
        names = {name for name, _ in reader.elements}
        assert not names & {"script", "img", "i", "b", "u"}
        assert not {key for _, attributes in reader.elements for key in attributes} & {
            "onclick",
            "onerror",
        }
        assert all((a["href"] or "").startswith("https://") for a in reader.all("a"))
    assert question in Reader(pages[0]).text
    assert Reader(pages[3]).marked == PAYLOAD
    assert HOSTILE.title in Reader(pages[5]).text


def test_numbers_in_brackets_that_cite_nothing_stay_text() -> None:
    answer = answered("q", "en", "Resolution [2250] and item [7]:", (ENGLISH, BRIDGE))
    reader = Reader(answer_text(answer, 3, STRINGS["en"]))
    assert "Resolution [2250] and item [7]:" in reader.text
    assert [(c["data-turn"], c["data-marker"]) for c in reader.acts("passage")] == [("3", "1")]


def test_a_quotation_keeps_its_language_and_direction_inside_another() -> None:
    answer = answered("q", "en", "In Arabic:", (ARABIC, SIXTY))
    answer = replace(answer, answer=answer.answer.replace("\n", " "))
    reader = Reader(answer_text(answer, 0, STRINGS["en"]))
    assert [p["dir"] for p in reader.all("p")] == ["ltr"]
    (quote,) = (span for span in reader.all("span") if span.get("class") == "verbatim")
    assert (quote["dir"], quote["lang"]) == ("rtl", "ar")


def test_a_paragraph_of_one_quotation_runs_in_its_direction() -> None:
    reader = Reader(answer_text(answered("q", "en", "So:", (ARABIC, SIXTY)), 0, STRINGS["en"]))
    assert [p["dir"] for p in reader.all("p")] == ["ltr", "rtl"]


def test_a_quotation_in_another_language_opens_a_paragraph() -> None:
    answer = answered(
        "q",
        "en",
        "So:",
        (ENGLISH, BUILT),
        (ENGLISH, BRIDGE),
        (ARABIC, SIXTY),
        (FRENCH, HELICOPTERS),
    )
    reader = Reader(answer_text(answer, 0, STRINGS["en"]))
    assert [p["dir"] for p in reader.all("p")] == ["ltr", "ltr", "rtl", "ltr"]


def test_a_quotation_broken_over_lines_is_still_recognised() -> None:
    broken = replace(ENGLISH, text=ENGLISH.text.replace("rebuilt the", "rebuilt\nthe"))
    quote = BUILT.replace("rebuilt the", "rebuilt\nthe")
    answer = Answer("q", "en", "answered", f"{BUILT} [1]", (cite(1, broken, quote),))
    reader = Reader(answer_text(answer, 0, STRINGS["en"]))
    assert [span.get("class") for span in reader.all("span")] == ["verbatim", "tied"]
    panel = passages(Turn("q", answer), 0, {broken.document_id: broken}, "en")
    assert Reader(panel).marked == quote.replace("\n", "")  # two lines, a mark in each


def test_an_arabic_line_that_opens_in_latin_letters_runs_right_to_left() -> None:
    line = "MINUSCA هي بعثة الأمم المتحدة في جمهورية أفريقيا الوسطى"
    html = marked(line, 0, len(line), (), "ar")
    assert Reader(html).all("p") == [{"dir": "rtl", "lang": "ar"}]


def test_overlapping_marks_keep_every_character_once() -> None:
    text = "abcdefghij\nklm"
    reader = Reader(marked(text, 0, len(text), [Mark(2, 6), Mark(4, 12, focus=True)], "und"))
    assert reader.text == "abcdefghijklm"
    assert reader.marked == "cdefghijk"
    assert sum("data-focus" in attributes for attributes in reader.all("mark")) == 1
    assert reader.all("p")[0] == {"dir": "ltr"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.document_id)
def test_the_whole_document_loses_nothing_but_line_breaks(document: Document) -> None:
    reader = Reader(marked(document.text, 0, len(document.text), [Mark(3, 30)], document.language))
    assert reader.text == document.text.replace("\n", "")
    assert reader.marked == document.text[3:30].replace("\n", "")


def test_context_is_two_sentences_each_side_without_the_title() -> None:
    start = ENGLISH.text.index(BRIDGE)
    around = context(ENGLISH, start, start + len(BRIDGE))
    shown = ENGLISH.text[around.start : around.end]
    assert shown.startswith("Food prices")
    assert shown.endswith("thanked the soldiers by name.")
    assert (around.opens, around.closes) == (False, False)
    first = ENGLISH.text.index("The rains")
    opening = context(ENGLISH, first, first + 10)
    assert (opening.start, opening.opens) == (first, True)
    last = ENGLISH.text.index("A second crossing")
    assert context(ENGLISH, last, len(ENGLISH.text)).closes


def test_context_of_a_table_without_full_stops_stays_short() -> None:
    text = "cell " * 2000 + "The quote. " + "cell " * 2000
    start = text.index("The quote.")
    around = context(replace(ENGLISH, text=text, title="Table"), start, start + 10)
    assert text[around.start : around.end] == "The quote."


def test_a_title_that_is_itself_quoted_is_marked() -> None:
    around = context(ENGLISH, 0, len(ENGLISH.title))
    assert around.start == 0


def test_passages_tell_title_date_language_publication_page_and_file() -> None:
    answer = answered("q", "fr", "Voici :", (ARABIC, SIXTY), (ENGLISH, BRIDGE))
    first, second = answer.citations
    answer = replace(answer, citations=(replace(first, page=4), second))
    text = Reader(passages(Turn("q", answer), 0, BY_ID, "fr")).text
    for fact in (
        "صحيفة الميدان",
        "29 mai 2023",
        "arabe",
        "p. 4",
        "thikra-ar.txt",
        "The River Post",
    ):
        assert fact in text
    assert "/somewhere" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_documents_that_tell_the_same_open_whole(language: Language) -> None:
    answer = answered("q", "en", "So:", (ENGLISH, BRIDGE), (ENGLISH, BUILT))
    first, second = answer.citations
    versions = tuple(
        Version(d.document_id, d.title, d.source, d.language, d.date) for d in (ARABIC, HOSTILE)
    )
    answer = replace(answer, citations=(replace(first, versions=versions), second))
    panel = Reader(passages(Turn("q", answer), 3, BY_ID, language))
    assert panel.text.count(STRINGS[language].also_in) == 1
    assert all(version.title in panel.text for version in versions)
    assert panel.all("script") == []
    opening = {(a["data-document"], a["data-turn"]) for a in panel.acts("document")}
    assert {("thikra-ar", "3"), ("hostile", "3")} <= opening
    told = [attributes for attributes in panel.all("span") if attributes.get("lang") == "ar"]
    assert any(attributes.get("dir") == "rtl" for attributes in told)


def test_where_no_other_document_tells_the_same_none_is_spoken_of() -> None:
    panel = Reader(
        passages(Turn("q", answered("q", "en", "So:", (ENGLISH, BRIDGE))), 0, BY_ID, "en")
    )
    assert STRINGS["en"].also_in not in panel.text


def test_only_web_addresses_become_links() -> None:
    answer = answered("q", "en", "So:", (ENGLISH, BRIDGE), (ARABIC, SIXTY), (HOSTILE, PAYLOAD))
    (link,) = Reader(passages(Turn("q", answer), 0, BY_ID, "en")).all("a")
    assert link["href"] == ENGLISH.source
    assert link["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize(
    "source",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "/a/b.txt",
        "https://",
        "http://[broken",
        "java\nscript:alert(1)",
        "https://a.example/\u202egpj",
        "//host/path",
    ],
)
def test_anything_else_is_no_web_address(source: str) -> None:
    assert web_address(source) is None


def test_a_document_that_left_or_changed_is_shown_by_its_quotation() -> None:
    turn = Turn("q", answered("q", "en", "So:", (ENGLISH, BRIDGE)))
    left = Reader(passages(turn, 0, {}, "en"))
    assert left.marked == BRIDGE
    assert STRINGS["en"].not_among in left.text
    assert left.acts("document") == []
    moved = replace(ENGLISH, text="New words. " + ENGLISH.text)
    changed = Reader(passages(turn, 0, {moved.document_id: moved}, "en"))
    assert changed.marked == BRIDGE
    assert STRINGS["en"].changed in changed.text
    assert Reader(whole(moved, 0, turn.answer.citations if turn.answer else (), "en")).marked == ""


def test_the_passage_opened_is_the_one_in_focus() -> None:
    answer = answered("q", "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE))
    panel = Reader(passages(Turn("q", answer), 5, BY_ID, "en", marker=2))
    focused = [a for a in panel.all("mark") if "data-focus" in a]
    assert len(focused) == 1
    opened = [a.get("id") for a in panel.all("article") if "opened" in (a.get("class") or "")]
    assert opened == ["passage-5-2"]


def test_the_whole_document_marks_every_quotation_from_it() -> None:
    answer = answered("q", "en", "So:", (ENGLISH, BUILT), (FRENCH, HELICOPTERS), (ENGLISH, BRIDGE))
    reader = Reader(whole(ENGLISH, 0, answer.citations, "en", marker=3))
    assert reader.marked == BUILT + BRIDGE
    assert "A second crossing is planned" in reader.text


@pytest.mark.parametrize("asked_in", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_not_found_speaks_the_language_of_the_question(
    asked_in: Language, language: Language
) -> None:
    turn = Turn("?", not_found("?", asked_in), nearest=(ENGLISH, ARABIC))
    talk = Reader(conversation([turn], language, ()))
    assert STRINGS[asked_in].not_found in talk.text
    assert [a["data-document"] for a in talk.acts("document")] == ["bridge-en", "thikra-ar"]
    panel = Reader(passages(turn, 0, {}, language))
    assert ENGLISH.title in panel.text
    assert ARABIC.title in panel.text
    assert panel.marked == ""


def test_not_found_in_a_fourth_language_falls_back_to_the_page() -> None:
    turn = Turn("¿?", not_found("¿?", "es"))
    assert STRINGS["fr"].not_found in conversation([turn], "fr", ())
    assert STRINGS["fr"].sources_hint in unescape(passages(turn, 0, {}, "fr"))


def test_partial_withheld_and_written_answers_say_so() -> None:
    answer = replace(
        answered("q", "en", "So:", (ENGLISH, BRIDGE)),
        status="partial",
        withheld=("made up", "made up too"),
        answerer="llm",
        model="tiny-model",
    )
    text = Reader(conversation([Turn("q", answer)], "en", ())).text
    assert STRINGS["en"].partial in text
    assert "no passage supports them: 2" in text
    assert "Written by tiny-model" in text
    assert "made up" not in text
    assert "0.13 s" in text


def test_disagreements_show_each_value_with_its_date_and_chip() -> None:
    answer = replace(
        answered("q", "en", "So:", (ENGLISH, BRIDGE), (ARABIC, ANNIVERSARY)),
        disagreements=(
            {
                "about": "troops deployed",
                "values": [
                    {"value": "1,700", "date": "2021-12-07", "marker": 1},
                    {"value": "1,724", "date": "2023-11-30", "marker": 2},
                    {"value": "about 1,800", "date": None, "marker": 9},
                ],
            },
        ),
    )
    reader = Reader(conversation([Turn("q", answer)], "fr", ()))
    for words in (STRINGS["fr"].differ, "1,700", "7 décembre 2021", "1,724", "sans date"):
        assert words in reader.text
    assert [chip["data-marker"] for chip in reader.acts("passage")] == ["1", "2", "1", "2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_welcome_offers_questions(language: Language) -> None:
    reader = Reader(conversation([], language, SUGGESTED[language]))
    assert [a["data-question"] for a in reader.acts("suggest")] == SUGGESTED[language]
    assert STRINGS[language].try_one not in conversation([], language, ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_names_the_language_that_is_on(language: Language) -> None:
    reader = Reader(masthead(language))
    on = [a["data-language"] for a in reader.acts("language") if a["aria-pressed"] == "true"]
    assert on == [language]
    (head,) = reader.all("header")
    assert (head["data-language"], head["data-direction"]) == (
        language,
        "rtl" if language == "ar" else "ltr",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_carries_the_direction_of_the_page(language: Language) -> None:
    turn = Turn("q", answered("q", "en", "So:", (ENGLISH, BRIDGE)))
    direction = STRINGS[language].direction
    for part in (
        masthead(language),
        conversation([], language, ()),
        conversation([turn], language, ()),
        hint(language),
        gone(language),
        passages(turn, 0, BY_ID, language),
        passages(Turn("q"), 0, BY_ID, language),
        whole(ENGLISH, 0, (), language),
    ):
        assert Reader(part).elements[0][1]["dir"] == direction


def test_a_question_on_its_way_and_one_that_failed() -> None:
    html = conversation([Turn("first"), Turn("second", failure="long_question")], "fr", ())
    assert STRINGS["fr"].searching in html
    assert "1000 caractères" in html


def test_attributes_are_written_whole_or_not_at_all() -> None:
    html = tag("a", "x", class_="c", data_act='"><', hidden=True, title=None, draggable=False, n=0)
    assert html == '<a class="c" data-act="&quot;&gt;&lt;" hidden n="0">x</a>'
    assert not re.search(r"title|draggable", html)
