"""``pkqa eval ...``: the commands that measure."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from pkqa.errors import UsageError
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
    does = "propose gold questions from what readers thought of answers"
    sub = kinds.add_parser("draft", help=does, description=does)
    sub.set_defaults(command=_draft)
    sub.add_argument(
        "feedback", type=Path, metavar="FEEDBACK.jsonl",
        help="the feedback of a server; its quotations are looked up in the index",
    )  # fmt: skip
    sub.add_argument(
        "--out", type=Path, metavar="FILE",
        help="new file for the proposals, a JSON object a line (default: print them)",
    )  # fmt: skip
    sub.add_argument("--index", type=Path, metavar="DIR", help="folder of the index")


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


def _draft(words: argparse.Namespace) -> int:
    from pkqa.evals.draft import drafts, records_of
    from pkqa.settings import load
    from pkqa.store.durable import replace
    from pkqa.store.snapshot import Snapshot

    if words.out is not None and words.out.exists():
        raise UsageError(f"{words.out} is there already; name another file")
    records = records_of(words.feedback)
    with Snapshot(load(vars(words)).index) as snapshot:
        proposals = drafts(records, snapshot.document)
    lines = [json.dumps(proposal, ensure_ascii=False) for proposal in proposals]
    if words.out is None:
        print_lines(lines)
        return 0
    try:
        replace(words.out, "".join(f"{line}\n" for line in lines))
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"{words.out} cannot be written: {why}; name another file") from None
    print_lines([f"{words.out}: proposals {len(lines)}, opinions {len(records)}"])
    return 0
