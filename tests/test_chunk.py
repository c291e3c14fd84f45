"""Chunks hold every sentence once, within the budget, at true offsets; metadata is told apart."""

from __future__ import annotations

import random
from hashlib import sha256
from pathlib import Path

import pytest

from pkqa.ingest.chunk import chunk
from pkqa.ingest.clean import clean
from pkqa.ingest.metadata import describe
from pkqa.model import Document, RawDocument
from pkqa.text.sentences import sentences
from pkqa.text.tokens import count


def document(text: str, language: str = "en") -> Document:
    return Document(
        document_id="d",
        text=text,
        text_sha=sha256(text.encode()).hexdigest(),
        title="t",
        language=language,
        date=None,
        source="s",
        path="/s",
        media_type="txt",
    )


def check(text: str, language: str, budget: int) -> None:
    chunks = chunk(document(text, language), budget)
    visible = {i for i, c in enumerate(text) if not c.isspace()}
    covered: set[int] = set()
    last = position = 0
    for number, one in enumerate(chunks):
        assert one.chunk_id == f"d#{number}"
        assert one.position == number
        assert one.tokens == count(text[one.start : one.end]) <= budget
        assert (one.start, one.end) == (one.sentences[0].start, one.sentences[-1].end)
        for sentence in one.sentences:
            assert sentence.position == position
            position += 1
            assert last <= sentence.start < sentence.end
            last = sentence.end
            assert (
                text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
            )
            covered.update(range(sentence.start, sentence.end))
    assert visible <= covered


@pytest.mark.parametrize("seed", range(12))
def test_every_sentence_is_in_one_chunk_within_the_budget(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - a seeded test, no secret
    words = [
        "peace",
        "السلام",
        "Mr.",
        "maintien",
        "de",
        "la",
        "paix",
        "1,724",
        "«A4P»",
        "é",
        "👨‍👩‍👧",
    ]
    ends = [". ", "! ", "؟ ", "\n\n", "\n", ", ", "، ", "… "]
    text = ""
    for _ in range(pick.randint(1, 60)):
        text += " ".join(pick.choices(words, k=pick.randint(1, 60))) + pick.choice(ends)
    check(text.strip(), pick.choice(["en", "fr", "ar"]), pick.choice([8, 20, 60, 200]))


@pytest.mark.parametrize("text", ["a" * 5000, "ا" * 3000, "🙂" * 700, "é" * 900, "x," * 2000, ""])
def test_text_without_sentences_is_cut_all_the_same(text: str) -> None:
    check(text, "en", 50)


def test_a_long_sentence_is_cut_behind_a_clause_mark() -> None:
    text = ", ".join(f"the mission number {n} has met its goals in the field" for n in range(40))
    chunks = chunk(document(text), 60)
    assert len(chunks) > 3
    assert all(text[c.start : c.end].endswith((",", "field")) for c in chunks)


def test_a_chunk_more_than_sixty_percent_full_ends_with_its_paragraph() -> None:
    sentence = "The mission has met all of its goals in the field this year."
    size = count(sentence)
    paragraph = " ".join([sentence] * 3)
    text = "\n\n".join([paragraph] * 4)
    chunks = chunk(document(text), size * 4 + 4)
    assert [text[c.start : c.end] for c in chunks] == [paragraph] * 4
    assert len(chunk(document(" ".join([paragraph] * 4)), size * 4 + 4)) == 3


def test_each_passage_has_its_own_language() -> None:
    text = (
        "The minister met the envoy in Rabat and spoke of the mission in the field.\n\n"
        "Le ministre a reçu l’envoyé à Rabat et lui a parlé de la mission sur le terrain.\n\n"
        "استقبل الوزير المبعوث في الرباط وتحدث معه عن البعثة في الميدان.\n\nJean-Pierre Lacroix"
    )
    chunks = chunk(document(text), 30)
    found = [s.language for c in chunks for s in c.sentences]
    assert found == ["en", "fr", "ar", "en"]
    assert {c.language for c in chunks} >= {"fr", "en"}


def test_a_budget_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="budget of 3 tokens"):
        chunk(document("Hello."), 3)


def test_real_pages_are_chunked_whole(shared: Path) -> None:
    for page in sorted((shared / "seeds").glob("*.txt")):
        text = clean(RawDocument(page.read_text(encoding="utf-8"), "txt")).text
        language = {"003": "fr", "004": "ar"}.get(page.name[:3], "en")
        check(text, language, 200)
        chunks = chunk(document(text, language))
        held = [(s.start, s.end) for c in chunks for s in c.sentences]
        assert held == sentences(text, language)
        assert {s.language for c in chunks for s in c.sentences} == {language}


