"""Metrics on rankings made by hand, intervals against formulas, and the cache of embeddings."""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from loopback import settings_for, texts
from openai_server import OpenAIServer, embedding
from pkqa.errors import PkqaError
from pkqa.evals.cached_embedding import CachedEmbedding
from pkqa.evals.intervals import Design, Estimate
from pkqa.evals.matrix import design_of, difference, matrix
from pkqa.evals.metrics import (
    METRICS,
    documents,
    first_rank,
    ndcg,
    recall,
    recall_within,
    reciprocal_rank,
)
from pkqa.model import Chunk
from pkqa.retrieve.embed import embedder_of, identity


def ranking(*names: str, tokens: int = 100) -> list[Chunk]:
    """Chunks of these documents, best first."""
    return [
        Chunk(f"{name}#{at}", name, at, 0, 1, "en", tokens, ()) for at, name in enumerate(names)
    ]


# Metrics

# Ranks of documents: a 1, b 2, c 3, d 4.
RANKED = ranking("a", "b", "a", "b", "c", "a", "d")


def test_a_document_stands_where_its_best_chunk_does() -> None:
    assert documents(RANKED) == ["a", "b", "c", "d"]
    assert first_rank(RANKED, frozenset("c")) == 3
    assert first_rank(RANKED, frozenset("dc")) == 3
    assert first_rank(RANKED, frozenset("z")) is None


def test_recall_is_the_share_of_the_relevant() -> None:
    assert recall(RANKED, frozenset("c"), 2) == 0
    assert recall(RANKED, frozenset("c"), 3) == 1
    assert recall(RANKED, frozenset("acz"), 1) == pytest.approx(1 / 3)
    assert recall(RANKED, frozenset("acz"), 10) == pytest.approx(2 / 3)
    assert recall([], frozenset("a"), 10) == 0


def test_the_reciprocal_rank_is_of_the_first_relevant() -> None:
    assert reciprocal_rank(RANKED, frozenset("a")) == 1
    assert reciprocal_rank(RANKED, frozenset("cd")) == pytest.approx(1 / 3)
    assert reciprocal_rank(RANKED, frozenset("z")) == 0


def test_ndcg_against_values_worked_out_by_hand() -> None:
    assert ndcg(RANKED, frozenset("a"), 10) == 1
    assert ndcg(RANKED, frozenset("b"), 10) == pytest.approx(1 / math.log2(3))
    # Relevant at ranks 2 and 4, of three: the ideal has ranks 1, 2 and 3.
    gained = 1 / math.log2(3) + 1 / math.log2(5)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(RANKED, frozenset("bdz"), 10) == pytest.approx(gained / ideal)
    assert ndcg(RANKED, frozenset("d"), 3) == 0


def test_ndcg_of_more_relevant_documents_than_ranks_can_be_1() -> None:
    twelve = [f"d{number}" for number in range(12)]
    assert ndcg(ranking(*twelve), frozenset(twelve), 10) == pytest.approx(1)


def test_the_budget_is_filled_with_whole_chunks_in_order_of_rank() -> None:
    three = ranking("a", "b", "c", tokens=500)
    assert recall_within(three, frozenset("b"), 1000) == 1  # to the last token
    assert recall_within(three, frozenset("b"), 999) == 0
    assert recall_within(three, frozenset("c"), 1000) == 0
    # What does not fit ends it: a smaller chunk behind it is not read.
    assert recall_within([*three[:2], *ranking("c", tokens=1)], frozenset("c"), 999) == 0
    assert recall_within(three, frozenset("z"), 10_000) == 0


# Intervals

PAIR = ("en", "fr")


def wilson(share: float, n: float) -> tuple[float, float]:
    z = 1.959963984540054
    middle, half = (
        share + z * z / (2 * n),
        z * math.sqrt(share * (1 - share) / n + (z / n) ** 2 / 4),
    )
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def bounds(estimate: Estimate) -> tuple[float, float]:
    return estimate.low, estimate.high


