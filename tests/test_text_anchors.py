"""Anchors: what a passage and a question in another language share, kind by kind."""

from __future__ import annotations

import pytest

from pkqa.text.analysis import analyse
from pkqa.text.anchors import Anchor, anchors_in, anchors_of, synonyms_in
from pkqa.text.glossary import Glossary, Phrase

GLOSSARY = Glossary.of(
    [
        {"en": ["soldier", "troops"], "fr": ["soldat", "militaire"], "ar": ["جندي", "جنود"]},
        {"en": ["Security Council"], "fr": ["Conseil de sécurité"], "ar": ["مجلس الأمن"]},
        {"en": ["council"], "fr": ["conseil"], "ar": ["مجلس"]},
        {"en": ["summit"], "fr": ["sommet"], "ar": ["قمة"]},
        {"en": ["summit", "top"], "fr": ["cime", "sommet"], "ar": ["ذروة"]},
        {"en": ["medal"], "fr": ["médaille"]},
    ]
)
NOTHING_KNOWN = Glossary.of([])


def phrase(name: str, language: str) -> Phrase:
    return tuple(analyse(name, language))


def looked_for(
    query: str, language: str, target: str, glossary: Glossary = GLOSSARY
) -> dict[Phrase, Anchor]:
    """What a query looks for, by each phrase that will do."""
    anchors = anchors_in(query, language, target, glossary)
    return {phrase: anchor for anchor in anchors for phrase in anchor.phrases}


def is_found(query: str, language: str, passage: str, target: str) -> set[str]:
    """The kinds of anchor by which a query finds a passage, with no help from a glossary."""
    held = {*anchors_of(passage, target), *analyse(passage, target)}
    return {
        anchor.kind
        for anchor in anchors_in(query, language, target, NOTHING_KNOWN)
        if any(held.issuperset(phrase) for phrase in anchor.phrases)
    }


# Numbers

SIXTY = [
    ("sixty soldiers", "en"),
    ("60 soldiers", "en"),
    ("soixante soldats", "fr"),
    ("60 soldats", "fr"),
    ("ستون جنديا", "ar"),
    ("٦٠ جنديا", "ar"),
    ("60 جنديا", "ar"),
]


@pytest.mark.parametrize(("text", "language"), SIXTY)
def test_a_number_is_one_anchor_in_words_and_in_the_figures_of_any_script(
    text: str, language: str
) -> None:
    assert "#60" in anchors_of(text, language)
    for target in {"en", "fr", "ar"} - {language}:
        assert looked_for(text, language, target)["#60",] == Anchor("number", (("#60",),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("1,724 soldiers", "en"), ("1\u202f724 soldats", "fr")),
        (("1,724 soldiers", "en"), ("١٬٧٢٤ جنديا", "ar")),
        (("the 4th meeting", "en"), ("la quatrième réunion", "fr")),
        (("14.2 billion", "en"), ("14,2 milliards", "fr")),
        (("15 percent", "en"), ("15 %", "fr")),
    ],
)
def test_spellings_of_a_number_meet(one: tuple[str, str], other: tuple[str, str]) -> None:
    (text, language), (query, asked_in) = one, other
    assert is_found(query, asked_in, text, language) == {"number"}


def test_other_numbers_and_a_percentage_do_not_meet() -> None:
    assert "number" not in is_found("60 soldats", "fr", "61 soldiers", "en")
    assert "number" not in is_found("60 soldats", "fr", "60 % of the soldiers", "en")
    assert "number" not in is_found("61 soldats", "fr", "160 soldiers", "en")


# Months

NOVEMBERS = [
    ("on 30 November", "en"),
    ("November 2023", "en"),
    ("2023-11-30", "en"),
    ("le 30 novembre", "fr"),
    ("30/11/2023", "fr"),
    ("30 نوفمبر", "ar"),
    ("30 نونبر 2023", "ar"),
    ("نونبر 2023", "ar"),
    ("30 تشرين الثاني 2023", "ar"),
]


