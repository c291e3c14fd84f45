"""Settings: file, then environment, then flags; secrets from the environment alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

import pkqa.settings
from pkqa.errors import UsageError
from pkqa.settings import CONFIG_FILE, Settings, load, markdown, table

DOCS = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
SECRET = "sk-0f2b77aa41"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / CONFIG_FILE


def test_nothing_given_gives_the_defaults(config: Path) -> None:
    assert load({}, {}, config) == Settings()


def test_the_later_source_wins(config: Path) -> None:
    config.write_text("top_k = 3\nport = 1\nchunk_tokens = 64\n")
    environ = {"PKQA_TOP_K": "4", "PKQA_PORT": "2"}
    settings = load({"top_k": 5}, environ, config)
    assert (settings.top_k, settings.port, settings.chunk_tokens) == (5, 2, 64)


def test_every_setting_can_come_from_every_source(config: Path) -> None:
    for name, info in Settings.model_fields.items():
        default = getattr(Settings(), name)
        changed: Any = {
            "index": "elsewhere",
            "embedder": "openai",
            "host": "0.0.0.0",  # noqa: S104 - nothing is bound
            "answerer": "llm",
            "llm_temperature": 0.5,
            "llm_tokens_field": "max_completion_tokens",
            "llm_judge": True,
            "audit_questions": True,
        }.get(name) or (default * 2 if isinstance(default, int | float) else "64")
        expected = getattr(Settings.model_validate({name: changed}), name)
        assert expected != default, info
        assert getattr(load({}, {f"PKQA_{name.upper()}": str(changed)}, config), name) == expected
        assert getattr(load({name: changed}, {}, config), name) == expected
        if info.annotation != SecretStr | None:
            quoted = f'"{changed}"' if isinstance(changed, str) else str(changed).lower()
            config.write_text(f"{name} = {quoted}\n")
            assert getattr(load({}, {}, config), name) == expected
            config.unlink()


def test_a_flag_not_given_and_an_empty_variable_change_nothing(config: Path) -> None:
    config.write_text("top_k = 3\n")
    assert load({"top_k": None, "command": "ask"}, {"PKQA_TOP_K": ""}, config).top_k == 3


def test_the_file_of_the_working_folder_and_the_environment_are_read_by_default(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("top_k = 3\n")
    monkeypatch.chdir(config.parent)
    monkeypatch.setenv("PKQA_CHUNK_TOKENS", "64")
    settings = load()
    assert (settings.top_k, settings.chunk_tokens) == (3, 64)


def test_other_variables_are_left_alone(config: Path) -> None:
    environ = {"TOP_K": "4", "PKQA_NOT_A_SETTING": "5", "PATH": "/bin"}
    assert load({}, environ, config) == Settings()


# Faults: the message says which setting and where it came from


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("topk = 3", "'topk'"),
        ("top_k = ", "TOML"),
        ("[settings]\ntop_k = 3", "'settings'"),
        ("top_k = 0", "'top_k'"),
        ('top_k = "many"', "'top_k'"),
        ('embedder = "word2vec"', "'embedder'"),
        ('embed_api_key = "sk-0f2b77aa41"', "PKQA_EMBED_API_KEY"),
        ('rerank_api_key = "sk-0f2b77aa41"', "PKQA_RERANK_API_KEY"),
        ('llm_api_key = "sk-0f2b77aa41"', "PKQA_LLM_API_KEY"),
    ],
)
def test_a_fault_in_the_file_names_the_file(config: Path, body: str, said: str) -> None:
    config.write_text(body)
    with pytest.raises(UsageError) as caught:
        load({}, {}, config)
    assert said in str(caught.value)
    assert str(config) in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_file_that_is_no_text_or_no_file_is_named(config: Path) -> None:
    config.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=CONFIG_FILE):
        load({}, {}, config)
    config.unlink()
    config.mkdir()
    with pytest.raises(UsageError, match=CONFIG_FILE):
        load({}, {}, config)


def test_a_fault_in_the_environment_names_the_variable(config: Path) -> None:
    with pytest.raises(UsageError, match=r"'port' \(from PKQA_PORT\)"):
        load({}, {"PKQA_PORT": "99999"}, config)


def test_a_fault_in_a_flag_names_the_flag(config: Path) -> None:
    with pytest.raises(UsageError, match=r"'top_k' \(from --top-k\)"):
        load({"top_k": 0}, {"PKQA_TOP_K": "3"}, config)


def test_settings_do_not_change_and_take_no_unknown_name() -> None:
    with pytest.raises(ValidationError):
        Settings().top_k = 3
    with pytest.raises(ValidationError):
        Settings.model_validate({"topk": 3})


# Secrets


@pytest.mark.parametrize("name", ["embed_api_key", "rerank_api_key", "llm_api_key"])
def test_a_key_comes_from_its_variable_and_is_never_shown(config: Path, name: str) -> None:
    settings = load({}, {f"PKQA_{name.upper()}": SECRET}, config)
    assert getattr(settings, name).get_secret_value() == SECRET
    for shown in (repr(settings), str(settings), settings.model_dump_json(), markdown()):
        assert SECRET not in shown


def test_openai_s_own_variable_serves_openai_alone(config: Path) -> None:
    key = load({}, {"OPENAI_API_KEY": SECRET}, config).embed_api_key
    assert key is not None
    assert key.get_secret_value() == SECRET
    elsewhere = {"OPENAI_API_KEY": SECRET, "PKQA_EMBED_BASE_URL": "http://127.0.0.1:1"}
    assert load({}, elsewhere, config).embed_api_key is None
    reranking = {"OPENAI_API_KEY": SECRET, "PKQA_RERANK_BASE_URL": "http://127.0.0.1:1"}
    assert load({}, reranking, config).rerank_api_key is None
    config.write_text('embed_base_url = "http://127.0.0.1:1"\n')
    assert load({}, {"OPENAI_API_KEY": SECRET}, config).embed_api_key is None


def test_pkqa_s_own_variable_comes_before_openai_s(config: Path) -> None:
    environ = {"OPENAI_API_KEY": "sk-other", "PKQA_EMBED_API_KEY": SECRET}
    key = load({}, environ, config).embed_api_key
    assert key is not None
    assert key.get_secret_value() == SECRET


def test_a_fault_elsewhere_does_not_show_the_key(config: Path) -> None:
    environ = {"PKQA_EMBED_API_KEY": SECRET, "PKQA_PORT": SECRET}
    with pytest.raises(UsageError) as caught:
        load({}, environ, config)
    assert SECRET not in str(caught.value)


# The documentation


def test_every_setting_is_in_the_table() -> None:
    assert [row.name for row in table()] == list(Settings.model_fields)
    assert all(row.help and row.variable == f"PKQA_{row.name.upper()}" for row in table())


def test_the_documentation_is_what_the_table_says() -> None:
    assert DOCS.read_text("utf-8") == markdown(), "run python -m pkqa.settings > docs/settings.md"


def test_the_module_prints_the_documentation() -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PKQA_", "OPENAI_"))}
    printed = subprocess.run(
        [sys.executable, "-m", pkqa.settings.__name__],
        capture_output=True,
        check=True,
        env=environ,
        timeout=60,
    )
    assert printed.stdout.decode() == markdown()
    assert printed.stderr == b""
