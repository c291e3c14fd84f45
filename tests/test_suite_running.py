"""Gold questions are asked, scored and written down; what was killed goes on where it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pkqa.answer.followup import Exchange
from pkqa.errors import UsageError
from pkqa.evals.gold.record import Record
from pkqa.evals.suite import conditions
from pkqa.evals.suite.asking import MIXED, document_language, measured
from pkqa.evals.suite.run import NOWHERE, Fingerprints, Item, Run, read_run, run_text
from pkqa.evals.suite.running import Plan, forget, run
from pkqa.evals.suite.selection import selected, told
from pkqa.evals.suite.timings import summary, timings_text
from pkqa.model import Answer
from pkqa.settings import Settings
from suite_product import Scripted, gold, refusal, right, span

MADE_OF = Fingerprints(
    corpus="c", gold="g", metrics="1", embedder="e", model="", prompt="", settings="s"
)


def plan(folder: Path, records: Sequence[Record] | None = None, resume: bool = False) -> Plan:
    return Plan("tried", "quote", records or gold(), MADE_OF, folder, resume=resume)


class Killed(Exception):
    """What ends a run in a test as a kill would."""


class Mortal(Scripted):
    """Dies at one of its questions."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._left = at

    def ask(
        self, question: str, as_of: str | None = None, *, history: Sequence[Exchange] = ()
    ) -> Answer:
        self._left -= 1
        if not self._left:
            raise Killed
        return super().ask(question, as_of, history=history)


def test_a_product_that_is_right_passes_everywhere_and_one_that_refuses_only_where_it_should(
    tmp_path: Path,
) -> None:
    good, _ = run(plan(tmp_path / "good"), Scripted())
    assert [item.passed for item in good.items] == [True] * 4
    assert {item.pair for item in good.items} == {"fr -> fr", "en -> en", "en -> ar", "en -> -"}
    silent, _ = run(plan(tmp_path / "silent"), Scripted(refusal))
    assert {item.id for item in silent.items if item.passed} == {"oslo.en"}


def test_a_run_is_the_same_bytes_each_time_and_reads_back(tmp_path: Path) -> None:
    first, _ = run(plan(tmp_path / "one"), Scripted())
    second, _ = run(plan(tmp_path / "two", list(reversed(gold()))), Scripted())
    assert run_text(first) == run_text(second)
    (tmp_path / "run.json").write_text(run_text(first), "utf-8")
    assert read_run(tmp_path / "run.json") == first


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    whole, _ = run(plan(tmp_path / "whole"), Scripted())
    with pytest.raises(Killed):
        run(plan(tmp_path / "killed"), Mortal(at=3))
    journal = tmp_path / "killed" / "journal.jsonl"
    journal.write_text(journal.read_text("utf-8") + '{"item": {"id": "hal', "utf-8")  # cut off
    product = Scripted()
    resumed, _ = run(plan(tmp_path / "killed", resume=True), product)
    assert len(product.asked) == 2  # the others were done
    assert run_text(resumed) == run_text(whole)
    forget(tmp_path / "killed")
    assert not journal.exists()


def test_without_resume_a_run_begins_anew(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        run(plan(tmp_path), Mortal(at=3))
    product = Scripted()
    run(plan(tmp_path), product)
    assert len(product.asked) == 4


def test_a_run_of_other_conditions_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        run(plan(tmp_path), Mortal(at=3))
    other = replace(
        plan(tmp_path, resume=True), fingerprints=MADE_OF.model_copy(update={"settings": "t"})
    )
    with pytest.raises(UsageError, match="other conditions"):
        run(other, Scripted())


def test_a_journal_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        run(plan(tmp_path), Mortal(at=2))
    journal = tmp_path / "journal.jsonl"
    journal.write_text(journal.read_text("utf-8") + '{"item": 1}\n', "utf-8")
    with pytest.raises(UsageError, match="line 3: no entry"):
        run(plan(tmp_path, resume=True), Scripted())


def test_questions_before_are_asked_first_and_as_of_goes_with_each(tmp_path: Path) -> None:
    del tmp_path
    before, *_ = gold()
    follow = before.model_copy(
        update={
            "id": "seoul.en2",
            "question": gold()[2].question,
            "after": (before.question,),
            "as_of": "2022-01-01",
        }
    )
    product = Scripted()
    measured(follow, product)
    assert product.asked == [
        (before.question, "2022-01-01", ()),
        (follow.question, "2022-01-01", (before.question,)),
    ]


def test_repetitions_that_disagree_are_flips_and_their_scores_the_mean(tmp_path: Path) -> None:
    answers = iter([right, refusal, right, right])

    def in_turn(record: Record) -> Answer:
        return next(answers)(record)

    product = Scripted(in_turn)
    found, entries = run(replace(plan(tmp_path, gold()[:1]), repeats=4), product)
    (item,) = found.items
    assert item.flipped
    assert not item.passed
    assert item.scores["pass"] == 0.75
    assert item.status == "answered"  # the first answer is the one that is shown
    assert len(entries[0].timings) == 4


@pytest.mark.parametrize(
    ("sets", "language"),
    [
        ([["d/seoul.txt"]], "en"),
        ([["d/berlin.txt"], ["d/seoul.txt"]], "en"),
        ([["d/berlin.txt"], ["d/accra.txt"]], "ar"),
        ([["d/berlin.txt", "d/accra.txt"]], MIXED),
        ([["d/berlin.txt", "d/seoul.txt"]], MIXED),
        ([], NOWHERE),
    ],
)
def test_a_question_belongs_to_the_language_that_could_serve_it_best(
    sets: list[list[str]], language: str
) -> None:
    quotes = {
        "d/seoul.txt": "The Seoul conference was held in 2021",
        "d/accra.txt": "La conférence d'Accra s'est tenue en 2023",
        "d/berlin.txt": "عقد مؤتمر برلين في عام 2025",
    }
    spans = tuple(tuple(span(name, quotes[name]) for name in one) for one in sets)
    record = gold()[0].model_copy(update={"gold": spans})
    assert document_language(record) == language


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["language=fr"], ["accra.fr"]),
        (["tag=when"], ["berlin.en"]),
        (["id=*.en", "unanswerable=no"], ["seoul.en", "berlin.en"]),
        (["unanswerable=near*"], ["oslo.en"]),
        (["fact=s?oul"], ["seoul.en"]),
        (["split=dev"], ["seoul.en", "accra.fr", "berlin.en", "oslo.en"]),
    ],
)
def test_filters_name_questions(filters: list[str], names: list[str]) -> None:
    assert [record.id for record in selected(gold(), filters, None)] == names


