"""A published snapshot as readers see it."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import math
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import store_samples as samples
from pkqa.errors import IndexCorrupt, IndexMissing, UnknownDocument, UsageError
from pkqa.store import vectors
from pkqa.store.build import build
from pkqa.store.catalog import Catalog
from pkqa.store.lock import hold_alone, workplace
from pkqa.store.manifest import MANIFEST_FILE, read_manifest
from pkqa.store.published import CURRENT_FILE, SNAPSHOTS, Pointer, publish
from pkqa.store.rows import Entry, day_number
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where, day, may_read
from pkqa.text.anchors import Anchor
from store_samples import EMBEDDER, RECIPE

ENTRIES = samples.corpus(30)


def published(index: Path, *entries: Entry) -> Path:
    """Put the entries in the catalog of ``index``, publish, and return the snapshot's directory."""
    index.mkdir(exist_ok=True)
    with Catalog(index / "catalog.sqlite") as catalog:
        samples.put(catalog, *entries)
        return index / SNAPSHOTS / build(catalog, index, EMBEDDER, RECIPE)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    published(folder, *ENTRIES)
    return folder


@pytest.fixture(scope="module")
def snapshot(index: Path) -> Iterator[Snapshot]:
    with Snapshot(index) as opened:
        yield opened


def test_documents_and_chunks_come_back_as_they_went_in(snapshot: Snapshot) -> None:
    assert snapshot.documents() == [entry.document for entry in ENTRIES]
    for entry in ENTRIES:
        document_id = entry.document.document_id
        assert snapshot.document(document_id) == entry.document
        assert snapshot.chunks(document_id) == list(entry.chunks)
        for chunk in entry.chunks:
            assert snapshot.chunk(chunk.chunk_id) == chunk


def test_every_row_holds_the_neutral_vector_of_its_text(snapshot: Snapshot) -> None:
    for entry in ENTRIES:
        text = entry.document.text
        mean = snapshot.neutral[f"mean/{entry.document.language}"]
        for chunk in entry.chunks:
            expected = samples.direction(text[chunk.start : chunk.end]) - mean
            np.testing.assert_array_equal(snapshot.chunk_vector(chunk.chunk_id), expected)
            ((row, _),) = snapshot.rows([chunk.chunk_id])
            np.testing.assert_array_equal(snapshot.chunk_vectors[row], expected)
            for sentence, number in snapshot.sentences(chunk.chunk_id):
                np.testing.assert_array_equal(
                    snapshot.sentence_vectors[number],
                    samples.direction(text[sentence.start : sentence.end]) - mean,
                )


def test_rows_of_many_chunks_come_in_the_order_asked(snapshot: Snapshot) -> None:
    ids = [chunk.chunk_id for entry in reversed(ENTRIES) for chunk in entry.chunks]
    rows = snapshot.rows(ids)
    assert [row for row, _ in rows] == [snapshot.rows([one])[0][0] for one in ids]
    assert sorted(row for row, _ in rows) == list(range(len(snapshot.chunk_vectors)))
    taken = sorted(number for _, numbers in rows for number in numbers)
    assert taken == list(range(len(snapshot.sentence_vectors)))


def test_rows_lead_back_to_their_chunks(snapshot: Snapshot) -> None:
    chunks = {chunk.chunk_id: chunk for entry in ENTRIES for chunk in entry.chunks}
    rows = list(reversed(range(len(chunks))))
    ids = snapshot.chunk_ids(rows)
    assert list(zip(rows, snapshot.sentence_rows(rows), strict=True)) == snapshot.rows(ids)
    assert snapshot.chunk_languages(rows) == [chunks[one].language for one in ids]
    assert snapshot.allowed(None).tolist() == [True] * len(chunks)


