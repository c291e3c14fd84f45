"""API keys: the file, the command, and who is let in by one."""

from __future__ import annotations

import hashlib
import json
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from gated import Site, bearer, refusal
from loopback import runner
from pkqa.errors import UsageError
from pkqa.serve.caller import Caller
from pkqa.serve.signin.keys import ApiKeys, add_key, read_keys, remove_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "etc" / "keys.jsonl"


def test_a_key_is_shown_once_and_kept_as_a_hash(path: Path) -> None:
    key = add_key(path, "intranet", ["staff", "staff", "press"], None)
    assert key.startswith("pkqa_")
    assert len(key) >= len("pkqa_") + 43
    (kept,) = read_keys(path)
    assert kept.hash == hashlib.sha256(key.encode()).hexdigest()
    assert key not in path.read_text()
    assert key.removeprefix("pkqa_") not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]
    assert ApiKeys(path).caller(key) == Caller("intranet", ("staff", "press"), "key")
    assert add_key(path, "other", [], None) != key


def test_a_star_opens_every_document_and_no_group_only_the_open_ones(path: Path) -> None:
    everything, nothing = add_key(path, "all", ["*"], None), add_key(path, "none", [], None)
    keys = ApiKeys(path)
    assert keys.caller(everything) == Caller("all", None, "key")
    assert keys.caller(nothing) == Caller("none", (), "key")


def test_a_wrong_key_is_nobody(path: Path) -> None:
    key = add_key(path, "intranet", [], None)
    keys = ApiKeys(path)
    wrong = (key[:-1] + ("A" if key[-1] != "A" else "B"), key + "A", "pkqa_", key.upper(), "\ud800")
    for other in wrong:
        assert keys.caller(other) is None


def test_a_key_ends_when_its_days_are_over(path: Path) -> None:
    key, over = add_key(path, "a", [], 1), add_key(path, "b", [], 1e-9)
    keys = ApiKeys(path)
    assert keys.caller(key) is not None
    assert keys.caller(over) is None


def test_a_key_added_or_removed_counts_at_once(path: Path) -> None:
    first = add_key(path, "first", [], None)
    keys = ApiKeys(path)
    second = add_key(path, "second", [], None)
    assert keys.caller(second) is not None
    remove_key(path, "second")
    assert keys.caller(second) is None
    assert keys.caller(first) is not None


def test_a_file_that_went_bad_lets_nobody_in(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    key = add_key(path, "intranet", [], None)
    site = Site(api_keys_file=path)
    assert site.caller(headers=bearer(key)) == ["intranet", [], "key"]
    path.write_text("{}\n")
    for _ in range(2):
        reply = site.ask(headers=bearer(key))
        assert (reply.status_code, refusal(reply)) == (503, "unavailable")
    assert f"{path}, line 1" in caplog.text
    path.unlink()
    assert site.ask(headers=bearer(key)).status_code == 503


GOOD_LINE: dict[str, Any] = {
    "name": "a",
    "groups": ["g"],
    "hash": "ab" * 32,
    "created": "2026-01-01T00:00:00+00:00",
    "expires": None,
}


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        json.dumps({"name": "a"}),
        json.dumps(GOOD_LINE | {"hash": "ab" * 31}),
        json.dumps(GOOD_LINE | {"hash": "xy" * 32}),
        json.dumps(GOOD_LINE | {"groups": "*"}),
        json.dumps(GOOD_LINE | {"groups": [1]}),
        json.dumps(GOOD_LINE | {"groups": None}),
        json.dumps(GOOD_LINE | {"name": ""}),
        json.dumps(GOOD_LINE | {"expires": "tomorrow"}),
        json.dumps(GOOD_LINE | {"expires": "2026-01-01T00:00:00"}),
        json.dumps(GOOD_LINE | {"expires": 5}),
        json.dumps(GOOD_LINE | {"more": 1}),
    ],
)
def test_a_line_that_is_no_key_is_named(path: Path, line: str) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps(GOOD_LINE) + "\n\n" + line + "\n")
    with pytest.raises(UsageError, match=r"keys\.jsonl, line 3: .*pkqa keys add"):
        read_keys(path)


def test_a_file_that_cannot_be_read_is_named(path: Path) -> None:
    with pytest.raises(UsageError, match=r"keys\.jsonl is missing; `pkqa keys add"):
        ApiKeys(path)
    path.mkdir(parents=True)
    with pytest.raises(UsageError, match=r"keys\.jsonl cannot be read"):
        read_keys(path)
    with pytest.raises(UsageError, match=r"keys\.jsonl cannot be"):
        add_key(path, "a", [], None)
    with pytest.raises(UsageError, match="cannot be written"):
        add_key(Path("/dev/null/keys"), "a", [], None)


@pytest.mark.parametrize(("name", "groups"), [("", []), (" ", []), ("a\nb", []), ("a", ["", "b"])])
def test_names_print(path: Path, name: str, groups: list[str]) -> None:
    with pytest.raises(UsageError, match="is no name"):
        add_key(path, name, groups, None)
    assert not path.exists()


def test_keys_made_at_the_same_time_are_all_kept(path: Path) -> None:
    made = [
        threading.Thread(target=add_key, args=(path, f"n{number}", [], None))
        for number in range(20)
    ]
    for thread in made:
        thread.start()
    for thread in made:
        thread.join()
    assert {key.name for key in read_keys(path)} == {f"n{number}" for number in range(20)}


# The command


def test_the_command_adds_lists_and_removes(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PKQA_API_KEYS_FILE", str(path))
    run = runner(capsys)
    added = run("keys", "add", "intranet", "--group", "staff", "--group", "press", "--expires", 30)
    assert added.code == 0
    key = added.out.strip()
    assert ApiKeys(path).caller(key) == Caller("intranet", ("staff", "press"), "key")
    assert key not in added.err
    listed = run("keys", "list")
    assert "intranet  [staff, press]" in listed.out
    assert key not in listed.out
    assert read_keys(path)[0].hash not in listed.out
    again = run("keys", "add", "intranet")
    assert (again.code, again.out) == (2, "")
    assert "choose another name" in again.err
    assert run("keys", "remove", "intranet").code == 0
    gone = run("keys", "remove", "intranet")
    assert gone.code == 2
    assert "pkqa keys list" in gone.err
    assert run("keys", "list").out == ""


@pytest.mark.parametrize("days", ["0", "-1", "nan", "inf", "soon", "1e12"])
def test_days_are_a_number(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("PKQA_API_KEYS_FILE", str(path))
    assert runner(capsys)("keys", "add", "a", f"--expires={days}").code == 2
    assert not path.exists()


def test_without_the_setting_the_command_says_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PKQA_API_KEYS_FILE", raising=False)
    ran = runner(capsys)("keys", "list")
    assert ran.code == 2
    assert "api_keys_file" in ran.err
