"""One score from many signs that a chunk answers.

A passage in the language of the question shares its words; one in another language shares only
what is not translated (:mod:`pkqa.text.anchors`), and its vector lies less near for the same
meaning. Weighing both alike makes a search prefer the language of the question. So there are two
scorers, one for each case, whose scores mean the same: both are fitted together, as one
conditional logit over all passages of a pool (``python -m pkqa.evals.fusion``; McFadden 1974; with
one relevant passage the same as the loss of ListNet, Cao et al. 2007).

Scores are added, not ranks: every sign is on a scale that means the same for every question, and a
weighted sum keeps what ranks throw away (Bruch et al. 2023, "An Analysis of Fusion Functions for
Hybrid Retrieval").
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

# The columns of an array of signs, shape (candidates, signs).
SIGNS = (
    "chunk",  # cosine of question and chunk, language taken out
    "sentence",  # the same of the chunk's best sentence
    "pair",  # the mean of its best two sentences in a row
    "lexical",  # share of the question's information in the chunk, 0..1
    "focus",  # likewise in one sentence of it
    "name",  # sum over the names found, each 0..1 by how rare it is
    "number",  # likewise over numbers and months
    "concept",  # likewise over words of the glossary and places
    "other",  # 1 where the chunk is in another language than the question
)

# Fitted on the development half of the benchmarks (docs/decisions/0003), in units in which the
# cosines of a chunk in the question's own language weigh 1 together.
OWN = np.array([0.35, 0.38, 0.27, 0.28, 0.39, 0.0, 0.0, 0.13, 0.0], dtype=np.float32)
OTHER = np.array([0.52, 0.61, 0.47, 0.0, 0.0, 0.28, 0.14, 0.19, -0.09], dtype=np.float32)


def fused(signs: FloatArray) -> FloatArray:
    """The score of each candidate, shape (candidates,): about its cosine where no word is shared.

    Args:
        signs: shape (candidates, signs).
    """
    other = signs[:, SIGNS.index("other")] > 0
    scores: FloatArray = np.where(other, signs @ OTHER, signs @ OWN)
    return scores
