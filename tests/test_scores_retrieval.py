"""Coverage of gold passages, and what rankings are worth by it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from pkqa.evals.scores import context, ndcg, recall, reciprocal_rank
from pkqa.evals.scores.asked import Asked, Place
from pkqa.evals.scores.spans import coverage, inside
from pkqa.model import Hit
from pkqa.text.tokens import count
from scored import (
    AR,
    DOCUMENTS,
    EN,
    FR,
    HELICOPTERS,
    LACROIX,
    SIXTEEN,
    THE_DAY,
    asked,
    hit,
    place,
    record,
    refusing,
)

TEN = Place("en", 10, 20)


def found(*hits: Hit, places: Sequence[Sequence[Place | None]] = HELICOPTERS) -> Asked:
    """A question to which these hits were found, in order of rank."""
    ranked = [replace(one, rank=rank) for rank, one in enumerate(hits, start=1)]
    return asked(record(), refusing("en", ranked), places)


def stretch(start: int, end: int, document_id: str = "en") -> Hit:
    return Hit(document_id, "c", 1, 1.0, start, end, DOCUMENTS[document_id].text[start:end])


ANOTHER = hit(1, "en", EN[2])  # holds no gold passage of HELICOPTERS
LONG_PLACES = [place("en", EN[0]), place("en", EN[1])]


# Coverage


@pytest.mark.parametrize(
    ("stretches", "share"),
    [
        ([], 0),
        ([(0, 10)], 0),
        ([(20, 30)], 0),
        ([(10, 20)], 1),
        ([(0, 90)], 1),
        ([(0, 12)], 0.2),
        ([(12, 15)], 0.3),
        ([(18, 25), (5, 12)], 0.4),
        ([(10, 15), (10, 15)], 0.5),
        ([(10, 16), (13, 18), (11, 12)], 0.8),
        ([(10, 19), (11, 12), (12, 13)], 0.9),
        ([(10, 15), (15, 20)], 1),
    ],
)
def test_stretches_cover_their_union(stretches: list[tuple[int, int]], share: float) -> None:
    assert coverage(TEN, [stretch(*one) for one in stretches]) == pytest.approx(share)


def test_another_document_covers_nothing() -> None:
    assert coverage(TEN, [stretch(0, 90, "fr")]) == 0
    assert inside(stretch(10, 12, "fr"), TEN) == 0
    assert coverage(TEN, [stretch(0, 90, "fr"), stretch(10, 15)]) == 0.5


def test_a_passage_that_stands_nowhere_is_not_covered() -> None:
    assert coverage(None, [stretch(0, 90)]) == 0
    assert inside(stretch(0, 90), None) == 0


def test_coverage_is_the_share_of_characters_that_lie_in_a_stretch() -> None:
    drawn = random.Random(1)  # noqa: S311 - not for secrets
    for _ in range(300):
        stretches = []
        for _ in range(drawn.randrange(5)):
            start = drawn.randrange(30)
            stretches.append(stretch(start, start + drawn.randrange(15)))
        covered = {at for s in stretches for at in range(s.start, s.end)}
        share = len(covered.intersection(range(10, 20))) / 10
        assert coverage(TEN, stretches) == pytest.approx(share)


def test_how_much_of_a_stretch_lies_in_a_passage() -> None:
    assert inside(stretch(10, 20), TEN) == 1
    assert inside(stretch(12, 14), TEN) == 1
    assert inside(stretch(0, 40), TEN) == 0.25
    assert inside(stretch(0, 12), TEN) == pytest.approx(1 / 6)
    assert inside(stretch(20, 25), TEN) == 0
    assert inside(stretch(12, 12), TEN) == 0


# Recall


def test_recall_counts_the_first_hits_alone() -> None:
    one = found(ANOTHER, ANOTHER, hit(1, "en", EN[0]))
    assert [recall.at(k)(one) for k in (1, 2, 3, 10)] == [0, 0, 1, 1]


def test_recall_goes_by_rank_not_by_place_in_the_list() -> None:
    hits = (replace(ANOTHER, rank=2), hit(1, "en", EN[0]))
    assert recall.at(1)(asked(record(), refusing("en", hits))) == 1


def test_recall_is_the_mean_coverage_of_the_best_set() -> None:
    half = hit(1, "en", EN[0][: len(EN[0]) // 2])
    places = [LONG_PLACES]
    assert recall.at(1)(found(hit(1, "en", EN[0]), places=places)) == 0.5
    assert recall.at(1)(found(half, places=places)) == pytest.approx(0.25)
    assert recall.at(2)(found(hit(1, "en", EN[0]), hit(1, "en", EN[1]), places=places)) == 1
    assert recall.at(1)(found(half, places=[LONG_PLACES, [place("en", EN[0])]])) == 0.5
    for document_id, told in (("en", EN), ("fr", FR), ("ar", AR)):
        assert recall.at(1)(found(hit(1, document_id, told[0]))) == 1


def test_a_passage_that_stands_nowhere_is_never_found() -> None:
    places = [[place("en", EN[0]), None]]
    assert recall.at(10)(found(hit(1, "en", EN[0]), places=places)) == 0.5
    assert recall.at(10)(found(hit(1, "en", EN[0]), places=[[None]])) == 0


def test_a_budget_is_filled_with_whole_hits_in_order_of_rank() -> None:
    first, second = hit(1, "en", EN[2]), hit(2, "en", EN[0])
    both = count(first.text) + count(second.text)
    one = found(first, second)
    assert recall.within_tokens(both)(one) == 1  # to the last token
    assert recall.within_tokens(both - 1)(one) == 0
    # What does not fit ends it: a smaller hit behind it is not read.
    long = replace(first, text=first.text * 100)
    assert recall.within_tokens(both)(found(long, second)) == 0
    assert recall.within_tokens(10_000)(found(long, second)) == 1
    assert recall.within_tokens(10_000)(found(first)) == 0


# Ranks


def test_the_reciprocal_rank_is_of_the_first_hit_with_half_a_passage() -> None:
    gold = hit(1, "fr", FR[0])
    assert reciprocal_rank.of(found(gold)) == 1
    assert reciprocal_rank.of(found(ANOTHER, ANOTHER, gold, gold)) == pytest.approx(1 / 3)
    assert reciprocal_rank.of(found(ANOTHER)) == 0
    assert reciprocal_rank.of(found()) == 0
    length = len(EN[0])  # an even number
    assert reciprocal_rank.of(found(hit(1, "en", EN[0][: length // 2]))) == 1
    assert reciprocal_rank.of(found(hit(1, "en", EN[0][: length // 2 - 1]))) == 0
    # Any passage of any set will do.
    assert reciprocal_rank.of(found(hit(1, "en", EN[1]), places=[[None], LONG_PLACES])) == 1


def test_ndcg_against_values_worked_out_by_hand() -> None:
    gold, other = hit(1, "en", EN[0]), hit(1, "en", EN[1])
    two = [LONG_PLACES]
    ideal = 1 + 1 / math.log2(3)
    assert ndcg.at(10)(found(gold)) == 1
    assert ndcg.at(10)(found(ANOTHER, gold)) == pytest.approx(1 / math.log2(3))
    assert ndcg.at(10)(found(gold, other, places=two)) == 1
    assert ndcg.at(10)(found(gold, places=two)) == pytest.approx(1 / ideal)
    assert ndcg.at(10)(found(gold, ANOTHER, other, places=two)) == pytest.approx(1.5 / ideal)
    assert ndcg.at(10)(found(ANOTHER)) == 0
    # The best of the alternative sets counts.
    assert ndcg.at(10)(found(gold, places=[*two, [place("en", EN[0])]])) == 1


def test_ndcg_counts_a_passage_once() -> None:
    gold = hit(1, "en", EN[0])
    assert ndcg.at(10)(found(gold, gold, places=[LONG_PLACES])) == ndcg.at(10)(
        found(gold, places=[LONG_PLACES])
    )


def test_ndcg_counts_a_passage_by_the_rank_at_which_half_of_it_is_there() -> None:
    third = len(EN[0]) // 3
    parts = [hit(1, "en", EN[0][:third]), hit(1, "en", EN[0][third:][:third])]
    assert ndcg.at(10)(found(*parts)) == pytest.approx(1 / math.log2(3))


def test_ndcg_looks_at_the_first_hits_alone() -> None:
    ten = [ANOTHER] * 10
    assert ndcg.at(10)(found(*ten, hit(1, "en", EN[0]))) == 0
    assert ndcg.at(11)(found(*ten, hit(1, "en", EN[0]))) == pytest.approx(1 / math.log2(12))


def test_a_hit_that_holds_all_passages_is_no_better_than_the_best() -> None:
    whole = hit(1, "en", DOCUMENTS["en"].text)
    assert ndcg.at(10)(found(whole, places=[LONG_PLACES])) == 1
    later = ndcg.at(10)(found(*[ANOTHER] * 3, whole, places=[LONG_PLACES]))
    assert later is not None
    assert 0 < later < 1


def test_more_passages_than_ranks_can_all_be_at_the_top() -> None:
    places = [Place("en", at, at + 1) for at in range(3)]
    hits = [stretch(at, at + 1) for at in range(3)]
    assert ndcg.at(2)(found(*hits, places=[places])) == 1


# Nuggets in context


def test_context_is_what_the_hits_say_in_their_languages() -> None:
    gold = record(nuggets=(SIXTEEN, THE_DAY, LACROIX))
    for document_id, told in (("en", EN), ("fr", FR), ("ar", AR)):
        hits = [hit(rank, document_id, words) for rank, words in enumerate(told, start=1)]
        for n in range(4):
            answer = refusing("en", hits[:n])
            assert context.of(asked(gold, answer)) == pytest.approx(n / 3)


def test_a_day_in_a_hit_is_relative_to_its_documents_date() -> None:
    gold = record(nuggets=(THE_DAY,))
    answer = refusing("en", [replace(hit(1, "en", EN[0]), text="They met on Tuesday.")])
    assert context.of(asked(gold, answer)) == 1


def test_what_is_not_vital_is_not_looked_for() -> None:
    welcome = THE_DAY.model_copy(update={"vital": False})
    answer = refusing("en", [hit(1, "en", EN[0])])
    assert context.of(asked(record(nuggets=(SIXTEEN, welcome)), answer)) == 1


# What says nothing


@pytest.mark.parametrize(
    "of",
    [recall.at(5), recall.within_tokens(1000), reciprocal_rank.of, ndcg.at(10), context.of],
)
def test_retrieval_says_nothing_of_an_unanswerable_question(
    of: Callable[[Asked], float | None],
) -> None:
    hits = [hit(1, "en", EN[0])]
    assert of(asked(record(), refusing("en", hits))) == 1
    assert of(asked(record(unanswerable="false-premise"), refusing("en", hits))) is None


def test_ranks_say_nothing_without_gold_and_context_nothing_without_values() -> None:
    answer = refusing("en", [hit(1, "en", EN[0])])
    for of in (recall.at(5), recall.within_tokens(1000), reciprocal_rank.of, ndcg.at(10)):
        assert of(asked(record(), answer, places=())) is None
    gold = {"document_id": "en", "text_sha": "0" * 64, "start": 0, "end": 1, "quote": "K"}
    assert context.of(asked(record(nuggets=(), gold=[[gold]]), answer)) is None
