"""Quotations that lean on the sentence before them take it along."""

from __future__ import annotations

import pytest

from pkqa.answer.context import LONGEST, in_context, leans
from pkqa.model import Document, Sentence
from store_samples import entry


def document(text: str) -> Document:
    """A document of that text."""
    return entry("paper", [[text]]).document


def quoted(text: str, sentence: str, language: str = "en") -> str:
    """What is quoted of ``text`` when ``sentence`` is chosen; its offsets are true."""
    start = text.index(sentence)
    paper = document(text)
    span = in_context(paper, Sentence(0, start, start + len(sentence), language))
    assert span[1] == start + len(sentence)
    return paper.text[slice(*span)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("He spoke.", "en"),
        ("“It is done,” she said.", "en"),
        ("For his part, he agreed.", "en"),
        ("The minister left.", "en"),
        ("But they stayed.", "en"),
        ("Il a parlé.", "fr"),
        ("Ce dernier est parti.", "fr"),
        ("« Cela suffit », a-t-il dit.", "fr"),
        ("Par ailleurs, ils restent.", "fr"),
        ("وأضاف أن الجنود باقون.", "ar"),
        ("هذه البعثة كبيرة.", "ar"),
        ("من جهته، قال الوزير.", "ar"),
    ],
)
def test_what_leans(text: str, language: str) -> None:
    assert leans(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bourita spoke.", "en"),
        ("Heavy rain fell.", "en"),  # a word that only begins like one
        ("Theirs was a long road.", "en"),
        ("Lacroix a parlé.", "fr"),
        ("Ilias est parti.", "fr"),
        ("التقى بوريطة لاكروا.", "ar"),
        ("Er sprach.", "de"),  # no list of such words
        ("", "en"),
    ],
)
def test_what_stands_alone(text: str, language: str) -> None:
    assert not leans(text, language)


@pytest.mark.parametrize(
    ("before", "sentence", "language"),
    [
        ("Bourita met Lacroix.", "He praised the talks.", "en"),
        ("Bourita a reçu M. Lacroix.", "Il a salué les échanges.", "fr"),
        ("التقى بوريطة لاكروا.", "وأضاف أن المحادثات كانت مفيدة.", "ar"),
    ],
)
def test_a_pronoun_takes_the_sentence_before(before: str, sentence: str, language: str) -> None:
    text = f"{before} {sentence} 16."
    assert quoted(text, sentence, language) == f"{before} {sentence}"


def test_only_the_one_sentence_before() -> None:
    text = "The hall was full. Bourita met Lacroix. He praised the talks."
    assert quoted(text, "He praised the talks.") == "Bourita met Lacroix. He praised the talks."


def test_what_stands_alone_is_quoted_alone() -> None:
    text = "Bourita met Lacroix. Korea pledged helicopters."
    assert quoted(text, "Korea pledged helicopters.") == "Korea pledged helicopters."


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_never_across_paragraphs(gap: str) -> None:
    text = f"Bourita met Lacroix.{gap}He praised the talks."
    assert quoted(text, "He praised the talks.") == "He praised the talks."


def test_the_first_sentence_has_none_before() -> None:
    assert quoted("He spoke. They left.", "He spoke.") == "He spoke."


def test_a_span_that_would_be_too_long_is_not_widened() -> None:
    leaning = "He praised the talks."
    fits = "B" * (LONGEST - len(leaning) - 2) + "."
    assert quoted(f"{fits} {leaning}", leaning) == f"{fits} {leaning}"
    long = "B" * (LONGEST - len(leaning) - 1) + "."
    assert quoted(f"{long} {leaning}", leaning) == leaning
