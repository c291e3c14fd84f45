"""``pkqa keys ...``: the API keys of the server."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pkqa.errors import UsageError
from pkqa.printing import print_lines, print_warnings


def add_keys(commands: Any) -> None:
    """Add ``keys`` to the subparsers of ``pkqa``."""
    does = "hand out API keys for the server, and take them back (setting api_keys_file)"
    kinds = commands.add_parser("keys", help=does, description=does).add_subparsers(
        required=True, metavar="WHAT"
    )
    does = "make a key and print it, this once: only its hash is kept"
    sub = kinds.add_parser("add", help=does, description=does)
    sub.set_defaults(command=_add)
    sub.add_argument("name", metavar="NAME", help="whose key it is, as the audit writes it")
    sub.add_argument(
        "--group", action="append", default=[], metavar="GROUP",
        help="documents of this group too; may be given several times; '*' for all documents",
    )  # fmt: skip
    sub.add_argument("--expires", type=_days, metavar="DAYS", help="days that it is good for")

    does = "name the keys, never the keys themselves"
    sub = kinds.add_parser("list", help=does, description=does)
    sub.set_defaults(command=_list)

    does = "take a key back: it is refused from then on"
    sub = kinds.add_parser("remove", help=does, description=does)
    sub.set_defaults(command=_remove)
    sub.add_argument("name", metavar="NAME")


def _add(words: argparse.Namespace) -> int:
    from pkqa.serve.signin.keys import add_key

    path = _file()
    key = add_key(path, words.name, words.group, words.expires)
    print_warnings([f"the key of {words.name}; it is in no file, and is not shown again:"])
    print_lines([key])
    return 0


def _list(_: argparse.Namespace) -> int:
    from pkqa.serve.signin.keys import read_keys

    for key in read_keys(_file()):
        groups = ", ".join(key.groups) or "no group"
        print_lines([f"{key.name}  [{groups}]  since {key.created}, until {key.expires or 'ever'}"])
    return 0


def _remove(words: argparse.Namespace) -> int:
    from pkqa.serve.signin.keys import remove_key

    remove_key(_file(), words.name)
    return 0


def _file() -> Path:
    from pkqa.settings import load

    path = load().api_keys_file
    if path is None:
        raise UsageError(
            "no file of API keys is set: set api_keys_file in pkqa.toml, or PKQA_API_KEYS_FILE"
        )
    return path


def _days(text: str) -> float:
    days = float(text)
    if not 0 < days < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return days
