"""The canonical form of a text: the one that is stored, indexed, quoted and offset into.

Nothing a reader would see is changed: quotation marks, no-break spaces and composed or decomposed
accents stay as the source has them, so that a sentence of the source is found verbatim.
"""

from __future__ import annotations

import re

# Line ends of every kind become LF; these would otherwise glue two lines or count as controls.
_LINE_END = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")

# Controls, invisible format characters, private use and lone surrogates. Left standing: tab, LF,
# the two joiners (judged by their neighbours below) and the format characters that do have a
# shape, such as the Arabic number signs and the end of ayah.
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # controls
    "\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
    "\ud800-\udfff"  # lone surrogates: they cannot be written as UTF-8
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use
    "]+"
)

# Scripts in which a zero-width joiner or non-joiner between two letters is spelling: Arabic,
# Syriac, Thaana and N'Ko, then the Indic blocks as far as Sinhala, and Mongolian.
_JOINING = "\u0600-\u07ff\u0860-\u0dff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_STRAY_JOINER = re.compile(f"(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINING}])")

_BLANK_LINES = re.compile("\n{3,}")


def visible(text: str) -> str:
    """Return ``text`` without the characters that have no shape of their own: controls, marks that
    turn the direction round, private use, halves of surrogate pairs."""
    return _INVISIBLE.sub("", text)


def canonical(text: str) -> str:
    """Return ``text`` in canonical form; a second application changes nothing.

    Line ends become LF; NUL, byte order marks, zero-width characters, soft hyphens, bidirectional
    controls and other invisible characters go; a zero-width (non-)joiner stays between two letters
    of a script that spells with it. Blanks at line ends go, two or more blank lines become one, and
    blank lines at either end of the text go.
    """
    text = _LINE_END.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _STRAY_JOINER.sub("", text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")
