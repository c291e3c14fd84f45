"""A model's reply taken apart into sentences, as it comes.

Markers that follow a full stop belong to the sentence before it. Markdown is taken off; code,
images and the addresses of links are dropped, and so is what states nothing: headings, and lead-ins
such as "According to the passages:".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pkqa.answer.prompt import NOTHING, PARTLY
from pkqa.text.fold import fold
from pkqa.text.sentences import sentences

_MARK = r"[\[【][^\[\]【】\n]{0,24}?\d[^\[\]【】\n]{0,40}[\]】]"
_MARKS = re.compile(rf"\s*(?:{_MARK}\s*)+")
_FINAL = r"[.!?؟…。]+(?:[ \u00a0\u202f]?[\"”»’)])*"
_AFTER_THE_END = re.compile(rf"\s*(?P<end>{_FINAL})(?P<marks>(?:\s*{_MARK})+)")
_ENDED = re.compile(rf"(?:{_FINAL}|{_MARK})\s*\Z")

_CODE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s*#{1,6}\s")
_RULE = re.compile(r"[\s|:*_=+-]*\Z")
_ITEM = re.compile(r"\s*(?:>\s*)*(?P<bullet>(?:[-*+•·–]|\d{1,2}[.)])\s+)?")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)|!\[[^\]]*\]\[[^\]]*\]")
_LINK = re.compile(r"\[(?P<words>[^\]]*)\]\([^)]*\)")
_HALF_LINK = re.compile(r"!?\[[^\]\n]*\Z|\]\([^)\n]*\Z|<[^>\n]*\Z")
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_EMPHASIS = re.compile(r"\*+|`+|__+|~~+|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)")

_PARTLY = re.compile(re.escape(PARTLY[:-1]) + r"\s*[:：]\s*")
_NOTHING = re.compile(NOTHING.replace("_", r"[_ ]"))
# A line that begins like this is understood only once it is whole.
_HELD_BACK = re.compile(r"\s*(?:`|~|#|\||[-*+•·–]?\s*\Z|\d{1,2}[.)]?\s*\Z)")

# What opens a reply without stating anything, folded.
_LEAD_IN = re.compile(
    r"(?:sure|of course|certainly|here (?:is|are)|(?:the |my |final )?answers?\b|in summary|summary"
    r"|(?:according to|based on|from) (?:the |these )?(?:\w+ )?(?:passages?|documents?|sources?"
    r"|texts?|context|information)"
    r"|the (?:passages?|documents?|sources?) (?:say|state|mention)"
    r"|bien sur|voici|(?:la )?reponse\b|en resume|resume"
    r"|(?:selon|d'apres|sur la base de|a partir de) (?:les |des |ces )?(?:passages?|documents?"
    r"|sources?|textes?|informations?)"
    r"|(?:وفقا|استنادا|طبقا) (?:الي |ل)?\w+|(?:بحسب|حسب) \w+|اليك|(?:ال)?اجابه|(?:ال)?جواب"
    r"|فيما يلي|باختصار|بالتاكيد|تقول الوثايق|جاء في الوثايق)"
)
_LONGEST_LEAD_IN = 90  # characters
_COLON = re.compile(r"[:：]\s*\Z")

_LONGEST_LINE = 8_000  # characters: no paragraph of an answer is as long


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence of a reply."""

    text: str  # with its markers, without markup
    opens: bool  # whether it begins a line: a paragraph or an item of a list


