"""A corpus of any size to measure cost on: drawn, not written, and the same for the same size.

The vectors follow 790 real neutral chunk vectors (the development halves of three benchmarks): a
fifth of what they say is common to all of them, the rest lies along directions that weigh less and
less, and a sentence has a cosine of about 0.64 with its chunk. Words are drawn by Zipf's law; every
other one of the commonest is a stop word of the language, so that analysis, postings and the
detection of a question's language have their usual work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pkqa.model import Chunk, Document, Sentence
from pkqa.retrieve.neutral import Matrix, Neutraliser, fit
from pkqa.store.catalog import Catalog
from pkqa.store.rows import Entry, SourceFile, input_key, sha256
from pkqa.text.stopwords import stop_words

EMBEDDER = "synthetic/384"
DIMENSION = 384

CHUNKS = 10  # of a document
SENTENCES = 5  # of a chunk
WORDS = 18, 35  # of a sentence: from, to less than
ASKED = 8  # words of a question
DOCUMENTS_OF_A_TOPIC = 20
DOCUMENTS_OF_A_FILE = 50  # what one transaction of the catalog takes in

VOCABULARY = 50_000  # words of a language
ALPHABETS = {"en": "abdeghiklmnoprstu", "fr": "abcdeilmnopqrstuv", "ar": "ابتجدرسعفقلمنهوي"}
# Words drawn at random do not always tell their language.
OPENINGS = {"en": "which of the", "fr": "quels sont les", "ar": "ما هي"}
LANGUAGES = tuple(ALPHABETS)

# The squares of a chunk vector's parts: common to all, its topic's, its document's, its own.
SHARES = 0.2, 0.2, 0.25, 0.35
SENTENCE_COSINE = 0.64  # with its chunk
QUESTION_COSINE = 0.75  # with the sentence that it was drawn from
LANGUAGE_LENGTH, CONTENT_LENGTH = 0.9, 0.45  # of the two parts of an embedder's vector

_RANKS = np.arange(DIMENSION)
_SPREAD = ((1 + _RANKS) ** -0.25 * np.exp(-_RANKS / 340)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Question:
    """A question drawn from one sentence of the corpus."""

    text: str
    vector: Matrix  # as an embedder would give it: shape (DIMENSION,), unit length
    chunk_id: str  # of the chunk that the sentence stands in


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A document, and what its texts say: unit vectors, the language not in them."""

    entry: Entry
    chunks: Matrix  # shape (chunks, DIMENSION)
    sentences: Matrix  # shape (chunks, SENTENCES, DIMENSION)


def neutraliser() -> Neutraliser:
    """The means of the languages, which are in every vector of this corpus."""
    rng = np.random.default_rng(0)
    means = {
        language: LANGUAGE_LENGTH * _unit(rng.standard_normal((2, 1, DIMENSION), dtype=np.float32))
        for language in LANGUAGES
    }
    return fit(
        {language: mean[0] for language, mean in means.items()},
        {language: mean[1] for language, mean in means.items()},
    )


