"""Gold passages proposed from the answers of a run, for a person to accept.

Nobody finds every passage that answers by reading. What an answer cites and nobody has judged is
judged afterwards: pooling, as in TREC (Voorhees 2002, "The Philosophy of Information Retrieval
Evaluation"). A passage is proposed where it says all that a right answer has to; whether it says it
of the right thing is for a person to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pkqa.evals.gold.anchor import Lookup, known
from pkqa.evals.gold.check import DRAFT
from pkqa.evals.gold.record import Record, Span
from pkqa.evals.gold.said import pieces_of
from pkqa.evals.scores.values import says
from pkqa.evals.suite.run import Item, Run


def from_run(run: Run, records: Iterable[Record], document: Lookup) -> list[Record]:
    """The gold questions with one more set each, where the run cites one; to take the place of the
    lines of the same ids.

    Answers that passed count as well: one that cites every value has said them all, and still has
    no right citation where nobody has judged its passage.

    Args:
        run: what was answered.
        records: the questions; those that the run did not ask are passed over.
        document: gives the document of an id; raises ``UnknownDocument``.
    """
    by_id = {record.id: record for record in records}
    found = []
    for item in run.items:
        record = by_id.get(item.id)
        if record is None or not record.answerable or not record.vital:
            continue
        spans = _new_set(item, record, document)
        if spans:
            tags = (DRAFT, *(tag for tag in record.tags if tag != DRAFT))
            gold = (*record.gold, spans)
            found.append(record.model_copy(update={"gold": gold, "tags": tags}))
    return found


def _new_set(item: Item, record: Record, document: Lookup) -> tuple[Span, ...]:
    """As few citations as say everything, if not all of them are gold: of those alone that are not,
    if these do, else of all."""
    spans = [(span, right) for span, right in _standing(item, document)]
    unjudged = [span for span, right in spans if not right]
    for pool in (unjudged, [span for span, _ in spans]):
        if not _whole(pool, record, document):
            continue
        needed = list(pool)
        for span in reversed(pool):
            others = [one for one in needed if one is not span]
            if _whole(others, record, document):
                needed = others
        if any(span in unjudged for span in needed):
            return tuple(needed)
    return ()


def _standing(item: Item, document: Lookup) -> Iterator[tuple[Span, bool]]:
    """The citations that the index carries still, each with whether it is gold."""
    for cited in item.citations:
        found = known(document, cited.document_id)
        if found is not None and found.text[cited.start : cited.end] == cited.quote:
            span = Span(
                document_id=cited.document_id,
                text_sha=found.text_sha,
                start=cited.start,
                end=cited.end,
                quote=cited.quote,
            )
            yield span, cited.right


def _whole(spans: Sequence[Span], record: Record, document: Lookup) -> bool:
    """Whether the passages say every vital value and nothing forbidden."""
    pieces = pieces_of(tuple(spans), document)
    return (
        bool(pieces)
        and pieces is not None
        and all(says(pieces, nugget) for nugget in record.vital)
        and not any(says(pieces, value) for value in record.forbidden)
    )