@pytest.mark.parametrize(("text", "language"), NOVEMBERS)
def test_a_month_is_one_anchor_under_every_name(text: str, language: str) -> None:
    assert [a for a in anchors_of(text, language) if a[0] == "%"] == ["%11"]
    for target in {"en", "fr", "ar"} - {language}:
        assert looked_for(text, language, target)["%11",] == Anchor("number", (("%11",),))


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("7 جانفي 2020", 1),
        ("7 شباط 2020", 2),
        ("7 أفريل 2020", 4),
        ("7 أيار 2020", 5),
        ("7 جوان 2020", 6),
        ("7 يوليوز 2020", 7),
        ("7 تموز 2020", 7),
        ("7 غشت 2020", 8),
        ("7 آب 2020", 8),
        ("7 شتنبر 2020", 9),
        ("7 أيلول 2020", 9),
        ("7 تشرين الأول 2020", 10),
        ("7 دجنبر 2020", 12),
        ("7 كانون الأول 2020", 12),
    ],
)
def test_the_months_of_the_maghreb_and_of_the_levant(text: str, month: int) -> None:
    assert f"%{month:02}" in anchors_of(text, "ar")
    assert "number" in is_found(f"2020-{month:02}-07", "en", text, "ar")


def test_a_year_alone_has_no_month() -> None:
    assert anchors_of("in 2023", "en") == ["#2023"]
    assert looked_for("in 2023", "en", "fr").keys() == {("#2023",)}


# Places

MOROCCO = [
    ("Moroccan troops", "en"),
    ("Morocco", "en"),
    ("soldats marocains", "fr"),
    ("au Maroc", "fr"),
    ("القوات المغربية", "ar"),
    ("في المغرب", "ar"),
]


@pytest.mark.parametrize(("text", "language"), MOROCCO)
def test_a_country_and_its_people_are_one_anchor(text: str, language: str) -> None:
    assert "@MA" in anchors_of(text, language)
    for target in {"en", "fr", "ar"} - {language}:
        assert looked_for(text, language, target)["@MA",] == Anchor("concept", (("@MA",),))


def test_a_place_is_not_looked_for_as_a_name_beside() -> None:
    assert looked_for("Morocco", "en", "ar").keys() == {("@MA",)}
    assert looked_for("Morocco", "en", "fr").keys() == {("@MA",)}


# Words that are spelt alike


@pytest.mark.parametrize(
    ("query", "language", "passage", "target", "kinds"),
    [
        ("la mission", "fr", "the missions", "en", {"concept"}),
        ("Que fait MINUSCA ?", "fr", "MINUSCA said", "en", {"name"}),
        ("What did Lacroix say?", "en", "M. Lacroix a dit", "fr", {"name"}),
        ("Lacroix’s visit", "en", "M. Lacroix a dit", "fr", {"name"}),
        ("the summit", "en", "le sommet", "fr", set()),
        ("an elf", "en", "un elf", "fr", set()),  # three letters may be chance
        ("What is there with these?", "en", "with these", "fr", set()),
        ("ce sont les avions", "fr", "sont les", "en", set()),
    ],
)
def test_a_word_that_is_spelt_alike_is_found(
    query: str, language: str, passage: str, target: str, kinds: set[str]
) -> None:
    assert is_found(query, language, passage, target) == kinds


def test_a_word_is_looked_for_as_the_passages_analyser_makes_it() -> None:
    found = looked_for("the MINUSMA missions", "en", "fr")
    assert found[phrase("MINUSMA", "fr")] == Anchor("name", (phrase("MINUSMA", "fr"),))
    assert found[phrase("missions", "fr")] == Anchor("concept", (phrase("missions", "fr"),))
    assert phrase("MINUSMA", "en") != phrase("MINUSMA", "fr")


def test_a_word_is_looked_for_once() -> None:
    anchors = anchors_in(
        "A mission is a mission: 60 of 60, soldiers and soldiers", "en", "fr", GLOSSARY
    )
    assert len(anchors) == len(set(anchors)) == 4


