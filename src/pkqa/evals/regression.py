"""One regression run from end to end: asked, compared with its baseline, reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pkqa.errors import UnknownDocument, UsageError
from pkqa.evals.gate.profile import Profile, read_profile
from pkqa.evals.gate.verdict import Verdict, judge
from pkqa.evals.gold.check import faults_by_themselves
from pkqa.evals.gold.lines import read_lines
from pkqa.evals.gold.record import Record
from pkqa.evals.judging.judged import Judged, judged
from pkqa.evals.judging.label import read_labels
from pkqa.evals.judging.report import markdown as judge_lines
from pkqa.evals.pool import cache_folder
from pkqa.evals.report.junit import junit
from pkqa.evals.report.markdown import markdown
from pkqa.evals.report.page import page
from pkqa.evals.suite import conditions, replies
from pkqa.evals.suite.building import Built, built, published
from pkqa.evals.suite.journal import Entry
from pkqa.evals.suite.run import RUN_FILE, Run, read_run, run_text
from pkqa.evals.suite.running import Plan, forget, run
from pkqa.evals.suite.selection import selected, told
from pkqa.evals.suite.timings import TIMINGS_FILE, timings_text
from pkqa.model import Document
from pkqa.settings import Settings, load
from pkqa.store.durable import replace

if TYPE_CHECKING:
    from pkqa.answer.chat import ChatModel
    from pkqa.corpus import Corpus
    from pkqa.ingest.pipeline import Progress

EVALS = Path("evals")
GOLD = EVALS / "gold"
LABELS = EVALS / "labels"
CORPUS = Path("seeds")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run.

    Attributes:
        profile: its name; settings, floors and quarantine stand in ``evals/profiles/NAME.toml``.
        gold: files and folders of gold questions.
        corpus: files and folders that an index is made of; None to ask ``index`` as it is.
        index: a published index; None for the one that the settings name.
        out: the folder of the results; None for ``evals/runs/NAME``.
        baseline: the file compared with; None for ``evals/baselines/NAME.json``, where it exists.
        changed: fingerprints that differ on purpose.
        filters: see :func:`pkqa.evals.suite.selection.selected`.
        failed: only what failed in the run that is in ``out``.
        repeats: how often each question is asked.
        resume: go on with a run that was killed.
        record: file in which the model's replies are kept.
        replay: file of replies that are given in the model's place.
        judge: ask the model that the settings name what it thinks of the answers.
    """

    profile: str
    gold: Sequence[Path] = (GOLD,)
    corpus: Sequence[Path] | None = (CORPUS,)
    index: Path | None = None
    out: Path | None = None
    baseline: Path | None = None
    changed: Sequence[str] = ()
    filters: Sequence[str] = ()
    failed: bool = False
    repeats: int = 1
    resume: bool = False
    record: Path | None = None
    replay: Path | None = None
    judge: bool = False

    @property
    def folder(self) -> Path:
        """Where the results go."""
        return self.out or EVALS / "runs" / self.profile


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    verdict: Verdict
    run: Run
    baseline: Run | None
    entries: Sequence[Entry]
    judged: Judged | None


def regression(order: Order, today: date, progress: Progress = lambda *_: None) -> Outcome:
    """Ask, compare, and write the results into ``order.folder``.

    Args:
        order: what.
        today: the day on which a quarantine may have ended.
        progress: told before each file that is read, and after each question.

    Raises:
        UsageError: the profile, the gold questions, the settings or a file of the order are off.
        PkqaError: the product could not answer.
    """
    profile = read_profile(profile_file(order.profile))
    settings = settings_of(profile, order.index)
    records = _gold(order.gold)
    previous = read_run(order.folder / RUN_FILE) if order.failed else None
    baseline = _baseline(order)
    chosen = selected(records, order.filters, previous)
    chat, recorder = _models(order, settings)
    judging = _judge(settings) if order.judge else None
    labels = read_labels(LABELS) if order.judge else ()
    with _product(order, settings, recorder or chat, progress) as product:
        model = "" if chat is None else chat.name
        plan = Plan(
            profile=order.profile,
            answerer="quote" if chat is None else "llm",
            records=chosen,
            fingerprints=conditions.of_run(
                product.fingerprint, records, product.embedder, model, settings
            ),
            folder=order.folder,
            repeats=order.repeats,
            filtered=told(order.filters, previous),
            resume=order.resume,
        )
        found, entries = run(plan, product.corpus, recorder, progress)
        verdict = judge(found, baseline, profile, today, tuple(order.changed))
        opinions = (
            judged(records, found.items, labels, judging, cache_folder(), progress)
            if judging is not None
            else None
        )
        outcome = Outcome(verdict, found, baseline, entries, opinions)
        _write(order.folder, outcome, chosen, _cited(outcome, chosen, product.corpus))
    if order.record is not None:
        said = [reply for entry in entries for reply in entry.replies]
        replace(order.record, replies.text_of(model, said))
    forget(order.folder)
    return outcome


