"""One gold question: what is asked, what a right answer must and must not say, and where it stands.

A file of gold questions holds one JSON object a line. Questions on the same fact, in any wording
and language, share a ``fact_id``: they are not independent, and are drawn together.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Split = Literal["dev", "test"]  # what may be looked at while weights are chosen, and what may not

# Why nothing in the corpus answers.
Unanswerable = Literal["off-topic", "near-miss", "false-premise", "wrong-year", "missing-detail"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Value(_Part):
    """A value to look for in an answer; compared as a value, not as a string.

    ``value`` is set for what is the same in every language: a number ("1724", "14.2", "50%"), an
    ISO day, month or year ("2023-11-30", "2023-11", "2023"). ``values`` holds, for a name or a
    text, by language the forms of which one has to stand there; any language's will do, since a
    quotation keeps its own.
    """

    type: Literal["number", "date", "name", "text"]
    value: str | None = None
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.type in ("number", "date"):
            if not self.value or self.values:
                raise ValueError(f'a {self.type} has a "value", and no "values"')
        elif self.value is not None or not any(self.values.values()):
            raise ValueError(f'a {self.type} has "values" by language, and no "value"')
        if not all(form.strip() for forms in self.values.values() for form in forms):
            raise ValueError("a form of a value is empty")
        return self


class Nugget(Value):
    """A value that a right answer says (Voorhees 2003, "Overview of the TREC 2003 Question
    Answering Track": vital nuggets must be there, the others are welcome)."""

    vital: bool = True


class Span(_Part):
    """A passage that carries the answer: ``document.text[start:end] == quote``."""

    document_id: str = Field(min_length=1)
    text_sha: str = Field(pattern="^[0-9a-f]{64}$")
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    quote: str = Field(min_length=1)


class Record(_Part):
    """One gold question."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9.\-]*$")
    fact_id: str = Field(pattern=r"^[a-z0-9][a-z0-9.\-]*$")
    split: Split
    language: str = Field(pattern="^[a-z]{2,3}$")
    question: str = Field(min_length=1)
    after: tuple[str, ...] = ()  # questions asked before, which this one follows up
    nuggets: tuple[Nugget, ...] = ()
    forbidden: tuple[Value, ...] = ()
    gold: tuple[tuple[Span, ...], ...] = ()  # alternatives; of one set, every span is needed
    as_of: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    tags: tuple[str, ...] = ()
    unanswerable: Unanswerable | None = None
    twin: str | None = None  # id of the answerable question that an unanswerable one is near
    note: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the corpus answers it."""
        return self.unanswerable is None

    @property
    def vital(self) -> tuple[Nugget, ...]:
        """The nuggets without which an answer is not right."""
        return tuple(nugget for nugget in self.nuggets if nugget.vital)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not all(self.gold):
            raise ValueError("a set of gold spans is empty")
        if self.answerable:
            # Others' questions may come with one of the two; ours have both.
            if not self.vital and not self.gold:
                raise ValueError("an answerable question has a vital nugget, or gold spans")
            if self.twin:
                raise ValueError('only an unanswerable question has a "twin"')
        return self
