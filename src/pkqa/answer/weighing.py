"""The weighing of what no rule settles: how likely a claim is to be carried by its support.

A logistic model over :data:`pkqa.answer.signs.SIGNS`, fitted by ``python -m pkqa.evals.checking``
on replies of ours; the probability under which a claim is withheld is by language pair.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from pkqa.answer.signs import LONG, SIGNS
from pkqa.model import Verdict

WEIGHTS_FILE = "verify.json"


@cache
def _weights() -> dict[str, Any]:
    body = resources.files("pkqa.answer").joinpath(WEIGHTS_FILE).read_text("utf-8")
    weights: dict[str, Any] = json.loads(body)
    return weights


def probability(values: Sequence[float]) -> float:
    """How likely it is, 0..1, that the support carries the claim."""
    weights: Mapping[str, float] = _weights()["weights"]
    z = weights["bias"] + sum(
        weights.get(name, 0.0) * value for name, value in zip(SIGNS, values, strict=True)
    )
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def threshold(claimed_in: str, carried_in: str) -> float:
    """The probability under which a claim is withheld, by its language and its passage's."""
    thresholds: Mapping[str, float] = _weights()["thresholds"]
    return thresholds.get(f"{claimed_in}-{carried_in}", thresholds["other"])


# What a sign says where it weighs most against a claim, for those who read what was withheld.
SAID_BY = {
    "elsewhere": "passage",
    "better_covered": "passage",
    "negation_dropped": "negation",
    "modality_dropped": "modality",
    "unbound_near": "quantity",
    "unbound_next": "quantity",
    "counted_other": "quantity",
    "replaced_between": "replaced",
    "name_clash": "subject",
    "exchanged": "subject",
    "stranger_run": "name",
    "order": "subject",
    "extra_names": "subject",
}
_CONTRADICTING = frozenset({"negation", "modality"})


# Of the true sentences that the weights were fitted on, 0.3 % lie under these; of those cited with
# another passage, 73 %: a sentence of something else altogether, however little speaks against it.
_UNLIKE = {"nearest": 0.45, "covered_context": 0.35}


# Up to three words are told by one of them at least; a small model's scraps ("in Arabic") by none.
_FEW = 3 / LONG


def unlike(values: Sequence[float]) -> bool:
    """Whether a claim has too little in common with the passages to be about the same."""
    named = dict(zip(SIGNS, values, strict=True))
    return all(named[name] < least for name, least in _UNLIKE.items()) or (
        named["length"] <= _FEW and not named["covered_context"]
    )


def doubted(values: Sequence[float], claimed_in: str, carried_in: str) -> str:
    """The reason for which a claim that no rule settles is withheld; "" where it is carried."""
    if unlike(values):
        return "meaning"
    return against(values) if probability(values) < threshold(claimed_in, carried_in) else ""


def against(values: Sequence[float]) -> str:
    """The reason that weighs most against a claim."""
    weights: Mapping[str, float] = _weights()["weights"]
    worst, reason = 0.0, "meaning"
    for name, value in zip(SIGNS, values, strict=True):
        if name in SAID_BY and (weighed := weights.get(name, 0.0) * value) < worst:
            worst, reason = weighed, SAID_BY[name]
    return reason


def verdict(reason: str) -> Verdict:
    """What a reason comes to: some say that the passage tells otherwise, others only that it does
    not tell."""
    return "contradicted" if reason in _CONTRADICTING else "unconfirmed"
