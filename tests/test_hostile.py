"""Hostile files next to good ones: each is named with its reason, and the good ones are in."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopback import Run, runner
from pkqa.store.doctor import examine
from test_sandbox import bomb, encrypted_pdf, pdf

LIGHTHOUSES = "The harbour of Zembla holds forty-one lighthouses."
BRIDGE = "Le pont de Zembla mesure neuf cents mètres."
MARKED = "Submarines crossed the strait, says a paper with its mark."
UNMARKED = "Balloons rose above the stadium, as another one tells us."


def hostile() -> dict[str, tuple[bytes, str]]:
    """name -> content, words of the reason."""
    deep = b"<div>" * 10_000 + b"words" + b"</div>" * 10_000
    return {
        "truncated.pdf": (pdf("Sixteen helicopters were promised. " * 50)[:-300], "cut off"),
        "encrypted.pdf": (encrypted_pdf(), "encrypted"),
        "bomb.docx": (bomb(), "zip bomb"),
        "empty.txt": (b"", "is empty (0 bytes)"),
        "program.txt": (b"\x7fELF" + bytes(range(256)) * 20, "not text"),
        "divs.html": (deep, "nested"),
        "closed.txt": (b"Nobody may read this.\n", "may not be read"),
        "half.txt": (MARKED.encode("utf-16")[:-1], "UTF-16"),
    }


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name, (content, _) in hostile().items():
        (folder / name).write_bytes(content)
    (folder / "closed.txt").chmod(0)
    (folder / "a-good.txt").write_text(f"{LIGHTHOUSES}\n")
    (folder / "z-good.md").write_text(f"# Le pont\n\n{BRIDGE}\n")
    (folder / "marked.txt").write_bytes(MARKED.encode("utf-16"))
    (folder / "unmarked.txt").write_bytes(UNMARKED.encode("utf-16-le"))
    return folder


def test_each_hostile_file_is_named_and_the_good_ones_answer(
    run: Run, index: Path, folder: Path
) -> None:
    expected = {str(folder / name): reason for name, (_, reason) in hostile().items()}
    good = {"a-good.txt", "z-good.md", "marked.txt", "unmarked.txt"}
    for unchanged in (0, len(good)):  # the second time the faults are said again
        ran = run("ingest", folder, "--json")
        assert ran.code == 3
        assert ran.err == ""
        report = ran.json
        assert len(report["rejected"]) == len(expected)
        for path, reason in expected.items():
            (sentence,) = [told for told in report["rejected"] if path in told]
            assert reason in sentence
            assert "\n" not in sentence
            assert "; " in sentence  # the remedy
            assert "is kept" not in sentence
        assert report["unchanged"] == unchanged
        assert report["documents"] == len(good)
        if not unchanged:
            assert set(report["added"]) == {f"mixed/{name}" for name in good}
            for name in ("marked.txt", "unmarked.txt"):
                (note,) = [told for told in report["notes"] if str(folder / name) in told]
                assert "UTF-16" in note
            assert len(report["notes"]) == 2
    assert examine(index) == []
    for query, name in {
        "How many lighthouses does the harbour of Zembla hold?": "a-good.txt",
        "Combien de mètres mesure le pont de Zembla ?": "z-good.md",
        "Which submarines crossed the strait?": "marked.txt",
        "Which balloons rose above the stadium?": "unmarked.txt",
    }.items():
        hits = run("search", query, "--json", "--top-k", 1).json["hits"]
        assert hits[0]["document_id"] == f"mixed/{name}"
    assert run("show", "mixed/marked.txt", "--json").json["text"] == MARKED
    assert run("show", "mixed/unmarked.txt", "--json").json["text"] == UNMARKED


def test_in_words_every_rejected_file_is_a_line_of_its_own(
    run: Run, index: Path, folder: Path
) -> None:
    ran = run("ingest", folder)
    assert ran.code == 3
    lines = ran.err.splitlines()
    assert len(lines) == len(hostile())
    assert all(line.startswith(f"  rejected: {folder}/") for line in lines)
    assert "4 documents" in ran.out
    assert ran.out.count("\n  note: ") == 2
    assert index.is_dir()


def test_a_folder_of_nothing_but_faults_leaves_an_index_that_opens(
    run: Run, index: Path, folder: Path
) -> None:
    for name in ("a-good.txt", "z-good.md", "marked.txt", "unmarked.txt"):
        (folder / name).unlink()
    assert run("ingest", folder).code == 3
    assert run("ask", "How many lighthouses?", "--json").json["status"] == "not_found"
    assert examine(index) == []