def test_what_stands_beside_its_words_finds_a_chunk_in_its_language(snapshot: Snapshot) -> None:
    # The numbers of a sample sentence are those of the seed, the document, the chunk and itself.
    for number, language in ((27, "en"), (28, "fr"), (29, "ar")):
        anchors = [Anchor("number", ((f"#{number}",),))]
        found = snapshot.match({}, {language: anchors})
        assert not found.shares.any()
        rows = np.flatnonzero(found.anchors["number"]).tolist()
        expected = [chunk.chunk_id for chunk in ENTRIES[number].chunks]
        assert snapshot.chunk_ids(rows) == expected
        others = {other: anchors for other in snapshot.languages if other != language}
        assert not snapshot.match({}, others).anchors["number"].any()


def test_the_manifest_counts_what_is_there(snapshot: Snapshot) -> None:
    chunks = [chunk for entry in ENTRIES for chunk in entry.chunks]
    manifest = snapshot.manifest
    assert manifest.documents == 30
    assert manifest.chunks == len(chunks) == len(snapshot.chunk_vectors)
    assert manifest.sentences == sum(len(c.sentences) for c in chunks)
    assert snapshot.languages == {
        language: sum(c.language == language for c in chunks) for language in ("ar", "en", "fr")
    }
    assert (manifest.embedder, manifest.dimension) == (EMBEDDER, samples.DIMENSION)
    assert manifest.fingerprints == {"one": 30}
    assert manifest.recipe == RECIPE.version
    assert snapshot.snapshot_id == manifest.snapshot_id


def test_what_is_not_there_is_unknown(snapshot: Snapshot) -> None:
    for ask in (snapshot.document, snapshot.chunks, snapshot.chunk, snapshot.sentences):
        with pytest.raises(UnknownDocument, match="'nowhere'"):
            ask("nowhere")
    with pytest.raises(UnknownDocument, match="'nowhere'"):
        snapshot.rows(["doc-000#0", "nowhere"])


CONDITIONS = [
    Where(languages=languages, since=since, until=until, groups=groups)
    for languages, since, until, groups in itertools.product(
        ((), ("en",), ("fr", "ar"), ("zz",)),
        (None, "2014-05-15"),
        (None, "2018-09-15"),
        ((), ("press",), ("press", "staff"), ("nobody",)),
    )
] + [
    Where(languages=languages, until=until, groups=groups, readers=readers)
    for languages, until, groups, readers in itertools.product(
        ((), ("fr", "ar")),
        (None, "2018-09-15"),
        ((), ("press", "nobody")),
        ((), ("press",), ("staff", "nobody"), ("nobody",)),
    )
]


def meets(where: Where, entry: Entry) -> bool:
    document = entry.document
    dated = day_number(document.date)
    return (
        (not where.languages or document.language in where.languages)
        and (where.since is None or (dated is not None and dated >= (day_number(where.since) or 0)))
        and (where.until is None or (dated is not None and dated <= (day_number(where.until) or 0)))
        and (not where.groups or bool(set(where.groups) & set(document.groups)))
        and may_read(where.readers, document.groups)
    )


@pytest.mark.parametrize("where", CONDITIONS, ids=str)
def test_dense_and_lexical_search_find_what_meets_the_conditions_and_nothing_else(
    snapshot: Snapshot, where: Where
) -> None:
    allowed = {c.chunk_id for e in ENTRIES if meets(where, e) for c in e.chunks}
    query = samples.direction("a question")
    dense = snapshot.nearest(query, 1000, where)
    assert {chunk_id for chunk_id, _ in dense} == allowed
    for chunk_id, similarity in dense:
        vector = snapshot.chunk_vector(chunk_id)
        cosine = float(vector @ query / np.linalg.norm(vector))
        assert similarity == pytest.approx(cosine, abs=1e-5)
    words = {language: list(samples.WORDS[language]) for language in snapshot.languages}
    sharing = snapshot.match(words, {}).shares > 0
    assert sharing.all()
    assert set(snapshot.chunk_ids(np.flatnonzero(snapshot.allowed(where)).tolist())) == allowed


