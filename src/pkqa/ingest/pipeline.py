"""From files to the catalog: read, clean, describe, cut, embed, store; one file at a time.

A file is in the catalog whole or not at all. Vectors are stored batch by batch as they are made, so
an ingest that is killed goes on where it stopped and ends with the same catalog.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pkqa.errors import ReadError, UsageError
from pkqa.ingest.chunk import CHUNKER_VERSION, chunk
from pkqa.ingest.clean import CLEANER_VERSION, clean
from pkqa.ingest.metadata import describe
from pkqa.ingest.sandbox import EXTENSIONS, Limits, Sandbox, refusal
from pkqa.model import Chunk, Document, RawDocument
from pkqa.store.catalog import Catalog
from pkqa.store.rows import Entry, SourceFile, input_key, sha256

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

# Texts embedded and stored in one go: what a kill can cost.
EMBED_AT_ONCE = 32

Progress = Callable[[int, int, str], None]  # (files done, files in all, name of the next one)


@dataclass(slots=True)
class Report:
    """What an ingest did."""

    added: list[str] = field(default_factory=list)  # document ids
    changed: list[str] = field(default_factory=list)  # document ids
    stale: list[str] = field(
        default_factory=list
    )  # paths redone: cleaner, chunker or embedder changed
    unchanged: int = 0  # files
    removed: list[str] = field(default_factory=list)  # paths
    rejected: list[str] = field(default_factory=list)  # a sentence each
    notes: list[str] = field(default_factory=list)  # a sentence each
    embedded: int = 0  # texts
    seconds: float = 0.0
    documents: int = 0  # in the index afterwards
    chunks: int = 0
    languages: dict[str, int] = field(default_factory=dict)  # documents by language, afterwards
    snapshot: str = ""


def fingerprint(embedder: str, budget: int) -> str:
    """What a document's chunks and vectors depend on besides its bytes."""
    return f"clean {CLEANER_VERSION}, chunk {CHUNKER_VERSION}/{budget}, embed {embedder}"


