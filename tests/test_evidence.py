"""What weighs in a sentence: each feature by two settings that differ in one thing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from pkqa.answer.evidence import FEATURES, Setting, features
from pkqa.answer.facts import facts
from pkqa.answer.likelihood import fitted, logistic, probability
from pkqa.answer.question import read
from pkqa.text.glossary import Glossary

GLOSSARY = Glossary.of(
    [
        {"en": ["helicopter"], "fr": ["hélicoptère"], "ar": ["مروحية"]},
        {"en": ["pledge"], "fr": ["promesse"], "ar": ["تعهد"]},
        {"en": ["soldier"], "fr": ["soldat"], "ar": ["جندي"]},
        {"en": ["UNIFIL"], "fr": ["FINUL"], "ar": ["يونيفيل"]},
    ]
)
RARE = {"zebra": 5.0, "visit": 2.0}


def weight(term: str, language: str) -> tuple[float, bool]:
    """Rare words tell more; "quokka" stands nowhere in the corpus."""
    del language
    return RARE.get(term, 1.0), term != "quokka"


@dataclass(frozen=True)
class Case:
    """A question and the sentence that may answer it; chunk and document hold it by default."""

    question: str
    sentence: str
    chunk: str = ""
    document: str = ""
    title: str = ""
    before: str = ""
    asked_in: str = "en"
    language: str = "en"
    date: str | None = None

    def features(self) -> dict[str, float]:
        chunk = f"{self.title} {self.before} {self.sentence} {self.chunk}"
        before = facts(self.before, self.language, GLOSSARY) if self.before else None
        setting = Setting(
            language=self.language,
            chunk=facts(chunk, self.language, GLOSSARY),
            document=facts(f"{chunk} {self.document}", self.language, GLOSSARY),
            title=facts(self.title, self.language, GLOSSARY),
            before=before,
            date=self.date,
            sentence_similarity=0.5,
            best_similarity=0.7,
            chunk_similarity=0.4,
            rank_gap=0.1,
            lexical=0.3,
        )
        question = read(self.question, self.asked_in, weight, GLOSSARY)
        values = features(question, facts(self.sentence, self.language, GLOSSARY), setting)
        return dict(zip(FEATURES, values, strict=True))


def value(name: str, case: Case, **changes: Any) -> float:
    return replace(case, **changes).features()[name]


def test_similarities_gap_and_order_are_passed_on() -> None:
    found = Case("Who?", "He is.").features()
    assert list(found) == list(FEATURES)
    assert found["sentence_similarity"] == 0.5
    assert found["chunk_similarity"] == 0.4
    assert found["rank_gap"] == 0.1
    assert found["similarity_gap"] == pytest.approx(0.2)
    assert found["lexical"] == 0.3
    assert found["first_place"] == 0.0


def test_shared_terms_count_by_weight() -> None:
    case = Case("zebra helicopters", "A zebra ran by the road today.")
    assert value("shared_terms", case) == pytest.approx(5 / 6)
    assert value("shared_terms", case, sentence="The helicopters stood there.") == pytest.approx(
        1 / 6
    )
    assert value("shared_terms", case, question="the of") == 0.0


def test_context_terms_are_looked_for_in_the_chunk() -> None:
    case = Case("zebra helicopters", "Nothing was said.")
    assert value("context_terms", case) == 0.0
    assert value("context_terms", case, chunk="Helicopters!") == pytest.approx(1 / 6)
    assert value("shared_terms", case, chunk="Helicopters!") == 0.0


def test_unknown_terms_stand_nowhere_in_the_document() -> None:
    case = Case("zebra helicopters", "Nothing was said.")
    assert value("unknown_terms", case) == 1.0
    assert value("unknown_terms", case, document="A zebra.") == pytest.approx(1 / 6)


def test_the_sentence_before_adds_terms() -> None:
    case = Case("zebra helicopters", "The helicopters flew.")
    assert value("added_before", case) == 0.0
    assert value("added_before", case, before="A zebra ran.") == pytest.approx(5 / 6)
    assert value("added_before", case, before="Helicopters!") == 0.0


def test_neighbouring_terms() -> None:
    case = Case("zebra helicopters", "The zebra helicopters flew.")
    assert value("pairs", case) == 1.0
    assert value("pairs", case, sentence="The helicopters saw a zebra.") == 0.0
    assert value("pairs", case, sentence="A zebra saw from afar how helicopters flew.") == 0.0
    assert value("pairs", case, question="zebra") == 0.0


def test_kind_near_falls_with_the_distance() -> None:
    case = Case("How many helicopters flew?", "Sixteen helicopters flew.")
    near = value("kind_near", case)
    far = "Sixteen countries of many continents and seas spoke of peace as helicopters flew."
    assert near > value("kind_near", case, sentence=far) > 0
    assert value("kind_near", case, sentence="Helicopters flew.") == 0.0


def test_across_languages_terms_are_compared_by_glossary_number_and_name() -> None:
    case = Case("Lacroix pledged 16 helicopters", "Rien.", asked_in="en", language="fr")
    assert value("shared_terms", case) == 0.0
    for told in ("Des hélicoptères.", "Il y en a 16.", "M. Lacroix.", "Une promesse."):
        found = replace(case, sentence=told).features()
        assert found["shared_terms"] == pytest.approx(1 / 4)
    assert value("context_terms", case, chunk="Des hélicoptères.") == pytest.approx(1 / 4)
    # A name is not known to be missing: it may be spelt in another way.
    assert value("unknown_terms", case) == pytest.approx(3 / 4)
    assert value("unknown_terms", case, document="Seize, 16 hélicoptères.") == pytest.approx(1 / 4)


def test_unknown_core_is_the_most_telling_term() -> None:
    case = Case("zebra helicopters", "The helicopters came.")
    assert value("unknown_core", case) == 1.0
    assert value("unknown_core", case, document="A zebra.") == 0.0
    assert value("unknown_core", case, sentence="", document="A zebra.") == 0.0
    # "zebra" is in no glossary: a French document may well have it.
    assert value("unknown_core", case, language="fr", sentence="Rien.") == 0.0
    assert value("unknown_core", case, question="the of") == 0.0


def test_unheard_terms() -> None:
    case = Case("quokka soldiers", "Soldiers came.")
    assert value("unheard_terms", case) == 0.5
    assert value("unheard_terms", case, question="soldiers came") == 0.0


KIND = {
    "How many helicopters?": ("Sixteen helicopters came.", "Helicopters came."),
    "Which anniversary was it?": ("It was the 75th anniversary.", "It was an anniversary."),
    "How much does it cost?": ("It costs 16 dollars.", "It costs 16 lives."),
    "What is the budget?": ("A budget of $5.", "A budget in dollars."),
    "How long did it last?": ("It lasted ten years.", "It lasted."),
    "How old is she?": ("She is 45 years old.", "She has 45 medals."),
    "What percentage are women?": ("7% are women.", "7 are women."),
    "When did they meet?": ("They met on 7 December 2021.", "They met 7 times."),
    "Who leads it?": ("Jean-Pierre Lacroix leads it.", "A diplomat leads it."),
    "Where is it?": ("It is in Mali.", "It is far away."),
    "Why did they leave?": ("They left because it rained.", "They left."),
}


@pytest.mark.parametrize(("question", "sentences"), KIND.items())
def test_kind_present_or_missing(question: str, sentences: tuple[str, str]) -> None:
    has, lacks = (Case(question, sentence).features() for sentence in sentences)
    names = ("kind_present", "kind_missing", "figure_missing")
    worded = question.startswith(("Who", "Where", "Why"))
    assert [has[name] for name in names] == [1.0, 0.0, 0.0]
    assert [lacks[name] for name in names] == [0.0, float(worded), float(not worded)]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who met Jean Lacroix?", "Jean Lacroix came."),
        ("How many of the 16 came?", "The 16 came."),
        ("When in 2021 was it?", "It was in 2021."),
    ],
)
def test_what_the_question_has_is_no_answer_to_it(question: str, sentence: str) -> None:
    assert Case(question, sentence).features()["kind_present"] == 0.0


def test_a_superlative_is_missing() -> None:
    case = Case("What is the largest mission?", "It is a large mission.")
    assert value("utmost_missing", case) == 1.0
    assert value("utmost_missing", case, sentence="It is the largest mission.") == 0.0
    assert value("utmost_missing", case, question="What is a mission?") == 0.0


def test_a_new_name() -> None:
    case = Case("Who met Lacroix?", "Yesterday Lacroix met Bourita.")
    assert value("new_name", case) == 1.0
    assert value("new_name", case, sentence="They met Lacroix.") == 0.0


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("How did they leave?", "They left."), ("Where is it?", "It is in Naqoura.")],
)
def test_a_kind_that_cannot_be_told_is_neither(question: str, sentence: str) -> None:
    found = Case(question, sentence).features()
    assert (found["kind_present"], found["kind_missing"]) == (0.0, 0.0)


def test_the_place_of_the_question_is_no_answer_to_where() -> None:
    case = Case("Where in Mali is it?", "It is in Mali and Senegal.")
    assert value("kind_present", case) == 1.0
    assert value("kind_present", case, sentence="It is in Mali.") == 0.0


@pytest.mark.parametrize(
    ("sentence", "bound"),
    [
        ("Korea gave 16 helicopters.", 1.0),
        ("Korea gave 16 big new helicopters.", 1.0),
        ("Of helicopters 16 came.", 1.0),
        ("Korea gave 16 lorries, boats, tents, helicopters.", 0.0),  # too far behind
        ("Korea gave helicopters.", 0.0),
        ("Korea gave 16 lorries.", 0.0),
    ],
)
def test_bound_what_is_counted_stands_beside_a_number(sentence: str, bound: float) -> None:
    assert value("bound", Case("How many helicopters?", sentence)) == bound


def test_bound_across_languages() -> None:
    case = Case("How many helicopters?", "La Corée donne 16 hélicoptères.", language="fr")
    assert value("bound", case) == 1.0
    assert value("bound", case, sentence="La Corée donne 16 camions.") == 0.0
    assert value("bound", case, question="Who gave?") == 0.0


def test_unbound_what_is_counted_is_not_spoken_of() -> None:
    case = Case("How many helicopters?", "Korea gave 16 lorries.")
    assert value("unbound", case) == 1.0
    assert value("unbound", case, sentence="Helicopters came.") == 0.0
    assert value("unbound", case, question="Who gave?") == 0.0
    french = replace(case, sentence="16 camions.", language="fr")
    assert value("unbound", french) == 1.0
    # Nothing tells what a zebra is in French.
    assert value("unbound", french, question="How many zebras?") == 0.0


def test_place_missing_and_distant() -> None:
    case = Case("Who left Mali?", "They left.")
    assert value("place_missing", case) == 1.0
    assert value("place_distant", case) == 0.0
    far = replace(case, document="Mali is hot.")
    assert value("place_missing", far) == 0.0
    assert value("place_distant", far) == 1.0
    assert value("place_distant", far, chunk="In Mali.") == 0.0
    assert value("place_distant", far, question="Who left Mali, and Niger?") == 0.5


def test_name_missing_and_distant() -> None:
    case = Case("What did Lacroix tell Bourita?", "He said so.")
    assert value("name_missing", case) == 1.0
    assert value("name_missing", case, chunk="Lacroix came.") == 0.5
    far = replace(case, document="Lacroix and Bourita met.")
    assert value("name_missing", far) == 0.0
    assert value("name_distant", far) == 1.0
    assert value("name_distant", far, chunk="Lacroix and Bourita met.") == 0.0
    assert value("name_missing", case, question="What did he say?") == 0.0


def test_name_missing_across_scripts() -> None:
    case = Case("What did Bourita say?", "قال ذلك.", language="ar")
    assert value("name_missing", case) == 1.0
    assert value("name_missing", case, sentence="قال بوريطة ذلك.") == 0.0
    far = replace(case, document="بوريطة")
    assert (value("name_missing", far), value("name_distant", far)) == (0.0, 1.0)


def test_an_acronym_is_missing_or_distant() -> None:
    names = ("acronym_missing", "acronym_distant")
    case = Case("Where is UNIFIL based?", "MINUSCA is based in Bangui.")
    assert tuple(value(name, case) for name in names) == (1.0, 0.0)
    # Elsewhere in the document, while the sentence is about another.
    assert tuple(value(name, case, document="UNIFIL.") for name in names) == (0.0, 1.0)
    assert tuple(value(name, case, title="UNIFIL") for name in names) == (0.0, 0.0)
    told = {"sentence": "It is based in Naqoura.", "document": "UNIFIL."}
    assert tuple(value(name, case, **told) for name in names) == (0.0, 0.0)
    # By its name in another language.
    french = {"sentence": "La FINUL est à Naqoura.", "language": "fr"}
    assert tuple(value(name, case, **french) for name in names) == (0.0, 0.0)


YEARS = ("year_missing", "year_distant", "year_beside", "year_conflict")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),  # a document that gives no year may be from any
        ({"sentence": "They met in 2021."}, ()),
        ({"date": "2021-12-07"}, ()),
        ({"date": "2014-05-01"}, ("year_missing", "year_distant")),
        ({"document": "In 2014."}, ("year_missing", "year_distant")),
        ({"document": "Planned in 2022."}, ()),  # undated: from the year before it, or that year
        ({"date": "2014-05-01", "document": "In 2021."}, ("year_distant",)),
        ({"date": "2014-05-01", "chunk": "In 2021."}, ("year_beside",)),
        (
            {"date": "2014-05-01", "sentence": "They met in 2014.", "chunk": "In 2021."},
            ("year_beside", "year_conflict"),
        ),
        ({"date": "2021-12-07", "sentence": "They met in 2014."}, ("year_conflict",)),
    ],
)
def test_years(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    case = Case("Who met in 2021?", "They met.")
    found = replace(case, **changes).features()
    assert tuple(name for name in YEARS if found[name]) == expected


def test_a_question_without_a_year_asks_for_none() -> None:
    found = Case("Who met?", "They met in 2014.", date="2011-01-01").features()
    assert [found[name] for name in YEARS] == [0.0] * 4


def test_a_fragment_has_few_words() -> None:
    assert value("fragment", Case("Who?", "Seoul pledges")) == 1.0
    sentence = "Korea promised helicopters, doctors, drones and hospitals."
    assert value("fragment", Case("Who?", sentence)) == 0.0


# The model


def test_the_weights_are_those_of_the_features() -> None:
    for part in ("own", "other"):
        assert set(fitted()[part]) == {"bias", *FEATURES}
        assert all(isinstance(weight, float) for weight in fitted()[part].values())


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("name", FEATURES)
def test_the_probability_moves_with_the_sign_of_the_weight(name: str, cross: bool) -> None:
    none = [0.0] * len(FEATURES)
    one = [float(feature == name) for feature in FEATURES]
    rises = probability(one, cross) - probability(none, cross)
    assert rises * fitted()["other" if cross else "own"][name] >= 0


def test_the_probability_stays_in_bounds() -> None:
    for odds in (-1e9, 0.0, 1e9):
        assert 0 < logistic(odds) < 1
    assert logistic(1e9) > 0.999
    assert logistic(0.0) == 0.5


def test_a_missing_feature_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        probability([0.0] * (len(FEATURES) - 1), cross=False)


def test_what_answers_is_likelier_than_what_does_not() -> None:
    case = Case(
        "How many helicopters did Korea promise?",
        "Korea promised sixteen helicopters to the missions in Seoul.",
    )
    near = {"sentence_similarity": 0.8, "chunk_similarity": 0.7, "rank_gap": 0.0}
    near |= {"similarity_gap": 0.0, "first_place": 1.0}
    right = replace(case, date="2021-12-07").features() | near
    wrong = replace(case, question="How many zebras did Chad promise?").features() | near
    assert probability(list(right.values()), cross=False) > 0.5
    assert probability(list(wrong.values()), cross=False) < 0.5
