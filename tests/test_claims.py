"""A sentence as a model writes it, taken apart."""

from __future__ import annotations

import pytest

from pkqa.answer.claims import claim_of, verbatim


@pytest.mark.parametrize(
    ("written", "text", "markers"),
    [
        ("It opened.", "It opened.", ()),
        ("It opened [1].", "It opened.", (1,)),
        ("It opened. [12]", "It opened.", (12,)),
        ("It opened [2][1].", "It opened.", (2, 1)),
        ("It opened [1] and closed [3, 1].", "It opened and closed.", (1, 3)),
        ("It opened [1, 2; 4].", "It opened.", (1, 2, 4)),
        ("It opened [2-4].", "It opened.", (2, 3, 4)),
        ("It opened [1–3, 7].", "It opened.", (1, 2, 3, 7)),
        ("It opened [4-2].", "It opened.", (4, 2)),
        ("It opened [1-900].", "It opened.", (1, 900)),
        ("It opened 【1】.", "It opened.", (1,)),
        ("It opened 【3†source】.", "It opened.", (3,)),
        ("It opened [^2].", "It opened.", (2,)),
        ("It opened [passage 2], [Source 3], [sources 4, 5].", "It opened,,.", (2, 3, 4, 5)),
        ("Le pont a ouvert [2].", "Le pont a ouvert.", (2,)),
        ("افتتح الجسر [١]، [٢، ٣].", "افتتح الجسر،.", (1, 2, 3)),
        ("افتتح الجسر [المقطع ٢].", "افتتح الجسر.", (2,)),
        ("It opened [sic] in [the town].", "It opened [sic] in [the town].", ()),
        ("It opened [0].", "It opened.", (0,)),
        ("[1]", "", (1,)),
        ("", "", ()),
    ],
)
def test_markers_are_numbers_of_passages_and_no_words(
    written: str, text: str, markers: tuple[int, ...]
) -> None:
    claim = claim_of(written)
    assert (claim.text, claim.markers) == (text, markers)


def test_figures_keep_their_script() -> None:
    assert claim_of("بلغ العدد ١٬٧٢٤ [٢].").text == "بلغ العدد ١٬٧٢٤."


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("**It opened** in `May` [1].", "It opened in May."),
        ("- It __opened__ [1].", "It opened."),
        ("• It opened", "It opened"),
        ("2. It opened", "It opened"),
        ("10) It opened", "It opened"),
        ("## It opened", "It opened"),
        ("2023 was the year", "2023 was the year"),
        ("It opened - at last", "It opened - at last"),
        ("snake_case", "snake_case"),
    ],
)
def test_markup_is_taken_off(written: str, text: str) -> None:
    assert claim_of(written).text == text


@pytest.mark.parametrize(
    ("written", "quotations", "unquoted"),
    [
        ("He said it.", (), "He said it."),
        ('He said "rain is due" [1].', ("rain is due",), "He said  ."),
        ("He said “rain” and “ snow ”.", ("rain", "snow"), "He said   and  ."),
        ("Il a dit « il pleut ».", ("il pleut",), "Il a dit  ."),
        ("قال «سينزل المطر».", ("سينزل المطر",), "قال  ."),
        ("Er sagt „Regen“.", ("Regen",), "Er sagt  ."),
        ('He said "rain', (), 'He said "rain'),
        ("It's the mission's road.", (), "It's the mission's road."),
    ],
)
def test_what_is_quoted_is_told_from_the_model_s_own_words(
    written: str, quotations: tuple[str, ...], unquoted: str
) -> None:
    claim = claim_of(written)
    assert claim.quotations == quotations
    assert claim.unquoted == unquoted


@pytest.mark.parametrize(
    ("words", "text", "stands"),
    [
        ("rebuilt the span", "Engineers rebuilt the span.", True),
        ("Rebuilt, the  SPAN!", "engineers rebuilt\nthe span", True),
        ("rebuilt span", "Engineers rebuilt the span.", False),
        ("built the span", "Engineers rebuilt the span.", False),
        ("rebuilt the spa", "Engineers rebuilt the span.", False),
        ("span the rebuilt", "Engineers rebuilt the span.", False),
        ("a ete reconstruit", "Le pont a été reconstruit.", True),
        ("l’été", "Pendant l'été", True),
        ("٤٠ طنا", "تحمل 40 طنًا", True),
        ("المهمة انتهت", "قال إن المُهمّة انتهت.", True),
        ("1,724 soldiers", "some 1724 soldiers", True),
        ("40 tonnes", "It carries 45 tonnes", False),
    ],
)
def test_words_stand_in_a_text_punctuation_case_and_blanks_aside(
    words: str, text: str, stands: bool
) -> None:
    assert verbatim(words, text) is stands
