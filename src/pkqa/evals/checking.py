"""Fits the weighing of :mod:`pkqa.answer.verify`, and says how the checker does.

``python -m pkqa.evals.checking [--write] INDEX REPLIES.jsonl...``: see
:mod:`pkqa.evals.checking_replies` for what a file holds, and :mod:`pkqa.evals.checking_fit` for
what the figures are of.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pkqa.answer import weighing
from pkqa.evals.checking_fit import fitted
from pkqa.evals.checking_replies import TRUE, WRONG_PASSAGE, Sentence, read_sentences


def main() -> None:
    """Fit, report, and with ``--write`` keep the weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--fixed", action="store_true", help="report by the weights as they are")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("index", type=Path)
    parser.add_argument("replies", type=Path, nargs="+")
    words = parser.parse_args()
    checked = list(read_sentences(words.index, words.replies))
    if words.fixed:
        passed = [one.found.checked.verdict == "confirmed" for one in checked]
    else:
        passed, body = fitted(checked)
        print(json.dumps(body, indent=2))  # noqa: T201
        if words.write:
            target = Path(weighing.__file__).with_name(weighing.WEIGHTS_FILE)
            target.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
    report(checked, passed, show=words.show)


def report(checked: Sequence[Sentence], passed: Sequence[bool], *, show: bool) -> None:
    """Print how many altered replies were caught, and how many true ones were held back."""
    replies: defaultdict[str, list[tuple[Sentence, bool]]] = defaultdict(list)
    for one, well in zip(checked, passed, strict=True):
        replies[one.reply].append((one, well))
    kinds: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for name, own in replies.items():
        stopped = not all(well for _, well in own)
        kinds[own[0][0].kind, name[:2]].append(stopped)
        wrong = stopped if own[0][0].kind == TRUE else not stopped
        if show and wrong:
            for one, well in own:
                print(  # noqa: T201
                    f"{name} {one.kind} {'passed' if well else 'held'} "
                    f"{one.found.checked.reason}:{one.found.checked.detail} | {one.text}"
                )
    languages = sorted({language for _, language in kinds})
    print("| kind | " + " | ".join(languages) + " | all |")  # noqa: T201
    print("|---|" + "---|" * (len(languages) + 1))  # noqa: T201
    altered: list[bool] = []
    for kind in sorted({kind for kind, _ in kinds} - {TRUE, WRONG_PASSAGE}):
        altered += _row(kind, [kinds[kind, language] for language in languages])
    by_language = [
        [
            stopped
            for (kind, own), all_ in kinds.items()
            if own == language and kind not in (TRUE, WRONG_PASSAGE)
            for stopped in all_
        ]
        for language in languages
    ]
    _row("all altered: caught", by_language)
    _row("true, cited wrongly: caught", [kinds[WRONG_PASSAGE, language] for language in languages])
    _row("true: withheld", [kinds[TRUE, language] for language in languages])


def _row(name: str, columns: Sequence[Sequence[bool]]) -> list[bool]:
    whole = [one for column in columns for one in column]
    cells = [f"{sum(c)}/{len(c)}" for c in (*columns, whole)]
    share = f" ({np.mean(whole):.1%})" if whole else ""
    print(f"| {name} | " + " | ".join(cells) + share + " |")  # noqa: T201
    return whole


if __name__ == "__main__":
    main()
