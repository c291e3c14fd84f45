"""Twelve faults, each a switch: what the gate says of the product with one of them on.

``python tests/regression_faults.py [RERUNS]`` asks every gold question of the product as it is,
then with each fault, then as it is so many times again, and prints what the gate says each time.
``test_regression_faults`` does so with the questions on every sixth fact.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from pkqa.answer import certainty, choosing
from pkqa.answer.followup import Exchange
from pkqa.evals.gate.profile import Profile
from pkqa.evals.gate.verdict import Verdict, judge
from pkqa.evals.gold.file import read_gold
from pkqa.evals.gold.record import Record
from pkqa.evals.suite.asking import Product, measured
from pkqa.evals.suite.building import built
from pkqa.evals.suite.run import Fingerprints, Item, Run
from pkqa.ingest.clean import Cleaned
from pkqa.model import Answer, Document, RawDocument
from pkqa.retrieve.retriever import Ranking, SnapshotRetriever
from pkqa.settings import Settings
from pkqa.text.canonical import canonical

REPOSITORY = Path(__file__).resolve().parent.parent
GOLD = REPOSITORY / "evals" / "gold"
SEEDS = REPOSITORY / "seeds"
MISSING = "27-janub-alsudan.ar.md"
TODAY = date(2026, 1, 1)

Switch = Callable[[pytest.MonkeyPatch], None]
Changed = Callable[[Answer], Answer]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        switch: turns it on in the product.
        settings: turn it on by settings.
        without: a document that the index lacks.
        changed: what becomes of each answer.
    """

    switch: Switch = lambda _: None
    settings: Mapping[str, Any] = field(default_factory=dict)
    without: str = ""
    changed: Changed | None = None


# The switches


def _centring_off(patch: pytest.MonkeyPatch) -> None:
    def as_they_are(vectors: Any, languages: object, means: object) -> Any:
        del languages, means
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    patch.setattr("pkqa.retrieve.neutral._centre", as_they_are)


def _numbers_as_they_are(patch: pytest.MonkeyPatch) -> None:
    """The product takes figures as it finds them: 1,724 is no 1 724, sixty no 60."""
    import re

    def raw(text: str, language: str) -> list[tuple[int, int, str]]:
        del language
        return [(m.start(), m.end(), m[0]) for m in re.finditer(r"\d+", text)]

    for name in (
        "text.anchors", "retrieve.versions", "answer.extract", "answer.followup",
        "answer.facts", "answer.quantities",
    ):  # fmt: skip
        patch.setattr(f"pkqa.{name}.numbers", raw)
    patch.setattr("pkqa.text.fold._GROUPED", re.compile(r"(?!)"))


def _limit_moved(points: float) -> Switch:
    def switch(patch: pytest.MonkeyPatch) -> None:
        limit = certainty.limit
        patch.setattr(choosing, "limit", lambda *asked: limit(*asked) + points)

    return switch


def _arabic_analyser_off(patch: pytest.MonkeyPatch) -> None:
    from pkqa.text import analysis

    analyse = analysis.analyse

    def without(text: str, language: str) -> list[str]:
        return text.split() if language == "ar" else analyse(text, language)

    for name in (
        "text.analysis", "text.anchors", "text.glossary", "retrieve.retriever", "answer.missing",
        "answer.extract", "answer.words", "answer.followup",
    ):  # fmt: skip
        patch.setattr(f"pkqa.{name}.analyse", without)


def _boilerplate_kept(patch: pytest.MonkeyPatch) -> None:
    def kept(raw: RawDocument) -> Cleaned:
        # What the reader of the format left out comes back too.
        text = canonical("\n".join([*(one.text for one in raw.dropped), raw.text]))
        return Cleaned(text, (), raw.title, ())

    patch.setattr("pkqa.ingest.pipeline.clean", kept)


def _tenth_shuffled(patch: pytest.MonkeyPatch) -> None:
    search = SnapshotRetriever.search

    def shuffled(self: SnapshotRetriever, question: str, *where: Any) -> Ranking:
        ranking = search(self, question, *where)
        chance = random.Random(question)  # noqa: S311 - no secret
        if chance.random() >= 0.1:
            return ranking
        order = list(ranking.candidates)
        chance.shuffle(order)
        return replace(ranking, candidates=tuple(order))

    patch.setattr(SnapshotRetriever, "search", shuffled)


def _shifted(answer: Answer) -> Answer:
    citations = (replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations)
    return replace(answer, citations=tuple(citations))


