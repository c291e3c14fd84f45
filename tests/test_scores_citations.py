"""Citations: right, complete, leading somewhere, word for word, and behind every sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pkqa.answer import phrases
from pkqa.evals.scores import (
    citation_coverage,
    citation_precision,
    citation_recall,
    citation_validity,
    quotation_fidelity,
)
from pkqa.evals.scores.asked import Asked, Place
from pkqa.evals.scores.citation_precision import right
from pkqa.model import Answer, Citation
from scored import AR, DOCUMENTS, EN, FR, asked, cited, place, quoting, record, refusing, written

SENTENCES = {"en": EN, "fr": FR, "ar": AR}
GOLD = cited(1, "en", EN[0])
BESIDE = cited(2, "en", EN[2])


def score(of: Callable[[Asked], float | None], answer: Answer) -> float | None:
    return of(asked(record(), answer))


def coverage(text: str, *citations: Citation, language: str = "en") -> float | None:
    return score(citation_coverage.of, written(language, text, *citations))


# Precision and recall


def test_precision_is_the_share_of_citations_that_are_gold() -> None:
    assert score(citation_precision.of, quoting("en", GOLD)) == 1
    assert score(citation_precision.of, quoting("en", GOLD, BESIDE)) == 0.5
    assert score(citation_precision.of, quoting("en", BESIDE)) == 0
    # Of any set: two languages that tell the same are both right.
    assert score(citation_precision.of, quoting("en", GOLD, cited(2, "ar", AR[0]))) == 1


def test_a_citation_is_right_by_half_the_passage_or_half_of_itself() -> None:
    gold = Place("en", 20, 40)
    one = asked(record(), refusing("en"), [[gold]])
    text = DOCUMENTS["en"].text
    for start, end, expected in [
        (20, 40, True),
        (0, 90, True),  # covers it
        (25, 28, True),  # lies in it
        (0, 30, True),  # half of it, and a third of itself
        (0, 29, False),
        (18, 22, True),  # half of itself, and a tenth of it
        (17, 22, False),
        (40, 60, False),
    ]:
        citation = replace(GOLD, start=start, end=end, quote=text[start:end])
        assert right(one, citation) is expected
        assert not right(one, replace(citation, document_id="fr"))
    assert not right(asked(record(), refusing("en"), [[None]]), GOLD)


def test_recall_is_the_share_of_the_best_set_that_is_cited() -> None:
    two = [[place("en", EN[0]), place("en", EN[1])]]
    assert citation_recall.of(asked(record(), quoting("en", GOLD), two)) == 0.5
    both = quoting("en", GOLD, cited(2, "en", EN[1]))
    assert citation_recall.of(asked(record(), both, two)) == 1
    assert citation_recall.of(asked(record(), quoting("en", BESIDE), two)) == 0
    assert citation_recall.of(asked(record(), quoting("en", GOLD), [*two, [two[0][0]]])) == 1
    assert citation_recall.of(asked(record(), quoting("en", GOLD), [[two[0][0], None]])) == 0.5


def test_a_passage_is_cited_when_half_of_it_is() -> None:
    half = len(EN[0]) // 2
    assert score(citation_recall.of, quoting("en", cited(1, "en", EN[0][:half]))) == 1
    assert score(citation_recall.of, quoting("en", cited(1, "en", EN[0][: half - 1]))) == 0
    parts = cited(1, "en", EN[0][: half - 1]), cited(2, "en", EN[0][half:-1])
    assert score(citation_recall.of, quoting("en", *parts)) == 1


def test_a_refusal_cites_nothing() -> None:
    assert score(citation_recall.of, refusing("en")) == 0
    assert score(citation_precision.of, refusing("en")) is None
    assert score(quotation_fidelity.of, refusing("en")) is None


def test_of_an_unanswerable_question_precision_alone_is_known_where_it_has_gold() -> None:
    question = record(unanswerable="false-premise")
    assert citation_precision.of(asked(question, quoting("en", GOLD, BESIDE))) == 0.5
    assert citation_recall.of(asked(question, quoting("en", GOLD))) is None
    assert citation_precision.of(asked(question, quoting("en", GOLD), ())) is None


# Validity


def test_a_marker_without_a_citation_is_not_valid() -> None:
    assert score(citation_validity.of, written("en", "One [1].", GOLD)) == 1
    assert score(citation_validity.of, written("en", "One [1]. Two [3].", GOLD)) == 0.5
    assert score(citation_validity.of, written("en", "One [1][1][2].", GOLD)) == pytest.approx(
        2 / 3
    )
    assert score(citation_validity.of, written("en", "One.", GOLD)) is None


def test_a_marker_of_a_document_that_is_not_there_is_not_valid() -> None:
    gone = replace(BESIDE, document_id="gone")
    assert score(citation_validity.of, quoting("en", GOLD, gone)) == 0.5


def test_notes_of_a_source_are_no_markers() -> None:
    noted = replace(GOLD, quote="Korea will give 16 [7] helicopters.[8]")
    assert score(citation_validity.of, quoting("en", noted)) == 1
    named = replace(refusing("en"), answer=phrases.not_found("en", ["Annual report [3]"]))
    assert score(citation_validity.of, named) is None
    missing = ("what [4] is",)
    partial = written("en", f"One [1].\n\n{phrases.partly('en', missing)}", GOLD)
    assert score(citation_validity.of, replace(partial, missing=missing)) == 1


# Fidelity


def test_a_quotation_is_the_text_at_its_span() -> None:
    assert score(quotation_fidelity.of, quoting("en", GOLD, cited(2, "ar", AR[1]))) == 1
    assert score(quotation_fidelity.of, quoting("en", GOLD, replace(GOLD, start=1))) == 0.5
    altered = replace(GOLD, quote=GOLD.quote.replace("sixteen", "seventeen"))
    assert score(quotation_fidelity.of, quoting("en", altered)) == 0
    spaced = replace(GOLD, quote=f"{GOLD.quote} ")
    assert score(quotation_fidelity.of, quoting("en", spaced)) == 0
    assert score(quotation_fidelity.of, quoting("en", replace(GOLD, document_id="gone"))) == 0


# Coverage


@pytest.mark.parametrize("own", list(SENTENCES))
@pytest.mark.parametrize("other", list(SENTENCES))
def test_every_quotation_of_the_product_carries_its_marker(own: str, other: str) -> None:
    told = SENTENCES[other]
    quotes = cited(1, other, told[0]), cited(2, other, f"{told[1]} {told[2]}")
    answer = quoting(own, *quotes)
    assert score(citation_coverage.of, answer) == 1
    missing = ("Who paid for it?",)
    text = f"{answer.answer}\n\n{phrases.partly(own, missing)}"
    assert score(citation_coverage.of, replace(answer, answer=text, missing=missing)) == 1


@pytest.mark.parametrize("own", list(SENTENCES))
def test_a_marker_belongs_to_the_sentence_before_it(own: str) -> None:
    one, two, three = SENTENCES[own]
    assert coverage(f"{one} [1] {two} [1][2] {three} [2]", language=own) == 1
    assert coverage(f"{one} {two} {three} [2]", language=own) == pytest.approx(1 / 3)
    assert coverage(f"{one} [1] {two} {three} [2]", language=own) == pytest.approx(2 / 3)
    assert coverage(f"{one} [1]\n\n{two}\n\n{three} [2]", language=own) == pytest.approx(2 / 3)
    assert coverage(f"{one} {two} {three}", language=own) == 0


def test_a_marker_may_stand_within_a_sentence() -> None:
    assert coverage("Korea [1] will give 16 of them. Nobody else will.") == 0.5
    assert coverage("Korea will give 16 of them [1]. Nobody else will [1].") == 1
    assert coverage("Korea will give 16 of them.[1]Nobody else will.") == 0.5


def test_a_marker_does_not_reach_into_another_paragraph() -> None:
    assert coverage("Korea will give 16 of them.\n\n[1] Nobody else will.") == 0


def test_a_quotation_is_one_statement_without_its_notes() -> None:
    noted = replace(GOLD, quote="Korea will give 16.[7] Japan will give none.[8]")
    assert coverage(f"“{noted.quote}” [1]", noted) == 1
    assert coverage(f"“{noted.quote}”", noted) == 0
    assert coverage(f"“{noted.quote}” [1]\n\nNobody else will.", noted) == 0.5
    long = replace(GOLD, quote="Korea will give 16.\n\nJapan will give none.")
    assert coverage(f"“{long.quote}” [1]", long) == 1


def test_where_nothing_is_said_nothing_is_covered() -> None:
    assert score(citation_coverage.of, refusing("en")) is None
    assert coverage("") is None
    assert coverage(phrases.lead_in("en", 1)) is None
