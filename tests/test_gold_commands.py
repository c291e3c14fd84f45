"""``pkqa eval check``, ``draft`` and ``import`` on an index of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loopback import Ran, Run, runner
from pkqa.evals.gold.file import read_gold
from pkqa.evals.gold.record import Record
from pkqa.evals.suite.run import Fingerprints, Item, Quoted, run_text
from pkqa.evals.suite.run import Run as SuiteRun

BUILT = "Engineers rebuilt the bridge in nineteen days."
TEXT = f"The rains had cut the road for six weeks. {BUILT} The bridge carries 40 tonnes."


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def ingest(run: Run, folder: Path, text: str) -> str:
    """The document's hash."""
    corpus = folder / "bridges.jsonl"
    corpus.write_text(json.dumps({"_id": "bridge", "title": "Bridge", "text": text}))
    assert run("ingest", corpus).code == 0
    sha: str = run("show", "bridge", "--json").json["text_sha"]
    return sha


def gold(file: Path, sha: str, **changes: Any) -> Path:
    start = TEXT.index(BUILT)
    span = {"document_id": "bridge", "text_sha": sha, "start": start, "quote": BUILT}
    told = {
        "id": "bridge.en1",
        "fact_id": "bridge",
        "split": "dev",
        "language": "en",
        "question": "In how many days was the bridge rebuilt?",
        "nuggets": [{"type": "number", "value": "19"}],
        "gold": [[span | {"end": start + len(BUILT)}]],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told | changes) + "\n")
    return file


