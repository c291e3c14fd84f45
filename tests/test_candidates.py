"""Which chunks are found, and what they are scored by, over a snapshot made by hand.

Vectors have two dimensions: the question points along the first, so that a chunk's cosine is the
first number of its vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pkqa.retrieve.candidates import FROM_EACH, LOOKED_INTO, Candidate, gather
from pkqa.retrieve.fuse import FloatArray
from pkqa.store.build import Recipe, build
from pkqa.store.catalog import Catalog
from pkqa.store.lexical import Matches
from pkqa.store.rows import SourceFile
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.analysis import analyse
from pkqa.text.anchors import anchors_in, anchors_of
from pkqa.text.glossary import Glossary
from store_samples import EMBEDDER, entry

QUESTION = np.array([1, 0], dtype=np.float32)
GLOSSARY = Glossary.of([{"en": ["lorry"], "fr": ["camion"], "ar": ["شاحنة"]}])


def at(cosine: float) -> FloatArray:
    """The unit vector at that cosine to the question."""
    return np.array([cosine, (1 - cosine**2) ** 0.5], dtype=np.float32)


def as_they_are(
    chunks: FloatArray, chunk_languages: object, sentences: FloatArray, languages: object
) -> tuple[FloatArray, FloatArray, Mapping[str, Any]]:
    del chunk_languages, languages
    return chunks, sentences, {}


class Shelf:
    """Collects documents of one chunk, then publishes them."""

    def __init__(self, index: Path) -> None:
        index.mkdir()
        self._index = index
        self._catalog = Catalog(index / "catalog.sqlite")

    def put(self, name: str, sentences: Mapping[str, float], cosine: float, **more: Any) -> None:
        """A document of these sentences, each at its cosine; ``cosine`` is that of the chunk."""
        given = entry(name, [list(sentences) or ["Heading"]], **more)
        if not sentences:
            (chunk,) = given.chunks
            bare = (replace(chunk, sentences=()),)
            given = replace(given, chunks=bare, sentence_inputs=((),))
        (inputs,) = given.sentence_inputs
        vectors = {key: at(own) for key, own in zip(inputs, sentences.values(), strict=True)}
        # A chunk of one sentence has its text, and so its vector.
        vectors[given.chunk_inputs[0]] = at(cosine)
        file = SourceFile(given.document.path, given.document.text_sha, "one", root="/corpus")
        self._catalog.put_file(file, [given], vectors, EMBEDDER)

    def published(self) -> Snapshot:
        with self._catalog as catalog:
            recipe = Recipe("by hand", as_they_are, analyse, anchors_of)
            build(catalog, self._index, EMBEDDER, recipe)
        return Snapshot(self._index)


def matches(snapshot: Snapshot, question: str, language: str = "en") -> Matches:
    """What a question shares with each chunk by words."""
    return snapshot.match(
        {target: analyse(question, target) for target in snapshot.languages},
        {
            target: anchors_in(question, language, target, GLOSSARY)
            for target in snapshot.languages
            if target != language
        },
    )


def found(
    snapshot: Snapshot,
    question: str,
    where: Where | None = None,
    language: str = "en",
    vector: FloatArray = QUESTION,
) -> dict[str, Candidate]:
    """The candidates by document, in their order."""
    best = gather(snapshot, vector, matches(snapshot, question), language, where)
    by_document = {candidate.document_id: candidate for candidate in best}
    assert len(by_document) == len(best)
    return by_document


# A handful of chunks


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    shelf = Shelf(tmp_path_factory.mktemp("few") / "index")
    shelf.put("plain", {"Bread is dear.": 0.5}, 0.5)
    shelf.put("words", {"The zebra is dear.": 0.5}, 0.5)
    shelf.put("near", {"Water is dear.": 0.6}, 0.6)
    shelf.put("sentence", {"Nobody came.": 0.1, "Somebody left.": 0.9, "It rained.": -0.3}, 0.5)
    shelf.put("twin-b", {"Snow fell.": 0.3}, 0.3)
    shelf.put("twin-a", {"Snow fell.": 0.3}, 0.3)
    shelf.put("spread", {"A zebra slept.": 0.2, "The quokka slept.": 0.2}, 0.2)
    shelf.put("together", {"A zebra and the quokka.": 0.2, "It slept and slept.": 0.2}, 0.2)
    shelf.put("fr-plain", {"Le pain est cher.": 0.5}, 0.5, language="fr")
    shelf.put("fr-words", {"Un zebra est cher.": 0.5}, 0.5, language="fr")
    shelf.put("fr-anchor", {"Un camion est cher.": 0.5}, 0.5, language="fr")
    with shelf.published() as snapshot:
        yield snapshot


def test_a_candidate_says_what_is_known_of_it(few: Snapshot) -> None:
    candidates = found(few, "Which zebra?")
    assert set(candidates) == {document.document_id for document in few.documents()}
    told = candidates["sentence"]
    assert told.chunk_id == "sentence#0"
    assert told.language == "en"
    assert few.chunk_ids([told.row]) == ["sentence#0"]
    assert told.chunk_similarity == pytest.approx(0.5)
    assert told.sentence_similarities == pytest.approx((0.1, 0.9, -0.3))
    assert told.lexical == 0.0
    assert candidates["words"].lexical > candidates["spread"].lexical > 0
    assert candidates["fr-plain"].language == "fr"
    assert told.versions == ()


def test_a_chunk_names_its_document_even_where_the_id_has_a_hash() -> None:
    candidate = Candidate("papers/a#b.txt#12", 0, "en", 0.0, (), 0.0, 0.0)
    assert candidate.document_id == "papers/a#b.txt"


def test_the_best_comes_first_and_ties_are_settled_by_id(few: Snapshot) -> None:
    candidates = list(found(few, "Which?").values())
    assert [c.score for c in candidates] == sorted((c.score for c in candidates), reverse=True)
    names = [c.document_id for c in candidates]
    assert names.index("twin-a") + 1 == names.index("twin-b")
    assert candidates == list(found(few, "Which?").values())


def test_each_sign_raises_the_score(few: Snapshot) -> None:
    candidates = found(few, "Which zebra saw the quokka?")
    score = {name: c.score for name, c in candidates.items()}
    assert score["near"] > score["plain"]
    assert score["words"] > score["plain"]
    assert score["sentence"] > score["plain"]  # its best sentence is nearer
    # Both words in one sentence.
    assert candidates["together"].lexical == candidates["spread"].lexical
    assert score["together"] > score["spread"]


def test_an_anchor_raises_a_chunk_in_another_language(few: Snapshot) -> None:
    score = {name: c.score for name, c in found(few, "Which lorry?").items()}
    assert score["fr-anchor"] > score["fr-plain"]
    without = {name: c.score for name, c in found(few, "Which raft?").items()}
    assert without["fr-anchor"] == without["fr-plain"] == score["fr-plain"]


def test_where_the_language_cannot_be_told_a_shared_word_makes_a_chunk_the_question_s_own(
    few: Snapshot,
) -> None:
    unknown = found(few, "zebra", language="")
    english = found(few, "zebra", language="en")
    french = found(few, "zebra", language="fr")
    for name in ("words", "spread", "together"):
        assert unknown[name].score == english[name].score
    assert unknown["fr-words"].score == french["fr-words"].score != english["fr-words"].score
    # No word is shared: it may well be in another language.
    assert unknown["plain"].score == french["plain"].score != english["plain"].score
    assert unknown["fr-plain"].score == english["fr-plain"].score


def test_where_a_vector_has_no_direction_words_tell_alone(few: Snapshot) -> None:
    nothing = np.zeros(2, dtype=np.float32)
    assert set(found(few, "Which zebra?", vector=nothing)) == {
        "words", "spread", "together", "fr-words",
    }  # fmt: skip
    assert set(found(few, "Which lorry?", vector=nothing)) == {"fr-anchor"}
    assert found(few, "Which raft?", vector=nothing) == {}


def test_a_chunk_without_a_sentence_is_scored_by_its_own_vector(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "index")
    shelf.put("bare", {}, 0.5)
    shelf.put("told", {"Bread is dear.": 0.5}, 0.5)
    with shelf.published() as snapshot:
        candidates = found(snapshot, "Which?")
        assert candidates["bare"].sentence_similarities == ()
        assert candidates["bare"].score == candidates["told"].score


# Hundreds of chunks, more than any index puts forward

CROWD = FROM_EACH + 100
CITED = 12


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A crowd that shares the question's words and is near to it, and a few that do neither."""
    shelf = Shelf(tmp_path_factory.mktemp("many") / "index")
    for number in range(CROWD):
        cosine = 0.8 + number / 10_000
        text = f"The harbour repaired boat {number}."
        shelf.put(f"crowd-{number}", {text: cosine}, cosine, date="2020-06-15", groups=("press",))
    for number in range(CITED):
        cosine = -0.8 - number / 10_000
        text = f"Rien ne fut dit du jour {number}."
        shelf.put(
            f"cited-{number}", {text: cosine}, cosine,
            language="fr", date="2023-11-30", groups=("staff", "legal"),
        )  # fmt: skip
    shelf.put("older", {"Bread was dear.": -0.9}, -0.9, date="2011-01-01")
    shelf.put("undated", {"Quokkas were dear.": 0.7}, 0.7)
    shelf.put("fr-undated", {"Un camion manquait.": 0.7}, 0.7, language="fr")
    with shelf.published() as snapshot:
        yield snapshot


