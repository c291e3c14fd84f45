"""What a question asks for, in three languages."""

from __future__ import annotations

import pytest

from pkqa.answer.parts import parts
from pkqa.answer.question import Question, read
from pkqa.text.glossary import Glossary

HELICOPTER, ACRONYM = range(2)
GLOSSARY = Glossary.of(
    [
        {"en": ["helicopter", "chopper"], "fr": ["hélicoptère"], "ar": ["مروحية"]},
        {"en": ["QRF", "quick reaction force"], "fr": ["force de réaction rapide"]},
    ]
)


def asked(text: str, language: str) -> Question:
    """The question, read in a corpus where every word tells the same."""
    return read(text, language, lambda _term, _language: (1.0, True), GLOSSARY)


KINDS = {
    "en": {
        "How many helicopters did Korea promise?": "number",
        "How large is the mission?": "number",
        "What is the total number of missions?": "number",
        "Which anniversary did the UN celebrate?": "number",
        "How long did the talks last?": "duration",
        "How many months did it take?": "duration",
        "How old was the general?": "age",
        "What percentage of the troops are women?": "percent",
        "How much does it cost?": "money",
        "What is the annual budget of MINUSCA?": "money",
        "When did Lacroix visit Rabat?": "date",
        "In what year was UNTSO created?": "date",
        "Who leads the mission?": "person",
        "Which Moroccan official met Lacroix?": "person",
        "What is the name of the military adviser?": "person",
        "Where is UNIFIL based?": "place",
        "In which city did they meet?": "place",
        "What rank does Morocco hold?": "open",
        "What is the population of Naqoura?": "number",
        "How far is the border?": "number",
        "In which century did it begin?": "date",
        "Who was Dag Hammarskjöld?": "definition",
        "What caused the delay?": "reason",
        "How do they train?": "open",
        "Why did the mission leave?": "reason",
    },
    "fr": {
        "Combien d'hélicoptères la Corée a-t-elle promis ?": "number",
        "Quel est le nombre de soldats ?": "number",
        "Quel anniversaire est célébré ?": "number",
        "Combien de temps a duré la mission ?": "duration",
        "Quelle est la durée du mandat ?": "duration",
        "Quel âge avait-il ?": "age",
        "Quelle part des troupes sont des femmes ?": "percent",
        "Quel pourcentage de femmes ?": "percent",
        "Combien coûte une mission ?": "money",
        "Quel est le budget de la MINUSCA ?": "money",
        "Quand Lacroix est-il venu ?": "date",
        "En quelle année ?": "date",
        "Quel jour se sont-ils réunis ?": "date",
        "Qui dirige la mission ?": "person",
        "Comment s'appelle le conseiller militaire ?": "person",
        "Quel responsable était présent ?": "person",
        "Où siège la FINUL ?": "place",
        "D'où viennent les soldats ?": "place",
        "Dans quelle ville ?": "place",
        "Le Maroc ou la France ?": "open",
        "Qui est le but ?": "open",
        "Quelle est la superficie du Mali ?": "number",
        "Qui était Dag Hammarskjöld ?": "definition",
        "Comment s'entraînent-ils ?": "open",
        "Pourquoi la mission est-elle partie ?": "reason",
    },
    "ar": {
        "كم عدد المروحيات؟": "number",
        "ما هو عدد الجنود؟": "number",
        "ما الذكرى التي أحيتها الأمم المتحدة؟": "number",
        "كم دامت البعثة؟": "duration",
        "ما مدة الولاية؟": "duration",
        "كم شهرا دامت؟": "duration",
        "كم عمره؟": "age",
        "ما نسبة النساء؟": "percent",
        "كم تكلف البعثة؟": "money",
        "ما ميزانية المينوسكا؟": "money",
        "متى زار لاكروا الرباط؟": "date",
        "في أي سنة أنشئت؟": "date",
        "من يقود البعثة؟": "person",
        "من هو المستشار العسكري؟": "person",
        "ما اسم المستشار العسكري؟": "person",
        "أين يقع مقر اليونيفيل؟": "place",
        "في أي مدينة التقيا؟": "place",
        "ما مساحة مالي؟": "number",
        "من هو داغ همرشولد؟": "definition",
        "كيف يتدربون؟": "open",
        "لماذا غادرت البعثة؟": "reason",
    },
}


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [(lang, text, kind) for lang, row in KINDS.items() for text, kind in row.items()],
)
def test_the_kind_of_thing_asked_for(language: str, text: str, kind: str) -> None:
    assert asked(text, language).kind == kind


