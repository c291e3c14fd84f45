"""Ingest: what is done again and what is not, what is kept, and who may ask meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import SEEDS
from loopback import Ran, Run, runner, started, texts
from openai_server import OpenAIServer, Reply, Step, failing, honest
from pkqa.model import Document
from pkqa.store.catalog import CATALOG_FILE, Catalog
from pkqa.store.doctor import examine
from pkqa.store.snapshot import Snapshot

SENTENCES = {
    "helicopters": "The host promised sixteen helicopters to the missions in Africa.",
    "hospital": "The mission opened a field hospital near the northern border.",
    "medals": "Two medals honour those who died in the service of peace.",
    "women": "More women were asked to join the police units that year.",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, sentence in SENTENCES.items():
        (folder / f"{name}.txt").write_text(f"About {name}\n\n{sentence}\n")
    return folder


@pytest.fixture
def other(tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "near.txt").write_text("The first other paper is still in its folder.\n")
    (folder / "gone.txt").write_text("The second other paper was deleted long ago.\n")
    return folder


def text_of(name: str) -> str:
    return f"About {name}\n\n{SENTENCES[name]}"


def shown(index: Path) -> dict[str, Document]:
    """Every document of the published snapshot."""
    with Snapshot(index) as snapshot:
        return {document.document_id: document for document in snapshot.documents()}


def fits(index: Path) -> bool:
    return examine(index) == []


def fed(run: Run, *paths: object, code: int = 0) -> dict[str, Any]:
    """The report of an ingest."""
    ran = run("ingest", *paths, "--json")
    assert ran.code == code, ran.err
    report: dict[str, Any] = ran.json
    return report


# Unchanged, changed, gone


def test_one_changed_document_of_24_is_the_only_one_embedded(
    run: Run, index: Path, embeddings: OpenAIServer, tmp_path: Path
) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    for path in sorted(SEEDS.iterdir())[:24]:
        shutil.copy(path, folder)
    first = fed(run, folder)
    assert len(first["added"]) == 24
    embedded = texts(embeddings)
    assert first["embedded"] == embedded.total() == len(embedded)
    requests, current = len(embeddings.requests), (index / "CURRENT").read_bytes()

    again = fed(run, folder)
    assert (again["unchanged"], again["embedded"]) == (24, 0)
    assert (again["added"], again["changed"], again["stale"], again["removed"]) == ([], [], [], [])
    assert len(embeddings.requests) == requests
    assert (index / "CURRENT").read_bytes() == current

    page = folder / "13-pact-future.en.txt"
    words = page.read_text()
    assert words.count("Summit of the Future") > 0
    page.write_text(words.replace("Summit of the Future", "Summit of the Far Future", 1))
    changed = fed(run, folder)
    assert (changed["unchanged"], changed["changed"]) == (23, ["seeds/13-pact-future.en.txt"])
    assert (changed["added"], changed["stale"], changed["removed"]) == ([], [], [])
    document = shown(index)["seeds/13-pact-future.en.txt"]
    assert "Summit of the Far Future" in document.text
    fresh = texts(embeddings, since=requests)
    assert fresh.total() == changed["embedded"] > 0
    for text in fresh:
        assert text not in embedded
        assert text.removeprefix(f"{document.title}\n") in document.text
    assert fits(index)


def test_a_file_that_is_gone_goes_when_pruned_and_only_then(
    *,
    run: Run,
    index: Path,
    embeddings: OpenAIServer,
    papers: Path,
    other: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed(run, papers, other)
    requests = len(embeddings.requests)
    (papers / "medals.txt").unlink()
    (other / "gone.txt").unlink()
    kept = fed(run, papers)
    assert (kept["removed"], kept["documents"]) == ([], 6)
    assert run("show", "papers/medals.txt").code == 0

    monkeypatch.chdir(other)  # however the folder is named
    pruned = fed(run, "../other/../papers", "--prune")
    assert pruned["removed"] == [str(papers / "medals.txt")]
    assert pruned["documents"] == 5
    assert run("show", "papers/medals.txt").code == 1
    assert run("show", "other/gone.txt").code == 0
    assert "medals" not in run("search", "medals", "--json").out.split('"hits"')[1]
    assert len(embeddings.requests) == requests + 1  # the search
    assert fits(index)


def test_pruned_to_nothing_the_index_still_answers(
    run: Run, index: Path, embeddings: OpenAIServer, papers: Path
) -> None:
    fed(run, papers)
    for path in papers.iterdir():
        path.unlink()
    assert len(fed(run, papers, "--prune")["removed"]) == 4
    assert shown(index) == {}
    assert run("ask", "Who promised helicopters?", "--json").json["status"] == "not_found"
    assert run("search", "helicopters", "--json").json["hits"] == []
    assert fits(index)
    with Catalog(index / CATALOG_FILE, read_only=True) as catalog:
        (embedder,) = catalog.embedders()
    assert embedder == f"openai:{embeddings.model}@native"


# A changed fingerprint


def test_a_changed_budget_redoes_the_stale_files_and_names_them(
    run: Run,
    index: Path,
    embeddings: OpenAIServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "long"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"{number}.txt").write_text(
            " ".join(f"Sentence {n} of paper {number} says so and no more." for n in range(40))
        )
    former = fed(run, folder)
    monkeypatch.setenv("PKQA_CHUNK_TOKENS", "40")
    requests = len(embeddings.requests)
    # The embedder fails at the second file: what is stale after that is the second file alone.
    embeddings.script(honest, failing(400))
    assert run("ingest", folder).code == 1
    resumed = fed(run, folder)
    assert resumed["stale"] == [str(folder / "2.txt")]
    assert resumed["unchanged"] == 1
    assert (resumed["added"], resumed["changed"]) == ([], [])
    assert resumed["chunks"] > former["chunks"]
    # No sentence is embedded again: they are what they were. Chunks are new.
    assert not any(text.count(".") == 1 for text in texts(embeddings, since=requests))
    assert fed(run, folder)["stale"] == []
    assert fits(index)


def test_another_embedder_embeds_everything_wherever_it_lies(
    *,
    run: Run,
    index: Path,
    embeddings: OpenAIServer,
    papers: Path,
    other: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed(run, papers, other)
    (other / "gone.txt").unlink()
    monkeypatch.setenv("PKQA_EMBED_DIMENSIONS", "32")
    requests = len(embeddings.requests)
    report = fed(run, papers)
    assert set(report["stale"]) == {str(p) for p in [*papers.iterdir(), other / "near.txt"]}
    assert report["documents"] == 6
    embedded = texts(embeddings, since=requests)
    assert embedded.total() == report["embedded"] == len(embedded)
    for sentence in (*SENTENCES.values(), (other / "near.txt").read_text().strip()):
        assert sentence in embedded
    assert "The second other paper was deleted long ago." in embedded
    assert {r.body["dimensions"] for r in embeddings.requests[requests:]} == {32}
    with Catalog(index / CATALOG_FILE, read_only=True) as catalog:
        assert catalog.embedders() == [f"openai:{embeddings.model}@32"]
    hits = run("search", "second other paper deleted", "--json").json["hits"]
    assert hits[0]["document_id"] == "other/gone.txt"
    again = fed(run, papers)
    assert (again["stale"], again["embedded"]) == ([], 0)
    assert fits(index)


# Files that turn bad, move, or meet


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.chmod(0), "may not be read"),
        (lambda path: path.write_bytes(b"\x7fELF" + bytes(range(256)) * 20), "not text"),
        (lambda path: path.write_bytes(b""), "empty"),
    ],
)
def test_a_file_that_becomes_unreadable_keeps_what_was_read_before(
    *,
    run: Run,
    index: Path,
    embeddings: OpenAIServer,
    papers: Path,
    spoil: Callable[[Path], None],
    reason: str,
) -> None:
    fed(run, papers)
    before, requests = shown(index), len(embeddings.requests)
    spoil(papers / "medals.txt")
    for _ in range(2):
        report = fed(run, papers, "--prune", code=3)
        (sentence,) = report["rejected"]
        assert str(papers / "medals.txt") in sentence
        assert reason in sentence
        assert "what was ingested from it before is kept" in sentence
        assert (report["unchanged"], report["removed"], report["stale"]) == (3, [], [])
        assert shown(index) == before
    assert len(embeddings.requests) == requests
    (papers / "medals.txt").chmod(0o644)
    (papers / "medals.txt").write_text(text_of("medals"))
    assert fed(run, papers)["rejected"] == []


def test_a_folder_that_was_moved_keeps_its_document_ids(
    run: Run, index: Path, embeddings: OpenAIServer, papers: Path, tmp_path: Path
) -> None:
    fed(run, papers)
    before, requests = shown(index), len(embeddings.requests)
    moved = tmp_path / "far" / "away" / "papers"
    moved.parent.mkdir(parents=True)
    papers.rename(moved)
    report = fed(run, moved)
    assert report["embedded"] == 0
    assert report["documents"] == 4
    assert len(embeddings.requests) == requests
    after = shown(index)
    assert list(after) == list(before)
    for name, document in after.items():
        assert document.text == before[name].text
        assert Path(document.path).parent == moved
    assert fits(index)


def test_two_files_that_would_share_an_id_get_two(
    run: Run, index: Path, papers: Path, tmp_path: Path
) -> None:
    twin = tmp_path / "twin" / "papers"
    twin.mkdir(parents=True)
    (twin / "medals.txt").write_text("Another paper, of the same name, about other medals.\n")
    fed(run, papers)
    report = fed(run, twin)
    (name,) = report["added"]
    assert name.startswith("papers/medals.txt~")
    documents = shown(index)
    assert len(documents) == 5
    assert documents["papers/medals.txt"].text == text_of("medals")
    assert documents[name].text == (twin / "medals.txt").read_text().strip()
    again = fed(run, papers, twin)
    assert (again["unchanged"], again["documents"]) == (5, 5)
    assert list(shown(index)) == list(documents)


def line(name: str, text: str, **more: object) -> str:
    return json.dumps({"_id": name, "title": f"Title of {name}", "text": text, **more}) + "\n"


def test_the_lines_of_a_jsonl_are_documents_and_bad_ones_are_named(
    run: Run, index: Path, tmp_path: Path
) -> None:
    file = tmp_path / "corpus.jsonl"
    good = line("a1", "The first line speaks of helicopters.", date="2021-12-07", groups=["staff"])
    french = line(
        "b/2", "La deuxième ligne parle des hôpitaux.", language="fr", url="https://x.org/2"
    )
    file.write_text(good + french)
    report = fed(run, file)
    assert report["added"] == ["a1", "b/2"]
    documents = shown(index)
    assert documents["a1"].title == "Title of a1"
    assert (documents["a1"].date, documents["a1"].groups) == ("2021-12-07", ("staff",))
    assert documents["a1"].source.endswith("corpus.jsonl")
    assert (documents["b/2"].language, documents["b/2"].source) == ("fr", "https://x.org/2")

    bad = '{"_id": "c3", "text": \n' + '{"title": "no id", "text": "Some text."}\n'
    file.write_text(good + bad + line("d4", "The fifth line is new."))
    for _ in range(2):  # its faults are said each time
        report = fed(run, file, code=3)
        assert len(report["rejected"]) == 2
        for number, sentence in zip((2, 3), report["rejected"], strict=True):
            assert str(file) in sentence
            assert f"line {number}" in sentence
            assert "is kept" not in sentence  # the second document is not: its line is gone
        assert set(shown(index)) == {"a1", "d4"}
    assert fits(index)


def test_an_id_taken_by_another_file_rejects_the_later_one(
    run: Run, index: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    first.write_text(line("a1", "The first file came first."))
    second.write_text(line("a1", "The second file came second."))
    report = fed(run, first, second, code=3)
    (sentence,) = report["rejected"]
    assert str(first) in sentence
    assert str(second) in sentence
    assert "'a1'" in sentence
    assert shown(index)["a1"].text == "The first file came first."
    assert fits(index)


# An embedder that fails


def test_what_was_embedded_before_a_failure_is_kept(
    run: Run, index: Path, embeddings: OpenAIServer, papers: Path
) -> None:
    embeddings.script(honest, honest, failing(400, "no more"))
    former = (index / "CURRENT").read_bytes()
    failed = run("ingest", papers)
    assert failed.code == 1
    assert len(failed.err.splitlines()) == 1
    assert (index / "CURRENT").read_bytes() == former
    paid = texts(embeddings) - texts(embeddings, since=2)
    assert set(paid) == {text for name in ("helicopters", "hospital") for text in parts(name)}
    report = fed(run, papers)
    rest = texts(embeddings, since=3)
    assert rest.total() == report["embedded"]
    assert set(rest) == {text for name in ("medals", "women") for text in parts(name)}
    assert len(shown(index)) == 4
    assert fits(index)


def parts(name: str) -> list[str]:
    """The texts that are embedded of a paper: the chunk and its two sentences."""
    return [text_of(name), f"About {name}", SENTENCES[name]]


# Several processes


class Gate:
    """A step of the server's script that holds its request until it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._opened = threading.Event()

    def step(self) -> Step:
        def held(reply: Reply) -> Reply:
            self.reached.set()
            assert self._opened.wait(120)
            return reply

        return held

    def open(self) -> None:
        self._opened.set()


