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
from pkqa.answer.support import Held, covered, parts_of
from pkqa.answer.turning import contrary, matches_of, turns

SIGNS = (
    "similarity",  # cosine of the claim with the supporting sentences together
    "nearest",  # with the nearest of them
    "elsewhere",  # by how much a sentence of a passage not cited comes nearer
    "covered",  # share of the claim that the support says
    "covered_context",  # that the passages, their titles and dates say
    "better_covered",  # by how much a passage that is not cited says more of it
    "core_missing",  # the weightiest word of the claim that the support lacks, 0..1
    "stranger_missing",  # weight of words that no passage holds and the glossary does not know
    "contrary",  # a word of the claim whose contrary the support says instead
    "negation_dropped",  # share of words that are denied in the support alone
    "negation_added",  # in the claim alone
    "modality_dropped",  # likewise with what is pledged, planned, called for or possible
    "modality_added",
    "negation_gone",  # the support denies first of all what the claim affirms
    "negation_new",  # the other way round, or the support denies nothing
    "modality_pending",  # the support says as planned or called for what the claim says as it is
    "modality_done",  # the claim says that it has happened, the support that it is to
    "refusal_new",  # the claim says "refused" or the like, the support nothing of the kind
    "other_name",  # share of the claim's names that stand outside its support only
    "unbound",  # a quantity that the support binds to something else
    "unbound_near",  # likewise, by the next word alone
    "unbound_next",  # likewise, by the very next word of the claim
    "counted_other",  # what is counted is one known thing in the claim, another in the support
    "replaced",  # share of words that stand where the support has another one
    "replaced_between",  # likewise, between two words that stand alike on both sides
    "name_clash",  # a name stands elsewhere in the passage, and the support has names of its own
    "exchanged",  # what stands beside a name, number or date belongs to another one in the support
    "stranger_run",  # words in a row that no passage holds and no glossary knows: a name, mostly
    "order",  # names stand in another order
    "length",  # of the claim, in content words
    "extra_names",  # the support's sentence has names that the claim lacks
)


def signs(  # noqa: PLR0913, PLR0917 - what a claim is held against, each by its name
    claim: Reading,
    support: Sequence[Held],
    context: Index,
    others: Sequence[Index],
    cosines: tuple[float, float, float],
    weight: Weight,
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
    """
    parts = parts_of(claim, weight)
    whole = sum(parts.values()) or 1.0
    index = Index(held.reading for held in support)
    said = covered(claim, parts, index)
    around = covered(claim, parts, context)
    share = sum(parts[part] for part in said) / whole
    share_around = sum(parts[part] for part in around) / whole
    other = max(
        (sum(parts[part] for part in covered(claim, parts, one)) / whole for one in others),
        default=0.0,
    )
    most = max(parts.values(), default=1.0) or 1.0
    core = max((parts[part] for part in parts if part not in said), default=0.0) / most
    strangers = [
        word
        for at, word in enumerate(claim.words)
        if ("word", at) not in around and not word.concepts
    ]
    readings = [held.reading for held in support]
    together, nearest, elsewhere = cosines
    return (
        together,
        nearest,
        max(0.0, elsewhere - nearest),
        share,
        share_around,
        max(0.0, other - share_around),
        core,
        min(1.0, sum(weight(word.stem, claim.language)[0] for word in strangers) / most / 3),
        float(contrary(claim, readings)),
        *turns(claim, readings, matches_of(claim, readings)),
        binding.other_names(claim, index, context),
        binding.unbound(claim, readings, near=False),
        binding.unbound(claim, readings, near=True),
        binding.uncounted(claim, index),
        binding.counted_other(claim, readings),
        *binding.replaced(claim, readings),
        binding.other_names(claim, index, context) * binding.extra_names(claim, readings),
        binding.exchanged(claim, readings),
        binding.stranger_run(claim, context),
        float(binding.crossed(claim, readings)),
        min(1.0, len(claim.words) / 20),
        binding.extra_names(claim, readings),
    )


def united(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The direction of several unit vectors together, shape (dimensions,)."""
    total = vectors.sum(axis=0)
    length = float(np.linalg.norm(total))
    united: NDArray[np.float32] = total / length if length > 0 else total
    return united
