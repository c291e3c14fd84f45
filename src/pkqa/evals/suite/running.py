"""A run of gold questions: asked one after another, written down as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pkqa.evals.gold.record import Record
from pkqa.evals.suite import conditions
from pkqa.evals.suite.asking import Product, measured
from pkqa.evals.suite.journal import JOURNAL_FILE, Entry, Journal
from pkqa.evals.suite.replies import Recorder
from pkqa.evals.suite.run import Fingerprints, Run

if TYPE_CHECKING:
    from pkqa.ingest.pipeline import Progress


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run asks.

    Attributes:
        profile: the name that its baseline goes by.
        answerer: "quote" or "llm".
        records: the gold questions that are asked.
        fingerprints: what it is made of.
        folder: where the journal is kept, until the caller has stored the results and calls
            :func:`forget`.
        repeats: how often each is asked.
        filtered: what narrowed the questions down, in words.
        resume: go on with the journal that is there.
    """

    profile: str
    answerer: str
    records: Sequence[Record]
    fingerprints: Fingerprints
    folder: Path
    repeats: int = 1
    filtered: str = ""
    resume: bool = False


def run(
    plan: Plan,
    product: Product,
    recorder: Recorder | None = None,
    progress: Progress = lambda *_: None,
) -> tuple[Run, list[Entry]]:
    """Ask every question; returns the run, and what each question came to.

    Args:
        plan: what is asked.
        product: who is asked.
        recorder: the model that answers, where its replies are to be kept.
        progress: told after each question how many are done, of how many, and which.

    Raises:
        UsageError: the journal is one of other conditions.
        PkqaError: the product could not answer.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    made_of = {
        **plan.fingerprints.model_dump(),
        "code": conditions.of_code(),
        "profile": plan.profile,
        "repeats": plan.repeats,
        "recorded": recorder is not None,
    }
    journal = Journal(plan.folder / JOURNAL_FILE, made_of, plan.resume)
    total = len(plan.records)
    for done, record in enumerate(plan.records, 1):
        if record.id not in journal.done:
            entry = measured(record, product, plan.repeats)
            if recorder is not None:
                entry = replace(entry, replies=recorder.take())
            journal.add(entry)
        progress(done, total, record.id)
    entries = [journal.done[record.id] for record in plan.records]
    found = Run(
        profile=plan.profile,
        version=version("pkqa"),
        answerer=plan.answerer,
        repeats=plan.repeats,
        filtered=plan.filtered,
        fingerprints=plan.fingerprints,
        items=tuple(sorted((entry.item for entry in entries), key=lambda item: item.id)),
    )
    return found, entries


def forget(folder: Path) -> None:
    """The results of the run are stored: its journal goes."""
    (folder / JOURNAL_FILE).unlink(missing_ok=True)
