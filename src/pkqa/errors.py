"""The error tree. Every message names the thing, the place and the remedy.

PkqaError                    anything pkqa refuses or cannot do: one line, exit 1
├── UsageError               the caller's words are off (exit 2)
├── ReadError                one file or line could not be read; the rest goes on (exit 3)
├── IndexMissing             there is no published snapshot to read
├── IndexCorrupt             a file of the index is missing or altered
├── IndexLocked              another ingest holds the lock
├── UnknownDocument          no document of that id
├── EmbedderError            the embedder refused, timed out or answered nonsense
└── RerankerError            the reranker refused, timed out or answered nonsense
"""


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
