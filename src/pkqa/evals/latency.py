"""How long one question takes, stage by stage: ``make bench``.

``python -m pkqa.evals.latency FOLDER`` ingests FOLDER into a temporary index, warms up, then asks
questions in three languages one after the other and prints median and 95th percentile of each
stage in milliseconds.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path

import numpy as np

from pkqa.corpus import Corpus
from pkqa.indexing import ingest
from pkqa.settings import load

ROUNDS = 10
QUESTIONS = (
    "How many Moroccan peacekeepers have died in UN missions?",
    "Who is the military adviser of the UN?",
    "How many helicopters did Korea promise?",
    "Combien de pays ont pris des engagements à Séoul ?",
    "Où sont déployés les soldats marocains ?",
    "Qui a reçu le prix Nobel de la paix en 1988 ?",
    "ما الذكرى التي تحتفل بها عمليات حفظ السلام؟",
    "كم مروحية تعهدت بها كوريا؟",
    "من هو وكيل الأمين العام لعمليات السلام؟",
)
STAGES = ("embed", "retrieve", "answer", "total")


def main(folder: str) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as index:
        settings = load({"index": Path(index)})
        report = ingest([Path(folder)], settings)
        times: dict[str, list[float]] = {stage: [] for stage in STAGES}
        with Corpus(settings) as corpus:
            corpus.warm()
            for question in QUESTIONS:  # once unmeasured: what texts hold is read at first need
                corpus.ask(question)
            for _ in range(ROUNDS):
                for question in QUESTIONS:
                    for stage, ms in corpus.ask(question).timings_ms.items():
                        times[stage].append(ms)
    asked = ROUNDS * len(QUESTIONS)
    print(  # noqa: T201
        f"{report.documents} documents, {report.chunks} chunks; {asked} questions, embedder warm; "
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n"
    )
    print("| stage | median, ms | 95th percentile, ms |\n|---|---|---|")  # noqa: T201
    for stage in STAGES:
        median, high = np.percentile(times[stage], [50, 95])
        print(f"| {stage} | {median:.1f} | {high:.1f} |")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
