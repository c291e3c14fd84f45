"""What an answer says, and whether that is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pkqa.answer import phrases
from pkqa.evals.gold.record import Value
from pkqa.evals.scores import abstention, crag, disagreement, language, nuggets, passing
from pkqa.evals.scores.asked import Asked
from pkqa.evals.scores.blame import blame
from pkqa.evals.scores.passing import passed
from pkqa.evals.scores.pieces import said
from pkqa.evals.scores.values import Piece, says
from pkqa.model import Answer
from scored import (
    AR,
    EN,
    FR,
    HELICOPTERS,
    LACROIX,
    SIXTEEN,
    THE_DAY,
    TWELVE,
    asked,
    cited,
    disagreeing,
    hit,
    place,
    quoting,
    record,
    refusing,
    written,
)

SENTENCES = {"en": EN, "fr": FR, "ar": AR}
LANGUAGES = tuple(SENTENCES)


def number(value: str) -> Value:
    return Value(type="number", value=value)


# Pieces


@pytest.mark.parametrize("own", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_a_quotation_is_read_in_its_own_language_and_by_its_documents_date(
    own: str, other: str
) -> None:
    quote = SENTENCES[other][0]
    pieces = said(quoting(own, cited(1, other, quote)))
    assert Piece(quote, other, "2021-12-09") in pieces
    assert says(pieces, number("16"))
    assert all(piece.language == other for piece in pieces if piece.text == quote)


def test_markers_are_no_numbers() -> None:
    citations = [cited(n, "en", EN[2]) for n in (1, 2, 16)]
    answer = written("en", "Lacroix opened it. [1][2] He spoke [16].", *citations)
    assert not any(says(said(answer), number(n)) for n in ("1", "2", "16"))
    note = cited(1, "en", EN[2])
    noted = replace(note, quote="It was opened.[16]")
    assert not says(said(quoting("en", noted)), number("16"))
    # A year in brackets is somebody's words.
    assert says(said(written("en", "It was [2021] a success.")), Value(type="date", value="2021"))


def test_a_models_words_are_read_paragraph_by_paragraph() -> None:
    answer = written("en", f"The answer in two languages is given here:\n\n{FR[0]} [1]")
    assert says(said(answer), number("16"))
    assert [piece.language for piece in said(answer)] == ["en", "fr"]


def test_todays_of_a_model_are_relative_to_nothing() -> None:
    citation = cited(1, "en", EN[1])
    assert not says(said(written("en", "It was held on Tuesday. [1]", citation)), THE_DAY)
    tuesday = replace(citation, quote="It was held on Tuesday.")
    assert says(said(quoting("en", tuesday)), THE_DAY)


def test_a_quotation_that_stands_beside_the_text_alone_is_not_said() -> None:
    answer = written("en", "There was a conference. [1]", cited(1, "en", EN[0]))
    assert not says(said(answer), number("16"))


def test_a_quotation_of_several_paragraphs_is_one_piece() -> None:
    long = replace(cited(1, "en", EN[0]), quote="It was opened by\n\nJean-Pierre Lacroix.")
    assert "Jean-Pierre Lacroix." in next(p.text for p in said(quoting("en", long)))
    assert len(said(quoting("en", long))) == 1


def test_a_quotation_within_another_one_breaks_neither() -> None:
    long = cited(2, "en", f"{EN[0]} {EN[1]}")
    pieces = said(quoting("en", cited(1, "en", EN[1]), long))
    assert {piece.text for piece in pieces} == {EN[1], f"{EN[0]} {EN[1]}"}


@pytest.mark.parametrize("told", LANGUAGES)
def test_what_pkqa_puts_round_an_answer_is_not_said(told: str) -> None:
    missing = ("who gave 12 helicopters",)
    answer = quoting(told, cited(1, "en", EN[0]))
    text = f"{answer.answer}\n\n{phrases.partly(told, missing)}"
    partial = replace(answer, answer=text, status="partial", missing=missing)
    assert [piece.text for piece in said(partial)] == [EN[0]]


def test_an_answer_that_finds_nothing_says_nothing() -> None:
    named = replace(refusing("en"), answer=f"{phrases.not_found('en', ['Sixteen helicopters'])}")
    assert said(named) == []
    assert nuggets.of(asked(record(), named)) == 0


def test_the_values_of_a_disagreement_are_said() -> None:
    answer = disagreeing(quoting("en", cited(1, "fr", FR[2])), ("seize", 1), ("12", 7))
    assert says(said(answer), number("16"))  # a French word, by its citation
    assert says(said(answer), TWELVE)
    tuesday = disagreeing(quoting("en", cited(1, "en", EN[2])), ("Tuesday", 1))
    assert says(said(tuesday), THE_DAY)


# Nuggets


def test_nuggets_are_the_share_of_vital_values_said() -> None:
    gold = record(nuggets=(SIXTEEN, THE_DAY, LACROIX))
    for told in LANGUAGES:
        quotes = [cited(n, told, SENTENCES[told][n - 1]) for n in (1, 2, 3)]
        for n in (1, 2, 3):
            assert nuggets.of(asked(gold, quoting("en", *quotes[:n]))) == pytest.approx(n / 3)


def test_what_is_only_welcome_does_not_count() -> None:
    welcome = THE_DAY.model_copy(update={"vital": False})
    one = asked(record(nuggets=(SIXTEEN, welcome)), quoting("en", cited(1, "en", EN[0])))
    assert nuggets.of(one) == 1
    assert passed(one)


def test_nuggets_say_nothing_where_nothing_answers() -> None:
    one = asked(record(unanswerable="false-premise"), quoting("en", cited(1, "en", EN[0])))
    assert nuggets.of(one) is None


# Pass

RIGHT = quoting("en", cited(1, "en", EN[0]))
WRONG = quoting("en", cited(1, "en", EN[2]))
REFUSED = refusing("en")


def test_a_right_answer_passes_in_every_language() -> None:
    for told in LANGUAGES:
        one = asked(record(told), quoting(told, cited(1, told, SENTENCES[told][0])))
        assert passed(one)
        assert passing.of(one) == 1


def test_an_answer_that_lacks_a_vital_value_fails() -> None:
    both = record(nuggets=(SIXTEEN, THE_DAY))
    assert not passed(asked(both, RIGHT))
    assert passing.of(asked(both, RIGHT)) == 0
    assert passed(asked(both, quoting("en", cited(1, "en", EN[0]), cited(2, "en", EN[1]))))


def test_an_answer_that_says_something_forbidden_fails() -> None:
    strict = record(forbidden=(TWELVE,))
    assert passed(asked(strict, RIGHT))
    assert not passed(asked(strict, written("en", f"{RIGHT.answer}\n\nOr twelve. [1]")))
    assert not passed(asked(strict, disagreeing(RIGHT, ("16", 1), ("12", 1))))


def test_a_refusal_passes_where_nothing_answers_alone() -> None:
    assert not passed(asked(record(), REFUSED))
    assert passed(asked(record(nuggets=(), unanswerable="off-topic"), REFUSED))
    assert passed(asked(record(unanswerable="false-premise"), REFUSED))


def test_an_answer_to_the_unanswerable_passes_if_it_says_what_the_documents_do() -> None:
    corrected = record(unanswerable="false-premise", forbidden=(TWELVE,))
    assert passed(asked(corrected, RIGHT))
    assert not passed(asked(corrected, WRONG))
    assert not passed(asked(corrected, disagreeing(RIGHT, ("12", 1))))
    assert not passed(asked(record(nuggets=(), unanswerable="off-topic"), RIGHT))


def test_a_question_without_values_passes_by_a_whole_gold_set() -> None:
    gold = {"document_id": "en", "text_sha": "0" * 64, "start": 0, "end": 1, "quote": "K"}
    bare = record(nuggets=(), gold=[[gold]], forbidden=(TWELVE,))
    both = [[place("en", EN[0]), place("en", EN[1])], [place("fr", FR[0])]]
    assert not passed(asked(bare, RIGHT, both))
    assert passed(asked(bare, quoting("en", cited(1, "en", EN[0]), cited(2, "en", EN[1])), both))
    assert passed(asked(bare, quoting("en", cited(1, "fr", FR[0])), both))
    assert not passed(asked(bare, disagreeing(quoting("en", cited(1, "fr", FR[0])), ("12", 1))))
    assert not passed(asked(bare, REFUSED, both))
    assert not passed(asked(bare, RIGHT, [[place("en", EN[0]), None]]))


# Abstention


def test_abstention_over_the_questions_that_it_is_about() -> None:
    nothing = record(nuggets=(), unanswerable="off-topic")
    corrected = record(unanswerable="false-premise")
    rows = [
        # question, answer: refused, refusal right, answered unanswerable, refused answerable, CRAG
        (record(), RIGHT, (None, None, None, 0, 1)),
        (record(), WRONG, (None, None, None, 0, -1)),
        (record(), REFUSED, (None, 0, None, 1, 0)),
        (nothing, RIGHT, (0, None, 1, None, -1)),
        (nothing, REFUSED, (1, 1, 0, None, 1)),
        (corrected, RIGHT, (0, None, 0, None, 1)),
        (corrected, WRONG, (0, None, 1, None, -1)),
        (corrected, REFUSED, (1, 1, 0, None, 1)),
    ]
    metrics: tuple[Callable[[Asked], float | None], ...] = (
        abstention.refused,
        abstention.refusal_right,
        abstention.answered_unanswerable,
        abstention.refused_answerable,
        crag.of,
    )
    for question, answer, expected in rows:
        one = asked(question, answer)
        assert tuple(of(one) for of in metrics) == expected


def test_a_partial_answer_is_no_refusal() -> None:
    partial = replace(RIGHT, status="partial")
    assert abstention.refused_answerable(asked(record(), partial)) == 0
    assert passed(asked(record(), partial))


# Language


@pytest.mark.parametrize("own", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_a_quotation_keeps_its_language(own: str, other: str) -> None:
    one = cited(1, other, SENTENCES[other][0])
    two = cited(2, other, SENTENCES[other][1])
    assert language.of(asked(record(own), quoting(own, one, two))) == 1
    assert language.of(asked(record(own), refusing(own))) == 1


def test_a_quotation_within_a_quotation_keeps_its_language() -> None:
    spoken = "“nous donnerons seize hélicoptères à tous nos partenaires”"
    quote = replace(cited(1, "fr", FR[0]), quote=f"La Corée a dit : {spoken}.")
    assert language.of(asked(record("en"), quoting("en", quote))) == 1


@pytest.mark.parametrize("own", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_the_titles_that_a_refusal_names_keep_their_language(own: str, other: str) -> None:
    named = phrases.not_found(own, [f"{one} {one} {one}" for one in SENTENCES[other]])
    assert language.of(asked(record(own), replace(refusing(own), answer=named))) == 1


@pytest.mark.parametrize("own", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_what_is_not_quoted_is_in_the_questions_language(own: str, other: str) -> None:
    first, second, _ = SENTENCES[own]
    text = f"{first} [1]\n\n{SENTENCES[other][1]} [1]\n\n{second} [1]"
    assert language.of(asked(record(own), written(own, text))) == (own == other)
    assert language.of(asked(record(own), written(other, first))) == (own == other)


def test_a_short_text_is_believed() -> None:
    assert language.of(asked(record("fr"), written("fr", "Jean-Pierre Lacroix [1]"))) == 1


# Disagreement

TWO = (SIXTEEN, TWELVE.model_dump())


def test_a_disagreement_shows_all_vital_values_at_once() -> None:
    gold = record(tags=("disagreement",), nuggets=TWO)
    answer = quoting("en", cited(1, "en", EN[0]), cited(2, "ar", AR[0]))
    assert disagreement.of(asked(gold, disagreeing(answer, ("sixteen", 1), ("12", 1)))) == 1
    assert disagreement.of(asked(gold, disagreeing(answer, ("12", 1), ("ست عشرة", 2)))) == 1
    assert disagreement.of(asked(gold, disagreeing(answer, ("116", 1), ("12", 1)))) == 0
    assert disagreement.of(asked(gold, disagreeing(answer, ("16", 1)))) == 0
    assert disagreement.of(asked(gold, REFUSED)) == 0
    apart = replace(
        answer,
        disagreements=(
            *disagreeing(answer, ("16", 1)).disagreements,
            *disagreeing(answer, ("12", 1)).disagreements,
        ),
    )
    assert disagreement.of(asked(gold, apart)) == 0
    # Values that only stand in the text do not tell that there is a disagreement.
    assert disagreement.of(asked(gold, written("en", "It is 16 or 12."))) == 0


def test_a_disagreement_is_asked_for_by_its_tag() -> None:
    answer = disagreeing(RIGHT, ("16", 1), ("12", 1))
    assert disagreement.of(asked(record(nuggets=TWO), answer)) is None


# Blame

HOLDING = (hit(1, "fr", FR[0]),)


def lost(answer: Answer, *hits_of: str, nuggets: tuple[object, ...] = (SIXTEEN,)) -> str:
    hits = tuple(hit(n, "en", quote) for n, quote in enumerate(hits_of, start=1))
    return blame(asked(record(nuggets=nuggets), replace(answer, hits=hits)))


def test_nobody_is_to_blame_for_a_right_answer_or_an_unanswerable_question() -> None:
    assert lost(RIGHT) == ""
    assert blame(asked(record(nuggets=(), unanswerable="off-topic"), RIGHT)) == ""
    assert blame(asked(record(nuggets=(), unanswerable="off-topic"), REFUSED)) == ""


def test_what_no_hit_says_was_lost_by_retrieval() -> None:
    assert lost(REFUSED) == "retrieval"
    assert lost(WRONG, EN[2]) == "retrieval"
    assert lost(WRONG, EN[0], nuggets=(SIXTEEN, THE_DAY)) == "retrieval"
    withheld = replace(WRONG, withheld=("It will give 16 of them.",))
    assert lost(withheld, EN[2]) == "retrieval"


def test_what_a_hit_says_was_lost_by_answering() -> None:
    assert lost(REFUSED, EN[2], EN[0]) == "answering"
    assert lost(WRONG, EN[0]) == "answering"
    # Said though no hit that is listed says it: the day is what was lost.
    assert lost(RIGHT, EN[1], nuggets=(SIXTEEN, THE_DAY)) == "answering"


def test_what_was_written_and_withheld_was_lost_by_checking() -> None:
    nothing = replace(REFUSED, withheld=("La Corée donnera seize hélicoptères.",))
    assert lost(nothing, EN[0]) == "checking"
    assert lost(nothing, EN[0], EN[1], nuggets=(SIXTEEN, THE_DAY)) == "answering"
    half = replace(RIGHT, withheld=("It was held on 7 December 2021.",))
    assert lost(half, EN[0], EN[1], nuggets=(SIXTEEN, THE_DAY)) == "checking"


def test_what_is_forbidden_was_said_by_answering() -> None:
    one = asked(record(forbidden=(TWELVE,)), replace(disagreeing(RIGHT, ("12", 1)), hits=HOLDING))
    assert blame(one) == "answering"
    # Nothing is missing, whatever the hits say.
    assert blame(replace(one, answer=replace(one.answer, hits=()))) == "answering"


def test_without_values_retrieval_has_to_find_a_gold_set() -> None:
    gold = {"document_id": "en", "text_sha": "0" * 64, "start": 0, "end": 1, "quote": "K"}
    bare = record(nuggets=(), gold=[[gold]])
    assert blame(asked(bare, REFUSED)) == "retrieval"
    assert blame(asked(bare, replace(REFUSED, hits=HOLDING), HELICOPTERS)) == "answering"
    both = [[*HELICOPTERS[1], *HELICOPTERS[0]]]
    assert blame(asked(bare, replace(REFUSED, hits=HOLDING), both)) == "retrieval"
