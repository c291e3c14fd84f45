"""Where gold spans stand: at their offsets, moved, nowhere; and files brought up to date."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from gold_samples import document, lines, record, span
from pkqa.errors import UsageError
from pkqa.evals.gold.anchor import anchored, places
from pkqa.evals.gold.file import read_gold
from pkqa.evals.gold.rewrite import rewrite
from pkqa.evals.scores.asked import Place
from pkqa.model import Document
from shelf import BRIDGE, BUILT, ENGLISH, FRENCH, HELICOPTERS


def edited(before: str, after: str) -> Document:
    text = ENGLISH.text.replace(before, after)
    return replace(ENGLISH, text=text, text_sha=hashlib.sha256(text.encode()).hexdigest())


def test_a_span_is_where_it_says() -> None:
    here, there = span(ENGLISH, BUILT), span(FRENCH, HELICOPTERS)
    asked = record(gold=((here, span(ENGLISH, BRIDGE)), (there,)))
    (first, second), (third,) = places(asked, document)
    assert first == Place("bridge-en", here.start, here.end)
    assert second == Place("bridge-en", here.end + 1, here.end + 1 + len(BRIDGE))
    assert third == Place("helicopteres-fr", there.start, there.end)
    assert anchored(asked, document) is asked


def test_a_quotation_that_moved_is_found_where_it_stands_now() -> None:
    asked = record()
    moved = edited("The rains", "Last year the rains")
    ((place,),) = places(asked, lambda _: moved)
    assert place is not None
    assert moved.text[place.start : place.end] == BUILT
    assert place.start == asked.gold[0][0].start + len("Last year ")
    ((now,),) = anchored(asked, lambda _: moved).gold
    assert (now.text_sha, now.start, now.end) == (moved.text_sha, place.start, place.end)
    assert now.quote == BUILT


def test_offsets_that_are_right_count_before_another_place() -> None:
    """A sentence that is repeated stands where the record says."""
    twice = edited("The mayor", f"{BUILT} The mayor")
    asked = record()
    ((place,),) = places(asked, lambda _: twice)
    assert place == Place("bridge-en", asked.gold[0][0].start, asked.gold[0][0].end)


@pytest.mark.parametrize(
    "gone",
    [edited("nineteen", "twenty"), edited("The rains", f"{BUILT} Yes. {BUILT} The rains")],
    ids=["no more", "twice"],
)
def test_what_is_not_surely_there_is_nowhere(gone: Document) -> None:
    asked = record()
    assert places(asked, lambda _: gone) == ((None,),)
    assert anchored(asked, lambda _: gone) == asked


def test_overlapping_occurrences_are_two() -> None:
    text = "x aXaXa y"
    both = replace(ENGLISH, text=text)
    asked = record(gold=((span(both, "aXa", start=0, end=3),),))
    assert places(asked, lambda _: both) == ((None,),)


def test_a_document_that_is_gone_has_no_places() -> None:
    asked = record(gold=((span(ENGLISH, BUILT, document_id="gone"),),))
    assert places(asked, document) == ((None,),)
    assert anchored(asked, document) == asked


def test_only_the_lines_that_changed_are_written_anew(tmp_path: Path) -> None:
    right = record("right.en1")
    moved = record("moved.en1", gold=((span(ENGLISH, BUILT, start=3, end=9), right.gold[0][0]),))
    stale = record("stale.en1", gold=((span(ENGLISH, BRIDGE, text_sha="0" * 64),),))
    found = lines(tmp_path, right, moved, stale)
    file = tmp_path / "gold.jsonl"
    # Blanks that we would not write, and an empty line, show what was left alone.
    text = file.read_text("utf-8").replace('"id": "right.en1"', '"id":   "right.en1"')
    file.write_text(text.replace("\n", "\n\n", 1), "utf-8")
    found = [replace(line, number=line.number + (line.number > 1)) for line in found]
    fresh, spans = rewrite(found, document)
    assert spans == {file: 2}
    written = file.read_text("utf-8").split("\n")
    assert written[:2] == [*text.split("\n")[:1], ""]
    assert [line.record for line in fresh] == read_gold([file])
    assert fresh[1].record.gold[0][0] == right.gold[0][0]
    assert fresh[2].record.gold[0][0] == span(ENGLISH, BRIDGE)
    before = file.read_bytes()
    assert rewrite(fresh, document) == (fresh, {})
    assert file.read_bytes() == before


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    found = lines(tmp_path, record(gold=((span(ENGLISH, BUILT, start=3, end=9),),)))
    (tmp_path / ".gold.jsonl.new").mkdir()
    with pytest.raises(UsageError, match=r"gold\.jsonl cannot be written"):
        rewrite(found, document)
