"""The checks that nothing passes unseen: each sentence of a model, and each answer as a whole.

A sentence is held against the passages that it cites. Some things are settled by rule
(:mod:`pkqa.answer.rules`): a marker names a passage of the prompt; words in quotation marks stand
there; numbers, dates and names do too; the language is that of the question. What rules cannot
settle is weighed (:mod:`pkqa.answer.weighing`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from pkqa.answer.added import added, unfounded
from pkqa.answer.claims import Claim, claim_of, verbatim
from pkqa.answer.matching import Weight
from pkqa.answer.passages import Passage
from pkqa.answer.reading import Reading, read
from pkqa.answer.rules import Refusal, missing, otherwise_stated, states
from pkqa.answer.signs import signs, united
from pkqa.answer.sources import Sources
from pkqa.answer.support import Held, Part, Support, chosen
from pkqa.answer.turning import TURNS, Match, matches_of, turns
from pkqa.answer.weighing import doubted, probability, verdict
from pkqa.errors import IndexCorrupt
from pkqa.model import Answer, Checked, Document, Verdict
from pkqa.text.glossary import Glossary
from pkqa.text.languages import written_in

# A shorter stretch in quotation marks is a name or a term, and is checked as the words it is.
QUOTED_WORDS = 4
_ANSWER_MARKER = re.compile(r"\[(\d+)\]")

Vector = NDArray[np.float32]
# A statement and its language -> its neutral vector, shape (dimensions,)
Embed = Callable[[str, str], Vector]


@dataclass(frozen=True, slots=True)
class Verified:
    """What the check of one sentence came to."""

    checked: Checked
    support: tuple[Support, ...] = ()  # where confirmed: what carries it, at least one
    values: tuple[float, ...] = ()  # of pkqa.answer.signs.SIGNS, where it came to weighing


@dataclass(frozen=True, slots=True)
class _Stated:
    """One sentence that is to be held against passages."""

    claim: Claim
    reading: Reading
    new: frozenset[Part]  # what it adds to the question, where the question awaits something
    vector: Callable[[], Vector]


class Checker:
    """Checks sentences that a model wrote against the passages of its prompt."""

    def __init__(  # noqa: PLR0913 - what it works with, each by its name
        self,
        passages: Sequence[Passage],
        vectors: Vector,
        *,
        language: str,
        embed: Embed,
        weight: Weight,
        glossary: Glossary,
    ) -> None:
        """Check against ``passages``.

        Args:
            passages: those that the prompt held.
            vectors: of all sentences, by ``Passage.rows``, neutral, shape (n, dimensions).
            language: that the answer is to be in.
            embed: gives a sentence's vector.
            weight: how much a word of a language tells.
            glossary: which words name one concept.
        """
        self._passages = {passage.marker: passage for passage in passages}
        self._vectors = vectors
        self._language = language
        self._embed = embed
        self._weight = weight
        self._glossary = glossary
        self._sources = Sources(self._passages, glossary)

    def check(self, sentence: str, question: str = "") -> Verified:
        """Check one sentence, markers included, as the model wrote it.

        Args:
            sentence: of a reply or a translation.
            question: that it is to answer, where it is to answer one.
        """
        claim = claim_of(sentence)
        unknown = [str(marker) for marker in claim.markers if marker not in self._passages]
        if unknown:
            return _refused(claim, "marker", ", ".join(unknown))
        if foreign := self._foreign(claim):
            return _refused(claim, "language", foreign)
        reading = read(claim.text, self._language, self._glossary)
        if not states(claim.text, reading):
            return _refused(claim, "meaning", "")
        new = None
        if question and not claim.leads:
            new = added(reading, self._sources.read(question, self._language))
        if new is not None and not new:
            return _refused(claim, "echo", "")
        vector = cache(partial(self._embed, claim.text, self._language))  # once, if at all
        stated = _Stated(claim, reading, new or frozenset(), vector)
        if claim.markers:
            return self._against(stated, claim.markers)
        return self._attributed(stated)

    def _foreign(self, claim: Claim) -> str:
        """The language that a sentence is in, where that is not the answer's."""
        found = written_in(claim.unquoted, self._language)
        return "" if found == self._language else found

    def _attributed(self, stated: _Stated) -> Verified:
        """A sentence without a marker: carried by some passage, or by none."""
        best: Verified | None = None
        for marker in self._passages:
            found = self._against(stated, (marker,))
            if found.checked.verdict == "confirmed" and (
                best is None or probability(found.values) > probability(best.values)
            ):
                best = found
        return best or _refused(stated.claim, "uncited", "")

    def _against(self, stated: _Stated, markers: tuple[int, ...]) -> Verified:
        """A sentence against the passages of these markers."""
        claim, reading, vector = stated.claim, stated.reading, stated.vector
        refusal = self._ruled_out(claim, reading, markers)
        held = self._sources.sentences(markers)
        if refusal is not None or not held:
            return _refused(claim, *(refusal or ("meaning", "")))
        cosines = (self._vectors[[one.row for one in held]] @ vector()).tolist()
        support = chosen(reading, held, cosines, self._weight)
        refusal = otherwise_stated(reading, support, self._sources.said(markers))
        if refusal is not None:
            return _refused(claim, *refusal, contradicted=True)
        readings = [one.reading for one in support]
        if unfounded(reading, stated.new, readings):
            return _refused(claim, "meaning", "")
        matches = matches_of(reading, readings)
        if turned := next(turns(reading, readings, matches), ""):
            return _refused(claim, TURNS[turned], "", contradicted=True)
        values = self._signs(reading, markers, support, vector(), matches)
        reason = doubted(values, self._language, support[0].passage.language)
        if not reason:
            return Verified(_checked(claim, "confirmed", "", ""), _stretches(support), values)
        return Verified(_checked(claim, verdict(reason), reason, ""), (), values)

    def _ruled_out(
        self, claim: Claim, reading: Reading, markers: tuple[int, ...]
    ) -> Refusal | None:
        """What the cited passages do not have at all."""
        cited = [self._passages[marker] for marker in markers]
        for words in claim.quotations:
            if len(words.split()) >= QUOTED_WORDS and not _quoted(words, cited):
                return "quotation", words
        said, documents = self._sources.said(markers), self._sources.documents(markers)
        days = {passage.document.date for passage in cited}
        return missing(reading, said, documents, days, self._glossary.proper)

    def _signs(
        self,
        reading: Reading,
        markers: tuple[int, ...],
        support: Sequence[Held],
        vector: Vector,
        matches: Sequence[Match],
    ) -> tuple[float, ...]:
        others = [marker for marker in self._passages if marker not in markers]
        elsewhere = [row for marker in others for row in self._passages[marker].rows]
        chosen_vectors = self._vectors[[one.row for one in support]]
        return signs(
            reading,
            support,
            self._sources.said(markers),
            [self._sources.said((marker,)) for marker in others],
            (
                float(united(chosen_vectors) @ vector),
                float((chosen_vectors @ vector).max()),
                float((self._vectors[elsewhere] @ vector).max()) if elsewhere else -1.0,
            ),
            self._weight,
            matches,
        )


