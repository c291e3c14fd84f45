"""A visit: questions in, answers out, and a sentence for whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from pkqa.answer.followup import Exchange
from pkqa.errors import (
    EmbedderError,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    LLMError,
    PkqaError,
    RerankerError,
    UnknownDocument,
    UsageError,
)
from pkqa.model import Answer, Document
from pkqa.serve.library import LONGEST_QUESTION, Library, View
from pkqa.serve.session import Session
from pkqa.serve.strings import LANGUAGES, STRINGS, Language
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
from test_serve_library import Growing, plain


def asked(session: Session, question: str, library: Library) -> int:
    number = session.pose(question)
    assert number is not None
    for _ in session.settle(number, library):
        pass
    return number


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_shown_then_answered(language: Language) -> None:
    session, library = Session(), Growing()
    session.language = language
    question = SUGGESTED[language][0]
    number = session.pose(f"  {question}\n")
    assert number == 0
    assert STRINGS[language].searching in session.conversation(library)
    assert list(session.settle(0, library)) == [None]  # quotations are drawn once, at the end
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


def test_an_answer_that_comes_after_the_conversation_was_cleared_is_not_shown() -> None:
    class Clearing(Growing):
        def stream(self, question: str, *, history: Sequence[Exchange]) -> Iterator[Answer]:
            session.clear()
            return super().stream(question, history=history)

    session = Session()
    asked(session, SUGGESTED["en"][0], Clearing())
    assert session.turns == []
    assert session.view is None


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
        def document(self, document_id: str) -> Document:
            if document_id == ARABIC.document_id:
                raise UnknownDocument(document_id)
            return super().document(document_id)

    session = Session()
    number = asked(session, "Who won the cup?", Shrunk())
    assert [d.document_id for d in session.turns[number].nearest] == [DOCUMENTS[0].document_id]


def test_a_library_that_breaks_while_drawing_leaves_a_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(Growing):
        def document(self, document_id: str) -> Document:
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
    drawn = []
    for _ in session.settle(0, library):
        drawn.append((session.conversation(library), session.sources(library)))
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
    drawn = [session.conversation(library) for _ in session.settle(0, library)]
    assert [STRINGS["en"].not_found in talk for talk in drawn] == [False, True]
    assert [STRINGS["en"].searching in talk for talk in drawn] == [True, False]


def test_what_the_reader_opened_meanwhile_stays_open() -> None:
    session, library = Session(), Growing(growth={"q": [FIRST_SENTENCE, WRITTEN]})
    asked(session, SUGGESTED["en"][1], library)
    session.pose("q")
    growing = session.settle(1, library)
    next(growing)
    assert session.view == View(1)
    session.view = View(0, marker=1)
    assert len(list(growing)) == 2
    assert HELICOPTERS in plain(session.sources(library))


def test_a_conversation_cleared_while_the_answer_grows_stays_clear() -> None:
    session, library = Session(), Growing(growth={"q": [FIRST_SENTENCE, WRITTEN]})
    session.pose("q")
    growing = session.settle(0, library)
    next(growing)
    session.clear()
    session.pose("another")
    assert list(growing) == []
    assert [turn.question for turn in session.turns] == ["another"]
    assert session.turns[0].answer is None


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
    session.pose("slow")
    next(session.settle(2, library))  # still growing when the next question comes
    asked(session, "And then?", library)
    assert library.histories[0] == []
    (before,) = library.histories[-1]
    assert before.question == session.turns[first].question
    assert BUILT in before.answer
    assert "[1]" not in before.answer
    session.clear()
    asked(session, "And then?", library)
    assert library.histories[-1] == []
