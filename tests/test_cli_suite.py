"""``pkqa eval run``, ``compare`` and ``bless`` as an engineer meets them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from openai_server import OpenAIServer
from pkqa.cli import main
from pkqa.evals.gold.file import read_gold, text_of
from pkqa.evals.gold.record import Nugget
from pkqa.evals.suite.run import read_run
from suite_product import TEXTS, gold

OUT = Path("evals/runs/embedded")
BASELINE = Path("evals/baselines/embedded.json")


@pytest.fixture(autouse=True)
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embeddings: OpenAIServer, index: Path
) -> Path:
    """A project of three documents and four questions, which is the working folder; what the
    calibration needs is in the index, so that its vectors are not asked for again."""
    del embeddings, index
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name, (_, text) in TEXTS.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "evals" / "profiles").mkdir(parents=True)
    (tmp_path / "evals" / "gold").mkdir()
    (tmp_path / "evals" / "gold" / "all.jsonl").write_text(text_of(gold()), "utf-8")
    write_profile()
    return tmp_path


def write_profile(text: str = "", name: str = "embedded") -> None:
    Path(f"evals/profiles/{name}.toml").write_text(f'[settings]\nanswerer = "quote"\n{text}')


def ran(*words: str) -> int:
    return main(["eval", "run", "--corpus", "d", *words])


def ask_too_much() -> None:
    """Add a question that is failed: its answer has to say more than the documents do."""
    seoul = gold()[0]
    more = {"id": "hague.en", "nuggets": (*seoul.nuggets, Nugget(type="number", value="700"))}
    asked = f"{seoul.question} And how many people?"
    record = seoul.model_copy(update=more | {"question": asked})
    Path("evals/gold/more.jsonl").write_text(text_of([record]), "utf-8")


def blessed(capsys: pytest.CaptureFixture[str]) -> None:
    ran()
    assert main(["eval", "bless", "--reason", "the first one"]) == 0
    capsys.readouterr()


def test_a_first_run_has_nothing_to_be_compared_with_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ran() == 3
    assert "no baseline" in capsys.readouterr().out
    assert sorted(path.name for path in OUT.iterdir()) == [
        "junit.xml", "report.html", "report.md", "run.json", "timings.json",
    ]  # fmt: skip
    assert [item.id for item in read_run(OUT / "run.json").items] == [
        "accra.fr", "berlin.en", "oslo.en", "seoul.en",
    ]  # fmt: skip


def test_the_same_again_passes_and_is_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    blessed(capsys)
    first = (OUT / "run.json").read_bytes()
    assert ran() == 0
    assert (OUT / "run.json").read_bytes() == first
    assert read_run(BASELINE).items == read_run(OUT / "run.json").items
    capsys.readouterr()
    assert ran("--json") == 0
    assert json.loads(capsys.readouterr().out)["code"] == 0


def test_a_must_pass_question_that_fails_is_a_regression(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask_too_much()
    blessed(capsys)
    write_profile('[must_pass]\nids = ["seoul.en", "hague.en"]\n')
    assert ran() == 1
    told = capsys.readouterr().out
    assert "hague.en" in told
    assert "seoul.en" not in told


def test_another_corpus_or_other_questions_are_never_compared(
    capsys: pytest.CaptureFixture[str],
) -> None:
    blessed(capsys)
    Path("d/more.txt").write_text("Another text on nothing much.", "utf-8")
    assert ran() == 4
    assert "corpus" in capsys.readouterr().out
    Path("d/more.txt").unlink()
    one = read_gold([Path("evals/gold")])[:2]
    Path("evals/gold/all.jsonl").write_text(text_of(one), "utf-8")
    assert ran() == 4
    assert "gold" in capsys.readouterr().out


def test_what_was_changed_on_purpose_is_compared_when_it_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    blessed(capsys)
    write_profile("top_k = 9\n")
    assert ran() == 4
    assert "settings" in capsys.readouterr().out
    assert ran("--changed", "settings") == 0


def test_a_judge_without_labels_is_asked_nothing_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], embeddings: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("evals/labels").mkdir()
    assert ran("--judge") == 2
    assert "PKQA_LLM_BASE_URL" in capsys.readouterr().err
    monkeypatch.setenv("PKQA_LLM_BASE_URL", embeddings.url)
    assert ran("--judge") == 3
    told = capsys.readouterr().out
    assert "disabled" in told
    assert (OUT / "judge.md").read_text("utf-8") in told
    assert not [one for one in embeddings.requests if "messages" in one.body]


def test_two_runs_are_compared_without_asking(
    capsys: pytest.CaptureFixture[str], embeddings: OpenAIServer
) -> None:
    blessed(capsys)
    asked = len(embeddings.requests)
    assert main(["eval", "compare", str(BASELINE), str(OUT / "run.json")]) == 0
    assert len(embeddings.requests) == asked


@pytest.mark.parametrize(
    "words",
    [
        ["--profile", "nobody"],
        ["nowhere.jsonl"],
        ["--filter", "colour=red"],
        ["--record", "replies.jsonl"],
        ["--replay", "nowhere.jsonl"],
        ["--baseline", "nowhere.json"],
    ],
)
def test_words_that_are_off_are_refused_with_a_remedy(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(*words) == 2
    told = capsys.readouterr()
    assert told.err.startswith("pkqa: ")
    assert not OUT.exists()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, "the id stands in"),
        ({"id": "seoul.en2"}, "asks the same as seoul.en"),
        (
            {"id": "seoul.en2", "question": "And how many countries?", "tags": ("draft",)},
            "proposal",
        ),
    ],
)
def test_gold_questions_with_faults_are_not_asked(
    change: dict[str, object], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    again = gold()[0].model_copy(update=change)
    Path("evals/gold/more.jsonl").write_text(text_of([again]), "utf-8")
    assert ran() == 2
    told = capsys.readouterr().err
    assert "more.jsonl, line 1" in told
    assert fault in told
    assert "pkqa eval check" in told


def test_only_what_failed_is_asked_again_and_is_no_baseline(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask_too_much()
    ran()
    ran("--failed")
    assert [item.id for item in read_run(OUT / "run.json").items] == ["hague.en"]
    capsys.readouterr()
    assert main(["eval", "bless", "--reason", "why not"]) == 2
    assert "--failed" in capsys.readouterr().err


def test_a_run_of_another_profile_is_not_blessed_by_mistake(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran()
    write_profile(name="other")
    path = str(OUT / "run.json")
    assert main(["eval", "bless", path, "--profile", "other", "--reason", "no"]) == 2
    assert "its own profile" in capsys.readouterr().err


def test_a_published_index_is_asked_as_it_is(
    capsys: pytest.CaptureFixture[str], index: Path
) -> None:
    assert main(["ingest", "d"]) == 0
    assert main(["eval", "run", "--index", str(index)]) == 3
    ran("--out", "there")
    ours, theirs = (read_run(Path(f) / "run.json") for f in (OUT, "there"))
    assert [item.passed for item in ours.items] == [item.passed for item in theirs.items]
    assert ours.fingerprints.corpus != theirs.fingerprints.corpus
    capsys.readouterr()


def test_a_run_that_is_killed_goes_on_and_ends_in_the_same_bytes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    many = [
        record.model_copy(
            update={
                "id": f"{record.id}.{n}",
                "question": f"{record.question} {n}",
                "twin": f"{record.twin}.{n}" if record.twin else None,
            }
        )
        for record in gold()
        for n in range(40)
    ]
    Path("evals/gold/all.jsonl").write_text(text_of(many), "utf-8")
    ran()
    whole = (OUT / "run.json").read_bytes()
    shutil.rmtree(OUT)
    journal = OUT / "journal.jsonl"
    program = "import sys; from pkqa.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", program, "eval", "run", "--corpus", "d"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as killed:
        while not (journal.exists() and journal.read_text("utf-8").count("\n") > 5):
            assert killed.poll() is None, "it was done before it could be killed"
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
    assert not (OUT / "run.json").exists()
    done = journal.read_text("utf-8").count("\n")
    assert done < len(many)
    ran("--resume")
    assert (OUT / "run.json").read_bytes() == whole
    assert not journal.exists()
    capsys.readouterr()
