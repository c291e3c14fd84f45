"""``.groups`` in a folder: what it says, whom it holds for, and what becomes of a broken one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import SEEDS
from loopback import Run, runner
from openai_server import OpenAIServer
from pkqa.ingest.folder_groups import FolderGroups
from pkqa.ingest.readers import UnreadableError
from pkqa.store.catalog import CATALOG_FILE, Catalog
from pkqa.store.snapshot import Snapshot
from test_pipeline import fed, fits, line

Seen = dict[str, tuple[str, ...]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def groups(index: Path) -> Seen:
    """Document id -> its groups, as published; the catalog says the same."""
    with Snapshot(index) as snapshot, Catalog(index / CATALOG_FILE, read_only=True) as catalog:
        published = {d.document_id: d.groups for d in snapshot.documents()}
        assert published == {d.document_id: d.groups for d in catalog.documents()}
    return published


# What a file says


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", ()),
        (b"\n  \n# everyone\n", ()),
        (b"staff\n", ("staff",)),
        (b"\xef\xbb\xbfstaff\r\n\r\n# the others\r\n\tpress \r\nstaff", ("press", "staff")),
        ("équipe mixte\nالموظفون\n".encode(), ("équipe mixte", "الموظفون")),
        (b"a#b\n", ("a#b",)),
    ],
)
def test_a_group_stands_on_each_line(
    tmp_path: Path, content: bytes, named: tuple[str, ...]
) -> None:
    (tmp_path / ".groups").write_bytes(content)
    assert FolderGroups().of(tmp_path / "paper.txt", tmp_path) == named


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"staff\npress, staff\n", "line 2", "comma"),
        (b"staff\n\nst\x00aff\n", "line 3", "cannot be seen"),
        ("st\u202eaff\n".encode(), "line 1", "cannot be seen"),
        (b"staff\rpress\n", "line 1", "cannot be seen"),
        (b"\xef\xbb\xbf\xe9quipe\n", "line 1", "UTF-8"),
        (b"staff\n\xe9quipe\n", "line 2", "UTF-8"),
        ("staff\n".encode("utf-16"), "line 1", "UTF-8"),
        (b"staff\n" * 11_000, "", "65,536 bytes"),
    ],
)
def test_a_fault_names_file_and_line(
    tmp_path: Path, content: bytes, place: str, reason: str
) -> None:
    (tmp_path / ".groups").write_bytes(content)
    for _ in range(2):
        with pytest.raises(UnreadableError) as refused:
            FolderGroups().of(tmp_path / "paper.txt", tmp_path)
        said = str(refused.value)
        assert str(tmp_path / ".groups") in said
        assert place in said
        assert reason in said
        assert ";" in said


ODD: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_file_names_nobody(tmp_path: Path, name: str) -> None:
    ODD[name](tmp_path / ".groups")
    with pytest.raises(UnreadableError, match=r"\.groups"):
        FolderGroups().of(tmp_path / "paper.txt", tmp_path)


def test_the_nearest_file_holds_as_far_up_as_the_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    said = {tmp_path: "above", root: "staff", root / "press": "press", root / "open": ""}
    for folder, content in said.items():
        folder.mkdir(exist_ok=True)
        (folder / ".groups").write_text(content)
    folders = FolderGroups()
    assert folders.of(root / "a.txt", root) == ("staff",)
    assert folders.of(root / "far" / "away" / "a.txt", root) == ("staff",)
    assert folders.of(root / "press" / "a.txt", root) == ("press",)
    assert folders.of(root / "press" / "deep" / "a.txt", root) == ("press",)
    assert folders.of(root / "open" / "deep" / "a.txt", root) == ()
    assert folders.of(root / "press" / "a.txt", root / "press") == ("press",)
    assert folders.of(root / "far" / "a.txt", root / "far") == ()


# Through an ingest


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Five documents: two that name their groups, three that do not."""
    folder = tmp_path / "papers"
    (folder / "inner" / "deep").mkdir(parents=True)
    (folder / "plain.txt").write_text("The plain paper speaks of helicopters.\n")
    (folder / "inner" / "own.md").write_text(
        "---\ngroups: own\n---\n\n# Own\n\nThe paper with groups of its own speaks of medals.\n"
    )
    (folder / "inner" / "deep" / "page.txt").write_text("The page below speaks of hospitals.\n")
    (folder / "inner" / "lines.jsonl").write_text(
        line("named", "The first line speaks of roads.", groups=["b", "a"])
        + line("nameless", "The second line speaks of rivers.", groups=[])
    )
    return folder


