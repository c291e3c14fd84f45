"""From the catalog to a published snapshot, and what becomes of the former ones."""

from __future__ import annotations

import dataclasses
import os
import shutil
import struct
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import store_samples as samples
from pkqa.errors import IndexCorrupt, IndexMissing, PkqaError
from pkqa.store import durable, vectors
from pkqa.store.build import Recipe, build, verify
from pkqa.store.catalog import Catalog
from pkqa.store.lock import hold_alone, workplace
from pkqa.store.manifest import MANIFEST_FILE, faults, read_manifest
from pkqa.store.published import SNAPSHOTS, UNFINISHED_PREFIX, collect, read_current
from pkqa.store.rows import Entry
from pkqa.store.snapshot import Snapshot
from pkqa.text.anchors import Anchor
from store_samples import EMBEDDER, RECIPE, FloatArray, waits_for_a_lock

ENTRIES = samples.corpus(12)


def standing(index: Path) -> set[str]:
    return {path.name for path in (index / SNAPSHOTS).iterdir()}


def publish_corpus(index: Path, *entries: Entry) -> str:
    with Catalog(index / "catalog.sqlite") as catalog:
        samples.put(catalog, *entries)
        return build(catalog, index, EMBEDDER, RECIPE)


def test_the_same_content_has_the_same_name_wherever_it_is_built(tmp_path: Path) -> None:
    names = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        names.append(publish_corpus(tmp_path / folder, *ENTRIES))
    assert names[0] == names[1]
    assert publish_corpus(tmp_path / "two", samples.entry("more", [["More."]])) != names[1]


def test_nothing_is_built_where_the_same_content_is_published(tmp_path: Path) -> None:
    name = publish_corpus(tmp_path, *ENTRIES)
    before = (tmp_path / SNAPSHOTS / name).stat().st_ino
    assert publish_corpus(tmp_path, *ENTRIES) == name
    assert standing(tmp_path) == {name}
    assert (tmp_path / SNAPSHOTS / name).stat().st_ino == before


def test_another_recipe_is_another_snapshot(tmp_path: Path) -> None:
    name = publish_corpus(tmp_path, *ENTRIES)
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        other = build(catalog, tmp_path, EMBEDDER, dataclasses.replace(RECIPE, version="test-2"))
    assert other.split("-")[0] != name.split("-")[0]


def test_words_come_from_sentences_and_anchors_from_chunks_in_the_language_of_the_chunk(
    tmp_path: Path,
) -> None:
    asked: list[tuple[str, str, str]] = []

    def analyse(text: str, language: str) -> list[str]:
        asked.append(("analyse", text, language))
        return text.split()

    def anchors(text: str, language: str) -> list[str]:
        asked.append(("anchors", text, language))
        return [f"@{language}"]

    def unchanged(
        chunks: FloatArray, _: Sequence[str], sentences: FloatArray, __: Sequence[str]
    ) -> Neutral:
        return chunks, sentences, {}

    mixed = samples.entry("a", [["Two soldiers.", "A medal."], ["The end."]])
    first, second = mixed.chunks
    french = dataclasses.replace(second, language="fr")  # of its sentence we say that it is English
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        samples.put(catalog, dataclasses.replace(mixed, chunks=(first, french)))
        build(catalog, tmp_path, EMBEDDER, Recipe("told", unchanged, analyse, anchors))
    assert sorted(asked) == [
        ("analyse", "A medal.", "en"),
        ("analyse", "The end.", "fr"),
        ("analyse", "Two soldiers.", "en"),
        ("anchors", "The end.", "fr"),
        ("anchors", "Two soldiers. A medal.", "en"),
    ]
    french_only = [Anchor("concept", (("@fr",),))]
    with Snapshot(tmp_path) as snapshot:
        found = snapshot.match({}, {"en": french_only, "fr": french_only}).anchors["concept"]
        assert snapshot.chunk_ids(np.flatnonzero(found).tolist()) == ["a#1"]


