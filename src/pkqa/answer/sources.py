"""What the passages of a prompt say, each read once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping

from pkqa.answer.matching import Index
from pkqa.answer.passages import Passage
from pkqa.answer.reading import Reading, read
from pkqa.answer.support import Held
from pkqa.model import Document
from pkqa.text.glossary import Glossary

Markers = tuple[int, ...]


class Sources:
    """The passages of a prompt by their markers, and what they say.

    What was read is kept in plain mappings: a cache of a bound method refers to its own object,
    which then outlives its last use, and with it the file that the sentences' vectors are in.
    """

    def __init__(self, passages: Mapping[int, Passage], glossary: Glossary) -> None:
        """Read ``passages`` with the words of ``glossary``."""
        self._passages = passages
        self._glossary = glossary
        self._held: dict[int, list[Held]] = {}
        self._said: dict[Markers, Index] = {}
        self._named: dict[Markers, Index] = {}

    def sentences(self, markers: Markers) -> list[Held]:
        """The sentences of these passages, in their order."""
        return [one for marker in markers for one in self._sentences(marker)]

    def said(self, markers: Markers) -> Index:
        """What these passages say, with the titles of their documents."""
        if markers not in self._said:
            readings = [one.reading for one in self.sentences(markers)]
            for marker in markers:
                document = self._passages[marker].document
                readings.append(self._read(document, _called(document), document.language))
            self._said[markers] = Index(readings)
        return self._said[markers]

    def documents(self, markers: Markers) -> Index:
        """What the whole documents say: a passage may call "he" whom another names."""
        if markers not in self._named:
            documents = [self._passages[marker].document for marker in markers]
            self._named[markers] = Index(
                self._read(one, f"{_called(one)}\n{one.text}", one.language) for one in documents
            )
        return self._named[markers]

    def _sentences(self, marker: int) -> list[Held]:
        if marker not in self._held:
            passage = self._passages[marker]
            self._held[marker] = [
                Held(passage, sentence, row, self._stretch(passage, sentence.start, sentence.end))
                for sentence, row in zip(passage.sentences, passage.rows, strict=True)
            ]
        return self._held[marker]

    def _stretch(self, passage: Passage, start: int, end: int) -> Reading:
        document = passage.document
        return self._read(document, document.text[start:end], passage.language)

    def _read(self, document: Document, text: str, language: str) -> Reading:
        return read(text, language, self._glossary, document.date)


def _called(document: Document) -> str:
    """What a document is called, and where it was published."""
    return f"{document.title}. {document.publication or ''}"
