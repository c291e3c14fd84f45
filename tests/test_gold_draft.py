"""Gold questions proposed from a document, and passages from a run."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from gold_samples import document, number, record, refusal, span
from pkqa.evals.gold.draft_document import from_document
from pkqa.evals.gold.draft_run import from_run
from pkqa.evals.gold.record import Nugget, Record, Value
from pkqa.evals.gold.standing import LONGEST
from pkqa.evals.scores.values import Piece, says
from pkqa.evals.suite.run import Fingerprints, Item, Quoted, Run
from pkqa.model import Document
from shelf import ARABIC, BRIDGE, BUILT, DOCUMENTS, ENGLISH, FRENCH, HELICOPTERS


def made(text: str, language: str = "en") -> Document:
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document("d", text, sha, "T", language, "2023-05-29", "d", "d", "txt")


def asked(text: str, language: str = "en") -> list[tuple[str, str, Any]]:
    """Question, kind and value of each proposal."""
    return [
        (one.question, one.nuggets[0].type, one.nuggets[0].value or one.nuggets[0].values)
        for one in from_document(made(text, language))
    ]


# From a document


@pytest.mark.parametrize("source", DOCUMENTS, ids=lambda one: one.document_id)
def test_a_proposal_is_a_sentence_that_says_its_value(source: Document) -> None:
    for proposal in from_document(source):
        ((quoted,),) = proposal.gold
        assert source.text[quoted.start : quoted.end] == quoted.quote
        assert quoted.text_sha == source.text_sha
        assert says([Piece(quoted.quote, source.language, source.date)], proposal.vital[0])
        assert proposal.tags[0] == "draft"
        assert proposal.id == proposal.fact_id
        assert proposal.id.startswith("draft-")
        assert Record.model_validate_json(proposal.model_dump_json()) == proposal


def test_a_document_in_each_language() -> None:
    english = from_document(ENGLISH)
    assert (
        "Which number is missing here: “The bridge carries … tonnes, twice what the old one bore.”?"
        in [one.question for one in english]
    )
    assert len({one.id for one in english}) == len(english)
    french = {one.question: one for one in from_document(FRENCH)}
    question = (
        "Quel nombre manque ici : « Les délégations ont promis … hélicoptères pour les opérations "
        "de paix. » ?"
    )
    assert french[question].nuggets == (number("16"),)
    assert french[question].language == "fr"
    arabic = from_document(ARABIC)
    assert {one.language for one in arabic} == {"ar"}
    assert any(one.question.startswith("ما العدد الناقص هنا: «") for one in arabic)


def test_a_number_comes_before_a_date_and_a_date_before_a_name() -> None:
    assert asked("On 7 December 2021 Lacroix met sixty envoys there.") == [
        ("Which number is missing here: “On 7 December 2021 Lacroix met … envoys there.”?",
         "number", "60")
    ]  # fmt: skip
    assert asked("On 7 December 2021 Lacroix met the envoys there.") == [
        ("Which date is missing here: “On … Lacroix met the envoys there.”?", "date", "2021-12-07")
    ]
    assert asked("The envoys met Lacroix there.") == [
        ("Which name is missing here: “The envoys met … there.”?", "name", {"en": ("Lacroix",)})
    ]


def test_what_cannot_be_asked_for_is_left() -> None:
    assert asked("Engineers came back to work.") == []  # a capital opens every sentence
    assert asked("They came back on 7 December.") == []  # of which year?
    assert asked("They come back to work today.") == []
    assert asked("12 May 2023") == []
    assert asked("The 60 envoys") == []
    assert asked(f"There were 60 {'very ' * (LONGEST // 5)}good envoys.") == []
    assert len(asked(f"There were 60 {'very ' * 9}good envoys.")) == 1


def test_a_value_is_taken_out_wherever_the_sentence_says_it() -> None:
    ((question, _, value),) = asked("Soixante-deux pays (62) ont promis de faire davantage.", "fr")
    assert value == "62"
    assert question == "Quel nombre manque ici : « … pays (…) ont promis de faire davantage. » ?"


def test_a_document_in_a_language_without_words_of_ours_is_asked_about_in_english() -> None:
    (one,) = from_document(made("Die Brücke wurde in 19 Tagen neu gebaut.", "de"))
    assert one.language == "en"
    assert one.question == (
        "Which number is missing here: “Die Brücke wurde in … Tagen neu gebaut.”?"
    )


# From a run


def ran(*citations: tuple[Document, str, bool], passed: bool = False, **changes: Any) -> Run:
    quoted = []
    for marker, (source, quote, right) in enumerate(citations, 1):
        told = span(source, quote)
        quoted.append(
            Quoted(
                marker=marker,
                document_id=told.document_id,
                start=told.start,
                end=told.end,
                quote=quote,
                right=right,
            )
        )
    item = {
        "id": "bridge.en1",
        "fact_id": "bridge.en1",
        "question_language": "en",
        "document_language": "en",
        "question": "?",
        "status": "answered",
        "answer": "!",
        "passed": passed,
        "scores": {},
        "citations": quoted,
    }
    same = dict.fromkeys(Fingerprints.model_fields, "x")
    return Run(
        profile="p",
        version="1",
        answerer="llm",
        fingerprints=Fingerprints(**same),
        items=(Item.model_validate(item | changes),),
    )


TONNES: dict[str, Any] = {
    "nuggets": (number("40"), Nugget(type="text", values={"en": ("tonnes",)}))
}


@pytest.mark.parametrize("passed", [False, True])
def test_a_passage_that_says_everything_is_one_more_set(passed: bool) -> None:
    gold = record(tags=("who", "number"), **TONNES)
    (told,) = from_run(ran((ENGLISH, BRIDGE, False), passed=passed), [gold], document)
    assert told == gold.model_copy(
        update={"gold": (*gold.gold, (span(ENGLISH, BRIDGE),)), "tags": ("draft", "who", "number")}
    )


def test_a_proposal_is_as_short_as_can_be() -> None:
    run = ran((FRENCH, HELICOPTERS, False), (ENGLISH, BRIDGE, False), (ENGLISH, BUILT, False))
    (told,) = from_run(run, [record(**TONNES)], document)
    assert told.gold[-1] == (span(ENGLISH, BRIDGE),)


def test_a_passage_beside_gold_that_says_the_same_is_one_more_set() -> None:
    short = "The bridge carries 40 tonnes"
    run = ran((ENGLISH, BRIDGE, True), (ENGLISH, short, False))
    (told,) = from_run(run, [record(**TONNES)], document)
    assert told.gold[-1] == (span(ENGLISH, short),)


def test_two_passages_may_say_it_together() -> None:
    both: dict[str, Any] = {"nuggets": (number("40"), number("19"))}
    run = ran((ENGLISH, BRIDGE, False), (FRENCH, HELICOPTERS, False), (ENGLISH, BUILT, True))
    (told,) = from_run(run, [record(**both)], document)
    assert told.gold[-1] == (span(ENGLISH, BRIDGE), span(ENGLISH, BUILT))


NOTHING = {
    "gold already": (ran((ENGLISH, BRIDGE, True)), record(**TONNES)),
    "gold among others": (
        ran((FRENCH, HELICOPTERS, False), (ENGLISH, BRIDGE, True)),
        record(**TONNES),
    ),
    "says too little": (ran((ENGLISH, BUILT, False)), record(**TONNES)),
    "says what is forbidden": (
        ran((ENGLISH, BRIDGE, False)),
        record(forbidden=(Value(type="text", values={"en": ("twice",)}),), **TONNES),
    ),
    "cites nothing": (ran(), record(**TONNES)),
    "unanswerable": (ran((ENGLISH, BRIDGE, False)), refusal("bridge.en1", **TONNES)),
    "no vital nugget": (ran((ENGLISH, BRIDGE, False)), record(nuggets=())),
    "not asked": (ran((ENGLISH, BRIDGE, False), id="other.en1"), record(**TONNES)),
}


@pytest.mark.parametrize("kind", NOTHING)
def test_nothing_is_proposed(kind: str) -> None:
    run, gold = NOTHING[kind]
    assert from_run(run, [gold], document) == []


def test_a_quotation_that_stands_no_more_is_not_proposed() -> None:
    run = ran((ENGLISH, BRIDGE, False))
    cited = run.items[0].citations[0]
    for change in ({"document_id": "gone"}, {"start": cited.start + 1, "end": cited.end + 1}):
        stale = run.items[0].model_copy(update={"citations": (cited.model_copy(update=change),)})
        moved = run.model_copy(update={"items": (stale,)})
        assert from_run(moved, [record(**TONNES)], document) == []
