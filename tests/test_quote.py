"""Answers over real documents: verbatim, cited, in the question's language, or none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pkqa.answer.phrases import about, lead_in, not_found, partly, quoted
from pkqa.corpus import Corpus
from pkqa.model import Answer, Citation, Document
from pkqa.settings import Settings
from pkqa.text.fold import fold
from pkqa.text.sentences import sentences

DATA = Path(__file__).parent / "data"
VERSION_FIELDS = {"document_id", "title", "source", "language", "date"}
STATED = {
    "en": "The documents do not answer this question.",
    "fr": "Les documents ne répondent pas à cette question.",
    "ar": "لا تجيب الوثائق عن هذا السؤال.",
}


@pytest.fixture(scope="module")
def seeds(seeds_index: Path) -> Iterator[Corpus]:
    with Corpus(Settings(index=seeds_index)) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def pages(pages_index: Path) -> Iterator[Corpus]:
    with Corpus(Settings(index=pages_index)) as corpus:
        yield corpus


# One question at a time


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("Who was awarded the Nobel Peace Prize in 1988?", "en", "no country"),
        ("Qui a reçu le prix Nobel de la paix en 1988 ?", "fr", "no country"),
        ("من حصل على جائزة نوبل للسلام سنة 1988؟", "ar", "no country"),
        ("How many countries made pledges in Berlin in 2025?", "en", "74 countries"),
    ],
)
def test_an_answer_is_led_in_by_the_question_s_language(
    seeds: Corpus, question: str, language: str, said: str
) -> None:
    answer = seeds.ask(question)
    assert (answer.status, answer.language, answer.answerer) == ("answered", language, "quote")
    assert any(said in citation.quote for citation in answer.citations)
    head, *rest = answer.answer.split("\n\n")
    assert head == lead_in(language, len(answer.citations))
    # The quotation stands in the marks of its own language.
    assert rest == [f"{quoted(c.quote, c.language)} [{c.marker}]" for c in answer.citations]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do you bake sourdough bread?", "en"),
        ("Comment fait-on cuire le pain au levain ?", "fr"),
        ("كيف يخبز الخبز بالخميرة؟", "ar"),
    ],
)
def test_what_is_not_in_the_documents_is_said_with_the_nearest(
    seeds: Corpus, question: str, language: str
) -> None:
    answer = seeds.ask(question)
    assert (answer.status, answer.citations) == ("not_found", ())
    assert answer.answer.startswith(STATED[language])
    nearest = list(dict.fromkeys(hit.document_id for hit in answer.hits))[:3]
    titles = [seeds.document(name).title for name in nearest]
    assert answer.answer == not_found(language, titles)
    assert all(title in answer.answer for title in titles)


def test_a_question_in_a_fourth_language_is_answered_in_english_words(seeds: Corpus) -> None:
    answer = seeds.ask("Wo befindet sich das Hauptquartier der UNIFIL in Naqoura?")
    head = answer.answer.split("\n\n")[0]
    assert head in {lead_in("en", 1), lead_in("en", 2)} or head.startswith(STATED["en"])


def test_a_quotation_from_a_pdf_names_its_page(seeds: Corpus) -> None:
    pdfs = [d for d in seeds.documents() if d.media_type == "pdf"]
    assert [len(d.pages) for d in pdfs] == [2, 1]
    answer = seeds.ask("What does the plan A4P+ say about the accountability of peacekeepers?")
    cited = [c for c in answer.citations if c.document_id == "seeds/10-a4p-plus.en.pdf"]
    assert cited
    assert all(c.page == page_of(pdfs[0], c) for c in cited)


def test_a_citation_names_the_documents_that_say_the_same(seeds: Corpus) -> None:
    answer = seeds.ask("How many helicopters did South Korea promise in Seoul?")
    (citation,) = (c for c in answer.citations if c.document_id == "seeds/07-seoul-pledges.en.html")
    told = {version.document_id: version for version in citation.versions}
    assert set(told) == {"seeds/08-promesses-seoul.fr.docx", "seeds/09-taahudat-seoul.ar.txt"}
    assert {version.language for version in told.values()} == {"fr", "ar"}
    stated = answer.to_json()["citations"][citation.marker - 1]["versions"]
    assert [set(version) for version in stated] == [VERSION_FIELDS] * 2


def page_of(document: Document, citation: Citation) -> int:
    """The page on which a citation begins, by counting from the end."""
    return max(n for n, start in enumerate(document.pages, 1) if start <= citation.start)


def test_phrases() -> None:
    assert lead_in("en", 1) != lead_in("en", 2)
    assert lead_in("de", 1) == lead_in("en", 1)
    assert quoted("mot", "fr") == "« mot »"
    assert quoted("Wort", "de") == quoted("Wort", "en") == "“Wort”"
    assert not_found("en", []) == STATED["en"]
    assert not_found("de", ["A", "B"]) == f"{STATED['en']} Nearest documents: “A”; “B”."
    assert not_found("ar", ["A", "B"]).endswith("«A»؛ «B».")
    assert about("Seoul", "fr") == "Que disent les documents sur « Seoul » ?"


# The words that answer, and the parts of a question


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("How many helicopters did South Korea promise in Seoul?", "16"),
        ("Combien de pays ont pris des engagements à Berlin en 2025 ?", "74 countries"),
        ("Who leads the Department of Peace Operations?", "Jean-Pierre Lacroix"),
    ],
)
def test_the_words_that_answer_are_marked(seeds: Corpus, question: str, marked: str) -> None:
    answer = seeds.ask(question)
    found = []
    for citation in answer.citations:
        text = seeds.document(citation.document_id).text
        assert list(citation.emphasis) == sorted(set(citation.emphasis))
        for start, end in citation.emphasis:
            assert citation.start <= start < end <= citation.end
            found.append(text[start:end])
    assert any(marked in words for words in found)


def test_a_question_without_a_certain_kind_marks_nothing(seeds: Corpus) -> None:
    answer = seeds.ask("Why are peacekeepers' helmets painted blue?")
    assert answer.citations
    assert not any(citation.emphasis for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        (
            "How many countries made pledges in Berlin in 2025, and how much did the flowers cost?",
            "how much did the flowers cost",
        ),
        (
            "Combien d'hélicoptères la Corée du Sud a-t-elle promis à Séoul, et combien "
            "coûtent-ils ?",
            "combien coûtent-ils",
        ),
        ("كم مروحية وعدت بها كوريا الجنوبية في سيول وكم تكلف؟", "كم تكلف"),
    ],
)
def test_a_part_that_is_not_answered_is_said(seeds: Corpus, question: str, missing: str) -> None:
    answer = seeds.ask(question)
    assert (answer.status, answer.missing) == ("partial", (missing,))
    assert answer.citations
    assert answer.answer.split("\n\n")[-1] == partly(answer.language, [missing])


def test_a_question_of_two_parts_that_are_both_answered(seeds: Corpus) -> None:
    answer = seeds.ask(
        "How many peacekeepers did Morocco have in the field at the end of 2023, and in which "
        "countries?"
    )
    assert (answer.status, answer.missing) == ("answered", ())


# The gold questions, each asked once


@dataclass(frozen=True)
class Asked:
    """A gold question with its answer."""

    gold: dict[str, Any]
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether the quotations hold all that the answer must, one from a right document."""
        if not {c.document_id for c in self.answer.citations} & set(self.gold["documents"]):
            return False
        said = fold(" ".join(c.quote for c in self.answer.citations))
        return all(any(fold(v) in said for v in values) for values in self.gold["expect"])


