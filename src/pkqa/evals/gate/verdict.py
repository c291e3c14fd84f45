"""What a run comes to beside its baseline: one word, one exit code, and what they rest on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from pkqa.evals.gate.comparable import check_changed, differing
from pkqa.evals.gate.findings import Finding, findings
from pkqa.evals.gate.floors import Floor, failed, floors
from pkqa.evals.gate.profile import Profile, Quarantine
from pkqa.evals.gate.sentences import sentences
from pkqa.evals.suite.run import Item, Run

SCHEMA = "pkqa.verdict/1"

Word = Literal["pass", "regression", "inconclusive", "no baseline", "incomparable"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run comes to.

    Attributes:
        code: of the command: 0 pass, 1 regression, 3 inconclusive or no baseline, 4 incomparable.
        word: the same in words.
        findings: every gated metric in every slice, the worst first; none where nothing could be
            compared.
        floors: every floor of the profile; none for a filtered run.
        failed: ids of the questions that had to pass and did not.
        quarantined: questions that did not count.
        expired: quarantines that are over, so that their questions counted again.
        differing: what makes the run incomparable.
        changed: what differs from the baseline on purpose.
        filtered: what the run was narrowed to; empty where all questions were asked.
    """

    code: int
    word: Word
    findings: tuple[Finding, ...]
    floors: tuple[Floor, ...]
    failed: tuple[str, ...]
    quarantined: tuple[Quarantine, ...]
    expired: tuple[Quarantine, ...]
    differing: tuple[str, ...]
    changed: tuple[str, ...]
    filtered: str

    def sentences(self) -> list[str]:
        """What a person is told."""
        return list(sentences(self))

    def to_json(self) -> dict[str, Any]:
        """The whole verdict as JSON data."""
        return {
            "schema": SCHEMA,
            "code": self.code,
            "word": self.word,
            "filtered": self.filtered,
            "sentences": self.sentences(),
            "findings": [asdict(one) | {"difference": one.difference} for one in self.findings],
            "floors": [asdict(floor) | {"broken": floor.broken} for floor in self.floors],
            "failed": list(self.failed),
            "quarantined": [entry.model_dump(mode="json") for entry in self.quarantined],
            "expired": [entry.model_dump(mode="json") for entry in self.expired],
            "differing": list(self.differing),
            "changed": list(self.changed),
        }


def judge(
    run: Run, baseline: Run | None, profile: Profile, today: date, changed: Collection[str] = ()
) -> Verdict:
    """Judge a run.

    Args:
        run: the run.
        baseline: what it is compared with, if there is one.
        profile: its floors, questions that have to pass, and quarantine.
        today: by which quarantines end.
        changed: fingerprints that differ on purpose: any of "embedder", "model", "prompt",
            "settings".

    Raises:
        UsageError: ``changed`` names another fingerprint, or the profile a question or a slice
            that there is not.
    """
    check_changed(changed)
    if not run.filtered:
        profile.check_names(
            {item.id for item in run.items}, {name for item in run.items for name in item.slices}
        )
    quarantined, expired = in_force(profile, today)
    items = _counted(run, quarantined)
    differs = differing(run, baseline) if baseline else ()
    wrong = tuple(name for name in differs if name not in changed)
    compared = (
        findings(items, {item.id: item for item in baseline.items})
        if baseline and not wrong
        else ()
    )
    stood = () if run.filtered else floors(profile, items)
    fallen = failed(profile, items)
    rules_kept = not fallen and not any(floor.broken for floor in stood)
    code, word = _outcome(compared, wrong, rules_kept=rules_kept, first=baseline is None)
    return Verdict(
        code=code,
        word=word,
        findings=compared,
        floors=stood,
        failed=fallen,
        quarantined=quarantined,
        expired=expired,
        differing=wrong,
        changed=tuple(name for name in differs if name in changed),
        filtered=run.filtered,
    )


def in_force(
    profile: Profile, today: date
) -> tuple[tuple[Quarantine, ...], tuple[Quarantine, ...]]:
    """The quarantines that hold, and those that are over."""
    holds = tuple(entry for entry in profile.quarantine if entry.holds(today))
    return holds, tuple(entry for entry in profile.quarantine if entry not in holds)


def _counted(run: Run, quarantined: Sequence[Quarantine]) -> list[Item]:
    left_out = {entry.id for entry in quarantined}
    return [item for item in run.items if item.id not in left_out]


def _outcome(
    compared: Sequence[Finding], wrong: Sequence[str], *, rules_kept: bool, first: bool
) -> tuple[int, Word]:
    """Code and word: the only place that knows which goes before which."""
    outcomes = {finding.outcome for finding in compared}
    if wrong:
        return 4, "incomparable"
    if not rules_kept or "regression" in outcomes:
        return 1, "regression"
    if first:
        return 3, "no baseline"
    if "inconclusive" in outcomes or not compared:
        return 3, "inconclusive"
    return 0, "pass"
