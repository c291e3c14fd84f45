"""Numbers in a text, in digits of any script or in words, brought to one value each."""

from __future__ import annotations

import re
from decimal import Decimal

from pkqa.text.fold import level
from pkqa.text.numerals import NOT_ALONE, SCALES, VALUES

_GAP = r"[ ,.'٬]"
_FIGURES = re.compile(
    # Not inside a word or a code ("A4P", "COVID-19", "S/RES/2100"), unless the word is an Arabic
    # particle ("الـ75").
    r"(?<![\d.,/])(?<![a-z])(?<![a-z][\-/])(?<![a-z]/[a-z]{3}/)"
    rf"(?P<whole>[1-9]\d{{0,2}}(?P<gap>{_GAP})\d{{3}}(?:(?P=gap)\d{{3}})*(?!\d)|\d+)"
    r"(?:[.,٫](?P<part>\d+))?(?![.,]?\d)"
    r"(?P<ordinal>\s?(?:st|nd|rd|th|er|ere|eme|e|ᵉʳ?|ᵗʰ)(?![^\W_]))?(?![a-z])"
    r"(?P<percent>\s?[%٪]|\s(?:percent|per cent|pour cent|في الميه|في المايه|بالميه|بالمايه))?"
)
_SCALE_AFTER = re.compile(
    r"[\s\-]+(?P<word>thousand|millions?|billions?|mille|milliards?|الف|الفا|الاف|مليون|مليونا|"
    r"ملايين|مليار|مليارا|مليارات)(?![^\W_])"
)
_PERCENT_AFTER = re.compile(
    r"\s(?:percent|per cent|pour cent|في الميه|في المايه|بالميه|بالمايه)(?![^\W_])"
)
_MARKS = "\u064b-\u0652\u0640"  # harakat and tatweel inside an Arabic word
_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
_LINK = re.compile(r"(?:\s+|\s*-\s*)\Z")
_UNVOWELLED = re.compile(f"[{_MARKS}]")
_PARTICLES = ("وال", "بال", "لل", "ال", "و", "ب", "ل", "ف", "ك")


def numbers(text: str, language: str) -> list[tuple[int, int, str]]:
    """Return the numbers of ``text`` as ``(start, end, value)``, in order, without overlaps.

    The value is a plain decimal string, with "%" for a percentage: "1724", "14.2", "50%". Digits of
    every script and grouping are read, "14,2 milliards" is multiplied out, and number words and
    ordinals of the ``language`` (en, fr, ar) count like digits: "sixty", "soixante", "ستون" and
    "60" are one; so are "fourth", "4th" and "الرابع". An article ("un", "one") is no number.
    """
    levelled = level(text)
    found = _figures(levelled, language)
    found += _words(levelled, language, found)
    return sorted(found)


def _figures(levelled: str, language: str) -> list[tuple[int, int, str]]:
    found = []
    for match in _FIGURES.finditer(levelled):
        end = match.end()
        scale = _SCALE_AFTER.match(levelled, end) if not match["ordinal"] else None
        value = _figure(match, language, scaled=scale is not None)
        percent = bool(match["percent"])
        if scale and not percent:
            value *= next(v[scale["word"]] for v in VALUES.values() if scale["word"] in v)
            end = scale.end()
            if after := _PERCENT_AFTER.match(levelled, end):
                percent, end = True, after.end()
        found.append((match.start(), end, _plain(value) + ("%" if percent else "")))
    return found


