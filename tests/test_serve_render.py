"""Answers and passages as HTML: escaped, in the right direction, and true to their spans."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Literal
from urllib.parse import parse_qs

import pytest
from fontTools.ttLib import TTFont

from pkqa.answer.phrases import about, partly
from pkqa.model import Answer, Checked, Disagreement, Document, Reported, Version
from pkqa.serve.composer import as_of_field, day_of
from pkqa.serve.context import context
from pkqa.serve.conversation import conversation
from pkqa.serve.fonts import WEIGHTS, Weight, woff2
from pkqa.serve.looks import Theme, theme_of
from pkqa.serve.markup import Mark, emphasised, marked, quoted, tag, web_address, woven
from pkqa.serve.masthead import masthead
from pkqa.serve.panel import gone, hint
from pkqa.serve.sources import passages
from pkqa.serve.strings import LANGUAGES, STRINGS, Language
from pkqa.serve.told import handed_over, told
from pkqa.serve.turn import Turn, View
from pkqa.serve.whole import whole
from pkqa.serve.withheld import REASONS, VERDICTS
from pkqa.serve.words import answer_text
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
    PAGED,
    PAYLOAD,
    SIXTY,
    SUGGESTED,
    Shelf,
    answered,
    cite,
    not_found,
)

BY_ID = {document.document_id: document for document in DOCUMENTS}
VOID = {"path", "rect", "input"}


class Reader(HTMLParser):
    """Reads a page back: its elements, its attributes, its text, and whether it is well formed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked = ""
        self.strong = ""  # within a quotation or a highlighted passage
        self.withheld = ""
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
        if "strong" in self.open and {"mark", "span"} & set(self.open):
            self.strong += data
        if "details" in self.open:
            self.withheld += data

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
    evil = "<u onclick=evil()>'\"&</u>"
    (citation,) = answer.citations
    outside = (
        (-5, 3),
        (citation.start + 4, citation.start + 60),
        (citation.end - 1, 10**9),
        (9, 2),
    )
    answer = replace(
        answer,
        status="partial",
        model=evil,
        answerer="llm",
        citations=(replace(citation, emphasis=outside, translation=evil),),
        disagreements=(Disagreement(evil, "superseded", (Reported(evil, evil, 1),)),),
        checked=(
            Checked(evil, "contradicted", "number", "<u onclick"),
            Checked(evil, "unconfirmed"),
        ),
        missing=(evil,),
        standalone=evil,
        notes=(evil,),
    )
    turn = Turn(question, answer)
    pages = [
        conversation([turn], language, ()),
        conversation([], language, [question, "\" onclick='evil()"]),
        conversation([Turn(question, not_found(question, "en"), nearest=(HOSTILE,))], language, ()),
        passages(turn, 0, BY_ID, language, 1),
        passages(turn, 0, {}, language, 1),
        whole(HOSTILE, View(0, 1), answer.citations, language),
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
    assert Reader(pages[0]).text.count(evil) == 9  # each where it belongs, as text
    assert Reader(pages[3]).text.count(evil) == 2
    for page in (pages[3], pages[4], pages[5]):
        assert PAYLOAD in Reader(page).text
        assert Reader(page).strong == PAYLOAD[4:60] + PAYLOAD[-1]


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


@pytest.mark.parametrize(
    ("said", "tied"),
    [
        ("It carries 40 tonnes. [1]", "tonnes.\N{NO-BREAK SPACE}1"),
        ("It carries 40 tonnes[1]", "tonnes1"),
        (f"“{BRIDGE}” [1]", "”\N{NO-BREAK SPACE}1"),
        (f"« {BRIDGE} » [1]", "\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}1"),
        ("[1]", "1"),
        (f"See {'x' * 31} [1]", ""),
        ("A & <b> [1]", "&lt;b&gt;\N{NO-BREAK SPACE}1"),
    ],
)
def test_a_chip_keeps_to_the_word_before_it(said: str, tied: str) -> None:
    answer = replace(answered("q", "en", "", (ENGLISH, BRIDGE)), answer=said)
    html = answer_text(answer, 0, STRINGS["en"])
    whole_text = said.replace(" [", "\N{NO-BREAK SPACE}[") if tied else said
    whole_text = re.sub(r"(?<=«) | (?=»)", "\N{NO-BREAK SPACE}", whole_text)
    assert Reader(html).text == whole_text.replace("[1]", "1")
    spans = re.findall(r'<span class="tied">(.*?)</span>', html)
    assert [re.sub(r"<[^>]+>", "", span) for span in spans] == ([tied] if tied else [])


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
        "https://news.example@evil.example/",
        "https://evil.example\\@news.example/",
        "https://evil。example/",
        "https://%65vil.example/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://127.1/",
    ],
)
def test_anything_else_is_no_web_address(source: str) -> None:
    assert web_address(source) is None


