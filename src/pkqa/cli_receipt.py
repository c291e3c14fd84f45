"""``pkqa receipt ...``: the commands about receipts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pkqa.printing import print_json, print_lines


def add_receipt(commands: Any) -> None:
    """Add ``receipt`` to the subparsers of ``pkqa``."""
    does = "check the receipts of answers (ask --receipt FILE writes one)"
    kinds = commands.add_parser("receipt", help=does, description=does).add_subparsers(
        required=True, metavar="WHAT"
    )
    does = "say whether each quotation of a receipt still stands in the corpus"
    sub = kinds.add_parser(
        "verify", help=does, description=does,
        epilog="exit code: 0 every quotation stands; 1 one does not, or the receipt was edited; "
        "2 the file is no receipt",
    )  # fmt: skip
    sub.set_defaults(command=_verify)
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.add_argument("--index", type=Path, metavar="DIR", help="folder of the built index")
    sub.add_argument("--json", action="store_true", help="print the check as JSON")


def _verify(words: argparse.Namespace) -> int:
    from pkqa.receipt.check import check, lines
    from pkqa.receipt.reading import read_receipt
    from pkqa.settings import load
    from pkqa.store.snapshot import Snapshot

    settings = load(vars(words))
    receipt = read_receipt(words.file)
    with Snapshot(settings.index) as snapshot:
        checked = check(receipt, snapshot, settings)
    if words.json:
        print_json(checked.to_json())
    else:
        print_lines(lines(checked))
    return 0 if checked.stands else 1