def test_a_sound_set_is_counted(
    run: Run, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = ingest(run, tmp_path, TEXT)
    file = gold(tmp_path / "evals/gold/a.jsonl", sha)
    ran = run("eval", "check", file, "--index", index)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("no faults\n")
    assert ["answerable", "en", "->", "en", "1", "1"] in [
        line.split() for line in ran.out.splitlines()
    ]
    monkeypatch.chdir(tmp_path)
    assert run("eval", "check").out == ran.out


def test_faults_are_told_and_end_in_2(run: Run, index: Path, tmp_path: Path) -> None:
    sha = ingest(run, tmp_path, TEXT)
    file = gold(tmp_path / "a.jsonl", sha, nuggets=[{"type": "number", "value": "3"}])
    other = gold(tmp_path / "b.jsonl", sha, tags=["draft"], id="b", question="What now?")
    other.write_text(other.read_text() + "{\n")
    ran = run("eval", "check", file, other, "--index", index)
    assert ran.code == 2
    unread, value, draft = ran.out.splitlines()[:3]
    assert unread.startswith(f"{other}, line 2: no JSON object")
    assert value.startswith(f"{file}, line 1: bridge.en1: gold set 1 does not say the vital")
    assert draft.startswith(f"{other}, line 1: b: is a proposal that nobody has accepted")
    assert ran.out.endswith("faults: 3\n")


@pytest.mark.usefixtures("index")
def test_spans_are_anchored_in_place(run: Run, tmp_path: Path) -> None:
    file = gold(tmp_path / "a.jsonl", ingest(run, tmp_path, TEXT))
    sha = ingest(run, tmp_path, f"It rained. {TEXT}")
    before = file.read_bytes()
    ran = run("eval", "check", file)
    assert ran.code == 2
    assert "--anchor" in ran.out
    assert file.read_bytes() == before
    anchored = run("eval", "check", file, "--anchor")
    assert anchored.code == 0
    assert f"{file}: spans brought up to date: 1" in anchored.out
    ((span,),) = read_gold([file])[0].gold
    assert (span.text_sha, span.start) == (sha, len("It rained. ") + TEXT.index(BUILT))
    again = run("eval", "check", file, "--anchor")
    assert again.code == 0
    assert "spans brought up to date in all: 0" in again.out


@pytest.mark.usefixtures("index")
def test_proposals_from_a_document_are_checked_as_drafts(run: Run, tmp_path: Path) -> None:
    ingest(run, tmp_path, TEXT)
    printed = run("eval", "draft", "--document", "bridge")
    assert printed.code == 0
    records = [Record.model_validate(line) for line in printed.lines]
    assert [one.nuggets[0].value for one in records] == ["6", "19", "40"]
    out = tmp_path / "drafts.jsonl"
    written = run("eval", "draft", "--document", "bridge", "--out", out)
    assert (written.code, written.out) == (0, f"{out}: proposals 3, document bridge\n")
    assert read_gold([out]) == records
    checked = run("eval", "check", out)
    assert checked.code == 2
    assert checked.out.count("nobody has accepted") == 3
    assert checked.out.endswith("faults: 3\n")
    assert run("eval", "draft", "--document", "bridge", "--out", out).code == 2
    assert read_gold([out]) == records
    assert "no document 'ferry'" in run("eval", "draft", "--document", "ferry").err


@pytest.mark.usefixtures("index")
def test_proposals_from_a_run(run: Run, tmp_path: Path) -> None:
    sha = ingest(run, tmp_path, TEXT)
    file = gold(tmp_path / "a.jsonl", sha, gold=[])
    start = TEXT.index(BUILT)
    quoted = Quoted(
        marker=1,
        document_id="bridge",
        start=start,
        end=start + len(BUILT),
        quote=BUILT,
        right=False,
    )
    item = Item(
        id="bridge.en1",
        fact_id="bridge",
        question_language="en",
        document_language="-",
        question="?",
        status="answered",
        answer="!",
        passed=False,
        scores={},
        citations=(quoted,),
    )
    made = SuiteRun(
        profile="p",
        version="1",
        answerer="llm",
        fingerprints=Fingerprints(**dict.fromkeys(Fingerprints.model_fields, "x")),
        items=(item,),
    )
    told = tmp_path / "run.json"
    told.write_text(run_text(made))
    ran = run("eval", "draft", "--run", told, "--gold", file)
    assert ran.code == 0
    (line,) = ran.lines
    assert (line["id"], line["tags"]) == ("bridge.en1", ["draft"])
    assert line["gold"] == [[{"document_id": "bridge", "text_sha": sha, **quoted_at(quoted)}]]


def quoted_at(quoted: Quoted) -> dict[str, Any]:
    return {"start": quoted.start, "end": quoted.end, "quote": quoted.quote}


@pytest.mark.usefixtures("index")
def test_one_source_of_proposals_at_a_time(run: Run, tmp_path: Path) -> None:
    for words in (
        (),
        ("feedback.jsonl", "--document", "bridge"),
        ("--document", "bridge", "--run", "run.json"),
        ("--document", "bridge", "--gold", "a.jsonl"),
    ):
        refused = run("eval", "draft", *words)
        assert (refused.code, refused.out) == (2, "")
        assert "--" in refused.err
    assert run("eval", "draft", "--run", tmp_path / "none.json").code == 2


def imported(run: Run, folder: Path, kind: str, text: str) -> Ran:
    source = folder / f"source.{kind}"
    source.write_text(text, "utf-8")
    return run("eval", "import", kind, source, "--out", folder / "new" / kind)


@pytest.mark.usefixtures("index")
def test_what_is_imported_is_sound_in_an_index_of_its_corpus(run: Run, tmp_path: Path) -> None:
    context = f"\u200b{TEXT}\r\n"
    answer = {"text": "nineteen days", "answer_start": context.index("nineteen days")}
    questions = [
        {"id": "A1", "question": "How long did the engineers work?", "answers": [answer]},
        {"id": "a2", "question": "Who paid for it?", "answers": [], "is_impossible": True},
    ]
    paragraphs = [{"context": context, "qas": questions}, {"context": "X", "qas": questions[1:]}]
    squad = json.dumps({"data": [{"title": "Bridge", "paragraphs": paragraphs}]})
    ran = imported(run, tmp_path, "squad", squad)
    out = tmp_path / "new" / "squad"
    assert (ran.code, ran.out) == (
        0,
        f"{out / 'corpus.jsonl'}: documents 2\n{out / 'gold.jsonl'}: questions 2\n",
    )
    assert ran.err == "left out: 1 unanswerable questions without a twin\n"
    assert run("ingest", out / "corpus.jsonl").code == 0
    checked = run("eval", "check", out / "gold.jsonl")
    assert (checked.code, checked.out[-10:]) == (0, "no faults\n")
    again = imported(run, tmp_path, "squad", squad)
    assert again.code == 2
    assert "gold.jsonl is there already" in again.err


def test_an_import_without_documents_writes_none(run: Run, tmp_path: Path) -> None:
    ran = imported(run, tmp_path, "promptfoo", "question,__expected\nHow long?,contains: x\n")
    assert ran.code == 0
    assert [path.name for path in (tmp_path / "new" / "promptfoo").iterdir()] == ["gold.jsonl"]


def test_a_bad_source_writes_nothing(run: Run, tmp_path: Path) -> None:
    twice = {"id": "a", "question": "Who?", "answers": [{"text": "X", "answer_start": 0}]}
    paragraph = {"context": "X came.", "qas": [twice, twice]}
    squad = json.dumps({"data": [{"title": "t", "paragraphs": [paragraph]}]})
    for kind, text, told in (
        ("squad", squad, "the id 'a' stands twice"),
        ("promptfoo", "question,__expected\nWho?,regex: x\n", "line 2: 'regex' cannot"),
        ("beir", "", "is not of BEIR's shape"),
    ):
        ran = imported(run, tmp_path, kind, text)
        assert ran.code == 2
        assert told in ran.err
    assert not (tmp_path / "new").exists()
    assert run("eval", "import", "trec", tmp_path, "--out", tmp_path / "x").code == 2
