"""What measures: the reader of benchmarks, and the tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pkqa.errors import UsageError
from pkqa.evals import fusion
from pkqa.evals.beir import Benchmark, Passage, Query, read
from pkqa.retrieve.fuse import SIGNS

PASSAGES = [
    ("p1", "Korea pledged helicopters. It also pledged hospitals.", "en"),
    ("p2", "La Corée a promis des hélicoptères.", "fr"),
    ("p3", "Bread doubled in price after the harvest.", "en"),
    ("p4", "تضاعف سعر الخبز بعد الحصاد.", "ar"),
]
QUERIES: list[tuple[str, str, str, list[str]]] = [
    ("q1", "Who pledged helicopters?", "en", ["Korea"]),
    ("q2", "Qui a promis des hélicoptères ?", "fr", []),
    ("q3", "ما الذي تضاعف سعره؟", "ar", []),
]
JUDGEMENTS = [("q1", "p1", 1), ("q1", "p3", 0), ("q2", "p2", 1), ("q3", "p4", 1)]


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of BEIR's shape."""
    made = tmp_path / "tiny"
    made.mkdir()
    (made / "corpus.jsonl").write_text(
        lines([{"_id": i, "text": t, "language": lang} for i, t, lang in PASSAGES])
    )
    (made / "queries.jsonl").write_text(
        lines(
            [
                {"_id": i, "text": t, "language": lang} | ({"answers": a} if a else {})
                for i, t, lang, a in QUERIES
            ]
        )
    )
    rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in JUDGEMENTS)]
    (made / "qrels.tsv").write_text("\n".join(rows) + "\n")
    return made


# The reader


def test_a_folder_is_read(folder: Path) -> None:
    bench = read([folder])
    assert bench.passages == [Passage(*row) for row in PASSAGES]
    first, second, _ = bench.queries
    expected = Query("q1", "Who pledged helicopters?", "en", ("Korea",), frozenset({"p1"}))
    assert first == expected  # a judgement of 0 is none
    assert second.answers == ()


def test_folders_are_pooled(folder: Path) -> None:
    assert len(read([folder, folder]).passages) == 2 * len(PASSAGES)
    assert read([]) == Benchmark([], [])


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
@pytest.mark.parametrize(
    "body", [None, b"{\n", b"[]\n[1]\n", b"\xff\xfe\n\xff", b"a\nb\tc\td\te\n"]
)
def test_what_is_not_of_the_shape_is_named(folder: Path, name: str, body: bytes | None) -> None:
    (folder / name).unlink()
    if body is not None:
        (folder / name).write_bytes(body + body)
    with pytest.raises(UsageError, match=r"tiny is not of BEIR's shape"):
        read([folder])


def test_a_record_without_a_field_is_named(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"_id": "p1", "text": "No language."}\n')
    with pytest.raises(UsageError, match="language"):
        read([folder])


# The fit of the two scorers


@pytest.mark.slow
@pytest.mark.usefixtures("embeddings")
def test_the_table_of_fusion(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fusion.main([str(folder)])
    head, rule, *rows, blank, own, other = capsys.readouterr().out.splitlines()
    assert head == "| | ar -> ar | en -> en | fr -> fr |"
    assert rule == "|---|---|---|---|"
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [name for name, *_ in cells] == [part.name for part in fusion.PARTS]
    # Four passages: all are among the first five.
    assert [cell[:8] for _, *row in cells for cell in row] == ["1.000 / "] * 3 * len(cells)
    assert blank == ""
    signs = f"  # {', '.join(SIGNS)}"
    for name, line in (("OWN = ", own), ("OTHER = ", other)):
        assert line.startswith(name)
        assert line.endswith(signs)
    weights = dict(
        zip(SIGNS, json.loads(own.removeprefix("OWN = ").partition("#")[0]), strict=True)
    )
    cosines = SIGNS[: SIGNS.index("lexical")]
    assert sum(weights[name] for name in cosines) == pytest.approx(1, abs=0.002)
    assert weights["other"] == 0
    assert len(json.loads(other.removeprefix("OTHER = ").partition("#")[0])) == len(SIGNS)
