"""BM25 over tokens that come in analysed, the anchors beside them, and how near they stand."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from pkqa.store.exact import highest
from pkqa.store.lexical import SCHEMA, SENTENCES, LexicalIndex, LexicalWriter, Matches
from pkqa.text.anchors import Anchor


def index(*chunks: tuple[str, str]) -> LexicalIndex:
    """An index of (language, text) pairs; the n-th is row n.

    Sentences end in a full stop; what begins with one of ``#@~`` is an anchor.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in SCHEMA:
        connection.execute(statement)
    writer = LexicalWriter()
    for row, (language, text) in enumerate(chunks):
        sentences = [
            [word for word in sentence.split() if word[0] not in "#@~"]
            for sentence in text.split(".")
        ]
        anchors = [word for word in text.replace(".", " ").split() if word[0] in "#@~"]
        writer.add(row, language, sentences, anchors)
    writer.write(connection)

    def ask(statement: str, parameters: Sequence[Any]) -> list[Any]:
        return connection.execute(statement, parameters).fetchall()

    return LexicalIndex(ask, len(chunks))


def search(
    searched: LexicalIndex, tokens: Mapping[str, Sequence[str]], n: int
) -> list[tuple[int, float]]:
    """The ``n`` rows that share most words with a query, best first, as (row, share)."""
    shares = searched.match(tokens, {}).shares
    best = highest(shares, np.flatnonzero(shares), n)
    return list(zip(best.tolist(), shares[best].tolist(), strict=True))


THREE = (("en", "peace medal summit"), ("en", "peace women mission"), ("en", "peace peace peace"))


def test_the_score_is_bm25_over_the_most_the_query_could_get() -> None:
    found = search(index(*THREE), {"en": ["medal", "peace"]}, 3)
    rare, common = math.log(1 + 2.5 / 1.5), math.log(1 + 0.5 / 3.5)
    # All three chunks are of mean length, so that a count of one is set against k1: 1 / 2.2.
    most = (rare + common) * 2.2
    expected = {
        0: (rare + common) / most,
        1: common / most,
        2: common * 3 * 2.2 / (3 + 1.2) / most,
    }
    assert dict(found) == pytest.approx(expected, rel=1e-5)
    assert [row for row, _ in found] == [0, 2, 1]


def test_a_word_that_no_chunk_holds_lowers_the_score_of_all() -> None:
    searched = index(*THREE)
    ((_, known),) = search(searched, {"en": ["medal"]}, 1)
    ((_, half),) = search(searched, {"en": ["medal", "helicopter"]}, 1)
    rare, unseen = math.log(1 + 2.5 / 1.5), math.log(1 + 3.5 / 0.5)
    assert half == pytest.approx(known * rare / (rare + unseen), rel=1e-5)


def test_a_word_asked_twice_weighs_twice() -> None:
    searched = index(*THREE)
    once = dict(search(searched, {"en": ["medal", "women"]}, 3))
    twice = dict(search(searched, {"en": ["medal", "women", "women"]}, 3))
    assert once[0] == pytest.approx(once[1])
    assert twice[1] == pytest.approx(2 * twice[0])


def test_the_longer_of_two_chunks_with_the_same_word_comes_second() -> None:
    found = search(
        index(("en", "peace and a great many more words"), ("en", "peace")), {"en": ["peace"]}, 2
    )
    assert [row for row, _ in found] == [1, 0]


def test_each_language_is_searched_with_its_own_tokens_and_weights() -> None:
    searched = index(("en", "mission peace"), ("fr", "mission paix"), ("fr", "paix"))
    assert [row for row, _ in search(searched, {"en": ["mission"]}, 9)] == [0]
    assert [row for row, _ in search(searched, {"fr": ["mission"]}, 9)] == [1]
    both = search(searched, {"en": ["mission"], "fr": ["paix"]}, 9)
    assert sorted(row for row, _ in both) == [0, 1, 2]
    assert search(searched, {"ar": ["mission"], "fr": [], "en": ["paix"]}, 9) == []


def test_equal_chunks_have_equal_scores_and_come_in_the_order_of_the_rows() -> None:
    searched = index(*[("en", "same words")] * 5)
    assert len(set(searched.match({"en": ["same"]}, {}).shares.tolist())) == 1
    assert [row for row, _ in search(searched, {"en": ["same"]}, 3)] == [0, 1, 2]


def test_a_chunk_without_tokens_is_counted_and_never_found() -> None:
    searched = index(("en", ""), ("fr", ""), ("fr", "paix"))
    assert search(searched, {"en": ["peace"]}, 3) == []
    assert [row for row, _ in search(searched, {"fr": ["paix"]}, 3)] == [2]
    weight, _ = searched.weight("paix", "fr")
    assert weight == pytest.approx(math.log(1 + 1.5 / 1.5))  # one of two, not of one


