"""Whether the catalog still says what was put into it, to the last byte that matters."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pkqa.errors import PkqaError
from pkqa.store import rows
from pkqa.store.catalog import Catalog
from pkqa.store.sqlite import explained

RESTORE = "restore the catalog from a copy, or delete the index and ingest again"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what to do about it."""

    severity: Literal["error", "warning"]  # an error can make an answer wrong or impossible
    what: str
    remedy: str


def audit(path: Path) -> list[Finding]:
    """Read every row of the catalog at ``path`` and check it against its seal.

    Bytes that hold nothing (free pages, gaps within a page) are not looked at: altering them
    alters nothing that the catalog says.
    """
    try:
        with Catalog(path, read_only=True) as catalog, explained(path):
            faults = list(_broken_structure(catalog.connection))
            if not faults:  # else what the rows say is anybody's guess
                faults = [
                    *_altered_files(catalog),
                    *_altered_documents(catalog),
                    *_altered_vectors(catalog.connection),
                ]
    except PkqaError as error:
        return [finding_of(error)]
    return [Finding("error", f"{path}: {fault}", RESTORE) for fault in faults]


def finding_of(error: PkqaError) -> Finding:
    """An error of ours as a finding: its message ends with the remedy, after the last semicolon."""
    what, _, remedy = str(error).rpartition("; ")
    return Finding("error", what, remedy)


def _broken_structure(connection: sqlite3.Connection) -> Iterator[str]:
    for (said,) in connection.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield f"integrity check: {said}"
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} belongs to nothing in {parent}"


def _altered_files(catalog: Catalog) -> Iterator[str]:
    seals = dict(catalog.connection.execute("SELECT path, seal FROM files"))
    for file in catalog.files():
        if seals[file.path] != rows.file_seal(file):
            yield f"what is known of the file {file.path} was altered"


def _altered_documents(catalog: Catalog) -> Iterator[str]:
    seals = dict(catalog.connection.execute("SELECT document_id, seal FROM documents"))
    for document_id, seal in seals.items():
        try:
            entry = catalog.entry(document_id)
            altered = rows.entry_seal(entry) != seal or any(rows.faults(entry))
        except (ValueError, TypeError):  # its lists are no lists any more
            altered = True
        if altered:
            yield f"the document {document_id} was altered"


def _altered_vectors(connection: sqlite3.Connection) -> Iterator[str]:
    for embedder, sha, vector, seal, dimension in connection.execute(
        "SELECT embedder, input_sha, vector, v.seal, dimension"
        " FROM vectors v JOIN embedders USING (embedder)"
    ):
        if len(vector) != 4 * dimension:
            yield f"the vector of input {sha} has not the {dimension} numbers of {embedder}"
        elif rows.vector_seal(vector) != seal:
            yield f"the vector of input {sha} was altered"
