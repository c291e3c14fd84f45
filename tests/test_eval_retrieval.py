"""``pkqa eval retrieval`` on folders of BEIR's shape made here, in three languages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loopback import Ran, Run, runner, settings_for, spawned, texts
from openai_server import OpenAIServer, embedding, failing
from pkqa.errors import UsageError
from pkqa.evals.beir import read
from pkqa.evals.metrics import METRICS
from pkqa.evals.pool import cache_folder, pool
from pkqa.evals.retrieval import measure

PASSAGES = {
    "boats-en": ("en", "The harbour of Naqoura repaired eleven fishing boats after the storm."),
    "bread-en": ("en", "A mobile bakery gave bread to the families who had left their village."),
    "mast-en": ("en", "Engineers raised a radio mast of forty metres on the hill above the camp."),
    "wells-en": ("en", "Four new wells bring water to the school and to the market of Bangui."),
    "boats-fr": ("fr", "Le port de Tyr a réparé neuf bateaux de pêche avant le printemps."),
    "bread-fr": ("fr", "Une boulangerie mobile donne du pain aux familles du village voisin."),
    "mast-fr": ("fr", "Les ingénieurs ont dressé un mât de radio sur la colline du camp Alpha."),
    "wells-fr": ("fr", "Quatre puits apportent de l'eau à l'école et au marché de Goma."),
    "boats-ar": ("ar", "أصلح ميناء صور تسعة قوارب صيد قبل حلول الربيع في المدينة."),
    "bread-ar": ("ar", "قدم مخبز متنقل الخبز للأسر التي غادرت قريتها في الجنوب."),
    "mast-ar": ("ar", "نصب المهندسون سارية للإذاعة فوق التل المطل على المعسكر."),
    "wells-ar": ("ar", "أربع آبار جديدة تجلب الماء إلى المدرسة والسوق في المدينة."),
}  # fmt: skip
# Query id -> language, text, relevant passages.
QUERIES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "q1": ("en", "Which harbour repaired eleven fishing boats?", ("boats-en",)),
    "q2": ("en", "What gave bread to the families?", ("bread-en",)),
    "q3": ("en", "How high is the mast above Alpha?", ("mast-fr",)),
    "q4": ("fr", "Qui a dressé un mât de radio ?", ("mast-fr",)),
    "q5": ("fr", "Quatre puits, Bangui ou Goma ?", ("wells-fr", "wells-en")),
    "q6": ("ar", "من أصلح قوارب صيد قبل حلول الربيع؟", ("boats-ar",)),
    "q7": ("ar", "أين أربع آبار جديدة؟", ("wells-ar",)),
    "q8": ("en", "Who paints bridges?", ()),
    "q9": ("en", "Who repaired the boats of Naqoura?", ("boats-en",)),
}
PAIRS = {"ar -> ar": 2, "en -> en": 3, "en -> fr": 1, "fr -> fr": 1, "fr -> several": 1}
FIELDS = {
    "schema", "method", "folders", "distractors", "documents", "chunks", "lacking", "rejected",
    "embedder", "snapshot", "snapshot_embedder", "embeddings_computed", "embeddings_reused",
    "seconds", "systems", "difference", "queries",
}  # fmt: skip


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write(
    folder: Path, passages: dict[str, tuple[str, str]], queries: dict[str, Any] | None = None
) -> Path:
    """A folder of BEIR's shape."""
    asked: dict[str, tuple[str, str, tuple[str, ...]]] = queries or {}
    folder.mkdir()
    (folder / "corpus.jsonl").write_text(
        lines(
            [
                {"_id": name, "title": "", "text": text, "language": language}
                for name, (language, text) in passages.items()
            ]
        )
    )
    (folder / "queries.jsonl").write_text(
        lines([{"_id": n, "text": t, "language": lang} for n, (lang, t, _) in asked.items()])
    )
    judged = [f"{n}\t{passage}\t1" for n, (_, _, names) in asked.items() for passage in names]
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]) + "\n")
    return folder


