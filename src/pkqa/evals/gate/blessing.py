"""How a run becomes the baseline: with a reason and a day, written in one step."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pkqa.errors import UsageError
from pkqa.evals.gate.profile import Profile
from pkqa.evals.gate.verdict import in_force
from pkqa.evals.suite.run import Blessed, Run, run_text
from pkqa.store.durable import replace


def bless(run: Run, reason: str, today: date, profile: Profile) -> Run:
    """The run as a baseline.

    Raises:
        UsageError: it asked some questions only, or none; it is of another profile; the reason is
            empty; or a quarantine of the profile is over or names no question of the run.
    """
    if run.profile != profile.name:
        raise UsageError(
            f'the run is of the profile "{run.profile}", not of "{profile.name}"; '
            "name its own profile"
        )
    if run.filtered or not run.items:
        what = f"asked some questions only ({run.filtered})" if run.filtered else "asked nothing"
        raise UsageError(f"the run {what}; run all questions, then bless that")
    if not reason.strip():
        raise UsageError("a baseline has no reason; say why this is how it should be")
    profile.check_names(
        {item.id for item in run.items}, {name for item in run.items for name in item.slices}
    )
    _, expired = in_force(profile, today)
    if expired:
        entry = expired[0]
        raise UsageError(
            f"{profile.path}: the quarantine of {entry.id} ended on {entry.until}; mend the "
            "question and take the entry out, or set a later day"
        )
    blessed = Blessed(reason=reason.strip(), day=today.isoformat())
    return run.model_copy(update={"blessed": blessed})


def write_baseline(path: Path, blessed: Run) -> None:
    """Put a baseline in the place of the one before, whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, run_text(blessed))
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"{path} cannot be written: {why}; make its folder writable") from None