def test_a_word_that_the_glossary_translates_to_itself_is_looked_for_once() -> None:
    glossary = Glossary.of([{"en": ["mission"], "fr": ["mission"]}])
    assert anchors_in("the mission", "en", "fr", glossary) == [
        Anchor("concept", (phrase("mission", "fr"),))
    ]


# Names in another script


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("Who is Lacroix?", "قال لاكروا"),
        ("Who is Bourita?", "التقى بوريطة"),
        ("Who is Bourita?", "سلم لبوريطة"),  # with a preposition in front
        ("Who is Guterres?", "غوتيريش"),
        ("What is MINUSMA?", "بعثة مينوسما"),
        ("What is MINUSMA?", "بعثة MINUSMA"),  # left in its own script
        ("Who is Bourita’s envoy?", "بوريطة"),
    ],
)
def test_a_name_is_found_in_the_other_script_both_ways(latin: str, arabic: str) -> None:
    assert is_found(latin, "en", arabic, "ar") == {"name"}
    assert is_found(arabic, "ar", latin, "en") == {"name"}


@pytest.mark.parametrize(
    ("query", "passage", "target"),
    [
        ("Que fait l'AQMI ?", "AQMI said", "en"),
        ("Le rôle d’Aboubakar", "Aboubakar said", "en"),
        ("Le rôle d'Aboubakar", "قال أبوبكر", "ar"),
    ],
)
def test_a_french_name_is_found_behind_its_elided_article(
    query: str, passage: str, target: str
) -> None:
    assert is_found(query, "fr", passage, target) == {"name"}


def test_another_name_is_not_found() -> None:
    assert is_found("Who is Lacroix?", "en", "قال بوريطة", "ar") == set()
    assert is_found("قال بوريطة", "ar", "Who is Lacroix?", "en") == set()


def test_a_short_name_counts_for_less_and_the_shortest_only_as_it_is_written() -> None:
    found = looked_for("Who are Guterres, Lacroix and Diop?", "en", "ar")
    assert found["guterres",].phrases == (("guterres",), ("~KTRS",))
    assert found["guterres",].weight == 1
    assert found["lacroix",].phrases == (("lacroix",), ("~LKR",))
    assert 0 < found["lacroix",].weight < 1
    assert found["diop",] == Anchor("name", (("diop",),))


@pytest.mark.parametrize("query", ["من هو ديوب؟", "ديوب"])
def test_the_shortest_arabic_name_leaves_nothing_to_look_for(query: str) -> None:
    assert anchors_in(query, "ar", "en", NOTHING_KNOWN) == []


def test_names_stand_out_by_their_capitals() -> None:
    found = looked_for("Which parliament did Lacroix visit?", "en", "ar", NOTHING_KNOWN)
    assert found.keys() == {("lacroix",), ("~LKR",)}
    assert anchors_of("He visited the parliament with Lacroix.", "en") == ["~LKR"]


def test_a_query_typed_without_capitals_may_name_with_any_of_its_words() -> None:
    found = looked_for("which soldiers did lacroix visit", "en", "ar")
    assert found["~LKR",].kind == "name"
    # What the glossary knows is no name.
    assert phrase("soldiers", "ar") not in found
    assert phrase("جندي", "ar") in found
    assert is_found("who is lacroix", "en", "قال لاكروا", "ar") == {"name"}


def test_a_passage_keeps_no_skeleton_of_a_word_without_capitals_or_consonants() -> None:
    assert anchors_of("the soldiers of the mission", "en") == []
    assert anchors_of("Io and Bo", "en") == []
    assert anchors_of("سلام", "en") == []
    assert anchors_of("MINUSMA", "ar") == []


def test_a_passage_has_each_anchor_once_in_order_of_spelling() -> None:
    found = anchors_of("60 of 60: Lacroix, Lacroix and Morocco on 7 May 2020", "en")
    assert found == sorted(set(found))
    assert {"#60", "#7", "#2020", "%05", "@MA", "~LKR"} <= set(found)


# Queries in two languages


