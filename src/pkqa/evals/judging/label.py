"""Labels: what a person thinks of a certain answer to a gold question.

A file of labels holds one JSON object a line. A judge is held against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pkqa.errors import UsageError
from pkqa.evals.gold.file import SUFFIX
from pkqa.evals.gold.record import Record
from pkqa.evals.json_lines import lines_of, parsed


class Label(BaseModel):
    """A person's opinion of one answer: whether it answers the question truly and fully."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(min_length=1)  # of the gold question
    language: str = Field(pattern="^[a-z]{2,3}$")  # of the question
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)  # the whole text, as it was shown
    right: bool
    by: str = Field(min_length=1)
    note: str = ""


def read_labels(path: Path) -> list[Label]:
    """The labels of a file, or of the ``*.jsonl`` in a folder by name; a folder may have none.

    An answer that several people thought the same of counts once, as the first label of it.

    Raises:
        UsageError: the path does not exist, a file cannot be read, a line is no label, or people
            thought differently of one answer; names file and line.
    """
    if not path.exists():
        raise UsageError(f"{path} does not exist; name a file or a folder of labels")
    labels: dict[tuple[str, str], Label] = {}
    places: dict[tuple[str, str], str] = {}
    for file in sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]:
        for place, label in _placed(file):
            key = label.id, label.answer
            first = labels.setdefault(key, label)
            if first.right != label.right:
                raise UsageError(
                    f"{place}: {_verdict(label)} here, and the same answer to {label.id} is "
                    f"{_verdict(first)} in {places[key]}; agree on one, and take the other out"
                )
            places.setdefault(key, place)
    return list(labels.values())


def paired(labels: Sequence[Label], records: Mapping[str, Record]) -> list[tuple[Record, Label]]:
    """Each label with the gold question that it is on.

    Args:
        labels: as read.
        records: all gold questions by id, also those that a run left out.

    Raises:
        UsageError: there is no such question, it has other words now, or nobody can tell what a
            right answer to it is.
    """
    return [(_record(label, records), label) for label in labels]


def tellable(record: Record) -> bool:
    """Whether the gold question says what a right answer is: one that has passages alone does
    not."""
    return bool(record.vital) or not record.answerable


def _record(label: Label, records: Mapping[str, Record]) -> Record:
    record = records.get(label.id)
    if record is None:
        raise UsageError(
            f"a label is on {label.id}, and no gold question has that id; take the label out"
        )
    if (record.language, record.question) != (label.language, label.question):
        raise UsageError(
            f"a label on {label.id} was given when the question had other words; look at the "
            "answer again, and write the question of today into the label"
        )
    if not tellable(record):
        raise UsageError(
            f"a label is on {label.id}, which has no vital nugget; give the question nuggets, or "
            "take the label out"
        )
    return record


def _placed(path: Path) -> Iterator[tuple[str, Label]]:
    """The labels of a file, each with where it stands."""
    for place, line in lines_of(path, "name a file of labels"):
        yield place, parsed(Label, line, place, "label")


def _verdict(label: Label) -> str:
    return "right" if label.right else "wrong"