@pytest.mark.parametrize("filters", [["fr"], ["colour=red"], ["language=de"]])
def test_a_filter_that_is_none_or_leaves_nothing_is_refused(filters: list[str]) -> None:
    with pytest.raises(UsageError, match=r"FIELD=PATTERN|none is left"):
        selected(gold(), filters, None)


def test_only_what_failed_is_asked_again(tmp_path: Path) -> None:
    silent, _ = run(plan(tmp_path), Scripted(refusal))
    again = selected(gold(), ["language=en"], silent)
    assert [record.id for record in again] == ["seoul.en", "berlin.en"]
    assert told(["language=en"], silent) == "--filter language=en --failed"
    assert told([], None) == ""
    good, _ = run(plan(tmp_path), Scripted())
    with pytest.raises(UsageError, match="none is left"):
        selected(gold(), [], good)


def test_how_long_it_took_is_told_apart_from_what_it_came_to(tmp_path: Path) -> None:
    timings = iter(range(1, 100))

    def slow(record: Record) -> Answer:
        took = {"embed": 1.0, "total": float(next(timings))}
        return replace(right(record), timings_ms=took, usage={"prompt_tokens": 1000})

    found, entries = run(plan(tmp_path), Scripted(slow))
    assert "total" not in run_text(found)
    assert '"total": 3.0' in timings_text(entries)
    lines = list(summary(entries))
    assert "total: median 2.5 ms, 95 % within 3.9 ms" in lines
    assert lines[-1] == "4,000 prompt tokens 0 completion tokens"


def test_fingerprints_tell_what_shapes_a_run_and_nothing_else(tmp_path: Path) -> None:
    records, settings = gold(), Settings()
    same = conditions.of_run("c", records, "e", "", settings)
    assert conditions.of_run("c", records[::-1], "e", "", settings) == same
    assert same.prompt == ""

    def differs(**changes: object) -> set[str]:
        told_: dict[str, object] = {
            "corpus": "c", "records": records, "embedder": "e", "model": "", "settings": settings,
        } | changes  # fmt: skip
        other = conditions.of_run(*told_.values())  # type: ignore[arg-type]
        one, two = same.model_dump(), other.model_dump()
        return {name for name in one if one[name] != two[name]}

    assert differs(records=records[1:]) == {"gold"}
    assert differs(model="m") == {"model", "prompt"}
    assert differs(settings=settings.model_copy(update={"top_k": 3})) == {"settings"}
    elsewhere = {"index": tmp_path, "llm_base_url": "http://127.0.0.1:1/v1", "port": 1}
    assert differs(settings=settings.model_copy(update=elsewhere)) == set()


def test_a_corpus_is_told_by_the_bytes_of_its_files(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "seeds", tmp_path / "b" / "seeds"
    for folder in (one, other):
        folder.mkdir(parents=True)
        (folder / "x.txt").write_text("text", "utf-8")
    assert conditions.of_files([one]) == conditions.of_files([other])
    (other / "x.txt").write_text("texts", "utf-8")
    assert conditions.of_files([one]) != conditions.of_files([other])
    assert conditions.of_files([one / "x.txt"]) != conditions.of_files([one])
    with pytest.raises(UsageError, match="does not exist"):
        conditions.of_files([tmp_path / "c"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "Invalid JSON"),
        ('{"schema": "pkqa.run/2"}', "schema"),
        ('{"schema": "pkqa.run/1", "profile": "p"}', "version"),
    ],
)
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=fault):
        read_run(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_run(tmp_path / "nowhere.json")


def test_the_text_of_a_run_has_a_question_a_line() -> None:
    item = Item(
        id="a", fact_id="a", question_language="en", document_language="en", question="?",
        status="answered", answer="line\nline", passed=True, scores={"pass": 1.0, "MRR": None},
    )  # fmt: skip
    bare = Run(profile="p", version="0", answerer="quote", fingerprints=MADE_OF)
    lines = run_text(bare.model_copy(update={"items": (item, item)})).splitlines()
    assert sum('"id": "a"' in line for line in lines) == 2
    assert Run.model_validate_json(run_text(bare)) == bare
