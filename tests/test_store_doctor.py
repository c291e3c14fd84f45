"""What the doctor finds: everything that can be wrong, each with its remedy."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import store_samples as samples
from pkqa.store.audit import audit
from pkqa.store.build import build
from pkqa.store.catalog import CATALOG_FILE, Catalog
from pkqa.store.doctor import examine
from pkqa.store.lock import workplace
from pkqa.store.manifest import MANIFEST_FILE, Manifest, read_manifest
from pkqa.store.published import (
    CURRENT_FILE,
    SNAPSHOTS,
    UNFINISHED_PREFIX,
    Pointer,
    publish,
    read_current,
)
from store_samples import EMBEDDER, RECIPE

ENTRIES = samples.corpus(9)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with Catalog(tmp_path / CATALOG_FILE) as catalog:
        samples.put(catalog, *ENTRIES)
        build(catalog, tmp_path, EMBEDDER, RECIPE)
    return tmp_path


def snapshot_of(index: Path) -> Path:
    return index / SNAPSHOTS / read_current(index).snapshot_id


def resealed(index: Path, **changes: Any) -> Manifest:
    """Publish the current snapshot with another manifest, as another pkqa might have written it."""
    directory = snapshot_of(index)
    manifest = dataclasses.replace(read_manifest(directory), **changes)
    (directory / MANIFEST_FILE).write_text(manifest.to_text())
    publish(index, Pointer(directory.name, manifest.seal))
    return manifest


def test_a_sound_index_has_no_findings(index: Path) -> None:
    assert examine(index) == []
    assert examine(index, samples.DIMENSION) == []


def test_an_index_that_is_not_there_wants_an_ingest(tmp_path: Path) -> None:
    catalog, current = examine(tmp_path / "nowhere")
    assert catalog.what.endswith("catalog.sqlite")
    assert "no snapshot is published" in current.what
    assert {catalog.remedy, current.remedy} == {"run `pkqa ingest` first"}
    assert {catalog.severity, current.severity} == {"error"}


def test_each_missing_file_is_named(index: Path) -> None:
    directory = snapshot_of(index)
    names = sorted(read_manifest(directory).files)
    assert len(names) > 5
    for name in names:
        path = directory / name
        path.rename(index / "aside")
        (finding,) = examine(index)
        assert finding.what == f"{path} is missing"
        assert "pkqa rebuild" in finding.remedy
        (index / "aside").rename(path)
    assert examine(index) == []


def test_a_file_that_does_not_belong_there_is_named(index: Path) -> None:
    (snapshot_of(index) / "notes.txt").write_text("x")
    (finding,) = examine(index)
    assert finding.what.endswith("notes.txt does not belong there")


def test_another_dimension_than_the_embedder_makes(index: Path) -> None:
    (finding,) = examine(index, 384)
    assert finding.severity == "error"
    assert "vectors of 12 numbers" in finding.what
    assert "makes 384" in finding.what
    assert "pkqa ingest" in finding.remedy


def test_another_chroma_than_the_one_installed(index: Path) -> None:
    resealed(index, chroma="0.4.24")
    (finding,) = examine(index)
    assert "was written by Chroma 0.4.24" in finding.what
    assert "pkqa rebuild" in finding.remedy


def test_a_manifest_of_another_schema(index: Path) -> None:
    resealed(index, schema=7)
    (finding,) = examine(index)
    assert "schema 7" in finding.what


def test_a_snapshot_that_is_older_than_the_catalog(index: Path) -> None:
    with Catalog(index / CATALOG_FILE) as catalog:
        samples.put(catalog, samples.entry("more", [["More."]]))
    (finding,) = examine(index)
    assert finding.severity == "warning"
    assert "not what the catalog holds now" in finding.what


def test_what_a_killed_build_left_and_not_what_one_works_in(index: Path) -> None:
    with workplace(index / SNAPSHOTS, UNFINISHED_PREFIX):
        assert examine(index) == []
    left = index / SNAPSHOTS / f"{UNFINISHED_PREFIX}left"
    left.mkdir()
    (finding,) = examine(index)
    assert finding.severity == "warning"
    assert str(left) in finding.what


def test_a_pointer_to_nowhere(index: Path) -> None:
    shutil.rmtree(snapshot_of(index))
    (finding,) = examine(index)
    assert finding.what.endswith("which is missing")
    assert "pkqa rebuild" in finding.remedy


def test_an_index_in_use_is_examined_all_the_same(index: Path) -> None:
    with Catalog(index / CATALOG_FILE) as writing:
        assert examine(index) == []
        writing.connection.execute("BEGIN IMMEDIATE")
        assert examine(index) == []


def flipped(path: Path, positions: list[int], rng: np.random.Generator) -> Iterator[int]:
    """One bit of ``path`` the other way at each position in turn; the file is whole at the end."""
    content = path.read_bytes()
    for position in positions:
        altered = bytearray(content)
        altered[position] ^= 1 << int(rng.integers(8))
        path.write_bytes(altered)
        yield position
    path.write_bytes(content)


def test_a_flipped_bit_anywhere_in_a_snapshot_is_found(index: Path) -> None:
    rng = np.random.default_rng(20)
    directory = snapshot_of(index)
    paths = [index / CURRENT_FILE, directory / MANIFEST_FILE]
    paths += [directory / name for name in read_manifest(directory).files]
    tried = 0
    for path in paths:
        size = path.stat().st_size
        positions = {0, size - 1, *(int(p) for p in rng.integers(size or 1, size=12))}
        for position in flipped(path, sorted(positions) if size else [], rng):
            findings = examine(index)
            assert findings, f"{path} at {position}"
            assert all(finding.severity == "error" for finding in findings)
            tried += 1
    assert tried > 80
    assert examine(index) == []


def everything(path: Path) -> object:
    """All that a catalog says, or None when it cannot be read."""
    try:
        with Catalog(path, read_only=True) as catalog:
            return [
                catalog.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608
                for table in ("files", "documents", "chunks", "sentences", "vectors", "embedders")
            ]
    except Exception as error:  # noqa: BLE001 - whatever a damaged file brings about
        return error


def test_a_flipped_bit_in_what_the_catalog_says_is_found(index: Path) -> None:
    rng = np.random.default_rng(21)
    path = index / CATALOG_FILE
    content = path.read_bytes()
    entry = ENTRIES[4]
    vector = samples.direction(entry.document.text[: entry.chunks[0].end])
    file = b"/corpus/doc-004.txt"
    inside = [
        content.index(entry.document.text.encode()) + 3,
        content.index(entry.document.title.encode()),
        content.index(entry.document.text_sha.encode()) + 5,
        content.index(vector.tobytes()) + 17,
        content.index(entry.chunk_inputs[0].encode()),
        content.index(entry.sentence_inputs[0][0].encode()) + 60,
        content.index(file + entry.document.text_sha.encode()) + len(file) + 2,
        content.index(b'["staff", "press"]'),
        content.index(EMBEDDER.encode()) + 3,
    ]
    for position in flipped(path, inside, rng):
        assert audit(path), f"at {position}"
    assert audit(path) == []


def test_a_flipped_bit_anywhere_in_the_catalog_is_found_or_alters_nothing(index: Path) -> None:
    rng = np.random.default_rng(22)
    path = index / CATALOG_FILE
    said = everything(path)
    size = path.stat().st_size
    found = 0
    positions = sorted({int(p) for p in rng.integers(size, size=300)} | set(range(100)))
    for position in flipped(path, positions, rng):
        findings = audit(path)
        if findings:
            found += 1
            assert all(finding.severity == "error" for finding in findings)
            assert all(finding.remedy for finding in findings)
        else:
            assert everything(path) == said, f"at {position}"
        for name in (f"{CATALOG_FILE}-wal", f"{CATALOG_FILE}-shm", f"{CATALOG_FILE}-journal"):
            (index / name).unlink(missing_ok=True)
    assert found > 30
    assert audit(path) == []


def alter(statement: str) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        assert connection.execute(statement).rowcount > 0
        connection.close()

    return run


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE files SET root = '/' WHERE path LIKE '%3.txt'", "file /corpus/doc-003.txt was"),
        ("UPDATE documents SET title = 'x' WHERE document_id = 'doc-003'", "doc-003 was altered"),
        ("UPDATE documents SET pages = 'x' WHERE document_id = 'doc-003'", "doc-003 was altered"),
        ("UPDATE documents SET pages = '1' WHERE document_id = 'doc-003'", "doc-003 was altered"),
        ('UPDATE sentences SET "end" = "end" - 1', "document doc-000 was altered"),
        ("DELETE FROM sentences WHERE chunk_id = 'doc-003#0'", "doc-003 was altered"),
        ("UPDATE chunks SET tokens = 1 WHERE chunk_id = 'doc-003#0'", "doc-003 was altered"),
        ("UPDATE embedders SET dimension = 13", "has not the 13 numbers of random-directions"),
        (
            "UPDATE vectors SET vector = zeroblob(48)",
            "the vector of input .{64} was altered",
        ),
        ("DELETE FROM documents", "a row of chunks belongs to nothing in documents"),
    ],
)
def test_rows_altered_behind_our_back_are_named(
    index: Path, statement: str, complaint: str
) -> None:
    alter(statement)(index / CATALOG_FILE)
    findings = examine(index)
    assert any(re.search(complaint, finding.what) for finding in findings)
    assert all("ingest again" in finding.remedy for finding in findings)
