"""The corpus as a llama-index query engine: for those who compose with llama-index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from pkqa.model import Answer, Citation


class CorpusQueryEngine(BaseQueryEngine):
    """``query(text)`` gives the answer as text, its citations as source nodes, and the whole
    ``pkqa.answer/1`` object as metadata."""

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        """``ask`` answers one question."""
        super().__init__(callback_manager=CallbackManager())
        self._ask = ask

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._ask(query_bundle.query_str)
        return Response(
            response=answer.answer,
            source_nodes=[_node(citation) for citation in answer.citations],
            metadata=answer.to_json(),
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def _node(citation: Citation) -> NodeWithScore:
    node = TextNode(
        text=citation.quote,
        start_char_idx=citation.start,
        end_char_idx=citation.end,
        metadata={
            "document_id": citation.document_id,
            "title": citation.title,
            "source": citation.source,
            "language": citation.language,
            "date": citation.date,
            "marker": citation.marker,
        },
    )
    return NodeWithScore(node=node, score=None)