@pytest.mark.parametrize(
    ("readers", "read"),
    [
        (None, {"staff", "staff press", ""}),
        ((), {""}),
        (("press",), {"staff press", ""}),
        (("nobody", "staff"), {"staff", "staff press", ""}),
        (("nobody",), {""}),
        (("",), {""}),
        (("STAFF", "staff "), {""}),
    ],
)
def test_what_has_no_groups_may_be_read_by_everyone_and_the_rest_by_its_groups(
    snapshot: Snapshot, readers: tuple[str, ...] | None, read: set[str]
) -> None:
    documents = [entry.document for entry in ENTRIES]
    assert {" ".join(d.groups) for d in documents if may_read(readers, d.groups)} == read
    rows = np.flatnonzero(snapshot.allowed(Where(readers=readers))).tolist()
    found = [snapshot.chunk(chunk_id).document_id for chunk_id in snapshot.chunk_ids(rows)]
    assert {" ".join(snapshot.document(name).groups) for name in found} == read


def test_no_condition_is_met_by_every_chunk(snapshot: Snapshot) -> None:
    assert snapshot.allowed(Where()).tolist() == snapshot.allowed(None).tolist()


@pytest.mark.parametrize("written", ["2014-05-15", "20140515"])
def test_a_day_is_brought_to_the_form_that_the_store_compares(written: str) -> None:
    assert day(written) == "2014-05-15"


@pytest.mark.parametrize("written", ["", "2014", "2014-02-30", "15.05.2014", "yesterday"])
def test_what_is_no_day_is_quoted_with_the_form_of_one(written: str) -> None:
    with pytest.raises(UsageError, match=f"^'{written}' is no day; write it as 2023-11-30$"):
        day(written)


def test_the_conditions_tell_documents_apart() -> None:
    dates = {entry.document.date for entry in ENTRIES}
    assert {"2014-05-15", "2018-09-15"} <= dates  # both ends are asked for, and belong
    kept = [sum(meets(where, entry) for entry in ENTRIES) for where in CONDITIONS]
    assert kept[0] == 30
    assert len(set(kept)) > 8


def test_the_nearest_come_best_first_and_no_more_than_asked(snapshot: Snapshot) -> None:
    query = samples.direction("another question")
    found = snapshot.nearest(query, 7)
    assert len(found) == 7
    similarities = [similarity for _, similarity in found]
    assert similarities == sorted(similarities, reverse=True)
    every = snapshot.chunk_vectors @ query / np.linalg.norm(snapshot.chunk_vectors, axis=1)
    assert similarities == pytest.approx(sorted(every, reverse=True)[:7], abs=1e-5)


def test_a_term_weighs_what_the_chunks_of_its_language_make_it(snapshot: Snapshot) -> None:
    texts = [
        e.document.text[c.start : c.end] for e in ENTRIES for c in e.chunks if c.language == "fr"
    ]
    holding = sum("sommet" in text for text in texts)
    assert 0 < holding < len(texts)
    expected = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
    weight, held = snapshot.weight("sommet", "fr")
    assert weight == pytest.approx(expected)
    assert held


def test_words_are_found_where_they_stand_and_as_near_together_as_they_do(
    snapshot: Snapshot,
) -> None:
    weights = {word: snapshot.weight(word, "en")[0] for word in ("peace", "summit")}
    matches = snapshot.match({"en": list(weights)}, {})
    focus = matches.focus(np.arange(snapshot.manifest.chunks))
    near, apart = 0, 0
    for entry in ENTRIES:
        for chunk in entry.chunks:
            text = entry.document.text
            ((row, _),) = snapshot.rows([chunk.chunk_id])
            said = [set(samples.analyse(text[s.start : s.end], "en")) for s in chunk.sentences]
            shared = set.union(*said) & weights.keys()
            assert bool(matches.shares[row]) == bool(shared)
            best = max(sum(weights[word] for word in one & weights.keys()) for one in said)
            assert focus[row] == pytest.approx(best / sum(weights.values()), abs=1e-6)
            if len(shared) == 2:
                near, apart = near + (focus[row] > 0.99), apart + (focus[row] < 0.99)
    assert near
    assert apart


