"""A pytest plugin: ``pytest --pkqa-gold FILE [--pkqa-index DIR]`` tests an index, a gold question a
test, beside whatever else is collected.

Every pytest of an environment that has pkqa in it loads this module, so nothing of pkqa is imported
before a gold file is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pkqa.corpus import Corpus
    from pkqa.evals.gold.lines import Line
    from pkqa.evals.scores.asked import Asked

_FILES = pytest.StashKey[frozenset[Path]]()
_CORPUS = pytest.StashKey["Corpus"]()

_SHOWN = 2000  # characters of an answer


class WrongAnswer(Exception):
    """A gold question that did not pass; says what was missing and what was answered."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("pkqa", "gold questions (pkqa)")
    group.addoption(
        "--pkqa-gold", action="append", type=Path, default=[], metavar="GOLD",
        help="test each question of this file, or of the files of this folder; may be given "
        "several times",
    )  # fmt: skip
    group.addoption(
        "--pkqa-index", type=Path, metavar="DIR",
        help="the index that is asked (default: that of the settings)",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Have the gold files collected as if they had been named by themselves."""
    paths = config.getoption("pkqa_gold")
    if not paths:
        return
    from pkqa.errors import UsageError
    from pkqa.evals.gold.file import gold_files

    try:
        files = [file.resolve() for file in gold_files(paths)]
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[_FILES] = frozenset(files)
    folder = config.invocation_params.dir
    # "FILE::id" narrows the file down.
    named = {(folder / argument.partition("::")[0]).resolve() for argument in config.args}
    config.args = [*config.args, *(str(file) for file in files if file not in named)]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Claim the gold files."""
    if file_path.resolve() in parent.config.stash.get(_FILES, frozenset()):
        return GoldFile.from_parent(parent, path=file_path)
    return None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of the index."""
    if _CORPUS in config.stash:
        config.stash[_CORPUS].close()


class GoldFile(pytest.File):
    """A file of gold questions."""

    def collect(self) -> Iterator[GoldItem]:
        """A test a question.

        Raises:
            CollectError: lines are no gold questions; names each.
        """
        from pkqa.errors import UsageError
        from pkqa.evals.gold.lines import read_lines

        try:
            lines, faults = read_lines([self.path])
        except UsageError as error:
            raise self.CollectError(str(error)) from None
        if faults:
            raise self.CollectError("\n".join(faults))
        for line in lines:
            item: GoldItem = GoldItem.from_parent(self, name=line.record.id)
            item.line = line
            yield item


class GoldItem(pytest.Item):
    """A gold question.

    Attributes:
        line: the question where it stands.
    """

    line: Line

    def runtest(self) -> None:
        """Ask it.

        Raises:
            WrongAnswer: the answer is not right.
            PkqaError: there is no answer.
        """
        from pkqa.evals.scores.table import passed
        from pkqa.evals.suite.asking import asked

        found = asked(self.line.record, _corpus(self.config))
        if not passed(found):
            raise WrongAnswer("\n".join(_why(found)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """What was wrong, in words: where in our code it was found tells nobody anything."""
        from pkqa.errors import PkqaError

        if isinstance(excinfo.value, WrongAnswer | PkqaError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """The question's line, counted from 0, and what stands above a failure."""
        return self.path, self.line.number - 1, f"{self.name} ({self.line.place})"


def _corpus(config: pytest.Config) -> Corpus:
    """The index, opened at the first question."""
    if _CORPUS not in config.stash:
        from pkqa.corpus import Corpus
        from pkqa.settings import load

        config.stash[_CORPUS] = Corpus(load({"index": config.getoption("pkqa_index")}))
    return config.stash[_CORPUS]


def _why(asked: Asked) -> Iterator[str]:
    """What is wrong with an answer, line by line; the first is what a summary shows."""
    from pkqa.evals.gold.told import in_words
    from pkqa.evals.scores.nuggets import lacking
    from pkqa.evals.scores.pieces import said
    from pkqa.evals.scores.values import says

    record, answer = asked.record, asked.answer
    pieces = said(answer)
    missing = lacking(record.vital, pieces)
    wrong = [value for value in record.forbidden if says(pieces, value)]
    if missing:
        yield f"missing: {', '.join(map(in_words, missing))}"
    elif not record.vital and not record.answerable:
        yield f"wrong: answered, and nothing answers it ({record.unanswerable})"
    elif not record.vital and not wrong:
        yield "missing: a citation of each passage of one gold set"
    if wrong:
        yield f"wrong: {', '.join(map(in_words, wrong))}"
    yield f"asked: {record.question}"
    yield f"answered ({answer.status}): {answer.answer[:_SHOWN]}"