def test_a_folder_speaks_for_documents_that_name_no_groups(
    run: Run, index: Path, papers: Path
) -> None:
    (papers.parent / ".groups").write_text("above\n")
    (papers / "inner" / ".groups").write_text("staff\npress\n")
    report = fed(run, papers)
    assert len(report["added"]) == 5
    assert groups(index) == {
        "papers/plain.txt": (),
        "papers/inner/own.md": ("own",),
        "papers/inner/deep/page.txt": ("press", "staff"),
        "named": ("b", "a"),
        "nameless": ("press", "staff"),
    }
    again = fed(run, papers)
    assert (again["unchanged"], again["changed"], again["embedded"]) == (4, [], 0)
    assert fits(index)


def test_other_groups_change_what_is_published_and_nothing_is_embedded_for_it(
    run: Run, index: Path, embeddings: OpenAIServer, papers: Path
) -> None:
    fed(run, papers)
    requests = len(embeddings.requests)
    rule, page = papers / ".groups", "papers/inner/deep/page.txt"
    below = {page, "papers/plain.txt", "nameless"}

    rule.write_text("staff\n")
    report = fed(run, papers)
    assert set(report["changed"]) == below
    assert (report["added"], report["stale"], report["embedded"]) == ([], [], 0)
    assert {name for name, own in groups(index).items() if own == ("staff",)} == below

    rule.write_text("# as it was\nstaff\nstaff\n")  # says the same
    current = (index / "CURRENT").read_bytes()
    assert (fed(run, papers)["unchanged"], (index / "CURRENT").read_bytes()) == (4, current)

    (papers / "inner" / "deep" / ".groups").write_text("")
    report = fed(run, papers)
    assert (report["changed"], report["unchanged"]) == ([page], 3)
    assert groups(index)[page] == ()
    assert groups(index)["papers/plain.txt"] == ("staff",)

    own = papers / "inner" / "own.md"
    own.write_text(own.read_text().replace("groups: own", "groups: [own, press]"))
    assert fed(run, papers)["changed"] == ["papers/inner/own.md"]
    assert groups(index)["papers/inner/own.md"] == ("own", "press")

    rule.unlink()
    assert set(fed(run, papers)["changed"]) == {"papers/plain.txt", "nameless"}
    assert groups(index)["papers/plain.txt"] == groups(index)["nameless"] == ()
    assert len(embeddings.requests) == requests
    assert fits(index)


def test_under_a_broken_file_nothing_is_in_the_index(run: Run, index: Path, papers: Path) -> None:
    fed(run, papers)
    (papers / "inner" / ".groups").write_bytes(b"staff\n\xff\n")
    for _ in range(2):  # each time again
        report = fed(run, papers, code=3)
        assert set(groups(index)) == {"papers/plain.txt"}
        assert len(report["rejected"]) == 3
        for name, sentence in zip(
            ("deep/page.txt", "lines.jsonl", "own.md"), sorted(report["rejected"]), strict=True
        ):
            assert sentence.startswith(f"{papers / 'inner' / name}: not ingested, since ")
            assert f"{papers / 'inner' / '.groups'}, line 2: is not UTF-8; save it" in sentence
    assert report["removed"] == []
    (papers / "inner" / ".groups").write_text("staff\n")
    assert len(fed(run, papers)["added"]) == 4
    assert fits(index)


