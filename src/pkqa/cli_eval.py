"""``pkqa eval ...``: the commands that measure."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pkqa.cli_gold import add_gold
from pkqa.cli_suite import add_suite
from pkqa.printing import ProgressBar, print_json, print_lines, print_warnings

NAMED = 10  # passages that the index lacks


def add_eval(commands: Any) -> None:
    """Add ``eval`` to the subparsers of ``pkqa``."""
    does = "measure the product"
    kinds = commands.add_parser("eval", help=does, description=does).add_subparsers(
        required=True, metavar="WHAT"
    )
    does = "measure retrieval on BEIR-shaped folders, by question and passage language"
    sub = kinds.add_parser("retrieval", help=does, description=does)
    sub.set_defaults(command=_retrieval)
    sub.add_argument(
        "folders", nargs="+", type=Path, metavar="DIR",
        help="folder of corpus.jsonl, queries.jsonl and qrels.tsv; all go into one index",
    )  # fmt: skip
    sub.add_argument(
        "--distractors", nargs="+", type=Path, default=[], metavar="PATH",
        help="documents without questions for the same index: files or folders",
    )  # fmt: skip
    sub.add_argument(
        "--compare", choices=("naive",),
        help="naive: llama-index's plain pipeline on the same chunks and vectors",
    )  # fmt: skip
    sub.add_argument(
        "--cache", type=Path, metavar="DIR",
        help="where the index and the vectors stay (default: $XDG_CACHE_HOME/pkqa)",
    )  # fmt: skip
    sub.add_argument("--json", action="store_true", help="print everything as JSON, unrounded")
    add_gold(kinds)
    add_suite(kinds)


def _retrieval(words: argparse.Namespace) -> int:
    from pkqa.evals.pool import cache_folder, pool
    from pkqa.evals.retrieval import measure
    from pkqa.evals.tables import markdown
    from pkqa.settings import load

    with ProgressBar(unit="") as progress:
        measured = measure(
            pool(words.folders, words.distractors),
            load(),
            words.cache or cache_folder(),
            naive=words.compare == "naive",
            progress=progress,
        )
    print_warnings(f"rejected: {sentence}" for sentence in measured.rejected)
    if measured.lacking:
        more = "" if len(measured.lacking) <= NAMED else ", ..."
        print_warnings(
            [
                f"not in the index, so never found: {len(measured.lacking)} passages "
                f"({', '.join(measured.lacking[:NAMED])}{more})"
            ]
        )
    if words.json:
        print_json(measured.to_json())
    else:
        print_lines(markdown(measured))
    return 0