def test_a_term_weighs_more_the_fewer_chunks_of_its_language_hold_it() -> None:
    searched = index(*THREE, ("fr", "medal"))
    for term, language, expected, held in (
        ("peace", "en", math.log(1 + 0.5 / 3.5), True),
        ("medal", "en", math.log(1 + 2.5 / 1.5), True),
        ("helicopter", "en", math.log(1 + 3.5 / 0.5), False),
        ("medal", "fr", math.log(1 + 0.5 / 1.5), True),
        ("medal", "ar", 1.0, False),
    ):
        weight, is_held = searched.weight(term, language)
        assert weight == pytest.approx(expected)
        assert is_held == held


def test_scores_stay_within_one_whatever_is_asked() -> None:
    rng = np.random.default_rng(7)
    words = [f"w{n}" for n in range(12)]
    chunks = [("en", " ".join(rng.choice(words, size=rng.integers(1, 40)))) for _ in range(30)]
    searched = index(*chunks)
    for _ in range(50):
        query = list(rng.choice(words, size=rng.integers(1, 6)))
        found = search(searched, {"en": query}, 30)
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
        assert {row for row, _ in found} == {
            row for row, (_, text) in enumerate(chunks) if set(query) & set(text.split())
        }


# Anchors

ANCHORED = (
    ("en", "peace #60 #2 @MA"),
    ("en", "secur council peace #2"),
    ("en", "council peace #2"),
    ("en", "medal @FR #2"),
    ("fr", "conseil #60"),
    ("fr", "paix #60"),
)


def rarity(holding: int, chunks: int) -> float:
    """What an anchor is worth that ``holding`` of ``chunks`` have, of what it could be at most."""
    most = math.log(1 + (chunks + 0.5) / 0.5)
    return math.log(1 + (chunks - holding + 0.5) / (holding + 0.5)) / most


def worth(of: Matches, kind: str) -> dict[int, float]:
    """What each row has of a kind of anchor, where it has any."""
    found = of.anchors[kind]
    return {row: float(found[row]) for row in np.flatnonzero(found).tolist()}


def looked_for(*anchors: Anchor, language: str = "en") -> Matches:
    return index(*ANCHORED).match({}, {language: anchors})


def test_an_anchor_of_few_chunks_says_more_than_one_of_many() -> None:
    rare = worth(looked_for(Anchor("number", (("#60",),))), "number")
    common = worth(looked_for(Anchor("number", (("#2",),))), "number")
    assert rare == pytest.approx({0: rarity(1, 4)}, rel=1e-5)
    assert common == pytest.approx(dict.fromkeys(range(4), rarity(4, 4)), rel=1e-5)
    assert 0 < common[0] < rare[0] < 1


def test_an_anchor_that_no_chunk_has_is_found_nowhere() -> None:
    assert worth(looked_for(Anchor("number", (("#61",),))), "number") == {}


def test_a_phrase_is_found_where_all_its_terms_are() -> None:
    both = worth(looked_for(Anchor("concept", (("secur", "council"),))), "concept")
    one = worth(looked_for(Anchor("concept", (("council",),))), "concept")
    assert both == pytest.approx({1: rarity(1, 4)}, rel=1e-5)
    assert one == pytest.approx({1: rarity(2, 4), 2: rarity(2, 4)}, rel=1e-5)
    assert worth(looked_for(Anchor("concept", (("medal", "council"),))), "concept") == {}


def test_any_phrase_will_do_and_two_of_them_count_once() -> None:
    anchor = Anchor("concept", (("council",), ("secur",), ("@MA",), ("nowhere",)))
    expected = dict.fromkeys((0, 1, 2), rarity(3, 4))
    assert worth(looked_for(anchor), "concept") == pytest.approx(expected, rel=1e-5)


def test_anchors_of_a_kind_add_up_and_kinds_are_kept_apart() -> None:
    found = looked_for(
        Anchor("number", (("#60",),)), Anchor("number", (("#2",),)), Anchor("concept", (("@FR",),))
    )
    numbers = dict.fromkeys(range(1, 4), rarity(4, 4)) | {0: rarity(1, 4) + rarity(4, 4)}
    assert worth(found, "number") == pytest.approx(numbers, rel=1e-5)
    assert worth(found, "concept") == pytest.approx({3: rarity(1, 4)}, rel=1e-5)
    assert worth(found, "name") == {}
    assert found.anchors["name"].shape == (len(ANCHORED),)


