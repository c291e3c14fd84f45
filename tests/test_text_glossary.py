"""The glossary: names of concepts in three languages, found in a row of lexical terms."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import pkqa.text
from pkqa.errors import UsageError
from pkqa.text.analysis import analyse
from pkqa.text.glossary import WORDS_FILES, Glossary, load, load_synonyms, stemmed

LANGUAGES = ("en", "fr", "ar")
SHIPPED = Path(pkqa.text.__file__).parent / "glossary.json"
ROWS = json.loads(SHIPPED.read_text(encoding="utf-8"))["concepts"]


def named(glossary: Glossary, text: str, language: str) -> list[set[int]]:
    """The concepts named in a text, a set for each of its terms."""
    return [set(found) for found in glossary.concepts(analyse(text, language), language)]


# The rows that ship with pkqa


def test_every_row_is_in_three_languages() -> None:
    assert 2500 <= len(ROWS) <= 3500
    assert [row for row in ROWS if set(row) != set(LANGUAGES) or not all(row.values())] == []


def test_every_name_has_a_term_or_it_could_not_be_found() -> None:
    without = [
        (language, name)
        for row in ROWS
        for language in LANGUAGES
        for name in row[language]
        if not analyse(name, language)
    ]
    assert without == []


def test_no_name_stands_twice_in_a_row() -> None:
    assert [r for r in ROWS if any(len(set(names)) < len(names) for names in r.values())] == []


def test_every_name_names_its_concept() -> None:
    glossary = load()
    lost = [
        (language, name)
        for concept, row in enumerate(ROWS)
        for language in LANGUAGES
        for name in row[language]
        if (terms := analyse(name, language))
        and concept not in glossary.concepts(terms, language)[0]
    ]
    assert lost == []


def test_our_rows_are_of_the_form_asked_of_users() -> None:
    twice = load(SHIPPED)
    assert twice.names(0, "en") == twice.names(len(ROWS), "en") == load().names(0, "en")


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
    found = {
        word: concepts
        for language, words in (("en", en), ("fr", fr), ("ar", ar))
        for word in words.split()
        for concepts in named(load(), word, language)  # a stop word ("won") has none
    }
    assert set.intersection(*found.values()), found


@pytest.mark.parametrize(
    ("en", "fr", "ar"),
    [
        ("the UN Security Council", "le Conseil de sécurité", "في مجلس الأمن"),
        ("the Arab League", "la Ligue arabe", "لجامعة الدول العربية"),
        ("the World Bank", "la Banque mondiale", "والبنك الدولي"),
        ("the IMF", "le Fonds monétaire international", "صندوق النقد الدولي"),
    ],
)
def test_institutions_are_known_by_name_and_by_acronym(en: str, fr: str, ar: str) -> None:
    told = zip((en, fr, ar), LANGUAGES, strict=True)
    assert set.intersection(*(set.union(*named(load(), text, lang)) for text, lang in told))


# How names are found

SMALL = Glossary.of(
    [
        {"en": ["council", "town council"], "fr": ["conseil"], "ar": ["مجلس"]},
        {"en": ["advice"], "fr": ["conseil", "avis"], "ar": ["نصيحة"]},
        {"en": ["Security Council"], "fr": ["Conseil de sécurité"], "ar": ["مجلس الأمن"]},
        {"en": ["Council of Europe"], "fr": ["Conseil de l'Europe"]},
        {"en": ["security", "the"], "fr": ["sécurité"], "ar": ["أمن"]},
        {"en": ["councils", "council"]},
    ]
)


def test_a_word_of_several_concepts_names_them_all() -> None:
    assert named(SMALL, "les avis du conseil", "fr") == [{1}, {0, 1}]
    assert named(SMALL, "council", "en") == [{0, 5}]


def test_a_name_of_several_words_is_found_where_they_stand_in_a_row_and_in_order() -> None:
    assert named(SMALL, "In the Security Council", "en") == [{2}, set()]
    assert named(SMALL, "the council for security", "en") == [{0, 5}, {4}]
    assert named(SMALL, "security in the old council", "en") == [{4}, set(), {0, 5}]
    assert named(SMALL, "Le Conseil de sécurité", "fr") == [{2}, set()]


def test_a_word_within_a_longer_name_says_nothing_by_itself() -> None:
    # Outside of it, it does; and another longer name may begin within.
    found = named(SMALL, "The Security Council of Europe and a council", "en")
    assert found == [{2}, {3}, set(), {0, 5}]
    assert named(SMALL, "a town council council", "en") == [{0}, set(), {0, 5}]


def test_names_are_those_of_their_language() -> None:
    assert named(SMALL, "conseil", "en") == [set()]
    assert named(SMALL, "council", "de") == [set()]
    assert SMALL.concepts([], "en") == []


def test_a_concept_is_called_by_its_terms_once_each() -> None:
    assert SMALL.names(2, "fr") == (("conseil", "securit"),)
    assert SMALL.names(5, "en") == (("council",),)  # both are one term
    assert SMALL.names(4, "en") == (tuple(analyse("security", "en")),)  # "the" is none
    assert SMALL.names(3, "ar") == ()


# A user's file


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "ours.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_users_rows_come_before_ours_and_add_to_them(tmp_path: Path) -> None:
    rows = [
        {"en": ["blue line", "soldier"], "fr": ["ligne bleue"], "ar": ["الخط الأزرق"]},
        {"fr": ["ZORG"], "de": ["Zorg"]},
    ]
    both = load(written(tmp_path, json.dumps({"concepts": rows})))
    assert both.names(0, "fr") == (("lign", "bleu"),)
    assert named(both, "on the Blue Line", "en") == [{0}, set()]
    assert named(both, "zorg", "fr") == named(both, "Zorg", "de") == [{1}]
    assert both.names(1, "en") == ()
    (ours,) = named(load(), "soldier", "en")
    assert ours
    assert named(both, "soldiers", "en") == [{0} | {concept + 2 for concept in ours}]
    assert both.names(2, "en") == load().names(0, "en")


def test_an_empty_list_of_concepts_adds_nothing(tmp_path: Path) -> None:
    both = load(written(tmp_path, '{"concepts": []}'))
    assert both.names(0, "en") == load().names(0, "en")


REMEDY = re.escape('; write {"concepts": [{"en": ["UNIFIL"], "fr": ["FINUL"], "ar": ["يونيفيل"]}]}')


@pytest.mark.parametrize("text", ["", "{", b'{"concepts": [{"en": ["\xff"]}]}'])
def test_a_file_that_is_no_json_is_named(tmp_path: Path, text: str | bytes) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match=f"^the glossary {path} cannot be read: .+{REMEDY}$"):
        load(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(UsageError, match=f"^the glossary {path} cannot be read: .+{REMEDY}$"):
            load(path)


@pytest.mark.parametrize("text", ["[]", "null", "{}", '{"concepts": {}}', '{"concept": []}'])
def test_a_file_without_concepts_is_named(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match=f'^the glossary {path} has no list "concepts"{REMEDY}$'):
        load(path)


@pytest.mark.parametrize(
    "row",
    [
        "soldier",
        [],
        {},
        {"en": "soldier"},
        {"en": []},
        {"en": ["soldier"], "fr": []},
        {"en": ["soldier", 4]},
        {"en": [["soldier"]]},
        {"en": [""]},
        {"en": [" \t"]},
        {"en": ["one two three four five six seven eight nine"]},
    ],
    ids=json.dumps,
)
def test_a_concept_of_another_form_is_named_by_its_number(tmp_path: Path, row: object) -> None:
    sound = {"en": ["one two three four five six seven eight"]}
    path = written(tmp_path, json.dumps({"concepts": [sound, sound, row, sound]}))
    with pytest.raises(UsageError, match=f"^the glossary {path}, concept 3: not a list.+{REMEDY}$"):
        load(path)


def test_a_name_that_could_never_be_found_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    path.write_text('{"concepts": [{"en": ["blue beret"]}, {"en": ["WHO"]}]}', "utf-8")
    with pytest.raises(UsageError, match=r"concept 2: 'WHO' is too common a word in 'en'"):
        load(path)


def test_a_users_rows_come_before_the_synonyms_too(tmp_path: Path) -> None:
    path = written(tmp_path, '{"concepts": [{"en": ["ZORG"]}]}')
    both = load_synonyms(path)
    assert named(both, "zorg", "en") == [{0}]
    assert 0 in both.proper
    assert both.names(1, "en") == load_synonyms().names(0, "en") == load().names(0, "en")
    assert load_synonyms().concepts(["zorg"], "en") == [frozenset()]


def test_a_file_for_the_synonyms_is_looked_at_like_any(tmp_path: Path) -> None:
    path = written(tmp_path, "[]")
    with pytest.raises(UsageError, match='has no list "concepts"'):
        load_synonyms(path)


def test_proper_are_rows_with_capitals_in_english_or_else_in_french() -> None:
    rows = [
        {"en": ["Security Council"], "fr": ["conseil"]},
        {"en": ["council", "Security Council"], "fr": ["Conseil"]},
        {"fr": ["Ligue arabe"]},
        {"fr": ["ligue"]},
        {"ar": ["مجلس"]},
    ]
    assert Glossary.of(rows).proper == {0, 2}
    assert Glossary([]).proper == frozenset()


# What goes further for checking


def test_synonyms_are_the_glossary_with_words_besides() -> None:
    plain, more = load(), load_synonyms()
    at = len(ROWS)
    assert plain.names(at - 1, "en") == more.names(at - 1, "en")
    assert more.names(at, "en")
    with pytest.raises(IndexError):
        plain.names(at, "en")
    assert plain.proper <= more.proper


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("en", "started"), ("en", "began")),
        (("en", "soldiers"), ("fr", "militaires")),
        (("en", "gathered"), ("ar", "اجتمعوا")),
        (("fr", "fermé"), ("en", "closed")),
    ],
)
def test_words_that_may_be_exchanged_share_a_concept(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    found = [set().union(*named(load_synonyms(), text, lang)) for lang, text in (one, other)]
    assert set.intersection(*found)


def test_every_row_of_synonyms_is_in_three_languages_and_has_no_name_twice() -> None:
    rows = json.loads((SHIPPED.parent / "synonyms.json").read_text("utf-8"))["concepts"]
    assert [row for row in rows if set(row) != set(LANGUAGES) or not all(row.values())] == []
    assert [r for r in rows if any(len(set(names)) < len(names) for names in r.values())] == []


@pytest.mark.parametrize("name", WORDS_FILES)
def test_the_terms_that_ship_are_those_of_the_words(name: str) -> None:
    """Otherwise: python -m pkqa.text.glossary."""
    rows = json.loads((SHIPPED.parent / name).read_text("utf-8"))["concepts"]
    shipped = json.loads((SHIPPED.parent / WORDS_FILES[name]).read_text("utf-8"))
    assert shipped == json.loads(json.dumps(stemmed(rows)))
