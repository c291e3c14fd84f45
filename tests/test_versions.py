"""The same event told twice takes one place; what only looks like it keeps its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pkqa.retrieve.candidates import Candidate
from pkqa.retrieve.fuse import FloatArray
from pkqa.retrieve.versions import DAYS, OTHER_LANGUAGE, SAME_LANGUAGE, Account, grouped


def ranked(*chunk_ids: str, **languages: str) -> list[Candidate]:
    """Candidates in that order, each with the next row and a lower score; English where no
    language is given for the document."""
    return [
        Candidate(name, row, languages.get(name[:-2], "en"), 0.0, (), 0.0, 1.0 - row / 10)
        for row, name in enumerate(chunk_ids)
    ]


def places(
    candidates: Sequence[Candidate], vectors: FloatArray, **dates: str | None
) -> list[tuple[str, list[str]]]:
    """Each place with its versions; documents are undated where no date is given."""

    def told(candidate: Candidate) -> Account:
        return Account(dates.get(candidate.document_id), frozenset())

    return [
        (one.chunk_id, [version.chunk_id for version in one.versions])
        for one in grouped(candidates, vectors, told)
    ]


def pair(cosine: float) -> FloatArray:
    """Rows 0 and 1 at that cosine, row 2 apart from both."""
    return np.array([[1, 0, 0], [cosine, (1 - cosine**2) ** 0.5, 0], [0, 0, 1]], dtype=np.float32)


def fan(*degrees: float) -> FloatArray:
    """Rows at these angles in one plane."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


SAME = np.ones((4, 1), dtype=np.float32)
# The widest angle between two versions in one language.
LIMIT = float(np.degrees(np.arccos(SAME_LANGUAGE)))


@pytest.mark.parametrize("languages", [{"b": "fr"}, {"a": "fr", "b": "ar"}, {"a": "fr"}])
def test_a_translation_shares_the_place_of_the_better_one(languages: dict[str, str]) -> None:
    given = ranked("a#0", "b#0", "else#0", **languages)
    assert places(given, pair(OTHER_LANGUAGE + 0.01)) == [("a#0", ["b#0"]), ("else#0", [])]
    less = places(given, pair(OTHER_LANGUAGE - 0.01))
    assert less == [("a#0", []), ("b#0", []), ("else#0", [])]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_in_one_language_it_takes_more_to_say_the_same(language: str) -> None:
    assert SAME_LANGUAGE > OTHER_LANGUAGE + 0.02
    given = ranked("a#0", "b#0", a=language, b=language)
    assert places(given, pair(SAME_LANGUAGE + 0.01)) == [("a#0", ["b#0"])]
    for cosine in (SAME_LANGUAGE - 0.01, OTHER_LANGUAGE + 0.01):
        assert places(given, pair(cosine)) == [("a#0", []), ("b#0", [])]


def test_a_version_keeps_all_that_is_known_of_it() -> None:
    given = ranked("a#0", "b#0", b="fr")
    given[1] = replace(given[1], lexical=0.25, sentence_similarities=(0.5,))
    (place,) = grouped(given, SAME, lambda _: Account(None, frozenset()))
    assert place == replace(given[0], versions=(given[1],))


def test_chunks_of_one_document_are_no_versions_of_each_other() -> None:
    given = ranked("papers/a#b.txt#0", "papers/a#b.txt#1")
    assert places(given, SAME) == [("papers/a#b.txt#0", []), ("papers/a#b.txt#1", [])]


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("2021-12-07", "2021-12-07", True),
        ("2021-12-28", "2022-01-04", True),  # a week
        ("2022-01-04", "2021-12-28", True),
        ("2021-12-28", "2022-01-05", False),
        ("2022-01-05", "2021-12-28", False),
        ("2021-12-07", "2023-12-07", False),  # a yearly resolution
        ("2021-12-07", None, True),
        (None, "2021-12-07", True),
        (None, None, True),
    ],
)
def test_versions_come_out_within_days_of_each_other(
    one: str | None, other: str | None, may_be: bool
) -> None:
    assert DAYS == 7
    expected = [("a#0", ["b#0"])] if may_be else [("a#0", []), ("b#0", [])]
    assert places(ranked("a#0", "b#0"), SAME, a=one, b=other) == expected


def test_a_version_of_a_version_is_one_of_the_original() -> None:
    given = ranked("a#0", "b#0", "c#0", "b#1")
    assert places(given, SAME) == [("a#0", ["b#0", "c#0", "b#1"])]


def test_what_is_like_a_version_alone_has_a_place_of_its_own() -> None:
    step = 0.9 * LIMIT
    given = ranked("a#0", "b#0", "c#0")
    assert places(given, fan(0, step, 2 * step)) == [("a#0", ["b#0"]), ("c#0", [])]


def test_a_further_chunk_of_the_original_is_no_version_by_way_of_another() -> None:
    given = ranked("a#0", "b#0", "a#1")
    assert places(given, SAME) == [("a#0", ["b#0"]), ("a#1", [])]


def test_of_two_originals_the_better_has_the_version() -> None:
    apart = 0.6 * LIMIT
    given = ranked("a#0", "b#0", "c#0")
    assert places(given, fan(0, 2 * apart, apart)) == [("a#0", ["c#0"]), ("b#0", [])]


def test_where_the_better_one_is_of_another_time_the_next_has_it() -> None:
    given = ranked("a#0", "b#0", "c#0")
    dates = {"a": "2021-12-07", "b": "2023-12-05", "c": "2023-12-07"}
    assert places(given, SAME, **dates) == [("a#0", []), ("b#0", ["c#0"])]


def test_places_and_versions_stay_best_first() -> None:
    given = ranked("a#0", "x#0", "b#0", "y#0")
    vectors = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], dtype=np.float32)
    assert places(given, vectors) == [("a#0", ["b#0"]), ("x#0", ["y#0"])]


def test_vectors_are_found_by_row_and_not_by_rank() -> None:
    first, second = ranked("a#0", "b#0")
    given = [replace(first, row=2), replace(second, row=0)]
    assert places(given, pair(SAME_LANGUAGE + 0.01)) == [("a#0", []), ("b#0", [])]
    given = [replace(first, row=1), replace(second, row=0)]
    assert places(given, pair(SAME_LANGUAGE + 0.01)) == [("a#0", ["b#0"])]


def test_of_nothing_nothing_comes() -> None:
    assert places([], SAME) == []


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        (set(), set(), True),
        ({"60"}, set(), True),
        ({"60", "1988"}, {"60", "1988"}, True),
        ({"60", "1988"}, {"60", "7"}, True),  # half of them
        ({"60", "1988", "5"}, {"60", "7", "8"}, False),
        ({"1"}, {"2"}, False),
        ({"1"}, {"1", "2", "3", "4"}, True),  # the longer report tells more
    ],
)
def test_versions_give_the_same_figures_for_the_most_part(
    one: set[str], other: set[str], may_be: bool
) -> None:
    figures = {"a": frozenset(one), "b": frozenset(other)}
    found = grouped(ranked("a#0", "b#0"), SAME, lambda c: Account(None, figures[c.document_id]))
    assert [bool(place.versions) for place in found] == ([True] if may_be else [False, False])
