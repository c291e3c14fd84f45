"""What an ingest makes of the starter corpus and of the five real pages."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from conftest import REPOSITORY, SEEDS
from loopback import settings_for
from openai_server import OpenAIServer
from pkqa.indexing import ingest
from pkqa.model import Document
from pkqa.store.snapshot import Snapshot

LANGUAGES = {"en", "fr", "ar"}
ROW = re.compile(
    r"^\| (\d\d-\S+)(?: \(\d pages\))? \| (\d{4}-\d\d-\d\d) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE
)
OFFICE = {"pdf", "docx"}


def documents(index: Path) -> dict[str, Document]:
    with Snapshot(index) as snapshot:
        return {Path(document.path).name: document for document in snapshot.documents()}


@pytest.fixture(scope="module")
def seeds(loopback_seeds: Path) -> dict[str, Document]:
    return documents(loopback_seeds)


@pytest.fixture(scope="module")
def pages(
    shared: Path, calibrated_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Document]:
    index = tmp_path_factory.mktemp("loopback-pages") / "index"
    shutil.copytree(calibrated_index, index)
    with OpenAIServer() as server:
        report = ingest([shared / "seeds"], settings_for(server, index))
    assert (report.rejected, report.documents) == ([], 5)
    return documents(index)


@pytest.fixture(scope="module")
def told() -> dict[str, tuple[str, str]]:
    """file name -> date, publication, as ``docs/seeds.md`` has them."""
    text = (REPOSITORY / "docs" / "seeds.md").read_text("utf-8")
    return {name: (date, publication) for name, date, publication in ROW.findall(text)}


# The starter corpus


def test_there_are_enough_documents_of_each_language_and_format(
    seeds: dict[str, Document],
) -> None:
    assert len(seeds) >= 24
    languages = Counter(document.language for document in seeds.values())
    assert set(languages) == LANGUAGES
    assert min(languages.values()) >= 8
    formats = Counter(document.media_type for document in seeds.values())
    assert set(formats) == {"txt", "md", "html", "pdf", "docx"}
    assert min(formats.values()) >= 2


def test_the_list_names_every_file_and_no_other(
    told: dict[str, tuple[str, str]], seeds: dict[str, Document]
) -> None:
    files = {path.name for path in SEEDS.iterdir() if not path.name.startswith(".")}
    assert set(told) == files
    assert set(seeds) == files
    assert {document.document_id for document in seeds.values()} == {f"seeds/{n}" for n in files}


def test_each_document_has_its_language(seeds: dict[str, Document]) -> None:
    for name, document in seeds.items():
        assert document.language == name.split(".")[1], name


def test_each_page_and_text_has_its_date(
    seeds: dict[str, Document], told: dict[str, tuple[str, str]]
) -> None:
    for name, document in seeds.items():
        if document.media_type not in OFFICE:
            assert document.date == told[name][0], name


def test_each_office_file_has_its_date(
    seeds: dict[str, Document], told: dict[str, tuple[str, str]]
) -> None:
    office = {name: d.date for name, d in seeds.items() if d.media_type in OFFICE}
    assert office == {name: told[name][0] for name in office}


def test_each_document_names_a_title_of_one_line(seeds: dict[str, Document]) -> None:
    assert len({document.title for document in seeds.values()}) == len(seeds)
    for name, document in seeds.items():
        assert 10 < len(document.title) <= 120, name
        assert "\n" not in document.title, name
        arabic = sum("؀" <= letter <= "ۿ" for letter in document.title)
        assert (arabic > len(document.title) / 2) == (document.language == "ar"), name


def test_each_document_names_the_publication_of_its_facts(
    seeds: dict[str, Document], told: dict[str, tuple[str, str]]
) -> None:
    for name, document in seeds.items():
        publication = told[name][1].split(" (")[0]
        if document.media_type == "txt":  # a scraped page says it in its own text
            source = (SEEDS / name).read_text("utf-8")
            assert publication in source or "Ministry" in publication, name
        elif document.media_type not in OFFICE:
            assert document.publication, name


def test_each_canonical_text_is_clean(seeds: dict[str, Document]) -> None:
    for name, document in seeds.items():
        assert len(document.text) > 500, name
        assert document.text == document.text.strip()
        assert not re.search(r"[\x00\r\u00ad\ufeff\u200b]|\n\n\n", document.text), name
        for noise in ("cookie", "ملفات تعريف الارتباط", "©", "Read also", "À lire aussi", "<"):
            assert noise not in document.text, name


def test_the_pages_of_a_pdf_are_known(seeds: dict[str, Document]) -> None:
    for name, document in seeds.items():
        if document.media_type == "pdf":
            assert document.pages[0] == 0, name
            assert all(a < b < len(document.text) for a, b in pairwise(document.pages)), name
        else:
            assert document.pages == (), name
    assert len(seeds["10-a4p-plus.en.pdf"].pages) == 2


def test_events_are_told_in_three_languages(seeds: dict[str, Document]) -> None:
    text = (REPOSITORY / "docs" / "seeds.md").read_text("utf-8")
    triples = re.findall(r"\b(\d\d)/(\d\d)/(\d\d) \(", text)
    assert len(triples) >= 3
    by_number = defaultdict(list)
    for name, document in seeds.items():
        by_number[name[:2]].append(document.language)
    for triple in triples:
        assert {by_number[number][0] for number in triple} == LANGUAGES


def test_figures_differ_where_their_dates_do(
    seeds: dict[str, Document], told: dict[str, tuple[str, str]]
) -> None:
    for figure, name, date in (
        (r"1,700", "04-seoul-speech.en.md", "2021"),
        (r"1,724", "01-rabat-talks.en.txt", "2023"),
        (r"1[   ]?700", "05-discours-seoul.fr.txt", "2021"),
        (r"62", "08-promesses-seoul.fr.docx", "2021"),
        (r"74", "16-ministerials.en.md", "2025"),
        (r"1[   ]?428", "17-conferences.fr.pdf", "2021"),
        (r"1,448", "22-lending-troops.en.docx", "2023"),
    ):
        assert re.search(figure, seeds[name].text), name
        assert told[name][0].startswith(date), name


# The real pages

FURNITURE = (
    "Temps de lecture : 3 minutes",
    "error: Content is protected !!",
    "Leave A Reply",
    "Your email address will not be published.",
)


def source_lines(path: Path) -> tuple[list[str], list[str]]:
    """The lines of the article, and those that are none of it."""
    article: list[str] = []
    noise: list[str] = []
    for line in map(str.strip, path.read_text("utf-8").splitlines()):
        if not line or line == "هومبريس":  # the name of the site, above its article
            continue
        is_noise = line in FURNITURE or line.endswith("… |")
        (noise if is_noise else article).append(line)
    return article, noise


def test_every_line_of_the_articles_is_there_in_order(
    shared: Path, pages: dict[str, Document]
) -> None:
    for path in sorted((shared / "seeds").iterdir()):
        article, _ = source_lines(path)
        text, position = pages[path.name].text, 0
        for line in article:
            found = text.find(line, position)
            assert found >= 0, f"{path.name}: {line}"
            position = found + len(line)


def test_none_of_the_noise_is_there_and_all_of_it_can_be_seen(
    shared: Path, pages: dict[str, Document]
) -> None:
    counted = Counter[str]()
    for path in sorted((shared / "seeds").iterdir()):
        _, noise = source_lines(path)
        document = pages[path.name]
        dropped = "\n".join(stretch.text for stretch in document.dropped)
        for line in noise:
            counted[line] += 1
            assert line not in document.text
            assert line in dropped
    for name, document in pages.items():
        for words in FURNITURE:
            assert words.rstrip(".") not in document.text, name
    teasers = [line for line in counted if line.endswith("… |")]
    assert len(teasers) == 8
    assert counted["Temps de lecture : 3 minutes"] == 4
    # Nor any piece of a teaser: its words before and after the place where they were glued.
    french = pages["003_5ead5cf46b323d7a.txt"].text
    for teaser in teasers:
        assert teaser[:40] not in french
        assert teaser[-42:-2] not in french


def test_the_pages_have_language_title_and_only_a_date_that_is_fixed(
    pages: dict[str, Document],
) -> None:
    languages = [pages[name].language for name in sorted(pages)]
    assert languages == ["en", "en", "en", "fr", "ar"]
    # Four of them say "November 29" or "yesterday": no day can be had from that.
    assert [pages[name].date for name in sorted(pages)] == ["2021-12-07", None, None, None, None]
    assert pages["002_9751409ac12bb51d.txt"].title == (
        "In Seoul, 62 countries pledge enhanced support for peacekeeping operations"
    )
    for document in pages.values():
        assert 10 < len(document.title) <= 120
        assert document.title.rstrip("…") in " ".join(document.text.split())
