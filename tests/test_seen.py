"""A corpus as each caller sees it: what is for others is nowhere, what is for them is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loopback import settings_for
from openai_server import OpenAIServer
from pkqa.answer.followup import exchange_of
from pkqa.corpus import Corpus
from pkqa.errors import PkqaError, UnknownDocument, UsageError
from pkqa.indexing import ingest
from pkqa.model import Answer
from pkqa.receipt.check import check
from pkqa.receipt.facts import seal
from pkqa.receipt.reading import read_receipt
from pkqa.receipt.writing import documents_in
from pkqa.retrieve.fuse import FloatArray
from pkqa.retrieve.retriever import looked_for, question_language
from pkqa.seen import Seen
from pkqa.settings import Settings
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where
from pkqa.text.glossary import load

CALLERS: list[tuple[str, ...] | None] = [None, (), ("a",), ("b",), ("a", "c")]


@dataclass(frozen=True)
class Paper:
    """One document of the corpus."""

    name: str  # of its file: nobody asks for it
    language: str
    groups: tuple[str, ...]
    asked: str  # a word of it that is asked for, and of no other
    told: str  # another one, in its title and each sentence, that nobody asks for
    text: str = ""

    @property
    def document_id(self) -> str:
        """Its id once ingested."""
        return f"papers/{self.name}.md"

    @property
    def words(self) -> tuple[str, ...]:
        """What shows that an output is, or speaks, of it."""
        return self.name, self.told

    def may_be_read_by(self, caller: tuple[str, ...] | None) -> bool:
        """The rule, once more."""
        return caller is None or not self.groups or bool(set(caller) & set(self.groups))


def _papers() -> Iterator[Paper]:
    """One of each language and sort of groups, all telling of one thing, in nearly one wording."""
    says = {
        "en": "On 3 May 2021 the {asked} mission had {n} engineers in the harbour, {told} said.",
        "fr": "Le 3 mai 2021, la mission {asked} comptait {n} ingénieurs au port, a dit {told}.",
        "ar": "في 3 مايو 2021 كان لدى بعثة {asked} {n} مهندسا في الميناء، قال {told}.",
    }
    more = {
        "en": "The {asked} mission rebuilt the harbour bridge, {told} added.",
        "fr": "La mission {asked} a reconstruit le pont du port, a ajouté {told}.",
        "ar": "أعادت بعثة {asked} بناء جسر الميناء، أضاف {told}.",
    }
    # So much in the same words that those of one language are versions of each other.
    same = {
        "en": "The works went on through the spring. The town lent boats and tents for the works.",
        "fr": "Les travaux ont duré tout le printemps. La ville a prêté des bateaux et des tentes.",
        "ar": "استمرت الأعمال طوال الربيع. وأعارت المدينة قوارب وخياما من أجل الأعمال.",
    }
    sorts: list[tuple[str, ...]] = [(), ("a",), ("b",), ("c",), ("a", "b"), ("z",)]
    syllables = ["zor", "mek", "lun", "pav", "tib", "ruk"]
    for at, language in enumerate(says):
        for number, groups in enumerate(sorts):
            asked = f"Qua{syllables[number]}{syllables[at]}"
            told = f"Xel{syllables[at]}{syllables[number]}ov"
            values = {"asked": asked, "told": told, "n": 100 + 20 * number}
            own = f"{says[language].format(**values)} {more[language].format(**values)}"
            text = " ".join([own, *[same[language]] * 4])
            yield Paper(f"w{at}k{number}yj", language, groups, asked, told, text)


PAPERS = list(_papers())
QUESTIONS = [
    "How many engineers did the mission have in the harbour?",
    "Who rebuilt the harbour bridge and when?",
    "Combien d'ingénieurs la mission comptait-elle au port ?",
    "Qui a reconstruit le pont du port ?",
    "كم مهندسا كان لدى البعثة في الميناء؟",
    "من أعاد بناء جسر الميناء؟",
    "What is the price of bread?",
    *(f"How many engineers did the {paper.asked} mission have?" for paper in PAPERS),
]


def _lay(folder: Path, papers: Iterable[Paper]) -> None:
    """Write the papers."""
    folder.mkdir(exist_ok=True)
    for paper in papers:
        named = f"groups: [{', '.join(paper.groups)}]\n" if paper.groups else ""
        (folder / f"{paper.name}.md").write_text(
            f"---\ntitle: Report by {paper.told}\nlanguage: {paper.language}\ndate: 2021-05-03\n"
            f"{named}---\n\n{paper.text}\n",
            "utf-8",
        )


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture(scope="module")
def settings(
    tmp_path_factory: pytest.TempPathFactory, calibrated_index: Path, server: OpenAIServer
) -> Settings:
    """Of an index that holds the papers; for reading only."""
    folder = tmp_path_factory.mktemp("seen")
    shutil.copytree(calibrated_index, folder / "index")
    _lay(folder / "papers", PAPERS)
    made = settings_for(server, folder / "index", top_k=20)
    assert ingest([folder / "papers"], made).rejected == []
    return made


@pytest.fixture(scope="module")
def corpus(settings: Settings) -> Iterator[Corpus]:
    with Corpus(settings) as corpus:
        yield corpus


def forbidden(caller: tuple[str, ...] | None) -> list[str]:
    """What the caller may read nowhere."""
    return [w for paper in PAPERS if not paper.may_be_read_by(caller) for w in paper.words]


def shown(*outputs: object) -> str:
    """All that a caller could read out of these, as text."""
    return "\n".join(json.dumps(out, ensure_ascii=False, default=asdict) for out in outputs)


def told_nothing(caller: tuple[str, ...] | None, *outputs: object) -> None:
    """See that nothing for others is in any field."""
    text = shown(*outputs)
    assert [word for word in forbidden(caller) if word in text] == []


def stable(answer: Answer) -> dict[str, Any]:
    return replace(answer, timings_ms={}).to_json()


@pytest.fixture(params=CALLERS, ids=str)
def caller(request: pytest.FixtureRequest) -> tuple[str, ...] | None:
    groups: tuple[str, ...] | None = request.param
    return groups


@pytest.fixture
def seen(corpus: Corpus, caller: tuple[str, ...] | None) -> Seen:
    return corpus.seen_by(caller)


# Nothing for others


def test_no_answer_holds_anything_for_others(
    seen: Seen, caller: tuple[str, ...] | None, server: OpenAIServer
) -> None:
    statuses = set()
    for question in QUESTIONS:
        grown = list(seen.stream(question))
        told_nothing(caller, *(answer.to_json() for answer in grown), *grown[-1].hits)
        told_nothing(caller, seen.receipt(grown[-1]))
        statuses.add(grown[-1].status)
    told_nothing(caller, [request.body for request in server.requests if "query" in request.body])
    assert "answered" in statuses


def test_whoever_may_read_everything_does_get_it(corpus: Corpus) -> None:
    text = shown(*(corpus.seen_by(None).ask(question) for question in QUESTIONS))
    assert [word for paper in PAPERS for word in paper.words if word not in text] == []


def test_no_search_holds_anything_for_others(seen: Seen, caller: tuple[str, ...] | None) -> None:
    for question in QUESTIONS:
        told_nothing(caller, *seen.search(question, 1000))


def test_versions_are_of_what_the_caller_may_read(corpus: Corpus) -> None:
    """The papers say the same, so that those of one question are versions of each other."""
    counted = {
        groups: sum(
            len(hit.versions) for q in QUESTIONS for hit in corpus.seen_by(groups).search(q)
        )
        for groups in (None, ("a",), ())
    }
    assert counted[None] > counted["a",] > 0


def test_documents_and_suggestions_are_those_for_the_caller(
    seen: Seen, caller: tuple[str, ...] | None
) -> None:
    mine = [paper.document_id for paper in PAPERS if paper.may_be_read_by(caller)]
    assert [document.document_id for document in seen.documents()] == sorted(mine)
    for language in ("en", "fr", "ar"):
        made = seen.suggestions(language, 50)
        told_nothing(caller, made, seen.suggestions(language, 2))
        assert len(made) == sum(
            paper.may_be_read_by(caller) for paper in PAPERS if paper.language == language
        )


def test_each_document_that_the_caller_may_read_is_found(
    seen: Seen, caller: tuple[str, ...] | None
) -> None:
    for paper in PAPERS:
        hits = seen.search(f"{paper.asked} mission", 1000)
        found = {hit.document_id for hit in hits} | {
            version.rsplit("#", 1)[0] for hit in hits for version in hit.versions
        }
        assert (paper.document_id in found) is paper.may_be_read_by(caller)


def test_a_document_for_others_is_one_that_does_not_exist(
    corpus: Corpus, seen: Seen, caller: tuple[str, ...] | None
) -> None:
    with pytest.raises(UnknownDocument) as unknown:
        corpus.document("papers/nowhere.md")
    for paper in PAPERS:
        if paper.may_be_read_by(caller):
            assert seen.document(paper.document_id) == corpus.document(paper.document_id)
            continue
        with pytest.raises(UnknownDocument) as hidden:
            seen.document(paper.document_id)
        said = str(unknown.value).replace("papers/nowhere.md", paper.document_id)
        assert str(hidden.value) == said
        assert hidden.value.__cause__ is None
        assert hidden.value.__context__ is None


# The caller's own conditions


def test_a_condition_of_the_caller_only_takes_away(corpus: Corpus) -> None:
    seen = corpus.seen_by(("a",))
    for where in (
        Where(),
        Where(readers=("a", "b", "c", "z")),
        Where(groups=("b",)),
        Where(groups=("a", "b", "z"), languages=("fr",)),
        Where(readers=("b", "z")),
        Where(readers=()),
        Where(until="2030-01-01"),
    ):
        for question in QUESTIONS[:7]:
            answer = seen.ask(question, where=where)
            told_nothing(("a",), answer.to_json(), seen.search(question, 99, where))
            told_nothing(("a",), seen.receipt(answer, where))

    def found(where: Where) -> set[tuple[str, ...]]:
        hits = seen.search(QUESTIONS[0], 1000, where)
        names = {hit.document_id for hit in hits}
        names |= {version.rsplit("#", 1)[0] for hit in hits for version in hit.versions}
        return {corpus.document(name).groups for name in names}

    everything: set[tuple[str, ...]] = {(), ("a",), ("a", "b")}
    assert found(Where()) == found(Where(readers=("a", "b"))) == everything
    assert found(Where(groups=("b",))) == {("a", "b")}
    assert found(Where(readers=("b",))) == found(Where(readers=())) == {()}


def test_conditions_and_history_hold_as_they_do_for_the_corpus(corpus: Corpus) -> None:
    everything, where = corpus.seen_by(None), Where(languages=("fr",))
    question = QUESTIONS[2]
    assert stable(everything.ask(question, as_of="2022-01-01", where=where)) == stable(
        corpus.ask(question, "2022-01-01", where)
    )
    assert everything.search(question, 3, where) == corpus.search(question, 3, where)
    assert everything.documents() == corpus.documents()
    assert everything.suggestions("fr", 2) == corpus.suggestions("fr", 2)
    seen = corpus.seen_by(("a",))
    before = exchange_of(seen.ask(QUESTIONS[0]))
    for follow_up in ("And how many in the bridge?", f"And the {PAPERS[2].asked} mission?"):
        told_nothing(("a",), seen.ask(follow_up, history=[before]).to_json())
    assert seen.ask(question, as_of="1945-10-24").hits == ()
    with pytest.raises(UsageError, match="empty"):
        seen.ask(" ")


def test_a_group_without_a_name_is_none_and_order_says_nothing(corpus: Corpus) -> None:
    ids = [document.document_id for document in corpus.seen_by(()).documents()]
    assert [d.document_id for d in corpus.seen_by(["", " "]).documents()] == ids
    first, second = corpus.seen_by(["c", "a", "c"]), corpus.seen_by(iter(("a", "c")))
    where = first.receipt(first.ask(QUESTIONS[0]))["trace"]["where"]
    assert where["readers"] == ["a", "c"]
    assert second.receipt(second.ask(QUESTIONS[0]))["trace"]["where"] == where


# A model


def test_no_model_is_shown_anything_for_others(settings: Settings, server: OpenAIServer) -> None:
    with OpenAIServer() as model:
        model.says = "The mission had 100 engineers in the harbour. [1] It had 999 boats. [2]"
        written = settings.model_copy(
            update={"llm_base_url": model.url, "llm_model": model.model, "answerer": "llm"}
        )
        with Corpus(written) as corpus:
            for caller in CALLERS:
                sent = len(model.requests)
                for question in QUESTIONS[:6]:
                    told_nothing(
                        caller, *(a.to_json() for a in corpus.seen_by(caller).stream(question))
                    )
                assert len(model.chats()) > sent
                told_nothing(caller, [request.body for request in model.requests[sent:]])
    assert server.requests


# What is hidden weighs nothing

FULL = {
    "en": "The engineers of a mission in the harbour rebuilt the bridge. The price of bread rose.",
    "fr": "Les ingénieurs de la mission au port ont reconstruit le pont. Le prix du pain a monté.",
    "ar": "أعاد المهندسون في البعثة بناء جسر الميناء. ارتفع سعر الخبز كثيرا في الميناء.",
    "es": "Los ingenieros de la misión en el puerto reconstruyeron el puente. Subió el pan.",
}
# Nobody's, and full of the words that are asked for: they make common what is rare without them.
HIDDEN = [
    Paper(f"w{at}h{n}yj", language, ("nobody",), "", f"Xel{n}hid", " ".join([text] * (1 + 2 * n)))
    for n in range(5)
    for at, (language, text) in enumerate(FULL.items())
]
WEIGHED = [
    *QUESTIONS,
    "When did bread become dear, and who rebuilt the bridge?",
    "Combien d'ingénieurs la mission Quazormek comptait-elle, et quel est le prix du pain ?",
    "Quazorlun جسر الميناء 120 مهندسا",
    "puente 120 ingenieros",
]

CLAIMS = [
    f"{claim} [{marker}]."
    for marker in (1, 2, 3)
    for claim in (
        "The mission rebuilt the harbour bridge",
        "The works of the mission went on through the spring",
        "The town lent boats for the engineers in the harbour",
        "The mission had engineers in the harbour and the town lent tents for the works",
        "The mission rebuilt the bridge and the works went on through the spring",
        "The bridge in the harbour was rebuilt for the works of the town",
    )
]


@dataclass(frozen=True)
class Apart:
    """Two corpora that one caller cannot tell apart."""

    caller: tuple[str, ...]
    crowded: Settings  # of the one with papers that the caller may not read
    bare: Settings  # of the one with those alone that the caller may read


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the papers of either lie: an answer tells it."""
    return tmp_path_factory.mktemp("weighed")


