"""The table of metrics: its names, and what holds for all of them."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pkqa.errors import UsageError
from pkqa.evals.scores.asked import Asked, Place
from pkqa.evals.scores.table import SCORES, VERSION, blame, by_name, passed, right
from pkqa.model import Answer, Citation
from scored import (
    AR,
    DOCUMENTS,
    EN,
    FR,
    HELICOPTERS,
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

NAMES = [
    "pass", "nuggets", "recall@1", "recall@3", "recall@5", "recall@10", "recall@1,000 tokens",
    "MRR", "nDCG@10", "citation precision", "citation recall", "citation validity",
    "quotation fidelity", "citation coverage", "refused", "refusal right",
    "answered unanswerable", "refused answerable", "CRAG", "language", "nuggets in context",
    "disagreement shown",
]  # fmt: skip
OF_REFUSALS = {"refused", "refusal right", "answered unanswerable"}
LOWER_IS_BETTER = {"answered unanswerable", "refused answerable"}
SENTENCES = {"en": EN, "fr": FR, "ar": AR}


def scores(one: Asked) -> dict[str, float | None]:
    return {score.name: score.of(one) for score in SCORES}


def test_the_metrics_by_name() -> None:
    assert [score.name for score in SCORES] == NAMES
    assert [by_name(name).name for name in NAMES] == NAMES
    assert VERSION
    with pytest.raises(UsageError, match=r'no metric "recall@7".*"recall@5"'):
        by_name("recall@7")


def test_each_metric_is_told_in_one_sentence() -> None:
    assert len({score.title for score in SCORES}) == len(SCORES)
    for score in SCORES:
        assert score.title.endswith(".")
        assert score.title.count(". ") == 0
    averages = {score.name for score in SCORES if score.kind == "average"}
    assert averages == {"MRR", "nDCG@10", "CRAG"}


@pytest.mark.parametrize("own", list(SENTENCES))
@pytest.mark.parametrize("other", list(SENTENCES))
def test_an_answer_that_is_right_in_all_has_the_best_of_every_metric(own: str, other: str) -> None:
    told = SENTENCES[other]
    gold = record(own, nuggets=(SIXTEEN, THE_DAY), tags=("disagreement",), forbidden=(TWELVE,))
    places = [[place(other, f"{told[0]} {told[1]}")]]
    hits = [hit(1, other, f"{told[0]} {told[1]}")]
    answer = quoting(own, cited(1, other, f"{told[0]} {told[1]}"), hits=hits)
    values = told[0], told[1]
    one = asked(gold, disagreeing(answer, (values[0], 1), (values[1], 1)), places)
    expected: dict[str, float | None] = dict.fromkeys(NAMES, 1.0)
    expected |= dict.fromkeys(OF_REFUSALS) | {"refused answerable": 0.0}
    assert scores(one) == expected
    assert passed(one)
    assert blame(one) == ""
    assert all(right(one, citation) for citation in answer.citations)


@pytest.mark.parametrize("own", list(SENTENCES))
def test_an_empty_answer_has_nothing_but_its_language(own: str) -> None:
    one = asked(record(own, tags=("disagreement",)), refusing(own))
    assert scores(one) == dict.fromkeys(NAMES, 0.0) | {
        "language": 1,
        "refused answerable": 1,
        "refused": None,
        "answered unanswerable": None,
        "citation precision": None,
        "citation validity": None,
        "quotation fidelity": None,
        "citation coverage": None,
    }
    assert blame(one) == "retrieval"


def test_a_right_refusal_is_scored_as_one_alone() -> None:
    one = asked(record(nuggets=(), unanswerable="off-topic"), refusing("en"), ())
    assert {name: value for name, value in scores(one).items() if value is not None} == {
        "pass": 1,
        "refused": 1,
        "refusal right": 1,
        "answered unanswerable": 0,
        "CRAG": 1,
        "language": 1,
    }


# Whatever is answered

QUOTES = [
    *(cited(1, name, words) for name, told in SENTENCES.items() for words in told),
    cited(1, "en", f"{EN[0]} {EN[1]}"),
    replace(cited(1, "en", EN[0]), quote="Not what stands there."),
    replace(cited(1, "en", EN[0]), quote="", end=0, start=0),
    replace(cited(1, "en", EN[0]), quote=" \n", start=52, end=54),
    replace(cited(1, "fr", FR[0]), document_id="gone"),
    replace(cited(1, "ar", AR[1]), date=None, language="und"),
]
TEXTS = [
    "", " ", "[1]", "[1][2] [99]", "No.", "…", "“” [1]", "12", "It was opened. [1] On Tuesday [3].",
    *EN, *FR, *AR, "From the documents:", "- one\n- two [2]", "16\n\n\n٧ ديسمبر ٢٠٢١",
]  # fmt: skip


def _answer(drawn: random.Random) -> Answer:
    citations: list[Citation] = [
        replace(drawn.choice(QUOTES), marker=n) for n in range(1, 1 + drawn.randrange(4))
    ]
    hits = []
    for rank in range(1, 1 + drawn.randrange(12)):
        name = drawn.choice(list(DOCUMENTS))
        start = drawn.randrange(100)
        text = DOCUMENTS[name].text[start : start + drawn.randrange(60)]
        hits.append(replace(hit(rank, name, text), start=start, end=start + len(text)))
    if drawn.random() < 0.2:
        return refusing(drawn.choice("en fr ar de".split()), hits)
    told = "\n\n".join(drawn.choice(TEXTS) for _ in range(drawn.randrange(4)))
    own = drawn.choice("en fr ar de".split())
    quoted = quoting(own, *citations, hits=hits)
    answer = drawn.choice([quoted, written(own, told, *citations, hits=hits)])
    if drawn.random() < 0.5:
        answer = replace(answer, answer=f"{answer.answer} {told}")
    if drawn.random() < 0.3:
        other = drawn.choice(["12", "7 December 2021"])
        answer = disagreeing(answer, ("16", drawn.randrange(5)), (other, 1))
    return answer


def test_every_metric_keeps_within_its_bounds_whatever_is_answered() -> None:
    drawn = random.Random(6)  # noqa: S311 - not for secrets
    gold = {"document_id": "en", "text_sha": "0" * 64, "start": 0, "end": 1, "quote": "K"}
    questions = [
        record(nuggets=(SIXTEEN, THE_DAY), tags=("disagreement",)),
        record("ar", forbidden=(TWELVE,)),
        record("fr", nuggets=(), gold=[[gold]]),
        record(unanswerable="false-premise"),
        record(nuggets=(), unanswerable="off-topic"),
    ]
    all_places: list[Sequence[Sequence[Place | None]]] = [
        HELICOPTERS,
        [[None]],
        [[place("en", EN[0]), None], [place("ar", AR[1])]],
        (),
    ]
    seen: dict[str, set[float]] = {name: set() for name in NAMES}
    for _ in range(600):
        one = asked(drawn.choice(questions), _answer(drawn), drawn.choice(all_places))
        for name, value in scores(one).items():
            if value is not None:
                assert math.isfinite(value)
                assert (-1 if name == "CRAG" else 0) <= value <= 1
                seen[name].add(value)
        assert blame(one) in {"", "retrieval", "answering", "checking"}
        assert passed(one) == (by_name("pass").of(one) == 1)
        if not one.record.answerable or passed(one):
            assert blame(one) == ""
    # None of them is always the same.
    assert {name for name, values in seen.items() if len(values) < 2} == set()
    for name in LOWER_IS_BETTER:
        assert "lower is better" in by_name(name).title
