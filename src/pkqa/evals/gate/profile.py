"""A profile: the settings that are measured, and what holds of its runs whatever the baseline says.

``evals/profiles/<name>.toml``::

    [settings]                    # of the product, by their names in docs/settings.md
    answerer = "quote"
    [floors]                      # means that may never be lower, by metric and slice
    "pass" = { all = 0.6, ar = 0.5 }
    [must_pass]
    ids = ["r.helicopters.en1"]
    [[quarantine]]                # asked and reported, but not counted until the end of that day
    id = "m.x.fr1"
    reason = "the gold is disputed"
    until = "2026-12-31"
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from pkqa.errors import UsageError
from pkqa.evals.gate.gated import LOWER_IS_BETTER
from pkqa.evals.scores.table import by_name
from pkqa.settings import PREFIX, Settings

REMEDY = "mend it as docs/evals.md describes profiles"

_Share = Annotated[float, Field(ge=-1, le=1)]
_Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Quarantine(_Part):
    """A question that does not count until the end of the day ``until``."""

    id: _Text
    reason: _Text
    until: Annotated[date, Field(strict=False)]

    def holds(self, today: date) -> bool:
        """Whether the question is still left out."""
        return today <= self.until


class _MustPass(_Part):
    ids: tuple[_Text, ...] = ()


class _File(_Part):
    settings: dict[str, Any] = Field(default_factory=dict)
    floors: dict[str, dict[str, _Share]] = Field(default_factory=dict)
    must_pass: _MustPass = _MustPass()
    quarantine: tuple[Quarantine, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile's file says.

    Attributes:
        path: the file; its stem is the profile's name.
        settings: of the product, by name.
        floors: the least mean, by metric and slice.
        must_pass: ids of questions each of which has to pass.
        quarantine: questions that do not count for a while.
    """

    path: Path
    settings: dict[str, Any]
    floors: dict[str, dict[str, float]]
    must_pass: tuple[str, ...]
    quarantine: tuple[Quarantine, ...]

    @property
    def name(self) -> str:
        """The name that runs and baselines carry."""
        return self.path.stem

    def check_names(self, ids: Collection[str], slices: Collection[str]) -> None:
        """Make sure that the file speaks of questions and slices that there are.

        Raises:
            UsageError: it names one that there is not; a misspelt rule would never strike.
        """
        named = {
            "must_pass.ids": set(self.must_pass),
            "quarantine": {entry.id for entry in self.quarantine},
        }
        for key, names in named.items():
            for name in sorted(names - set(ids)):
                raise UsageError(
                    f'{self.path}: {key}: there is no gold question "{name}"; '
                    "name one that there is, or take it out"
                )
        for metric, floors in self.floors.items():
            for name in sorted(set(floors) - set(slices)):
                raise UsageError(
                    f'{self.path}: floors.{metric}: no gold question belongs to "{name}"; '
                    'name "all", a language ("ar") or a pair of languages ("fr -> ar")'
                )


def read_profile(path: Path) -> Profile:
    """Read a profile.

    Raises:
        UsageError: the file cannot be read or does not say what a profile says; names file and key.
    """
    try:
        body = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"{path} cannot be read: {why}; name a profile that there is") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read as TOML: {error}; {REMEDY}") from None
    try:
        told = _File.model_validate(body)
    except ValidationError as error:
        raise UsageError(f"{path}: {_fault(error)}; {REMEDY}") from None
    _check_settings(path, told.settings)
    _check_floors(path, told.floors)
    _check_once(path, "must_pass.ids", told.must_pass.ids)
    _check_once(path, "quarantine", [entry.id for entry in told.quarantine])
    return Profile(path, told.settings, told.floors, told.must_pass.ids, told.quarantine)


def _fault(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    at = ".".join(map(str, fault["loc"]))
    return f"{at}: {'unknown key' if fault['type'] == 'extra_forbidden' else fault['msg']}"


def _check_settings(path: Path, settings: dict[str, Any]) -> None:
    for name in settings:
        info = Settings.model_fields.get(name)
        if info is None:
            raise UsageError(f"{path}: settings.{name}: unknown setting; see docs/settings.md")
        if info.annotation == SecretStr | None:
            raise UsageError(
                f"{path}: settings.{name}: files get committed; take it out, and set "
                f"{PREFIX}{name.upper()} in the environment"
            )
    try:
        Settings(**settings)
    except ValidationError as error:
        raise UsageError(f"{path}: settings.{_fault(error)}; see docs/settings.md") from None


def _check_floors(path: Path, floors: dict[str, dict[str, float]]) -> None:
    for metric in floors:
        try:
            by_name(metric)
        except UsageError as error:
            raise UsageError(f"{path}: floors: {error}") from None
        if metric in LOWER_IS_BETTER:
            raise UsageError(
                f"{path}: floors.{metric}: of this metric lower is better; "
                'set a floor for "pass" or "refused"'
            )


def _check_once(path: Path, key: str, ids: Collection[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise UsageError(f'{path}: {key}: "{name}" stands there twice; take one out')
        seen.add(name)
