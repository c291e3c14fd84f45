"""Gold questions of SQuAD's JSON, 1.1 and 2.0 (Rajpurkar, Jia and Liang 2018, "Know What You Don't
Know: Unanswerable Questions for SQuAD").

A paragraph becomes a document; the answers are the forms of one value; the sentence that holds one
is a gold span, each answer's a set of its own. Questions on one paragraph share a fact. What
``is_impossible`` asks for a detail that the paragraph lacks; its twin is the first answerable
question on it in the same language.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pkqa.errors import UsageError
from pkqa.evals.foreign.imported import (
    Imported,
    as_ingested,
    name_of,
    nugget_of,
    saying,
    span_of,
    text_of,
)
from pkqa.evals.gold.record import Record, Span
from pkqa.text.languages import detect
from pkqa.text.sentences import sentences


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Answer(_Part):
    text: str = Field(min_length=1)
    answer_start: int = Field(ge=0)


class _Question(_Part):
    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(_Part):
    context: str
    qas: tuple[_Question, ...]


class _Article(_Part):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class _Squad(_Part):
    data: tuple[_Article, ...]


@dataclass(frozen=True, slots=True)
class _Passage:
    """A paragraph as a document."""

    document_id: str
    text: str
    language: str  # "und" where it does not tell
    source: _Paragraph
    place: str  # in the file


def from_squad(path: Path) -> Imported:
    """Bring in a file.

    Raises:
        UsageError: it is none of SQuAD's shape; the message names the file and the place.
    """
    found = Imported()
    known: dict[str, str] = {}  # text -> id: a paragraph that stands twice is one document
    numbers: Counter[str] = Counter()
    for at, article in enumerate(_read(path).data):
        title = article.title.replace("_", " ").strip()
        stem = name_of(title or path.stem)
        for number, paragraph in enumerate(article.paragraphs):
            text = as_ingested(paragraph.context)
            if not text.strip():
                found.left_out["questions on an empty paragraph"] += len(paragraph.qas)
                continue
            language = detect(text)
            if text not in known:
                numbers[stem] += 1
                known[text] = f"{stem}.{numbers[stem]}"
                found.documents.append(_document(known[text], title, text, language))
            place = f"{path}: data.{at}.paragraphs.{number}"
            for record in _asked(_Passage(known[text], text, language, paragraph, place)):
                if record is None:
                    found.left_out["unanswerable questions without a twin"] += 1
                else:
                    found.records.append(record)
    return found


def _document(document_id: str, title: str, text: str, language: str) -> dict[str, Any]:
    told = {"_id": document_id, "title": title, "text": text}
    return told if language == "und" else told | {"language": language}


def _read(path: Path) -> _Squad:
    remedy = "mend it, or name a JSON file of SQuAD's shape"
    try:
        told = json.loads(text_of(path, "a JSON file of SQuAD's shape"))
        return _Squad.model_validate(told)
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}, line {error.lineno}: no JSON ({error.msg}); {remedy}") from None
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        at = ".".join(map(str, fault["loc"])) or "the file"
        raise UsageError(f"{path}: {at}: {fault['msg']}; {remedy}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path}: no JSON; {remedy}") from None


def _asked(passage: _Passage) -> Iterator[Record | None]:
    """The questions on a paragraph; None for one that has to be left out."""
    questions = [(qa, detect(qa.question, default=passage.language)) for qa in passage.source.qas]
    twins: dict[str, str] = {}  # language -> the first answerable question in it
    for qa, language in questions:
        if not qa.is_impossible:
            twins.setdefault(language, name_of(qa.id))
    for number, (qa, language) in enumerate(questions):
        more: dict[str, Any]
        if not qa.is_impossible:
            more = _answers(qa, passage, f"{passage.place}.qas.{number}")
        elif language in twins:
            more = {"unanswerable": "missing-detail", "twin": twins[language]}
        else:
            yield None
            continue
        yield Record(
            id=name_of(qa.id),
            fact_id=name_of(passage.document_id),
            split="dev",
            language=language,
            question=" ".join(qa.question.split()),
            tags=("squad",),
            **more,
        )


def _answers(qa: _Question, passage: _Passage, place: str) -> dict[str, Any]:
    """Nugget and gold of an answerable question."""
    if not qa.answers:
        raise UsageError(f'{place}: no answers; give some, or set "is_impossible"')
    sets: dict[tuple[Span], None] = {}
    raw = passage.source.context
    for number, answer in enumerate(qa.answers):
        if not raw.startswith(answer.text, answer.answer_start):
            raise UsageError(
                f"{place}.answers.{number}: {answer.text!r} does not stand at "
                f"{answer.answer_start} of its paragraph; mend answer_start, or take the answer out"
            )
        start = _moved(raw, passage.text, answer.answer_start)
        end = start + len(as_ingested(answer.text))
        sets[(_sentence(passage, start, end),)] = None
    nugget = nugget_of((as_ingested(answer.text) for answer in qa.answers), passage.language)
    said = saying(tuple(sets), nugget, passage.language)
    # An answer that is a part of a word cannot be looked for: judged by its sentence alone.
    return {"gold": said, "nuggets": (nugget,)} if said else {"gold": tuple(sets)}


def _moved(raw: str, text: str, offset: int) -> int:
    """An offset into a source as one into its canonical text: behind as many characters that are no
    blanks, since nothing else moves."""
    if raw == text:
        return offset
    before = sum(not letter.isspace() for letter in as_ingested(raw[:offset]))
    for at, letter in enumerate(text):
        if not letter.isspace():
            if not before:
                return at
            before -= 1
    return len(text)


def _sentence(passage: _Passage, start: int, end: int) -> Span:
    """The sentence, or sentences, that ``text[start:end]`` stands in."""
    name, text = passage.document_id, passage.text
    touched = [(a, b) for a, b in sentences(text, passage.language) if a < end and start < b]
    return span_of(name, text, touched[0][0], touched[-1][1]) if touched else span_of(name, text)