def test_a_share_of_independent_questions_has_wilsons_interval() -> None:
    design = Design(range(10), [PAIR] * 10)
    values = np.array([1.0] * 8 + [0.0] * 2)
    pair, mean = design.shares(values)
    assert pair.mean == mean.mean == pytest.approx(0.8)
    assert bounds(pair) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # 8 of 10, as in textbooks
    assert bounds(mean) == pytest.approx(bounds(pair))


def test_questions_that_go_with_their_passage_count_for_less() -> None:
    each = np.array([1.0] * 8 + [0.0] * 2)
    design = Design([*range(10), *range(10)], [PAIR] * 20)
    # The variance of the mean of 10 passages is 10/9 * 0.16/10; of 20 questions alone 0.16/19.
    effect = (0.16 / 9) / (0.16 / 19)
    pair, _ = design.shares(np.tile(each, 2))
    assert bounds(pair) == pytest.approx(wilson(0.8, 20 / effect))
    # Questions that go against their passage's others do not count for more.
    pair, _ = design.shares(np.array([1.0] * 10 + [0.0] * 10))
    assert bounds(pair) == pytest.approx(wilson(0.5, 20))


def test_a_perfect_share_is_no_certainty() -> None:
    perfect = np.ones(10)
    design = Design(range(10), [PAIR] * 10)
    assert bounds(design.shares(perfect)[0]) == pytest.approx((0.7225, 1), abs=1e-4)
    assert design.averages(perfect) == design.shares(perfect)
    assert bounds(design.differences(np.zeros(10))[0]) == (0, 0)


def test_many_questions_on_one_passage_count_as_one() -> None:
    design = Design(["p"] * 50, [PAIR] * 50)
    assert bounds(design.shares(np.ones(50))[0]) == pytest.approx(wilson(1, 1))


def test_a_bootstrap_draws_passages() -> None:
    values = np.tile([0.0, 1.0], 200)
    alone, _ = Design(range(400), [PAIR] * 400).averages(values)
    assert bounds(alone) == pytest.approx((0.5 - 0.049, 0.5 + 0.049), abs=0.006)
    # Each question four times: no more is known.
    fourfold, _ = Design([*range(400)] * 4, [PAIR] * 1600).averages(np.tile(values, 4))
    assert bounds(fourfold) == pytest.approx(bounds(alone))
    paired, _ = Design(range(400), [PAIR] * 400).differences(values - 0.75)
    assert paired.mean == pytest.approx(-0.25)
    assert bounds(paired) == pytest.approx((alone.low - 0.75, alone.high - 0.75))


def test_a_bootstrap_is_the_same_each_time() -> None:
    values = np.random.default_rng(1).random(30)
    first = Design(range(30), [PAIR] * 30).averages(values)
    assert Design(range(30), [PAIR] * 30).averages(values) == first


def test_the_last_estimate_is_the_mean_over_pairs_not_over_questions() -> None:
    pairs = [("en", "en")] * 8 + [("ar", "en")] * 2
    values = np.array([1.0] * 8 + [0.0] * 2)
    design = Design(range(10), pairs)
    assert design.pairs == [("ar", "en"), ("en", "en")]
    assert design.questions.tolist() == [2, 8]
    for estimates in (design.shares(values), design.averages(values)):
        assert [estimate.mean for estimate in estimates] == [0, 1, 0.5]
        for estimate in estimates:
            assert 0 <= estimate.low <= estimate.mean <= estimate.high <= 1


