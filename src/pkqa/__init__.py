"""pkqa: question answering over documents, every sentence one click from its verbatim passage.

>>> import pkqa
>>> corpus = pkqa.open("index")
>>> answer = corpus.ask("How many Moroccan peacekeepers have died?")

Importing this package costs milliseconds: the heavy libraries load when they are first needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pkqa.errors import PkqaError
from pkqa.model import Answer, Citation, Document, Hit

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from pkqa.corpus import Corpus

__all__ = ["Answer", "Citation", "Document", "Hit", "PkqaError", "__version__", "open"]

__version__ = "0.1.0"


def open(index: str | Path | None = None, llm: LLM | None = None) -> Corpus:
    """Open an index for questions; settings come from ``pkqa.toml`` and the environment.

    Args:
        index: its folder; the ``index`` setting by default.
        llm: a model of llama-index's that writes the answers; the one of the settings by default.

    Raises:
        IndexMissing: nothing was ingested there yet.
    """
    from pkqa.corpus import Corpus
    from pkqa.settings import load

    if llm is None:
        return Corpus(load({"index": index}))
    from pkqa.answer.llama_chat import LlamaIndexChat

    return Corpus(load({"index": index}), LlamaIndexChat(llm))
