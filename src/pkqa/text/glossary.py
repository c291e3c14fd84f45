"""Words that mean the same in several languages, so that terms compare across them.

``glossary.json`` is ours: common words of news, reference works and questions, names of
institutions, acronyms with what they stand for, in English, French and Arabic. It is no dictionary:
what it lacks is simply not compared. Users add words of their own in a file of the same form.

A concept is named by several words at times ("Security Council"); a text then names it where it
holds all of them.

``synonyms.json``, ours as well, goes further: words that may be exchanged in a sentence of news.

To stem our thousands of names takes seconds, so they ship stemmed as well; ``python -m
pkqa.text.glossary`` writes those files anew when the words or the analysis change (a test
compares).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Self, TypeAlias

from pkqa.errors import UsageError
from pkqa.text.analysis import analyse

Row: TypeAlias = Mapping[str, Sequence[str]]  # language -> the names of one concept
Phrase: TypeAlias = tuple[str, ...]  # lexical terms of one name, in their order
Concept: TypeAlias = Mapping[str, Sequence[Phrase]]  # language -> its names

WORDS_FILES = {"glossary.json": "glossary-terms.json", "synonyms.json": "synonyms-terms.json"}

_FORM = 'write {"concepts": [{"en": ["UNIFIL"], "fr": ["FINUL"], "ar": ["يونيفيل"]}]}'
_LONGEST_NAME = 8  # words


class Glossary:
    """Which lexical terms (see :func:`pkqa.text.analysis.analyse`) name which concept."""

    def __init__(self, concepts: Sequence[Concept], proper: Iterable[int] = ()) -> None:
        """Take the concepts; each is known by its place among them. ``proper`` are those that are
        proper names: of institutions, missions, treaties."""
        self._names = concepts
        self.proper = frozenset(proper)
        # (language, first term) -> (phrase, concept), longest phrase first
        self._by_first: defaultdict[tuple[str, str], list[tuple[Phrase, int]]] = defaultdict(list)
        for concept, names in enumerate(concepts):
            for language, phrases in names.items():
                for phrase in phrases:
                    self._by_first[language, phrase[0]].append((phrase, concept))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Self:
        """The glossary of rows as people write them."""
        return cls(stemmed(rows), _proper(rows))

    def names(self, concept: int, language: str) -> Sequence[Phrase]:
        """What a concept is called in a language; empty where the glossary does not say."""
        return self._names[concept].get(language, ())

    def concepts(self, terms: Sequence[str], language: str) -> list[frozenset[int]]:
        """The concepts named in a row of terms, each at the first term of its name: one set a term.

        A word inside of a longer name says nothing by itself: the "council" of "Security Council"
        is no town council.
        """
        found: list[frozenset[int]] = []
        covered = 0
        for at, term in enumerate(terms):
            here: set[int] = set()
            longest = 0
            for phrase, concept in self._by_first.get((language, term), ()):
                if len(phrase) < longest or tuple(terms[at : at + len(phrase)]) != phrase:
                    continue
                if len(phrase) > 1 or at >= covered:
                    longest = len(phrase)
                    here.add(concept)
            covered = max(covered, at + longest) if longest > 1 else covered
            found.append(frozenset(here))
        return found


@cache
def load(path: Path | None = None) -> Glossary:
    """The glossary that ships with pkqa, with the rows of a user's file before it.

    Raises:
        UsageError: the file cannot be read or is not of the form; says where and what to do.
    """
    return _with_own(path, _shipped("glossary.json"))


@cache
def load_synonyms(path: Path | None = None) -> Glossary:
    """The same glossary with the words besides that may stand for each other in a sentence: too
    many to look for in a search, and what a sentence is checked with.

    Raises:
        UsageError: as for :func:`load`.
    """
    return _with_own(path, *map(_shipped, WORDS_FILES))


_Shipped: TypeAlias = tuple[Sequence[Concept], Sequence[Row]]  # stemmed, and as written


@cache
def _shipped(name: str) -> _Shipped:
    folder = resources.files("pkqa.text")
    terms = json.loads(folder.joinpath(WORDS_FILES[name]).read_text("utf-8"))
    concepts: list[Concept] = [
        {language: tuple(map(tuple, phrases)) for language, phrases in names.items()}
        for names in terms
    ]
    return concepts, json.loads(folder.joinpath(name).read_text("utf-8"))["concepts"]


def _with_own(path: Path | None, *shipped: _Shipped) -> Glossary:
    """The shipped concepts, with the rows of a user's file before them."""
    rows = [] if path is None else list(_rows(path))
    concepts = list(stemmed(rows))
    for stems, written in shipped:
        concepts += stems
        rows += written
    return Glossary(concepts, _proper(rows))


def stemmed(rows: Sequence[Row]) -> list[Concept]:
    """The rows with each name as its terms, each once; a name without a term is left out."""
    return [
        {
            language: tuple(dict.fromkeys(filter(None, (_phrase(n, language) for n in names))))
            for language, names in row.items()
        }
        for row in rows
    ]


def _proper(rows: Sequence[Row]) -> Iterator[int]:
    """Which rows are proper names: those whose English or French names have capitals."""
    for at, row in enumerate(rows):
        names = [*row.get("en", ()), *row.get("fr", ())]
        if names and all(name[0].isupper() for name in row.get("en", names)):
            yield at


def _rows(path: Path) -> list[Row]:
    try:
        body = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"the glossary {path} cannot be read: {error}; {_FORM}") from None
    rows = body.get("concepts") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise UsageError(f'the glossary {path} has no list "concepts"; {_FORM}')
    for number, row in enumerate(rows, start=1):
        if not _is_row(row):
            raise UsageError(
                f"the glossary {path}, concept {number}: not a list of "
                f"names (at most {_LONGEST_NAME} words each) for each language; {_FORM}"
            )
        for language, names in row.items():
            for name in names:
                if not _phrase(name, language):
                    raise UsageError(
                        f"the glossary {path}, concept {number}: {name!r} is too common a word in "
                        f"{language!r} to be looked for; leave it out"
                    )
    return rows


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and bool(row)
        and all(
            isinstance(names, list)
            and names
            and all(
                isinstance(name, str) and 0 < len(name.split()) <= _LONGEST_NAME for name in names
            )
            for names in row.values()
        )
    )


def _phrase(name: str, language: str) -> Phrase:
    return tuple(analyse(name, language))


if __name__ == "__main__":
    for written, derived in WORDS_FILES.items():
        body = json.loads(Path(__file__).with_name(written).read_text("utf-8"))
        lines = (json.dumps(names, ensure_ascii=False) for names in stemmed(body["concepts"]))
        told = "[\n" + ",\n".join(lines) + "\n]\n"
        Path(__file__).with_name(derived).write_text(told, "utf-8")
