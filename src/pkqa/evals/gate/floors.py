"""What holds of a run whatever the baseline was: floors, and questions that have to pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pkqa.evals.gate.profile import Profile
from pkqa.evals.suite.run import Item

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Floor:
    """A mean and what it may never be below.

    Attributes:
        metric: its name.
        slice: "all", a language or a pair of languages.
        least: the floor.
        mean: what the run has; None where no question has a number.
    """

    metric: str
    slice: str
    least: float
    mean: float | None

    @property
    def broken(self) -> bool:
        """Whether it is below. A floor with nothing to stand on is broken too."""
        return self.mean is None or self.mean < self.least - _NOTHING


def floors(profile: Profile, items: Sequence[Item]) -> tuple[Floor, ...]:
    """Every floor of the profile."""
    return tuple(
        Floor(metric, name, least, _mean(metric, name, items))
        for metric, by_slice in profile.floors.items()
        for name, least in by_slice.items()
    )


def failed(profile: Profile, items: Sequence[Item]) -> tuple[str, ...]:
    """The ids of questions that had to pass and did not."""
    wanted = set(profile.must_pass)
    return tuple(item.id for item in items if item.id in wanted and not item.passed)


def _mean(metric: str, name: str, items: Sequence[Item]) -> float | None:
    numbers = [
        number
        for item in items
        if name in item.slices and (number := item.scores.get(metric)) is not None
    ]
    return sum(numbers) / len(numbers) if numbers else None