@pytest.mark.parametrize(
    ("source", "host"),
    [
        ("https://News.Example.org:8443/a@b?c=d#e", "news.example.org"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://[2001:db8::1]/x", "2001:db8::1"),
        ("https://xn--caf-dma.example/", "xn--caf-dma.example"),
        ("http://intranet/page", "intranet"),
        ("https://3com.example/", "3com.example"),
    ],
)
def test_a_web_address_names_its_host(source: str, host: str) -> None:
    assert web_address(source) == (source, host)


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
    cited = turn.answer.citations if turn.answer else ()
    assert Reader(whole(moved, View(0), cited, "en")).marked == ""


def test_the_passage_opened_is_the_one_in_focus() -> None:
    answer = answered("q", "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE))
    panel = Reader(passages(Turn("q", answer), 5, BY_ID, "en", marker=2))
    focused = [a for a in panel.all("mark") if "data-focus" in a]
    assert len(focused) == 1
    opened = [a.get("id") for a in panel.all("article") if "opened" in (a.get("class") or "")]
    assert opened == ["passage-5-2"]


def test_the_whole_document_marks_every_quotation_from_it() -> None:
    answer = answered("q", "en", "So:", (ENGLISH, BUILT), (FRENCH, HELICOPTERS), (ENGLISH, BRIDGE))
    reader = Reader(whole(ENGLISH, View(0, 3), answer.citations, "en"))
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


def test_written_answers_say_so() -> None:
    answer = replace(
        answered("q", "en", "So:", (ENGLISH, BRIDGE)), answerer="llm", model="tiny-model"
    )
    text = Reader(conversation([Turn("q", answer)], "en", ())).text
    assert "Written by tiny-model" in text
    assert "0.13 s" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_named_once(language: Language) -> None:
    missing = ("how many lorries waited", "متى فُتح الجسر")
    answer = answered("q", "fr", "So:", (ENGLISH, BRIDGE))
    answer = replace(
        answer,
        status="partial",
        missing=missing,
        answer=f"{answer.answer}\n\n{partly('fr', missing)}\n\nMore [1]",
    )
    reader = Reader(conversation([Turn("q", answer)], language, ()))
    assert STRINGS[language].partial in reader.text
    assert STRINGS[language].missing in reader.text
    assert [reader.text.count(part) for part in missing] == [1, 1]
    parts = [item for item in reader.all("bdi") if "dir" in item]
    assert [item["dir"] for item in parts] == ["ltr", "rtl"]
    assert "More" in reader.text


def test_a_part_that_is_missing_may_have_no_name() -> None:
    answer = replace(answered("q", "en", "So:", (ENGLISH, BRIDGE)), status="partial")
    reader = Reader(conversation([Turn("q", answer)], "en", ()))
    assert STRINGS["en"].partial in reader.text
    assert STRINGS["en"].missing not in reader.text
    whole_answer = replace(answer, status="answered")
    assert STRINGS["en"].partial not in conversation([Turn("q", whole_answer)], "en", ())


def test_an_answer_that_broke_off_says_why_and_does_not_blame_the_documents() -> None:
    note = "انقطع رد النموذج اللغوي."
    answer = replace(answered("q", "ar", "So:", (ENGLISH, BRIDGE)), status="partial", notes=(note,))
    reader = Reader(conversation([Turn("q", answer)], "en", ()))
    assert STRINGS["en"].partial not in reader.text
    assert note in reader.text
    assert {"class": "remark", "dir": "rtl"} in reader.all("p")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_follow_up_shows_what_it_was_taken_for(language: Language) -> None:
    asked_as = "كم مروحية وُعد بها في أكرا؟"
    answer = replace(answered("q", "en", "So:", (ENGLISH, BRIDGE)), standalone=asked_as)
    reader = Reader(conversation([Turn("q", answer)], language, ()))
    assert STRINGS[language].asked_as.format(question=asked_as) in reader.text
    assert {"dir": "rtl"} in reader.all("bdi")
    plain = replace(answer, standalone="")
    opening = STRINGS[language].asked_as.partition("{")[0]
    assert opening not in conversation([Turn("q", plain)], language, ())


# What was withheld


def kept_back(*checked: Checked) -> Answer:
    answer = answered("q", "en", "So:", (ENGLISH, BRIDGE))
    sentences = tuple(one.sentence for one in checked if one.verdict != "confirmed")
    return replace(answer, answerer="llm", checked=checked, withheld=sentences)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS["en"])
def test_each_withheld_sentence_has_its_reason_in_words(reason: str, language: Language) -> None:
    answer = kept_back(
        Checked("It carries 40 tonnes.", "confirmed"),
        Checked("It carries 41 tonnes.", "contradicted", reason, "41"),
        Checked("يحمل الجسر 42 طنًا.", "unconfirmed", reason),
    )
    reader = Reader(conversation([Turn("q", answer)], language, ()))
    assert STRINGS[language].withheld.format(count=2) in reader.withheld
    assert reader.withheld.count(REASONS[language][reason]) == 2
    assert "41 tonnes" in reader.withheld
    assert "40 tonnes" not in reader.withheld.replace("41", "")
    for verdict in ("contradicted", "unconfirmed"):
        assert VERDICTS[language][verdict] in reader.withheld
    sentences = [p for p in reader.all("p") if p.get("class") == "unconfirmed"]
    assert [p["dir"] for p in sentences] == ["ltr", "rtl"]
    (details,) = reader.all("details")
    assert "open" not in details


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_withheld_looks_like_an_answer(language: Language) -> None:
    sentence = "Elves rebuilt it in a night [1]."
    answer = kept_back(Checked(sentence, "unconfirmed", "meaning"))
    html = conversation([Turn("q", answer)], language, ())
    reader = Reader(html)
    assert reader.text.count(sentence) == reader.withheld.count(sentence) == 1
    details = html[html.index("<details") : html.index("</details>")]
    assert "data-act" not in details  # no chip: nothing carries it
    assert "verbatim" not in details
    assert sentence not in passages(Turn("q", answer), 0, BY_ID, language)


def test_where_nothing_was_withheld_nothing_opens() -> None:
    answer = kept_back(Checked("It carries 40 tonnes.", "confirmed"))
    assert Reader(conversation([Turn("q", answer)], "en", ())).all("details") == []


@pytest.mark.parametrize(
    ("reason", "detail", "shown"),
    [
        ("number", "41", "(41)"),
        ("date", "2021-12", "(December 2021)"),
        ("date", "2021", "(2021)"),
        ("language", "fr", "(French)"),
        ("marker", "7, 9", "(7, 9)"),
        ("name", "ML", ""),  # a country's code, which is the check's own
        ("unit", "41 year", ""),
        ("meaning", "", ""),
    ],
)
def test_what_failed_is_shown_as_a_reader_knows_it(reason: str, detail: str, shown: str) -> None:
    answer = kept_back(Checked("It carries 41 tonnes.", "unconfirmed", reason, detail))
    told = Reader(conversation([Turn("q", answer)], "en", ())).withheld
    assert told.endswith(f"{REASONS['en'][reason]}{shown and ' '}{shown}")


def test_a_reason_of_another_time_is_told_by_its_verdict() -> None:
    answer = kept_back(Checked("It carries 41 tonnes.", "unconfirmed", "phase-of-the-moon", "41"))
    told = Reader(conversation([Turn("q", answer)], "en", ())).withheld
    assert told.endswith(VERDICTS["en"]["unconfirmed"])


# The words that answer


def with_emphasis(document: Document, quote: str, *phrases: str) -> Answer:
    answer = answered("q", "en", "So:", (document, quote))
    (citation,) = answer.citations
    at = [document.text.index(phrase, citation.start) for phrase in phrases]
    spans = tuple((a, a + len(p)) for a, p in zip(at, phrases, strict=True))
    return replace(answer, citations=(replace(citation, emphasis=spans),))


@pytest.mark.parametrize(
    ("document", "quote", "phrases"),
    [
        (ENGLISH, BUILT, ("nineteen days",)),
        (ENGLISH, BUILT, ("A company", "nineteen days.")),
        (ARABIC, SIXTY, ("لستين جنديًا",)),
        (FRENCH, HELICOPTERS, ("seize hélicoptères",)),
    ],
)
def test_the_words_that_answer_are_bold_and_no_character_changes(
    document: Document, quote: str, phrases: tuple[str, ...]
) -> None:
    answer = with_emphasis(document, quote, *phrases)
    said = Reader(answer_text(answer, 0, STRINGS["en"]))
    assert said.strong == "".join(phrases)
    assert quote in said.text
    for page in (
        passages(Turn("q", answer), 0, BY_ID, "en", 1),
        passages(Turn("q", answer), 0, {}, "en", 1),
        whole(document, View(0, 1), answer.citations, "en"),
    ):
        panel = Reader(page)
        assert panel.strong == "".join(phrases)
        assert panel.marked == quote
        assert len(panel.all("mark")) == 1


def test_a_quotation_over_lines_keeps_them_and_its_bold_words() -> None:
    broken = replace(ENGLISH, text=ENGLISH.text.replace("nineteen days", "nineteen\ndays"))
    quote = BUILT.replace("nineteen days", "nineteen\ndays")
    answer = with_emphasis(broken, quote, "nineteen\ndays")
    answer = replace(answer, answer=f"{BUILT} [1]")
    said = Reader(answer_text(answer, 0, STRINGS["en"]))
    assert quote in said.text
    assert said.strong == "nineteen\ndays"
    panel = Reader(passages(Turn("q", answer), 0, {broken.document_id: broken}, "en"))
    assert panel.strong == "nineteendays"  # two lines, a mark in each


def test_bold_stretches_may_overlap_or_lie_outside() -> None:
    html = emphasised("0<23456789", [(6, 8), (-4, 2), (7, 9), (12, 15), (5, 5), (9, 3)])
    assert html == ("<strong>0&lt;</strong>2345<strong>67</strong><strong>8</strong>9")
    assert emphasised("0123456789", [(0, 10)], 4, 6) == "<strong>45</strong>"


# Translations


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_stands_under_the_quotation_and_says_whose_it_is(language: Language) -> None:
    translation = "قامت سرية من المهندسين بإعادة بناء الجسر."
    answer = answered("q", "ar", "So:", (ENGLISH, BUILT), (FRENCH, HELICOPTERS))
    first, second = answer.citations
    answer = replace(
        answer,
        answerer="llm",
        model="tiny-model",
        citations=(replace(first, translation=translation), second),
    )
    turn = Turn("q", answer)
    assert translation not in conversation([turn], language, ())
    panel = Reader(passages(turn, 0, BY_ID, language))
    assert panel.text.index(BUILT) < panel.text.index(translation) < panel.text.index(HELICOPTERS)
    assert panel.text.count(STRINGS[language].translated.format(model="tiny-model")) == 1
    assert {"dir": "rtl", "lang": "ar", "class": "translated"} in panel.all("p")
    assert translation not in panel.marked


# What the documents tell differently


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["superseded", "contradiction"])
def test_disagreements_show_each_value_with_its_date_and_chip(
    kind: Literal["superseded", "contradiction"], language: Language
) -> None:
    values = (
        Reported("1,700", "2021-12-07", 1),
        Reported("1,724 جنديًا", "2023-11", 2),
        Reported("1,750", "2024", 2),
        Reported("about 1,800", None, 9),
    )
    answer = replace(
        answered("q", "en", "So:", (ENGLISH, BRIDGE), (ARABIC, ANNIVERSARY)),
        disagreements=(Disagreement("عدد الجنود", kind, values),),
    )
    reader = Reader(conversation([Turn("q", answer)], language, ()))
    other = "contradiction" if kind == "superseded" else "superseded"
    assert getattr(STRINGS[language], kind) in reader.text
    assert getattr(STRINGS[language], other) not in reader.text
    dates = {
        "en": ("7 December 2021", "November 2023"),
        "fr": ("7 décembre 2021", "novembre 2023"),
        "ar": ("7 ديسمبر 2021", "نوفمبر 2023"),
    }[language]
    told = [value.value for value in values] + [*dates, "2024", STRINGS[language].undated]
    assert all(words in reader.text for words in told)
    assert {"dir": "rtl"} in reader.all("bdi")
    chips = [chip["data-marker"] for chip in reader.acts("passage")]
    assert chips == ["1", "2", "1", "2", "2"]  # none for a marker that no citation has


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
def test_the_theme_switch_goes_round(language: Language) -> None:
    seen: list[Theme] = ["auto"]
    while len(seen) < 4:
        (switch,) = Reader(masthead(language, seen[-1])).acts("theme")
        seen.append(theme_of(switch["data-next"]))
    assert seen == ["auto", "light", "dark", "auto"]
    assert Reader(masthead(language, "dark")).all("header")[0]["data-theme"] == "dark"
    assert theme_of("<b>") == theme_of(None) == "auto"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_history_holds_the_questions_the_latest_conversation_first(language: Language) -> None:
    turns = [[Turn("first"), Turn("<b>ثانيًا</b> وثالثًا")], [Turn("later")], []]
    reader = Reader(masthead(language, "auto", turns))
    places = [(a["data-conversation"], a["data-turn"]) for a in reader.acts("jump")]
    assert places == [("1", "0"), ("0", "0"), ("0", "1")]
    assert [a["dir"] for a in reader.acts("jump")] == ["ltr", "ltr", "rtl"]
    assert reader.text.index("later") < reader.text.index("first")
    assert "<b>ثانيًا</b>" in reader.text
    assert Reader(masthead(language, "auto", [[]])).all("details") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_signed_in_can_sign_out(language: Language) -> None:
    reader = Reader(masthead(language, signed_in=True))
    (button,) = reader.acts("sign-out")
    assert (button["data-address"], button["aria-label"]) == (
        "/signout",
        STRINGS[language].sign_out,
    )
    assert Reader(masthead(language)).acts("sign-out") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_can_be_copied_judged_and_the_last_one_exported(language: Language) -> None:
    first = Turn("q", answered("q", "en", "So:", (ENGLISH, BRIDGE)))
    last = Turn("r", answered("r", "en", "So:", (ENGLISH, BUILT)), rating="down")
    reader = Reader(conversation([first, last], language, ()))
    copies = [a["data-text"] or "" for a in reader.acts("copy")]
    assert [BRIDGE in copies[0], BUILT in copies[1]] == [True, True]
    pressed = [(a["data-turn"], a["data-rating"], a["aria-pressed"]) for a in reader.acts("rate")]
    assert pressed == [
        ("0", "up", "false"),
        ("0", "down", "false"),
        ("1", "up", "false"),
        ("1", "down", "true"),
    ]
    assert [(a["data-turn"], a["data-rating"]) for a in reader.acts("note")] == [("1", "down")]
    assert [a["data-form"] for a in reader.acts("export")] == ["markdown", "pdf"]
    growing = replace(last, growing=True)
    assert Reader(conversation([growing], language, ())).acts("copy") == []


