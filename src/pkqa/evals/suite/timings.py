"""How long the answers of a run took, and what they cost: for information, never judged.

Times differ from machine to machine and from run to run, so they stand in a file of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from statistics import quantiles

from pkqa.evals.suite.journal import Entry

TIMINGS_FILE = "timings.json"
_STAGES = "embed", "retrieve", "answer", "total"  # milliseconds
_TOKENS = "prompt_tokens", "completion_tokens"


def timings_text(entries: Iterable[Entry]) -> str:
    """The text of ``timings.json``: by question what each of its answers took and cost."""
    told = {entry.item.id: list(entry.timings) for entry in entries}
    return json.dumps(told, indent=1) + "\n"


def summary(entries: Iterable[Entry]) -> Iterator[str]:
    """The median and the 95th percentile of each stage, and all tokens, in a line each."""
    rows: list[Mapping[str, float]] = [row for entry in entries for row in entry.timings]
    for stage in _STAGES:
        values = [row[stage] for row in rows if stage in row]
        if len(values) > 1:
            cuts = quantiles(values, n=20, method="inclusive")
            yield f"{stage}: median {cuts[9]:.1f} ms, 95 % within {cuts[18]:.1f} ms"
    spent = [f"{sum(row.get(name, 0) for row in rows):,.0f} {name}" for name in _TOKENS]
    yield " ".join(spent).replace("_", " ")
