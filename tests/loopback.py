"""The command line against the loopback embeddings server, in this process and in others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from openai_server import OpenAIServer
from pkqa.cli import main
from pkqa.settings import Settings

PKQA = Path(sys.executable).with_name("pkqa")  # the installed console script


def settings_for(server: OpenAIServer, index: Path, **values: Any) -> Settings:
    """Settings that embed by ``server``."""
    return Settings(
        index=index,
        embedder="openai",
        embed_base_url=server.url,
        embed_model=server.model,
        **values,
    )


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its output as a JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


def runner(capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("ask", "Who?")`` runs the command in this process."""

    def run(*words: object) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:  # argparse
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


def spawned(*words: object) -> Ran:
    """Run the installed command in a process of its own, with this process's environment."""
    ended = subprocess.run(
        [PKQA, *map(str, words)], capture_output=True, text=True, check=False, timeout=120
    )
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def started(*words: object, **options: Any) -> subprocess.Popen[str]:
    """The same, not waited for."""
    return subprocess.Popen(
        [PKQA, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def texts(server: OpenAIServer, since: int = 0) -> Counter[str]:
    """How often the server was asked for each text, from request number ``since`` on."""
    return Counter(text for inputs in server.inputs()[since:] for text in inputs)
