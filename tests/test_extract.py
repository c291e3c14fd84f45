"""The words of a sentence that answer, in three languages."""

from __future__ import annotations

import pytest

from pkqa.answer.extract import answer_phrases
from pkqa.answer.question import read
from pkqa.text.glossary import Glossary

GLOSSARY = Glossary.of(
    [
        {"en": ["helicopter"], "fr": ["hélicoptère"], "ar": ["مروحية"]},
        {"en": ["soldier"], "fr": ["soldat"], "ar": ["جندي"]},
    ]
)


def phrases(question: str, asked_in: str, text: str, language: str | None = None) -> list[str]:
    read_ = read(question, asked_in, lambda _term, _language: (1.0, True), GLOSSARY)
    spans = answer_phrases(read_, text, language or asked_in, GLOSSARY)
    assert spans == sorted(spans)
    return [text[start:end] for start, end in spans]


CASES = {
    "en": {
        ("How many helicopters came?", "In 2021 came 16 helicopters and 3 drones."): [
            "16 helicopters"
        ],
        ("How many helicopters came?", "Korea sent 16 big helicopters."): ["16 big helicopters"],
        ("When did they meet?", "They met on 29 November 2023 in Rabat."): ["29 November 2023"],
        ("When did they meet?", "They met on Tuesday."): ["Tuesday"],
        ("When in 2023 did they meet?", "In 2023 they met on 29 November."): ["29 November"],
        ("Who is the adviser?", "The adviser, Birame Diop, sat with the Council."): ["Birame Diop"],
        ("Who met Jean Lacroix?", "Nasser Bourita met Jean Lacroix."): ["Nasser Bourita"],
        ("Where is UNIFIL based?", "Headquarters are in Naqoura, a coastal town."): ["Naqoura"],
        ("Where do they serve?", "They serve in Mali, Chad and South Sudan."): [
            "Mali",
            "Chad",
            "South Sudan",
        ],
        ("Where do they serve?", "They serve in the Central African Republic."): [
            "Central African Republic"
        ],
        ("How much does a soldier cost?", "A soldier costs $1,448 a month."): ["$1,448"],
        ("How much does it cost?", "It costs 82 million euros."): ["82 million euros"],
        ("What percentage are women?", "Women are 7 per cent of the troops."): ["7 per cent"],
        ("What share are women?", "Women are a third of the troops."): ["a third"],
        ("How long did it last?", "It lasted ten years."): ["ten years"],
        ("How old is she?", "She is 45 years old."): ["45 years old"],
        ("Which anniversary was it?", "It was the 75th anniversary."): ["75th anniversary"],
    },
    "fr": {
        ("Combien d'hélicoptères ?", "Seize hélicoptères et trois drones."): ["Seize hélicoptères"],
        ("Quand se sont-ils vus ?", "Ils se sont vus le 29 novembre 2023."): ["29 novembre 2023"],
        ("Qui est le conseiller ?", "Le conseiller, le général Birame Diop, était là."): [
            "Birame Diop"
        ],
        ("Où est la FINUL ?", "Le quartier général est à Naqoura."): ["Naqoura"],
        ("Combien coûte un soldat ?", "Un soldat coûte 1 448 dollars par mois."): ["1 448 dollars"],
        ("Quelle part des troupes sont des femmes ?", "Elles sont 7 % des troupes."): ["7 %"],
        ("Combien de temps a-t-elle duré ?", "Elle a duré dix ans."): ["dix ans"],
        ("Quel anniversaire ?", "Le 75e anniversaire."): ["75e anniversaire"],
    },
    "ar": {
        ("كم مروحية وصلت؟", "وصلت 16 مروحية و3 طائرات."): ["16 مروحية"],
        ("متى التقيا؟", "التقيا في 29 نونبر 2023."): ["29 نونبر 2023"],
        ("من هو المستشار العسكري؟", "قال المستشار العسكري بيرام ديوب إن الأمر صعب."): [
            "بيرام ديوب"
        ],
        ("أين ينتشرون؟", "ينتشرون في مالي."): ["مالي"],
        ("كم تكلف البعثة؟", "تكلف البعثة 82 مليون دولار."): ["82 مليون دولار"],
        ("ما نسبة النساء؟", "النساء 7 في المئة من الجنود."): ["7 في المئة"],
        ("كم دامت البعثة؟", "دامت البعثة عشر سنوات."): ["عشر سنوات"],
        ("كم دامت البعثة؟", "دامت البعثة يومين."): ["يومين"],
        ("ما الذكرى التي أحيتها؟", "أحيت الذكرى الـ75."): ["الذكرى الـ75"],
    },
}


@pytest.mark.parametrize(
    ("language", "question", "text", "expected"),
    [(lang, q, t, want) for lang, rows in CASES.items() for (q, t), want in rows.items()],
)
def test_what_answers(language: str, question: str, text: str, expected: list[str]) -> None:
    assert phrases(question, language, text) == expected


@pytest.mark.parametrize(
    ("question", "text", "language", "expected"),
    [
        ("كم مروحية وصلت؟", "La Corée a promis seize hélicoptères.", "fr", "seize hélicoptères"),
        ("How many soldiers?", "وصل 60 جنديا.", "ar", "60 جنديا"),
        ("Quand ?", "They met on 29 November.", "en", "29 November"),
    ],
)
def test_across_languages(question: str, text: str, language: str, expected: str) -> None:
    asked_in = "ar" if question.endswith("؟") else "fr" if question.endswith(" ?") else "en"
    assert phrases(question, asked_in, text, language) == [expected]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Why did they leave?", "They left 2 camps in 2021."),  # no kind to go by
        ("How many helicopters came?", "Of 3 drones and 4 lorries none flew."),  # neither counted
        ("How much does it cost?", "It costs 16 lives, or 17."),
        ("When did they meet?", "They met in Rabat."),
        ("Who met Lacroix?", "The Security Council met Lacroix."),
        ("Where in Mali is it?", "It is in Mali."),
        ("Where did they train?", "They trained with the Lebanese navy."),  # a people, no place
        ("Which anniversary was it?", "It was the fourth meeting."),
        ("Who came?", ""),
    ],
)
def test_nothing_is_marked_where_nothing_is_certain(question: str, text: str) -> None:
    assert phrases(question, "en", text) == []


def test_of_two_dates_the_one_beside_the_question_s_words() -> None:
    text = "The force was created on 19 March 1978, and the army withdrew in May 2000."
    assert phrases("When was the force created?", "en", text) == ["19 March 1978"]
    assert phrases("When did the army withdraw?", "en", text) == ["May 2000"]
