"""The signs of how well its support carries a claim, for the weighing in pkqa.answer.verify.

They are the evidence of textual entailment that can be had without a model of it, as in the lexical
systems of the RTE challenges (Dagan et al. 2009, "Recognizing textual entailment: Rational,
evaluation and approaches"): likeness, coverage of content, and what speaks against it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pkqa.answer import binding
from pkqa.answer.matching import Index, Weight
from pkqa.answer.reading import Reading
from pkqa.answer.support import Held, covered, parts_of, told
from pkqa.answer.turning import Match, dropped

SIGNS = (
    "similarity",  # cosine of the claim with the supporting sentences together
    "nearest",  # with the nearest of them; of no weight, see pkqa.answer.weighing.unlike
    "elsewhere",  # by how much a sentence of a passage not cited comes nearer
    "covered_context",  # share of the claim that the passages, their titles and dates say
    "better_covered",  # by how much a passage that is not cited says more of it
    "negation_dropped",  # share of the words in common that the support alone denies
    "modality_dropped",  # that it alone says as pledged, planned, called for or possible
    "unbound_near",  # by the next words, the support has a quantity of something else
    "unbound_next",  # the very next word, which says what is counted, is not in the support
    "counted_other",  # what is counted is one known thing in the claim, another in the support
    "replaced_between",  # share of words between two that have another word between them there
    "name_clash",  # a name stands elsewhere in the passage, and the support has names of its own
    "exchanged",  # what stands beside a name, number or date belongs to another one in the support
    "stranger_run",  # words in a row that no passage holds and no glossary knows: a name, mostly
    "order",  # names stand in another order
    "length",  # of the claim, in content words
    "extra_names",  # the support's sentence has names that the claim lacks
)

LONG = 20  # words of a claim, and more


def signs(  # noqa: PLR0913, PLR0917 - what a claim is held against, each by its name
    claim: Reading,
    support: Sequence[Held],
    context: Index,
    others: Sequence[Index],
    cosines: tuple[float, float, float],
    weight: Weight,
    matches: Sequence[Match],
) -> tuple[float, ...]:
    """The signs of how well ``support`` carries ``claim``, in the order of ``SIGNS``.

    Args:
        claim: read.
        support: the sentences chosen, at least one.
        context: all that the cited passages say, with their titles and dates.
        others: what each passage says that is not cited.
        cosines: of the claim with its support together, with the nearest sentence of it, and with
            the nearest sentence elsewhere.
        weight: how much a word tells.
        matches: the words of the claim that its support has as well.
    """
    parts = parts_of(claim, weight)
    whole = sum(parts.values()) or 1.0
    index = Index(held.reading for held in support)
    share = told(parts, covered(claim, parts, context)) / whole
    other = max((told(parts, covered(claim, parts, one)) / whole for one in others), default=0.0)
    readings = [held.reading for held in support]
    together, nearest, elsewhere = cosines
    return (
        together,
        nearest,
        max(0.0, elsewhere - nearest),
        share,
        max(0.0, other - share),
        *dropped(matches),
        binding.unbound(claim, readings),
        binding.uncounted(claim, index),
        binding.counted_other(claim, readings),
        binding.replaced(claim, readings),
        binding.other_names(claim, index, context) * binding.extra_names(claim, readings),
        binding.exchanged(claim, readings),
        binding.stranger_run(claim, context),
        float(binding.crossed(claim, readings)),
        min(1.0, len(claim.words) / LONG),
        binding.extra_names(claim, readings),
    )


def united(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The direction of several unit vectors together, shape (dimensions,)."""
    total = vectors.sum(axis=0)
    length = float(np.linalg.norm(total))
    united: NDArray[np.float32] = total / length if length > 0 else total
    return united
