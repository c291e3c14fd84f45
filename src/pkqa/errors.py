"""The error tree. Every message names the thing, the place and the remedy.

PkqaError                    anything pkqa refuses or cannot do: one line, exit 1
├── UsageError               the caller's words are off (exit 2)
├── ReadError                one file or line could not be read; the rest goes on (exit 3)
├── IndexMissing             there is no published snapshot to read
├── IndexCorrupt             a file of the index is missing or altered
├── IndexLocked              another ingest holds the lock
├── UnknownDocument          no document of that id
├── EmbedderError            the embedder refused, timed out or answered nonsense
├── RerankerError            the reranker refused, timed out or answered nonsense
└── LLMError                 the language model refused, timed out or answered nonsense
"""

from typing import Literal

# What may go wrong between pkqa and a model: the same words for whoever must tell a reader.
FaultKind = Literal[
    "timeout",  # too long without an answer, or without the end of one
    "key",  # refused, or missing
    "quota",  # of the account behind the key
    "busy",  # asked to come back later
    "server",  # failed by its own account
    "model",  # not served there
    "too_long",  # for the model's context
    "request",  # refused for what it asks
    "address",  # nothing of the kind there
    "connection",  # none came about
    "broken",  # a reply that broke off
    "empty",  # a reply without a word
    "endless",  # a reply past any size that a true one could have
    "unusable",  # a reply that is none
]


class PkqaError(Exception):
    """Anything pkqa refuses or cannot do; ``str(error)`` is one sentence a person can act on."""


class UsageError(PkqaError):
    """The caller's words are off: an unknown setting, a path that does not exist."""


class ReadError(PkqaError):
    """One file, or one line of a ``.jsonl`` file, could not be read."""


class IndexMissing(PkqaError):
    """There is no published snapshot where one was asked for."""


class IndexCorrupt(PkqaError):
    """A file of the index is missing, altered, or of another version."""


class IndexLocked(PkqaError):
    """Another process holds the ingest lock."""


class UnknownDocument(PkqaError):
    """No document of that id stands in the catalog."""


class EmbedderError(PkqaError):
    """The embedder refused, timed out, or answered something that is no embedding."""


class RerankerError(PkqaError):
    """The reranker refused, timed out, or answered something that is no list of scores."""


class LLMError(PkqaError):
    """The language model refused, timed out, or answered something that is no reply."""

    def __init__(self, message: str, kind: FaultKind = "unusable") -> None:
        super().__init__(message)
        self.kind: FaultKind = kind
