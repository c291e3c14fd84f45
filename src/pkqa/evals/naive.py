"""The plain pipeline that llama-index's own pages show: what pkqa's retrieval is held against.

``VectorStoreIndex`` over ``ChromaVectorStore``, both as they come: one vector a chunk, Chroma's
default distance (l2, which ranks unit vectors as cosine does) and its default index.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from llama_index.core.embeddings import BaseEmbedding

# (query, top_k or None for llama-index's default, which is 2) -> chunk ids, best first
Retrieve = Callable[[str, int | None], list[str]]


@contextmanager
def naive_pipeline(texts: Mapping[str, str], embedder: BaseEmbedding) -> Iterator[Retrieve]:
    """The pipeline over chunks that are cut already; it lives in a temporary directory.

    Args:
        texts: chunk id -> the text that is embedded for it.
        embedder: makes the vectors of texts and queries.

    Raises:
        EmbedderError: a text or a query could not be embedded.
    """
    import chromadb
    from chromadb.config import Settings
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.vector_stores.chroma import ChromaVectorStore

    with tempfile.TemporaryDirectory(prefix="pkqa-naive-") as directory:
        settings = Settings(anonymized_telemetry=False)
        client = cast("Client", chromadb.PersistentClient(directory, settings=settings))
        try:
            # Chroma's own embedding function would download a model; it is not used either way.
            collection = client.create_collection("chunks", embedding_function=None)
            store = ChromaVectorStore(chroma_collection=collection)
            index = VectorStoreIndex(
                [TextNode(id_=chunk_id, text=text) for chunk_id, text in texts.items()],
                storage_context=StorageContext.from_defaults(vector_store=store),
                embed_model=embedder,
            )

            def retrieve(query: str, top_k: int | None) -> list[str]:
                asked = {} if top_k is None else {"similarity_top_k": top_k}
                found = index.as_retriever(**asked).retrieve(query)
                return [hit.node.node_id for hit in found]

            yield retrieve
        finally:
            client.close()
