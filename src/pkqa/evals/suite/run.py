"""What one run of the gold questions came to: the data that is kept, compared and reported.

``run.json`` is one :class:`Run`, its questions one a line. Nothing in it depends on the clock, so
that two runs of the same thing are the same bytes; how long everything took stands beside it, in
``timings.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pkqa.errors import UsageError

SCHEMA = "pkqa.run/1"
RUN_FILE = "run.json"

ALL = "all"  # the slice that every question belongs to
NOWHERE = "-"  # the document language of a question that no document answers


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Quoted(_Part):
    """A passage that an answer cites; ``right`` where it is one of the gold passages."""

    marker: int
    document_id: str
    start: int
    end: int
    quote: str
    right: bool


class Retrieved(_Part):
    """A passage that was found, in order of rank."""

    document_id: str
    start: int
    end: int


class Item(_Part):
    """One question: how it was answered, and what that is worth.

    ``scores`` holds, by metric, a number or None where the metric says nothing of such a question.
    With several repetitions it holds their mean, and the answer shown is the first. ``blame`` names
    the stage that lost a vital nugget: "retrieval", "answering" or "checking"; empty otherwise.
    """

    id: str
    fact_id: str
    question_language: str
    document_language: str  # its own language's where one of the gold sets is in it; or NOWHERE
    question: str
    status: str
    answer: str
    passed: bool
    flipped: bool = False  # whether repetitions disagreed on ``passed``
    blame: str = ""
    scores: dict[str, float | None]
    citations: tuple[Quoted, ...] = ()
    hits: tuple[Retrieved, ...] = ()
    withheld: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def pair(self) -> str:
        """The slice of its languages: "fr -> ar"."""
        return f"{self.question_language} -> {self.document_language}"

    @property
    def slices(self) -> tuple[str, str, str]:
        """Every slice that it belongs to: all, its language, its pair of languages."""
        return (ALL, self.question_language, self.pair)


class Fingerprints(_Part):
    """What was asked and how it was judged. Runs that differ here measure different things.

    ``corpus``, ``gold`` and ``metrics`` are the yardstick; ``embedder``, ``model``, ``prompt`` and
    ``settings`` are what is measured, and may be changed on purpose.
    """

    corpus: str
    gold: str
    metrics: str
    embedder: str
    model: str
    prompt: str
    settings: str


class Blessed(_Part):
    """Why a run became the baseline, and when."""

    reason: str = Field(min_length=1)
    day: str


class Run(_Part):
    """One run; as a baseline also why it is one."""

    name: str = Field(default=SCHEMA, alias="schema", pattern=f"^{SCHEMA}$")
    profile: str
    version: str  # of pkqa
    answerer: str
    repeats: int = 1
    filtered: str = ""  # what the run was narrowed to; a narrowed run is no baseline
    fingerprints: Fingerprints
    blessed: Blessed | None = None
    items: tuple[Item, ...] = ()


def read_run(path: Path) -> Run:
    """Read a run, or a baseline.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    try:
        return Run.model_validate_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {why}; `pkqa eval run` writes one") from None
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        at = ".".join(map(str, fault["loc"])) or "the file"
        raise UsageError(f"{path}: {at}: {fault['msg']}; run `pkqa eval run` anew") from None


def run_text(run: Run) -> str:
    """The text of ``run.json``: the head, then a question a line, so that differences read well."""
    return "".join(_lines(run))


def _lines(run: Run) -> Iterator[str]:
    head: dict[str, Any] = run.model_dump(
        mode="json", by_alias=True, exclude={"items"}, exclude_none=True
    )
    told = json.dumps(head, ensure_ascii=False, indent=1)
    yield told.removesuffix("\n}") + ',\n "items": [\n'
    last = len(run.items) - 1
    for at, item in enumerate(run.items):
        line = json.dumps(item.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
        yield f"  {line}{'' if at == last else ','}\n"
    yield " ]\n}\n"