def _quoted(words: str, cited: Sequence[Passage]) -> bool:
    """Whether words stand in a cited passage, or in the title of its document."""
    return any(
        verbatim(words, passage.text) or verbatim(words, passage.document.title)
        for passage in cited
    )


def _stretches(support: Sequence[Held]) -> tuple[Support, ...]:
    """The sentences as stretches of their documents; what adjoins is made one."""
    stretches: list[Support] = []
    order = sorted(support, key=lambda held: (held.passage.marker, held.sentence.start))
    for held in order:
        last = stretches[-1] if stretches else None
        if (
            last is not None
            and last.passage is held.passage
            and not held.passage.document.text[last.end : held.sentence.start].strip()
        ):
            stretches[-1] = Support(held.passage, last.start, held.sentence.end)
        else:
            stretches.append(Support(held.passage, held.sentence.start, held.sentence.end))
    return tuple(stretches)


def _checked(claim: Claim, verdict: Verdict, reason: str, detail: str) -> Checked:
    return Checked(claim.text, verdict, reason, detail)


def _refused(claim: Claim, reason: str, detail: str, *, contradicted: bool = False) -> Verified:
    verdict: Verdict = "contradicted" if contradicted else "unconfirmed"
    return Verified(_checked(claim, verdict, reason, detail))


# The answer as a whole


def verified(answer: Answer, document: Callable[[str], Document]) -> Answer:
    """The answer itself, once it has stood the check.

    Args:
        answer: about to be shown.
        document: gives the document of an id.

    Raises:
        IndexCorrupt: a quotation is not the text at its span, or markers and citations differ;
            either the index is damaged or pkqa is at fault, and silence is better than both.
    """
    for citation in answer.citations:
        text = document(citation.document_id).text
        if not 0 <= citation.start < citation.end <= len(text) or (
            text[citation.start : citation.end] != citation.quote
        ):
            raise IndexCorrupt(
                f"the quotation [{citation.marker}] is not what {citation.document_id} says at "
                f"{citation.start}:{citation.end}; run `pkqa doctor`"
            )
    told = _ANSWER_MARKER.findall(_own_words(answer))
    if sorted(set(told), key=int) != [str(c.marker) for c in answer.citations]:
        raise IndexCorrupt(
            f"the answer's markers {told} are not those of its citations; run `pkqa doctor`"
        )
    return answer


def _own_words(answer: Answer) -> str:
    """The answer without what is others': a quotation, a title or a part of the question may hold
    what looks like a marker."""
    if answer.status == "not_found":
        return ""  # it names documents, and cites none
    text = answer.answer
    for told in (*(citation.quote for citation in answer.citations), *answer.missing):
        text = text.replace(told, "")
    return text
