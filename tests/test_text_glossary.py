"""The glossary: a word is one term, a term is in one concept, a row is in all three languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import pkqa.text
from pkqa.text.analysis import analyse

LANGUAGES = ("en", "fr", "ar")
GLOSSARY = json.loads(
    (Path(pkqa.text.__file__).parent / "glossary.json").read_text(encoding="utf-8")
)
ROWS = GLOSSARY["concepts"] + GLOSSARY["acronyms"]


def terms() -> dict[tuple[str, str], int]:
    """Map (language, term) to the number of its row."""
    return {
        (language, term): number
        for number, row in enumerate(ROWS)
        for language in LANGUAGES
        for word in row[language]
        for term in analyse(word, language)
    }


def test_every_word_is_one_term() -> None:
    several = [
        (language, word)
        for row in ROWS
        for language in LANGUAGES
        for word in row[language]
        if " " in word or len(analyse(word, language)) != 1
    ]
    assert several == []


def test_no_term_is_in_two_rows() -> None:
    first: dict[tuple[str, str], int] = {}
    clashes = []
    for number, row in enumerate(ROWS):
        for language in LANGUAGES:
            for word in row[language]:
                for term in analyse(word, language):
                    if first.setdefault((language, term), number) != number:
                        clashes.append((language, word))
    assert clashes == []


def test_every_row_is_in_three_languages() -> None:
    assert 450 <= len(GLOSSARY["concepts"]) <= 600
    assert [row for row in ROWS if set(row) != set(LANGUAGES) or not all(row.values())] == []


@pytest.mark.parametrize(
    ("en", "fr", "ar"),
    [
        ("soldiers", "soldats", "الجنود"),
        ("peacekeepers helmets", "Casques", "الخوذ وخوذة"),
        ("died killed dead", "mort meurt décédée tués tombés", "قتلى استشهدوا ضحايا وفاة"),
        ("sent sending", "envoyés enverra envoie", "أرسلت سترسل إرسال يرسلون"),
        ("states", "États", "الدول دولتان ودولة"),
        ("countries", "pays", "البلدان بلد"),
        ("members membership", "membres", "الأعضاء عضو"),
        ("women", "femmes féminine", "النساء نساء امرأة"),
        ("ambassadors", "ambassadrice", "السفراء سفيرة"),
        ("elected elections", "élue élections élit", "انتخبت الانتخابات ينتخبون"),
        ("contributed contributions", "contribuent contribué", "مساهماتها ساهمت تسهم"),
        ("withdrew withdrawn", "retirés retrait", "انسحبت تنسحب الانسحاب"),
        ("won winners", "gagné remporta victoires", "فازت الفائزين تفوز"),
        ("cities town", "villes", "مدينتها المدينة"),
        ("announced", "annoncèrent annonça", "أعلنت تعلن الإعلان"),
        ("helicopters", "hélicoptères", "المروحيات مروحيتين"),
        ("missions", "missions", "البعثات مهمتها مهام"),
        ("threatened", "menacent", "تهديدات هددت"),
        ("UN", "ONU", "الأممية"),
    ],
)  # fmt: skip
def test_inflections_meet_in_one_concept(en: str, fr: str, ar: str) -> None:
    known = terms()
    found = {
        word: known.get((language, term))
        for language, words in (("en", en), ("fr", fr), ("ar", ar))
        for word in words.split()
        for term in analyse(word, language)  # a stop word ("won") has none
    }
    assert None not in found.values(), found
    assert len(set(found.values())) == 1, found