def _figure(match: re.Match[str], language: str, scaled: bool) -> Decimal:
    whole, gap, part = match["whole"], match["gap"], match["part"]
    groups = re.split(_GAP, whole) if gap else [whole]
    if gap and gap in ".," and len(groups) == 2 and not part:
        # One group of three digits behind a point or a comma. A point is a decimal point in
        # English; a comma is a decimal comma in French only where a scale follows ("1,724
        # milliard"), since its press writes thousands both ways.
        decimal = (gap == "." and language == "en") or (gap == "," and language == "fr" and scaled)
        if decimal:
            return Decimal(".".join(groups))
    return Decimal("".join(groups) + (f".{part}" if part else ""))


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _words(
    levelled: str, language: str, figures: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    values = VALUES.get(language)
    if values is None:
        return []
    taken = bytearray(len(levelled))
    for start, end, _ in figures:
        taken[start:end] = b"\1" * (end - start)
    found: list[tuple[int, int, str]] = []
    run = _Run(language)
    last = 0
    for match in _WORD.finditer(levelled):
        word = _UNVOWELLED.sub("", match[0])
        linked = run.open and _LINK.match(levelled[last : match.start()]) is not None
        if run.open and not linked:
            found += run.close(levelled, taken)
        if found and match.start() < found[-1][1]:
            continue  # the "cent" of "pour cent"
        last = match.end()
        if run.open and run.links(word):
            continue
        value, joined = _value(word, values, language)
        if value is None:
            found += run.close(levelled, taken)
        elif not run.add(value, joined, match.start(), match.end(), word):
            found += run.close(levelled, taken)
            run.add(value, joined, match.start(), match.end(), word)
    return found + run.close(levelled, taken)


def _value(word: str, values: dict[str, int], language: str) -> tuple[int | None, bool]:
    """Return a word's value, and whether an Arabic "and" glued to it joins it to what precedes."""
    if word in values:
        return values[word], False
    if language == "ar":
        for particle in _PARTICLES:
            rest = word.removeprefix(particle)
            if rest != word and len(rest) >= 2:
                for form in (rest, "ال" + rest):
                    if form in values:
                        return values[form], particle.startswith("و")
    return None, False


class _Run:
    """Number words in a row, on their way to one value."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._clear()

    def _clear(self) -> None:
        self.open = False
        self.total = 0  # what a thousand, a million ... has closed off
        self.current = 0  # below the next scale
        self.last = 0
        self.start = self.end = 0
        self.words: list[str] = []

    def links(self, word: str) -> bool:
        """Take an "and" that may stand inside a number; it only counts if a number word follows."""
        return (self.language == "en" and word == "and" and self.last in SCALES) or (
            self.language == "fr" and word == "et" and 20 <= self.current % 100 <= 80
        )

    def add(self, value: int, joined: bool, start: int, end: int, word: str) -> bool:
        """Take one more word; False where it cannot belong to the same number."""
        if not self.open:
            self._clear()
            self.open, self.start = True, start
            self.current = value
        elif value in SCALES and not joined and self._scales(value):
            pass
        elif self._fits(value, joined):
            self.current += value
        else:
            return False
        if not self.words and value in SCALES and value >= 1000:
            self.total, self.current = value, 0
        self.last, self.end = value, end
        self.words.append(word)
        return True

    def _scales(self, value: int) -> bool:
        """Multiply by a power what stands before it; False where nothing stands there."""
        if value == 100:
            if not 1 <= self.current <= 99:
                return False
            self.current *= 100
            return True
        if not self.current or (self.total and self.total % (value * 1000)):
            return False
        self.total += self.current * value
        self.current = 0
        return True

    def _fits(self, value: int, joined: bool) -> bool:
        """Say whether a value can be added behind the last one."""
        if self.language == "ar":
            return self._fits_arabic(value, joined)
        low = self.current % 100
        fits = (low == 0 and 0 < value < 100) or (
            0 < value <= 9 and 20 <= low <= 90 and low % 10 == 0
        )
        if self.language == "fr":
            if value == 20 and self.last == 4 and low == 4:
                self.current += 80 - 4 - 20  # quatre-vingt
                return True
            fits |= 0 < value < 20 and low in {60, 80}  # soixante-quinze
            fits |= 7 <= value <= 9 and low in {10, 70, 90} and self.last == 10  # dix-sept
        return fits

    def _fits_arabic(self, value: int, joined: bool) -> bool:
        low = self.current % 100
        if not joined:
            return value == 10 and 1 <= low <= 9  # "خمسة عشر"
        tens_behind_unit = value % 10 == 0 and 20 <= value <= 90 and 1 <= low <= 9
        return value < 1000 and (
            tens_behind_unit
            or (low == 0 and value < 100)
            or self.current == 0
            or (low >= 20 and value <= 9)
        )

    def close(self, levelled: str, taken: bytearray) -> list[tuple[int, int, str]]:
        """End the run; return its number, if it is one and no digits stand in its place."""
        if not self.open:
            return []
        self.open = False
        start, end = self.start, self.end
        if any(taken[start:end]):
            return []
        if len(self.words) == 1 and (self.words[0] in NOT_ALONE or not self.total + self.current):
            return []
        value = str(self.total + self.current)
        after = _PERCENT_AFTER.match(levelled, end)
        if after:
            return [(start, after.end(), value + "%")]
        return [(start, end, value)]
