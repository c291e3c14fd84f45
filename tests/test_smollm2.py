"""A real model over the wire: SmolLM2 (135M) answers sixty questions on the seeds.

Its answers are poor, which is what makes it the honest adversary. What it wrote and the reader was
shown stands in ``docs/reports/smollm2.md``, for reading; ``PKQA_WRITE_REPORT=1`` writes it anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from pkqa.corpus import Corpus
from pkqa.model import Answer
from pkqa.settings import Settings
from smollm2 import CONTEXT_TOKENS

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parent.parent
REPORT = REPOSITORY / "docs" / "reports" / "smollm2.md"
QUESTIONS = REPOSITORY / "tests" / "data" / "seed_questions.jsonl"
EACH = 20  # of each language


def _questions() -> Iterator[str]:
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    for language in ("en", "fr", "ar"):
        yield from islice((r["question"] for r in rows if r["language"] == language), EACH)


@pytest.fixture(scope="module")
def answers(seeds_index: Path, smollm2: str) -> list[Answer]:
    settings = Settings(
        index=seeds_index,
        llm_base_url=smollm2,
        llm_model="SmolLM2-135M-Instruct",
        llm_context_tokens=CONTEXT_TOKENS,
        llm_reply_tokens=64,
        llm_passages=2,
    )
    with Corpus(settings) as corpus:
        return [corpus.ask(question) for question in _questions()]


def test_sixty_questions_end_in_a_verified_answer_each(answers: list[Answer]) -> None:
    assert len(answers) == 3 * EACH
    written = [one for answer in answers for one in answer.checked]
    confirmed = [one for one in written if one.verdict == "confirmed"]
    print(f"{len(written)} sentences written, {len(confirmed)} confirmed")
    if os.environ.get("PKQA_WRITE_REPORT"):
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(_report(answers), "utf-8")
    assert len(written) > len(answers) / 2  # it was the model that spoke
    assert len(confirmed) < len(written)  # and not all of what it says is so
    for answer in answers:
        assert len(answer.withheld) == sum(one.verdict != "confirmed" for one in answer.checked)


def test_the_report_lists_every_sentence_that_was_shown(answers: list[Answer]) -> None:
    report = REPORT.read_text("utf-8")
    for answer in answers:
        for one in answer.checked:
            if one.verdict == "confirmed":
                assert one.sentence in report, "read it, and write the report anew"


def _report(answers: list[Answer]) -> str:
    written = [one for answer in answers for one in answer.checked]
    confirmed = sum(one.verdict == "confirmed" for one in written)
    lines = [
        "# What SmolLM2 said, and what readers saw of it",
        "",
        "Sixty questions of `tests/data/seed_questions.jsonl` (twenty a language), answered by",
        "SmolLM2-135M over the wire; written by",
        "`PKQA_WRITE_REPORT=1 pytest tests/test_smollm2.py`.",
        "",
        f"Sentences written: {len(written)}; confirmed: {confirmed}; withheld: "
        f"{len(written) - confirmed}. Each confirmed sentence stands here with the passage that",
        "carries it, for a reader to judge.",
        "",
        "## Confirmed",
        "",
    ]
    for answer in answers:
        shown = [one.sentence for one in answer.checked if one.verdict == "confirmed"]
        if shown:
            lines += [f"**{answer.question}**", ""]
            lines += [f"- {sentence}" for sentence in shown]
            for cited in answer.citations:
                quote = " ".join(cited.quote.split())
                lines.append(f"  - [{cited.marker}] {cited.document_id}: {quote}")
            lines.append("")
    lines += ["## Withheld", ""]
    for answer in answers:
        lines += [
            f"- {one.sentence} ({one.reason})"
            for one in answer.checked
            if one.verdict != "confirmed"
        ]
    return "\n".join(lines) + "\n"
