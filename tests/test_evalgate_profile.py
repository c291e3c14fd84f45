"""Profiles as they are read and refused, and how a run becomes the baseline."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evalgate import TODAY, item, rules, run_of
from pkqa.errors import UsageError
from pkqa.evals.gate.blessing import bless, write_baseline
from pkqa.evals.gate.profile import Quarantine, read_profile
from pkqa.evals.suite.run import Blessed, read_run

WHOLE = """
[settings]
answerer = "quote"
top_k = 12
[floors]
"pass" = { all = 0.6, ar = 0.5, "fr -> ar" = 0 }
"quotation fidelity" = { all = 1.0 }
[must_pass]
ids = ["r.helicopters.en1"]
[[quarantine]]
id = "m.x.fr1"
reason = "the gold is disputed"
until = "2026-12-31"
[[quarantine]]
id = "m.y.fr1"
reason = "likewise"
until = 2026-01-02
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "quote.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_whole_profile(tmp_path: Path) -> None:
    profile = read_profile(written(tmp_path, WHOLE))
    assert profile.name == "quote"
    assert profile.settings == {"answerer": "quote", "top_k": 12}
    assert profile.floors == {
        "pass": {"all": 0.6, "ar": 0.5, "fr -> ar": 0.0},
        "quotation fidelity": {"all": 1.0},
    }
    assert profile.must_pass == ("r.helicopters.en1",)
    first, second = profile.quarantine
    assert (first.id, first.reason, first.until) == (
        ("m.x.fr1", "the gold is disputed", date(2026, 12, 31))
    )
    assert second.until == date(2026, 1, 2)


def test_an_empty_profile(tmp_path: Path) -> None:
    profile = read_profile(written(tmp_path, ""))
    assert (profile.settings, profile.floors, profile.must_pass, profile.quarantine) == (
        ({}, {}, (), ())
    )


BAD = {
    "floors = ": "cannot be read as TOML",
    'answerer = "quote"': "answerer: unknown key",
    "[must_pass]\nid = []": "must_pass.id: unknown key",
    '[settings]\nanswrer = "quote"': "settings.answrer: unknown setting; see docs/settings.md",
    '[settings]\nanswerer = "oracle"': "settings.answerer: String should match",
    '[settings]\nllm_api_key = "sesame"': "take it out, and set PKQA_LLM_API_KEY in the environ",
    '[floors]\n"passs" = { all = 1 }': 'floors: there is no metric "passs"; name one of "pass"',
    '[floors]\n"pass" = 0.5': "floors.pass: ",
    '[floors]\n"pass" = { all = 60 }': "floors.pass.all: ",
    '[floors]\n"pass" = { all = nan }': "floors.pass.all: ",
    '[floors]\n"refused answerable" = { all = 0.1 }': "floors.refused answerable: of this metric",
    '[must_pass]\nids = ["a", "a"]': 'must_pass.ids: "a" stands there twice; take one out',
    '[[quarantine]]\nid = "a"\nreason = "r"': "quarantine.0.until: ",
    '[[quarantine]]\nid = "a"\nreason = ""\nuntil = "2026-01-01"': "quarantine.0.reason: ",
    '[[quarantine]]\nid = "a"\nreason = "r"\nuntil = "soon"': "quarantine.0.until: ",
    '[[quarantine]]\nid = "a"\nreason = "r"\nuntil = 20260101': "quarantine.0.until: ",
    '[[quarantine]]\nid = "a"\nreason = "r"\nuntil = "2026-01-01"\n' * 2: 'quarantine: "a" stands',
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:30])
def test_a_bad_profile_is_refused_by_file_and_key(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        read_profile(path)
    message = str(refused.value)
    assert message.startswith(f"{path}")
    assert BAD[text] in message
    assert "; " in message  # what to do
    assert "sesame" not in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml cannot be read: .*; name a profile"):
        read_profile(tmp_path / "nowhere.toml")
    path = tmp_path / "quote.toml"
    path.write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"quote\.toml cannot be read as TOML"):
        read_profile(path)


RUN = run_of([item("a", pass_=1.0), item("b", pass_=0.0)])


def test_a_blessed_run_is_the_run_with_its_reason(tmp_path: Path) -> None:
    blessed = bless(RUN, "  The first one. ", TODAY, rules())
    assert blessed.blessed == Blessed(reason="The first one.", day="2026-06-01")
    assert blessed.model_copy(update={"blessed": None}) == RUN
    path = tmp_path / "baselines" / "quote.json"
    write_baseline(path, blessed)
    assert read_run(path) == blessed
    again = bless(blessed, "A better one.", TODAY, rules())
    write_baseline(path, again)
    assert read_run(path) == again
    assert [one.name for one in path.parent.iterdir()] == ["quote.json"]


def test_what_is_no_baseline_is_refused() -> None:
    over = Quarantine(id="a", reason="r", until=date(2026, 5, 31))
    on = over.model_copy(update={"until": TODAY})
    gone = on.model_copy(update={"id": "gone"})
    assert bless(RUN, "why", TODAY, rules(quarantine=[on])).blessed
    for run, reason, profile, message in [
        (RUN.model_copy(update={"filtered": "language=ar"}), "why", rules(), "language=ar"),
        (run_of([]), "why", rules(), "asked nothing"),
        (RUN, " \n", rules(), "has no reason"),
        (RUN, "why", rules(quarantine=[over]), "quarantine of a ended on 2026-05-31"),
        (RUN, "why", rules(quarantine=[gone]), '"gone"'),
        (RUN.model_copy(update={"profile": "llm"}), "why", rules(), 'profile "llm", not of "quote'),
    ]:
        with pytest.raises(UsageError, match=message):
            bless(run, reason, TODAY, profile)


def test_where_no_baseline_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "baselines").write_text("a file")
    with pytest.raises(UsageError, match=r"quote\.json cannot be written: .*; make its folder"):
        write_baseline(tmp_path / "baselines" / "quote.json", RUN)
