"""The catalog: what goes in comes out, in one piece or not at all."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import store_samples as samples
from pkqa.errors import IndexCorrupt, IndexMissing, PkqaError, ReadError, UnknownDocument
from pkqa.store import migrations
from pkqa.store.catalog import Catalog
from pkqa.store.rows import Entry, SourceFile, input_key, sha256
from pkqa.store.sqlite import connect, explained, transaction
from store_samples import EMBEDDER


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as opened:
        yield opened


def file_of(entry: Entry) -> SourceFile:
    return SourceFile(entry.document.path, entry.document.text_sha, "one", "/corpus")


def test_a_document_comes_back_as_it_went_in(catalog: Catalog) -> None:
    entries = samples.corpus(12)
    samples.put(catalog, *entries)
    assert list(catalog.entries()) == entries
    assert list(catalog.documents()) == [entry.document for entry in entries]
    assert catalog.document("doc-003") == entries[3].document
    for entry in entries:
        for start, end in [(c.start, c.end) for c in entry.chunks]:
            assert entry.document.text[start:end]


def test_a_document_without_chunks_and_a_chunk_without_sentences(catalog: Catalog) -> None:
    whole = samples.entry("bare", [["One sentence."]])
    chunk = dataclasses.replace(whole.chunks[0], sentences=())
    cut = dataclasses.replace(whole, chunks=(chunk,), sentence_inputs=((),))
    none = samples.entry("empty", [])
    samples.put(catalog, cut, none)
    assert list(catalog.entries()) == [cut, none]


def test_a_document_nobody_put_there_is_unknown(catalog: Catalog) -> None:
    with pytest.raises(UnknownDocument, match="'nowhere'"):
        catalog.document("nowhere")


def test_files_are_listed_by_root_and_fingerprint(catalog: Catalog) -> None:
    here, there = samples.entry("a", [["A."]]), samples.entry("b", [["B."]])
    samples.put(catalog, here)
    other = SourceFile(there.document.path, "0" * 64, "two", root="/elsewhere")
    catalog.put_file(other, [there], samples.vectors_of(there), EMBEDDER)
    assert catalog.files() == [file_of(here), other]
    assert catalog.files("/elsewhere") == [other]
    assert catalog.file(there.document.path) == other
    assert catalog.file("/corpus/none.txt") is None
    assert catalog.fingerprints() == {"one": 1, "two": 1}
    assert catalog.id_taken("b") == there.document.path
    assert catalog.id_taken("c") is None
    assert catalog.documents_of(there.document.path) == {"b": there.document.text_sha}
    assert catalog.documents_of("/corpus/none.txt") == {}


def test_a_file_put_again_replaces_all_it_held(catalog: Catalog) -> None:
    first, second = samples.entry("a", [["Old."]]), samples.entry("b", [["Gone."]])
    path = "/corpus/both.jsonl"
    pair = [
        dataclasses.replace(e, document=dataclasses.replace(e.document, path=path))
        for e in (first, second)
    ]
    file = SourceFile(path, "1" * 64, "one", "/corpus")
    vectors = samples.vectors_of(first) | samples.vectors_of(second)
    catalog.put_file(file, pair, vectors, EMBEDDER)
    assert catalog.document_ids() == ["a", "b"]
    catalog.put_file(dataclasses.replace(file, sha256="2" * 64), pair[:1], {}, EMBEDDER)
    assert catalog.document_ids() == ["a"]
    known = catalog.file(path)
    assert known is not None
    assert known.sha256 == "2" * 64


def test_removed_files_take_their_documents_and_then_their_vectors_along(
    catalog: Catalog,
) -> None:
    kept, gone = samples.entry("kept", [["Stay."]]), samples.entry("gone", [["Leave."]])
    samples.put(catalog, kept, gone)
    alone = catalog.digest(EMBEDDER)
    assert catalog.remove_files([gone.document.path, "/corpus/never-there.txt"]) == 1
    assert catalog.document_ids() == ["kept"]
    assert set(catalog.vectors(EMBEDDER, gone.inputs())) == set(gone.inputs())
    assert catalog.collect_garbage(EMBEDDER) == len(set(gone.inputs()))
    assert catalog.vectors(EMBEDDER, gone.inputs()) == {}
    assert set(catalog.vectors(EMBEDDER, kept.inputs())) == set(kept.inputs())
    assert catalog.digest(EMBEDDER) != alone


def test_garbage_is_also_what_another_embedder_left(catalog: Catalog) -> None:
    entry = samples.entry("a", [["A."]])
    samples.put(catalog, entry)
    catalog.put_vectors("former/3", {sha: np.ones(3, np.float32) for sha in entry.inputs()})
    assert catalog.dimension("former/3") == 3
    assert catalog.embedders() == ["former/3", EMBEDDER]
    assert catalog.collect_garbage(EMBEDDER) == len(set(entry.inputs()))
    assert catalog.dimension("former/3") is None
    assert catalog.dimension(EMBEDDER) == samples.DIMENSION


def test_vectors_that_are_named_are_no_garbage(catalog: Catalog) -> None:
    vector = samples.direction("calibration")
    catalog.put_vectors(EMBEDDER, {"kept": vector, "dropped": vector})
    assert catalog.collect_garbage(EMBEDDER, keep=["kept", "never there"]) == 1
    assert catalog.missing(EMBEDDER, ["kept", "dropped"]) == ["dropped"]


def test_vectors_are_kept_by_input_and_missing_ones_are_named_once(catalog: Catalog) -> None:
    vector = samples.direction("peace")
    catalog.put_vectors(EMBEDDER, {"sha-1": vector})
    catalog.put_vectors(EMBEDDER, {})
    stored = catalog.vectors(EMBEDDER, ["sha-1", "sha-2"])
    assert list(stored) == ["sha-1"]
    assert stored["sha-1"].dtype == np.float32
    np.testing.assert_array_equal(stored["sha-1"], vector)
    wanted = ["sha-3", "sha-1", "sha-2", "sha-3"]
    assert catalog.missing(EMBEDDER, wanted) == ["sha-3", "sha-2"]
    assert catalog.missing("another", ["sha-1"]) == ["sha-1"]


@pytest.mark.parametrize(
    "vector",
    [
        np.ones(samples.DIMENSION + 1, np.float32),
        np.ones((1, samples.DIMENSION), np.float32),
        np.full(samples.DIMENSION, np.nan, np.float32),
        np.full(samples.DIMENSION, np.inf, np.float32),
    ],
)
def test_a_vector_of_another_shape_or_not_finite_is_refused(
    catalog: Catalog, vector: samples.FloatArray
) -> None:
    catalog.put_vectors(EMBEDDER, {"good": samples.direction("good")})
    with pytest.raises(ValueError, match=f"{samples.DIMENSION} finite numbers"):
        catalog.put_vectors(EMBEDDER, {"fine": samples.direction("fine"), "bad": vector})
    assert catalog.missing(EMBEDDER, ["good", "fine", "bad"]) == ["fine", "bad"]


def test_a_refused_file_leaves_no_trace(catalog: Catalog) -> None:
    before = samples.entry("a", [["Before."]])
    samples.put(catalog, before)
    digest = catalog.digest(EMBEDDER)
    after = samples.entry("a", [["After."], ["More."]])
    vectors = samples.vectors_of(after)
    vectors.pop(after.sentence_inputs[1][0])
    with pytest.raises(ValueError, match="1 inputs have no vector"):
        catalog.put_file(file_of(after), [after], vectors, EMBEDDER)
    assert catalog.digest(EMBEDDER) == digest
    assert catalog.document("a") == before.document
    assert catalog.missing(EMBEDDER, vectors) == list(vectors)


def test_a_document_id_belongs_to_one_file(catalog: Catalog) -> None:
    samples.put(catalog, samples.entry("a", [["A."]]))
    other = samples.entry("a", [["B."]], path="/corpus/other.txt")
    with pytest.raises(ReadError, match=r"other\.txt.*'a' is taken by /corpus/a\.txt"):
        samples.put(catalog, other)
    assert catalog.file("/corpus/other.txt") is None


def test_a_document_of_another_file_is_refused(catalog: Catalog) -> None:
    entry = samples.entry("a", [["A."]])
    file = SourceFile("/corpus/b.txt", "0" * 64, "one", "/corpus")
    with pytest.raises(ValueError, match=r"its path is not /corpus/b\.txt"):
        catalog.put_file(file, [entry], samples.vectors_of(entry), EMBEDDER)


def replaced(entry: Entry, **changes: object) -> Entry:
    document = dataclasses.replace(entry.document, **changes)  # type: ignore[arg-type]
    return dataclasses.replace(entry, document=document)


def recut(entry: Entry, **changes: object) -> Entry:
    chunk = dataclasses.replace(entry.chunks[0], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(entry, chunks=(chunk,))


def respaced(entry: Entry, start: int, end: int) -> Entry:
    """The second sentence moved to ``start``, ``end``."""
    first, second = entry.chunks[0].sentences
    moved = dataclasses.replace(second, start=start, end=end)
    return recut(entry, sentences=(first, moved))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda e: replaced(e, text=e.document.text + "!"), "does not match its text_sha"),
        (lambda e: replaced(e, date="2021"), "no ISO day"),
        (lambda e: replaced(e, date="2021-02-30"), "no ISO day"),
        (lambda e: recut(e, document_id="b"), "says it belongs to b"),
        (lambda e: recut(e, start=-1), "outside the text"),
        (lambda e: recut(e, end=len(e.document.text) + 1), "outside the text"),
        (lambda e: recut(e, start=5, end=5, sentences=()), "outside the text"),
        (lambda e: respaced(e, 3, 9), "outside its place"),
        (lambda e: respaced(e, 10, 10), "outside its place"),
        (lambda e: respaced(e, 7, 99), "outside its place"),
    ],
)
def test_a_span_or_hash_that_is_off_is_refused(
    catalog: Catalog, spoil: Callable[[Entry], Entry], complaint: str
) -> None:
    entry = samples.entry("a", [["First.", "Second."]], date="2021-12-07")
    with pytest.raises(ValueError, match=f"^a: .*{complaint}"):
        samples.put(catalog, spoil(entry))
    assert catalog.document_ids() == []
    samples.put(catalog, entry)


def test_the_digest_depends_on_content_and_not_on_the_way_there(tmp_path: Path) -> None:
    entries = samples.corpus(9)
    with (
        Catalog(tmp_path / "one.sqlite") as one,
        Catalog(tmp_path / "other.sqlite") as other,
    ):
        samples.put(one, *entries)
        samples.put(other, samples.entry("doc-000", [["A former text."]]))
        samples.put(other, *samples.corpus(11, seed=5)[9:], fingerprint="old")
        samples.put(other, *reversed(entries), fingerprint="two")
        assert one.digest(EMBEDDER) != other.digest(EMBEDDER)
        other.remove_files(["/corpus/doc-009.txt", "/corpus/doc-010.txt"])
        assert one.digest(EMBEDDER) == other.digest(EMBEDDER)
        other.collect_garbage(EMBEDDER)
        assert one.digest(EMBEDDER) == other.digest(EMBEDDER)
        for table in ("documents", "chunks", "sentences", "vectors", "embedders"):
            rows = f"SELECT * FROM {table} ORDER BY 1, 2"  # noqa: S608
            assert one.connection.execute(rows).fetchall() == (
                other.connection.execute(rows).fetchall()
            )


def test_one_altered_number_in_a_vector_is_another_digest(tmp_path: Path) -> None:
    entry = samples.entry("a", [["A."]])
    digests = set()
    for name, push in (("one", 0.0), ("other", 1e-3)):
        with Catalog(tmp_path / name) as catalog:
            vectors = {sha: v + np.float32(push) for sha, v in samples.vectors_of(entry).items()}
            catalog.put_file(file_of(entry), [entry], vectors, EMBEDDER)
            digests.add(catalog.digest(EMBEDDER))
    assert len(digests) == 2


def test_reading_needs_a_catalog(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="pkqa ingest"):
        Catalog(tmp_path / "catalog.sqlite", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_sees_what_a_writer_committed_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with Catalog(path) as writer, Catalog(path, read_only=True) as reader:
        assert reader.document_ids() == []
        samples.put(writer, samples.entry("a", [["A."]]))
        assert reader.document_ids() == ["a"]
        with pytest.raises(PkqaError, match="readonly"):
            reader.put_vectors(EMBEDDER, {"x": samples.direction("x")})


def test_a_catalog_from_the_future_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA user_version = {len(migrations.STEPS) + 1}")
    raw.close()
    for read_only in (False, True):
        with pytest.raises(IndexCorrupt, match=r"has schema 2, this pkqa"):
            Catalog(path, read_only=read_only)


def test_a_catalog_of_an_older_schema_waits_for_an_ingest(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    sqlite3.connect(path).executescript("PRAGMA journal_mode = WAL;").close()
    with pytest.raises(IndexCorrupt, match=r"has schema 0.*run `pkqa ingest`"):
        Catalog(path, read_only=True)
    Catalog(path).close()
    Catalog(path, read_only=True).close()


def test_a_file_that_is_no_catalog_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(IndexCorrupt, match=r"catalog\.sqlite is damaged"):
        Catalog(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PkqaError, match="cannot be used: unable to open"):
        Catalog(tmp_path / "nowhere" / "catalog.sqlite")


def test_a_fault_of_our_own_keeps_its_traceback(tmp_path: Path) -> None:
    connection = connect(tmp_path / "any.sqlite", "create")
    with pytest.raises(sqlite3.ProgrammingError), explained(tmp_path):
        connection.execute("SELECT ?", ())
    connection.close()


def test_a_transaction_is_rolled_back_whole(tmp_path: Path) -> None:
    connection = connect(tmp_path / "any.sqlite", "create")
    connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")

    def twice() -> None:
        with transaction(connection):
            connection.execute("INSERT INTO t VALUES (1)")
            connection.execute("INSERT INTO t VALUES (1)")

    with pytest.raises(sqlite3.IntegrityError):
        twice()
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    connection.close()


def test_a_passage_and_a_question_of_the_same_words_have_different_keys() -> None:
    keys = {input_key("passage", "Where?"), input_key("question", "Where?"), sha256("Where?")}
    assert len(keys) == 3
