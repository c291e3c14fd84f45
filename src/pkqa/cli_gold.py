"""``pkqa eval check``, ``draft`` and ``import``: gold questions checked, proposed, brought in."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from pkqa.errors import UsageError
from pkqa.printing import print_lines, print_warnings

GOLD = Path("evals/gold")
FAULTS = 2  # exit code
KINDS = ("beir", "squad", "promptfoo")


def add_gold(kinds: Any) -> None:
    """Add ``check``, ``draft`` and ``import`` to the subparsers of ``pkqa eval``."""
    does = "say what is wrong with gold questions, and count them"
    sub = kinds.add_parser("check", help=does, description=does)
    sub.set_defaults(command=_check)
    sub.add_argument(
        "gold", nargs="*", type=Path, metavar="GOLD",
        help=f"files or folders of gold questions (default: {GOLD})",
    )  # fmt: skip
    sub.add_argument(
        "--anchor", action="store_true",
        help="first move spans to where their quotations stand now, in the files themselves",
    )  # fmt: skip
    _add_index(sub)

    does = "propose gold questions for a person to accept"
    sub = kinds.add_parser("draft", help=does, description=does)
    sub.set_defaults(command=_draft)
    source = sub.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "feedback", nargs="?", type=Path, metavar="FEEDBACK.jsonl",
        help="from the feedback of a server; its quotations are looked up in the index",
    )  # fmt: skip
    source.add_argument(
        "--document", metavar="ID", help="from the sentences of a document that state something"
    )
    source.add_argument(
        "--run", type=Path, metavar="RUN.json",
        help="from what the answers of a run cite and nobody has judged",
    )  # fmt: skip
    sub.add_argument(
        "--gold", nargs="+", type=Path, metavar="GOLD",
        help=f"with --run: the gold questions that were asked (default: {GOLD})",
    )  # fmt: skip
    sub.add_argument(
        "--out", type=Path, metavar="FILE",
        help="new file for the proposals, a JSON object a line (default: print them)",
    )  # fmt: skip
    _add_index(sub)

    does = "make gold questions, and a corpus where there is one, of another suite's files"
    sub = kinds.add_parser("import", help=does, description=does)
    sub.set_defaults(command=_import)
    sub.add_argument(
        "kind", choices=KINDS, metavar="KIND",
        help="beir (a folder), squad (JSON, 1.1 or 2.0) or promptfoo (a CSV of test cases)",
    )  # fmt: skip
    sub.add_argument("path", type=Path, metavar="PATH", help="the source")
    sub.add_argument(
        "--out", type=Path, required=True, metavar="DIR",
        help="folder for gold.jsonl and corpus.jsonl",
    )  # fmt: skip


def _add_index(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--index", type=Path, metavar="DIR", help="folder of the index")


def _check(words: argparse.Namespace) -> int:
    from functools import cache

    from pkqa.evals.gold.check import faults
    from pkqa.evals.gold.lines import read_lines
    from pkqa.evals.gold.rewrite import rewrite
    from pkqa.evals.gold.summary import summary
    from pkqa.settings import load
    from pkqa.store.snapshot import Snapshot

    lines, unread = read_lines(words.gold or [GOLD])
    with Snapshot(load({"index": words.index}).index) as snapshot:
        document = cache(snapshot.document)
        if words.anchor:
            lines, spans = rewrite(lines, document)
            print_lines(f"{path}: spans brought up to date: {n}" for path, n in spans.items())
            print_lines([f"spans brought up to date in all: {sum(spans.values())}", ""])
        found = [*unread, *faults(lines, document)]
    print_lines(found)
    print_lines([*([""] if found else []), *summary([line.record for line in lines]), ""])
    print_lines([f"faults: {len(found)}" if found else "no faults"])
    return FAULTS if found else 0


def _draft(words: argparse.Namespace) -> int:
    from pkqa.evals.gold.draft_document import from_document
    from pkqa.evals.gold.draft_feedback import from_feedback, opinions_of
    from pkqa.evals.gold.draft_run import from_run
    from pkqa.evals.gold.file import line_of, read_gold
    from pkqa.evals.suite.run import read_run
    from pkqa.settings import load
    from pkqa.store.snapshot import Snapshot

    if words.gold and words.run is None:
        raise UsageError("--gold goes with --run")
    _require_new(words.out)
    index = load({"index": words.index}).index
    if words.document is not None:
        with Snapshot(index) as snapshot:
            lines = [line_of(record) for record in from_document(snapshot.document(words.document))]
        told = f"document {words.document}"
    elif words.run is not None:
        run, records = read_run(words.run), read_gold(words.gold or [GOLD])
        with Snapshot(index) as snapshot:
            lines = [line_of(record) for record in from_run(run, records, snapshot.document)]
        told = f"answers {len(run.items)}"
    else:
        opinions = opinions_of(words.feedback)
        with Snapshot(index) as snapshot:
            proposals = from_feedback(opinions, snapshot.document)
        lines = [json.dumps(proposal, ensure_ascii=False) for proposal in proposals]
        told = f"opinions {len(opinions)}"
    if words.out is None:
        print_lines(lines)
        return 0
    _write(words.out, "".join(f"{line}\n" for line in lines))
    print_lines([f"{words.out}: proposals {len(lines)}, {told}"])
    return 0


def _import(words: argparse.Namespace) -> int:
    from pkqa.evals.foreign.beir_folder import from_beir
    from pkqa.evals.foreign.imported import corpus_text
    from pkqa.evals.foreign.promptfoo import from_promptfoo
    from pkqa.evals.foreign.squad import from_squad
    from pkqa.evals.gold.file import text_of

    gold, corpus = words.out / "gold.jsonl", words.out / "corpus.jsonl"
    _require_new(gold)
    _require_new(corpus)
    reads = {"beir": from_beir, "squad": from_squad, "promptfoo": from_promptfoo}
    found = reads[words.kind](words.path)
    repeated = [name for name, n in Counter(r.id for r in found.records).items() if n > 1]
    if repeated:
        raise UsageError(f"{words.path}: the id {repeated[0]!r} stands twice; make ids unique")
    try:
        words.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{words.out} cannot be made: {error.strerror}; name another folder"
        ) from None
    if found.documents:
        _write(corpus, corpus_text(found.documents))
        print_lines([f"{corpus}: documents {len(found.documents)}"])
    _write(gold, text_of(found.records))
    print_lines([f"{gold}: questions {len(found.records)}"])
    print_warnings(f"left out: {n} {what}" for what, n in sorted(found.left_out.items()))
    return 0


def _require_new(path: Path | None) -> None:
    if path is not None and path.exists():
        raise UsageError(f"{path} is there already; name another place")


def _write(path: Path, text: str) -> None:
    from pkqa.store.durable import replace

    try:
        replace(path, text)
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"{path} cannot be written: {why}; name another place") from None
