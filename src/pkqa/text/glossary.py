"""Words that mean the same in several languages, so that terms compare across them.

``glossary.json`` is ours: common words of news, reference works and questions, names of
institutions, acronyms with what they stand for, in English, French and Arabic. It is no dictionary:
what it lacks is simply not compared. Users add words of their own in a file of the same form.

A concept is named by several words at times ("Security Council"); a text then names it where it
holds all of them.

To stem our ten thousand names takes a second, so they ship stemmed as well; ``python -m
pkqa.text.glossary`` writes that file anew when the words or the analysis change (a test compares).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Self, TypeAlias

from pkqa.errors import UsageError
from pkqa.text.analysis import analyse

Row: TypeAlias = Mapping[str, Sequence[str]]  # language -> the names of one concept
Phrase: TypeAlias = tuple[str, ...]  # lexical terms of one name, in their order
Concept: TypeAlias = Mapping[str, Sequence[Phrase]]  # language -> its names

WORDS_FILE = "glossary.json"
TERMS_FILE = "glossary-terms.json"

_FORM = 'write {"concepts": [{"en": ["UNIFIL"], "fr": ["FINUL"], "ar": ["يونيفيل"]}]}'
_LONGEST_NAME = 8  # words


class Glossary:
    """Which lexical terms (see :func:`pkqa.text.analysis.analyse`) name which concept."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        """Take the concepts; each is known by its place among them."""
        self._names = concepts
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
        return cls(stemmed(rows))

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
    shipped = json.loads(resources.files("pkqa.text").joinpath(TERMS_FILE).read_text("utf-8"))
    concepts: list[Concept] = [
        {language: tuple(map(tuple, phrases)) for language, phrases in names.items()}
        for names in shipped
    ]
    return Glossary(concepts if path is None else [*stemmed(_rows(path)), *concepts])


def stemmed(rows: Sequence[Row]) -> list[Concept]:
    """The rows with each name as its terms, each once; a name without a term is left out."""
    return [
        {
            language: tuple(dict.fromkeys(filter(None, (_phrase(n, language) for n in names))))
            for language, names in row.items()
        }
        for row in rows
    ]


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
    body = json.loads(Path(__file__).with_name(WORDS_FILE).read_text("utf-8"))
    lines = (json.dumps(names, ensure_ascii=False) for names in stemmed(body["concepts"]))
    Path(__file__).with_name(TERMS_FILE).write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