@pytest.fixture(scope="session")
def warm_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds the vectors of the calibration texts; for reading only."""
    made = tmp_path_factory.mktemp("warm")
    one = write(made / "one", {"p": ("en", "A goat.")}, {"q": ("en", "A goat?", ("p",))})
    with OpenAIServer() as server:
        measure(pool([one]), settings_for(server, made / "index"), made / "cache")
    return made / "cache"


@pytest.fixture
def cache(warm_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own; the environment names it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Path(shutil.copytree(warm_cache, tmp_path / "pkqa"))


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write(tmp_path / "tiny", PASSAGES, QUERIES)


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    embeddings: OpenAIServer,  # noqa: ARG001 - its settings go with this one
    cache: Path,  # noqa: ARG001 - likewise
) -> Run:
    return runner(capsys)


def complaint(ran: Ran, code: int) -> str:
    assert ran.code == code
    assert ran.out == ""
    (line,) = ran.err.splitlines()
    assert line.startswith("pkqa: ")
    return line


def table(printed: list[str]) -> list[list[str]]:
    """The cells of the first Markdown table, the rule left out."""
    rows = []
    for line in printed:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return [rows[0], *rows[2:]]


# What is measured


def test_the_matrix_has_a_line_a_pair_and_the_mean_over_them(run: Run, tiny: Path) -> None:
    ran = run("eval", "retrieval", tiny)
    assert ran.code == 0
    assert ran.err == ""
    head, *rows = table(ran.out.splitlines())
    assert head == ["question -> passage", "n", *METRICS]
    assert {row[0]: int(row[1]) for row in rows} == PAIRS | {"all pairs": 8}
    assert [row[0] for row in rows] == [*sorted(PAIRS), "all pairs"]
    last = ran.out.splitlines()[-1]
    assert "8 questions; left out: 1 queries without a relevant passage" in last
    assert "tiny 12 passages; index: 12 documents in 12 chunks" in last
    assert last.count("openai:bag-of-words@native") == 2  # the embedder, and the snapshot's
    assert "not in the index" not in last


def test_ranks_are_those_of_the_product(run: Run, tiny: Path, index: Path) -> None:
    assert run("ingest", tiny / "corpus.jsonl", "--index", index).code == 0
    measured = run("eval", "retrieval", tiny, "--json").json
    assert [query["query_id"] for query in measured["queries"]] == [
        name for name, (_, _, relevant) in QUERIES.items() if relevant
    ]
    for query in measured["queries"]:
        _, text, relevant = QUERIES[query["query_id"]]
        hits = run("search", text, "--index", index, "--top-k", 100, "--json").json["hits"]
        ranks = [hit["rank"] for hit in hits if hit["document_id"] in relevant]
        assert query["ranks"] == {"pkqa": min(ranks, default=None)}


def test_json_holds_everything_unrounded(run: Run, tiny: Path) -> None:
    measured = run("eval", "retrieval", tiny, "--json").json
    assert set(measured) == FIELDS
    assert measured["schema"] == "pkqa.eval.retrieval/1"
    assert measured["folders"] == [{"path": str(tiny), "passages": 12, "queries": 9, "left_out": 1}]
    assert measured["difference"] is None
    (ours,) = measured["systems"].values()
    assert [(line["question_language"], line["passage_language"]) for line in ours] == [
        *(tuple(pair.split(" -> ")) for pair in sorted(PAIRS)),
        (None, None),
    ]
    # Two questions are on one English passage, one on another.
    assert [line["passages"] for line in ours] == [2, 2, 1, 1, 1, 6]
    for line in ours:
        assert list(line["metrics"]) == list(METRICS)
        for value in line["metrics"].values():
            assert 0 <= value["low"] <= value["mean"] <= value["high"] <= 1
    of_pairs = [line["metrics"]["MRR"]["mean"] for line in ours[:-1]]
    assert ours[-1]["metrics"]["MRR"]["mean"] == pytest.approx(np.mean(of_pairs))
    ranks = {query["query_id"]: query["ranks"]["pkqa"] for query in measured["queries"]}
    english = [1 / ranks[name] for name in ("q1", "q2", "q9")]
    assert ours[1]["metrics"]["MRR"]["mean"] == pytest.approx(np.mean(english))
    (several,) = (q for q in measured["queries"] if q["query_id"] == "q5")
    assert (several["language"], several["passage_language"]) == ("fr", "several")


def test_a_second_run_embeds_nothing(run: Run, tiny: Path, embeddings: OpenAIServer) -> None:
    first = run("eval", "retrieval", tiny, "--json").json
    asked = texts(embeddings)
    assert set(asked.values()) == {1}
    assert set(asked) == {text for _, text in PASSAGES.values()} | {
        text for _, text, relevant in QUERIES.values() if relevant
    }
    assert first["embeddings_computed"] == len(asked)
    again = run("eval", "retrieval", tiny, "--json", "--compare", "naive").json
    assert texts(embeddings) == asked
    assert again["embeddings_computed"] == 0
    assert again["snapshot"] == first["snapshot"]
    assert again["systems"]["pkqa"] == first["systems"]["pkqa"]


def test_a_corpus_that_moved_needs_no_new_vectors(
    run: Run, tiny: Path, tmp_path: Path, embeddings: OpenAIServer
) -> None:
    first = run("eval", "retrieval", tiny, "--json").json
    before = len(embeddings.requests)
    moved = tiny.rename(tmp_path / "moved")
    again = run("eval", "retrieval", moved, "--json").json
    assert len(embeddings.requests) == before
    assert (again["lacking"], again["rejected"]) == ([], [])
    assert again["systems"] == first["systems"]


# The naive pipeline


def naive_ranking(query: str) -> list[str]:
    """The passages by plain cosine, all of them."""

    def unit(text: str) -> Any:
        return embedding(text) / np.linalg.norm(embedding(text))

    scores = {name: float(unit(text) @ unit(query)) for name, (_, text) in PASSAGES.items()}
    return sorted(scores, key=lambda name: -scores[name])


def test_the_naive_pipeline_ranks_by_plain_cosine(run: Run, tiny: Path) -> None:
    measured = run("eval", "retrieval", tiny, "--compare", "naive", "--json").json
    for query in measured["queries"]:
        _, text, relevant = QUERIES[query["query_id"]]
        best = min(naive_ranking(text).index(name) + 1 for name in relevant)
        assert query["ranks"]["naive_top_2"] == (best if best <= 2 else None)
        assert query["ranks"]["naive_top_10"] == (best if best <= 10 else None)
        ours = query["ranks"]["pkqa"]
        assert query["ranks"]["pkqa_top_10"] == (ours if ours <= 10 else None)
    for name, lines_ in measured["systems"].items():
        ranks = [q["ranks"][name] for q in measured["queries"] if q["language"] == "ar"]
        assert lines_[0]["metrics"]["MRR"]["mean"] == pytest.approx(
            np.mean([1 / rank if rank else 0 for rank in ranks])
        )
    for row, line in enumerate(measured["difference"]):
        for metric, value in line["metrics"].items():
            ours, theirs = (
                measured["systems"][name][row]["metrics"][metric]["mean"]
                for name in ("pkqa_top_10", "naive_top_10")
            )
            assert value["mean"] == pytest.approx(ours - theirs)
            assert value["low"] <= value["mean"] <= value["high"]


def test_both_are_printed_side_by_side(run: Run, tiny: Path) -> None:
    ran = run("eval", "retrieval", tiny, "--compare", "naive")
    assert ran.code == 0
    printed = ran.out.splitlines()
    start = printed.index("") + 1
    head, *rows = table(printed[start:])
    assert head[2:] == [
        "naive @1", "ours @1", "difference", "naive @5", "ours @5", "difference",
        "naive MRR", "ours MRR", "difference",
    ]  # fmt: skip
    assert [row[0] for row in rows] == [*sorted(PAIRS), "all pairs"]
    for row in rows:
        for at in (2, 5, 8):
            theirs, ours, difference = float(row[at]), float(row[at + 1]), row[at + 2].split()[0]
            assert difference[0] in "+-"
            assert float(difference) == pytest.approx(ours - theirs, abs=0.0011)
            assert "-0.00 " not in f"{row[at + 2]} "
    assert any(line.startswith("In the second table both stop at 10 chunks.") for line in printed)


# Folders, distractors, what is missing


def test_folders_are_pooled_into_one_index_with_distractors(run: Run, tmp_path: Path) -> None:
    half = len(PASSAGES) // 2
    first = dict(list(PASSAGES.items())[:half])
    second = dict(list(PASSAGES.items())[half:])
    one = write(tmp_path / "one", first, {"q1": QUERIES["q1"]})
    two = write(tmp_path / "two", second, {"q1": QUERIES["q7"]})  # ids of queries may come again
    (tmp_path / "notes").mkdir()
    note = tmp_path / "notes" / "sails.txt"
    note.write_text("Which harbour repaired eleven fishing boats? Nobody knows the harbour.\n")
    pooled = run("eval", "retrieval", one, two, "--json").json
    assert (pooled["documents"], pooled["distractors"]) == (12, 0)
    assert [(q["folder"], q["query_id"]) for q in pooled["queries"]] == [
        (str(one), "q1"), (str(two), "q1"),
    ]  # fmt: skip
    crowded = run("eval", "retrieval", one, two, "--distractors", note.parent, "--json").json
    assert (crowded["documents"], crowded["distractors"]) == (13, 1)
    assert crowded["queries"][0]["ranks"]["pkqa"] > pooled["queries"][0]["ranks"]["pkqa"]
    # A distractor that is gone is gone from the index too.
    note.unlink()
    again = run("eval", "retrieval", one, two, "--distractors", note.parent, "--json").json
    assert again["documents"] == 12
    assert again["queries"] == pooled["queries"]


def test_a_passage_that_the_index_lacks_is_reported_and_counts_as_not_found(
    run: Run, tmp_path: Path
) -> None:
    passages = PASSAGES | {"blank-en": ("en", "   ")}
    folder = write(tmp_path / "holes", passages, {"q1": ("en", "Blank?", ("blank-en",))})
    ran = run("eval", "retrieval", folder, "--json")
    assert ran.code == 0
    rejected, lacking = ran.err.splitlines()
    assert rejected.startswith("rejected: ")
    assert "line 13" in rejected
    assert lacking == "not in the index, so never found: 1 passages (blank-en)"
    assert ran.json["lacking"] == ["blank-en"]
    assert ran.json["queries"][0]["ranks"] == {"pkqa": None}
    assert ran.json["systems"]["pkqa"][-1]["metrics"]["MRR"]["mean"] == 0
    assert "passages not in the index: 1" in run("eval", "retrieval", folder).out


# Usage


def test_an_id_that_is_taken_twice_is_usage_and_names_both(
    run: Run, tiny: Path, tmp_path: Path, embeddings: OpenAIServer
) -> None:
    other = write(tmp_path / "other", {"boats-en": ("en", "Other boats.")})
    line = complaint(run("eval", "retrieval", tiny, other), 2)
    for said in ("'boats-en'", str(tiny), str(other)):
        assert said in line
    assert embeddings.requests == []


def test_words_that_are_off_are_usage(
    run: Run, tiny: Path, tmp_path: Path, embeddings: OpenAIServer
) -> None:
    gone = tmp_path / "gone"
    assert str(gone) in complaint(run("eval", "retrieval", gone), 2)
    assert str(gone) in complaint(run("eval", "retrieval", tiny, "--distractors", gone), 2)
    unjudged = write(tmp_path / "unjudged", PASSAGES, {"q8": QUERIES["q8"]})
    assert "nothing to measure" in complaint(run("eval", "retrieval", unjudged), 2)
    for words in ([], ["retrieval"], ["retrieval", tiny, "--compare", "other"], ["guess", tiny]):
        ran = run("eval", *words)
        assert ran.code == 2
        assert "usage: pkqa eval" in ran.err
    assert embeddings.requests == []


def test_an_embedder_that_refuses_is_a_failure(
    run: Run, tiny: Path, embeddings: OpenAIServer
) -> None:
    embeddings.script(failing(401, "no such key"))
    assert "401" in complaint(run("eval", "retrieval", tiny), 1)
    assert run("eval", "retrieval", tiny).code == 0  # and nothing is broken by it


@pytest.mark.usefixtures("embeddings", "cache")
def test_a_process_of_its_own_measures_too(tiny: Path, tmp_path: Path) -> None:
    ran = spawned(
        "eval", "retrieval", tiny, "--compare", "naive", "--cache", tmp_path / "elsewhere"
    )
    assert ran.code == 0
    assert ran.err == ""
    assert "ours MRR" in ran.out
    assert (tmp_path / "elsewhere" / "embeddings.sqlite").is_file()


def test_the_cache_is_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "pkqa"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "pkqa"


# The reader names file and line


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        (
            "corpus.jsonl",
            '{"_id": "p", "text": "A.", "language": "en"}\n\n[1]\n',
            "line 3: no JSON",
        ),
        ("corpus.jsonl", '{"_id": 7, "text": "A.", "language": "en"}\n', 'line 1: no "_id"'),
        ("corpus.jsonl", '{"_id": "p", "text": "A."}\n', 'line 1: no "language"'),
        ("queries.jsonl", '{"_id": "q", "text": " ", "language": "en"}\n', "blank"),
        ("queries.jsonl", '{"_id": "q", "text": "A", "language": "en", "answers": 3}', "answers"),
        ("qrels.tsv", "a\tb\tc\nq1\tboats-en\tyes\n", "line 2: no query id"),
        ("qrels.tsv", "a\tb\tc\nq1\tboats-en\t1\nq1\tcoats-en\t1\n", "line 3: .*'coats-en'"),
    ],
)
def test_a_line_that_is_off_is_named(tiny: Path, name: str, body: str, said: str) -> None:
    (tiny / name).write_text(body)
    with pytest.raises(UsageError, match=rf"tiny is not of BEIR's shape: {name}, .*{said}"):
        read([tiny])


def test_bytes_that_are_no_text_are_named_by_their_line(tiny: Path) -> None:
    with (tiny / "queries.jsonl").open("ab") as file:
        file.write(b'{"_id": "\xff"}\n')
    with pytest.raises(UsageError, match=r"queries\.jsonl, line 10: not UTF-8"):
        read([tiny])


def test_separators_within_a_text_end_no_line(tiny: Path) -> None:
    (tiny / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "One\u2028two\x85three?", "language": "en"}\n'
    )
    (query,) = read([tiny]).queries
    assert query.text == "One\u2028two\x85three?"
