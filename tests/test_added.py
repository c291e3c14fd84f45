"""What a sentence adds to its question: nothing, or something that has to be carried."""

from __future__ import annotations

import pytest

from pkqa.answer.added import added, unfounded
from pkqa.answer.reading import Reading, read
from pkqa.text.glossary import load_synonyms


def _read(text: str, language: str) -> Reading:
    return read(text, language, load_synonyms())


def _echoes(language: str, question: str, claim: str) -> bool:
    new = added(_read(claim, language), _read(question, language))
    return new is not None and not new


def _unfounded(question: tuple[str, str], claim: str, support: tuple[str, str]) -> bool:
    stated = _read(claim, question[0])
    new = added(stated, _read(question[1], question[0]))
    return unfounded(stated, new or frozenset(), [_read(support[1], support[0])])


@pytest.mark.parametrize(
    ("language", "question", "claim"),
    [
        ("en", "Why are rich towns paid more for a bus?", "Rich towns are paid more for buses."),
        ("en", "When was the Anse bridge opened?", "The bridge of Anse was opened."),
        ("en", "In 1990, who painted it, and in which town?", "In 1990 it was painted in a town."),
        ("fr", "Où la mairie garde-t-elle ses bus ?", "La mairie garde ses bus."),
        ("fr", "Avec qui le maire a-t-il ouvert le pont ?", "Le maire a ouvert le pont."),
        ("fr", "Qu'est-ce que le maire a ouvert ?", "Le maire a ouvert."),
        ("ar", "في أي سنة افتتح رئيس البلدية الجسر؟", "افتتح رئيس البلدية الجسر."),
        ("ar", "كم حافلة اشترت المدينة؟", "اشترت المدينة حافلة."),
    ],
)
def test_what_the_question_says_is_no_answer(language: str, question: str, claim: str) -> None:
    assert _echoes(language, question, claim)


@pytest.mark.parametrize(
    ("language", "question", "claim"),
    [
        ("en", "When was the Anse bridge opened?", "The Anse bridge was opened in 1990."),
        ("en", "Who opened the bridge?", "The mayor opened the bridge."),
        ("en", "Why was the bridge opened?", "The bridge was not opened."),
        ("fr", "Où la mairie garde-t-elle ses bus ?", "La mairie garde ses bus à Anse."),
        ("ar", "كم حافلة اشترت المدينة؟", "اشترت المدينة 12 حافلة."),
        ("ar", "متى افتتح الجسر؟", "لم يفتتح الجسر."),
    ],
)
def test_one_thing_more_is_an_answer(language: str, question: str, claim: str) -> None:
    assert not _echoes(language, question, claim)


@pytest.mark.parametrize(
    ("language", "question", "claim"),
    [
        ("en", "Did the mayor who left open the bridge?", "The mayor who left opened the bridge."),
        ("en", "Which was opened, the bridge or the school?", "The school was opened."),
        ("en", "Which of the bridge and the school was opened?", "The school was opened."),
        ("en", "school bridge opened", "The school bridge was opened."),
        ("fr", "Est-ce que le maire a ouvert le pont ?", "Le maire a ouvert le pont."),
        ("fr", "La dame qui a ouvert le pont est-elle maire ?", "La dame est maire."),
        ("fr", "Qu'a-t-on ouvert, le pont ou l'école ?", "On a ouvert l'école."),
        ("fr", "Lequel du pont et du bus a été ouvert ?", "Le pont a été ouvert."),
        ("ar", "أيهما افتتح: الجسر والمدرسة؟", "افتتحت المدرسة."),
        ("ar", "هل افتتح رئيس البلدية الجسر؟", "افتتح رئيس البلدية الجسر."),
        ("ar", "ما الذي افتتح: الجسر أم المدرسة؟", "افتتحت المدرسة."),
    ],
)
def test_where_the_question_holds_its_answer_it_may_be_taken_up(
    language: str, question: str, claim: str
) -> None:
    assert not _echoes(language, question, claim)


WHO = ("en", "Who opened the bridge of Anse?")
OPENED = ("en", "The bridge of Anse was opened by the mayor in 1990.")


@pytest.mark.parametrize(
    ("question", "claim", "support"),
    [
        (WHO, "The soldiers opened the bridge of Anse.", OPENED),
        (WHO, "The bridge of Anse was opened by three soldiers.", OPENED),
        (("en", "When was the bridge of Anse opened?"), "It opened in 1992.", OPENED),
        (
            ("fr", "Qui a ouvert le pont d'Anse ?"),
            "Les soldats ont ouvert le pont d'Anse.",
            OPENED,
        ),
        (
            ("en", "Why was the bridge opened?"),
            "The bridge was opened for elephants.",
            ("ar", "افتتح رئيس البلدية الجسر."),
        ),
    ],
)
def test_one_or_two_things_that_the_support_has_not_are_unfounded(
    question: tuple[str, str], claim: str, support: tuple[str, str]
) -> None:
    assert _unfounded(question, claim, support)


@pytest.mark.parametrize(
    ("question", "claim", "support"),
    [
        (WHO, "The mayor opened the bridge of Anse.", OPENED),
        (WHO, "The mayor and his soldiers opened the bridge of Anse.", OPENED),
        (WHO, "Three tired soldiers in uniform opened the bridge of Anse.", OPENED),  # weighed
        (WHO, "The bridge of Anse was opened.", OPENED),  # adds nothing
        (("en", "Did soldiers open it?"), "Elephants opened the bridge.", OPENED),
        (("ar", "من افتتح الجسر؟"), "افتتح الفيل الجسر.", OPENED),
    ],
)
def test_what_adds_more_or_has_a_part_of_it_carried_is_not_settled_here(
    question: tuple[str, str], claim: str, support: tuple[str, str]
) -> None:
    assert not _unfounded(question, claim, support)
