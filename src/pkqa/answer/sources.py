"""What the passages of a prompt say, read when it is first asked for.

The same passages come again and again, and reading is the most of a check; so what was read is kept
in memory: some 17 KB a sentence, and 120 times its length a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pkqa.answer.matching import Index
from pkqa.answer.passages import Passage
from pkqa.answer.reading import Reading, read
from pkqa.answer.support import Held
from pkqa.model import Document, Sentence
from pkqa.text.glossary import Glossary

Markers = tuple[int, ...]

_read_sentence = lru_cache(maxsize=2048)(read)
_read_document = lru_cache(maxsize=8)(read)


class Sources:
    """The passages of a prompt by their markers, and what they say.

    What is of this prompt alone is kept in plain mappings: a cache of a bound method refers to its
    own object, which then outlives its last use, and so does whatever holds that object.
    """

    def __init__(self, passages: Mapping[int, Passage], glossary: Glossary) -> None:
        """Read ``passages`` with the words of ``glossary``."""
        self._passages = passages
        self._glossary = glossary
        self._held: dict[int, list[Held]] = {}
        self._said: dict[Markers, Index] = {}
        self._named: dict[Markers, Index] = {}

    def read(self, text: str, language: str) -> Reading:
        """What another text says."""
        return _read_sentence(text, language, self._glossary)

    def sentences(self, markers: Markers) -> list[Held]:
        """The sentences of these passages, in their order."""
        return [one for marker in markers for one in self._sentences(marker)]

    def said(self, markers: Markers) -> Index:
        """What these passages say, with the titles of their documents."""
        if markers not in self._said:
            readings = [one.reading for one in self.sentences(markers)]
            for marker in markers:
                document = self._passages[marker].document
                readings.append(
                    _read_sentence(
                        _called(document), document.language, self._glossary, document.date
                    )
                )
            self._said[markers] = Index(readings)
        return self._said[markers]

    def documents(self, markers: Markers) -> Index:
        """What the whole documents say: a passage may call "he" whom another names."""
        if markers not in self._named:
            documents = [self._passages[marker].document for marker in markers]
            self._named[markers] = Index(
                _read_document(f"{_called(d)}\n{d.text}", d.language, self._glossary, d.date)
                for d in documents
            )
        return self._named[markers]

    def _sentences(self, marker: int) -> list[Held]:
        if marker not in self._held:
            passage = self._passages[marker]
            self._held[marker] = [
                self._sentence(passage, sentence, row)
                for sentence, row in zip(passage.sentences, passage.rows, strict=True)
            ]
        return self._held[marker]

    def _sentence(self, passage: Passage, sentence: Sentence, row: int) -> Held:
        document = passage.document
        text = document.text[sentence.start : sentence.end]
        reading = _read_sentence(text, passage.language, self._glossary, document.date)
        return Held(passage, sentence, row, reading)


def _called(document: Document) -> str:
    """What a document is called, and where it was published."""
    return f"{document.title}. {document.publication or ''}"