@pytest.fixture(scope="module")
def crowded(folder: Path, calibrated_index: Path, server: OpenAIServer) -> Settings:
    return _indexed(folder, "crowded", calibrated_index, server, [*PAPERS, *HIDDEN])


@pytest.fixture(scope="module", params=[(), ("a", "c")], ids=str)
def apart(
    request: pytest.FixtureRequest,
    folder: Path,
    calibrated_index: Path,
    server: OpenAIServer,
    crowded: Settings,
) -> Apart:
    readable = [paper for paper in PAPERS if paper.may_be_read_by(request.param)]
    name = f"bare-{len(readable)}"
    bare = _indexed(folder, name, calibrated_index, server, readable)
    return Apart(request.param, crowded, bare)


def _indexed(
    folder: Path, name: str, calibrated: Path, server: OpenAIServer, papers: Iterable[Paper]
) -> Settings:
    """The settings of a new index of some papers."""
    shutil.copytree(calibrated, folder / name)
    shutil.rmtree(folder / "papers", ignore_errors=True)
    _lay(folder / "papers", papers)
    made = settings_for(server, folder / name, top_k=20)
    assert ingest([folder / "papers"], made).rejected == []
    return made


def test_words_weigh_and_match_as_in_a_corpus_without_what_is_hidden(apart: Apart) -> None:
    with Snapshot(apart.crowded.index) as whole, Snapshot(apart.bare.index) as part:
        among, alone = whole.lexical_for(apart.caller), part.lexical_for(None)
        assert whole.weight("puente", "es")[1]
        assert among.weight("puente", "es") == (1.0, False)
        ids = part.chunk_ids(range(part.manifest.chunks))
        rows = np.array([row for row, _ in whole.rows(ids)])

        def placed(by_row: FloatArray) -> list[float]:
            """What each chunk of ``part`` has, nothing for the others, by the rows of ``whole``."""
            of_whole = np.zeros(whole.manifest.chunks, np.float32)
            of_whole[rows] = by_row
            return of_whole.tolist()

        others = 0
        for question in WEIGHED:
            asked_in = question_language(question)
            tokens, anchors = looked_for(question, asked_in, whole.languages, load())
            for language, terms in tokens.items():
                for term in terms:
                    assert among.weight(term, language) == alone.weight(term, language)
                    others += among.weight(term, language) != whole.weight(term, language)
            found, expected = among.match(tokens, anchors), alone.match(tokens, anchors)
            assert found.shares.tolist() == placed(expected.shares)
            assert found.anchors.keys() == expected.anchors.keys()
            for kind, told in expected.anchors.items():
                assert found.anchors[kind].tolist() == placed(told)
            own = expected.focus(np.arange(len(rows)))
            assert found.focus(rows).tolist() == own.tolist()
        assert others  # or there is nothing to tell the two apart by