ASKED = "Which harbour repaired the boat?"
MEETING = {f"cited-{number}" for number in range(CITED)}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where(languages=("fr",), since="2000-01-01"), MEETING),
        (Where(languages=("fr", "ar")), MEETING | {"fr-undated"}),
        (Where(since="2023-11-30"), MEETING),
        (Where(since="2020-06-16"), MEETING),
        (Where(until="2011-01-01"), {"older"}),
        (Where(until="2020-06-14"), {"older"}),
        (Where(groups=("staff",)), MEETING),
        (Where(groups=("legal", "nobody")), MEETING),
        (Where(("fr",), since="2023-01-01", until="2023-12-31", groups=("legal",)), MEETING),
        (Where(languages=("en",), groups=("staff",)), set()),
        (Where(until="1945-10-24"), set()),
    ],
)  # fmt: skip
def test_a_filter_finds_every_chunk_that_meets_it(
    many: Snapshot, where: Where, expected: set[str]
) -> None:
    assert not expected & set(found(many, ASKED))  # hundreds are better
    assert set(found(many, ASKED, where)) == expected


def test_a_filter_holds_for_those_found_by_words_too(many: Snapshot) -> None:
    within = found(many, ASKED, Where(groups=("press",)))
    assert len(within) == LOOKED_INTO
    assert all(name.startswith("crowd") for name in within)
    nothing = np.zeros(2, dtype=np.float32)
    assert found(many, ASKED, Where(groups=("staff",)), vector=nothing) == {}


def test_the_nearest_are_found_by_meaning(many: Snapshot) -> None:
    candidates = found(many, "Which?")
    assert len(candidates) == LOOKED_INTO
    assert {f"crowd-{number}" for number in range(CROWD - 50, CROWD)} <= set(candidates)


def test_a_word_finds_a_chunk_that_is_not_among_the_nearest(many: Snapshot) -> None:
    assert "undated" not in found(many, "Which?")
    assert "undated" in found(many, "Which quokkas?")


def test_an_anchor_finds_a_chunk_that_is_not_among_the_nearest(many: Snapshot) -> None:
    assert "fr-undated" not in found(many, "Which raft?")
    assert "fr-undated" in found(many, "Which lorry?")


def test_scores_do_not_depend_on_what_else_is_found(many: Snapshot) -> None:
    alone = found(many, ASKED, Where(since="2020-01-01", until="2020-12-31"))
    everything = found(many, ASKED)
    assert len(alone) == len(everything) == LOOKED_INTO
    for name in set(alone) & set(everything):
        assert replace(alone[name], score=0.0) == replace(everything[name], score=0.0)
        assert alone[name].score == pytest.approx(everything[name].score, abs=1e-6)
