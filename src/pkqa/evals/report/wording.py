"""Numbers as reports write them."""

from __future__ import annotations

from pkqa.evals.intervals import Estimate


def points(difference: float) -> str:
    """A difference of means in points, a hundredth each, with its sign: "-4.2"; never "-0.0"."""
    rounded = round(100 * difference, 1) + 0.0
    return f"{rounded:+.1f}" if rounded else "0.0"


def mean(estimate: Estimate) -> str:
    """A mean with its interval: "0.812 [0.75, 0.86]"."""
    return f"{estimate.mean:.3f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def apart(estimate: Estimate) -> str:
    """A difference with its interval, in points: "-4.2 [-8.0, -0.6]"."""
    return f"{points(estimate.mean)} [{points(estimate.low)}, {points(estimate.high)}]"
