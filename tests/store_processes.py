"""What the processes of ``test_store_processes`` do; each runs in an interpreter of its own."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import store_samples as samples
from pkqa.store.build import Recipe, build
from pkqa.store.catalog import CATALOG_FILE, Catalog
from pkqa.store.lock import ingest_lock
from pkqa.store.published import collect
from pkqa.store.rows import Entry
from pkqa.store.snapshot import Snapshot
from store_samples import EMBEDDER, FloatArray

DOCUMENTS = 6
AUDITED = (  # the moments between which a kill can leave the disk in different states
    "open",
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "sqlite3.connect",
    "fcntl.flock",
    "shutil.rmtree",
)


def unchanged(
    chunks: FloatArray, _: object, sentences: FloatArray, __: object
) -> tuple[FloatArray, FloatArray, dict[str, FloatArray]]:
    return chunks, sentences, {"mean": chunks.mean(axis=0)}


RECIPE = Recipe("unchanged", unchanged, samples.analyse, samples.anchors)


def edition(number: int) -> list[Entry]:
    """The corpus of that edition: the same documents, each sentence saying which edition it is."""
    return [
        samples.entry(
            f"doc-{n}", [[f"Edition {number} of document {n}.", f"It has words{n}."]], date=None
        )
        for n in range(DOCUMENTS)
    ]


def publish_edition(index: Path, number: int) -> str:
    with ingest_lock(index), Catalog(index / CATALOG_FILE) as catalog:
        samples.put(catalog, *edition(number))
        catalog.collect_garbage(EMBEDDER)
        name = build(catalog, index, EMBEDDER, RECIPE)
        collect(index)
    return name


def edition_read(index: Path) -> int:
    """Open the current snapshot, check that all of it is of one edition, and say which."""
    with Snapshot(index) as snapshot:
        documents = snapshot.documents()
        number = int(documents[0].text.split()[1])
        expected = edition(number)
        assert documents == [entry.document for entry in expected]
        assert len(snapshot.chunk_vectors) == DOCUMENTS
        for entry in expected:
            (chunk,) = entry.chunks
            assert snapshot.chunk(chunk.chunk_id) == chunk
            vector = samples.direction(entry.document.text)
            np.testing.assert_array_equal(snapshot.chunk_vector(chunk.chunk_id), vector)
            assert snapshot.nearest(vector, 1)[0][0] == chunk.chunk_id
            word = f"words{entry.document.document_id[-1]}"
            holding = np.flatnonzero(snapshot.match({"en": [word]}, {}).shares).tolist()
            assert snapshot.chunk_ids(holding) == [chunk.chunk_id]
            for sentence, row in snapshot.sentences(chunk.chunk_id):
                text = entry.document.text[sentence.start : sentence.end]
                np.testing.assert_array_equal(
                    snapshot.sentence_vectors[row], samples.direction(text)
                )
    return number


def warm_up() -> None:
    """Do everything once elsewhere: what is imported by then does not count later."""
    with tempfile.TemporaryDirectory() as elsewhere:
        publish_edition(Path(elsewhere), 0)
        edition_read(Path(elsewhere))


def read_until(index: Path, stop: Path) -> None:
    """Print every edition that is seen, until the file ``stop`` is there."""
    last = -1
    while not stop.exists():
        number = edition_read(index)
        assert number >= last
        if number != last:
            print(number, flush=True)
        last = number


def publish_and_die(index: Path, number: int, moment: int) -> None:
    """Publish an edition, and be killed at the ``moment``-th touch of the disk; print how many
    touches it took when it was not."""
    warm_up()
    touches = 0

    def count(event: str, _: object) -> None:
        nonlocal touches
        if event in AUDITED:
            touches += 1
            if touches == moment:
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)

    sys.addaudithook(count)
    publish_edition(index, number)
    print(touches, flush=True)


def publish_on(index: Path, number: int) -> None:
    """Publish one edition after the other until somebody puts an end to it."""
    warm_up()
    print("go", flush=True)
    while True:
        publish_edition(index, number)
        number += 1


if __name__ == "__main__":
    task, folder, *rest = sys.argv[1:]
    if task == "read":
        read_until(Path(folder), Path(rest[0]))
    elif task == "publish-on":
        publish_on(Path(folder), int(rest[0]))
    else:
        publish_and_die(Path(folder), int(rest[0]), int(rest[1]))
