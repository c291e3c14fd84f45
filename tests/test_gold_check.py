"""Faults of gold questions: each is found, named by file and line, and only where it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gold_samples import document, lines, number, record, refusal, span
from pkqa.errors import UsageError
from pkqa.evals.gold.check import faults
from pkqa.evals.gold.lines import read_lines
from pkqa.evals.gold.record import Record, Value
from pkqa.evals.gold.standing import LONGEST
from pkqa.evals.gold.summary import summary
from shelf import ARABIC, BRIDGE, BUILT, ENGLISH, FRENCH, HELICOPTERS, SIXTY


def found(folder: Path, *records: Record) -> list[str]:
    """The faults, without the file."""
    told = list(faults(lines(folder, *records), document))
    assert all(one.startswith(f"{folder / 'gold.jsonl'}, line ") for one in told)
    return [one.removeprefix(f"{folder / 'gold.jsonl'}, ") for one in told]


SOUND = (
    record(),
    record(
        "tonnes.fr1",
        language="fr",
        question="Combien de tonnes le pont porte-t-il ?",
        nuggets=(number("40"), number("77", vital=False)),
        forbidden=(Value(type="number", value="19"),),
        gold=((span(ENGLISH, BRIDGE),),),
        as_of="2024-02-29",
    ),
    record(
        "fallen.ar1",
        language="ar",
        question="كم جنديًا سقط خلال العام؟",
        nuggets=(number("60"),),
        gold=((span(ARABIC, SIXTY),),),
        split="test",
    ),
    refusal(twin="bridge.en1"),
)


def test_a_sound_set_has_no_faults(tmp_path: Path) -> None:
    assert found(tmp_path, *SOUND) == []


ONE: dict[str, tuple[dict[str, Any], str, str]] = {
    "wrong span": (
        {"gold": ((span(ENGLISH, BUILT, start=3, end=9),),)},
        "the text at 3:9 of bridge-en is not the quotation, which stands at ",
        "--anchor",
    ),
    "gone": (
        {"gold": ((span(ENGLISH, BUILT, quote="Built in nineteen days."),),)},
        "which stands nowhere in it",
        "quote it anew",
    ),
    "several times": (
        {"gold": ((span(ENGLISH, "bridge", start=3, end=9),),), "nuggets": ()},
        "which stands there several times",
        "set start and end",
    ),
    "stale hash": (
        {"gold": ((span(ENGLISH, BUILT, text_sha="0" * 64),),)},
        "text_sha is of another text of bridge-en",
        "--anchor",
    ),
    "unknown document": (
        {"gold": ((span(ENGLISH, BUILT, document_id="gone"),),)},
        "no document 'gone' in the index",
        "ingest it",
    ),
    "vital not said": (
        {"nuggets": (number("19"), number("40"))},
        "gold set 1 does not say the vital number 40",
        "mend the nugget",
    ),
    "forbidden said": (
        {"forbidden": (Value(type="name", values={"en": ("engineers",), "fr": ("génie",)}),)},
        'gold set 1 says the forbidden name "engineers" or "génie"',
        "take one of the two out",
    ),
    "another language": (
        {"language": "fr"},
        "the question reads as 'en', not as 'fr'",
        "set its language",
    ),
    "no day": ({"as_of": "2023-02-29"}, "as_of '2023-02-29' is no day", "YYYY-MM-DD"),
    "draft": ({"tags": ("who", "draft")}, "is a proposal that nobody has accepted", "take the tag"),
}


@pytest.mark.parametrize("kind", ONE)
def test_a_fault_of_one_question(tmp_path: Path, kind: str) -> None:
    changes, what, remedy = ONE[kind]
    (told,) = found(tmp_path, record("other.en1", question="Who rebuilt it?"), record(**changes))
    assert told.startswith("line 2: bridge.en1: ")
    assert what in told
    assert remedy in told.partition("; ")[2]


def test_the_languages_of_the_set_tell_a_short_question(tmp_path: Path) -> None:
    """Three words could be of many languages, not of the two that are asked in."""
    short = record(question="Engagements coréens ?")
    french = record("b", language="fr", question="En combien de jours ?")
    assert found(tmp_path, short) == []
    (told,) = found(tmp_path, short, french)
    assert told.startswith("line 1: bridge.en1: the question reads as 'fr', not as 'en'")


def test_each_set_is_held_against_the_values(tmp_path: Path) -> None:
    both = ((span(ENGLISH, BRIDGE),), (span(ENGLISH, BRIDGE), span(ENGLISH, BUILT)))
    (told,) = found(tmp_path, record(gold=both))
    assert "gold set 1 does not say the vital number 19" in told


def test_values_are_read_as_the_document_means_them(tmp_path: Path) -> None:
    """In its language, and with its day for what is relative to it."""
    sixty: dict[str, Any] = {"gold": ((span(ARABIC, SIXTY),),), "nuggets": (number("60"),)}
    today = "اجتمع الجنود في ساحة المقر صباح اليوم."
    day: dict[str, Any] = {
        "gold": ((span(ARABIC, today),),),
        "nuggets": ({"type": "date", "value": "2023-05-29"},),
    }
    assert (
        found(tmp_path, record(**sixty), record("b", question="When did they meet?", **day)) == []
    )


LONG = replace(ENGLISH, text=f"{ENGLISH.text}\n\nOf last year:\n\n{ENGLISH.text}")


@pytest.mark.parametrize("longer", [0, 1])
def test_a_long_quotation(tmp_path: Path, longer: int) -> None:
    asked = record(gold=((span(LONG, LONG.text[: LONGEST + longer]),),))
    told = list(faults(lines(tmp_path, asked), lambda _: LONG))
    assert [f"a quotation of {LONGEST + 1} characters" in one for one in told] == [True] * longer


def test_a_document_may_be_quoted_whole(tmp_path: Path) -> None:
    assert len(LONG.text) > LONGEST
    asked = record(gold=((span(LONG, LONG.text),),))
    assert list(faults(lines(tmp_path, asked), lambda _: LONG)) == []


def test_the_same_id_twice(tmp_path: Path) -> None:
    told = found(tmp_path, record(), record(question="Who?"), record("other", question="Where?"))
    assert len(told) == 1
    assert told[0].startswith("line 2: bridge.en1: the id stands in ")
    assert "line 1 already" in told[0]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"question": "IN  how many days, was the bridge rebuilt"}, True),
        ({"question": "In how many days was the bridge+ rebuilt?"}, False),
        ({"after": ("Which bridge?",)}, False),
        ({"as_of": "2023-01-01"}, False),
        ({"language": "fr"}, False),
    ],
)
def test_the_same_question_twice(tmp_path: Path, changes: dict[str, Any], same: bool) -> None:
    told = found(tmp_path, record(), record("other.en1", **changes))
    assert ["asks the same as bridge.en1" in one for one in told if "reads as" not in one] == (
        [True] if same else []
    )


def test_follow_ups_are_the_same_after_the_same(tmp_path: Path) -> None:
    after = ("Which bridge?",)
    (told,) = found(tmp_path, record(after=after), record("b", after=("which BRIDGE",)))
    assert "asks the same" in told


def test_twins(tmp_path: Path) -> None:
    french = record(
        "helicopters.fr1",
        language="fr",
        question="Combien d’hélicoptères ont été promis ?",
        nuggets=(number("16"),),
        gold=((span(FRENCH, HELICOPTERS),),),
    )
    told = found(
        tmp_path,
        record(),
        french,
        refusal("a", twin="nobody"),
        refusal("b", twin="c", question="Who lost?"),
        refusal("c", twin="bridge.en1", question="Who drew?"),
        refusal("d", twin="helicopters.fr1", question="Who scored?"),
    )
    assert [one.partition(": ")[2].partition(";")[0] for one in told] == [
        "a: its twin 'nobody' is not in the files",
        "b: its twin 'c' is unanswerable itself",
        "d: its twin 'helicopters.fr1' is in 'fr'",
    ]


LEAKS: dict[str, tuple[dict[str, Any], str]] = {
    "fact": ({"fact_id": "bridge.en1", "gold": (), "question": "How long?"}, "the fact"),
    "question": ({"gold": (), "question": "in HOW many days was the bridge rebuilt"}, "question"),
    "other language": ({"gold": (), "language": "fr"}, "question"),
    "passage": ({"question": "How long?"}, "a passage of bridge-en"),
    "touching": (
        {"question": "How long?", "gold": ((span(ENGLISH, "nineteen days. The bridge"),),)},
        "a passage of bridge-en",
    ),
    "moved": (
        {"question": "How long?", "gold": ((span(ENGLISH, BUILT, start=0, end=4),),)},
        "a passage of bridge-en",
    ),
}


@pytest.mark.parametrize("kind", LEAKS)
def test_leaks_between_splits(tmp_path: Path, kind: str) -> None:
    changes, what = LEAKS[kind]
    other = record("other.en1", **changes)
    ours = [one for one in found(tmp_path, record(), other) if "shares" in one]
    assert ours == []
    told = found(tmp_path, record(), other.model_copy(update={"split": "test"}))
    (leak,) = [one for one in told if "shares" in one]
    assert leak.startswith("line 2: other.en1: split 'test' shares ")
    assert what in leak
    assert "with bridge.en1 of 'dev'" in leak
    assert leak.endswith("put both into one split")


def test_neighbouring_passages_are_no_leak(tmp_path: Path) -> None:
    other = record(
        "tonnes.en1",
        split="test",
        question="How many tonnes does it carry?",
        nuggets=(number("40"),),
        gold=((span(ENGLISH, f" {BRIDGE}"),),),
    )
    assert other.gold[0][0].start == record().gold[0][0].end
    assert found(tmp_path, record(), other) == []
    assert found(tmp_path, other, record()) == []


def test_a_twin_in_another_split(tmp_path: Path) -> None:
    (told,) = found(tmp_path, record(), refusal(split="test", twin="bridge.en1"))
    assert "split 'test' shares its twin with bridge.en1 of 'dev'" in told


def test_a_fact_in_two_splits_is_told_once(tmp_path: Path) -> None:
    questions = ("How long?", "How many days?", "How many weeks?")
    same = [
        record(f"q{n}", fact_id="bridge", gold=(), question=question, split="test" if n else "dev")
        for n, question in enumerate(questions)
    ]
    (told,) = found(tmp_path, *same)
    assert told.startswith("line 2: q1: ")


def test_lines_that_are_no_questions_are_told_with_the_others(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    lines(tmp_path, record())
    good = file.read_text("utf-8")
    file.write_text(f'{{\n\n{good}{{"id": "B"}}\n', "utf-8")
    read, told = read_lines([tmp_path])
    assert [(line.number, line.record.id) for line in read] == [(3, "bridge.en1")]
    assert [one.partition(": ")[0] for one in told] == [f"{file}, line 1", f"{file}, line 4"]
    with pytest.raises(UsageError, match="does not exist"):
        read_lines([tmp_path / "nowhere"])
    file.write_bytes(b"\xff\n")
    with pytest.raises(UsageError, match=r"gold\.jsonl cannot be read"):
        read_lines([file])


def test_the_table_counts_questions_and_facts() -> None:
    again = record("bridge.en2", fact_id="bridge.en1", tags=("when", "number"))
    rows = [
        (line[:32].strip(), *map(int, line[32:].split()))
        for line in list(summary([*SOUND, again]))[1:]
    ]
    assert rows == [
        ("all", 5, 4),
        ("split dev", 4, 3),
        ("split test", 1, 1),
        ("answerable ar -> ar", 1, 1),
        ("answerable en -> en", 2, 1),
        ("answerable fr -> en", 1, 1),
        ("unanswerable off-topic", 1, 1),
        ("tag number", 1, 1),
        ("tag when", 1, 1),
    ]
