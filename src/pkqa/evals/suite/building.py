"""The product as it is measured: an index made anew from the corpus, open for questions.

Reading, cleaning and cutting are a part of what is measured, so nothing of an earlier index is
used. Vectors are: the same text has the same one, and they are what takes long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pkqa.corpus import Corpus
from pkqa.evals.cached_embedding import CACHE_FILE, CachedEmbedding
from pkqa.evals.suite import conditions
from pkqa.indexing import ingest
from pkqa.retrieve.embed import embedder_of

if TYPE_CHECKING:
    from pkqa.answer.chat import ChatModel
    from pkqa.ingest.pipeline import Progress
    from pkqa.settings import Settings


@dataclass(frozen=True, slots=True)
class Built:
    """An index open for questions, and what tells it from others."""

    corpus: Corpus
    fingerprint: str  # of what it was made from
    embedder: str  # its identity


@contextmanager
def built(
    paths: Sequence[Path],
    settings: Settings,
    cache: Path,
    chat: ChatModel | None = None,
    progress: Progress | None = None,
) -> Iterator[Built]:
    """An index of files, as long as the ``with`` block lasts.

    Args:
        paths: files and folders.
        settings: how it is made and asked.
        cache: the folder in which vectors stay.
        chat: writes the answers, in the place of the model that the settings name.
        progress: told before each file.

    Raises:
        UsageError: a path does not exist.
        EmbedderError: the embedder failed.
    """
    fingerprint = conditions.of_files(paths)
    cache.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix="pkqa-eval-") as folder,
        CachedEmbedding(embedder_of(settings), cache / CACHE_FILE) as embedder,
    ):
        own = settings.model_copy(update={"index": Path(folder)})
        ingest(paths, own, progress=progress, embedder=embedder)
        with Corpus(own, chat, embedder) as corpus:
            yield Built(corpus, fingerprint, embedder.identity)


@contextmanager
def published(settings: Settings, chat: ChatModel | None = None) -> Iterator[Built]:
    """The published index of ``settings.index``; its fingerprint is that of its documents.

    Raises:
        IndexMissing: nothing was ingested yet.
        IndexCorrupt: the snapshot is damaged.
    """
    with Corpus(settings, chat) as corpus:
        embedder = corpus.facts()["snapshot"]["embedder"]
        yield Built(corpus, conditions.of_documents(corpus.documents()), embedder)
