"""The last look at an answer: quotations are verbatim, markers are those of the citations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pkqa.answer.verify import verified
from pkqa.errors import IndexCorrupt, UnknownDocument
from pkqa.model import Answer
from shelf import BRIDGE, ENGLISH, Shelf, answered, cite

QUOTE = "Food prices in the market doubled."
SHELF = Shelf()
GOOD = answered("What?", "en", "The documents say:", (ENGLISH, BRIDGE), (ENGLISH, QUOTE))


def test_an_honest_answer_comes_back_itself() -> None:
    assert verified(GOOD, SHELF.document) is GOOD


def test_an_answer_without_citations_has_no_markers() -> None:
    with pytest.raises(IndexCorrupt, match="markers"):
        verified(Answer("What?", "en", "answered", "Nothing. [1]"), SHELF.document)


def test_a_refusal_cites_nothing_and_may_name_a_title_that_has_a_marker() -> None:
    refusal = Answer("What?", "en", "not_found", "Nothing. Nearest documents: “Report [2]”.")
    assert verified(refusal, SHELF.document) is refusal
    with pytest.raises(IndexCorrupt, match="markers"):
        verified(replace(refusal, citations=GOOD.citations), SHELF.document)


def test_a_missing_part_of_the_question_may_have_a_marker_of_its_own() -> None:
    said = replace(GOOD, answer=f"{GOOD.answer} Not answered: note [9].", missing=("note [9]",))
    assert verified(said, SHELF.document) is said
    with pytest.raises(IndexCorrupt, match="markers"):
        verified(replace(said, missing=()), SHELF.document)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (-1, 10),
        (5, 5),
        (9, 4),
        (0, len(ENGLISH.text) + 1),
        (len(ENGLISH.text), len(ENGLISH.text) + 9),
    ],
)
def test_a_span_outside_the_document_is_refused(start: int, end: int) -> None:
    # The quote is what the slice gives, so that only the range can be at fault.
    wrong = replace(cite(1, ENGLISH, QUOTE), start=start, end=end, quote=ENGLISH.text[start:end])
    answer = replace(GOOD, answer=f"{QUOTE} [1]", citations=(wrong,))
    with pytest.raises(IndexCorrupt, match=rf"\[1\] is not what bridge-en says at {start}:{end}"):
        verified(answer, SHELF.document)


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_span_beside_the_quotation_is_refused(shift: int) -> None:
    right = cite(1, ENGLISH, QUOTE)
    wrong = replace(right, start=right.start + shift, end=right.end + shift)
    with pytest.raises(IndexCorrupt, match="pkqa doctor"):
        verified(replace(GOOD, answer=f"{QUOTE} [1]", citations=(wrong,)), SHELF.document)


def test_an_altered_quotation_is_refused() -> None:
    wrong = replace(cite(1, ENGLISH, QUOTE), quote=QUOTE.replace("doubled", "tripled"))
    with pytest.raises(IndexCorrupt, match="bridge-en"):
        verified(replace(GOOD, answer="[1]", citations=(wrong,)), SHELF.document)


def test_every_citation_is_looked_at() -> None:
    wrong = replace(GOOD.citations[1], quote="no such words")
    with pytest.raises(IndexCorrupt, match=r"\[2\]"):
        verified(replace(GOOD, citations=(GOOD.citations[0], wrong)), SHELF.document)


def test_a_document_that_is_gone_is_said() -> None:
    wrong = replace(GOOD.citations[0], document_id="gone")
    with pytest.raises(UnknownDocument):
        verified(replace(GOOD, citations=(wrong,)), SHELF.document)


@pytest.mark.parametrize(
    "text",
    [
        f"{BRIDGE} [1]",  # one is not shown
        f"{BRIDGE} {QUOTE}",  # none is
        f"{BRIDGE} [1] {QUOTE} [3]",  # of no citation
        f"{BRIDGE} [1] {QUOTE} [2] [3]",
    ],
)
def test_markers_that_are_not_those_of_the_citations_are_refused(text: str) -> None:
    with pytest.raises(IndexCorrupt, match="markers"):
        verified(replace(GOOD, answer=text), SHELF.document)


def test_a_marker_may_be_repeated_and_stand_in_any_order() -> None:
    said = replace(GOOD, answer=f"{QUOTE} [2] {BRIDGE} [1] [2]")
    assert verified(said, SHELF.document) is said


def test_more_than_nine_markers_are_counted_as_numbers() -> None:
    said = answered("What?", "en", "All:", *([(ENGLISH, QUOTE)] * 11))
    assert verified(said, SHELF.document) is said


def test_citations_are_numbered_in_order() -> None:
    with pytest.raises(IndexCorrupt, match="markers"):
        verified(replace(GOOD, citations=GOOD.citations[::-1]), SHELF.document)


def test_a_marker_of_the_source_inside_a_quotation_is_not_ours() -> None:
    text = "It was agreed [7]. Later it was not."
    source = replace(ENGLISH, document_id="notes", text=text)
    said = answered("What?", "en", "The notes say:", (source, "It was agreed [7]."))
    assert verified(said, lambda _: source) is said
    own = replace(said, answer=f"{said.answer} [7]")
    with pytest.raises(IndexCorrupt, match="markers"):
        verified(own, lambda _: source)
