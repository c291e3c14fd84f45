"""Small corpora for the tests of the store: no embedder, seeded random directions instead."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pkqa.model import Chunk, Document, Dropped, Sentence
from pkqa.store.build import Recipe
from pkqa.store.catalog import Catalog
from pkqa.store.rows import Entry, SourceFile, sha256

FloatArray = npt.NDArray[np.float32]

EMBEDDER = "random-directions/12"
DIMENSION = 12
WORDS = {
    "en": ("peace", "mission", "deployed", "women", "summit", "pledge", "medal", "fallen"),
    "fr": ("paix", "mission", "déployés", "femmes", "sommet", "promesse", "médaille", "morts"),
    "ar": ("سلام", "بعثة", "نشر", "نساء", "قمة", "تعهد", "وسام", "شهداء"),
}


def direction(text: str) -> FloatArray:
    """The unit vector of a text, shape (DIMENSION,): random, and the same for the same text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def input_sha(text: str) -> str:
    return sha256(f"passage: {text}")


def entry(
    document_id: str,
    sentences: Sequence[Sequence[str]],
    *,
    path: str | None = None,
    language: str = "en",
    date: str | None = None,
    groups: tuple[str, ...] = (),
) -> Entry:
    """A document of one chunk for each list of sentences."""
    text, chunks = "", []
    position = 0
    for number, listed in enumerate(sentences):
        spans = []
        for sentence in listed:
            text += " " if text else ""
            spans.append(Sentence(position, len(text), len(text) + len(sentence), language))
            position += 1
            text += sentence
        chunks.append(
            Chunk(
                chunk_id=f"{document_id}#{number}",
                document_id=document_id,
                position=number,
                start=spans[0].start,
                end=spans[-1].end,
                language=language,
                tokens=sum(len(sentence.split()) for sentence in listed),
                sentences=tuple(spans),
            )
        )
    document = Document(
        document_id=document_id,
        text=text,
        text_sha=sha256(text),
        title=f"About {document_id}",
        language=language,
        date=date,
        source=f"https://example.org/{document_id}",
        path=path or f"/corpus/{document_id}.txt",
        media_type="txt",
        publication="The Gazette",
        groups=groups,
        pages=(0,),
        dropped=(Dropped("Home | News", "menu"),),
    )
    return Entry(
        document=document,
        chunks=tuple(chunks),
        chunk_inputs=tuple(input_sha(text[c.start : c.end]) for c in chunks),
        sentence_inputs=tuple(
            tuple(input_sha(text[s.start : s.end]) for s in c.sentences) for c in chunks
        ),
    )


def vectors_of(given: Entry) -> dict[str, FloatArray]:
    """What the embedder would have made of every chunk and sentence."""
    text = given.document.text
    spans = [(c.start, c.end) for c in given.chunks]
    spans += [(s.start, s.end) for c in given.chunks for s in c.sentences]
    return {input_sha(text[start:end]): direction(text[start:end]) for start, end in spans}


def put(catalog: Catalog, *entries: Entry, fingerprint: str = "one") -> None:
    """Ingest documents, each as the only one of its file."""
    for given in entries:
        file = SourceFile(given.document.path, given.document.text_sha, fingerprint, root="/corpus")
        catalog.put_file(file, [given], vectors_of(given), EMBEDDER)


def corpus(documents: int, seed: int = 0) -> list[Entry]:
    """Documents in three languages, of one to three chunks of one to four sentences."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(documents):
        language = ("en", "fr", "ar")[number % 3]
        chunks = [
            [
                " ".join(rng.choice(WORDS[language], size=6)) + f" {seed}.{number}.{c}.{s}."
                for s in range(rng.integers(1, 5))
            ]
            for c in range(rng.integers(1, 4))
        ]
        made.append(
            entry(
                f"doc-{number:03}",
                chunks,
                language=language,
                date=None if number % 4 == 3 else f"20{10 + number % 15}-0{1 + number % 9}-15",
                groups=(("staff",), ("staff", "press"), ())[number % 3],
            )
        )
    return made


def analyse(text: str, language: str) -> list[str]:
    """Words as they stand; the language makes no difference here."""
    del language
    return text.lower().replace(".", " ").split()


def anchors(text: str, language: str) -> list[str]:
    """The numbers in a text, each with a mark in front."""
    return sorted({f"#{word}" for word in analyse(text, language) if word.isdecimal()})


def neutralise(
    chunks: FloatArray,
    chunk_languages: Sequence[str],
    sentences: FloatArray,
    sentence_languages: Sequence[str],
) -> tuple[FloatArray, FloatArray, Mapping[str, npt.NDArray[Any]]]:
    """Half of each language's mean chunk is taken away, and nothing renormalised."""
    means = {
        language: chunks[np.array(chunk_languages) == language].mean(axis=0) / 2
        for language in sorted(set(chunk_languages))
    }
    return (
        chunks - np.stack([means[language] for language in chunk_languages]),
        sentences - np.stack([means[language] for language in sentence_languages]),
        {f"mean/{language}": mean for language, mean in means.items()},
    )


def waits_for_a_lock(directory: Path) -> bool:
    """Whether anyone stands in line for the lock of a directory; Linux only."""
    inode = f":{directory.stat().st_ino} "
    locks = Path("/proc/locks").read_text().splitlines()
    return any("->" in line and inode in line for line in locks)


RECIPE = Recipe("test-1", neutralise, analyse, anchors)
