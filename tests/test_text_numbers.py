"""Numbers in figures and in words, in three languages, to one value."""

from __future__ import annotations

import pytest

from pkqa.text.numbers import numbers

CASES = [
    ("en", "1,724 and 87,000 of 12,345,678.90", ["1724", "87000", "12345678.9"]),
    ("en", "14.2 percent, 50%, 1.724", ["14.2%", "50%", "1.724"]),
    ("en", "1.5 million and 3 billion", ["1500000", "3000000000"]),
    ("en", "sixty, sixty-three, twenty one", ["60", "63", "21"]),
    ("en", "one hundred and sixty-five; two thousand and twenty-one", ["165", "2021"]),
    ("en", "seven million two hundred thousand five hundred", ["7200500"]),
    ("en", "five, six, five and six", ["5", "6", "5", "6"]),
    ("en", "one of them, a hundred and the rest", ["100"]),
    ("en", "fourth 4th 4 th twenty-first 21st", ["4", "4", "4", "21", "21"]),
    ("en", "A4P, COVID-19, x86 and MI6", []),
    ("en", "a 16-member group, (2021) [12]", ["16", "2021", "12"]),
    ("en", "fifty percent, 2 thousand percent, three four", ["50%", "2000%", "3", "4"]),
    ("en", "hundred hundred, five million, two million", ["100", "100", "5000000", "2000000"]),
    ("fr", "1 724, 1\u00a0724, 1\u202f724, 1.724, 1,724", ["1724"] * 5),
    ("fr", "14,2 milliards, 1,724 milliard, 50 %", ["14200000000", "1724000000", "50%"]),
    ("fr", "soixante-trois, soixante-quinze, soixante et onze", ["63", "75", "71"]),
    ("fr", "quatre-vingt-dix-sept, quatre-vingts, dix-sept", ["97", "80", "17"]),
    ("fr", "mille sept cent vingt-quatre, deux cent mille", ["1724", "200000"]),
    ("fr", "vingt et un, cent vingt, cinquante pour cent", ["21", "120", "50%"]),
    ("fr", "79ᵉ, 1er, quatrième, soixante-quinzième", ["79", "1", "4", "75"]),
    ("fr", "un homme, une femme et deux enfants", ["2"]),
    ("fr", "une dizaine, une douzaine, une quinzaine, une vingtaine", ["10", "12", "15", "20"]),
    ("fr", "une trentaine, une quarantaine, une cinquantaine", ["30", "40", "50"]),
    ("fr", "une soixantaine de soldats, une centaine de tentes, un millier", ["60", "100", "1000"]),
    ("fr", "des dizaines, des centaines et des milliers", []),
    ("fr", "en 2021 120 pays", ["2021", "120"]),
    ("ar", "١٬٧٢٤ و60 والـ75، 14.2 في المئة", ["1724", "60", "75", "14.2%"]),
    ("ar", "ثلاثة وستون، ستين، سِتّون", ["63", "60", "60"]),
    ("ar", "خمسة عشر، ستة عشر مروحية، مئة وعشرون", ["15", "16", "120"]),
    ("ar", "ألف وسبعمائة وأربعة وعشرون", ["1724"]),
    ("ar", "ثلاثة آلاف، خمسون ألفا، 3 ملايين، مائتان وستون", ["3000", "50000", "3000000", "260"]),
    ("ar", "الرابع، الخامسة والسبعين، الأول", ["4", "75", "1"]),
    ("ar", "اثنتان وستون دولة من واحد", ["62"]),
    ("de", "sechzig oder 60", ["60"]),
]


@pytest.mark.parametrize(("language", "text", "values"), CASES)
def test_values(language: str, text: str, values: list[str]) -> None:
    found = numbers(text, language)
    assert [value for _, _, value in found] == values
    last = 0
    for start, end, _ in found:
        assert last <= start < end <= len(text)
        last = end


def test_a_span_is_the_words_of_the_number() -> None:
    text = "Some sixty-three years, about 1.5 million and 4 th."
    assert [text[a:b] for a, b, _ in numbers(text, "en")] == ["sixty-three", "1.5 million", "4 th"]


@pytest.mark.xfail(strict=True, reason="collectives are not multiplied")
@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("fr", "deux douzaines", ["24"]),
        ("fr", "trois centaines", ["300"]),
        ("fr", "deux milliers", ["2000"]),
        ("fr", "une demi-douzaine", ["6"]),
        ("en", "two dozen", ["24"]),
        ("en", "half a dozen", ["6"]),
    ],
)
def test_several_of_a_collective(language: str, text: str, values: list[str]) -> None:
    assert [value for _, _, value in numbers(text, language)] == values
