"""A run's answers as a judge sees them: first the labelled answers, then, where those came out like
the labels, the answers of the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pkqa.answer.chat import ChatModel
from pkqa.evals.gold.record import Record
from pkqa.evals.intervals import Design, Estimate
from pkqa.evals.judging.agreement import Agreement, Compared, agreement, too_few
from pkqa.evals.judging.label import Label, paired, tellable
from pkqa.evals.judging.opinion import Judge, Opinion
from pkqa.evals.suite.run import Item

if TYPE_CHECKING:
    from pkqa.ingest.pipeline import Progress


@dataclass(frozen=True, slots=True)
class Share:
    """How many answers of one language are right in the eyes of the judge.

    Attributes:
        language: of the questions.
        questions: those on which it has an opinion.
        undecided: those on which it has none.
        left_out: those whose gold does not tell what a right answer is; not asked about.
        right: share of ``questions``, with Wilson's interval; None where there are none.
        passed: share of the same questions that passed.
    """

    language: str
    questions: int
    undecided: int
    left_out: int
    right: Estimate | None
    passed: Estimate | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge thinks of a run.

    Attributes:
        model: the judge.
        agreements: with the labels, for each language of the labels and of the run.
        opinions: by gold id, of the run's answers in the languages in which it is believed.
        shares: for each of those languages.
        lenient: ids that it finds right and that did not pass.
        severe: ids that it finds wrong and that passed.
        asked: tries that went to the model.
        reused: tries whose reply was kept.
        unclear: tries that said neither right nor wrong.
        failed: tries that came to no reply.
        gave_up: why it stopped asking; empty where it did not.
    """

    model: str
    agreements: tuple[Agreement, ...]
    opinions: Mapping[str, bool]
    shares: tuple[Share, ...]
    lenient: tuple[str, ...]
    severe: tuple[str, ...]
    asked: int
    reused: int
    unclear: int
    failed: int
    gave_up: str


def judged(  # noqa: PLR0913, PLR0917 - what a judge needs, each by its name
    records: Iterable[Record],
    items: Sequence[Item],
    labels: Sequence[Label],
    chat: ChatModel,
    cache: Path,
    progress: Progress = lambda *_: None,
) -> Judged:
    """Ask a model about the labelled answers and, where it is believed, about the run's.

    Args:
        records: all gold questions, also those that the run left out.
        items: the run's; each on one of the questions.
        labels: as read.
        chat: the model.
        cache: the cache folder.
        progress: told before each answer how many are done, of how many, and which is next.

    Raises:
        UsageError: a label is on no gold question as it is today; nothing was asked then.
        PkqaError: the file of replies cannot be used.
    """
    by_id = {record.id: record for record in records}
    labelled: dict[str, list[tuple[Record, Label]]] = defaultdict(list)
    for record, label in paired(labels, by_id):
        labelled[record.language].append((record, label))
    asked_in: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        asked_in[item.question_language].append(item)
    languages = sorted({*labelled, *asked_in})
    with Judge(chat, cache) as judge:
        asking = _Asking(judge, progress)
        agreements = _agreements({name: labelled[name] for name in languages}, asking)
        believed = [one.language for one in agreements if one.believed]
        wanted = {
            item.id: (by_id[item.id], item.answer)
            for name in believed
            for item in asked_in[name]
            if tellable(by_id[item.id])
        }
        found = dict(zip(wanted, asking.opinions(list(wanted.values())), strict=True))
    opinions = {name: one.right for name, one in found.items() if one.right is not None}
    passed = {item.id: item.passed for item in items}
    return Judged(
        model=chat.name,
        agreements=tuple(agreements),
        opinions=opinions,
        shares=tuple(_share(name, asked_in[name], found) for name in believed),
        lenient=tuple(name for name, right in opinions.items() if right and not passed[name]),
        severe=tuple(name for name, right in opinions.items() if not right and passed[name]),
        asked=judge.asked,
        reused=judge.reused,
        unclear=sum(one.unclear for one in asking.given),
        failed=sum(one.failed for one in asking.given),
        gave_up=judge.gave_up,
    )


class _Asking:
    """A judge, and all that it thought so far."""

    def __init__(self, judge: Judge, progress: Progress) -> None:
        self._judge = judge
        self._progress = progress
        self.given: list[Opinion] = []

    def opinions(self, answers: Sequence[tuple[Record, str]]) -> list[Opinion]:
        """What it thinks of answers to gold questions."""
        found = []
        for done, (record, answer) in enumerate(answers):
            self._progress(done, len(answers), record.id)
            found.append(self._judge.opinion(record, answer))
        self.given += found
        return found


def _agreements(
    labelled: Mapping[str, Sequence[tuple[Record, Label]]], asking: _Asking
) -> list[Agreement]:
    """Nobody is asked about a language whose labels are too few to say anything."""
    agreements: list[Agreement] = []
    for language, pairs in labelled.items():
        right = sum(label.right for _, label in pairs)
        wrong = len(pairs) - right
        if reason := too_few(language, right, wrong):
            agreements.append(Agreement(language, right, wrong, reason=reason))
            continue
        opinions = asking.opinions([(record, label.answer) for record, label in pairs])
        compared = [
            Compared(record.fact_id, label.right, opinion.right)
            for (record, label), opinion in zip(pairs, opinions, strict=True)
        ]
        agreements.append(agreement(language, compared))
    return agreements


def _share(language: str, items: Sequence[Item], found: Mapping[str, Opinion]) -> Share:
    asked = [item for item in items if item.id in found]
    decided = [(item, found[item.id].right) for item in asked]
    decided = [(item, right) for item, right in decided if right is not None]
    right = passed = None
    if decided:
        design = Design([item.fact_id for item, _ in decided], [("", "")] * len(decided))
        right = design.shares(np.array([float(bool(said)) for _, said in decided]))[0]
        passed = design.shares(np.array([float(item.passed) for item, _ in decided]))[0]
    return Share(
        language,
        len(decided),
        len(asked) - len(decided),
        len(items) - len(asked),
        right,
        passed,
    )
