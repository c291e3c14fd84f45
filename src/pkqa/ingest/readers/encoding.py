"""From bytes to text: which encoding, and whether it is text at all.

Order of belief: a byte order mark; UTF-16 without a mark, seen by its NULs; UTF-8, which text in
another encoding almost never passes by accident; what the file declares; the Western code page
where high bytes are few and stand among ASCII letters; last, charset-normalizer's guess.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pkqa.ingest.readers.result import UnreadableError
from pkqa.ingest.readers.signature import refuse_foreign

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"  # bytes that Windows-1252 gives no character
_UNSAFE_DECLARATIONS = {"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape"}
_COMMON = re.compile(r"[\t\n\f\r -~\u00a0-\u024f\u0400-\u04ff\u0600-\u06ff\u2000-\u206f]")
_RESAVE = "open it in an editor and save it as UTF-8"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the name of its encoding, and a remark ("" where nothing had to be guessed)."""

    text: str
    encoding: str
    note: str = ""


def decode(content: bytes, declared: str | None = None) -> Decoded:
    """``content`` as text without its byte order mark; ``declared`` is what the file itself claims.

    Raises UnreadableError for binary content, for a marked encoding that does not hold to the
    end of the file, and where no encoding gives text.
    """
    refuse_foreign(content)
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _marked(content[len(mark) :], name, len(mark))
    if (unmarked := _utf16(content)) is not None:
        return unmarked
    controls = len(content) - len(content.translate(None, _CONTROLS))
    if controls > max(4, len(content) // 100):
        raise UnreadableError(
            f"is binary data, not text ({controls} control bytes)", "leave it out or convert it"
        )
    try:
        return Decoded(content.decode(), "utf-8")
    except UnicodeDecodeError as error:
        return _nearly_utf8(content, error) or _legacy(content, declared)


def _marked(content: bytes, name: str, offset: int) -> Decoded:
    try:
        text = content.decode(name)
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"starts as {name.upper()} but is broken there ({error.reason})",
            f"fetch the whole file again, or {_RESAVE}",
            f"byte {offset + error.start}",
        ) from None
    if _commonness(text) < 0.3 and text.count("\0") > len(text) // 100:
        raise UnreadableError("is binary data, not text", "leave it out or convert it")
    return Decoded(text, name, "" if name == "utf-8" else f"was decoded as {name.upper()}")


def _commonness(text: str) -> float:
    sample = text[:20_000]
    return len(_COMMON.findall(sample)) / len(sample) if sample else 1.0


def _utf16(content: bytes) -> Decoded | None:
    """UTF-16 without a byte order mark: spaces and line ends give it away as NULs on one side."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    if max(even, odd) < max(2, len(content) // 40) or min(even, odd) > max(even, odd) // 10:
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        return None
    if _commonness(text) < 0.9:
        return None
    return Decoded(text, name, f"was decoded as {name.upper()}, which it does not declare")


def _nearly_utf8(content: bytes, error: UnicodeDecodeError) -> Decoded | None:
    """UTF-8 with a few broken bytes; no guess at a code page would read its good ones right."""
    text = content.decode(errors="replace")
    broken = text.count("\ufffd")
    whole = sum(1 for c in text if c > "\x7f") - broken
    # Among plain ASCII a stray byte may be a curly quote of Windows-1252, if it is one of its own.
    stray = broken * 100 <= len(text) and len(content.translate(None, _UNDEFINED)) < len(content)
    if whole < 10 * broken and not stray:
        return None
    place = f"{broken} broken character{'s' if broken > 1 else ''}, the first at byte {error.start}"
    return Decoded(text, "utf-8", f"was decoded as UTF-8 with {place}")


def _legacy(content: bytes, declared: str | None) -> Decoded:
    if declared is not None and declared.lower() not in _UNSAFE_DECLARATIONS:
        # Pages that declare Latin-1 mean Windows-1252, as the HTML standard reads them.
        latin = declared.lower() in {"iso-8859-1", "latin1", "us-ascii", "ascii"}
        name = "cp1252" if latin else declared.lower()
        try:
            return Decoded(content.decode(name), name)
        except (UnicodeDecodeError, LookupError):
            pass
    name = "cp1252" if _western(content) else _guess(content)
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        raise UnreadableError("is in no encoding that could be told", _RESAVE) from None
    letters = sum(1 for c in text if c.isalpha() or c.isspace() or c.isdigit())
    if letters < len(text) * 0.6:
        raise UnreadableError("is in no encoding that gives text", _RESAVE)
    return Decoded(text, name, f"was decoded as {name}, by a guess; save it as UTF-8 to be sure")


def _western(content: bytes) -> bool:
    """Whether high bytes are as rare as accents are in a Latin-script text, and decodable."""
    high = sum(1 for byte in content if byte >= 0x80)
    ascii_letters = sum(1 for byte in content if chr(byte).isalpha() and byte < 0x80)
    defined = content.translate(None, _UNDEFINED)
    return high * 3 <= max(ascii_letters, 6) and len(defined) == len(content)


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content, cp_exclusion=["utf_16", "utf_16_be", "utf_16_le", "utf_7"]).best()
    if best is None:
        raise UnreadableError("is in no encoding that could be told", _RESAVE)
    return best.encoding
