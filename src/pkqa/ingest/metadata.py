"""Title, date and language of a document, from its metadata or, where that is silent, its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pkqa.ingest.clean import Cleaned
from pkqa.model import RawDocument
from pkqa.text.dates import DateSpan, dates
from pkqa.text.languages import detect
from pkqa.text.sentences import sentences

_TITLE = 100  # characters: the longest title made of a sentence
_HEADING = 160  # characters: a first line longer than this is a paragraph
_OPENING = 1200  # characters of the article in which its own date can stand

_ENDS = re.compile(r"[.!?؟…:;؛،,][\s\"'”’»)\]]*\Z")
_MARKS = re.compile(r"\A[#*_>\s\-–—•|]+|[#*_|\s]+\Z")
_BYLINE = re.compile(
    r"(?i:photo|source|publiée?|published|posted|updated|mis à jour)\b|(?:بقلم|كتبه?|نشر)\s"
    r"|[Ll]e \d|(?i:by|par) (?:[A-ZÀ-Þ][\w.'’-]*\s?){1,4}\Z"
)
_ISO_3 = {"eng": "en", "fra": "fr", "fre": "fr", "ara": "ar", "arb": "ar", "spa": "es", "deu": "de"}

_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|"
    "samedi|dimanche|الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة|السبت|الأحد|الاحد"
)
_WEEKDAY_BEFORE = re.compile(rf"(?:{_WEEKDAYS})\.?,?\s*(?:the\s+|le\s+)?\Z", re.IGNORECASE)
_PUBLISHED_BEFORE = re.compile(
    r"(?:\A|\W)(?:published|posted|updated|last updated|date|dated|publié|publiée|mis à jour|"
    r"mise à jour|modifié|créé|نشر|نشرت|نُشر|تاريخ النشر|تاريخ|حرر|تحديث|آخر تحديث)"
    r"(?:\s+(?:on|le|la|at|في|يوم|بتاريخ))?\s*:?\s*\Z",
    re.IGNORECASE,
)
# "SEOUL, 7 December 2021 –", "Rabat, le 30 novembre 2023 (MAP) -", "الرباط، 30 نونبر 2023 -"
_PLACE_BEFORE = re.compile(
    r"\A[^\n.!?؟]{2,40}[,،/–-]\s*(?:the\s+|on\s+|le\s+|في\s+|يوم\s+)?\Z", re.I
)
_SENTENCE_END = re.compile(r"[.!?؟]\s+")
_DASH_AFTER = re.compile(r"\s*(?:\([^()\n]{1,30}\)|/[^/\n]{1,20}/|\))?\s*(?:[-–—:/]|\Z)")
_AROUND_DATE = re.compile(
    r"[\W\d_]*|(?:.{0,40}\W)?(?:\d{1,2}[:hH]\d{2}|GMT|UTC|[ap]\.?m\.?)\W*", re.I
)


@dataclass(frozen=True, slots=True)
class Described:
    """What a document says about itself."""

    title: str
    date: str | None  # ISO 8601 day, or None where nothing fixes it
    language: str  # ISO 639-1, or "und"


def describe(raw: RawDocument, cleaned: Cleaned) -> Described:
    """Return title, date and language of a document.

    The title is the metadata's, else a first line that reads like a heading, else the first
    sentence cut at a word. The date is the metadata's, else one that the opening of the article
    fixes: a dateline, a date on a line of its own, a weekday with its full date. A day without a
    year, "yesterday", or a date inside the story ("born 13 October 1958") fixes nothing.
    """
    language = detect(cleaned.text, default=_language_code(raw.language))
    date = _metadata_date(raw.date, language) or _opening_date(cleaned.text, language)
    return Described(cleaned.title or _title(cleaned.text, language), date, language)


def _language_code(stated: str | None) -> str:
    """Return the ISO 639-1 code of a language tag such as ``fr-FR`` or ``eng``, or "und"."""
    primary = re.split(r"[-_]", (stated or "").strip().lower())[0]
    primary = _ISO_3.get(primary, primary)
    return primary if re.fullmatch("[a-z]{2}", primary) else "und"


def _metadata_date(stated: str | None, language: str) -> str | None:
    if not stated:
        return None
    compact = re.match(r"\s*(\d{4})(\d{2})(\d{2})(?!\d)", stated)
    if compact:
        stated = "-".join(compact.groups())
    stated = re.sub(r"\A\s*(\d{4})[/.](\d{1,2})[/.](\d{1,2})", _dashed, stated)
    return next((span.value for span in dates(stated, language) if len(span.value) == 10), None)


def _dashed(match: re.Match[str]) -> str:
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"


def _opening_date(text: str, language: str) -> str | None:
    opening = text[:_OPENING]
    fixed = (
        span
        for span in dates(opening, language)
        if len(span.value) == 10 and _is_fixed(opening, span)
    )
    return next((span.value for span in fixed), None)


def _is_fixed(text: str, span: DateSpan) -> bool:
    """Say whether the words round a full date make it the article's own."""
    line_start = text.rfind("\n", 0, span.start) + 1
    line_end = text.find("\n", span.end)
    before = text[line_start : span.start]
    after = text[span.end : line_end if line_end >= 0 else len(text)]
    if _WEEKDAY_BEFORE.search(before) or _PUBLISHED_BEFORE.search(before[-40:]):
        return True
    if _AROUND_DATE.fullmatch(before) and _AROUND_DATE.fullmatch(after):
        return True
    if _PLACE_BEFORE.match(before) and _DASH_AFTER.match(after):
        return True
    # "Seoul, 9 December 2021. The Herald.": a sentence of nothing but place and date.
    opening = _SENTENCE_END.split(before)[-1]
    return after.startswith(".") and (not opening or bool(_PLACE_BEFORE.match(opening)))


def _title(text: str, language: str) -> str:
    lines = [_MARKS.sub("", line) for line in text.split("\n", 12)[:12] if line.strip()]
    lines = [line for line in lines if line]
    if not lines:
        return ""
    for at, line in enumerate(lines[:-1]):
        if not _is_heading(line):
            break
        # A lone word above a paragraph is a section's or a site's name, not a headline.
        if len(line.split()) >= 3 and not _BYLINE.match(line) and not _is_date_line(line, language):
            return line
        if at == 2:
            break
    body = next((line for line in lines if len(line.split()) >= 4), lines[0])
    start, end = sentences(body, language)[0]
    return _cut(" ".join(body[start:end].split()))


def _is_heading(line: str) -> bool:
    return len(line) <= _HEADING and not _ENDS.search(line)


def _is_date_line(line: str, language: str) -> bool:
    found = dates(line, language)
    return bool(found) and sum(span.end - span.start for span in found) * 2 > len(line)


def _cut(sentence: str) -> str:
    """Cut a sentence at the last word that fits, with an ellipsis where something is cut off."""
    if len(sentence) <= _TITLE:
        return sentence
    head = sentence[: _TITLE - 1]
    return (head.rpartition(" ")[0] or head).rstrip(' ,،;:—–-«“"(') + "…"
