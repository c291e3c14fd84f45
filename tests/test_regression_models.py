"""The suite with models over the wire: what they replied is kept, and replayed bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from good_model import GoodModel
from openai_server import OpenAIServer
from pkqa.cli import main
from pkqa.evals.gold.file import read_gold
from pkqa.evals.suite.run import Run, read_run
from smollm2 import CONTEXT_TOKENS

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parent.parent
NOT_ALL = 3  # the exit code of a run that has no baseline


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, vectors: Path) -> Iterator[Path]:
    """A project with our gold questions and corpus, which is the working folder."""
    made = tmp_path_factory.mktemp("models")
    (made / "evals" / "profiles").mkdir(parents=True)
    (made / "evals" / "gold").symlink_to(REPOSITORY / "evals" / "gold")
    (made / "seeds").symlink_to(REPOSITORY / "seeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        patch.setenv("XDG_CACHE_HOME", str(made))
        (made / "pkqa").symlink_to(vectors)
        yield made


def profile(name: str, model: str, settings: str = "") -> None:
    Path(f"evals/profiles/{name}.toml").write_text(
        f'[settings]\nanswerer = "llm"\nllm_model = "{model}"\nllm_timeout = 600.0\n{settings}',
        "utf-8",
    )


def run(name: str, *words: str) -> Run:
    out = Path("out") / name
    profiled, *_ = name.split("-")
    code = main(["eval", "run", "--profile", profiled, "--out", str(out), *words])
    assert code == NOT_ALL
    return read_run(out / "run.json")


def same_bytes(one: str, other: str) -> bool:
    paths = (Path("out") / name / "run.json" for name in (one, other))
    first, second = (path.read_bytes() for path in paths)
    return first == second


def test_a_scripted_good_model_passes_where_it_may_and_replays_bit_for_bit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del folder
    words = ("--filter", "split=test", "--filter", "tag=number")
    profile("good", "good")
    with OpenAIServer(model="good") as server:
        server.says = GoodModel(read_gold([Path("evals/gold")]))
        monkeypatch.setenv("PKQA_LLM_BASE_URL", server.url)
        live = run("good", *words, "--record", "good.jsonl")
        asked = len(server.chats())
    assert asked >= len(live.items) > 60
    # It knows what to say of a question that it is asked in full, where it may quote.
    own = [
        item
        for item in live.items
        if item.question_language == item.document_language and "follow-up" not in item.tags
    ]
    assert sum(item.passed for item in own) > 0.85 * len(own) > 30
    assert all(item.scores["quotation fidelity"] in (1.0, None) for item in live.items)
    monkeypatch.delenv("PKQA_LLM_BASE_URL")
    replayed = run("good-again", *words, "--replay", "good.jsonl")
    assert replayed == live
    assert same_bytes("good", "good-again")


def test_a_real_small_model_replays_bit_for_bit(
    folder: Path, smollm2: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del folder
    words = ("--filter", "fact=m.nobel*", "--filter", "split=*", "--filter", "tag=date")
    profile(
        "smollm2",
        "SmolLM2-135M-Instruct",
        f"llm_context_tokens = {CONTEXT_TOKENS}\nllm_reply_tokens = 48\nllm_passages = 2\n",
    )
    monkeypatch.setenv("PKQA_LLM_BASE_URL", smollm2)
    live = run("smollm2", *words, "--record", "smollm2.jsonl")
    assert len(live.items) >= 3
    assert any(item.withheld or item.citations for item in live.items)
    monkeypatch.delenv("PKQA_LLM_BASE_URL")
    run("smollm2-again", *words, "--replay", "smollm2.jsonl")
    assert same_bytes("smollm2", "smollm2-again")