@dataclass(frozen=True)
class Gold:
    """A set of gold questions, all asked of the corpus that they are about."""

    corpus: Corpus
    asked: list[Asked]
    least_right: float
    least_silent: float


# Least shares of right answers and of silence where nothing answers. For the sets that weights are
# fitted on: regression floors, some five points below what was measured. For the unseen set, which
# nothing is fitted on (measured: 0.96 and 0.83): what was promised.
SETS = {
    "seed_questions": ("seeds", 0.76, 0.71),
    "seed_near": ("seeds", 0.63, 0.73),
    "page_questions": ("pages", 0.80, 0.84),
    "page_unseen": ("pages", 0.80, 0.80),
}


@pytest.fixture(scope="module", params=list(SETS))
def gold(request: pytest.FixtureRequest) -> Gold:
    fixture, least_right, least_silent = SETS[request.param]
    corpus: Corpus = request.getfixturevalue(fixture)
    lines = (DATA / f"{request.param}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    asked = [Asked(row, corpus.ask(row["question"])) for row in rows]
    return Gold(corpus, asked, least_right, least_silent)


@pytest.mark.slow
def test_every_citation_is_verbatim_and_true_of_its_document(gold: Gold) -> None:
    seen = 0
    for asked in gold.asked:
        for citation in asked.answer.citations:
            document = gold.corpus.document(citation.document_id)
            assert document.text[citation.start : citation.end] == citation.quote
            assert citation.quote == citation.quote.strip()
            assert citation.quote
            told = (citation.title, citation.source, citation.date)
            assert told == (document.title, document.source, document.date)
            page = page_of(document, citation) if document.media_type == "pdf" else None
            assert citation.page == page
            seen += 1
    assert seen > len(gold.asked) / 2


@pytest.mark.slow
def test_versions_are_other_documents_and_true_of_them(gold: Gold) -> None:
    seen = set()
    for asked in gold.asked:
        quoted_ = {citation.document_id for citation in asked.answer.citations}
        for citation in asked.answer.citations:
            names = [version.document_id for version in citation.versions]
            assert len(set(names)) == len(names)
            assert not quoted_ & set(names)
            for version in citation.versions:
                document = gold.corpus.document(version.document_id)
                told = (version.title, version.source, version.language, version.date)
                assert told == (document.title, document.source, document.language, document.date)
                seen.add((citation.language, version.language))
    if len(gold.asked) > 60:  # enough of them to meet versions in other languages
        assert any(one != other for one, other in seen)


@pytest.mark.slow
def test_one_to_three_quotations_in_reading_order_without_overlap(gold: Gold) -> None:
    for asked in gold.asked:
        citations = asked.answer.citations
        assert sum(len(sentences(c.quote, c.language)) for c in citations) <= 3
        assert len(citations) <= 3
        assert bool(citations) == (asked.answer.status != "not_found")
        assert [c.marker for c in citations] == list(range(1, len(citations) + 1))
        for one, two in pairwise(citations):
            assert one.document_id != two.document_id or one.end < two.start
        order = list(dict.fromkeys(c.document_id for c in citations))
        assert [c.document_id for c in citations] == sorted(
            (c.document_id for c in citations), key=order.index
        )


@pytest.mark.slow
def test_neighbours_that_overlap_are_one_quotation(gold: Gold) -> None:
    """A sentence and the next one that leans on it are quoted once, as one span."""
    several = [
        c
        for asked in gold.asked
        for c in asked.answer.citations
        if len(sentences(c.quote, c.language)) > 1
    ]
    assert several
    for asked in gold.asked:
        spans = [c.quote for c in asked.answer.citations]
        assert not any(a in b for a in spans for b in spans if a is not b)


@pytest.mark.slow
def test_the_answer_is_in_the_question_s_language(gold: Gold) -> None:
    for asked in gold.asked:
        assert asked.answer.language == asked.gold["language"], asked.gold["question"]
        first = asked.answer.answer.split("\n\n")[0]
        leads = {lead_in(asked.gold["language"], n) for n in (1, 2)}
        assert first in leads or first.startswith(STATED[asked.gold["language"]])


@pytest.mark.slow
def test_the_share_of_right_answers_has_not_fallen(gold: Gold) -> None:
    answerable = [a for a in gold.asked if a.gold["answerable"]]
    wrong = [a.gold["id"] for a in answerable if not a.right]
    share = 1 - len(wrong) / len(answerable)
    print(f"right {share:.3f} of {len(answerable)}")
    assert share >= gold.least_right, wrong


@pytest.mark.slow
def test_the_share_of_questions_left_unanswered_has_not_fallen(gold: Gold) -> None:
    unanswerable = [a for a in gold.asked if not a.gold["answerable"]]
    told = [a.gold["id"] for a in unanswerable if a.answer.status != "not_found"]
    share = 1 - len(told) / len(unanswerable)
    print(f"silent {share:.3f} of {len(unanswerable)}")
    assert share >= gold.least_silent, told


NAMED = [
    ("60", "How many Moroccan soldiers have died serving with the UN?"),
    ("60", "Combien de soldats marocains sont morts au service de l'ONU ?"),
    ("60", "كم عدد الجنود المغاربة الذين سقطوا في خدمة الأمم المتحدة؟"),
    ("1724", "How many peacekeepers does Morocco deploy and where?"),
    ("1724", "Combien de Casques bleus le Maroc déploie-t-il, et dans quels pays ?"),
    ("1724", "كم عدد القبعات الزرق المغاربة المنتشرين وأين؟"),
    ("16 helicopters", "How many helicopters did the Republic of Korea pledge?"),
    ("16 helicopters", "Combien d'hélicoptères la République de Corée a-t-elle promis ?"),
    ("16 helicopters", "كم مروحية تعهدت جمهورية كوريا بتقديمها؟"),
    ("62 countries", "How many countries made pledges in Seoul?"),
    ("62 countries", "Combien de pays ont pris des engagements à Séoul ?"),
    ("62 countries", "كم عدد الدول التي تعهدت بدعم حفظ السلام في سيول؟"),
    ("diop", "What is the name of the UN military adviser?"),
    ("diop", "Comment s'appelle le conseiller militaire de l'ONU ?"),
    ("diop", "ما اسم المستشار العسكري للأمم المتحدة؟"),
    ("75", "Which anniversary are UN peacekeeping operations celebrating?"),
    ("75", "Quel anniversaire célèbrent les opérations de maintien de la paix de l'ONU ?"),
    ("75", "ما الذكرى التي تحتفل بها عمليات الأمم المتحدة لحفظ السلام؟"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("fact", "question"), NAMED)
def test_the_named_facts_of_the_real_pages_are_found_in_each_language(
    pages: Corpus, fact: str, question: str
) -> None:
    answer = pages.ask(question)
    assert answer.status == "answered"
    assert any(fact in fold(citation.quote) for citation in answer.citations)