def test_threads_may_share_a_snapshot(index: Path, snapshot: Snapshot) -> None:
    chunk_ids = [chunk.chunk_id for entry in ENTRIES for chunk in entry.chunks]

    def everything(of: Snapshot, chunk_id: str) -> tuple[object, ...]:
        chunk = of.chunk(chunk_id)
        text = of.document(chunk.document_id).text
        words = samples.analyse(text[chunk.start : chunk.end], chunk.language)
        matches = of.match({chunk.language: words}, {})
        focus = matches.focus(np.arange(of.manifest.chunks)).tolist()
        return chunk, text, matches.shares.tolist(), focus, of.nearest(of.chunk_vector(chunk_id), 3)

    expected = {chunk_id: everything(snapshot, chunk_id) for chunk_id in chunk_ids}
    with Snapshot(index) as shared, ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda one: everything(shared, one), chunk_ids)
        assert dict(zip(chunk_ids, found, strict=True)) == expected


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_reading_changes_no_published_byte(index: Path) -> None:
    before = contents(index / SNAPSHOTS)
    with Snapshot(index) as snapshot:
        snapshot.nearest(samples.direction("x"), 5)
        snapshot.nearest(samples.direction("x"), 5, Where(languages=("en",)))
        snapshot.match({"en": ["peace"]}, {})
    assert contents(index / SNAPSHOTS) == before


def open_files(*within: str) -> list[str]:
    """The files that this process has open whose path contains one of ``within``."""
    found: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            target = str(link.readlink())
            found.extend(target for part in within if part in target)
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc")
def test_closing_leaves_no_descriptor_and_no_copy_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path / "index", *ENTRIES[:3])
    own = tmp_path / "copies"  # no other process has any there
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    for _ in range(3):
        snapshot = Snapshot(tmp_path / "index")
        snapshot.nearest(samples.direction("x"), 5)
        assert open_files(str(tmp_path))
        (copy,) = own.glob(f"{vectors.COPY_PREFIX}*")
        assert open_files(str(copy))
        snapshot.close()
        snapshot.close()
        assert not copy.exists()
    # Chroma's threads let go of their files a moment after its client is closed.
    for _ in range(1000):
        if not open_files(str(tmp_path), str(copy)):
            break
        time.sleep(0.01)
    assert open_files(str(tmp_path), str(copy)) == []


def test_copies_that_killed_readers_left_are_removed_and_others_are_not(
    index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, fresh = (tmp_path / f"{vectors.COPY_PREFIX}{name}" for name in ("left", "fresh"))
    for copy in (left, fresh):
        copy.mkdir()
        (copy / "chroma.sqlite3").write_text("x")
    unrelated, no_folder = tmp_path / "something-else", tmp_path / f"{vectors.COPY_PREFIX}file"
    unrelated.mkdir()
    no_folder.write_text("x")
    with workplace(tmp_path, vectors.COPY_PREFIX) as used:
        long_ago = time.time() - 2 * vectors.ABANDONED_AFTER_SECONDS
        for copy in (left, used, unrelated, no_folder):
            os.utime(copy, (long_ago, long_ago))
        with Snapshot(index) as snapshot:
            snapshot.nearest(samples.direction("x"), 1)
            assert not left.exists()
            assert fresh.exists()
            assert used.exists()
            assert unrelated.exists()
            assert no_folder.exists()


def test_an_empty_corpus_can_be_published_and_asked(tmp_path: Path) -> None:
    published(tmp_path)
    with Snapshot(tmp_path) as snapshot:
        assert snapshot.documents() == []
        assert snapshot.languages == {}
        assert snapshot.neutral == {}
        assert snapshot.nearest(samples.direction("x"), 5) == []
        assert snapshot.nearest(samples.direction("x"), 5, Where(languages=("en",))) == []
        assert snapshot.match({"en": ["peace"]}, {}).shares.tolist() == []
        assert snapshot.allowed(None).tolist() == []


def test_without_a_published_snapshot_the_remedy_is_to_ingest(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="run `pkqa ingest`"):
        Snapshot(tmp_path)


@pytest.mark.parametrize("written", [b"", b"nonsense\n", b"\xff\xfe\n", b"../x-1 " + b"0" * 64])
def test_an_altered_pointer_is_named(tmp_path: Path, written: bytes) -> None:
    (tmp_path / CURRENT_FILE).write_bytes(written)
    with pytest.raises(IndexCorrupt, match=r"CURRENT was altered; run `pkqa rebuild`"):
        Snapshot(tmp_path)


def test_a_pointer_to_nowhere_is_named(tmp_path: Path) -> None:
    publish(tmp_path, Pointer("0123456789abcdef-1", "0" * 64))
    with pytest.raises(IndexCorrupt, match="names snapshot 0123456789abcdef-1, which is missing"):
        Snapshot(tmp_path)


def test_a_snapshot_with_another_manifest_than_published_is_refused(tmp_path: Path) -> None:
    directory = published(tmp_path, *ENTRIES[:2])
    publish(tmp_path, Pointer(directory.name, "0" * 64))
    with pytest.raises(IndexCorrupt, match="is not the snapshot that was published"):
        Snapshot(tmp_path)
    held = hold_alone(directory)
    assert held is not None
    os.close(held)


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", '{"schema": 2, "files": []}', '{"schema": 2, "files": {}}']
)
def test_a_manifest_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    directory = published(tmp_path, *ENTRIES[:2])
    (directory / MANIFEST_FILE).write_text(text)
    with pytest.raises(IndexCorrupt, match=r"manifest\.json cannot be read"):
        Snapshot(tmp_path)


