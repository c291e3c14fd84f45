"""Load on the server with the embedded default: ``python tests/load/run.py [SECONDS]``.

Fifty readers who ask without a pause, then two hundred, then one: how long they wait, who is told
that it is too busy and how soon, what the memory does, and whether the server is well afterwards.
Only the loopback is asked.
"""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
SECONDS = 120


@dataclass(frozen=True)
class Wave:
    """What one crowd of readers met with."""

    users: int
    rows: dict[str, dict[str, str]]  # by name: "answered", "busy"
    failures: list[str]  # in the words of the client, with how often
    memory: list[float]  # MB, one a second


def main(seconds: int) -> int:
    """Run the waves and print them; 1 if there was an error."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        seeds = HERE.parent.parent / "seeds"
        subprocess.run([BIN / "pkqa", "ingest", seeds, "--index", index], check=True)
        with server(index) as (address, process):
            ask(address)
            waves = [wave(address, process, users, seconds) for users in (50, 200)]
            time.sleep(1)
            started = time.perf_counter()
            well = ask(address)["status"] == "answered"
            alone = time.perf_counter() - started
    print("| readers | | requests | p50 ms | p95 ms | p99 ms | longest ms |")
    print("|---|---|---|---|---|---|---|")
    for each in waves:
        for name, row in sorted(each.rows.items()):
            times = " | ".join(row[key] for key in ("50%", "95%", "99%", "100%"))
            print(f"| {each.users} | {name} | {row['Request Count']} | {times} |")
    for each in waves:
        told = "; ".join(each.failures) or "no error"
        begun, half_way, ended = (each.memory[at] for at in (0, len(each.memory) // 2, -1))
        print(
            f"{each.users} readers: {told}; memory {begun:.0f} MB at the start, {half_way:.0f} "
            f"half way, {ended:.0f} at the end, {max(each.memory):.0f} at most"
        )
    print(f"afterwards one question: {'answered' if well else 'NOT answered'}, {alone:.2f} s")
    return 0 if well and not any(each.failures for each in waves) else 1


@contextmanager
def server(index: Path) -> Iterator[tuple[str, psutil.Process]]:
    """``pkqa serve`` over an index, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.Popen([BIN / "pkqa", "serve", "--index", index, "--port", str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with suppress(httpx.HTTPError):
                if httpx.get(f"{address}/readyz", timeout=5).is_success:
                    break
            time.sleep(0.1)
        yield address, psutil.Process(started.pid)
    finally:
        started.terminate()
        started.wait(30)


def ask(address: str) -> dict[str, Any]:
    """One answer."""
    question = {"question": "How many helicopters were pledged in Seoul?"}
    reply = httpx.post(f"{address}/api/v1/ask", json=question, timeout=60)
    answer: dict[str, Any] = reply.raise_for_status().json()
    return answer


def wave(address: str, process: psutil.Process, users: int, seconds: int) -> Wave:
    """``users`` readers for ``seconds``; locust prints nothing, its figures are read from files."""
    memory: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            memory.append(process.memory_info().rss / 1e6)
            done.wait(1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                BIN / "locust",
                *("--headless", "--only-summary", "--skip-log", "--exit-code-on-error=0"),
                *("--locustfile", HERE / "locustfile.py", "--host", address),
                *("--csv", f"{folder}/run", "--stop-timeout", "30"),
                *("--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds}s"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"NO_PROXY": "*"},
        )
        done.set()
        watcher.join()
        with (Path(folder) / "run_stats.csv").open(encoding="utf-8") as file:
            rows = {row["Name"]: row for row in csv.DictReader(file)}
        with (Path(folder) / "run_failures.csv").open(encoding="utf-8") as file:
            failures = [f"{row['Occurrences']} x {row['Error']}" for row in csv.DictReader(file)]
    rows.pop("Aggregated")
    return Wave(users, rows, failures, memory)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