def test_another_language_is_read_with_the_english_patterns() -> None:
    assert asked("Who?", "de").kind == "person"
    assert asked("Wie viele?", "de").kind == "open"


@pytest.mark.parametrize(
    ("text", "language", "stem"),
    [
        ("How many helicopters did Korea promise?", "en", "helicopt"),
        ("How many Moroccan peacekeepers died?", "en", "peacekeep"),
        ("How many Moroccans died?", "en", "moroccan"),
        ("Combien d'hélicoptères ?", "fr", "helicopt"),
        ("Combien de soldats marocains ?", "fr", "soldat"),
        ("كم عدد المروحيات؟", "ar", "مروح"),
        ("كم مغربيا لقي حتفه؟", "ar", "مغربي"),
    ],
)
def test_what_is_counted(text: str, language: str, stem: str) -> None:
    read_ = asked(text, language)
    assert read_.counted is not None
    assert read_.counted.stem == stem
    assert not read_.ordinal


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Which anniversary?", "en"),
        ("Quelle session de l'Assemblée ?", "fr"),
        ("ما الذكرى التي أحيتها؟", "ar"),
    ],
)
def test_what_is_numbered_rather_than_counted(text: str, language: str) -> None:
    read_ = asked(text, language)
    assert read_.ordinal
    assert read_.counted is not None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who came?", "en"),
        ("How many?", "en"),
        ("Combien de temps a duré la mission ?", "fr"),
        ("كم دامت البعثة؟", "ar"),
        ("Wie viele Soldaten?", "de"),
    ],
)
def test_where_nothing_is_counted(text: str, language: str) -> None:
    assert asked(text, language).counted is None


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("When did Lacroix visit Rabat?", "en", {"city/Rabat"}),
        ("Le Maroc ou la France ?", "fr", {"MA", "FR"}),
        ("لماذا غادرت البعثة مالي؟", "ar", {"ML"}),
        ("Who came?", "en", set()),
    ],
)
def test_places(text: str, language: str, codes: set[str]) -> None:
    assert asked(text, language).places == codes


@pytest.mark.parametrize(
    ("text", "language", "years"),
    [
        ("Which session in 2021 and 2023?", "en", {"2021", "2023"}),
        ("Did they meet on 29 November 2023?", "en", {"2023"}),
        ("Did they meet on 29 November?", "en", set()),
        ("Pourquoi en 2023 ?", "fr", {"2023"}),
        ("لماذا غادرت سنة ٢٠٢٣؟", "ar", {"2023"}),
        ("Who are the 1,724 soldiers?", "en", set()),
    ],
)
def test_years(text: str, language: str, years: set[str]) -> None:
    assert asked(text, language).years == years


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("What did Nasser Bourita say to Mr. Lacroix?", "en", {"nasser", "bourita", "lacroix"}),
        ("Who is Jean-Pierre Lacroix?", "en", {"jean", "pierre", "lacroix"}),
        ("UNIFIL headquarters?", "en", {"unifil"}),  # an acronym counts at the head too
        ("Did the talks end?", "en", set()),  # a first word's capital says nothing
        ("Who met in Rabat on 29 November?", "en", set()),  # places and dates are read elsewhere
        ("What is the United Nations?", "en", set()),  # every document is about it
        ("Où siège la FINUL ?", "fr", {"finul"}),
    ],
)
def test_names(text: str, language: str, words: set[str]) -> None:
    assert {word for word, _ in asked(text, language).names} == words


def test_a_name_comes_with_the_key_that_other_scripts_share() -> None:
    ((word, key),) = asked("What did Lacroix say?", "en").names
    assert word == "lacroix"
    assert key == dict(asked("Qu'a dit M. Lacroix ?", "fr").names)["lacroix"]


def test_terms_are_content_words_once_each() -> None:
    terms = asked("Which mission left, and which mission stayed?", "en").terms
    assert [term.stem for term in terms] == ["mission", "left", "stay"]


def test_a_term_knows_its_weight_and_whether_it_was_heard() -> None:
    told = {"mission": (0.2, True), "zebra": (3.5, False)}
    read_ = read("mission zebra", "en", lambda term, _: told[term], GLOSSARY)
    assert [(t.stem, t.weight, t.heard) for t in read_.terms] == [
        ("mission", 0.2, True),
        ("zebra", 3.5, False),
    ]