def test_a_manifest_of_another_schema_or_spelling_is_named(tmp_path: Path) -> None:
    directory = published(tmp_path, *ENTRIES[:2])
    path = directory / MANIFEST_FILE
    text = path.read_text()
    path.write_text(text.replace('"schema": 2', '"schema": 3'))
    with pytest.raises(IndexCorrupt, match="has schema 3, not 2"):
        Snapshot(tmp_path)
    path.write_text(text.replace("\n", "\n\n", 1))
    with pytest.raises(IndexCorrupt, match=r"manifest\.json was altered"):
        Snapshot(tmp_path)
    path.unlink()
    with pytest.raises(IndexCorrupt, match=r"manifest\.json cannot be read"):
        Snapshot(tmp_path)


def test_a_file_gone_or_of_another_size_is_named_at_opening(tmp_path: Path) -> None:
    directory = published(tmp_path, *ENTRIES[:2])
    path = directory / "sentence_vectors.npy"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(IndexCorrupt, match=rf"npy has {len(content) - 1} bytes, not"):
        Snapshot(tmp_path)
    path.unlink()
    with pytest.raises(IndexCorrupt, match=r"sentence_vectors\.npy is missing"):
        Snapshot(tmp_path)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("chunk_vectors.npy", r"chunk_vectors\.npy cannot be read"),
        ("sentence_vectors.npy", r"sentence_vectors\.npy cannot be read"),
        ("neutral.npz", r"neutral\.npz cannot be read"),
        ("corpus.sqlite", r"corpus\.sqlite is damaged"),
        ("chroma/chroma.sqlite3", r"Chroma .* cannot open"),
    ],
)
def test_a_file_of_the_right_size_and_the_wrong_bytes_is_named_when_it_is_read(
    tmp_path: Path, name: str, complaint: str
) -> None:
    directory = published(tmp_path, *ENTRIES[:2])
    path = directory / name
    path.write_bytes(b"?" * path.stat().st_size)

    def read() -> None:
        with Snapshot(tmp_path) as snapshot:
            snapshot.documents()
            snapshot.nearest(samples.direction("x"), 1)

    with pytest.raises(IndexCorrupt, match=complaint):
        read()
    held = hold_alone(directory)
    assert held is not None
    os.close(held)


def test_an_array_of_another_shape_than_the_manifest_says_is_named(tmp_path: Path) -> None:
    directory = published(tmp_path, *ENTRIES[:2])
    manifest = dataclasses.replace(read_manifest(directory), dimension=11)
    (directory / MANIFEST_FILE).write_text(manifest.to_text())
    publish(tmp_path, Pointer(directory.name, manifest.seal))
    with pytest.raises(IndexCorrupt, match=r"holds float32 \(\d+, 12\), not float32 \(\d+, 11\)"):
        Snapshot(tmp_path)