def profile_file(name: str) -> Path:
    """The file of a profile."""
    return EVALS / "profiles" / f"{name}.toml"


def baseline_file(name: str) -> Path:
    """The file of a profile's baseline."""
    return EVALS / "baselines" / f"{name}.json"


def settings_of(profile: Profile, index: Path | None = None) -> Settings:
    """The settings of a run: the profile's stand above those of the file and the environment.

    Raises:
        UsageError: a value does not fit.
    """
    own = load({"index": index})
    try:
        return Settings.model_validate(dict(own) | dict(profile.settings))
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        name = str(fault["loc"][0]) if fault["loc"] else "?"
        raise UsageError(
            f"{profile.path}: setting {name!r} does not fit: {fault['msg']}; see docs/settings.md"
        ) from None


def _gold(paths: Sequence[Path]) -> list[Record]:
    """The gold questions, if nothing is wrong with them by themselves.

    Raises:
        UsageError: something is.
    """
    lines, faults = read_lines(paths)
    faults += faults_by_themselves(lines)
    if faults:
        raise UsageError(f"{faults[0]} (faults: {len(faults)}; `pkqa eval check` names them all)")
    return [line.record for line in lines]


def _baseline(order: Order) -> Run | None:
    if order.baseline is not None:
        return read_run(order.baseline)
    own = baseline_file(order.profile)
    return read_run(own) if own.exists() else None


def _models(order: Order, settings: Settings) -> tuple[ChatModel | None, replies.Recorder | None]:
    """The model that answers, if one does, and the one that writes its replies down."""
    from pkqa.answer.chat import chat_of

    if order.replay is not None:
        return replies.Replayer(order.replay), None
    chat = chat_of(settings)
    if order.record is None:
        return chat, None
    if chat is None:
        raise UsageError(
            f"--record: the profile {order.profile} quotes, and asks no model; name another one"
        )
    return chat, replies.Recorder(chat)


def _judge(settings: Settings) -> ChatModel:
    """The model that the settings name, whoever answers."""
    from pkqa.answer.chat import chat_of

    judging = chat_of(settings.model_copy(update={"answerer": "auto"}))
    if judging is None:
        raise UsageError(
            "--judge: no model is named; set PKQA_LLM_BASE_URL or PKQA_LLM_API_KEY (or "
            "OPENAI_API_KEY), and PKQA_LLM_MODEL"
        )
    return judging


@contextmanager
def _product(
    order: Order, settings: Settings, chat: ChatModel | None, progress: Progress
) -> Iterator[Built]:
    if order.corpus is None:
        with published(settings, chat) as product:
            yield product
    else:
        with built(order.corpus, settings, cache_folder(), chat, progress) as product:
            yield product


def _cited(outcome: Outcome, records: Sequence[Record], corpus: Corpus) -> dict[str, Document]:
    """Every document that a report may show a passage of, by id."""
    runs = [outcome.run, *([outcome.baseline] if outcome.baseline is not None else [])]
    names = {span.document_id for record in records for one in record.gold for span in one}
    for told_ in runs:
        names.update(part.document_id for item in told_.items for part in item.citations)
        names.update(part.document_id for item in told_.items for part in item.hits)
    found = {}
    for name in sorted(names):
        try:
            found[name] = corpus.document(name)
        except UnknownDocument:
            continue  # the report says that it is not there
    return found


def _write(
    folder: Path,
    outcome: Outcome,
    records: Sequence[Record],
    documents: dict[str, Document],
) -> None:
    """The results, each file whole or not at all."""
    found, baseline, verdict = outcome.run, outcome.baseline, outcome.verdict
    by_id = {record.id: record for record in records}
    replace(folder / RUN_FILE, run_text(found))
    replace(folder / TIMINGS_FILE, timings_text(outcome.entries))
    replace(folder / "report.md", markdown(found, baseline, verdict))
    if outcome.judged is not None:
        replace(folder / "judge.md", "".join(f"{line}\n" for line in judge_lines(outcome.judged)))
    replace(folder / "junit.xml", junit(found, verdict))
    replace(folder / "report.html", page(found, baseline, verdict, by_id, documents))
