"""Several processes at one index: readers while a writer publishes, and writers that are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import store_processes
from pkqa.store.doctor import examine
from pkqa.store.lock import ingest_lock
from pkqa.store.published import SNAPSHOTS, collect, read_current
from pkqa.store.vectors import COPY_PREFIX
from store_processes import edition_read, publish_edition

READERS = 3
EDITIONS_SEEN = 3


def started(*words: object, temporary: Path) -> subprocess.Popen[str]:
    paths = [str(Path(store_processes.__file__).parent), *sys.path]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": str(temporary)}
    return subprocess.Popen(
        [sys.executable, store_processes.__file__, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.slow
def test_readers_see_whole_snapshots_while_a_writer_publishes(tmp_path: Path) -> None:
    index, stop, temporary = tmp_path / "index", tmp_path / "stop", tmp_path / "tmp"
    temporary.mkdir()
    publish_edition(index, 0)
    readers = [started("read", index, stop, temporary=temporary) for _ in range(READERS)]
    seen: list[list[int]] = [[] for _ in readers]

    def listen(number: int) -> None:
        stream = readers[number].stdout
        assert stream is not None
        with stream:
            for line in stream:
                seen[number].append(int(line))

    listeners = [threading.Thread(target=listen, args=(n,)) for n in range(READERS)]
    for listener in listeners:
        listener.start()
    published = 0
    # The writer goes on until every reader has seen a few editions come, or one has ended.
    while (
        published < 500
        and any(len(numbers) < EDITIONS_SEEN for numbers in seen)
        and all(reader.poll() is None for reader in readers)
    ):
        published += 1
        publish_edition(index, published)
    stop.touch()
    for reader, listener in zip(readers, listeners, strict=True):
        listener.join()
        assert reader.stderr is not None
        complaints = reader.stderr.read()
        reader.stderr.close()
        assert reader.wait() == 0, complaints
    for numbers in seen:
        assert len(numbers) >= EDITIONS_SEEN
        assert numbers == sorted(set(numbers))
        assert set(numbers) <= set(range(published + 1))
    collect(index)
    assert [path.name for path in (index / SNAPSHOTS).iterdir()] == [
        read_current(index).snapshot_id
    ]
    assert list(temporary.glob(f"{COPY_PREFIX}*")) == []


def sound_edition(index: Path) -> int:
    """The edition that a reader finds after a kill; nothing is broken and nobody holds the lock."""
    assert [finding.what for finding in examine(index) if finding.severity == "error"] == []
    with ingest_lock(index):
        return edition_read(index)


def repaired(index: Path, edition: int) -> None:
    """The next ingest goes through and clears away what the killed ones left."""
    last = publish_edition(index, edition)
    assert edition_read(index) == edition
    assert examine(index) == []
    assert [path.name for path in (index / SNAPSHOTS).iterdir()] == [last]


@pytest.mark.slow
def test_a_writer_killed_at_any_touch_of_the_disk_leaves_an_index_that_opens(
    tmp_path: Path,
) -> None:
    index = tmp_path / "index"

    def publish_and_die(edition: int, moment: int) -> tuple[int, str, str]:
        writer = started("publish-and-die", index, edition, moment, temporary=tmp_path)
        said, complaints = writer.communicate()
        return writer.returncode, said, complaints

    publish_edition(index, 0)
    code, said, complaints = publish_and_die(1, 0)
    assert code == 0, complaints
    assert edition_read(index) == 1
    touches = int(said)
    assert touches > 60

    # A few anywhere, and every second one of the last, where the publishing happens.
    rng = random.Random(4)  # noqa: S311 - seeded, not secret
    moments = [*rng.sample(range(1, touches - 35), 8), *range(touches - 35, touches + 1, 2)]
    former = 1
    outcomes = set()
    for edition, moment in enumerate(moments, start=2):
        code, _, complaints = publish_and_die(edition, moment)
        assert code == -signal.SIGKILL, complaints
        opened = sound_edition(index)
        assert opened in {former, edition}, f"killed at touch {moment} of {touches}"
        outcomes.add(opened == edition)
        former = opened
    assert outcomes == {False, True}
    repaired(index, 99)


@pytest.mark.slow
def test_a_writer_killed_after_any_time_leaves_an_index_that_opens(tmp_path: Path) -> None:
    index = tmp_path / "index"
    publish_edition(index, 0)
    rng = random.Random(5)  # noqa: S311 - seeded, not secret
    former = 0
    for _ in range(6):
        with started("publish-on", index, former + 1, temporary=tmp_path) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "go\n"
            time.sleep(rng.uniform(0, 0.6))
            writer.kill()
        opened = sound_edition(index)
        assert opened >= former
        former = opened
    repaired(index, former + 1)
