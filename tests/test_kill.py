"""``kill -9`` at any moment of an ingest: the old snapshot answers, and the next ingest ends with
the same catalog as one that nobody disturbed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import SEEDS
from loopback import settings_for, started
from openai_server import OpenAIServer, slow
from pkqa.corpus import Corpus
from pkqa.indexing import ingest
from pkqa.settings import Settings
from pkqa.store.catalog import CATALOG_FILE, Catalog
from pkqa.store.doctor import examine
from pkqa.store.published import SNAPSHOTS, UNFINISHED_PREFIX, read_current
from pkqa.store.vectors import COPY_PREFIX

PATIENCE = 120  # seconds until a moment that does not come is a failure
SLOWNESS = 0.1  # seconds that the server takes for a request
QUESTION = "How many lighthouses does the harbour of Zembla hold?"
EARLIER = "The harbour of Zembla holds forty-one lighthouses, all of them painted green.\n"

# A moment of a run: what has to be seen first, and how many seconds later the kill comes.
Seen = Callable[["Bench", Path, "subprocess.Popen[str]"], bool]


@dataclass
class Bench:
    """What all the runs of the test share."""

    server: OpenAIServer  # the ingests'
    answering: OpenAIServer  # the readers'
    seeds: Path
    temporary: Path  # the ingests' folder for temporary files
    kills: int = 0
    published: list[bool] = field(default_factory=list)  # had the killed run published?

    def settings(self, index: Path) -> Settings:
        """For reading, and for an ingest that is not disturbed."""
        return settings_for(self.answering, index)

    def kill(self, index: Path, seen: Seen, delay: float) -> bool:
        """Start an ingest, kill it at that moment, and see that the index answers all the while.
        False when the ingest had ended by itself."""
        former = read_current(index).snapshot_id
        with self._asked_throughout(index):
            process = started(
                "ingest", self.seeds, "--index", index, env=os.environ | self._environment()
            )
            with process:
                try:
                    self._wait_until(lambda: seen(self, index, process) or ended(process))
                    time.sleep(delay)
                    workers = children(process.pid)
                finally:
                    process.kill()
                process.communicate()
        if process.returncode != -signal.SIGKILL:
            assert process.returncode == 0
            return False
        self._wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
        assert [f.what for f in examine(index) if f.severity == "error"] == []
        self._ask(index)
        self.kills += 1
        self.published.append(read_current(index).snapshot_id != former)
        return True

    def finish(self, index: Path) -> None:
        """Ingest undisturbed."""
        report = ingest([self.seeds], self.settings(index))
        assert report.rejected == []
        assert examine(index) == []
        assert [path.name for path in (index / SNAPSHOTS).iterdir()] == [report.snapshot]

    def _environment(self) -> dict[str, str]:
        return {
            "PKQA_EMBEDDER": "openai",
            "PKQA_EMBED_BASE_URL": self.server.url,
            "PKQA_EMBED_MODEL": self.server.model,
            "TMPDIR": str(self.temporary),
        }

    @contextmanager
    def _asked_throughout(self, index: Path) -> Iterator[None]:
        stop = threading.Event()
        failures: list[Exception] = []
        answered = 0

        def ask() -> None:
            nonlocal answered
            try:
                with Corpus(self.settings(index)) as corpus:
                    while not stop.wait(0.1) or not answered:
                        assert corpus.search(QUESTION, 1)[0].text == EARLIER.strip()
                        answered += 1
            except Exception as error:  # noqa: BLE001 - told to the test's own thread
                failures.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield
        finally:
            stop.set()
            asking.join()
        assert failures == []
        assert answered

    def _ask(self, index: Path) -> None:
        with Corpus(self.settings(index)) as corpus:
            assert corpus.search(QUESTION, 1)[0].document_id == "earlier/zembla.txt"
            for citation in corpus.ask(QUESTION).citations:
                text = corpus.document(citation.document_id).text
                assert text[citation.start : citation.end] == citation.quote

    def _wait_until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < deadline, "the moment did not come"
            time.sleep(0.001)


def ended(process: subprocess.Popen[str]) -> bool:
    return process.poll() is not None


def children(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []


def starting(_: Bench, __: Path, ___: subprocess.Popen[str]) -> bool:
    return True


def reading(_: Bench, __: Path, process: subprocess.Popen[str]) -> bool:
    return bool(children(process.pid))


def embedding(bench: Bench, number: int) -> Seen:
    """The request of that number, counted from now."""
    wanted = len(bench.server.requests) + number
    return lambda bench, _, __: len(bench.server.requests) >= wanted


def unfinished(index: Path) -> list[Path]:
    return list((index / SNAPSHOTS).glob(f"{UNFINISHED_PREFIX}*"))


def copies(bench: Bench) -> list[Path]:
    return list(bench.temporary.glob(f"{COPY_PREFIX}*"))


def building(_: Bench, index: Path, __: subprocess.Popen[str]) -> bool:
    return bool(unfinished(index))


def verifying(bench: Bench, _: Path, __: subprocess.Popen[str]) -> bool:
    return bool(copies(bench))


def publishing(_: Bench, index: Path, __: subprocess.Popen[str]) -> bool:
    return len([p for p in (index / SNAPSHOTS).iterdir() if not p.name.startswith(".")]) > 1


def content(index: Path) -> dict[str, list[Any]]:
    """Every row of the catalog, vectors byte for byte."""
    keys = {
        "documents": "document_id",
        "chunks": "chunk_id",
        "sentences": 'chunk_id, "start"',
        "embedders": "embedder",
        "vectors": "embedder, input_sha",
        "files": "path",
    }
    with closing(sqlite3.connect(index / CATALOG_FILE)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY {key}").fetchall()  # noqa: S608
            for table, key in keys.items()
        }


def digest(index: Path) -> str:
    with Catalog(index / CATALOG_FILE, read_only=True) as catalog:
        (embedder,) = catalog.embedders()
        return catalog.digest(embedder)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name in list(os.environ):
        if name.startswith(("PKQA_", "OPENAI_")):
            monkeypatch.delenv(name)
    seeds, temporary = tmp_path / "seeds", tmp_path / "tmp"
    shutil.copytree(SEEDS, seeds)
    temporary.mkdir()
    with OpenAIServer() as server, OpenAIServer() as answering:
        server.script(*[slow(SLOWNESS)] * 5000)
        yield Bench(server, answering, seeds, temporary)


@pytest.mark.slow
def test_kill_at_twenty_moments(
    bench: Bench, calibrated_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(7)  # noqa: S311 - seeded, not secret

    # The old snapshot, and what the new one has to be.
    base, undisturbed = tmp_path / "base", tmp_path / "undisturbed"
    shutil.copytree(calibrated_index, base)
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "zembla.txt").write_text(EARLIER)
    ingest([tmp_path / "earlier"], bench.settings(base))
    shutil.copytree(base, undisturbed)
    bench.finish(undisturbed)
    expected, expected_digest = content(undisturbed), digest(undisturbed)
    assert len(expected["documents"]) == 1 + len(list(SEEDS.iterdir()))

    def copy(source: Path, name: str) -> Path:
        index = tmp_path / name
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(source, index)
        return index

    def finished(index: Path) -> None:
        bench.finish(index)
        assert content(index) == expected
        assert digest(index) == expected_digest
        name = read_current(undisturbed).snapshot_id.split("-")[0]
        assert read_current(index).snapshot_id.split("-")[0] == name

    # Killed while it starts and reads, again and again, then left alone. All these delays together
    # are shorter than the server needs for the requests.
    index = copy(base, "read")
    moments: list[tuple[Seen, float]] = [*[(starting, 1.0)] * 2, *[(reading, 0.7)] * 4]
    for seen, longest in moments:
        assert bench.kill(index, seen, rng.uniform(0, longest))
    finished(index)

    # Killed while it embeds, again and again: all of it is less than there is to embed.
    index = copy(base, "embed")
    for _ in range(6):
        assert bench.kill(index, embedding(bench, rng.randint(1, 5)), rng.uniform(0, SLOWNESS))
    assert not any(bench.published)
    embedded = copy(index, "embedded")
    finished(index)

    # Killed while it builds and publishes; each time from the same state and finished at once.
    assert bench.kill(embedded, building, 0)
    moments = [*[(building, 0.2)] * 3, *[(verifying, 0.05)] * 2, *[(publishing, 0.02)] * 2]
    left = []
    for seen, longest in moments:
        # A moment this short may be over before this process, or the kill, has its turn.
        while True:
            index = copy(embedded, "build")
            if bench.kill(index, seen, rng.uniform(0, longest)):
                break
        long_ago = time.time() - 600
        for directory in copies(bench):
            os.utime(directory, (long_ago, long_ago))
            left.append(directory)
        unpublished = not bench.published[-1]
        with monkeypatch.context() as here:
            here.setattr(tempfile, "tempdir", str(bench.temporary))
            finished(index)
        assert unfinished(index) == []
        if unpublished:  # the next ingest built, and cleared away what killed ones left
            assert copies(bench) == []
        for directory in copies(bench):
            shutil.rmtree(directory)
    assert left
    assert bench.kills == 20
