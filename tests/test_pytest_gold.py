"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loopback import Ran, Run, runner
from pkqa.evals.gold.file import text_of
from pkqa.evals.gold.record import Record

TEXT = "The rains had cut the road for six weeks. Engineers rebuilt the bridge in nineteen days."
FINE = "def test_fine():\n    pass\n"


@pytest.fixture
def ferries(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """An index of one document."""
    run: Run = runner(capsys)
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"_id": "bridge", "title": "Bridge", "text": TEXT}))
    assert run("ingest", corpus).code == 0
    return index


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of somebody else's tests."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_own.py").write_text(FINE)
    return folder


def pytested(folder: Path, *words: object) -> Ran:
    """Run pytest with this plugin and no other."""
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pkqa.evals.pytest_gold", *map(str, words)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def record(name: str, **changes: Any) -> Record:
    told = {
        "id": name,
        "fact_id": name,
        "split": "dev",
        "language": "en",
        "question": "In how many days did engineers rebuild the bridge?",
        "nuggets": [{"type": "number", "value": "19"}],
    }
    return Record.model_validate(told | changes)


RIGHT = record("right.en1")
WRONG = record(
    "wrong.en1",
    nuggets=[{"type": "number", "value": "40"}],
    forbidden=[{"type": "name", "values": {"en": ["Engineers"]}}],
)
NOTHING = record("nothing.en1", nuggets=[], unanswerable="missing-detail")


def gold(folder: Path, *records: Record) -> Path:
    file = folder / "gold.jsonl"
    file.write_text(text_of(records), "utf-8")
    return file


def test_each_question_is_a_test(ferries: Path, project: Path) -> None:
    file = gold(project, RIGHT, WRONG, NOTHING)
    ran = pytested(project, "--pkqa-gold", "gold.jsonl", "--pkqa-index", ferries, "-v")
    assert ran.code == 1
    assert "2 failed, 2 passed" in ran.out
    for told in (
        "test_own.py::test_fine PASSED",
        "gold.jsonl::right.en1 PASSED",
        "gold.jsonl::wrong.en1 FAILED",
        f"wrong.en1 ({file}, line 2)",
        "missing: number 40\n",
        'wrong: name "Engineers"\n',
        "asked: In how many days did engineers rebuild the bridge?\n",
        "answered (answered): ",
        "gold.jsonl::nothing.en1 FAILED",
        "wrong: answered, and nothing answers it (missing-detail)\n",
        "FAILED gold.jsonl::wrong.en1 - missing: number 40",
    ):
        assert told in ran.out
    assert "Engineers rebuilt the bridge in nineteen days" in ran.out
    assert "Traceback" not in ran.out + ran.err
    assert "pytest_gold.py" not in ran.out


def test_one_question_by_its_name(ferries: Path, project: Path) -> None:
    gold(project, RIGHT, WRONG)
    words = ("--pkqa-gold", "gold.jsonl", "--pkqa-index", ferries, "-q")
    assert "1 passed" in pytested(project, "gold.jsonl::right.en1", *words).out
    assert "1 passed, 2 deselected" in pytested(project, "-k", "right", *words).out
    twice = pytested(project, ".", "gold.jsonl", *words)
    assert "1 failed, 2 passed" in twice.out


def test_the_index_is_opened_for_the_first_question(project: Path) -> None:
    """Nothing is asked where nothing is to be told but which tests there are."""
    gold(project, RIGHT)
    words = ("--pkqa-gold", project, "--pkqa-index", project / "none")
    collected = pytested(project, *words, "--collect-only", "-q")
    assert collected.code == 0
    assert "gold.jsonl::right.en1" in collected.out
    ran = pytested(project, *words, "-q")
    assert ran.code == 1
    assert "1 failed, 1 passed" in ran.out
    assert "Traceback" not in ran.out
    assert "`pkqa ingest`" in ran.out


def test_lines_that_are_no_questions_are_all_named(project: Path) -> None:
    file = gold(project, RIGHT)
    file.write_text(f'{{\n{file.read_text()}{{"id": 3}}\n')
    ran = pytested(project, "--pkqa-gold", file)
    assert ran.code == 2
    assert f"{file}, line 1: no JSON object" in ran.out
    assert f"{file}, line 3: " in ran.out
    assert "Traceback" not in ran.out
    missing = pytested(project, "--pkqa-gold", "nowhere.jsonl")
    assert missing.code == 4
    assert "nowhere.jsonl does not exist" in missing.err


def test_a_file_that_nobody_names_is_left_alone(project: Path) -> None:
    (project / "gold.jsonl").write_text("{\n")
    ran = pytested(project, "-q", ".")
    assert (ran.code, "1 passed" in ran.out) == (0, True)


def test_loading_it_costs_nothing(project: Path) -> None:
    """What every pytest of the environment would have to wait for."""
    (project / "test_own.py").write_text(
        "import sys\n\n\ndef test_light():\n"
        "    heavy = {'numpy', 'pydantic', 'llama_index', 'chromadb', 'gradio', 'openai'}\n"
        "    assert not heavy & set(sys.modules)\n"
        "    ours = {name for name in sys.modules if name.startswith('pkqa')}\n"
        "    assert ours == {\n"
        "        'pkqa', 'pkqa.errors', 'pkqa.model', 'pkqa.evals', 'pkqa.evals.pytest_gold'\n"
        "    }\n"
    )
    ran = pytested(project, "-q")
    assert ran.code == 0, ran.out