def test_hits_and_scores_are_those_of_a_corpus_without_what_is_hidden(apart: Apart) -> None:
    with Corpus(apart.crowded) as crowded, Corpus(apart.bare) as bare:
        for where in (None, Where(languages=("fr", "es")), Where(since="2021-05-03")):
            for question in WEIGHED:
                hits = crowded.seen_by(apart.caller).search(question, 1000, where)
                assert hits == bare.search(question, 1000, where)


def test_answers_are_those_of_a_corpus_without_what_is_hidden(apart: Apart) -> None:
    with Corpus(apart.crowded) as crowded, Corpus(apart.bare) as bare:
        statuses = set()
        for question in WEIGHED:
            answer = crowded.seen_by(apart.caller).ask(question)
            assert stable(answer) == stable(bare.ask(question))
            statuses.add(answer.status)
        assert statuses >= {"answered", "not_found"}


def test_what_a_model_writes_is_checked_as_in_a_corpus_without_what_is_hidden(
    apart: Apart,
) -> None:
    with OpenAIServer() as model:
        model.says = " ".join(CLAIMS)
        told = {"llm_base_url": model.url, "llm_model": model.model, "answerer": "llm"}
        with (
            Corpus(apart.crowded.model_copy(update=told)) as crowded,
            Corpus(apart.bare.model_copy(update=told)) as bare,
        ):
            for question in WEIGHED[:2]:
                answer = crowded.seen_by(apart.caller).ask(question)
                assert {c.verdict for c in answer.checked} > {"confirmed"}
                assert stable(answer) == stable(bare.ask(question))