def test_what_is_taken_out_is_named(run: Run, index: Path, papers: Path) -> None:
    fed(run, papers)
    (papers / ".groups").write_text("a, b\n")
    report = fed(run, papers, code=3)
    assert set(report["removed"]) == {str(p) for p in papers.rglob("*.*") if p.name != ".groups"}
    assert all("is taken out: who may see it" in sentence for sentence in report["rejected"])
    assert groups(index) == {}


def test_what_cannot_be_read_any_more_is_not_kept_for_those_who_may_not_see_it_any_more(
    run: Run, index: Path, papers: Path
) -> None:
    fed(run, papers)
    plain = papers / "plain.txt"
    plain.write_bytes(b"")
    (sentence,) = fed(run, papers, code=3)["rejected"]
    assert "is kept" in sentence
    assert "papers/plain.txt" in groups(index)
    (papers / ".groups").write_text("staff\n")
    report = fed(run, papers, code=3)
    (sentence,) = report["rejected"]
    assert "is taken out" in sentence
    assert report["removed"] == [str(plain)]
    assert "papers/plain.txt" not in groups(index)


def test_a_bad_line_stays_said_under_a_folder_with_groups(
    run: Run, index: Path, papers: Path
) -> None:
    (papers / ".groups").write_text("staff\n")
    with (papers / "inner" / "lines.jsonl").open("a") as stream:
        stream.write("no JSON\n")
    for _ in range(2):
        (sentence,) = fed(run, papers, code=3)["rejected"]
        assert "line 3" in sentence
        assert groups(index)["nameless"] == ("staff",)
    # What is kept of it is what its folder names still.
    (papers / "inner" / "lines.jsonl").write_text("no JSON\n")
    (sentence,) = fed(run, papers, code=3)["rejected"]
    assert "is kept" in sentence
    assert groups(index)["nameless"] == ("staff",)


def test_a_part_of_a_folder_is_not_opened_by_being_named_alone(
    run: Run, index: Path, papers: Path
) -> None:
    (papers / ".groups").write_text("staff\n")
    fed(run, papers)
    deep = papers / "inner" / "deep"
    (deep / "new.txt").write_text("The new page speaks of bridges.\n")
    (deep / "page.txt").write_text("The page below speaks of schools by now.\n")
    before = groups(index)
    for path in (deep, deep / "new.txt"):
        report = fed(run, path, code=3)
        assert report["removed"] == report["added"] == report["changed"] == []
        assert all(f"ingest {papers}, or put a .groups" in said for said in report["rejected"])
        assert groups(index) == before
    assert fed(run, papers)["added"] == ["papers/inner/deep/new.txt"]
    assert groups(index)["papers/inner/deep/new.txt"] == ("staff",)
    # With a word of its own it may be named alone.
    (deep / ".groups").write_text("press\n")
    fed(run, deep)
    assert set(groups(index).values()) >= {("press",)}
    assert [own for name, own in groups(index).items() if "page" in name] == [("press",)]


def test_both_named_at_once_are_no_way_round_it(run: Run, index: Path, papers: Path) -> None:
    (papers / ".groups").write_text("staff\n")
    (sentence,) = fed(run, papers, papers / "inner" / "deep", code=3)["rejected"]
    assert str(papers / "inner" / "deep" / "page.txt") in sentence
    assert len(groups(index)) == 4
    assert [name for name, own in groups(index).items() if not own] == []


def test_seeds_without_the_file_are_as_they_were(
    run: Run, index: Path, embeddings: OpenAIServer, tmp_path: Path
) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    for path in sorted(SEEDS.iterdir())[:3]:
        shutil.copy(path, folder)
    fed(run, folder)
    with Catalog(index / CATALOG_FILE, read_only=True) as catalog:
        assert all(len(file.sha256) == 64 for file in catalog.files())
    assert set(groups(index).values()) == {()}
    assert len(embeddings.requests) > 0
