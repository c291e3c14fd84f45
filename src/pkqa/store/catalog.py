"""The catalog: one SQLite file that holds all there is to know. Everything else is derived from it.

Vectors are addressed by the text that was embedded (the hash of the embedding input), so a text is
embedded once however many documents hold it and however often they are cut anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from pkqa.errors import ReadError, UnknownDocument
from pkqa.model import Document
from pkqa.store import rows
from pkqa.store.entries import read_entry, write_entry
from pkqa.store.migrations import migrate, require_current
from pkqa.store.rows import Entry, SourceFile
from pkqa.store.sqlite import connect, explained, transaction

FloatArray = npt.NDArray[np.float32]

CATALOG_FILE = "catalog.sqlite"  # within an index

# SQLite binds one JSON array of keys where it would refuse a hundred thousand parameters.
_AMONG = "IN (SELECT value FROM json_each(?))"
_USED = "SELECT input_sha FROM chunks UNION SELECT input_sha FROM sentences"


class Catalog:
    """The truth of one index; one writer at a time (``store.lock``), any number of readers.

    Used by the thread that opened it. Every public method raises ``IndexCorrupt`` when the file is
    damaged and ``PkqaError`` when it cannot be used now.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the catalog at ``path``, made and brought to the present schema unless read only.

        Raises:
            IndexMissing: read only, and there is none.
            IndexCorrupt: it is damaged, or was written by another version of pkqa.
        """
        self.path = path
        self.connection = connect(path, "read" if read_only else "create")
        try:
            with explained(path):
                if read_only:
                    require_current(self.connection, path)
                else:
                    self.connection.execute("PRAGMA journal_mode = WAL")
                    self.connection.execute("PRAGMA synchronous = FULL")
                    self.connection.execute("PRAGMA foreign_keys = ON")
                    migrate(self.connection, path)
        except BaseException:
            self.connection.close()
            raise

    def close(self) -> None:
        """Let go of the file; the last one to do so folds the journal into it."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Files

    def file(self, path: str) -> SourceFile | None:
        """What is known of the file at ``path``, or None when it was never ingested."""
        found = self._all("SELECT path, sha256, fingerprint, root FROM files WHERE path = ?", path)
        return SourceFile(*found[0]) if found else None

    def files(self, root: str | None = None) -> list[SourceFile]:
        """Every ingested file, or those that were found under ``root``; ordered by path."""
        return [
            SourceFile(*row)
            for row in self._all(
                "SELECT path, sha256, fingerprint, root FROM files"
                " WHERE ?1 IS NULL OR root = ?1 ORDER BY path",
                root,
            )
        ]

    def fingerprints(self) -> dict[str, int]:
        """How many files were ingested under each fingerprint."""
        return dict(self._all("SELECT fingerprint, count(*) FROM files GROUP BY 1 ORDER BY 1"))

    def put_file(
        self,
        file: SourceFile,
        entries: Sequence[Entry],
        vectors: Mapping[str, FloatArray],
        embedder: str,
    ) -> None:
        """Keep a file with its documents in place of what was held of it: one transaction.

        Args:
            file: the file; its former documents go.
            entries: its documents; an empty sequence keeps the file as known and empty.
            vectors: input hash -> vector, shape (dimension,), for inputs not stored yet.
            embedder: the identity of the model the vectors come from.

        Raises:
            ReadError: a document id is taken by another file.
            ValueError: a span lies outside its text, an input has no vector, or a vector is not
                finite or of another dimension than the embedder's.
        """
        for entry in entries:
            for fault in rows.faults(entry):
                raise ValueError(f"{entry.document.document_id}: {fault}")
        with explained(self.path), transaction(self.connection):
            self._put_vectors(embedder, vectors)
            needed = [sha for entry in entries for sha in entry.inputs()]
            if absent := self.missing(embedder, needed):
                raise ValueError(f"{file.path}: {len(absent)} inputs have no vector of {embedder}")
            self.connection.execute("DELETE FROM files WHERE path = ?", (file.path,))
            self.connection.execute(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
                (file.path, file.sha256, file.fingerprint, file.root, rows.file_seal(file)),
            )
            for entry in entries:
                self._put_entry(file, entry)

    def remove_files(self, paths: Iterable[str]) -> int:
        """Forget these files and their documents; how many there were. Their vectors stay until
        ``collect_garbage``."""
        with explained(self.path), transaction(self.connection):
            return self.connection.execute(
                f"DELETE FROM files WHERE path {_AMONG}",  # noqa: S608 - a constant
                (json.dumps(list(paths)),),
            ).rowcount

    # Documents

    def document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            UnknownDocument: there is none.
        """
        return self.entry(document_id).document

    def entry(self, document_id: str) -> Entry:
        """The document of that id with its chunks, sentences and input hashes.

        Raises:
            UnknownDocument: there is none.
        """
        with explained(self.path):
            found = read_entry(self.connection, document_id)
        if found is None:
            raise UnknownDocument(
                f"no document {document_id!r} in {self.path}; `pkqa search` lists the ids it finds"
            )
        return found

    def document_ids(self) -> list[str]:
        """The id of every document, in order."""
        return [row[0] for row in self._all("SELECT document_id FROM documents ORDER BY 1")]

    def documents(self) -> Iterator[Document]:
        """Every document, ordered by id, read one after the other."""
        for document_id in self.document_ids():
            yield self.document(document_id)

    def entries(self) -> Iterator[Entry]:
        """Every document with all that was cut out of it, ordered by id, one after the other."""
        for document_id in self.document_ids():
            yield self.entry(document_id)

    def id_taken(self, document_id: str) -> str | None:
        """The path of the file that holds a document of this id, or None."""
        found = self._all("SELECT path FROM documents WHERE document_id = ?", document_id)
        return str(found[0][0]) if found else None

    def documents_of(self, path: str) -> dict[str, str]:
        """document id -> hash of its text, for the documents of the file at ``path``."""
        return dict(self._all("SELECT document_id, text_sha FROM documents WHERE path = ?", path))

    # Vectors

    def put_vectors(self, embedder: str, vectors: Mapping[str, FloatArray]) -> None:
        """Keep vectors before the documents that need them are complete: one transaction, so that
        an interrupted ingest does not embed again what it had embedded.

        Raises:
            ValueError: a vector is not finite or of another dimension than the embedder's.
        """
        with explained(self.path), transaction(self.connection):
            self._put_vectors(embedder, vectors)

    def vectors(self, embedder: str, inputs: Iterable[str]) -> dict[str, FloatArray]:
        """input hash -> vector, shape (dimension,), float32, for those inputs that have one."""
        found = self._all(
            "SELECT input_sha, vector FROM vectors"  # noqa: S608 - a constant
            f" WHERE embedder = ? AND input_sha {_AMONG}",
            embedder,
            json.dumps(list(inputs)),
        )
        return {sha: np.frombuffer(blob, dtype="<f4") for sha, blob in found}

    def missing(self, embedder: str, inputs: Iterable[str]) -> list[str]:
        """Those of ``inputs`` that have no vector yet, each once, in the order given."""
        wanted = dict.fromkeys(inputs)
        for (sha,) in self._all(
            "SELECT input_sha FROM vectors"  # noqa: S608 - a constant
            f" WHERE embedder = ? AND input_sha {_AMONG}",
            embedder,
            json.dumps(list(wanted)),
        ):
            del wanted[sha]
        return list(wanted)

    def embedders(self) -> list[str]:
        """Whose vectors are here: one embedder after a finished ingest, none at the start."""
        return [name for (name,) in self._all("SELECT embedder FROM embedders ORDER BY 1")]

    def dimension(self, embedder: str) -> int | None:
        """How many numbers a vector of this embedder has; None while it has none here."""
        found = self._all("SELECT dimension FROM embedders WHERE embedder = ?", embedder)
        return int(found[0][0]) if found else None

    def collect_garbage(self, embedder: str, keep: Iterable[str] = ()) -> int:
        """Drop the vectors that no chunk or sentence uses and ``keep`` does not name, and those of
        every other embedder than the one in force; how many went. What is left is what a fresh
        ingest would have made."""
        with explained(self.path), transaction(self.connection):
            dropped = self.connection.execute(
                f"DELETE FROM vectors WHERE embedder <> ? OR input_sha NOT IN ({_USED})"  # noqa: S608
                " AND input_sha NOT IN (SELECT value FROM json_each(?))",
                (embedder, json.dumps(list(keep))),
            ).rowcount
            self.connection.execute("DELETE FROM embedders WHERE embedder <> ?", (embedder,))
        return dropped

    def digest(self, embedder: str) -> str:
        """Hex SHA-256 over every document, chunk, sentence and vector in use: equal for two
        catalogs when, and only when, they hold the same. The files table has no part in it."""
        whole = hashlib.sha256(embedder.encode())
        # A document's seal covers its id; a vector's covers its numbers alone.
        for (seal,) in self._all("SELECT seal FROM documents ORDER BY document_id"):
            whole.update(seal.encode())
        for sha, seal in self._all(
            "SELECT input_sha, seal FROM vectors"  # noqa: S608 - a constant
            f" WHERE embedder = ? AND input_sha IN ({_USED}) ORDER BY 1",
            embedder,
        ):
            whole.update(f"{sha}{seal}".encode())
        return whole.hexdigest()

    def _all(self, statement: str, *parameters: Any) -> list[Any]:
        with explained(self.path):
            return self.connection.execute(statement, parameters).fetchall()

    def _put_entry(self, file: SourceFile, entry: Entry) -> None:
        if entry.document.path != file.path:
            raise ValueError(f"{entry.document.document_id}: its path is not {file.path}")
        document_id = entry.document.document_id
        if holder := self.id_taken(document_id):
            raise ReadError(
                f"{file.path}: the document id {document_id!r} is taken by {holder};"
                " give one of the two another id"
            )
        write_entry(self.connection, entry)

    def _put_vectors(self, embedder: str, vectors: Mapping[str, FloatArray]) -> None:
        if not vectors:
            return
        dimension = self.dimension(embedder)
        if dimension is None:
            dimension = next(iter(vectors.values())).size
            self.connection.execute("INSERT INTO embedders VALUES (?, ?)", (embedder, dimension))
        for sha, vector in vectors.items():
            if vector.shape != (dimension,) or not np.isfinite(vector).all():
                raise ValueError(
                    f"the vector of input {sha} has shape {vector.shape} or a number that is not"
                    f" finite; {embedder} makes {dimension} finite numbers"
                )
            blob = np.ascontiguousarray(vector, dtype="<f4").tobytes()
            self.connection.execute(
                "INSERT INTO vectors VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (embedder, sha, blob, rows.vector_seal(blob)),
            )
