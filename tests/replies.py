"""Replies that a scripted model gives: true ones, and the same altered by one change.

A record of ``tests/data/replies*.jsonl`` holds a question, quotes of the passages that carry the
reply, the true reply and altered ones; ``{a}`` stands for the marker of the passage that holds
quote ``a``, which depends on the prompt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
TRUE = "true"
# What the model says where the prompt lacks a passage that the reply is about.
UNPLACED = "NOT_IN_PASSAGES"

_SLOT = re.compile(r"\{(\w)\}")
_PASSAGE = re.compile(r"=+ passage \[(\d+)\] =+\n(.*?)\n=+ end of passage \[\1\] =+", re.DOTALL)


@dataclass(frozen=True)
class ScriptedReply:
    """One reply to one question."""

    name: str  # "en-001#2"; "#0" is the true one
    kind: str  # "true", or what was changed
    question: str
    text: str  # with slots for the markers
    quotes: Mapping[str, str]

    @property
    def language(self) -> str:
        return self.name[:2]

    def model(self) -> Callable[[list[dict[str, str]]], str]:
        """A model that gives this reply to a prompt which holds the passages, and nothing to any
        other request."""

        def says(messages: list[dict[str, str]]) -> str:
            passages = _PASSAGE.findall(messages[-1]["content"])
            if not passages:
                return ""
            markers = {
                name: next(n for n, text in passages if _plain(quote) in _plain(text))
                for name, quote in self.quotes.items()
                if any(_plain(quote) in _plain(text) for _, text in passages)
            }
            if len(markers) < len(self.quotes):
                return UNPLACED
            return _SLOT.sub(lambda slot: f"[{markers[slot[1]]}]", self.text)

        return says


def replies(*files: str) -> Iterator[ScriptedReply]:
    """Every reply of the files of ``tests/data`` that these patterns name."""
    for pattern in files:
        for path in sorted(DATA.glob(pattern)):
            for line in path.read_text("utf-8").splitlines():
                record = json.loads(line)
                told = [(TRUE, record["reply"])]
                told += [(altered["kind"], altered["reply"]) for altered in record["altered"]]
                for number, (kind, text) in enumerate(told):
                    name = f"{record['id']}#{number}"
                    yield ScriptedReply(name, kind, record["question"], text, record["quotes"])


def _plain(text: str) -> str:
    return " ".join(text.split())
