"""``pkqa eval run``, ``compare`` and ``bless``: the regression suite."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pkqa.printing import ProgressBar, print_json, print_lines

PROFILE = "embedded"
CHANGEABLE = "embedder", "model", "prompt", "settings"


def add_suite(kinds: Any) -> None:
    """Add ``run``, ``compare`` and ``bless`` to the subparsers of ``pkqa eval``."""
    does = "ask the gold questions, score the answers, and say whether anything became worse"
    sub = kinds.add_parser("run", help=does, description=does)
    sub.set_defaults(command=_run)
    sub.add_argument(
        "gold", nargs="*", type=Path, metavar="GOLD",
        help="files or folders of gold questions (default: evals/gold)",
    )  # fmt: skip
    _add_profile(sub)
    product = sub.add_mutually_exclusive_group()
    product.add_argument(
        "--corpus", nargs="+", type=Path, metavar="PATH",
        help="documents that an index is made of for this run (default: seeds)",
    )  # fmt: skip
    product.add_argument(
        "--index", type=Path, metavar="DIR", help="ask this index as it is, and make none"
    )
    sub.add_argument(
        "--out", type=Path, metavar="DIR",
        help="folder of the results (default: evals/runs/PROFILE)",
    )  # fmt: skip
    sub.add_argument(
        "--baseline", type=Path, metavar="FILE",
        help="compare with this run (default: evals/baselines/PROFILE.json)",
    )  # fmt: skip
    _add_changed(sub)
    sub.add_argument(
        "--filter", action="append", default=[], metavar="FIELD=PATTERN",
        help="ask only questions that match (id, fact, language, split, tag, unanswerable); may be "
        "given several times",
    )  # fmt: skip
    sub.add_argument("--failed", action="store_true", help="ask only what failed the last time")
    sub.add_argument(
        "--repeat", type=_times, default=1, metavar="N", help="ask each question so many times"
    )
    sub.add_argument("--resume", action="store_true", help="go on with a run that was killed")
    replies = sub.add_mutually_exclusive_group()
    replies.add_argument("--record", type=Path, metavar="FILE", help="keep what the model replies")
    replies.add_argument(
        "--replay", type=Path, metavar="FILE", help="answer with kept replies; no model is asked"
    )
    sub.add_argument(
        "--judge", action="store_true",
        help="also ask the model of the settings what it thinks of the answers; for information",
    )  # fmt: skip
    sub.add_argument("--json", action="store_true", help="print the verdict as JSON")

    does = "compare two runs, without asking anything"
    sub = kinds.add_parser("compare", help=does, description=does)
    sub.set_defaults(command=_compare)
    sub.add_argument("old", type=Path, metavar="OLD", help="run.json of a run, or a baseline")
    sub.add_argument("new", type=Path, metavar="NEW", help="run.json of another one")
    _add_profile(sub)
    _add_changed(sub)
    sub.add_argument("--json", action="store_true", help="print the verdict as JSON")

    does = "make a run the baseline that later ones are compared with"
    sub = kinds.add_parser("bless", help=does, description=does)
    sub.set_defaults(command=_bless)
    sub.add_argument(
        "run", nargs="?", type=Path, metavar="RUN",
        help="run.json (default: that of the last run of the profile)",
    )  # fmt: skip
    _add_profile(sub)
    sub.add_argument("--reason", required=True, metavar="WHY", help="why, for whoever reads it")


def _add_profile(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--profile", default=PROFILE, metavar="NAME",
        help="settings, floors and quarantine of evals/profiles/NAME.toml "
        f"(default: {PROFILE})",
    )  # fmt: skip


def _add_changed(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--changed", action="append", default=[], choices=CHANGEABLE,
        help="what differs from the baseline on purpose; may be given several times",
    )  # fmt: skip


def _run(words: argparse.Namespace) -> int:
    from pkqa.evals.judging.report import markdown as judge_lines
    from pkqa.evals.regression import CORPUS, GOLD, Order, regression
    from pkqa.evals.report.pairs import by_pair
    from pkqa.evals.suite.timings import summary

    order = Order(
        profile=words.profile,
        gold=words.gold or (GOLD,),
        corpus=None if words.index is not None else words.corpus or (CORPUS,),
        index=words.index,
        out=words.out,
        baseline=words.baseline,
        changed=words.changed,
        filters=words.filter,
        failed=words.failed,
        repeats=words.repeat,
        resume=words.resume,
        record=words.record,
        replay=words.replay,
        judge=words.judge,
    )
    with ProgressBar(unit="") as progress:
        outcome = regression(order, datetime.now(UTC).date(), progress)
    if words.json:
        print_json(outcome.verdict.to_json())
    else:
        print_lines([*by_pair(outcome.run), ""])
        print_lines(outcome.verdict.sentences())
        print_lines(["", *summary(outcome.entries)])
        if outcome.judged is not None:
            print_lines(judge_lines(outcome.judged))
        print_lines(
            [
                f"{order.folder}: run.json, report.html, report.md, junit.xml, timings.json",
                f"{order.profile}: {outcome.verdict.word}",
            ]
        )
    return outcome.verdict.code


def _compare(words: argparse.Namespace) -> int:
    from pkqa.evals.gate.profile import read_profile
    from pkqa.evals.gate.verdict import judge
    from pkqa.evals.regression import profile_file
    from pkqa.evals.suite.run import read_run

    profile = read_profile(profile_file(words.profile))
    old, new = read_run(words.old), read_run(words.new)
    verdict = judge(new, old, profile, datetime.now(UTC).date(), tuple(words.changed))
    if words.json:
        print_json(verdict.to_json())
    else:
        print_lines(verdict.sentences())
    return verdict.code


def _bless(words: argparse.Namespace) -> int:
    from pkqa.evals.gate.blessing import bless, write_baseline
    from pkqa.evals.gate.profile import read_profile
    from pkqa.evals.regression import EVALS, baseline_file, profile_file
    from pkqa.evals.suite.run import RUN_FILE, read_run

    found = read_run(words.run or EVALS / "runs" / words.profile / RUN_FILE)
    profile = read_profile(profile_file(words.profile))
    blessed = bless(found, words.reason, datetime.now(UTC).date(), profile)
    target = baseline_file(words.profile)
    write_baseline(target, blessed)
    print_lines([f"{target}: the baseline of {words.profile}, questions {len(blessed.items)}"])
    return 0


def _times(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