def _truncated(answer: Answer) -> Answer:
    return replace(answer, answer=answer.answer[: len(answer.answer) // 2])


FAULTS: dict[str, Fault] = {
    "language centring off": Fault(_centring_off),
    "top-k 1": Fault(changed=lambda answer: replace(answer, hits=answer.hits[:1])),
    "citations shifted by one character": Fault(changed=_shifted),
    "numbers not normalised": Fault(_numbers_as_they_are),
    "threshold 10 points lower": Fault(_limit_moved(-0.1)),
    "threshold 10 points higher": Fault(_limit_moved(0.1)),
    "Arabic analyser off": Fault(_arabic_analyser_off),
    "one document missing": Fault(without=MISSING),
    "boilerplate kept": Fault(_boilerplate_kept),
    "chunk size 64": Fault(settings={"chunk_tokens": 64}),
    "ranking of a tenth shuffled": Fault(_tenth_shuffled),
    "answer truncated": Fault(changed=_truncated),
}
NONE = Fault()


# Asking


class Changing:
    """A product whose answers are not what they were."""

    def __init__(self, product: Product, changed: Changed) -> None:
        self._product = product
        self._changed = changed

    def ask(
        self, question: str, as_of: str | None = None, *, history: Sequence[Exchange] = ()
    ) -> Answer:
        """The changed answer."""
        return self._changed(self._product.ask(question, as_of, history=history))

    def document(self, document_id: str) -> Document:
        """As it is."""
        return self._product.document(document_id)


class Remembering:
    """A product that is asked the same only once."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._known: dict[tuple[str, str | None, tuple[Exchange, ...]], Answer] = {}

    def ask(
        self, question: str, as_of: str | None = None, *, history: Sequence[Exchange] = ()
    ) -> Answer:
        """The answer of the first time."""
        key = (question, as_of, tuple(history))
        if key not in self._known:
            self._known[key] = self._product.ask(question, as_of, history=history)
        return self._known[key]

    def document(self, document_id: str) -> Document:
        """As it is."""
        return self._product.document(document_id)


def gold(share: int = 1) -> list[Record]:
    """The gold questions on every so many-th fact."""
    records = read_gold([GOLD])
    facts = sorted({record.fact_id for record in records})[::share]
    return [record for record in records if record.fact_id in set(facts)]


@contextmanager
def product(fault: Fault, cache: Path) -> Iterator[Product]:
    """The product with a fault, as long as the ``with`` block lasts."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        fault.switch(patch)
        folder = SEEDS
        if fault.without:
            folder = Path(stack.enter_context(TemporaryDirectory())) / SEEDS.name
            folder.mkdir()
            for file in SEEDS.iterdir():
                if file.name != fault.without:
                    (folder / file.name).symlink_to(file)
        settings = Settings(answerer="quote", **fault.settings)
        made = stack.enter_context(built([folder], settings, cache))
        yield made.corpus


def asked(records: Sequence[Record], of: Product) -> Run:
    """A run. Its fingerprints tell of no fault: a fault does not know of itself."""
    same = dict.fromkeys(Fingerprints.model_fields, "")
    items: list[Item] = [measured(record, of).item for record in records]
    return Run(
        profile="embedded",
        version="0",
        answerer="quote",
        fingerprints=Fingerprints(**same),
        items=tuple(items),
    )


def verdict_on(run: Run, baseline: Run) -> Verdict:
    """What the gate says, by comparison alone."""
    return judge(run, baseline, Profile(Path("embedded.toml"), {}, {}, (), ()), TODAY)


def told(verdict: Verdict) -> str:
    """The code, and the regressions that were named."""
    named = [
        f"{f.metric} ({f.slice}) {100 * f.old:.1f} -> {100 * f.new:.1f}, visible from "
        f"{100 * (f.visible or 1):.1f}"
        for f in verdict.findings
        if f.outcome == "regression"
    ]
    worst = max(verdict.findings, key=lambda f: f.loss)
    rest = f"worst: {worst.metric} ({worst.slice}) {-100 * worst.loss:+.1f}, visible from "
    return f"{verdict.code} {verdict.word}; " + (
        "; ".join(named[:4]) + (f"; and {len(named) - 4} more" if len(named) > 4 else "")
        if named
        else f"{rest}{100 * (worst.visible or 1):.1f}"
    )


def with_fault(fault: Fault, records: Sequence[Record], known: Product, cache: Path) -> Run:
    """The run with a fault; ``known`` is the product without one, which may answer again."""
    if fault.changed is not None:
        return asked(records, Changing(known, fault.changed))
    with product(fault, cache) as faulty:
        return asked(records, faulty)


def main(reruns: int) -> None:
    """Print what the gate says of each fault, and of so many runs without one."""
    records = gold()
    with TemporaryDirectory() as folder:
        cache = Path(folder)
        with product(NONE, cache) as sound:
            known = Remembering(sound)
            baseline = asked(records, known)
            print(f"{len(records)} questions", flush=True)
            for name, fault in FAULTS.items():
                verdict = verdict_on(with_fault(fault, records, known, cache), baseline)
                print(f"{name}: {told(verdict)}", flush=True)
        for n in range(1, reruns + 1):
            with product(NONE, cache) as sound:
                run = asked(records, sound)
            same = "the same" if run == baseline else "not the same"
            print(f"no change, {n}: {told(verdict_on(run, baseline))}; {same}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
