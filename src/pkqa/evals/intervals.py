"""Means over questions by pair of languages, each with a 95 % interval that knows of clusters.

Questions on the same passage are not independent: if one finds it, the others are likelier to.
What is sampled is therefore the passage, with all questions on it. There are two methods:

- shares (recall) have Wilson's interval (Wilson 1927, "Probable Inference, the Law of Succession,
  and Statistical Inference") with the number of questions divided by the design effect (Kish 1965,
  "Survey Sampling"): the variance of the mean between passages over that of independent questions,
  never below 1. It does not shrink to a point where every question was answered.
- other means (MRR, nDCG) and paired differences have the percentiles of a bootstrap that draws
  passages (Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13). Where all
  questions have the same value there is nothing to draw from: a mean then has Wilson's interval, a
  difference the point.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
RESAMPLES = 2000
SEED = 20

Values: TypeAlias = NDArray[np.float64]

_TAILS = (50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE))  # in per cent


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its interval."""

    mean: float
    low: float
    high: float


class Design:
    """Which questions share a passage, and which belong to the same pair of languages.

    Every method takes a value a question, shape (questions,), and gives an estimate for each of
    ``pairs``, then one for the plain mean over the pairs.

    Attributes:
        pairs: the pairs that have questions, sorted.
        questions: how many each has, shape (pairs,).
        passages: how many passages those are on, shape (pairs,).
        clusters: how many passages there are in all; questions of several pairs may share one.
    """

    def __init__(self, passages: Sequence[Hashable], pairs: Sequence[tuple[str, str]]) -> None:
        """
        Args:
            passages: what each question is on, shape (questions,), at least one.
            pairs: its question language and passage language, likewise.
        """
        self.pairs = sorted(set(pairs))
        rows = {passage: row for row, passage in enumerate(dict.fromkeys(passages))}
        columns = {pair: column for column, pair in enumerate(self.pairs)}
        self._row = np.array([rows[passage] for passage in passages])
        self._column = np.array([columns[pair] for pair in pairs])
        self.clusters = len(rows)
        self._shape = len(rows), len(columns)
        self._counts = self._sums(np.ones(len(passages)))
        self.questions = self._counts.sum(axis=0)
        self.passages = np.count_nonzero(self._counts, axis=0)

    @cached_property
    def _drawn(self) -> Values:
        """How often each resample draws each passage, shape (resamples, passages)."""
        chances = np.full(self.clusters, 1 / self.clusters)
        drawn = np.random.default_rng(SEED).multinomial(self.clusters, chances, size=RESAMPLES)
        return drawn.astype(np.float64)

    def shares(self, values: Values) -> list[Estimate]:
        """Means of values from 0 to 1, with Wilson's interval."""
        return _estimates(self._means(values), *self._wilson(values))

    def averages(self, values: Values) -> list[Estimate]:
        """Means of values from 0 to 1, with the bootstrap's interval."""
        low, high = self._percentiles(values)
        same = np.isclose(low, high, rtol=0, atol=1e-9)
        wilson_low, wilson_high = self._wilson(values)
        return _estimates(
            self._means(values), np.where(same, wilson_low, low), np.where(same, wilson_high, high)
        )

    def differences(self, values: Values) -> list[Estimate]:
        """Means of values of either sign, with the bootstrap's interval."""
        return _estimates(self._means(values), *self._percentiles(values))

    def _sums(self, values: Values) -> Values:
        """Sums by passage and pair, shape (passages, pairs)."""
        sums = np.zeros(self._shape)
        np.add.at(sums, (self._row, self._column), values)
        return sums

    def _means(self, values: Values) -> Values:
        return _with_mean(self._sums(values).sum(axis=0) / self.questions)

    def _percentiles(self, values: Values) -> tuple[Values, Values]:
        drawn = self._drawn @ self._counts
        # A pair of few passages is missing from some resamples; their mean is over the others.
        empty = np.full(drawn.shape, np.nan)
        means = np.divide(self._drawn @ self._sums(values), drawn, out=empty, where=drawn > 0)
        low, high = np.nanpercentile(_with_mean(means), _TAILS, axis=0)
        return low, high

    def _wilson(self, values: Values) -> tuple[Values, Values]:
        means = np.clip(self._means(values), 0, 1)
        # What each passage adds to the error of each mean (Kish 1965, on ratio means).
        parts = (self._sums(values) - means[:-1] * self._counts) / self.questions
        parts = np.column_stack([parts, parts.mean(axis=1)])
        passages = np.append(self.passages, self.clusters)
        variance = (parts**2).sum(axis=0) * passages / np.maximum(passages - 1, 1)
        # Of the mean over pairs: as many questions as would weigh the same if they all weighed one.
        questions = np.append(self.questions, len(self.pairs) ** 2 / np.sum(1 / self.questions))
        independent = means * (1 - means) / np.maximum(questions - 1, 1)
        ones = np.ones(len(means))
        effect = np.maximum(
            np.divide(variance, independent, out=ones, where=independent > 1e-12), 1
        )
        # One passage says nothing of how passages differ: its questions count as one.
        return wilson(means, np.where(passages > 1, questions / effect, 1))


def wilson(share: Values, n: Values) -> tuple[Values, Values]:
    """Both ends of Wilson's interval for shares of so many independent questions each."""
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return np.clip((middle - half) / scale, 0, share), np.clip((middle + half) / scale, share, 1)


def _with_mean(by_pair: Values) -> Values:
    """The last axis with the mean over the pairs added at its end."""
    mean: Values = np.nanmean(by_pair, axis=-1, keepdims=True)
    return np.concatenate([by_pair, mean], axis=-1)


def _estimates(means: Values, lows: Values, highs: Values) -> list[Estimate]:
    return [Estimate(*map(float, row)) for row in zip(means, lows, highs, strict=True)]
