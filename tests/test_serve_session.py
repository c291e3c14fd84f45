"""A visit: questions in, answers out, and a sentence for whatever goes wrong."""

from __future__ import annotations

import logging
import re

import pytest

from pkqa.errors import (
    EmbedderError,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    PkqaError,
    RerankerError,
    UnknownDocument,
)
from pkqa.model import Answer, Document
from pkqa.serve.library import LONGEST_QUESTION, View
from pkqa.serve.session import Session
from pkqa.serve.strings import LANGUAGES, STRINGS, Language
from shelf import ARABIC, BRIDGE, BUILT, DOCUMENTS, SUGGESTED, Shelf


def asked(session: Session, question: str, library: Shelf) -> int:
    number = session.pose(question)
    assert number is not None
    session.settle(number, library)
    return number


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_shown_then_answered(language: Language) -> None:
    session, library = Session(), Shelf()
    session.language = language
    question = SUGGESTED[language][0]
    number = session.pose(f"  {question}\n")
    assert number == 0
    assert STRINGS[language].searching in session.conversation(library)
    session.settle(0, library)
    assert STRINGS[language].searching not in session.conversation(library)
    assert session.view == View(0)
    assert "<mark" in session.sources(library)


def test_nothing_to_ask() -> None:
    session = Session()
    assert session.pose("  \n ") is None
    assert session.turns == []


def test_a_pasted_text_is_not_put_to_the_library() -> None:
    session = Session()
    library = Shelf({"x" * LONGEST_QUESTION + "…": AssertionError("it was asked")})
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
        (PkqaError("/secret"), "failed"),
        (ZeroDivisionError("/secret"), "failed"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_becomes_a_sentence_and_its_trace_goes_to_the_log(
    fault: Exception, said: str, language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    session, library = Session(), Shelf({"q": fault})
    session.language = language
    with caplog.at_level(logging.ERROR):
        asked(session, "q", library)
    shown = session.conversation(library) + session.sources(library)
    assert getattr(STRINGS[language], said) in shown
    assert "secret" not in shown
    assert "/secret" in caplog.text


def test_a_change_of_language_redraws_everything() -> None:
    session, library = Session(), Shelf()
    asked(session, SUGGESTED["en"][0], library)
    session.language = "ar"
    assert STRINGS["ar"].verbatim in session.conversation(library)
    assert STRINGS["ar"].whole_document in session.sources(library)


def test_an_answer_that_comes_after_the_conversation_was_cleared_is_not_shown() -> None:
    class Clearing(Shelf):
        def ask(self, question: str) -> Answer:
            session.clear()
            return super().ask(question)

    session = Session()
    asked(session, SUGGESTED["en"][0], Clearing())
    assert session.turns == []
    assert session.view is None


def test_an_earlier_answer_can_be_opened_again() -> None:
    session, library = Session(), Shelf()
    asked(session, SUGGESTED["en"][0], library)
    asked(session, SUGGESTED["en"][1], library)
    session.view = View(0, marker=2)
    panel = session.sources(library)
    assert BUILT in plain(panel)
    assert BRIDGE in plain(panel)
    assert 'id="passage-0-2"' in panel


def test_a_whole_document_on_demand() -> None:
    session, library = Session(), Shelf()
    asked(session, SUGGESTED["ar"][1], library)
    session.view = View(0, 1, ARABIC.document_id)
    assert "انتهى الحفل بعزف النشيد." in session.sources(library)


@pytest.mark.parametrize("view", [View(7), View(0, None, "no-such-document"), View(9, 1, "x")])
def test_what_is_gone_is_said_to_be_gone(view: View) -> None:
    session, library = Session(), Shelf()
    asked(session, SUGGESTED["en"][0], library)
    session.view = view
    assert STRINGS["en"].gone in session.sources(library)


def test_nearest_documents_are_named_once_and_only_while_they_exist() -> None:
    class Shrunk(Shelf):
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
    class Broken(Shelf):
        def document(self, document_id: str) -> Document:
            raise OSError(f"disk gone under {document_id}")

        def suggestions(self, language: str, n: int) -> list[str]:
            raise OSError(f"disk gone under {n} {language}")

    session = Session()
    with caplog.at_level(logging.ERROR):
        assert STRINGS["en"].welcome in session.conversation(Broken())
        asked(session, SUGGESTED["en"][0], Shelf())
        assert STRINGS["en"].gone in session.sources(Broken())
    assert caplog.text.count("disk gone") >= 2


def test_a_new_conversation_keeps_the_language() -> None:
    session, library = Session(), Shelf()
    session.language = "fr"
    asked(session, SUGGESTED["fr"][0], library)
    session.clear()
    assert STRINGS["fr"].welcome in session.conversation(library)
    assert STRINGS["fr"].sources_hint in session.sources(library)
