"""The table that the command line prints."""

from __future__ import annotations

from pathlib import Path

from pkqa.evals.report.pairs import COLUMNS, by_pair
from pkqa.evals.suite.run import Fingerprints
from pkqa.evals.suite.running import Plan, run
from suite_product import Scripted, gold


def test_a_line_a_pair_and_one_for_all(tmp_path: Path) -> None:
    made_of = Fingerprints(
        corpus="c", gold="g", metrics="1", embedder="e", model="", prompt="", settings="s"
    )
    found, _ = run(Plan("p", "quote", gold(), made_of, tmp_path), Scripted())
    heads, rule, *lines = by_pair(found)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert rule.count("|") == heads.count("|") == len(COLUMNS) + 3
    assert [row[0] for row in rows] == [
        "en -> ar",
        "en -> en",
        "fr -> fr",
        "en -> -",
        "all questions",
    ]
    assert [row[1] for row in rows] == ["1", "1", "1", "1", "4"]
    by_name = {row[0]: dict(zip(COLUMNS, row[2:], strict=True)) for row in rows}
    assert by_name["en -> en"]["pass"].startswith("1.000 [0.")
    assert by_name["en -> en"]["answered unanswerable"] == "-"
    assert by_name["en -> -"]["recall@5"] == "-"
    assert by_name["en -> -"]["answered unanswerable"].startswith("0.000 [0.00, 0.")
