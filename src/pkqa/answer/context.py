"""Quotations that stand on their own feet.

A sentence that opens with "He", "Ce dernier" or "the minister" is quoted with the sentence before
it, as one span; where that one is in another paragraph or too long, the title that stands beside
every citation has to do.
"""

from __future__ import annotations

import re

from pkqa.model import Document, Sentence
from pkqa.text.fold import fold
from pkqa.text.sentences import sentences

LONGEST = 700  # characters of a quotation that was widened

_LEANING = {
    "en": re.compile(
        r"(?:and |but |also,? |for (?:his|her|its|their) part,? )?"
        r"(?:he|she|it|they|this|that|these|those|his|her|its|their|there|such"
        r"|the (?:minister|moroccan minister|official|un official|diplomat|moroccan diplomat"
        r"|moroccan official|latter|former|kingdom|meeting|conference|country|mission"
        r"|secretary-general))\b"
    ),
    "fr": re.compile(
        r"(?:et |mais |en outre,? |de plus,? |par ailleurs,? |comme )?"
        r"(?:il|elle|ils|elles|ce|cet|cette|ces|celle-ci|celui-ci|ceux-ci|celles-ci|ce dernier"
        r"|cela|ceci"
        r"|son|sa|ses|leur|leurs|mais aussi|et d'ajouter"
        r"|le (?:ministre|responsable|diplomate|royaume|secretaire general)"
        r"|la (?:rencontre|reunion|mission))\b"
    ),
    "ar": re.compile(
        r"(?:و|ف|كما )?(?:هو|هي|هم|هذا|هذه|هولاء|ذلك|تلك|اضاف|اوضح|تابع|ذكر|اكد انه|اكد ان|قال"
        r"|اعرب|اشار|نوه|ابرز|جدد|من جهته|من جانبه|(?:ال)?وزير|المسوول)"
    ),
}


def leans(text: str, language: str) -> bool:
    """Whether a sentence opens with a word that points back."""
    pattern = _LEANING.get(language)
    opening = fold(text).lstrip("\"' -–—([")
    return bool(pattern and pattern.match(opening))


def in_context(document: Document, sentence: Sentence) -> tuple[int, int]:
    """The span to quote for ``sentence``: itself, or with the sentence before it."""
    start, end = sentence.start, sentence.end
    if not leans(document.text[start:end], sentence.language):
        return start, end
    paragraph = document.text.rfind("\n", 0, start) + 1
    before = sentences(document.text[paragraph:start], sentence.language)
    if not before:
        return start, end
    widened = paragraph + before[-1][0]
    return (widened, end) if end - widened <= LONGEST else (start, end)
