"""API keys: what programs show to be let in, kept as hashes in a file of JSON lines."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pkqa.errors import UsageError
from pkqa.serve.caller import Caller
from pkqa.serve.signin.names import LONGEST_NAME, is_name
from pkqa.store.durable import sync

PREFIX: Final = "pkqa_"
"""What every key begins with: told from a widget's token, and found by scanners of leaked keys."""

EVERYTHING: Final = "*"
"""The group of those who may see every document, whatever its groups."""

_RANDOM_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One line of the file: who a key stands for. The key itself is nowhere."""

    name: str
    groups: tuple[str, ...]
    hash: str  # hex SHA-256 of the key
    created: str  # ISO time, UTC
    expires: str | None  # likewise

    def caller(self) -> Caller:
        """Who shows it."""
        return Caller(self.name, None if EVERYTHING in self.groups else self.groups, "key")

    def expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires is not None and datetime.fromisoformat(self.expires) <= now


class ApiKeys:
    """The keys of a file, read again whenever it changed: a key removed is refused at once.

    The hash is a plain SHA-256. Slow, salted hashes protect what people think up, which can be
    guessed; a key is 32 random bytes, and no speed helps to guess those. What is compared in
    constant time is the hash of what a caller sent, which the caller cannot steer either.
    """

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            UsageError: it is missing, or a line of it is no key.
        """
        self._path = path
        self._seen = _stamp(path)
        self._keys = read_keys(path)

    def caller(self, key: str) -> Caller | None:
        """Who shows ``key``; None where it is not one of the file, or its time is over.

        Raises:
            UsageError: the file was changed and cannot be read any more: nobody is let in then.
        """
        stamp = _stamp(self._path)
        if stamp != self._seen:
            self._keys = read_keys(self._path)
            self._seen = stamp
        shown = _hash(key)
        found = None
        for kept in self._keys:
            if hmac.compare_digest(kept.hash, shown):
                found = kept
        if found is None or found.expired(datetime.now(UTC)):
            return None
        return found.caller()


def read_keys(path: Path) -> list[ApiKey]:
    """The keys of a file, in its order; raises ``UsageError`` that names file and line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        raise UsageError(f"{path} is missing; `pkqa keys add NAME` makes it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {_reason(error)}") from None
    return [_parsed(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def add_key(path: Path, name: str, groups: Iterable[str], days: float | None) -> str:
    """Make a key for ``name`` and keep its hash; gives the key, which is nowhere else.

    Args:
        path: the file; made where it is missing.
        name: as the audit log writes it.
        groups: whose documents it may see; ``*`` for all, none for those without groups.
        days: after which it is no good any more; None: never.

    Raises:
        UsageError: the name is taken or no name, or the file cannot be read or written.
    """
    groups = tuple(dict.fromkeys(groups))
    for word in (name, *groups):
        if not is_name(word):
            raise UsageError(f"{word!r} is no name: give 1 to {LONGEST_NAME} characters that print")
    key = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        expires = None if days is None else (now + timedelta(days=days)).isoformat()
    except OverflowError:
        raise UsageError(f"{days:g} days from now is no date; give fewer") from None
    with _alone(path):
        keys = read_keys(path) if path.exists() else []
        if any(kept.name == name for kept in keys):
            raise UsageError(
                f"{path} has a key for {name!r}; choose another name, or remove that one first"
            )
        _write(path, [*keys, ApiKey(name, groups, _hash(key), now.isoformat(), expires)])
    return key


def remove_key(path: Path, name: str) -> None:
    """Forget the key of ``name``; raises ``UsageError`` where there is none."""
    with _alone(path):
        keys = read_keys(path)
        rest = [kept for kept in keys if kept.name != name]
        if len(rest) == len(keys):
            raise UsageError(f"{path} has no key for {name!r}; `pkqa keys list` names those it has")
        _write(path, rest)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:  # reading it will say why
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def _parsed(path: Path, number: int, line: str) -> ApiKey:
    try:
        body = json.loads(line)
        key = ApiKey(**body | {"groups": tuple(body["groups"])})
        named = all(map(is_name, (key.name, *key.groups, key.created)))
        right = named and isinstance(body["groups"], list) and len(bytes.fromhex(key.hash)) == 32
        if key.expires is not None:
            right = right and datetime.fromisoformat(key.expires).tzinfo is not None
    except (ValueError, TypeError, KeyError, RecursionError):
        right = False
    if not right:
        raise UsageError(
            f"{path}, line {number}: no API key; take the line out, and make the key anew with "
            "`pkqa keys add`"
        )
    return replace(key, hash=key.hash.lower())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile: its folder is locked, which leaves no file behind."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {_reason(error)}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write(path: Path, keys: Iterable[ApiKey]) -> None:
    """Put the keys in place of the file in one step; only its owner may read it."""
    beside = path.with_name(f".{path.name}.new")
    text = "".join(json.dumps(asdict(key), ensure_ascii=False) + "\n" for key in keys)
    try:
        beside.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(beside, flags, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
        sync(path.parent)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {_reason(error)}") from None


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