def test_a_note_that_was_sent_is_thanked_for() -> None:
    turn = Turn("q", answered("q", "en", "So:", (ENGLISH, BRIDGE)), rating="up", noted=True)
    reader = Reader(conversation([turn], "fr", ()))
    assert STRINGS["fr"].thanks_note in reader.text
    assert reader.all("form") == []


def test_a_suggestion_keeps_a_title_of_another_script_apart() -> None:
    question = about(ARABIC.title, "en")
    reader = Reader(conversation([], "en", [question]))
    (button,) = reader.acts("suggest")
    assert button["dir"] == "ltr"
    assert len(reader.all("bdi")) == 1
    assert question in reader.text
    plain = Reader(conversation([], "fr", ["Qui « parle", "Qui ?"]))
    assert plain.all("bdi") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_an_answer_is_bound_to(language: Language) -> None:
    reader = Reader(as_of_field("2021-12-07", language))
    (field,) = reader.all("input")
    assert field["value"] == "2021-12-07"
    assert "set" in (reader.all("div")[0]["class"] or "")
    assert Reader(as_of_field(None, language)).all("input")[0]["value"] == ""


@pytest.mark.parametrize(
    ("written", "day"),
    [("2021-12-07", "2021-12-07"), ("", None), (None, None), ("<b>", None), (["x"], None)],
)
def test_a_day_is_a_day_or_nothing(written: object, day: str | None) -> None:
    assert day_of(written) == day


