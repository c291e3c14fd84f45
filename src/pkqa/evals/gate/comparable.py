"""Whether a run may be held against a baseline: only where both measured the same thing."""

from __future__ import annotations

from collections.abc import Collection

from pkqa.errors import UsageError
from pkqa.evals.suite.run import Fingerprints, Run

# What is measured, so that it may differ where that is what the run is for. The others are the
# yardstick: numbers from two yardsticks cannot be compared, whatever the caller says.
MEASURED = ("embedder", "model", "prompt", "settings")


def check_changed(changed: Collection[str]) -> None:
    """Make sure that only what is measured is said to have been changed on purpose.

    Raises:
        UsageError: another name.
    """
    for name in changed:
        if name not in MEASURED:
            names = ", ".join(MEASURED)
            why = "is the yardstick" if name in Fingerprints.model_fields else "is unknown"
            raise UsageError(
                f'"{name}" cannot be changed on purpose: it {why}; name any of {names}, '
                "or bless a new baseline"
            )


def differing(run: Run, baseline: Run) -> tuple[str, ...]:
    """In what a run differs from a baseline: fingerprints by name, "profile", "questions".

    The questions differ where they are not the baseline's; a filtered run has some of them.
    """
    names = [
        name
        for name in Fingerprints.model_fields
        if getattr(run.fingerprints, name) != getattr(baseline.fingerprints, name)
    ]
    if run.profile != baseline.profile:
        names.append("profile")
    asked = {item.id for item in run.items}
    before = {item.id for item in baseline.items}
    if not asked <= before or (not run.filtered and asked != before):
        names.append("questions")
    return tuple(names)
