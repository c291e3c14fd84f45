"""Whether what a receipt quotes still stands in the corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from pkqa.errors import UnknownDocument
from pkqa.model import Document
from pkqa.receipt.facts import settings_facts, snapshot_facts
from pkqa.receipt.reading import Quotation, Receipt
from pkqa.settings import Settings
from pkqa.store.snapshot import Snapshot

SCHEMA = "pkqa.receipt-check/1"
SHOWN = 160  # characters of a quotation

State = Literal["stands", "moved", "gone", "missing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one quotation."""

    marker: int
    document_id: str
    quote: str
    state: State  # moved: its document has another text by now, the quotation stands in it still
    start: int | None  # where it stands now
    end: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A fact of the receipt that is another one today; None where there is none."""

    then: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Check:
    """What the check of a receipt came to."""

    time: str
    question: str
    edited: bool
    quotations: tuple[Standing, ...]
    snapshot: Mapping[str, Change]  # by name of the fact
    settings: Mapping[str, Change]  # by name of the setting

    @property
    def stands(self) -> bool:
        """Whether the receipt is as it was written and every quotation stands somewhere in the
        document it names."""
        return not self.edited and all(q.state in {"stands", "moved"} for q in self.quotations)

    def to_json(self) -> dict[str, Any]:
        """It as JSON (schema ``pkqa.receipt-check/1``)."""
        return {"schema": SCHEMA, "stands": self.stands, **asdict(self)}


def check(receipt: Receipt, snapshot: Snapshot, settings: Settings) -> Check:
    """Hold ``receipt`` against the corpus and the settings of today."""

    @cache
    def document(document_id: str) -> Document | None:
        try:
            return snapshot.document(document_id)
        except UnknownDocument:
            return None

    # The receipt of one who may not read everything does not tell how many documents there are.
    today = snapshot_facts(snapshot)
    facts = {name: today.get(name) for name in receipt.snapshot}
    return Check(
        time=receipt.time,
        question=receipt.question,
        edited=receipt.edited,
        quotations=tuple(_standing(q, document(q.document_id)) for q in receipt.quotations),
        snapshot=_changes(receipt.snapshot, facts),
        settings=_changes(receipt.settings.values, settings_facts(settings)["values"]),
    )


def _standing(quotation: Quotation, document: Document | None) -> Standing:
    state: State
    start: int | None
    if document is None:
        state, start = "missing", None
    elif document.text_sha == quotation.text_sha and (
        document.text[quotation.start : quotation.end] == quotation.quote
    ):
        state, start = "stands", quotation.start
    else:
        start = _nearest(document.text, quotation.quote, quotation.start)
        state = "gone" if start is None else "moved"
    return Standing(
        quotation.marker,
        quotation.document_id,
        quotation.quote,
        state,
        start,
        None if start is None else start + len(quotation.quote),
    )


def _nearest(text: str, quote: str, start: int) -> int | None:
    """Where ``quote`` stands in ``text``, as near to ``start`` as may be."""
    before = text.rfind(quote, 0, start + len(quote))
    after = text.find(quote, start)
    found = [at for at in (before, after) if at >= 0]
    return min(found, key=lambda at: abs(at - start), default=None)


def _changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Change]:
    return {
        name: Change(then.get(name), now.get(name))
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    }


# In words


def lines(checked: Check) -> Iterator[str]:
    """What the check came to, a line each, for a person at a terminal."""
    yield f"asked {_plain(checked.time)}: {_plain(checked.question)}"
    if checked.edited:
        yield "this receipt was edited after it was written: do not rely on it"
    for standing in checked.quotations:
        yield f"[{standing.marker}] {_said(standing)}"
        yield f"    {_plain(standing.quote)[:SHOWN]}"
    if not checked.quotations:
        yield "it quotes nothing"
    for what, changes in (("snapshot", checked.snapshot), ("settings", checked.settings)):
        yield f"{what}: {'other than then' if changes else 'the same'}"
        for name, change in changes.items():
            yield f"    {_plain(name)}: {_value(change.then)} -> {_value(change.now)}"


def _said(standing: Standing) -> str:
    document = _plain(standing.document_id)
    span = f"{standing.start}:{standing.end}"
    return {
        "stands": f"stands: {document} {span}",
        "moved": f"moved: {document} has changed; the quotation stands in it at {span}",
        "gone": f"gone: {document} has changed and does not hold the quotation",
        "missing": f"missing: there is no document {document} any more",
    }[standing.state]


def _value(value: Any) -> str:
    return "nothing" if value in (None, "") else _plain(str(value))[:SHOWN]


def _plain(text: str) -> str:
    """``text`` on one line, without what would steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
