"""What all imports share: texts as ingestion leaves them, ids in our letters."""

from __future__ import annotations

import json

import pytest

from pkqa.evals.foreign.imported import (
    as_ingested,
    corpus_text,
    name_of,
    nugget_of,
    saying,
    span_of,
)
from pkqa.ingest.clean import clean
from pkqa.ingest.readers import jsonl

RAW = "\ufeffOne\u200b line.\r\n\r\n\r\n\r\nA soft\u00adhyphen, a stop. \u2028Behind it.  \n"


def test_a_text_is_that_of_the_index() -> None:
    text = as_ingested(RAW)
    assert text == "One line.\n\nA softhyphen, a stop.\nBehind it."
    (read,) = jsonl.read(corpus_text([{"_id": "a", "text": text}]).encode()).documents
    assert clean(read).text == text == as_ingested(text)


def test_furniture_that_ingestion_drops_is_dropped() -> None:
    text = as_ingested("The bridge is open.\n\nLeave a Comment\n\nTraders cross it.")
    assert text == "The bridge is open.\n\nTraders cross it."


@pytest.mark.parametrize(
    ("told", "name"),
    [("56be4db0acb8001400a502ec", "56be4db0acb8001400a502ec"), ("a.b-2", "a.b-2")],
)
def test_an_id_of_our_letters_stays(told: str, name: str) -> None:
    assert name_of(told) == name


def test_ids_that_have_to_be_changed_stay_apart() -> None:
    told = ["PLAIN-1", "plain_1", "plain 1", "Plain#1", "سؤال", "؟", "-x", "é"]
    names = [name_of(one) for one in told]
    assert len(set(names)) == len(told)
    assert not set(names) & {"plain-1", "x", "e"}
    assert all(name.isascii() and name[0].isalnum() for name in names)


def test_sets_that_say_a_value() -> None:
    text = "Built in May. Opened in June."
    may, june = span_of("a", text, 0, 13), span_of("a", text, 14)
    assert (may.quote, june.quote) == ("Built in May.", "Opened in June.")
    nugget = nugget_of([" june ", "June", "", "july"], "en")
    assert nugget.values == {"en": ("june", "June", "july")}
    assert saying([(may,), (june,), (may, june)], nugget, "en") == ((june,), (may, june))


def test_a_corpus_is_an_object_a_line() -> None:
    told = [{"_id": "1", "text": "a\u2028b\n"}, {"_id": "2", "text": "é"}]
    lines = corpus_text(told).split("\n")
    assert [json.loads(line) for line in lines if line] == told