def test_a_rebuild_stands_beside_what_it_replaces(tmp_path: Path) -> None:
    first = publish_corpus(tmp_path, *ENTRIES)
    with Snapshot(tmp_path) as reading, Catalog(tmp_path / "catalog.sqlite") as catalog:
        second = build(catalog, tmp_path, EMBEDDER, RECIPE, anew=True)
        assert second == first.removesuffix("1") + "2"
        assert read_current(tmp_path).snapshot_id == second
        assert reading.documents() == [entry.document for entry in ENTRIES]
        with Snapshot(tmp_path) as anew:
            np.testing.assert_array_equal(anew.chunk_vectors, reading.chunk_vectors)
            assert anew.documents() == reading.documents()


@pytest.mark.parametrize("damage", ["alter", "no manifest"])
def test_a_damaged_snapshot_is_not_published_again(tmp_path: Path, damage: str) -> None:
    first = publish_corpus(tmp_path, *ENTRIES)
    directory = tmp_path / SNAPSHOTS / first
    if damage == "alter":
        content = bytearray((directory / "chunk_vectors.npy").read_bytes())
        content[-1] ^= 1
        (directory / "chunk_vectors.npy").write_bytes(content)
    else:
        (directory / MANIFEST_FILE).unlink()
    second = publish_corpus(tmp_path, *ENTRIES)
    assert second == first.removesuffix("1") + "2"
    directory = tmp_path / SNAPSHOTS / second
    assert faults(directory, read_manifest(directory)) == []


def test_a_former_content_is_published_again_as_it_stands(tmp_path: Path) -> None:
    first = publish_corpus(tmp_path, *ENTRIES)
    second = publish_corpus(tmp_path, samples.entry("more", [["More."]]))
    assert read_current(tmp_path).snapshot_id == second
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        catalog.remove_files(["/corpus/more.txt"])
        assert build(catalog, tmp_path, EMBEDDER, RECIPE) == first
    assert read_current(tmp_path).snapshot_id == first
    assert standing(tmp_path) == {first, second}


def test_a_former_snapshot_stays_until_its_readers_let_go(tmp_path: Path) -> None:
    first = publish_corpus(tmp_path, *ENTRIES[:6])
    with Snapshot(tmp_path) as reading:
        second = publish_corpus(tmp_path, *ENTRIES[6:])
        assert collect(tmp_path) == []
        assert standing(tmp_path) == {first, second}
        assert reading.documents() == [entry.document for entry in ENTRIES[:6]]
        assert reading.nearest(reading.chunk_vector("doc-000#0"), 1)[0][0] == "doc-000#0"
    assert collect(tmp_path) == [first]
    assert standing(tmp_path) == {second}
    with Snapshot(tmp_path) as reading:
        assert reading.documents() == [entry.document for entry in ENTRIES]


@pytest.mark.skipif(not Path("/proc/locks").is_file(), reason="needs Linux's /proc/locks")
def test_a_reader_overtaken_by_a_publication_reads_the_newer_snapshot(tmp_path: Path) -> None:
    first = tmp_path / SNAPSHOTS / publish_corpus(tmp_path, *ENTRIES[:6])
    removing = hold_alone(first)
    assert removing is not None

    def read() -> str:
        with Snapshot(tmp_path) as snapshot:
            return snapshot.snapshot_id

    with ThreadPoolExecutor(1) as threads:
        try:
            reading = threads.submit(read)
            while not waits_for_a_lock(first):
                assert not reading.done()
                time.sleep(0.01)
            # It has read CURRENT; now that is published over, and the former snapshot removed.
            second = publish_corpus(tmp_path, *ENTRIES[6:])
            shutil.rmtree(first)
        finally:
            os.close(removing)
        assert reading.result() == second


