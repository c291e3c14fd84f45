"""The gazetteer: one place is one code, however and in whatever language it is named."""

from __future__ import annotations

import pytest

from pkqa.text.places import places

SAME = {
    "MA": {
        "en": ["Morocco", "Moroccan", "Moroccans", "Morocco's"],
        "fr": ["Maroc", "le Maroc", "marocain", "marocaines", "Marocains"],
        "ar": ["المغرب", "المغربية", "مغربيا", "المغاربة", "مغاربة"],
    },
    "KR": {
        "en": ["South Korea", "Republic of Korea", "Korean"],
        "fr": ["Corée du Sud", "République de Corée", "coréenne", "sud-coréens"],
        "ar": ["كوريا الجنوبية", "جمهورية كوريا", "الكورية"],
    },
    "KP": {
        "en": ["North Korea", "North Korean"],
        "fr": ["Corée du Nord", "nord-coréen"],
        "ar": ["كوريا الشمالية"],
    },
    "CD": {
        "en": ["the Democratic Republic of the Congo", "DRC", "DR Congo"],
        "fr": ["République démocratique du Congo", "la RDC"],
        "ar": ["جمهورية الكونغو الديمقراطية", "الكونغو الديمقراطية"],
    },
    "CF": {
        "en": ["the Central African Republic", "CAR", "Bangui"],
        "fr": ["République centrafricaine", "centrafricaines", "Centrafrique", "RCA"],
        "ar": ["جمهورية إفريقيا الوسطى", "أفريقيا الوسطى", "بانغي"],
    },
    "SS": {
        "en": ["South Sudan", "South Sudanese"],
        "fr": ["Soudan du Sud", "sud-soudanais", "Sud-Soudanaises"],
        "ar": ["جنوب السودان", "بجنوب السودان"],
    },
    "SN": {
        "en": ["Senegal", "Senegalese"],
        "fr": ["Sénégal", "sénégalaises"],
        "ar": ["السنغال", "السنغالي"],
    },
    "LB": {
        "en": ["Lebanon", "Lebanese"],
        "fr": ["Liban", "libanaise"],
        "ar": ["لبنان", "اللبنانية"],
    },
    "ML": {"en": ["Mali", "Malian", "Mali's"], "fr": ["Mali", "maliens"], "ar": ["مالي"]},
    "US": {
        "en": ["the United States", "American"],
        "fr": ["les États-Unis", "américaines"],
        "ar": ["الولايات المتحدة", "الأمريكية"],
    },
    "IN": {"en": ["India", "Indians"], "fr": ["l'Inde", "indiens"], "ar": ["الهند", "هنديا"]},
    "OM": {"en": ["Oman", "Omani"], "fr": ["Oman"], "ar": ["عُمان", "عمان", "بعُمان"]},
    "Asia/Seoul": {"en": ["Seoul"], "fr": ["à Séoul"], "ar": ["سيول", "بسيول"]},
    "city/Rabat": {"en": ["in Rabat"], "fr": ["Rabat"], "ar": ["الرباط", "بالرباط", "والرباط"]},
    "city/Geneva": {"en": ["Geneva"], "fr": ["Genève"], "ar": ["جنيف", "بجنيف"]},
    "city/Hague": {"en": ["the Hague"], "fr": ["La Haye"], "ar": ["لاهاي", "بلاهاي"]},
}


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [(c, lang, n) for c, row in SAME.items() for lang, names in row.items() for n in names],
)
def test_a_place_is_one_code_by_every_name(code: str, language: str, name: str) -> None:
    assert places(name, language) == {code}


@pytest.mark.parametrize("clitics", ["و", "ب", "ل", "ك", "وب", "ول", "ف"])
def test_arabic_clitics_stand_before_a_name(clitics: str) -> None:
    assert places(f"{clitics}لبنان", "ar") == {"LB"}
    assert places(f"{clitics}مالي", "ar") == {"ML"}


def test_an_article_and_a_preposition_are_one() -> None:
    assert places("للمغرب", "ar") == {"MA"}
    assert places("وللمغرب", "ar") == {"MA"}


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("the Niger and Nigeria", "en", {"NE", "NG"}),
        ("Nigerian and Nigerien soldiers", "en", {"NE", "NG"}),
        ("soldats nigériens", "fr", {"NE"}),
        ("soldats nigérians", "fr", {"NG"}),
        ("nigériennes", "fr", {"NE"}),
        ("النيجر ونيجيريا", "ar", {"NE", "NG"}),
        ("Sudan and South Sudan", "en", {"SD", "SS"}),
        ("des Soudanais et des Sud-Soudanais", "fr", {"SD", "SS"}),
        ("السودان وجنوب السودان", "ar", {"SD", "SS"}),
        ("Republic of the Congo", "en", {"CG"}),
        ("République du Congo", "fr", {"CG"}),
        ("Guinea, Guinea-Bissau and Equatorial Guinea", "en", {"GN", "GW", "GQ"}),
        ("Dominica and the Dominican Republic", "en", {"DM", "DO"}),
    ],
)
def test_names_within_names_are_told_apart(text: str, language: str, codes: set[str]) -> None:
    assert places(text, language) == codes


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Congo", "en"),  # which of the two it is, nothing tells
        ("le Congo", "fr"),
        ("الكونغو", "ar"),
        ("الشؤون المالية", "ar"),  # financial, not Malian
        ("القطاع المالي", "ar"),
        ("للمالي", "ar"),
        ("قطرة ماء", "ar"),
        ("السلام في العالم", "ar"),
        ("turkey and china in the georgia of a jordan, chad", "en"),
        ("morocco", "en"),
        ("la part de l'inde et du mali", "fr"),
        ("les tunes du romain", "fr"),
        ("the Security Council of the United Nations", "en"),
        ("Le Conseil de sécurité des Nations Unies", "fr"),
        ("مجلس الأمن التابع للأمم المتحدة", "ar"),
        ("", "en"),
        ("2021 !", "fr"),
    ],
)
def test_what_is_no_place(text: str, language: str) -> None:
    assert places(text, language) == frozenset()


@pytest.mark.parametrize(
    ("text", "codes"),
    [("soldats américains", {"US"}), ("troupes portugaises", {"PT"}), ("ivoiriennes", {"CI"})],
)
def test_french_demonyms_count_in_lower_case(text: str, codes: set[str]) -> None:
    assert places(text, "fr") == codes


def test_other_languages_are_read_by_the_english_names() -> None:
    assert places("Senegal", "de") == {"SN"}
    assert places("Marokko", "de") == frozenset()


def test_several_places_of_one_sentence() -> None:
    text = "Moroccan and Senegalese officers met the French in Rabat, not in New York."
    assert places(text, "en") == {"MA", "SN", "FR", "city/Rabat", "America/New_York"}
