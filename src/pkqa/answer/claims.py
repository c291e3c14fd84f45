"""Claims: a sentence as a model writes it, taken apart into words, markers and quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pkqa.text.fold import digits, fold

# "[1]", "[1, 2]", "[1][2]", "【1】", "[١]", "[1-3]"; a caret or a word may precede the number.
_MARKER = re.compile(
    r"\s*[\[【](?:\^|(?:passages?|sources?|المقطع)\s*)?"
    r"(?P<numbers>\d+(?:\s*[,;،–-]\s*\d+)*)(?:†[^\]】]*)?[\]】]",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“”„«»\"‟](?P<words>[^“”„«»\"‟]+)[“”„«»\"‟]")
_MARKUP = re.compile(r"\*\*|__|`|^\s*(?:[-*•]|#{1,6}|\d{1,2}[.)])\s+", re.MULTILINE)
_LEADS = re.compile(r"[:：]\s*\Z")
_WORDS = re.compile(r"\w+")
# A range of markers longer than this is no list of passages.
_LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a reply."""

    text: str  # without markers and markup
    markers: tuple[int, ...]  # in order, each once
    quotations: tuple[str, ...]  # what stands in quotation marks

    @property
    def leads(self) -> bool:
        """Whether it only announces what is to follow."""
        return _LEADS.search(self.text) is not None

    @property
    def unquoted(self) -> str:
        """The model's own words."""
        return _QUOTED.sub(" ", self.text)


def claim_of(sentence: str) -> Claim:
    """Take a sentence apart."""
    levelled = digits(sentence)
    markers: dict[int, None] = {}
    for match in _MARKER.finditer(levelled):
        markers.update(dict.fromkeys(_numbers(match["numbers"])))
    bare, last = [], 0
    for match in _MARKER.finditer(levelled):
        bare.append(sentence[last : match.start()])
        last = match.end()
    text = _MARKUP.sub("", "".join(bare) + sentence[last:]).strip()
    quotations = tuple(match["words"].strip() for match in _QUOTED.finditer(text))
    return Claim(text, tuple(markers), quotations)


def _numbers(listed: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"\s*[,;،]\s*", listed):
        first, *last = (int(number) for number in re.split(r"\s*[–-]\s*", part))
        end = last[0] if last else first
        found.extend(range(first, end + 1) if 0 <= end - first < _LONGEST_RANGE else [first, end])
    return found


def verbatim(words: str, text: str) -> bool:
    """Whether ``words`` stand in ``text``, punctuation, case and blanks aside."""
    return f" {_plain(words)} " in f" {_plain(text)} "


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(fold(text)))