def lay(catalog: Catalog, chunks: int, questions: int) -> list[Question]:
    """Fill an empty catalog with ``chunks`` chunks, the documents' languages by turns, and draw
    ``questions`` questions from chunks all over it (one a chunk, so no more than there are)."""
    draw, means = _Draw(chunks), neutraliser()
    documents = -(-chunks // CHUNKS)
    topics = draw.directions(-(-documents // DOCUMENTS_OF_A_TOPIC))
    planted = set(np.linspace(0, chunks - 1, min(questions, chunks)).astype(int).tolist())
    asked: list[Question] = []
    for first in range(0, documents, DOCUMENTS_OF_A_FILE):
        path = f"/synthetic/{first:07}.jsonl"
        entries: list[Entry] = []
        vectors: dict[str, Matrix] = {}
        for number in range(first, min(first + DOCUMENTS_OF_A_FILE, documents)):
            start = number * CHUNKS
            size = min(CHUNKS, chunks - start)
            drawn = draw.document(number, path, size, topics[number % len(topics)])
            language = drawn.entry.document.language
            mean = means.passage_means[language]
            vectors.update(zip(drawn.entry.chunk_inputs, _spoken(drawn.chunks, mean), strict=True))
            for inputs, said in zip(drawn.entry.sentence_inputs, drawn.sentences, strict=True):
                vectors.update(zip(inputs, _spoken(said, mean), strict=True))
            asked.extend(
                draw.question(drawn, at, means.question_means[language])
                for at in range(size)
                if start + at in planted
            )
            entries.append(drawn.entry)
        file = SourceFile(path, sha256(path), EMBEDDER, root="/synthetic")
        catalog.put_file(file, entries, vectors, EMBEDDER)
    return asked


class _Draw:
    """Everything that chance decides."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._words = {language: self._vocabulary(language) for language in LANGUAGES}
        zipf = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
        self._zipf = zipf / zipf[-1]
        self._common = self.directions()

    def directions(self, *shape: int) -> Matrix:
        """Unit vectors, shape (*shape, DIMENSION)."""
        return _unit(self._rng.standard_normal((*shape, DIMENSION), dtype=np.float32) * _SPREAD)

    def document(self, number: int, path: str, size: int, topic: Matrix) -> _Drawn:
        """A document of ``size`` chunks."""
        entry = self._entry(number, path, size)
        parts = self._common, topic, self.directions(), self.directions(size)
        weighted = [share**0.5 * part for share, part in zip(SHARES, parts, strict=True)]
        chunks = _unit(sum(weighted[1:], weighted[0]))
        return _Drawn(
            entry, chunks, self._near(np.repeat(chunks[:, None], SENTENCES, 1), SENTENCE_COSINE)
        )

    def question(self, drawn: _Drawn, at: int, mean: Matrix) -> Question:
        """A question from the chunk ``at`` of a document."""
        chunk = drawn.entry.chunks[at]
        chosen = int(self._rng.integers(SENTENCES))
        span = chunk.sentences[chosen]
        words = drawn.entry.document.text[span.start : span.end].rstrip(".").split()
        first = int(self._rng.integers(len(words) - ASKED + 1))
        said = self._near(drawn.sentences[at, chosen], QUESTION_COSINE)
        text = " ".join([OPENINGS[chunk.language], *words[first : first + ASKED]])
        return Question(text, _spoken(said, mean), chunk.chunk_id)

    def _near(self, vectors: Matrix, cosine: float) -> Matrix:
        away = self.directions(*vectors.shape[:-1])
        return _unit(cosine * vectors + np.sqrt(1 - cosine**2) * away)

    def _entry(self, number: int, path: str, size: int) -> Entry:
        language = LANGUAGES[number % len(LANGUAGES)]
        document_id = f"synthetic-{number:07}"
        lengths = self._rng.integers(*WORDS, size=size * SENTENCES)
        drawn = np.searchsorted(self._zipf, self._rng.random(lengths.sum()))
        words = [self._words[language][rank] for rank in drawn]
        text, spans, taken = "", [], 0
        for position, length in enumerate(lengths):
            text += " " if text else ""
            start = len(text)
            text += " ".join(words[taken : taken + length]) + "."
            spans.append(Sentence(position, start, len(text), language))
            taken += length
        chunks = []
        for at in range(size):
            own = tuple(spans[at * SENTENCES : (at + 1) * SENTENCES])
            start, end = own[0].start, own[-1].end
            tokens = int(lengths[at * SENTENCES : (at + 1) * SENTENCES].sum())
            chunks.append(
                Chunk(f"{document_id}#{at}", document_id, at, start, end, language, tokens, own)
            )
        document = Document(
            document_id=document_id,
            text=text,
            text_sha=sha256(text),
            title=document_id,
            language=language,
            date=str(date(2005, 1, 1) + timedelta(days=number % 7000)),
            source=path,
            path=path,
            media_type="jsonl",
        )
        return Entry(
            document,
            tuple(chunks),
            tuple(input_key("passage", text[c.start : c.end]) for c in chunks),
            tuple(
                tuple(input_key("passage", text[s.start : s.end]) for s in c.sentences)
                for c in chunks
            ),
        )

    def _vocabulary(self, language: str) -> list[str]:
        letters = np.array(list(ALPHABETS[language]))
        words = (
            "".join(letters[self._rng.integers(len(letters), size=length)])
            for length in self._rng.integers(4, 11, size=VOCABULARY)
        )
        mixed = [
            word for pair in zip(words, sorted(stop_words(language)), strict=False) for word in pair
        ]
        return [*mixed, *words][:VOCABULARY]


def _spoken(said: Matrix, mean: Matrix) -> Matrix:
    """What an embedder makes of it in the language whose mean this is."""
    return _unit(CONTENT_LENGTH * said + mean)


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Matrix = (vectors / lengths).astype(np.float32)
    return unit
