"""Right-to-left lines out of a PDF: from the order on the page to the order of reading.

A PDF places glyphs from left to right, so an Arabic line comes out mirrored: letters backwards,
numbers and Latin words within it forwards. This is the inverse of the display step of the Unicode
bidirectional algorithm (UAX #9, L2 and L4), for lines whose base direction is right to left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RTL = re.compile(f"[{_LETTER}]")
_DIGITS = "0-9\u0660-\u0669\u06f0-\u06f9"
# Latin words with what stands between them, and numbers with their marks: read left to right.
_FORWARD = re.compile(
    rf"[A-Za-z\u00c0-\u024f{_DIGITS}]"
    rf"(?:[^{_LETTER}()\[\]{{}}«»،؛؟\n]*[A-Za-z\u00c0-\u024f]"
    rf"|[{_DIGITS}.,:/٫٬%-]*[{_DIGITS}])*%?"
)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_FORMS = re.compile("[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]+")
_NUMBER = re.compile(f"[{_DIGITS}]")


def is_rtl(text: str) -> bool:
    """Whether most strong letters of ``text`` are Arabic or Hebrew."""
    right = sum(1 for _ in _RTL.finditer(_NUMBER.sub("", text)))
    return right * 2 > sum(1 for c in text if c.isalpha())


def plain_forms(text: str) -> str:
    """Arabic presentation forms and Latin ligatures as their letters; nothing else is changed."""
    return _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)


def is_mirrored(text: str) -> bool:
    """Whether Arabic words in ``text`` stand backwards: the letters that only end a word begin
    them, the article stands at their end, final forms come before initial ones."""
    votes = 0
    for word in re.findall(f"[{_LETTER}]{{3,}}", text):
        shape = [unicodedata.decomposition(c).partition(">")[0] for c in (word[0], word[-1])]
        plain = plain_forms(word)
        votes += (plain[0] in "ةىﺔ") - (plain[-1] in "ةى")
        votes += plain.endswith("لا") - plain.startswith("ال")
        votes += (shape[0] == "<final") - (shape[0] == "<initial")
        votes += (shape[1] == "<initial") - (shape[1] == "<final")
    return votes > 0


def logical(line: str) -> str:
    """The reading order of one line given as it stands on the page from left to right."""
    if not _RTL.search(line):
        return line
    mirrored = line[::-1].translate(_MIRRORED)
    turned = _FORWARD.sub(lambda found: found.group()[::-1].translate(_MIRRORED), mirrored)
    return re.sub(r"(?<=[(\[]) +| +(?=[)\]])", "", turned)


def logical_lines(lines: Iterable[str], mirrored: bool) -> list[str]:
    """``lines`` in reading order and plain letters, runs of spaces folded to one."""
    turned = (logical(line) if mirrored else line for line in lines)
    return [re.sub(r" {2,}", " ", plain_forms(line)).strip() for line in turned]
