"""What a receipt says of the snapshot and the settings behind an answer, and its seal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from pkqa.settings import Settings
from pkqa.store.durable import file_sha256
from pkqa.store.rows import sha256
from pkqa.store.snapshot import Snapshot

SCHEMA = "pkqa.receipt/1"

# The settings that an answer may be another one for. Where things lie, who is served, how long is
# waited: that is no reader's business. What is not named here stays out of every receipt.
_SHAPES_ANSWERS = frozenset(
    "embedder embed_base_url embed_model embed_dimensions embed_query_prefix embed_passage_prefix "
    "rerank_base_url rerank_model rerank_depth answerer llm_base_url llm_model llm_temperature "
    "llm_context_tokens llm_reply_tokens llm_tokens_field llm_passages llm_judge chunk_tokens "
    "top_k glossary".split()
)


def snapshot_facts(snapshot: Snapshot) -> dict[str, str | int]:
    """What a receipt says of the snapshot."""
    manifest = snapshot.manifest
    return {
        "id": manifest.snapshot_id,
        "digest": manifest.digest,
        "seal": manifest.seal,
        "schema": manifest.schema,
        "embedder": manifest.embedder,
        "recipe": manifest.recipe,
        "chroma": manifest.chroma,
        "documents": manifest.documents,
        "chunks": manifest.chunks,
    }


def settings_facts(settings: Settings) -> dict[str, Any]:
    """What a receipt says of the settings: those that shape an answer, never a secret."""
    values = {
        name: _public(getattr(settings, name))
        for name, info in sorted(Settings.model_fields.items())
        if info.annotation != SecretStr | None and name in _SHAPES_ANSWERS
    }
    return {"sha256": seal(values), "values": values}


def _public(value: Any) -> Any:
    """A setting as anyone may read it: an address without password and query, and of a file its
    name and content rather than where it lies."""
    if isinstance(value, Path):
        return {"name": value.name, "sha256": file_sha256(value) if value.is_file() else None}
    if isinstance(value, str) and "://" in value:
        try:
            parts = urlsplit(value)
        except ValueError:
            return None
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return value


def seal(told: Any) -> str:
    """Hex SHA-256 of the one spelling of JSON: keys sorted, no blanks, ASCII."""
    return sha256(json.dumps(told, sort_keys=True, separators=(",", ":")))
