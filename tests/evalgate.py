"""Runs made up for the tests of the gate: questions by fact and language, scored at will."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path

import numpy as np

from pkqa.evals.gate.findings import Finding
from pkqa.evals.gate.gated import GATED
from pkqa.evals.gate.profile import Profile, Quarantine
from pkqa.evals.gate.verdict import Verdict
from pkqa.evals.suite.run import NOWHERE, Fingerprints, Item, Run

LANGUAGES = "en", "fr", "ar"
TODAY = date(2026, 6, 1)
PRINTS = Fingerprints(
    corpus="c", gold="g", metrics="1", embedder="e", model="m", prompt="p", settings="s"
)
OF_ALL = "pass", "language"  # the other metrics are of answerable questions, but for:
OF_UNANSWERABLE = "answered unanswerable"


def item(
    name: str,
    fact: str = "",
    pair: tuple[str, str] = ("en", "en"),
    **scores: float | None,
) -> Item:
    """A question, of a fact of its own unless told; metrics with _ for a space, and ``pass_``."""
    told = {metric.replace("_", " ").strip(): value for metric, value in scores.items()}
    return Item(
        id=name,
        fact_id=fact or name,
        question_language=pair[0],
        document_language=pair[1],
        question=f"{name}?",
        status="answered",
        answer="",
        passed=bool(told.get("pass", 1.0)),
        scores=told,
    )


def run_of(items: Iterable[Item], **changes: object) -> Run:
    return Run(
        profile="quote", version="0", answerer="quote", fingerprints=PRINTS, items=tuple(items)
    ).model_copy(update=changes)


def with_prints(run: Run, **changes: str) -> Run:
    return run.model_copy(update={"fingerprints": PRINTS.model_copy(update=changes)})


def rules(
    floors: Mapping[str, dict[str, float]] | None = None,
    must_pass: Iterable[str] = (),
    quarantine: Iterable[Quarantine] = (),
) -> Profile:
    return Profile(Path("quote.toml"), {}, dict(floors or {}), tuple(must_pass), tuple(quarantine))


def found(verdict: Verdict, metric: str, name: str = "all") -> Finding:
    (one,) = (one for one in verdict.findings if (one.metric, one.slice) == (metric, name))
    return one


class World:
    """Facts with one to four questions each, in three languages, and some that nothing answers.

    Attributes:
        questions: id, fact, pair of languages, whether it can be answered.
        chances: how likely the questions of each fact are answered well.
    """

    def __init__(self, facts: int = 60, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.questions: list[tuple[str, str, tuple[str, str], bool]] = []
        for number in range(facts):
            fact, home = f"f{number}", LANGUAGES[number % 3]
            asked = rng.permutation(np.repeat(LANGUAGES, 2))[: rng.integers(1, 5)]
            self.questions += [
                (f"{fact}.{at}", fact, (str(language), home), True)
                for at, language in enumerate(asked)
            ]
        for number in range(facts // 4):
            name, language = f"u{number}", LANGUAGES[number % 3]
            self.questions.append((name, name, (language, NOWHERE), False))
        self.facts = list(dict.fromkeys(fact for _, fact, _, _ in self.questions))
        self.chances = dict(zip(self.facts, rng.beta(6, 2, len(self.facts)), strict=True))

    def run(self, seed: int, noise: float = 0.0, hit: Collection[str] = ()) -> Run:
        """Ask everything once.

        Args:
            seed: of the noise.
            noise: share of the facts that are answered anew, by chance; the others as ever.
            hit: questions that lose all they had.
        """
        always, rng = np.random.default_rng(0), np.random.default_rng(seed)
        drawn = {}
        for fact in self.facts:
            fixed, new, moves = always.random(), rng.random(), rng.random() < noise
            drawn[fact] = new if moves else fixed
        items = []
        for name, fact, pair, answerable in self.questions:
            good = 0.0 if name in hit else float(drawn[fact] < self.chances[fact])
            part = 0.0 if name in hit else max(good, round(float(drawn[fact]), 1))
            scores: dict[str, float | None] = {}
            for gated in GATED:
                if gated.metric not in OF_ALL and (answerable is (gated.metric == OF_UNANSWERABLE)):
                    continue
                value = part if gated.test == "paired" else good
                scores[gated.metric] = 1 - value if gated.lower else value
            items.append(item(name, fact, pair, **scores))
        return run_of(items)
