"""A visit: questions in, answers out, and a sentence for whatever goes wrong."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Generator, Sequence
from dataclasses import replace
from html import unescape
from typing import Literal

import pytest

from pkqa.answer.followup import Exchange
from pkqa.answer.phrases import about
from pkqa.errors import (
    EmbedderError,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    LLMError,
    PkqaError,
    RerankerError,
    UsageError,
)
from pkqa.model import Answer, Document
from pkqa.serve.library import LONGEST_NOTE, LONGEST_QUESTION, Library
from pkqa.serve.refusal import Refusal
from pkqa.serve.session import KEPT, Session
from pkqa.serve.strings import LANGUAGES, STRINGS, Language, written_date
from pkqa.serve.turn import View
from pkqa.store.where import Where
from shelf import (
    ARABIC,
    BRIDGE,
    BUILT,
    DOCUMENTS,
    ENGLISH,
    HELICOPTERS,
    SUGGESTED,
    answered,
    not_found,
)
from test_serve_library import Growing, grown, plain


def asked(session: Session, question: str, library: Library) -> int:
    number = session.pose(question)
    assert number is not None
    grown(session, number, library)
    return number


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_shown_then_answered(language: Language) -> None:
    session, library = Session(), Growing()
    session.language = language
    question = SUGGESTED[language][0]
    number = session.pose(f"  {question}\n")
    assert number == 0
    assert STRINGS[language].searching in session.conversation(library)
    assert grown(session, 0, library) == [None]  # quotations are drawn once, at the end
    assert STRINGS[language].searching not in session.conversation(library)
    assert session.view == View(0)
    assert "<mark" in session.sources(library)


def test_nothing_to_ask() -> None:
    session = Session()
    assert session.pose("  \n \x00 ") is None
    assert session.turns == []


def test_a_pasted_text_is_not_put_to_the_library() -> None:
    session = Session()
    library = Growing({"x" * LONGEST_QUESTION + "…": AssertionError("it was asked")})
    number = asked(session, "x" * (LONGEST_QUESTION + 1), library)
    assert session.turns[number].failure == "long_question"
    assert str(LONGEST_QUESTION) in session.conversation(library)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (IndexMissing("no index at /secret"), "no_collection"),
        (IndexCorrupt("broken at /secret"), "no_collection"),
        (IndexLocked("held by /secret"), "no_collection"),
        (EmbedderError("401 from /secret"), "model_silent"),
        (RerankerError("401 from /secret"), "model_silent"),
        (LLMError("no reply from /secret", "timeout"), "model_silent"),
        (LLMError("401 from /secret", "key"), "not_set_up"),
        (UsageError("no model in /secret"), "not_set_up"),
        (PkqaError("/secret"), "failed"),
        (ZeroDivisionError("/secret"), "failed"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_becomes_a_sentence_and_its_trace_goes_to_the_log(
    fault: Exception, said: str, language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    session, library = Session(), Growing({"q": fault})
    session.language = language
    with caplog.at_level(logging.ERROR):
        asked(session, "q", library)
    shown = session.conversation(library) + session.sources(library)
    assert getattr(STRINGS[language], said) in shown
    assert "secret" not in shown
    assert "/secret" in caplog.text


def test_a_change_of_language_redraws_everything() -> None:
    session, library = Session(), Growing()
    asked(session, SUGGESTED["en"][0], library)
    session.language = "ar"
    assert STRINGS["ar"].verbatim in session.conversation(library)
    assert STRINGS["ar"].whole_document in session.sources(library)


def test_an_answer_that_comes_after_the_conversation_was_left_is_kept_there() -> None:
    session, library = Session(), Growing(growth={"q": [FIRST_SENTENCE, WRITTEN]})
    session.pose("q")
    assert len(grown(session, 0, library, session.clear)) == 3
    assert session.turns == []
    assert session.view is None
    assert STRINGS["en"].welcome in session.conversation(library)
    session.reopen(0, 0)
    assert BRIDGE in plain(session.conversation(library))
    assert session.view == View(0)


def test_an_earlier_answer_can_be_opened_again() -> None:
    session, library = Session(), Growing()
    asked(session, SUGGESTED["en"][0], library)
    asked(session, SUGGESTED["en"][1], library)
    session.view = View(0, marker=2)
    panel = session.sources(library)
    assert BUILT in plain(panel)
    assert BRIDGE in plain(panel)
    assert 'id="passage-0-2"' in panel


def test_a_whole_document_on_demand() -> None:
    session, library = Session(), Growing()
    asked(session, SUGGESTED["ar"][1], library)
    session.view = View(0, 1, ARABIC.document_id)
    assert "انتهى الحفل بعزف النشيد." in session.sources(library)


@pytest.mark.parametrize("view", [View(7), View(0, None, "no-such-document"), View(9, 1, "x")])
def test_what_is_gone_is_said_to_be_gone(view: View) -> None:
    session, library = Session(), Growing()
    asked(session, SUGGESTED["en"][0], library)
    session.view = view
    assert STRINGS["en"].gone in session.sources(library)


def test_nearest_documents_are_named_once_and_only_while_they_exist() -> None:
    class Shrunk(Growing):
        def found(self, document_id: str) -> Document | None:
            return None if document_id == ARABIC.document_id else super().found(document_id)

    session = Session()
    number = asked(session, "Who won the cup?", Shrunk())
    assert [d.document_id for d in session.turns[number].nearest] == [DOCUMENTS[0].document_id]


def test_a_library_that_breaks_while_drawing_leaves_a_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(Growing):
        def found(self, document_id: str) -> Document | None:
            raise OSError(f"disk gone under {document_id}")

        def suggestions(self, language: str, n: int) -> list[str]:
            raise OSError(f"disk gone under {n} {language}")

    session = Session()
    with caplog.at_level(logging.ERROR):
        assert STRINGS["en"].welcome in session.conversation(Broken())
        asked(session, SUGGESTED["en"][0], Growing())
        assert STRINGS["en"].gone in session.sources(Broken())
    assert caplog.text.count("disk gone") >= 2


def test_a_new_conversation_keeps_the_language() -> None:
    session, library = Session(), Growing()
    session.language = "fr"
    asked(session, SUGGESTED["fr"][0], library)
    session.clear()
    assert STRINGS["fr"].welcome in session.conversation(library)
    assert STRINGS["fr"].sources_hint in session.sources(library)


# Answers that grow

WRITTEN = replace(
    answered("q", "en", "So:", (ENGLISH, BUILT), (ENGLISH, BRIDGE)), answerer="llm", model="tiny"
)
FIRST_SENTENCE = replace(WRITTEN, answer=f"{BUILT} [1]", citations=WRITTEN.citations[:1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_shown_once_it_is_confirmed(language: Language) -> None:
    session, library = Session(), Growing(growth={"q": [FIRST_SENTENCE, WRITTEN, WRITTEN]})
    session.language = language
    session.pose("q")
    drawn: list[tuple[str, str]] = []
    grown(
        session,
        0,
        library,
        lambda: drawn.append((session.conversation(library), session.sources(library))),
    )
    checking = STRINGS[language].checking
    assert [checking in talk for talk, _ in drawn] == [True, True, True, False]
    assert ["aria-busy" in talk for talk, _ in drawn] == [True, True, True, False]
    assert ["<footer>" in talk for talk, _ in drawn] == [False, False, False, True]
    assert [BUILT in talk for talk, _ in drawn] == [True] * 4
    assert [BRIDGE in talk for talk, _ in drawn] == [False, True, True, True]
    assert ['id="passage-0-2"' in panel for _, panel in drawn] == [False, True, True, True]


def test_until_something_is_confirmed_nothing_is_said_to_be_missing() -> None:
    nothing = replace(not_found("q", "en"), answerer="llm")
    session, library = Session(), Growing(growth={"q": [nothing]})
    session.pose("q")
    drawn = [
        str(talk) for talk in grown(session, 0, library, lambda: session.conversation(library))
    ]
    assert [STRINGS["en"].not_found in talk for talk in drawn] == [False, True]
    assert [STRINGS["en"].searching in talk for talk in drawn] == [True, False]


def test_what_the_reader_opened_meanwhile_stays_open() -> None:
    session, library = Session(), Growing(growth={"q": [FIRST_SENTENCE, WRITTEN]})
    asked(session, SUGGESTED["en"][1], library)
    session.pose("q")
    views: list[View | None] = []

    def look() -> None:
        views.append(session.view)
        session.view = View(0, marker=1)

    grown(session, 1, library, look)
    assert views == [View(1), View(0, marker=1), View(0, marker=1)]
    assert HELICOPTERS in plain(session.sources(library))


def test_a_fault_while_the_answer_grows_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    library = Growing({"q": OSError("/secret")}, {"q": [FIRST_SENTENCE]})
    session = Session()
    asked(session, "q", library)
    shown = session.conversation(library)
    assert STRINGS["en"].failed in shown
    assert STRINGS["en"].checking not in shown
    assert "/secret" in caplog.text


def test_a_question_is_put_with_the_settled_turns_before_it() -> None:
    library = Growing({"broken": OSError("gone")}, {"slow": [FIRST_SENTENCE, WRITTEN]})
    session = Session()
    first = asked(session, SUGGESTED["en"][0], library)
    asked(session, "broken", library)
    session.pose("slow")  # still growing when the next question comes
    session.turns[2] = replace(session.turns[2], answer=FIRST_SENTENCE, growing=True)
    asked(session, "And then?", library)
    assert library.histories[0] == []
    (before,) = library.histories[-1]
    assert before.question == session.turns[first].question
    assert BUILT in before.answer
    assert "[1]" not in before.answer
    session.clear()
    asked(session, "And then?", library)
    assert library.histories[-1] == []


# One reader, one visit


def test_earlier_conversations_can_be_opened_again() -> None:
    session, library = Session(), Growing()
    asked(session, SUGGESTED["en"][0], library)
    asked(session, SUGGESTED["en"][1], library)
    session.clear()
    session.clear()  # an empty conversation is not kept
    asked(session, SUGGESTED["en"][2], library)
    assert [len(turns) for turns in session.conversations] == [2, 1]
    session.reopen(0, 1)
    assert [turn.question for turn in session.turns] == SUGGESTED["en"][:2]
    assert session.view == View(1)
    shown = session.conversation(library)
    assert 'id="turn-1" tabindex="-1" data-jump' in shown
    assert 'data-conversation="0"' in shown
    assert "data-jump" not in session.conversation(library)  # the page goes there once
    for nowhere in ((2, 0), (-1, 0), (0, 2), (0, -1)):
        session.reopen(*nowhere)
        assert session.turns is session.conversations[0]


def test_the_oldest_conversation_makes_room() -> None:
    session, library = Session(), Growing()
    for number in range(KEPT + 5):
        asked(session, f"Question {number}", library)
        session.clear()
    assert len(session.conversations) == KEPT
    assert session.conversations[0][0].question == "Question 6"
    assert session.turns is session.conversations[-1]


def test_a_question_on_its_way_is_not_put_twice() -> None:
    session, library = Session(), Growing()
    assert session.pose("q") == 0
    assert session.pose(" q ") is None
    grown(session, 0, library)
    assert session.pose("q") == 1


# Up to a day


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_as_of_a_day_says_so(language: Language) -> None:
    session, library = Session(), Growing()
    session.language, session.as_of = language, "2021-12-07"
    asked(session, SUGGESTED["en"][0], library)
    session.as_of = None
    asked(session, SUGGESTED["en"][1], library)
    assert library.days == ["2021-12-07", None]
    heard, rest = STRINGS[language].heard_until.split("{date}")
    shown = plain(session.conversation(library))
    day = written_date("2021-12-07", STRINGS[language])
    assert shown.count(f"{heard}{day}{rest}") == 1


# What to go on with


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_to_go_on_with_were_not_asked_before(language: Language) -> None:
    session, library = Session(), Growing()
    session.language = language
    first, second, *others = SUGGESTED[language]
    asked(session, first, library)
    asked(session, second, library)
    shown = session.conversation(library)
    assert STRINGS[language].go_on in shown
    offered = re.findall(r'data-question="([^"]*)"', shown)
    assert [unescape(question) for question in offered] == others


def test_where_nothing_answers_the_nearest_documents_are_offered() -> None:
    session, library = Session(), Growing()
    asked(session, "Who won the cup?", library)
    offered = re.findall(r'data-question="([^"]*)"', session.conversation(library))
    assert [unescape(question) for question in offered] == [
        about(document.title, "en") for document in (ENGLISH, ARABIC)
    ]


def test_nothing_is_offered_while_an_answer_grows() -> None:
    session, library = Session(), Growing(growth={"q": [FIRST_SENTENCE, WRITTEN]})
    session.pose("q")
    drawn = grown(session, 0, library, lambda: session.conversation(library))
    assert ["data-question" in str(talk) for talk in drawn] == [False, False, True]


# Refusals


@pytest.mark.parametrize(
    ("kind", "said"), [("rate", "too_fast"), ("busy", "busy"), ("too_long", "long_question")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_a_sentence(
    kind: Literal["rate", "busy", "too_long"], said: str, language: Language
) -> None:
    session, library = Session(), Growing({"q": Refusal(kind, "in English")})
    session.language = language
    asked(session, "q", library)
    shown = session.conversation(library)
    sentence = getattr(STRINGS[language], said).format(limit=LONGEST_QUESTION)
    assert sentence in unescape(shown)
    assert "in English" not in shown


# Ratings


def test_a_rating_is_kept_once_and_a_note_makes_a_record_of_its_own() -> None:
    session, library = Session(), Growing()
    question = SUGGESTED["en"][0]
    number = asked(session, question, library)
    session.rate(number, "up", "", library)
    session.rate(number, "up", "  ", library)
    assert library.rated == [(question, "up", "")]
    shown = session.conversation(library)
    assert STRINGS["en"].note in unescape(shown)
    assert f'maxlength="{LONGEST_NOTE}"' in shown
    session.rate(number, "up", " Just so. ", library)
    session.rate(number, "down", "", library)
    assert library.rated[1:] == [(question, "up", "Just so."), (question, "down", "")]
    assert session.turns[number].rating == "down"


def test_what_is_no_answer_cannot_be_rated() -> None:
    session, library = Session(), Growing({"q": OSError("gone")})
    asked(session, "q", library)
    session.rate(0, "up", "", library)
    session.pose("another")
    session.turns[1] = replace(session.turns[1], answer=FIRST_SENTENCE, growing=True)
    session.rate(1, "up", "", library)
    assert library.rated == []


def test_a_rating_that_was_refused_is_not_shown_as_kept() -> None:
    session, library = Session(), Growing({"up": Refusal("rate", "too many")})
    number = asked(session, SUGGESTED["en"][0], library)
    with pytest.raises(Refusal):
        session.rate(number, "up", "", library)
    assert session.turns[number].rating is None


# A document that an address names


def test_a_document_opened_by_an_address_shows_the_place() -> None:
    session, library = Session(), Growing()
    start = ENGLISH.text.index(BRIDGE)
    session.view = View(None, None, ENGLISH.document_id, start, start + len(BRIDGE))
    panel = session.sources(library)
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", panel) == [BRIDGE]
    assert STRINGS["en"].opened_by_link in panel


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 5), (9, 3), (0, 10**9), (-4, 3)])
def test_a_place_that_is_none_opens_the_document_all_the_same(start: int, end: int) -> None:
    session, library = Session(), Growing()
    session.view = View(None, None, ENGLISH.document_id, start, end)
    panel = session.sources(library)
    assert "<mark" not in panel
    assert BRIDGE in panel


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_that_is_not_open_to_the_caller_is_a_sentence(language: Language) -> None:
    session, library = Session(), Growing()
    session.language = language
    session.view = View(None, None, "<b>secret</b>")
    assert STRINGS[language].not_open in unescape(session.sources(library))
    assert "secret" not in session.sources(library)


# In line


class Queued(Growing):
    """Answers once a turn is given; until then they wait in line."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = threading.Event()

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        as_of: str | None = None,
        where: Where | None = None,
    ) -> InTurn:
        assert (*history, as_of, where) == (None, None)
        return InTurn(self.turn, self._answers(question))


class InTurn:
    """Answers (:class:`pkqa.serve.library.Answers`) that wait for an event."""

    def __init__(self, turn: threading.Event, answers: Generator[Answer]) -> None:
        self.turn, self.answers = turn, answers
        self.closed = False

    @property
    def waiting(self) -> bool:
        return not self.turn.is_set()

    def __iter__(self) -> InTurn:
        return self

    def __next__(self) -> Answer:
        self.turn.wait(60)
        return next(self.answers)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_waits_in_line_is_told_so(language: Language) -> None:
    session, library = Session(), Queued()
    session.language = language
    session.pose(SUGGESTED["en"][0])
    drawn: list[str] = []

    def look() -> None:
        drawn.append(session.conversation(library))
        library.turn.set()

    grown(session, 0, library, look)
    assert STRINGS[language].waiting in drawn[0]
    assert STRINGS[language].searching not in drawn[0]
    assert session.view == View(0)
    assert BUILT in plain(drawn[-1])
    assert STRINGS[language].waiting not in drawn[-1]
