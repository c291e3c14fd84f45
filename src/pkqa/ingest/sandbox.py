"""Files read in a child process, so that a hostile one costs an error line and nothing else.

The child (``pkqa.ingest.worker``) lives across files; one that hangs, crashes or grows past its
limits is killed, the file is named in a ``ReadError``, and the next file gets a new child. It is
given no environment but its import path: no key of the parent's is within its reach.
"""

from __future__ import annotations

import json
import os
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pkqa.errors import PkqaError
from pkqa.ingest import wire
from pkqa.ingest.readers import EXTENSIONS, ReadResult, UnreadableError, shown
from pkqa.ingest.worker import MEMORY_RAN_OUT

__all__ = ["EXTENSIONS", "Limits", "Sandbox", "refusal"]

_FILE_BYTES = 50 * 1024 * 1024
_START_SECONDS = 60.0
_FRAMING = 1024 * 1024  # bytes beside the documents: faults, remarks, the end line


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost before it is given up."""

    seconds: float = 30.0
    memory_bytes: int = (
        1024 * 1024 * 1024
    )  # address space of the child, code and libraries included
    file_bytes: int = _FILE_BYTES
    output_bytes: int = 128 * 1024 * 1024


def refusal(path: Path, file_bytes: int = _FILE_BYTES) -> UnreadableError | None:
    """Why ``path`` is not worth opening, by its name and inode alone, or None if it is."""
    found = _refusal(path, file_bytes)
    return found.within(path) if found else None


def _refusal(path: Path, file_bytes: int) -> UnreadableError | None:
    if path.suffix.lower() not in EXTENSIONS:
        endings = " ".join(EXTENSIONS)
        return UnreadableError("has an ending that no reader knows", f"give one of: {endings}")
    try:
        status = path.stat()
    except FileNotFoundError:
        return UnreadableError("is not there, or links to nothing", "check the path")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        return UnreadableError(f"cannot be reached ({said})", "check the path and its links")
    fault = _unfit(status, file_bytes)
    # Root may read anything; a file that nobody was meant to read is refused to root as well.
    if fault is None and (not status.st_mode & 0o444 or not os.access(path, os.R_OK)):
        return UnreadableError("may not be read", "give yourself permission (chmod u+r)")
    return fault


def _unfit(status: os.stat_result, file_bytes: int) -> UnreadableError | None:
    if stat.S_ISDIR(status.st_mode):
        return UnreadableError("is a directory", "name the files in it, or rename it")
    if not stat.S_ISREG(status.st_mode):
        return UnreadableError("is a pipe, socket or device, no file", "put a file in its place")
    if status.st_size == 0:
        return UnreadableError("is empty (0 bytes)", "leave it out, or fetch it again")
    if status.st_size > file_bytes:
        return UnreadableError(
            f"has {status.st_size:,} bytes, more than the {file_bytes:,} allowed", "split it"
        )
    return None


class Sandbox:
    """A context manager that reads files in a limited child process.

    >>> with Sandbox() as sandbox:
    ...     result = sandbox.read(Path("page.html"))

    For use by one thread at a time. The child starts at the first file.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child and its pipes. The sandbox may be used again: a new child starts."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        child.wait()

    def read(self, path: Path) -> ReadResult:
        """What came of one file: documents, faults (each naming the file), remarks.

        Never raises for what a file holds or does. Raises PkqaError where no child can be
        started at all.
        """
        if fault := refusal(path, self.limits.file_bytes):
            return ReadResult(errors=[fault])
        try:
            result = self._ask(path)
        except UnreadableError as fault:
            self.close()
            return ReadResult(errors=[fault.within(path)])
        except BaseException:  # an interrupt leaves an answer half read
            self.close()
            raise
        result.errors = [fault.within(path) for fault in result.errors]
        result.notes = [f"{shown(path)} {note}" for note in result.notes]
        return result

    def _ask(self, path: Path) -> ReadResult:
        child = self._running()
        assert child.stdin is not None  # noqa: S101 - both pipes were asked for
        result = ReadResult()
        try:
            child.stdin.write(json.dumps({"path": str(path.absolute())}).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError:
            raise self._ending(child) from None
        try:
            for message in self._messages(child, self.limits.seconds):
                if "document" in message:
                    result.documents.append(wire.document(message["document"]))
                elif "error" in message:
                    result.errors.append(wire.error(message["error"]))
                elif "note" in message:
                    result.notes.append(str(message["note"]))
                elif "end" in message:
                    result.sha256 = message["end"] if isinstance(message["end"], str) else None
                    return result
        except ValueError:
            raise UnreadableError(
                "made its reader answer nonsense", "leave it out, or convert it to plain text"
            ) from None
        raise self._ending(child)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        limits = self.limits
        numbers = (limits.seconds, limits.memory_bytes, limits.file_bytes, limits.output_bytes)
        command = [sys.executable, "-P", "-m", "pkqa.ingest.worker", *map(str, numbers)]
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={
                "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path),
                "PYTHONUTF8": "1",
            },
            start_new_session=True,  # an interrupt at the terminal is the parent's to deal with
        )
        try:
            ready = next(self._messages(self._child, _START_SECONDS), None)
        except (UnreadableError, ValueError):
            ready = None
        if ready != {"ready": True}:
            self.close()
            raise PkqaError(
                "the process that reads files does not start; "
                f"run `{' '.join(command)}` to see why (is a limit out of bounds?)"
            )
        return self._child

    def _messages(
        self, child: subprocess.Popen[bytes], seconds: float
    ) -> Iterator[dict[str, object]]:
        """The child's messages until it ends; raises UnreadableError past a limit, ValueError for
        a line that is no message."""
        assert child.stdout is not None  # noqa: S101
        pipe = child.stdout.fileno()
        deadline = time.monotonic() + seconds
        received, pending = 0, bytearray()
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise _too_slow(seconds)
            data = os.read(pipe, 1024 * 1024)
            if not data:
                return
            received += len(data)
            if received > self.limits.output_bytes + _FRAMING:
                raise UnreadableError("gives more text than is allowed", "split it")
            *lines, rest = data.split(b"\n")
            for piece in lines:
                pending += piece
                yield wire.parse(bytes(pending))
                pending.clear()
            pending += rest

    def _ending(self, child: subprocess.Popen[bytes]) -> UnreadableError:
        """Why the child ended in the middle of a file."""
        try:
            status = child.wait(timeout=self.limits.seconds)
        except subprocess.TimeoutExpired:
            return _too_slow(self.limits.seconds)
        if status == MEMORY_RAN_OUT:
            allowed = self.limits.memory_bytes // (1024 * 1024)
            return UnreadableError(
                f"needs more than {allowed} MiB of memory to be read", "split it"
            )
        if status == -signal.SIGXCPU:
            return _too_slow(self.limits.seconds)
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        return UnreadableError(
            f"made its reader crash ({how})", "save it again, or convert it to plain text"
        )


def _too_slow(seconds: float) -> UnreadableError:
    return UnreadableError(
        f"took more than {seconds:g} s to read", "split it, or convert it to plain text"
    )