def test_what_a_killed_builder_left_is_removed_and_what_one_works_in_is_not(
    tmp_path: Path,
) -> None:
    name = publish_corpus(tmp_path, *ENTRIES)
    left = tmp_path / SNAPSHOTS / f"{UNFINISHED_PREFIX}left"
    left.mkdir()
    (left / "corpus.sqlite").write_text("half of it")
    with workplace(tmp_path / SNAPSHOTS, UNFINISHED_PREFIX) as working:
        assert collect(tmp_path) == [left.name]
        assert standing(tmp_path) == {name, working.name}


def test_what_a_person_laid_among_the_snapshots_is_no_obstacle(tmp_path: Path) -> None:
    name = publish_corpus(tmp_path, *ENTRIES)
    copy, note = tmp_path / SNAPSHOTS / f"{name} copy", tmp_path / SNAPSHOTS / "note.txt"
    shutil.copytree(tmp_path / SNAPSHOTS / name, copy)
    note.write_text("Do not touch.")
    assert publish_corpus(tmp_path, *ENTRIES) == name
    assert collect(tmp_path) == [copy.name]
    assert standing(tmp_path) == {name, note.name}


def test_nothing_is_collected_while_nothing_is_published(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        collect(tmp_path)


def test_other_files_of_the_index_are_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("What lies here.")
    before = readme.stat()
    publish_corpus(tmp_path, *ENTRIES)
    collect(tmp_path)
    assert readme.read_text() == "What lies here."
    assert readme.stat().st_mtime_ns == before.st_mtime_ns
    assert {path.name for path in tmp_path.iterdir()} == {
        "README.md",
        "CURRENT",
        "catalog.sqlite",
        SNAPSHOTS,
    }


def test_an_interrupted_ingest_is_not_published(tmp_path: Path) -> None:
    name = publish_corpus(tmp_path, *ENTRIES)
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        sha = ENTRIES[0].chunk_inputs[0]
        catalog.connection.execute("DELETE FROM vectors WHERE input_sha = ?", (sha,))
        with pytest.raises(PkqaError, match="lacks 1 or more vectors"):
            build(catalog, tmp_path, EMBEDDER, RECIPE)
    assert standing(tmp_path) == {name}
    assert read_current(tmp_path).snapshot_id == name


Neutral = tuple[FloatArray, FloatArray, Mapping[str, npt.NDArray[Any]]]


def too_few(c: FloatArray, _: Sequence[str], s: FloatArray, __: Sequence[str]) -> Neutral:
    return c[1:], s, {}


def not_finite(c: FloatArray, _: Sequence[str], s: FloatArray, __: Sequence[str]) -> Neutral:
    return c, s * np.float32(np.nan), {}


def no_numbers(c: FloatArray, _: Sequence[str], s: FloatArray, __: Sequence[str]) -> Neutral:
    return c, s, {"state": np.array([{}, None])}


@pytest.mark.parametrize(
    ("neutralise", "error", "complaint"),
    [
        (too_few, ValueError, "neutralise made"),
        (not_finite, ValueError, "not finite"),
        (no_numbers, IndexCorrupt, r"neutral\.npz cannot be read"),
    ],
)
def test_a_neutraliser_that_goes_wrong_leaves_the_published_snapshot(
    tmp_path: Path, neutralise: Any, error: type[Exception], complaint: str
) -> None:
    name = publish_corpus(tmp_path, *ENTRIES)
    with (
        Catalog(tmp_path / "catalog.sqlite") as catalog,
        pytest.raises(error, match=complaint),
    ):
        build(
            catalog,
            tmp_path,
            EMBEDDER,
            Recipe("wrong", neutralise, samples.analyse, samples.anchors),
        )
    assert standing(tmp_path) == {name}
    assert read_current(tmp_path).snapshot_id == name


def refilled(directory: Path, ids: Sequence[str]) -> None:
    """Put other vectors for these chunks in a snapshot's Chroma and seal it as if they belonged."""
    shutil.rmtree(directory / "chroma")
    strangers = np.stack([samples.direction(f"stranger {one}") for one in ids])
    vectors.build(directory / "chroma", ids, strangers)
    files = {
        path.relative_to(directory).as_posix(): (path.stat().st_size, durable.file_sha256(path))
        for path in directory.rglob("*")
        if path.is_file() and path.name != MANIFEST_FILE
    }
    manifest = dataclasses.replace(read_manifest(directory), files=files)
    (directory / MANIFEST_FILE).write_text(manifest.to_text())


def test_a_snapshot_that_does_not_find_its_own_chunks_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / SNAPSHOTS / publish_corpus(tmp_path, *ENTRIES)
    verify(directory)
    ids = [chunk.chunk_id for entry in ENTRIES for chunk in entry.chunks]
    refilled(directory, ids)
    with pytest.raises(IndexCorrupt, match="chunks are found by their own vector"):
        verify(directory)
    refilled(directory, ids[1:])
    with pytest.raises(IndexCorrupt, match=rf"holds {len(ids) - 1} chunks, not {len(ids)}"):
        verify(directory)


def test_a_chunk_whose_neutral_vector_is_nought_is_no_obstacle(tmp_path: Path) -> None:
    def nought(
        chunks: FloatArray, _: Sequence[str], sentences: FloatArray, __: Sequence[str]
    ) -> Neutral:
        return chunks * (np.arange(len(chunks)) > 2)[:, None], sentences, {}

    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        samples.put(catalog, *ENTRIES)
        build(
            catalog, tmp_path, EMBEDDER, Recipe("nought", nought, samples.analyse, samples.anchors)
        )
    with Snapshot(tmp_path) as snapshot:
        assert not snapshot.chunk_vectors[:3].any()
        assert snapshot.chunk_vectors[3:].any()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "pointer"
    durable.replace(path, "first\n")
    with path.open() as still_open:
        durable.replace(path, "second\n")
        assert still_open.read() == "first\n"
    assert path.read_text() == "second\n"
    assert [left.name for left in tmp_path.iterdir()] == ["pointer"]


def test_more_chunks_than_one_batch_of_chroma_holds(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    points = rng.normal(size=(5600, 8)).astype(np.float32)
    ids = [f"c{n}" for n in range(len(points))]
    vectors.build(tmp_path / "chroma", ids, points)
    index = vectors.VectorIndex(tmp_path / "chroma", 5600)
    assert index.query(points[5599], 1)[0] == ["c5599"]
    assert index.query(points[0], 1)[0] == ["c0"]
    assert len(index.query(points[0], 6000)[0]) == 5600
    index.close()


@pytest.mark.parametrize("count", [3, 150])
def test_room_for_vectors_to_come_holds_nothing_of_the_memory(tmp_path: Path, count: int) -> None:
    points = np.random.default_rng(5).normal(size=(count, 8)).astype(np.float32)
    ids = [f"a#{number}" for number in range(count)]
    vectors.build(tmp_path / "chroma", ids, points)
    (header,) = (tmp_path / "chroma").glob("*/header.bin")
    _, _, room, used, size = struct.unpack_from("<iQQQQ", header.read_bytes())
    assert used < room
    for name, width in (("data_level0.bin", size), ("length.bin", 4)):
        content = header.with_name(name).read_bytes()
        assert len(content) == room * width
        assert not any(content[used * width :])


def test_an_index_file_of_another_form_is_refused(tmp_path: Path) -> None:
    points = np.eye(8, dtype=np.float32)
    ids = [f"a#{number}" for number in range(8)]
    vectors.build(tmp_path / "chroma", ids, points)
    (header,) = (tmp_path / "chroma").glob("*/header.bin")
    with header.with_name("length.bin").open("ab") as file:
        file.write(b"more")
    with pytest.raises(IndexCorrupt, match="in a form that pkqa does not know"):
        vectors._wipe_unused(header.parent)