def test_pages_of_a_document_are_numbered_where_they_start() -> None:
    mark = View(None, None, PAGED.document_id, 20, 50)
    reader = Reader(whole(PAGED, mark, (), "fr"))
    assert re.findall(r"p\. \d", reader.text) == ["p. 1", "p. 2", "p. 3"]
    assert reader.text.index("p. 2") < reader.text.index("The second") < reader.text.index("p. 3")
    assert reader.marked == PAGED.text[20:50].replace("\n", "")
    assert "p. 1" not in Reader(whole(ENGLISH, View(0), (), "fr")).text


def test_a_place_in_a_document_has_an_address() -> None:
    view = View(None, None, HOSTILE.document_id, 3, 9)
    odd = replace(HOSTILE, document_id="a&b=\"<c>'")
    (copy,) = Reader(whole(odd, view, (), "ar")).acts("copy")
    wanted = parse_qs((copy["data-address"] or "").removeprefix("?"))
    assert wanted == {
        "lang": ["ar"],
        "document": [odd.document_id],
        "start": ["3"],
        "end": ["9"],
    }
    (plain,) = Reader(whole(ENGLISH, View(0), (), "en")).acts("copy")
    assert "start" not in (plain["data-address"] or "")


def test_a_file_is_handed_over_in_the_page() -> None:
    reader = Reader(handed_over("a.md", "text/markdown", "é".encode(), "en"))
    (line,) = reader.all("p")
    assert b64decode(line["data-content"] or "").decode() == "é"
    assert reader.text == STRINGS["en"].saved.format(name="a.md")
    twice = [told("x", "en"), told("x", "en")]
    assert twice[0] != twice[1]  # or the browser would not be told of the second


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_fonts_hold_both_scripts(weight: Weight) -> None:
    with TTFont(BytesIO(woff2(weight))) as font:
        letters = set(font.getBestCmap())
        features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {ord(letter) for letter in "aéœŒ«»’…ءبةىگپ؟،٠٩←→€"} <= letters
    assert {"init", "medi", "fina"} <= features
    assert len(woff2(weight)) < 80_000


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
        whole(ENGLISH, View(0), (), language),
    ):
        assert Reader(part).elements[0][1]["dir"] == direction


def test_a_question_on_its_way_and_one_that_failed() -> None:
    html = conversation([Turn("first"), Turn("second", failure="long_question")], "fr", ())
    assert STRINGS["fr"].searching in html
    assert "1000 caractères" in html


def test_html_is_woven_into_a_sentence_and_the_sentence_is_escaped() -> None:
    assert woven("a < {b} & '{c}'", b="<i>{c}</i>", c="") == "a &lt; <i>{c}</i> &amp; &#x27;&#x27;"


def test_nothing_turns_round_the_words_after_it() -> None:
    evil = "a\u202eb\u2066c\u202ad\u2069e"
    html = tag("p", quoted(evil), title=evil, data_question=evil)
    assert html == f'<p title="abcde" data-question="{evil}">abcde</p>'


def test_attributes_are_written_whole_or_not_at_all() -> None:
    html = tag("a", "x", class_="c", data_act='"><', hidden=True, title=None, draggable=False, n=0)
    assert html == '<a class="c" data-act="&quot;&gt;&lt;" hidden n="0">x</a>'
    assert not re.search(r"title|draggable", html)