def test_an_arabic_word_in_a_latin_query_is_found_as_it_is_written_and_as_a_name() -> None:
    query = "Que dit بوريطة aux soldats ?"
    assert looked_for(query, "fr", "ar")[phrase("بوريطة", "ar")].kind == "concept"
    assert is_found(query, "fr", "التقى بوريطة", "ar") == {"concept"}
    assert is_found(query, "fr", "Mr. Bourita said", "en") == {"name"}


def test_a_latin_word_in_an_arabic_query_is_found_in_both_scripts() -> None:
    query = "ماذا فعلت MINUSMA؟"
    assert is_found(query, "ar", "The MINUSMA left", "en") == {"name"}
    assert is_found(query, "ar", "La MINUSMA est partie", "fr") == {"name"}
    # The language of a query is a guess: it may look for Arabic passages as any other does.
    assert is_found("what about MINUSMA و", "en", "بعثة مينوسما", "ar") == {"name"}


def test_a_query_in_no_known_language_has_its_figures_and_names() -> None:
    assert is_found("MINUSMA 60", "", "sixty of MINUSMA", "en") == {"name", "number"}
    assert is_found("MINUSMA 60", "", "ستون من مينوسما", "ar") == {"name", "number"}


# The glossary


def test_a_word_of_the_glossary_is_looked_for_under_all_its_names() -> None:
    french = looked_for("How many troops?", "en", "fr")
    soldier = french[phrase("soldat", "fr")]
    assert soldier == Anchor("concept", (phrase("soldat", "fr"), phrase("militaire", "fr")))
    arabic = looked_for("How many troops?", "en", "ar")
    assert arabic[phrase("جندي", "ar")].phrases == (phrase("جندي", "ar"), phrase("جنود", "ar"))


def test_a_phrase_of_the_glossary_is_looked_for_whole() -> None:
    anchors = anchors_in("le Conseil de sécurité", "fr", "en", GLOSSARY)
    assert Anchor("concept", (phrase("Security Council", "en"),)) in anchors
    assert Anchor("concept", (phrase("council", "en"),)) not in anchors
    assert Anchor("concept", (phrase("مجلس الأمن", "ar"),)) in anchors_in(
        "le Conseil de sécurité", "fr", "ar", GLOSSARY
    )


def test_a_word_of_two_concepts_is_one_anchor_for_either() -> None:
    found = looked_for("the summit", "en", "fr")
    sommet, cime = phrase("sommet", "fr"), phrase("cime", "fr")
    assert found[sommet] is found[cime]
    assert found[sommet].phrases == (sommet, cime)


def test_a_concept_without_a_name_in_the_language_is_not_looked_for() -> None:
    assert looked_for("the medal", "en", "fr")[phrase("médaille", "fr")].kind == "concept"
    assert anchors_in("The medal", "en", "ar", GLOSSARY) == []


def test_the_terms_of_an_anchor_are_all_that_must_be_looked_up() -> None:
    anchor = Anchor("concept", (("secur", "council"), ("@MA",)), unless="summit")
    assert list(anchor.terms) == ["secur", "council", "@MA", "summit"]
    assert list(Anchor("number", (("#60",),)).terms) == ["#60"]


# Other words of the same language


def test_synonyms_are_looked_for_where_the_word_itself_is_missing() -> None:
    (anchor,) = synonyms_in("How many troops and how many helicopters?", "en", GLOSSARY)
    assert anchor.kind == "concept"
    assert anchor.unless == "troop"
    assert phrase("soldier", "en") in anchor.phrases


def test_synonyms_of_two_concepts_are_one_anchor() -> None:
    (anchor,) = synonyms_in("au sommet", "fr", GLOSSARY)
    assert anchor.phrases == (phrase("sommet", "fr"), phrase("cime", "fr"))


def test_a_word_has_its_synonyms_once_however_often_it_is_asked() -> None:
    assert len(synonyms_in("soldiers, soldiers and a soldier", "en", GLOSSARY)) == 1


def test_what_the_glossary_does_not_know_has_no_synonyms() -> None:
    assert synonyms_in("60 helicopters of Lacroix in Morocco", "en", GLOSSARY) == []
    assert synonyms_in("", "en", GLOSSARY) == []
    assert synonyms_in("troops", "de", GLOSSARY) == []