def described(text: str, **metadata: str) -> tuple[str, str | None, str]:
    raw = RawDocument(text=text, media_type="txt", **metadata)  # type: ignore[arg-type]
    found = describe(raw, clean(raw))
    return found.title, found.date, found.language


def test_metadata_comes_first() -> None:
    text = "Heading of the page\n\nThe minister spoke on Tuesday, December 7, 2021 in Rabat."
    assert described(text, title="A title", date="2023-11-30T10:00:00Z") == (
        "A title",
        "2023-11-30",
        "en",
    )
    assert described(text) == ("Heading of the page", "2021-12-07", "en")
    assert described("12345", language="fr-FR") == ("12345", None, "fr")
    assert described("12345", language="eng")[2] == "en"
    assert described("12345", language="klingon")[2] == "und"
    assert described("Le ministre a reçu l’envoyé à Rabat vendredi.", language="en")[2] == "fr"


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("30 novembre 2023", "2023-11-30"),
        ("20231130", "2023-11-30"),
        ("2023/11/30", "2023-11-30"),
        ("Thu, 30 Nov 2023 10:00:00 GMT", "2023-11-30"),
        ("30/11/2023", "2023-11-30"),
        ("2023", None),
        ("soon", None),
        ("2023-02-31", None),
    ],
)
def test_dates_of_the_metadata(stated: str, day: str | None) -> None:
    assert described("Some words here.", date=stated)[1] == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("SEOUL, 7 December 2021 – The ministers met.", "2021-12-07"),
        ("Rabat, le 30 novembre 2023 (MAP) - Le ministre a reçu l’envoyé.", "2023-11-30"),
        ("الرباط، 30 نونبر 2023 - استقبل الوزير المبعوث.", "2023-11-30"),
        (
            "Titre de la page\nPublié le 30 novembre 2023 à 10h30\nLe ministre a parlé.",
            "2023-11-30",
        ),
        ("A title of this page\n30/11/2023 - 10:30\nThe minister spoke.", "2023-11-30"),
        ("يوم الخميس 30 نونبر 2023 استقبل الوزير المبعوث.", "2023-11-30"),
        ("He met him on November 29 in Rabat, yesterday Wednesday.", None),
        ("Jamal (13 October 1958 - 2 October 2018) was a writer.", None),
        ("The treaty of 13 October 1958 was signed. It holds.", None),
        ("In 2021 the ministers met. " * 60 + "On Tuesday, December 7, 2021 they met.", None),
    ],
)
def test_dates_of_the_text(text: str, day: str | None) -> None:
    assert described(text)[1] == day


def test_titles_of_the_text() -> None:
    long = (
        "The minister of the Kingdom said that the mission in the field had met all of its goals."
    )
    assert described(f"{long} It ended.")[0] == long
    longer = long[:-1] + " and that it would go on doing so for the years to come."
    title = described(longer)[0]
    assert len(title) <= 100
    assert title.endswith("…")
    assert longer.startswith(title[:-1] + " ")
    assert described("# A heading in markup\n\nThe text of it follows.")[0] == "A heading in markup"
    assert described("")[0] == ""
    body = "Le ministre a parlé. Il est parti."
    assert described(f"Le Pacte pour l’avenir\n\n{body}")[0] == "Le Pacte pour l’avenir"
    assert described(f"Par Jean Dupont-Ba\nLe Pacte pour l’avenir\n{body}")[0] == (
        "Le Pacte pour l’avenir"
    )
    assert described(f"A\nB\nC\nD\n{body}")[0] == "Le ministre a parlé."


def test_what_the_real_pages_say_about_themselves(shared: Path) -> None:
    found = [
        described(page.read_text(encoding="utf-8"))
        for page in sorted((shared / "seeds").glob("*.txt"))
    ]
    assert [f[1] for f in found] == ["2021-12-07", None, None, None, None]
    assert [f[2] for f in found] == ["en", "en", "en", "fr", "ar"]
    assert found[1][0].startswith("FM Nasser Bourita Holds Talks")
    assert found[2][0].startswith("In Seoul, 62 countries pledge")
    assert found[3][0].startswith("Dans le cadre d’une rencontre")
    assert found[4][0].startswith("أجرى وزير الشؤون الخارجية")
