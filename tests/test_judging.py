"""A run judged from end to end: labels first, then the answers in the languages believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from judges import QUESTIONS, RIGHT, WRONG, block, chat_for, gold
from openai_server import OpenAIServer, failing
from pkqa.errors import UsageError
from pkqa.evals.gold.record import Nugget, Record, Span
from pkqa.evals.judging.judged import judged
from pkqa.evals.judging.label import Label
from pkqa.evals.judging.report import markdown
from pkqa.evals.suite.run import Item

LANGUAGES = ("en", "fr", "ar")
LABELLED = {"en": 24, "fr": 19, "ar": 30}
ASKED = 8  # questions a language in a run


def records() -> list[Record]:
    """Each on a fact of its own; the nugget is the number of the fact."""
    return [
        gold(language, f"-{n}").model_copy(
            update={"nuggets": (Nugget(type="number", value=str(1000 + n)),)}
        )
        for language in LANGUAGES
        for n in range(30)
    ]


def answer(record: Record, right: bool) -> str:
    said = (RIGHT if right else WRONG)[record.language]
    return f"{said} {record.nuggets[0].value if right else 'x'}"


def labels(numbers: Mapping[str, int]) -> list[Label]:
    """So many labels of each language, every other one right."""
    return [
        Label(
            id=record.id,
            language=record.language,
            question=record.question,
            answer=answer(record, n % 2 == 0),
            right=n % 2 == 0,
            by="reader 1",
        )
        for record in records()
        if (n := _number(record)) < numbers.get(record.language, 0)
    ]


def _number(record: Record) -> int:
    return int(record.fact_id.rpartition("-")[2])


def item(record: Record, right: bool, passed: bool) -> Item:
    return Item(
        id=record.id,
        fact_id=record.fact_id,
        question_language=record.language,
        document_language=record.language,
        question=record.question,
        status="answered",
        answer=f"{answer(record, right)} so it is",
        passed=passed,
        scores={},
    )


def items() -> list[Item]:
    """A run: the answers 3 and 7 are wrong. The metric is mistaken in 1 and 3."""
    return [
        item(record, right=(n := _number(record)) % 4 != 3, passed=n not in (1, 7))
        for record in records()
        if _number(record) < ASKED
    ]


def opinionated(messages: list[dict[str, str]]) -> str:
    """A judge that reads well in English and French, and finds all Arabic answers right."""
    number = block(messages, "facts").rpartition(" ")[2]
    answered = block(messages, "answer")
    return "right" if "جاء" in answered or number in answered else "wrong"


@pytest.fixture
def server(server: OpenAIServer) -> OpenAIServer:
    server.says = opinionated
    return server


def test_only_where_people_agree_with_it_is_it_asked_about_the_run(
    server: OpenAIServer, tmp_path: Path
) -> None:
    told: list[str] = []
    found = judged(
        records(),
        items(),
        labels(LABELLED),
        chat_for(server),
        tmp_path,
        lambda done, total, name: told.append(f"{done} of {total}, {name}"),
    )
    assert [(one.language, one.believed, one.reason) for one in found.agreements] == [
        ("ar", False, "disabled for ar: kappa 0.00 on 30 labels, needs 0.60"),
        ("en", True, ""),
        ("fr", False, "disabled for fr: 19 labels, needs 20"),
    ]
    # Which answers reached the server: the labelled ones, and the run's in English alone.
    answers = Counter(
        (messages_language(messages), block(messages, "answer").endswith("so it is"))
        for messages in server.chats()
    )
    assert answers == {("ar", False): 3 * 30, ("en", False): 3 * 24, ("en", True): 3 * ASKED}
    assert told[0] == "0 of 30, ministerial-0.ar"
    assert told[30] == "0 of 24, ministerial-0.en"
    assert told[-1] == "7 of 8, ministerial-7.en"
    assert len(told) == 30 + 24 + ASKED
    assert found.opinions == {f"ministerial-{n}.en": n % 4 != 3 for n in range(ASKED)}
    assert found.lenient == ("ministerial-1.en",)
    assert found.severe == ("ministerial-3.en",)
    (share,) = found.shares
    assert (share.language, share.questions, share.undecided, share.left_out) == ("en", 8, 0, 0)
    assert share.right is not None
    assert share.right.mean == 0.75
    # Wilson's interval of 6 of 8.
    assert share.right.low == pytest.approx(0.4093, abs=1e-4)
    assert share.right.high == pytest.approx(0.9285, abs=1e-4)
    assert share.passed is not None
    assert share.passed.mean == 0.75
    assert (found.asked, found.reused, found.unclear, found.failed) == (3 * 62, 0, 0, 0)
    assert list(markdown(found)) == [
        "Judge: `bag-of-words`. An additional column: the verdict does not depend on it.",
        "",
        "| language | labels (right, wrong) | kappa | believed |",
        "|---|---|---|---|",
        "| ar | 30 (15, 15) | 0.00 [-0.34, 0.34] | disabled for ar: kappa 0.00 on 30 labels, "
        "needs 0.60 |",
        "| en | 24 (12, 12) | 1.00 [0.72, 1.00] | yes |",
        "| fr | 19 (10, 9) | - | disabled for fr: 19 labels, needs 20 |",
        "",
        "| language | questions | judged right | passed | no opinion | not judged |",
        "|---|---|---|---|---|---|",
        "| en | 8 | 0.75 [0.41, 0.93] | 0.75 [0.41, 0.93] | 0 | 0 |",
        "",
        "Judged right, did not pass: `ministerial-1.en`.",
        "Judged wrong, passed: `ministerial-3.en`.",
        "",
        "Tries: 186 asked, 0 from the cache; 0 said neither right nor wrong, 0 failed.",
    ]


def messages_language(messages: list[dict[str, str]]) -> str:
    asked = block(messages, "question")
    return next(name for name, question in QUESTIONS.items() if question == asked)


def test_a_second_time_asks_nothing_and_says_the_same(server: OpenAIServer, tmp_path: Path) -> None:
    first = judged(records(), items(), labels(LABELLED), chat_for(server), tmp_path)
    came = len(server.requests)
    server.says = "wrong"
    second = judged(records(), items(), labels(LABELLED), chat_for(server), tmp_path)
    assert len(server.requests) == came
    assert (second.asked, second.reused) == (0, came)
    assert second.opinions == first.opinions
    assert second.agreements == first.agreements
    assert second.shares == first.shares


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_can_be_believed_by_itself(
    server: OpenAIServer, tmp_path: Path, language: str
) -> None:
    server.says = lambda messages: (
        "right"
        if block(messages, "facts").rpartition(" ")[2] in block(messages, "answer")
        else "wrong"
    )
    found = judged(records(), items(), labels({language: 20}), chat_for(server), tmp_path)
    assert {one.language: one.reason for one in found.agreements} == {
        name: "" if name == language else f"disabled for {name}: 0 labels, needs 20"
        for name in LANGUAGES
    }
    assert set(found.opinions) == {f"ministerial-{n}.{language}" for n in range(ASKED)}
    assert {messages_language(messages) for messages in server.chats()} == {language}


def test_without_labels_nobody_is_asked(server: OpenAIServer, tmp_path: Path) -> None:
    found = judged(records(), items(), [], chat_for(server), tmp_path)
    assert server.requests == []
    assert [one.believed for one in found.agreements] == [False] * 3
    assert found.opinions == {}
    assert not any("judged right" in line for line in markdown(found))


def test_labels_without_a_run_s_language_are_judged_all_the_same(
    server: OpenAIServer, tmp_path: Path
) -> None:
    found = judged(records(), [], labels({"en": 20}), chat_for(server), tmp_path)
    assert [(one.language, one.believed) for one in found.agreements] == [("en", True)]
    (share,) = found.shares
    assert (share.questions, share.right, share.passed) == (0, None, None)
    assert "| en | 0 | - | - | 0 | 0 |" in list(markdown(found))


def test_a_try_without_a_clear_word_is_counted_and_has_no_vote(
    server: OpenAIServer, tmp_path: Path
) -> None:
    def says(messages: list[dict[str, str]]) -> str:
        answered = block(messages, "answer")
        if answered.endswith("so it is") and "marking an examination" in messages[0]["content"]:
            return "Hard to say."
        if "1004 so it is" in answered:  # one try says right, one wrong
            return "right" if "Somebody asked" in messages[0]["content"] else "wrong"
        return opinionated(messages)

    server.says = says
    found = judged(records(), items(), labels({"en": 20}), chat_for(server), tmp_path)
    assert found.unclear == ASKED
    assert "ministerial-4.en" not in found.opinions
    (share,) = found.shares
    assert (share.questions, share.undecided) == (7, 1)
    assert share.right is not None
    assert share.right.mean == pytest.approx(5 / 7)
    # The metric's share is over the same questions.
    assert share.passed is not None
    assert share.passed.mean == pytest.approx(5 / 7)
    assert "| en | 7 | 0.71 [0.36, 0.92] | 0.71 [0.36, 0.92] | 1 | 0 |" in list(markdown(found))
    assert any("8 said neither right nor wrong, 0 failed" in line for line in markdown(found))


def test_a_server_that_fails_costs_the_column_and_nothing_else(
    server: OpenAIServer, tmp_path: Path
) -> None:
    server.script(*[failing(401)] * 1000)
    found = judged(records(), items(), labels(LABELLED), chat_for(server), tmp_path)
    assert len(server.requests) == found.failed == 9
    assert not any(one.believed for one in found.agreements)
    assert found.agreements[0].reason == (
        "disabled for ar: an opinion on 0 of 30 labels (0 right, 0 wrong), needs 20 with 5 of each"
    )
    *_, last = markdown(found)
    assert last.startswith("The judge gave up: ")
    assert "PKQA_LLM_API_KEY" in last


def test_a_question_with_passages_alone_is_left_out(server: OpenAIServer, tmp_path: Path) -> None:
    span = Span(document_id="d", text_sha="0" * 64, start=0, end=1, quote="q")
    bare = gold("en", "-bare").model_copy(update={"nuggets": (), "gold": ((span,),)})
    found = judged(
        [*records(), bare],
        [*items(), item(records()[0], True, True).model_copy(update={"id": bare.id})],
        labels({"en": 20}),
        chat_for(server),
        tmp_path,
    )
    assert bare.id not in found.opinions
    (share,) = found.shares
    assert (share.questions, share.left_out) == (8, 1)


def test_a_label_that_is_off_is_told_before_anything_is_asked(
    server: OpenAIServer, tmp_path: Path
) -> None:
    off = labels({"en": 1})[0].model_copy(update={"id": "gone"})
    with pytest.raises(UsageError, match="a label is on gone, and no gold question has that id"):
        judged(records(), items(), [*labels(LABELLED), off], chat_for(server), tmp_path)
    assert server.requests == []


def test_a_model_s_name_cannot_break_the_report(server: OpenAIServer, tmp_path: Path) -> None:
    server.model = "a`b\n| c"
    told = list(markdown(judged(records(), items(), [], chat_for(server), tmp_path)))
    assert told[0].startswith("Judge: `a'b | c`.")