def test_a_matrix_has_a_line_a_pair_and_one_for_all() -> None:
    # The first two questions share p2, and the third shares p3 with the second: one cluster.
    relevant = [frozenset({"p1", "p2"}), frozenset({"p2", "p3"}), frozenset({"p3"}), frozenset("q")]
    design = design_of(relevant, [("en", "en"), ("en", "en"), ("fr", "en"), ("fr", "ar")])
    values = np.zeros((4, len(METRICS)))
    values[:, 0] = 1, 0, 1, 1
    lines = matrix(design, values)
    assert [(n.question_language, n.passage_language) for n in lines] == [
        ("en", "en"), ("fr", "ar"), ("fr", "en"), (None, None)
    ]  # fmt: skip
    assert [(line.questions, line.passages) for line in lines] == [(2, 1), (1, 1), (1, 1), (4, 2)]
    assert list(lines[0].metrics) == list(METRICS)
    assert [line.metrics["recall@1"].mean for line in lines] == pytest.approx([0.5, 1, 1, 5 / 6])
    above = difference(design, values, 1 - values)
    assert [line.metrics["recall@1"].mean for line in above] == pytest.approx([0, 1, 1, 2 / 3])
    assert [line.metrics["MRR"].mean for line in above] == [-1, -1, -1, -1]


# The cache of embeddings


def test_a_text_is_embedded_once_and_kept_as_it_came(
    embeddings: OpenAIServer, tmp_path: Path
) -> None:
    file = tmp_path / "embeddings.sqlite"
    other = embedder_of(settings_for(embeddings, tmp_path))
    with CachedEmbedding(other, file) as cached:
        assert identity(cached) == identity(other)
        first = cached.get_text_embedding_batch(["one boat", "two boats", "one boat"])
        asked = cached.get_query_embedding("one boat")
        assert (cached.computed, cached.reused) == (3, 0)
    assert first[0] == first[2] == other.get_text_embedding("one boat")
    expected = embedding("two boats") / np.linalg.norm(embedding("two boats"))
    assert first[1] == pytest.approx(expected.tolist(), abs=1e-6)
    before = len(embeddings.requests)
    with CachedEmbedding(other, file) as cached:
        assert cached.get_text_embedding_batch(["two boats", "three boats", "one boat"])[::2] == [
            first[1],
            first[0],
        ]
        assert cached.get_query_embedding("one boat") == asked
        assert cached.get_query_embedding("one boat") == asked
        assert (cached.computed, cached.reused) == (1, 3)
    assert texts(embeddings, before) == {"three boats": 1}


def test_what_shapes_a_vector_keeps_it_apart(embeddings: OpenAIServer, tmp_path: Path) -> None:
    file = tmp_path / "embeddings.sqlite"
    plain = settings_for(embeddings, tmp_path)
    prefixed = settings_for(embeddings, tmp_path, embed_query_prefix="query: ")
    shorter = settings_for(embeddings, tmp_path, embed_dimensions=16)
    lengths = []
    for settings in (plain, prefixed, shorter):
        with CachedEmbedding(embedder_of(settings), file) as cached:
            lengths.append(len(cached.get_query_embedding("a boat")))
            cached.get_text_embedding("a boat")
    assert lengths == [64, 64, 16]
    # The prefix is of questions alone: the passage was there already.
    assert texts(embeddings) == {"a boat": 4, "query: a boat": 1}


def test_a_cache_that_is_no_database_is_named(embeddings: OpenAIServer, tmp_path: Path) -> None:
    file = tmp_path / "embeddings.sqlite"
    file.write_text("no database, and long enough to be told apart from an empty one" * 20)
    with pytest.raises(PkqaError, match=r"embeddings\.sqlite cannot be used.*delete the file"):
        CachedEmbedding(embedder_of(settings_for(embeddings, tmp_path)), file)


def test_a_batch_that_fails_leaves_the_cache_usable(
    embeddings: OpenAIServer, tmp_path: Path
) -> None:
    file = tmp_path / "embeddings.sqlite"
    with CachedEmbedding(embedder_of(settings_for(embeddings, tmp_path)), file) as cached:
        cached.get_text_embedding("a boat")
        with pytest.raises(PkqaError):
            cached.get_text_embedding_batch(["a boat", "  "])
        cached.get_text_embedding("a sail")
    with sqlite3.connect(file) as kept:
        assert kept.execute("SELECT count(*) FROM vectors").fetchone() == (2,)
    kept.close()