# Receipts


def test_a_receipt_says_who_read_and_not_how_much_there_is(
    corpus: Corpus, settings: Settings, tmp_path: Path
) -> None:
    for caller in CALLERS:
        seen = corpus.seen_by(caller)
        answer = seen.ask(QUESTIONS[0])
        body = seen.receipt(answer)
        assert body["answer"] == json.loads(json.dumps(answer.to_json()))
        assert body["sha256"] == seal({n: v for n, v in body.items() if n != "sha256"})
        told = body["trace"]["where"]
        assert (told and told["readers"]) == (None if caller is None else list(caller))
        assert ({"documents", "chunks"} <= body["snapshot"].keys()) is (caller is None)
        # As good as one that the command line wrote.
        path = tmp_path / "receipt.json"
        path.write_text(json.dumps(body), "utf-8")
        with Snapshot(settings.index) as snapshot:
            held = check(read_receipt(path), snapshot, settings)
            assert held.stands
            assert held.snapshot == held.settings == {}


def test_nobody_gets_a_receipt_of_what_others_were_told(corpus: Corpus) -> None:
    mine, theirs = corpus.seen_by(("a",)), corpus.seen_by(("b",))
    question = f"How many engineers did the {PAPERS[2].asked} mission have?"
    answer = theirs.ask(question)
    assert PAPERS[2].document_id in documents_in(answer)
    assert theirs.receipt(answer)["quotations"]
    hidden = [
        answer,
        replace(answer, hits=()),
        replace(answer, citations=()),
        replace(answer, citations=(), hits=(answer.hits[0],)),
    ]
    for given in hidden:
        with pytest.raises(PkqaError, match="no receipt: there is no document") as refused:
            mine.receipt(given)
        assert [paper.told for paper in PAPERS if paper.told in str(refused.value)] == []
    gone = replace(answer, citations=(), hits=(replace(answer.hits[0], document_id="w9k9yj"),))
    with pytest.raises(PkqaError, match="no receipt: there is no document w9k9yj in snapshot"):
        theirs.receipt(gone)