def test_a_second_ingest_says_who_holds_the_lock(
    run: Run, index: Path, embeddings: OpenAIServer, papers: Path
) -> None:
    gate = Gate()
    embeddings.script(gate.step())
    with started("ingest", papers) as first:
        try:
            assert gate.reached.wait(60)
            for second in (run("ingest", papers), run("rebuild")):
                assert second.code == 1
                (said,) = second.err.splitlines()
                assert f"process {first.pid} on {socket.gethostname()} since " in said
                assert str(index) in said
        finally:
            gate.open()
        assert first.communicate()[1] == ""
    assert first.returncode == 0
    assert fed(run, papers)["unchanged"] == 4


@pytest.mark.slow
def test_several_processes_ask_while_one_ingests(
    run: Run, index: Path, embeddings: OpenAIServer, papers: Path
) -> None:
    held_back = [papers / "medals.txt", papers / "women.txt"]
    late = papers.parent / "late" / "papers"
    late.mkdir(parents=True)
    for path in held_back:
        path.rename(late / path.name)
    fed(run, papers)
    gate = Gate()
    embeddings.script(honest, gate.step())
    with started("ingest", late) as writer:
        try:
            assert gate.reached.wait(60)
            readers = [
                started("search", "medals helicopters", "--json", "--top-k", "9") for _ in range(3)
            ]
            for reader in readers:
                out, err = reader.communicate(timeout=120)
                assert (reader.returncode, err) == (0, "")
                hits = json.loads(out)["hits"]
                assert {hit["document_id"] for hit in hits} == {
                    "papers/helicopters.txt",
                    "papers/hospital.txt",
                }
            assert writer.poll() is None
        finally:
            gate.open()
        assert writer.communicate(timeout=120)[1] == ""
    assert writer.returncode == 0
    ran: Ran = run("search", "medals helicopters", "--json")
    assert "papers/medals.txt" in {hit["document_id"] for hit in ran.json["hits"]}
    assert fits(index)


def test_an_ingest_leaves_no_process_behind(run: Run, index: Path, papers: Path) -> None:
    fed(run, papers)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(Path(f"/proc/{pid}").exists() for pid in children):
        time.sleep(0.05)
    workers = [pid for pid in children if b"pkqa.ingest.worker" in _command_line(pid)]
    assert workers == []
    assert index.is_dir()


def _command_line(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