def test_the_glossary_and_digits_make_terms_comparable() -> None:
    terms = {t.stem: t for t in asked("16 helicopters, zebras", "en").terms}
    assert terms["helicopt"].comparable
    assert terms["16"].comparable
    assert not terms["zebra"].comparable
    for text, language in (("hélicoptères", "fr"), ("المروحيات", "ar"), ("choppers", "en")):
        (term,) = asked(text, language).terms
        assert term.concepts == terms["helicopt"].concepts == {HELICOPTER}


def test_a_concept_of_several_words_is_known_at_the_first() -> None:
    terms = asked("Who leads the quick reaction force?", "en").terms
    assert [term.concepts for term in terms] == [set(), {ACRONYM}, set(), set()]
    assert [term.comparable for term in terms] == [False, True, False, False]


def test_what_is_counted_has_its_concepts() -> None:
    counted = asked("How many helicopters came?", "en").counted
    assert counted is not None
    assert counted.concepts == {HELICOPTER}


def test_short_keys_are_left_out() -> None:
    terms = {t.stem: t for t in asked("un Lacroix", "en").terms}
    assert terms["un"].key == ""
    assert len(terms["lacroix"].key) == 3


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "When did Lacroix visit Rabat, and who received him?",
            "en",
            ("When did Lacroix visit Rabat", "who received him"),
        ),
        (
            "Combien de soldats, et dans quels pays ?",
            "fr",
            ("Combien de soldats", "dans quels pays"),
        ),
        ("متى زار لاكروا الرباط ومن استقبله؟", "ar", ("متى زار لاكروا الرباط", "من استقبله")),
        ("كم عدد الجنود وأين؟", "ar", ("كم عدد الجنود", "أين")),
    ],
)
def test_a_question_of_two_parts(text: str, language: str, expected: tuple[str, str]) -> None:
    assert parts(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who met Lacroix and Diop?", "en"),
        ("The mission left and who cares?", "en"),  # no question before the second
        ("Who came, and when, and where did they go, and why?", "en"),
        ("Qui est venu et reparti ?", "fr"),
        ("متى انتقل من الرباط ومن سلا؟", "ar"),  # "from", not "who"
        ("Wer kam und wann?", "de"),
        ("", "en"),
    ],
)
def test_a_question_that_is_one(text: str, language: str) -> None:
    assert parts(text, language) == (text,)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Which five areas did the minister list?", "en"),
        ("Which countries host troops?", "en"),
        ("What are the priorities?", "en"),
        ("Quels pays accueillent des troupes ?", "fr"),
        ("ما هي المجالات الخمسة؟", "ar"),
    ],
)
def test_a_list_is_asked_for(text: str, language: str) -> None:
    assert asked(text, language).several


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Which country hosts troops?", "en"),
        ("Who leads the mission?", "en"),
        ("Quel pays accueille des troupes ?", "fr"),
        ("ما ميزانية المينوسكا؟", "ar"),
        ("Welche Länder?", "de"),
    ],
)
def test_one_thing_is_asked_for(text: str, language: str) -> None:
    assert not asked(text, language).several


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("What is the largest mission?", "en", True),
        ("What is a large mission?", "en", False),
        ("Quelle est la plus grande mission ?", "fr", True),
        ("Quelle grande mission ?", "fr", False),
        ("ما هي أكبر بعثة؟", "ar", True),
        ("ما هي بعثة كبيرة؟", "ar", False),
        ("Die größte Mission?", "de", False),
    ],
)
def test_the_utmost_of_a_kind(text: str, language: str, expected: bool) -> None:
    assert asked(text, language).utmost is expected


def test_acronyms_come_with_their_concepts() -> None:
    found = asked("Who leads the QRF of UNIFIL for the UN?", "en").acronyms
    assert found == {("qrf", frozenset({ACRONYM})), ("unifil", frozenset())}


@pytest.mark.parametrize("text", ["", "   ", "???", "؟"])
def test_an_empty_question_asks_for_nothing(text: str) -> None:
    read_ = asked(text, "en")
    assert (read_.kind, read_.terms, read_.counted) == ("open", (), None)
    assert not read_.names | read_.places | read_.years
