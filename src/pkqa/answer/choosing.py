"""Which of the sentences weighed are shown: few, distinct, whole, and only where they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pkqa.answer.certainty import certainty, limit, log_odds, signs
from pkqa.answer.evidence import FEATURES
from pkqa.answer.likelihood import threshold
from pkqa.answer.parts import parts
from pkqa.answer.question import Question, Weight
from pkqa.answer.weighed import Weighed, Weigher, Weighing
from pkqa.store.snapshot import Snapshot

MOST_SENTENCES = 2
MOST_AT_NEED = 3  # where several things are asked for
# A further sentence must be this likely, and this near the first one's likelihood.
FURTHER_PROBABILITY = 0.06
FURTHER_SHARE = 0.12
# Sentences this near say the same; with the same figures in both, less will do.
SAME_SIMILARITY = 0.75
SAME_WITH_FIGURES = 0.5
# A sentence is shown in a heading's stead when it is so much less likely at most.
HEADING_SHARE = 0.8
# What a part of a question takes, where the question as a whole is answered.
PART_PROBABILITY = 0.25

_BOUND = FEATURES.index("bound")
_MISSING = FEATURES.index("kind_missing"), FEATURES.index("figure_missing")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown of the sentences weighed."""

    questions: tuple[Question, ...]  # what is answered: the whole question, or parts of it
    sentences: tuple[Weighed, ...]  # in reading order; none where nothing answers
    missing: tuple[str, ...] = ()  # the parts that none answers


class Chooser:
    """Chooses among the sentences of one snapshot. Threads may share one."""

    def __init__(self, snapshot: Snapshot, weigher: Weigher) -> None:
        self._snapshot = snapshot
        self._weigher = weigher

    def choose(self, weighing: Weighing) -> Choice:
        """The sentences to show.

        A question of two parts is answered part by part, where one of them can be by itself; it is
        one question otherwise.
        """
        ranking, question, weighed = weighing.ranking, weighing.question, weighing.sentences
        most = MOST_AT_NEED if question.several else MOST_SENTENCES
        chosen: list[Weighed] = []
        if weighed and _certain(ranking.language, weighed):
            chosen = self._chosen(ranking.language, question, weighed, most)
        asked = parts(ranking.question, ranking.language)
        if len(asked) == 1 or not weighed:
            return Choice((question,), _in_reading_order(chosen))
        told = [self._part(text, question, ranking.weight) for text in asked]
        by_part = [self._weigher.weighed(ranking, part) for part in told]
        whole = bool(chosen)
        kept = [at for at, own in enumerate(by_part) if _supported(ranking.language, own, whole)]
        if not kept:
            return Choice((question,), _in_reading_order(chosen))
        best = [_best(by_part[at]) for at in kept]
        chosen = self._distinct([*best, *chosen])[:MOST_AT_NEED]
        missing = tuple(text for at, text in enumerate(asked) if at not in kept)
        return Choice(tuple(told[at] for at in kept), _in_reading_order(chosen), missing)

    def same(self, one: Weighed, other: Weighed) -> bool:
        """Whether two sentences say the same thing; a different figure is a different thing."""
        if one.row == other.row:
            return True
        if one.facts.quantities != other.facts.quantities:
            return False
        vectors = self._snapshot.sentence_vectors
        least = SAME_WITH_FIGURES if one.facts.quantities else SAME_SIMILARITY
        return float(vectors[one.row] @ vectors[other.row]) >= least

    def _part(self, text: str, whole: Question, weight: Weight) -> Question:
        """One part of a question; what the whole one names holds for each part."""
        part = self._weigher.read(text, whole.language, weight)
        return replace(
            part,
            terms=part.terms or whole.terms,
            places=whole.places,
            years=whole.years,
            names=whole.names,
            acronyms=whole.acronyms,
        )

    def _chosen(
        self, language: str, question: Question, weighed: Sequence[Weighed], most: int
    ) -> list[Weighed]:
        """At most so many sentences, the best first; no two that say the same."""
        best = _best(weighed)
        chosen = [best]
        for other in weighed:
            if other.probability < max(FURTHER_PROBABILITY, FURTHER_SHARE * best.probability):
                break
            # A heading has to answer by itself, and a dateline never does.
            if not _is_whole(other) and (other.facts.has_date or other.probability < threshold()):
                continue
            # Where the first one gives the figure asked for, another figure is no answer.
            if best.values[_BOUND] and not other.values[_BOUND] and not question.several:
                continue
            told = next((at for at, one in enumerate(chosen) if self.same(other, one)), None)
            if told is None:
                if len(chosen) < most:
                    chosen.append(other)
            elif chosen[told].sentence.language != language == other.sentence.language:
                # Of two that say the same, the one that the asker can read.
                chosen[told] = other
        return chosen

    def _distinct(self, sentences: Sequence[Weighed]) -> list[Weighed]:
        """The sentences without those that say what one before them says."""
        kept: list[Weighed] = []
        for one in sentences:
            if not any(self.same(one, other) for other in kept):
                kept.append(one)
        return kept


def _certain(language: str, weighed: Sequence[Weighed]) -> bool:
    """Whether the best of some sentences answers."""
    best = weighed[0]
    told = signs(
        [one.document.document_id for one in weighed],
        [log_odds(one.probability) for one in weighed],
        [one.values for one in weighed],
        best.cross,
    )
    return certainty(told) >= limit(language, best.cross)


def _supported(language: str, weighed: Sequence[Weighed], whole: bool) -> bool:
    """Whether a part of a question is answered, by the kind of thing that it asks for.

    Args:
        language: of the question.
        weighed: for this part, the likeliest first.
        whole: whether the question as a whole is answered.
    """
    best = weighed[0]
    if any(best.values[at] for at in _MISSING):
        return False
    return best.probability >= PART_PROBABILITY if whole else _certain(language, weighed)


def _in_reading_order(chosen: Sequence[Weighed]) -> tuple[Weighed, ...]:
    """Documents as they come, the sentences of each as they stand in it."""
    order = list(dict.fromkeys(one.document.document_id for one in chosen))
    return tuple(
        sorted(chosen, key=lambda w: (order.index(w.document.document_id), w.sentence.start))
    )


def _best(weighed: Sequence[Weighed]) -> Weighed:
    """The likeliest sentence; no heading where a whole sentence will do."""
    best = weighed[0]
    if _is_whole(best):
        return best
    for other in weighed[1:]:
        if other.probability < HEADING_SHARE * best.probability:
            break
        if _is_whole(other):
            return other
    return best


def _is_whole(weighed: Weighed) -> bool:
    """Whether it is a sentence with an end to it."""
    end = weighed.document.text[: weighed.sentence.end].rstrip("\"'”’»)] \u00a0\u202f")
    return end.endswith((".", "!", "?", "؟", "…", ";", "؛"))
