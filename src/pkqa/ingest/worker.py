"""The child process of ``pkqa.ingest.sandbox``: reads the files it is told to, one after another.

Run as ``python -m pkqa.ingest.worker SECONDS MEMORY_BYTES FILE_BYTES OUTPUT_BYTES``. Each line on
standard input is ``{"path": ...}``; the answer on standard output is a line for each document,
fault and remark, then ``{"end": sha256 | null}``. When memory runs out the process ends, for it may
be harmed; the parent starts another.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import resource
import stat
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

from pkqa.ingest import wire
from pkqa.ingest.readers import ReadResult, UnreadableError, read

#: Exit status that tells the parent why the child ended.
MEMORY_RAN_OUT = 75

_WRITABLE = 4 * 1024 * 1024  # bytes: room for Python's compiled modules, not for filling a disk


def confine(memory_bytes: int) -> None:
    """Limit this process for good: memory, size of files written, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITABLE, _WRITABLE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_time(seconds: float) -> None:
    """Let the kernel end this process after so much more processor time.

    The parent watches the clock; this is for the case that the parent itself was killed.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    until = int(usage.ru_utime + usage.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def load(path: Path, file_bytes: int) -> bytes:
    """The bytes of a regular file; raises UnreadableError for anything else or more."""
    try:
        # Without O_NONBLOCK a named pipe put in the file's place would hold us up.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadableError(
            f"cannot be opened ({error.strerror})", "see that it is there and may be read"
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableError("is no regular file", "put a file in its place")
        content = file.read(file_bytes + 1)
    if len(content) > file_bytes:
        raise UnreadableError(
            f"is larger than {file_bytes:,} bytes", "split it, or raise the limit"
        )
    return content


def answer(path: Path, file_bytes: int) -> ReadResult:
    """What reading ``path`` comes to; every fault of the file is in the result.

    MemoryError alone is let through: after it this process is not to be relied on.
    """
    digest = None
    try:
        content = load(path, file_bytes)
        digest = hashlib.sha256(content).hexdigest()
        result = read(path, content)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a format library throws at a hostile file
        result = ReadResult(errors=[_fault(error)])
    result.sha256 = digest
    return result


def _fault(error: Exception) -> UnreadableError:
    if isinstance(error, UnreadableError):
        return error
    if isinstance(error, RecursionError):
        return UnreadableError("is nested too deeply", "flatten it, or save it in another format")
    said = f"{type(error).__name__}: {error}"[:300]
    return UnreadableError(
        f"made its reader fail ({said})", "save it again, or convert it to plain text"
    )


def send(result: ReadResult, out: BinaryIO, output_bytes: int) -> None:
    """Write the answer; where it would pass the limit, a fault in place of the rest."""
    sent = 0
    messages: list[dict[str, Any]] = [wire.error_message(fault) for fault in result.errors]
    messages += [{"note": note} for note in result.notes]
    for message in messages:
        out.write(wire.line(message))
    for document in result.documents:
        data = wire.line(wire.document_message(document))
        sent += len(data)
        if sent > output_bytes:
            fault = UnreadableError(
                f"gives more than {output_bytes:,} bytes of text", "split it into smaller files"
            )
            out.write(wire.line(wire.error_message(fault)))
            break
        out.write(data)
    out.write(wire.line({"end": result.sha256}))
    out.flush()


def main(arguments: list[str]) -> None:
    """Serve until standard input ends or memory runs out."""
    seconds, memory_bytes, file_bytes, output_bytes = (int(float(a)) for a in arguments)
    logging.disable()
    warnings.simplefilter("ignore")
    # A library that prints must not speak for us: what it prints goes where its errors go.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    confine(memory_bytes)
    out.write(wire.line({"ready": True}))
    out.flush()
    for request in sys.stdin.buffer:
        path = Path(json.loads(request)["path"])
        allow_time(seconds)
        try:
            send(answer(path, file_bytes), out, output_bytes)
        except MemoryError:
            os._exit(MEMORY_RAN_OUT)  # at once: an orderly way out would need memory too


if __name__ == "__main__":
    main(sys.argv[1:])