class Writing:
    """One reply, while it comes.

    Attributes:
        nothing: whether the model said that the passages do not answer.
        partly: whether it said that they answer a part only.
        missing: what it named as the part that they do not answer.
    """

    def __init__(self, language: str) -> None:
        """The reply is to be in ``language``."""
        self.nothing = False
        self.partly = False
        self.missing: list[str] = []
        self._language = language
        self._text = ""  # from the first line that is not given whole
        self._given = 0  # sentences of that line which are
        self._looked = 0  # length of the text when it was last taken apart
        self._coding = False

    def add(self, piece: str) -> list[Written]:
        """The sentences that are whole now that ``piece`` has come."""
        self._text += piece
        # A long line is not taken apart anew for each of its words.
        if "\n" not in piece and len(self._text) - self._looked <= len(self._text) // 100:
            return []
        given: list[Written] = []
        while "\n" in self._text or len(self._text) > _LONGEST_LINE:
            line, marks, rest = self._first_line()
            if rest is None:
                self._looked = len(self._text)
                return [*given, *self._begun(line, whole=True)]
            given += self._whole(line + marks)
            self._text = rest
        self._looked = len(self._text)
        return [*given, *self._begun(self._text, whole=False)]

    def end(self, *, cut: bool = False) -> list[Written]:
        """The sentences left. Where the reply was ``cut``, one that may not be whole is not."""
        given: list[Written] = []
        lines = self._text.split("\n")
        while len(lines) > 1 and not lines[-1].strip():
            lines.pop()
            cut = False  # the last line did end
        for number, line in enumerate(lines):
            after = lines[number + 1] if number + 1 < len(lines) else ""
            if number and _only_marks(line):
                continue
            marks = after if _only_marks(after) else ""
            last = number + (2 if marks else 1) == len(lines)
            given += self._whole(line + marks, cut=cut and last)
        self._text = ""
        return given

    def _first_line(self) -> tuple[str, str, str | None]:
        """The first line, markers that stand alone in the next, and what follows; the last is None
        where that cannot be told yet."""
        line, newline, rest = self._text.partition("\n")
        if not newline:
            return self._text, "", ""
        following = rest.lstrip()
        if not following:
            return line, "", None
        if following[0] not in "[【":
            return line, "", rest
        marks, ended, others = following.partition("\n")
        if ended:
            return (line, marks, others) if _only_marks(marks) else (line, "", rest)
        # "[1" may go on as a marker, a marker as a line of its own.
        undecided = _only_marks(marks) or not _MARKS.match(marks)
        return line, "", None if undecided and len(marks) < _LONGEST_LEAD_IN else rest

    def _begun(self, line: str, *, whole: bool) -> list[Written]:
        """The sentences at the beginning of a line to which nothing can be added any more."""
        if self._coding or self.partly or _HELD_BACK.match(line) or _HALF_LINK.search(line):
            return []
        before = _PARTLY.split(line)[0]
        found = self._sentences(before)
        opened = len(found) - 1
        if not whole and before == line and not _next_word_whole(found):
            # What comes next may still show that the stop before it was none.
            opened -= 1
        return self._new(found[: max(opened, self._given)])

    def _whole(self, line: str, *, cut: bool = False) -> list[Written]:
        """The sentences of a line that has come to its end, or was cut off."""
        if _CODE.match(line):
            self._coding = not self._coding
            return []
        before, *after = _PARTLY.split(line)
        if self.partly and not self.missing and not after:
            before, after = "", [line]  # named on a line of its own
        found = [] if self._coding else self._sentences(before)
        if after:
            self.partly = True
            self.missing += [part for part in map(_plain, after) if part and not cut]
        elif cut and found and not (_MARKS.search(found[-1]) and _ENDED.search(found[-1])):
            found.pop()
        given = self._new(found)
        self._given = 0
        return given

    def _new(self, found: list[str]) -> list[Written]:
        """Those of a line's sentences that were not given before and that state something."""
        given = []
        for at in range(self._given, len(found)):
            if _NOTHING.search(found[at]):
                self.nothing = True
            elif not _states_nothing(found[at]):
                given.append(Written(found[at], opens=at == 0))
        self._given = max(self._given, len(found))
        return given

    def _sentences(self, line: str) -> list[str]:
        """The sentences of a line, markers and all."""
        if _RULE.match(line) or (_HEADING.match(line) and not _MARKS.search(line)):
            return []
        text = _plain(line)
        if not _MARKS.match(text):
            text = _AFTER_THE_END.sub(lambda m: f" {m['marks'].strip()}{m['end']}", text)
        found: list[str] = []
        for start, end in sentences(text, self._language):
            sentence = text[start:end]
            if found and _only_marks(sentence.strip(".!?؟… ")):
                found[-1] += f" {sentence}"
            else:
                found.append(sentence)
        return found


def _plain(line: str) -> str:
    """A line without its markup."""
    line = _IMAGE.sub(" ", line)
    line = _LINK.sub(lambda m: f"[{m['words']}]" if m["words"].isdigit() else m["words"], line)
    line = _TAG.sub(" ", _ADDRESS.sub(" ", line))
    line = _HEADING.sub("", line)
    item = _ITEM.match(line)
    line = line[item.end() :] if item else line
    if line.strip().startswith("|"):
        line = ", ".join(filter(None, (cell.strip() for cell in line.split("|"))))
    line = _EMPHASIS.sub("", line)
    return " ".join(line.split())


def _only_marks(line: str) -> bool:
    found = _MARKS.match(line)
    return found is not None and not line[found.end() :].strip(" .")


def _next_word_whole(found: list[str]) -> bool:
    return bool(found and re.match(r"\W*\w+\W", found[-1]))


def _states_nothing(sentence: str) -> bool:
    """Whether a sentence only leads to what is said after it."""
    if not re.search(r"\w", _MARKS.sub("", sentence)):
        return True
    if _MARKS.search(sentence) or any(c.isdigit() for c in sentence):
        return False
    folded = fold(sentence)
    leads = _LEAD_IN.match(folded) is not None and len(sentence) <= _LONGEST_LEAD_IN
    return leads and (_COLON.search(sentence) is not None or len(sentence.split()) <= 3)
