"""Folding: the form in which two spellings of one word are equal. For matching, never for showing.

The Arabic rules are the usual light normalisation of Arabic retrieval (Larkey, Ballesteros and
Connell, "Improving stemming for Arabic information retrieval", SIGIR 2002): harakat and tatweel
dropped, the forms of alef one, alef maqsura with ya, ta marbuta with ha, hamza off its seat.
"""

from __future__ import annotations

import re
import unicodedata

# Marks that a writer may leave out: Latin, Greek, Cyrillic, Hebrew and Arabic ones. Marks of the
# Indic scripts are vowels, and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u08d3-\u08e1\u08e3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)

_LETTERS = str.maketrans(
    {
        "\u0640": "",  # tatweel
        "\u0671": "\u0627",  # alef wasla -> alef
        "\u0649": "\u064a",  # alef maqsura -> ya
        "\u06cc": "\u064a",  # Persian ya
        "\u06a9": "\u0643",  # Persian kaf
        "\u0629": "\u0647",  # ta marbuta -> ha
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "‘": "'",
        "’": "'",
        "‚": "'",
        "‛": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "‟": '"',
        "«": '"',
        "»": '"',
        "\u2010": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2015": "-",
        "\u2212": "-",
    }
)

_DIGIT = re.compile(r"[^\D0-9]")

# One to three digits, then groups of exactly three behind one and the same separator. A lone
# "1.724" or "1,724" counts as grouped: a decimal of exactly three places is the rarer reading, and
# both sides of a match are folded alike. A leading zero ("0.724") is a decimal.
_GROUPED = re.compile(
    r"(?<![\d.,])[1-9]\d{0,2}(?:([ ,.'\u066c])\d{3})(?:\1\d{3})*(?!\d)(?![.,]\d{3})"
)
_SEPARATOR = re.compile(r"[ ,.'\u066c]")
_DECIMAL_COMMA = re.compile(r"(?<=\d)[,\u066b](?=\d)")


def digits(text: str) -> str:
    """Return ``text`` with the decimal digits of every script as 0-9; the length is unchanged."""
    return _DIGIT.sub(lambda m: str(unicodedata.decimal(m[0])), text)


def fold(text: str) -> str:
    """Return the folded form of ``text``: equal for spellings that should match.

    Case, diacritics, compatibility forms, quotation marks, dashes and number grouping no longer
    differ; digits are 0-9, and a decimal comma is a point.
    """
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
        text = digits(text)
    text = _GROUPED.sub(lambda m: _SEPARATOR.sub("", m[0]), text)
    return _DECIMAL_COMMA.sub(".", text)


def _level_table() -> dict[int, str]:
    table = {code: chr(code).lower() for code in range(0x41, 0x5B)}
    for code in (*range(0xC0, 0x180), 0x622, 0x623, 0x625):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        table[code] = base if len(base) == 1 else chr(code)
    table |= {0x671: "\u0627", 0x649: "\u064a", 0x6CC: "\u064a", 0x6A9: "\u0643", 0x629: "\u0647"}
    table |= {0x624: "\u0648", 0x626: "\u064a", 0x2019: "'", 0xA0: " ", 0x202F: " ", 0x2009: " "}
    return table


_LEVEL = _level_table()


def level(text: str) -> str:
    """Return ``text`` folded as far as its length allows: an offset into one is one into the other.

    Case and accents of Latin letters, the forms of alef, ya and ta marbuta, digits and blanks are
    levelled; harakat and everything that folding would lengthen or shorten stays.
    """
    return digits(text.translate(_LEVEL))
