"""Who may write and who still reads, by ``flock``: the kernel lets go when a process dies, however
it dies. POSIX only (``fcntl``), and not for network file systems, which SQLite's journal rules out
just the same.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pkqa.errors import IndexLocked

LOCK_FILE = "ingest.lock"


@contextmanager
def ingest_lock(index_dir: Path) -> Iterator[None]:
    """Hold the right to write the index ``index_dir``, which is made when it is missing.

    Raises:
        IndexLocked: another process holds it; the message says which, where and since when.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    path = index_dir / LOCK_FILE
    with path.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            raise IndexLocked(
                f"{index_dir} is being written by {_holder(stream.read())};"
                " wait for it to end, or stop it"
            ) from None
        since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        stream.truncate(0)
        json.dump({"pid": os.getpid(), "host": socket.gethostname(), "since": since}, stream)
        stream.flush()
        yield
        # Closing the stream gives the lock back; what is written in it then names nobody living.


def _holder(written: str) -> str:
    try:
        told = json.loads(written)
        return f"process {told['pid']} on {told['host']} since {told['since']}"
    except (ValueError, TypeError, KeyError):
        return "another process that has not said its name yet"


@contextmanager
def workplace(parent: Path, prefix: str) -> Iterator[Path]:
    """A new directory in ``parent``, held like ``hold_shared`` and removed at the end of the block,
    unless it was renamed away by then. What a killed process leaves of it, nobody holds."""
    directory = parent / f"{prefix}{secrets.token_hex(8)}"
    directory.mkdir(mode=0o700)
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        os.close(descriptor)


def hold_shared(directory: Path) -> int | None:
    """Say that this process uses ``directory``, so that nobody removes it meanwhile.

    Waits while another process removes it. Returns an open descriptor, which holds until it is
    closed; None when the directory is not there, or no longer.
    """
    return _hold(directory, fcntl.LOCK_SH)


def hold_alone(directory: Path) -> int | None:
    """The same for whoever would remove ``directory``: None also when any process uses it."""
    return _hold(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _hold(directory: Path, operation: int) -> int | None:
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, operation)
    except BlockingIOError:
        os.close(descriptor)
        return None
    # Whoever held it before may have removed it while this process waited.
    if _stands_at(descriptor, directory):
        return descriptor
    os.close(descriptor)
    return None


def _stands_at(descriptor: int, directory: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), directory.stat())
    except FileNotFoundError:
        return False
