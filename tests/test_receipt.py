"""Receipts: what they hold, what becomes of their quotations, and files that are none."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from pkqa.cli_receipt import add_receipt
from pkqa.corpus import Corpus
from pkqa.errors import IndexMissing, PkqaError, UsageError
from pkqa.indexing import ingest
from pkqa.model import Answer, Citation
from pkqa.receipt.check import Check, check, lines
from pkqa.receipt.facts import settings_facts
from pkqa.receipt.reading import LARGEST, read_receipt
from pkqa.receipt.writing import Asked, require_place, write_receipt
from pkqa.settings import Settings, load
from pkqa.store.snapshot import Snapshot
from pkqa.store.where import Where

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
HELICOPTERS = "The host promised sixteen helicopters to the missions in Africa."
HOSPITAL = "The engineers opened a hospital of forty beds in March."
GUESTS = "وصل إلى المؤتمر وفد من خمسين دولة."
TEXTS = {
    "helicopters.txt": f"Sixteen helicopters\n\n{HELICOPTERS} They fly from the coast.\n",
    "hospital.txt": f"A new hospital\n\nIt rained for a week. {HOSPITAL}\n",
    "guests.txt": f"ضيوف المؤتمر\n\n{GUESTS} ودامت الزيارة ثلاثة أيام.\n",
}
QUOTES = dict(zip(TEXTS, (HELICOPTERS, HOSPITAL, GUESTS), strict=True))


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def settings(index: Path, papers: Path) -> Settings:
    """Of an index that holds the papers."""
    settings = load()
    assert settings.index == index
    assert ingest([papers], settings).rejected == []
    return settings


@pytest.fixture
def receipt(settings: Settings, tmp_path: Path) -> Path:
    """A receipt that quotes each paper once."""
    path = tmp_path / "receipt.json"
    with Snapshot(settings.index) as snapshot:
        write_receipt(path, answer(snapshot), Asked(AT), snapshot, settings)
    return path


def answer(snapshot: Snapshot) -> Answer:
    """An answer that quotes each paper once, in the order of the ids."""
    citations = []
    for marker, document in enumerate(snapshot.documents(), start=1):
        quote = QUOTES[Path(document.path).name]
        start = document.text.index(quote)
        citations.append(
            Citation(
                marker=marker,
                document_id=document.document_id,
                title=document.title,
                source=document.source,
                language=document.language,
                date=document.date,
                quote=quote,
                start=start,
                end=start + len(quote),
            )
        )
    return Answer("What of it?", "en", "answered", "Quoted [1] [2] [3]", tuple(citations))


def checked(path: Path, settings: Settings) -> Check:
    with Snapshot(settings.index) as snapshot:
        return check(read_receipt(path), snapshot, settings)


def states(found: Check) -> dict[str, str]:
    """Name of the paper -> state of its quotation."""
    return {Path(q.document_id).name: q.state for q in found.quotations}


def alter(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    body = json.loads(path.read_text("utf-8"))
    change(body)
    path.write_text(json.dumps(body, ensure_ascii=False), "utf-8")


def verify(*words: object) -> int:
    """``pkqa receipt verify`` in this process."""
    parser = argparse.ArgumentParser()
    add_receipt(parser.add_subparsers(required=True))
    parsed = parser.parse_args(["receipt", "verify", *map(str, words)])
    code: int = parsed.command(parsed)
    return code


# What a receipt holds


def test_a_receipt_holds_all_that_it_promises(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    where = Where(languages=("en",))
    with Corpus(settings) as corpus, Snapshot(settings.index) as snapshot:
        given = corpus.ask("How many helicopters did the host promise?", where=where)
        assert given.citations
        assert given.hits
        here = AT.astimezone(timezone(timedelta(hours=2)))
        write_receipt(path, given, Asked(here, where, "2030-01-01"), snapshot, settings)
        body = json.loads(path.read_text("utf-8"))
        assert list(body) == [
            "schema",
            "time",
            "pkqa",
            "question",
            "standalone",
            "answer",
            "quotations",
            "snapshot",
            "settings",
            "trace",
            "sha256",
        ]
        assert body["schema"] == "pkqa.receipt/1"
        assert body["time"] == "2026-03-04T05:06:07Z"
        assert body["question"] == body["standalone"] == given.question
        assert body["answer"] == json.loads(json.dumps(given.to_json()))
        for quotation, citation in zip(body["quotations"], given.citations, strict=True):
            document = snapshot.document(quotation["document_id"])
            span = slice(quotation["start"], quotation["end"])
            assert document.text[span] == quotation["quote"] == citation.quote
            assert quotation["text_sha"] == document.text_sha
        assert body["snapshot"]["id"] == snapshot.snapshot_id
        assert body["snapshot"]["digest"] == snapshot.manifest.digest
        assert body["snapshot"]["embedder"] == snapshot.manifest.embedder
    assert body["trace"]["as_of"] == "2030-01-01"
    assert body["trace"]["where"] == {
        "languages": ["en"],
        "since": None,
        "until": None,
        "groups": [],
        "readers": None,
    }
    assert [(h["rank"], h["chunk_id"], h["score"]) for h in body["trace"]["hits"]] == [
        (h.rank, h.chunk_id, h.score) for h in given.hits
    ]
    assert len(body["sha256"]) == len(body["settings"]["sha256"]) == 64


def test_the_same_answer_has_the_same_receipt(receipt: Path, settings: Settings) -> None:
    before = receipt.read_bytes()
    with Snapshot(settings.index) as snapshot:
        write_receipt(receipt, answer(snapshot), Asked(AT), snapshot, settings)
    assert receipt.read_bytes() == before
    assert [path.name for path in receipt.parent.iterdir() if "receipt" in path.name] == [
        "receipt.json"
    ]


def test_a_follow_up_is_kept_as_it_was_understood(settings: Settings, receipt: Path) -> None:
    given = Answer("And where?", "en", "not_found", "Nothing.", standalone="Where was it held?")
    with Snapshot(settings.index) as snapshot:
        write_receipt(receipt, given, Asked(AT), snapshot, settings)
    body = json.loads(receipt.read_text("utf-8"))
    assert (body["question"], body["standalone"]) == ("And where?", "Where was it held?")
    assert checked(receipt, settings).stands
    assert "it quotes nothing" in list(lines(checked(receipt, settings)))


def test_no_secret_and_no_place_on_the_disk_gets_into_a_receipt(tmp_path: Path) -> None:
    glossary = tmp_path / "private" / "words.json"
    glossary.parent.mkdir()
    glossary.write_text("{}")
    settings = Settings(
        index=tmp_path / "index",
        embed_base_url="https://user:hidden1@example.org/v1?key=hidden2",
        rerank_base_url="https://[broken",
        embed_api_key=SecretStr("hidden3"),
        rerank_api_key=SecretStr("hidden4"),
        glossary=glossary,
        top_k=7,
    )
    facts = settings_facts(settings)
    told = json.dumps(facts)
    assert "hidden" not in told
    assert str(tmp_path) not in told
    assert facts["values"]["embed_base_url"] == "https://example.org/v1"
    assert facts["values"]["rerank_base_url"] is None
    assert facts["values"]["top_k"] == 7
    assert facts["values"]["glossary"]["name"] == "words.json"
    glossary.write_text('{"concepts": []}')
    assert settings_facts(settings)["sha256"] != facts["sha256"]


def test_the_fingerprint_tells_what_shapes_an_answer_and_nothing_else(tmp_path: Path) -> None:
    plain = settings_facts(Settings())["sha256"]
    assert settings_facts(Settings(index=tmp_path, port=1, embed_timeout=5))["sha256"] == plain
    told = settings_facts(Settings())["values"].keys()
    assert told.isdisjoint({"index", "host", "port", "read_seconds", "llm_deadline"})
    assert told >= {"embed_model", "rerank_depth", "llm_temperature", "chunk_tokens", "glossary"}
    assert settings_facts(Settings(top_k=3))["sha256"] != plain
    assert settings_facts(Settings(embedder="openai"))["sha256"] != plain


def test_an_answer_from_another_snapshot_gets_no_receipt(settings: Settings, papers: Path) -> None:
    place = papers.parent / "late.json"
    with Snapshot(settings.index) as snapshot:
        given = answer(snapshot)
    (papers / "hospital.txt").unlink()
    (papers / "helicopters.txt").write_text("Sixteen helicopters\n\nNothing came of it.\n")
    ingest([papers], settings, prune=True)
    with Snapshot(settings.index) as snapshot, pytest.raises(PkqaError, match="ask again"):
        write_receipt(place, given, Asked(AT), snapshot, settings)
    assert not place.exists()


# Where one is written


def test_only_a_receipt_is_ever_replaced(settings: Settings, papers: Path) -> None:
    paper = papers / "helicopters.txt"
    before = paper.read_bytes()
    with Snapshot(settings.index) as snapshot:
        for place in (paper, papers):
            with pytest.raises(UsageError, match="name another file") as refused:
                write_receipt(place, answer(snapshot), Asked(AT), snapshot, settings)
            assert str(place) in str(refused.value)
    assert paper.read_bytes() == before


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (
        tmp_path / "no" / "such" / "folder.json",
        tmp_path / ("x" * 300),
        dangling,
        pipe,
    ):
        with pytest.raises(UsageError, match="another file"):
            require_place(place)
    require_place(tmp_path / "free.json")


def test_a_write_that_fails_says_so(receipt: Path, settings: Settings) -> None:
    # What is written beside the file cannot be: a folder has its name.
    (receipt.parent / f".{receipt.name}.new").mkdir()
    before = receipt.read_bytes()
    with Snapshot(settings.index) as snapshot, pytest.raises(UsageError, match="cannot be written"):
        write_receipt(receipt, answer(snapshot), Asked(AT), snapshot, settings)
    assert receipt.read_bytes() == before


# What becomes of quotations


def test_in_the_same_corpus_everything_stands(receipt: Path, settings: Settings) -> None:
    found = checked(receipt, settings)
    assert set(states(found).values()) == {"stands"}
    assert len(found.quotations) == 3
    assert found.stands
    assert not found.edited
    assert found.snapshot == {}
    assert found.settings == {}


def test_each_change_of_the_corpus_has_its_own_word(
    receipt: Path, settings: Settings, papers: Path
) -> None:
    hospital = papers / "hospital.txt"
    hospital.write_text(f"A new hospital\n\nThe river rose in winter, twice. {HOSPITAL}\n")
    (papers / "helicopters.txt").write_text(
        "Sixteen helicopters\n\nThe host promised seventeen helicopters to the missions.\n"
    )
    (papers / "guests.txt").unlink()
    ingest([papers], settings, prune=True)
    found = checked(receipt, settings)
    assert states(found) == {
        "guests.txt": "missing",
        "helicopters.txt": "gone",
        "hospital.txt": "moved",
    }
    assert not found.stands
    assert not found.edited
    assert {"id", "digest", "seal", "documents"} <= set(found.snapshot)
    (moved,) = (q for q in found.quotations if q.state == "moved")
    with Snapshot(settings.index) as snapshot:
        text = snapshot.document(moved.document_id).text
    assert text[moved.start : moved.end] == HOSPITAL
    said = "\n".join(lines(found))
    assert f"stands in it at {moved.start}:{moved.end}" in said
    assert "does not hold the quotation" in said
    assert "there is no document" in said


def test_what_has_only_moved_stands(receipt: Path, settings: Settings, papers: Path) -> None:
    for name, text in TEXTS.items():
        (papers / name).write_text(text.replace("\n\n", f"\n\n{HOSPITAL[:-10]} twice. "), "utf-8")
    ingest([papers], settings)
    found = checked(receipt, settings)
    assert set(states(found).values()) == {"moved"}
    assert found.stands


def test_of_several_places_the_nearest_is_named(
    receipt: Path, settings: Settings, papers: Path
) -> None:
    start = next(q.start for q in checked(receipt, settings).quotations if q.quote == HOSPITAL)
    assert start is not None
    far = " ".join(f"Day {day} brought rain and wind." for day in range(2, 40))
    # The first of the three stands one letter later than it did, the others far behind.
    (papers / "hospital.txt").write_text(
        f"A new hospital\n\nIt rained for a weeks. {HOSPITAL} {far} {HOSPITAL} {far} {HOSPITAL}\n"
    )
    ingest([papers], settings)
    (moved,) = (q for q in checked(receipt, settings).quotations if q.state == "moved")
    assert moved.start == start + 1


def test_a_text_that_changed_around_a_quotation_is_said_to_have_changed(
    receipt: Path, settings: Settings, papers: Path
) -> None:
    with (papers / "hospital.txt").open("a") as stream:
        stream.write("\nThe beds were full by April.\n")
    ingest([papers], settings)
    found = checked(receipt, settings)
    assert states(found)["hospital.txt"] == "moved"
    then = json.loads(receipt.read_text("utf-8"))["quotations"]
    assert [(q.start, q.end) for q in found.quotations] == [(q["start"], q["end"]) for q in then]


def test_other_settings_are_named(receipt: Path, settings: Settings) -> None:
    found = checked(receipt, settings.model_copy(update={"top_k": 3}))
    assert list(found.settings) == ["top_k"]
    assert (found.settings["top_k"].then, found.settings["top_k"].now) == (10, 3)
    assert found.stands
    assert "    top_k: 10 -> 3" in list(lines(found))


# Tampering


EDITS: dict[str, Callable[[dict[str, Any]], object]] = {
    "question": lambda body: body.update(question="What else?"),
    "time": lambda body: body.update(time="2027-03-04T05:06:07Z"),
    "answer": lambda body: body["answer"].update(answer="All is well [1]"),
    "status": lambda body: body["answer"].update(status="not_found"),
    "offset": lambda body: body["quotations"][0].update(start=0),
    "document hash": lambda body: body["quotations"][0].update(text_sha="0" * 64),
    "a quotation less": lambda body: body["quotations"].pop(),
    "setting": lambda body: body["settings"]["values"].update(top_k=11),
    "something more": lambda body: body.update(approved="yes"),
    "seal": lambda body: body.update(sha256="0" * 64),
    "quotation": lambda body: body["quotations"][0].update(quote="sixty"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_receipt_is_noticed(receipt: Path, settings: Settings, name: str) -> None:
    alter(receipt, EDITS[name])
    found = checked(receipt, settings)
    assert found.edited
    assert not found.stands
    assert any("was edited" in line for line in lines(found))


def test_a_receipt_written_otherwise_but_saying_the_same_is_not_edited(
    receipt: Path, settings: Settings
) -> None:
    body = json.loads(receipt.read_text("utf-8"))
    receipt.write_text(json.dumps(dict(reversed(body.items())), indent=7), "utf-8")
    assert not checked(receipt, settings).edited


def test_quotations_that_are_not_those_of_the_answer_are_noticed_under_a_new_seal(
    receipt: Path, settings: Settings
) -> None:
    from pkqa.receipt.facts import seal

    alter(receipt, lambda body: body["quotations"].reverse())
    alter(receipt, lambda body: body.pop("sha256"))
    alter(receipt, lambda body: body.update(sha256=seal(body)))
    assert checked(receipt, settings).edited


# Files that are no receipt


def _with(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    return lambda path: alter(path, change)


def _instead(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def put(path: Path) -> None:
        path.unlink()
        make(path)

    return put


HOSTILE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "no JSON": lambda path: path.write_text("%PDF-1.4"),
    "no UTF-8": lambda path: path.write_bytes(b'{"schema": "\xff"}'),
    "a list": lambda path: path.write_text("[]"),
    "another schema": lambda path: path.write_text('{"schema": "pkqa.answer/1"}'),
    "only the schema": lambda path: path.write_text('{"schema": "pkqa.receipt/1"}'),
    "nested": lambda path: path.write_text('{"schema":' + "[" * 200_000 + "]" * 200_000 + "}"),
    "nested objects": lambda path: path.write_text('{"a":' * 200_000 + "1" + "}" * 200_000),
    "huge": lambda path: path.write_bytes(b" " * (LARGEST + 1)),
    "a long number": lambda path: path.write_text('{"schema": ' + "9" * 10_000 + "}"),
    "not a number": lambda path: path.write_text('{"schema": NaN}'),
    "a name twice": lambda path: path.write_text(
        path.read_text("utf-8").replace('"time"', '"question": "x", "time"', 1), "utf-8"
    ),
    "half a character": lambda path: path.write_text(
        path.read_text("utf-8").replace("What of it?", "\\ud800"), "utf-8"
    ),
    "null quote": _with(lambda body: body["quotations"][0].update(quote=None)),
    "empty quote": _with(lambda body: body["quotations"][0].update(quote="")),
    "offset as text": _with(lambda body: body["quotations"][0].update(start="0")),
    "offset below nothing": _with(lambda body: body["quotations"][0].update(start=-1)),
    "offset beyond reach": _with(lambda body: body["quotations"][0].update(end=10**400)),
    "quotations as object": _with(lambda body: body.update(quotations={"0": {}})),
    "no answer": _with(lambda body: body.pop("answer")),
    "answer as text": _with(lambda body: body.update(answer="yes")),
    "snapshot as list": _with(lambda body: body.update(snapshot=[1])),
    "settings as number": _with(lambda body: body.update(settings=3)),
    "seal as number": _with(lambda body: body.update(sha256=0)),
    "gone": lambda path: path.unlink(),
    "a folder": _instead(Path.mkdir),
    "a pipe": _instead(os.mkfifo),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_receipt_is_usage(receipt: Path, name: str) -> None:
    read_receipt(receipt)
    HOSTILE[name](receipt)
    with pytest.raises(UsageError, match="is no receipt") as refused:
        verify(receipt)
    message = str(refused.value)
    assert str(receipt) in message
    assert "--receipt FILE" in message
    assert "\n" not in message
    assert len(message) < 500 + len(str(receipt))


def test_what_is_printed_of_a_receipt_steers_no_terminal(receipt: Path, settings: Settings) -> None:
    escape = "\x1b[2J\x07\u202e\r\n"

    def change(body: dict[str, Any]) -> None:
        body["question"] = f"{escape}Who?"
        body["quotations"][0] |= {"quote": f"q{escape}", "document_id": f"d{escape}"}
        body["settings"]["values"][f"n{escape}"] = escape
        body["snapshot"]["id"] = escape

    alter(receipt, change)
    said = "".join(lines(checked(receipt, settings)))
    assert "Who?" in said
    assert all(character.isprintable() for character in said)


# The command


def test_the_command_says_it_in_words_and_as_json(
    receipt: Path, settings: Settings, papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(receipt) == 0
    said = capsys.readouterr().out
    assert said.count("] stands: ") == 3
    assert GUESTS in said
    assert "snapshot: the same" in said
    (papers / "guests.txt").write_text("ضيوف المؤتمر\n\nألغي المؤتمر في آخر لحظة.\n", "utf-8")
    ingest([papers], settings)
    capsys.readouterr()
    assert verify(receipt, "--json", "--index", settings.index) == 1
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "pkqa.receipt-check/1"
    assert (body["stands"], body["edited"]) == (False, False)
    assert sorted(q["state"] for q in body["quotations"]) == ["gone", "stands", "stands"]
    assert body["snapshot"]["id"]["then"] != body["snapshot"]["id"]["now"]
    assert body["settings"] == {}


def test_an_edited_receipt_fails_though_every_quotation_stands(receipt: Path) -> None:
    alter(receipt, EDITS["question"])
    assert verify(receipt) == 1


def test_without_an_index_the_command_says_so(receipt: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        verify(receipt, "--index", tmp_path / "none")