def test_what_holds_the_thing_by_its_own_word_does_not_have_it_again() -> None:
    anchor = Anchor("concept", (("peace",), ("@FR",)), unless="secur")
    # The rarity is that of the thing, however a chunk has it.
    expected = dict.fromkeys((0, 2, 3), rarity(4, 4))
    assert worth(looked_for(anchor), "concept") == pytest.approx(expected, rel=1e-5)
    unheard_of = Anchor("concept", (("council",),), unless="nowhere")
    assert worth(looked_for(unheard_of), "concept").keys() == {1, 2}


def test_a_doubtful_anchor_counts_for_less() -> None:
    found = worth(looked_for(Anchor("name", (("#60",),), weight=0.25)), "name")
    assert found == pytest.approx({0: 0.25 * rarity(1, 4)}, rel=1e-5)


def test_each_language_is_searched_for_its_own_anchors() -> None:
    anchor = Anchor("number", (("#60",),))
    french = worth(looked_for(anchor, language="fr"), "number")
    assert french == pytest.approx({4: rarity(2, 2), 5: rarity(2, 2)}, rel=1e-5)
    assert worth(looked_for(anchor, language="ar"), "number") == {}
    both = index(*ANCHORED).match({}, {"en": [anchor], "fr": [anchor]})
    assert worth(both, "number").keys() == {0, 4, 5}


def test_anchors_count_neither_in_the_length_of_a_chunk_nor_among_its_words() -> None:
    bare = index(("en", "peace medal"), ("en", "peace women summit"))
    anchored = index(("en", "peace medal #1 #2 #3 #4 @MA"), ("en", "peace women summit"))
    query = {"en": ["peace", "medal"]}
    asked = anchored.match(query, {"en": [Anchor("number", (("#1",),))]})
    assert asked.shares.tolist() == bare.match(query, {}).shares.tolist()
    assert worth(asked, "number").keys() == {0}


# Focus

SPREAD = (
    ("en", "peace medal. summit women. peace"),
    ("en", "peace medal summit women"),
    ("fr", "paix. sommet"),
    ("en", "nothing. of it"),
)


def test_focus_is_the_share_of_the_query_in_one_sentence() -> None:
    searched = index(*SPREAD)
    query = {"en": ["medal", "summit", "peace", "helicopter"], "fr": ["sommet", "paix"]}
    weights = {word: searched.weight(word, "en")[0] for word in query["en"]}
    whole = sum(weights.values())
    focus = searched.match(query, {}).focus(np.array([3, 0, 2, 1]))
    expected = [
        0,
        (weights["peace"] + weights["medal"]) / whole,
        0.5,
        (weights["peace"] + weights["medal"] + weights["summit"]) / whole,
    ]
    assert focus.tolist() == pytest.approx(expected, abs=1e-6)


def test_without_words_or_rows_there_is_no_focus() -> None:
    searched = index(*SPREAD)
    queries: list[dict[str, list[str]]] = [{}, {"en": []}, {"en": ["helicopter"]}]
    for query in queries:
        assert searched.match(query, {}).focus(np.arange(4)).tolist() == [0] * 4
    assert searched.match({"en": ["peace"]}, {}).focus(np.arange(0)).shape == (0,)


def test_sentences_beyond_those_told_apart_count_as_the_last_of_them() -> None:
    def focus(*sentences: int) -> float:
        """Of a chunk that says one word of the query in each of these sentences, from 0."""
        said = [""] * 50
        for number, sentence in enumerate(sentences):
            said[sentence] += f" word{number}"
        matches = index(("en", ". ".join(said))).match({"en": ["word0", "word1"]}, {})
        return float(matches.focus(np.array([0]))[0])

    last = SENTENCES - 1
    assert focus(0, last) == focus(last - 1, 49) == pytest.approx(0.5)
    assert focus(last, last + 1) == focus(last, 49) == focus(40, 49) == pytest.approx(1)


def test_focus_is_what_counting_sentence_by_sentence_gives() -> None:
    rng = np.random.default_rng(9)
    words = [f"w{n}" for n in range(15)]
    told = [
        [list(rng.choice(words, size=rng.integers(0, 6))) for _ in range(rng.integers(1, 9))]
        for _ in range(40)
    ]
    searched = index(*(("en", ". ".join(" ".join(said) for said in chunk)) for chunk in told))
    for _ in range(30):
        query = list(rng.choice([*words, "unheard"], size=rng.integers(1, 7), replace=False))
        weights = {word: searched.weight(word, "en")[0] for word in query}
        expected = [
            max(sum(weights.get(word, 0) for word in set(said)) for said in chunk)
            / sum(weights.values())
            for chunk in told
        ]
        found = searched.match({"en": query}, {}).focus(np.arange(40))
        assert found.tolist() == pytest.approx(expected, abs=1e-5)
        assert found.max() <= 1 + 1e-6