# A corpus that changes


def test_other_groups_hold_from_the_next_ingest_on(
    calibrated_index: Path, tmp_path: Path, server: OpenAIServer
) -> None:
    shutil.copytree(calibrated_index, tmp_path / "index")
    papers = [replace(paper, groups=()) for paper in PAPERS[:3]]
    _lay(tmp_path / "papers", papers)
    settings = settings_for(server, tmp_path / "index")
    ingest([tmp_path / "papers"], settings)
    with Corpus(settings) as corpus:
        seen = corpus.seen_by(("b",))
        former = seen.ask(QUESTIONS[0])
        assert len(seen.documents()) == 3
        requests = len(server.requests)
        (tmp_path / "papers" / ".groups").write_text("a\n")
        report = ingest([tmp_path / "papers"], settings)
        assert (len(report.changed), report.embedded) == (3, 0)
        assert len(server.requests) == requests
        assert seen.documents() == []
        assert seen.search(QUESTIONS[0]) == []
        assert seen.ask(QUESTIONS[0]).status == "not_found"
        told = shown(seen.ask(QUESTIONS[0]).to_json(), seen.suggestions("en"))
        assert [word for paper in papers for word in paper.words if word in told] == []
        with pytest.raises(PkqaError, match="ask again"):
            seen.receipt(former)
        assert len(corpus.seen_by(("a",)).documents()) == 3