class Pipeline:
    """One ingest into one catalog. The caller holds the ingest lock."""

    def __init__(
        self, catalog: Catalog, embedder: BaseEmbedding, identity: str, budget: int, limits: Limits
    ) -> None:
        """
        Args:
            catalog: open for writing.
            embedder: makes the vectors.
            identity: the embedder's id in the catalog.
            budget: tokens a chunk may hold.
            limits: what reading one file may cost.
        """
        self._catalog = catalog
        self._embedder = embedder
        self._identity = identity
        self._budget = budget
        self._limits = limits
        self._fingerprint = fingerprint(identity, budget)
        self.report = Report()

    def run(self, paths: Sequence[Path], prune: bool, progress: Progress) -> Report:
        """Bring the catalog up to date with the files under ``paths``.

        Args:
            paths: files and folders.
            prune: forget the files under ``paths`` that are no longer there.
            progress: told before each file, and once at the end.

        Raises:
            UsageError: a path does not exist.
            EmbedderError: the embedder failed; what was embedded so far is kept.
        """
        found = dict(_discover(paths))
        # A stale file is redone wherever it lies: one index holds one embedder's vectors.
        for known in self._catalog.files():
            path = Path(known.path)
            if known.fingerprint != self._fingerprint and path not in found and path.is_file():
                found[path] = Path(known.root)
        with Sandbox(self._limits) as sandbox:
            for number, (path, root) in enumerate(found.items()):
                progress(number, len(found), path.name)
                self._file(sandbox, path, root)
        progress(len(found), len(found), "")
        if prune:
            self._prune(paths, found)
        self._complete()
        return self.report

    def embed_calibration(self, questions: Sequence[str], statements: Sequence[str]) -> list[str]:
        """See that the calibration texts have vectors; returns the keys of all of them."""
        asked = {input_key("question", text): text for text in questions}
        said = {input_key("passage", text): text for text in statements}
        for key in self._catalog.missing(self._identity, asked):
            self._store([key], [self._embedder.get_query_embedding(asked[key])])
        self._embed(said)
        return [*asked, *said]

    # One file

    def _file(self, sandbox: Sandbox, path: Path, root: Path) -> None:
        known = self._catalog.file(str(path))
        fault = refusal(path, self._limits.file_bytes)
        if fault is not None:
            self._reject(str(fault), known)
            return
        if known is not None and known.sha256 == _file_sha256(path):
            if known.fingerprint == self._fingerprint:
                self.report.unchanged += 1
                return
            self.report.stale.append(str(path))
        result = sandbox.read(path)
        self.report.notes.extend(result.notes)
        if not result.documents or result.sha256 is None:
            for error in result.errors:
                self._reject(str(error), known)
            return
        for error in result.errors:  # of some lines: the good ones take the place of what was known
            self._reject(str(error), None)
        try:
            entries = [self._entry(raw, path, root) for raw in result.documents]
            self._embed({key: text for entry in entries for key, text in _inputs(entry)})
            # A file with bad lines is read again next time: its faults must be said again.
            sha = result.sha256 if not result.errors else f"incomplete {result.sha256}"
            former = self._catalog.documents_of(str(path))
            self._catalog.put_file(
                SourceFile(str(path), sha, self._fingerprint, str(root)),
                entries,
                {},
                self._identity,
            )
        except ReadError as error:
            self._reject(str(error), known)
            return
        for entry in entries:
            document = entry.document
            if document.document_id not in former:
                self.report.added.append(document.document_id)
            elif former[document.document_id] != document.text_sha:
                self.report.changed.append(document.document_id)

    def _reject(self, sentence: str, known: SourceFile | None) -> None:
        kept = " (what was ingested from it before is kept)" if known is not None else ""
        self.report.rejected.append(sentence + kept)

    def _entry(self, raw: RawDocument, path: Path, root: Path) -> Entry:
        cleaned = clean(raw)
        described = describe(raw, cleaned)
        document = Document(
            document_id=raw.document_id or self._document_id(path, root),
            text=cleaned.text,
            text_sha=sha256(cleaned.text),
            title=described.title,
            language=described.language,
            date=described.date,
            source=raw.url or os.path.relpath(path),
            path=str(path),
            media_type=raw.media_type,
            publication=raw.publication,
            groups=raw.groups,
            pages=cleaned.pages,
            dropped=cleaned.dropped,
        )
        chunks = tuple(chunk(document, self._budget))
        return Entry(
            document=document,
            chunks=chunks,
            chunk_inputs=tuple(input_key("passage", embedded_text(document, c)) for c in chunks),
            sentence_inputs=tuple(
                tuple(input_key("passage", document.text[s.start : s.end]) for s in c.sentences)
                for c in chunks
            ),
        )

    def _document_id(self, path: Path, root: Path) -> str:
        """The folder's name and the path within it: the same wherever the folder lies."""
        name = f"{root.name}/{path.relative_to(root).as_posix()}"
        holder = self._catalog.id_taken(name)
        if holder is None or holder == str(path):
            return name
        if not Path(holder).exists():  # the folder was moved: this is the same document
            self._catalog.remove_files([holder])
            return name
        return f"{name}~{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"

    # Vectors

    def _embed(self, texts: dict[str, str]) -> None:
        """Embed the passages that have no vector yet; ``texts`` goes from key to text."""
        missing = self._catalog.missing(self._identity, texts)
        for start in range(0, len(missing), EMBED_AT_ONCE):
            keys = missing[start : start + EMBED_AT_ONCE]
            self._store(keys, self._embedder.get_text_embedding_batch([texts[k] for k in keys]))

    def _store(self, keys: Sequence[str], rows: Sequence[Sequence[float]]) -> None:
        vectors = {
            key: np.asarray(row, dtype=np.float32) for key, row in zip(keys, rows, strict=True)
        }
        self._catalog.put_vectors(self._identity, vectors)
        self.report.embedded += len(vectors)

    def _complete(self) -> None:
        """Embed from the catalog what a changed embedder left bare: the texts of files gone."""
        for entry in self._catalog.entries():
            self._embed(dict(_inputs(entry)))

    def _prune(self, paths: Sequence[Path], found: dict[Path, Path]) -> None:
        roots = [_absolute(path) for path in paths]
        gone = [
            known.path
            for known in self._catalog.files()
            if Path(known.path) not in found
            and any(Path(known.path).is_relative_to(root) for root in roots)
        ]
        self._catalog.remove_files(gone)
        self.report.removed.extend(gone)


def _discover(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Each file with the folder that its id counts from; in order, hidden files left out.

    A file that was named is yielded whatever its ending: if no reader knows it, that is worth
    saying. In a folder, files of other kinds are none of our business.
    """
    for path in paths:
        absolute = _absolute(path)
        if absolute.is_dir():
            yield from ((file, absolute) for file in _files_in(absolute))
        elif os.path.lexists(absolute):
            yield absolute, absolute.parent
        else:
            raise UsageError(f"{path} does not exist; name a file or a folder to ingest")


def _absolute(path: Path) -> Path:
    """With no ``..`` in it, and links as the caller wrote them: how the catalog names a file."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links


def _files_in(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        odd = [n for n in folders if Path(n).suffix.lower() in EXTENSIONS]
        for name in sorted([*files, *odd]):
            if not name.startswith(".") and Path(name).suffix.lower() in EXTENSIONS:
                yield Path(parent) / name


def _inputs(entry: Entry) -> Iterator[tuple[str, str]]:
    """Key and text of everything that is embedded of one document."""
    text = entry.document.text
    for c, key, sentence_keys in zip(
        entry.chunks, entry.chunk_inputs, entry.sentence_inputs, strict=True
    ):
        yield key, embedded_text(entry.document, c)
        for s, sentence_key in zip(c.sentences, sentence_keys, strict=True):
            yield sentence_key, text[s.start : s.end]


def embedded_text(document: Document, part: Chunk) -> str:
    """What is embedded for a chunk: its document's title stands before it, since a chunk from the
    middle seldom says what it is about."""
    text = document.text[part.start : part.end]
    return text if part.start == 0 or not document.title else f"{document.title}\n{text}"


def _file_sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None  # the reader will say why
