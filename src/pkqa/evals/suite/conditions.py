"""What a run was made of, told by hashes: two runs are compared only where these say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pkqa.errors import UsageError
from pkqa.evals.gold.file import line_of
from pkqa.evals.gold.record import Record
from pkqa.evals.scores.table import VERSION
from pkqa.evals.suite.run import Fingerprints
from pkqa.store.durable import file_sha256

if TYPE_CHECKING:
    from pkqa.model import Document
    from pkqa.settings import Settings

_LANGUAGES = "en", "fr", "ar"


def of_run(
    corpus: str, records: Sequence[Record], embedder: str, model: str, settings: Settings
) -> Fingerprints:
    """The fingerprints of a run.

    Args:
        corpus: of the documents, by :func:`of_files` or :func:`of_documents`.
        records: every gold question there is, asked or not.
        embedder: its identity.
        model: the name of the model that writes; empty where answers are quoted.
        settings: those of the run.
    """
    return Fingerprints(
        corpus=corpus,
        gold=_short(sorted(line_of(record) for record in records)),
        metrics=VERSION,
        embedder=embedder,
        model=model,
        prompt=_prompt() if model else "",
        settings=_settings(settings),
    )


def of_files(paths: Sequence[Path]) -> str:
    """Of the files of a corpus, by their bytes: what reading, cleaning and cutting make of them is
    what is measured, so it is not in here.

    Raises:
        UsageError: a path does not exist.
    """
    return _short(sorted(_named(paths)))


def of_documents(documents: Iterable[Document]) -> str:
    """Of the documents of an index whose files are not at hand."""
    told = sorted([document.document_id, document.text_sha] for document in documents)
    return _short({"documents": told})


def of_code() -> str:
    """Of every file of this package: an interrupted run goes on only with the same code."""
    import pkqa

    root = Path(str(pkqa.__file__)).parent
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return _short(sorted([str(path.relative_to(root)), file_sha256(path)] for path in files))


def _named(paths: Sequence[Path]) -> Iterable[list[str]]:
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist; name files or folders of documents")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                yield [f"{path.name}/{file.relative_to(path)}", file_sha256(file)]


def _prompt() -> str:
    """Of everything that a model is told: the prompts of one question on one passage."""
    from pkqa.answer.passages import Passage
    from pkqa.answer.prompt import prompt_of
    from pkqa.model import Document

    document = Document("d", "Text.", "", "Title", "en", "2021-12-07", "d", "d", "txt")
    passage = Passage(1, document, 0, 5, "en", (), ())
    prompts = [prompt_of("Who?", language, [passage]).messages for language in _LANGUAGES]
    return _short([[dict(message) for message in messages] for messages in prompts])


def _settings(settings: Settings) -> str:
    """Of the settings that shape answers. Where a model is served does not, what it is called is
    told by itself."""
    from pkqa.receipt.facts import settings_facts

    values = settings_facts(settings)["values"]
    return _short({k: v for k, v in values.items() if not k.endswith("_base_url")})


def _short(told: Any) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
