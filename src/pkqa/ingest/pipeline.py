"""From files to the catalog: read, clean, describe, cut, embed, store; one file at a time.

A file is in the catalog whole or not at all. Vectors are stored batch by batch as they are made, so
an ingest that is killed goes on where it stopped and ends with the same catalog.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pkqa.errors import ReadError
from pkqa.ingest.chunk import CHUNKER_VERSION, chunk
from pkqa.ingest.clean import CLEANER_VERSION, clean
from pkqa.ingest.folder_groups import GROUPS_FILE, FolderGroups, Groups
from pkqa.ingest.found import absolute, files_under
from pkqa.ingest.metadata import describe
from pkqa.ingest.readers import UnreadableError, shown
from pkqa.ingest.sandbox import Limits, Sandbox, refusal
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
        self._folders = FolderGroups()
        self._roots: set[Path] = set()  # what is ingested now or was before
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
        found = dict(files_under(paths))
        self._roots.update(absolute(path) for path in paths)
        # A stale file is redone wherever it lies: one index holds one embedder's vectors.
        for known in self._catalog.files():
            self._roots.add(Path(known.root))
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
        widest = min({root, *root.parents} & {root, *self._roots}, key=lambda top: len(top.parts))
        try:
            groups = self._folders.of(path, widest)
        except UnreadableError as error:
            self._reject([f"{shown(path)}: not ingested, since {error}"], known, None)
            return
        readers = _readers(groups)
        fault = refusal(path, self._limits.file_bytes)
        if fault is None and self._folders.of(path, root) != groups:
            # To go by the narrower folder now would show it to others.
            fault = UnreadableError(
                f"has its groups from {shown(widest)}, which was ingested as a whole",
                f"ingest {shown(widest)}, or put a {GROUPS_FILE} beside the file",
                file=shown(path),
            )
        if fault is not None:
            self._reject([str(fault)], known, readers)
            return
        if known is not None and known.sha256 == f"{_file_sha256(path)}{readers}":
            if known.fingerprint == self._fingerprint:
                self.report.unchanged += 1
                return
            self.report.stale.append(str(path))
        result = sandbox.read(path)
        self.report.notes.extend(result.notes)
        if not result.documents or result.sha256 is None:
            self._reject(map(str, result.errors), known, readers)
            return
        # Of some lines: the good ones take the place of what was known.
        self.report.rejected.extend(map(str, result.errors))
        try:
            entries = [self._entry(raw, path, root, groups) for raw in result.documents]
            self._embed({key: text for entry in entries for key, text in _inputs(entry)})
            # A file with bad lines is read again next time: its faults must be said again.
            sha = result.sha256 if not result.errors else f"incomplete {result.sha256}"
            former = {
                name: self._catalog.document(name) for name in self._catalog.documents_of(str(path))
            }
            self._catalog.put_file(
                SourceFile(str(path), f"{sha}{readers}", self._fingerprint, str(root)),
                entries,
                {},
                self._identity,
            )
        except ReadError as error:
            self._reject([str(error)], known, readers)
            return
        for entry in entries:
            document = entry.document
            before = former.get(document.document_id)
            if before is None:
                self.report.added.append(document.document_id)
            elif (before.text_sha, before.groups) != (document.text_sha, document.groups):
                self.report.changed.append(document.document_id)

    def _reject(
        self, sentences: Iterable[str], known: SourceFile | None, readers: str | None
    ) -> None:
        """Say why a file is not read, and keep what is known of it, unless that would show it to
        others than its folder names by now.

        Args:
            sentences: the reasons.
            known: the file as it was ingested before, if it was.
            readers: see :func:`_readers`; None where that cannot be told.
        """
        told = ""
        if known is not None and readers is not None and _hash_of(known) + readers == known.sha256:
            told = " (what was ingested from it before is kept)"
        elif known is not None:
            told = (
                " (what was ingested from it before is taken out: who may see it has changed or "
                "cannot be told)"
            )
            self._catalog.remove_files([known.path])
            self.report.removed.append(known.path)
        self.report.rejected.extend(f"{sentence}{told}" for sentence in sentences)

    def _entry(self, raw: RawDocument, path: Path, root: Path, groups: Groups) -> Entry:
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
            groups=raw.groups or groups,
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
        roots = [absolute(path) for path in paths]
        gone = [
            known.path
            for known in self._catalog.files()
            if Path(known.path) not in found
            and any(Path(known.path).is_relative_to(root) for root in roots)
        ]
        self._catalog.remove_files(gone)
        self.report.removed.extend(gone)


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


_FOR = " for "


def _readers(groups: Groups) -> str:
    """What stands behind a file's hash in the catalog, so that another ``.groups`` counts as a
    change of the file; nothing where everyone may see it."""
    return f"{_FOR}{sha256(json.dumps(groups))[:16]}" if groups else ""


def _hash_of(file: SourceFile) -> str:
    return file.sha256.partition(_FOR)[0]
