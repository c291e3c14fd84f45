"""Locks: who holds what, and that a killed process holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pkqa.errors import IndexLocked
from pkqa.store.lock import LOCK_FILE, hold_alone, hold_shared, ingest_lock, workplace
from store_samples import waits_for_a_lock

HOLDER = """
import sys, time
from pathlib import Path
from pkqa.store.lock import ingest_lock
with ingest_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_ingest_hears_who_holds_the_lock_until_that_one_is_killed(
    tmp_path: Path,
) -> None:
    index = tmp_path / "index"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(IndexLocked, match=rf"process {holder.pid} on .+ since 20\d\d-.*stop it"),
            ingest_lock(index),
        ):
            pytest.fail("two ingests at once")
        holder.send_signal(signal.SIGKILL)
    with ingest_lock(index):
        assert f'"pid": {os.getpid()}' in (index / LOCK_FILE).read_text()


@pytest.mark.parametrize("written", ["", "no json", "[1]", '{"pid": 1}'])
def test_a_holder_that_has_not_said_its_name_is_another_process(
    tmp_path: Path, written: str
) -> None:
    with ingest_lock(tmp_path):
        (tmp_path / LOCK_FILE).write_text(written)
        with (
            pytest.raises(IndexLocked, match="another process that has not said its name"),
            ingest_lock(tmp_path),
        ):
            pytest.fail("two ingests at once")


def test_the_lock_is_given_back_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), ingest_lock(tmp_path):
        raise ZeroDivisionError
    with ingest_lock(tmp_path):
        pass


def test_a_directory_in_use_cannot_be_held_alone(tmp_path: Path) -> None:
    first, second = hold_shared(tmp_path), hold_shared(tmp_path)
    assert first is not None
    assert second is not None
    os.close(first)
    assert hold_alone(tmp_path) is None
    os.close(second)
    alone = hold_alone(tmp_path)
    assert alone is not None
    assert hold_alone(tmp_path) is None
    os.close(alone)


def test_a_directory_that_is_not_there_cannot_be_held(tmp_path: Path) -> None:
    assert hold_shared(tmp_path / "nowhere") is None
    assert hold_alone(tmp_path / "nowhere") is None


@pytest.mark.skipif(not Path("/proc/locks").is_file(), reason="needs Linux's /proc/locks")
@pytest.mark.parametrize("made_again", [False, True])
def test_a_directory_removed_while_waiting_for_it_is_not_there(
    tmp_path: Path, made_again: bool
) -> None:
    directory = tmp_path / "snapshot"
    directory.mkdir()
    alone = hold_alone(directory)
    assert alone is not None
    got: list[int | None] = []
    waiting = threading.Thread(target=lambda: got.append(hold_shared(directory)))
    waiting.start()
    while not waits_for_a_lock(directory):
        assert waiting.is_alive()
        time.sleep(0.01)
    directory.rename(tmp_path / "removed")
    if made_again:
        directory.mkdir()
    os.close(alone)
    waiting.join()
    assert got == [None]
    # Nothing stays locked behind: neither the one removed nor the one in its place.
    for left in tmp_path.iterdir():
        held = hold_alone(left)
        assert held is not None
        os.close(held)


def test_a_workplace_is_in_use_while_it_lasts_and_gone_afterwards(tmp_path: Path) -> None:
    with workplace(tmp_path, "work-") as place:
        assert place.name.startswith("work-")
        assert hold_alone(place) is None
        (place / "file").write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_a_workplace_renamed_away_stays(tmp_path: Path) -> None:
    with workplace(tmp_path, "work-") as place:
        (place / "file").write_text("x")
        place.rename(tmp_path / "done")
    assert (tmp_path / "done" / "file").read_text() == "x"
    held = hold_alone(tmp_path / "done")
    assert held is not None
    os.close(held)
