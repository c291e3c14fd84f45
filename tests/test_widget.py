"""The files of the widget as they are served."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from types import SimpleNamespace
from typing import Any, cast, get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pkqa.answer.phrases import partly
from pkqa.errors import UsageError
from pkqa.serve import widget
from pkqa.serve.refusal import RefusalKind
from pkqa.serve.service import Service
from pkqa.serve.strings import LANGUAGES, STRINGS, Language
from pkqa.serve.widget.script import script, static
from pkqa.serve.widget.words import SHARED, words
from pkqa.serve.withheld import REASONS, VERDICTS
from pkqa.settings import Settings

SCRIPTS = ["widget.js", "embed.js"]
UNSAFE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc|setHTML"
    r"|document\.write|\beval\b|\bFunction\(|\.style\b|cssText|\"style\"|javascript:"
    r"|localStorage|sessionStorage|indexedDB|\.cookie|caches\b|\bimport\(|importScripts"
)


def client(origins: str = "") -> TestClient:
    app = FastAPI(openapi_url=None)
    service = SimpleNamespace(settings=Settings(widget_origins=origins))
    app.include_router(widget.router(cast(Service, service)))
    return TestClient(app)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_makes_nothing_of_text_but_text_and_keeps_nothing(name: str) -> None:
    assert UNSAFE.findall(static(name)) == []


def test_the_whole_script_names_no_address() -> None:
    named = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", script()))
    assert named == {"http://www.w3.org"}  # the name of SVG, not an address to fetch
    assert "@import" not in script()
    assert "url(" not in static("widget.css")


def test_the_script_is_small() -> None:
    assert len(gzip.compress(script().encode())) < 60_000


def test_the_script_has_the_sentences_and_the_style() -> None:
    text = script()
    assert json.dumps(words(), ensure_ascii=False) in text
    assert json.dumps(static("widget.css"), ensure_ascii=False) in text
    assert '"pkqa:words"' not in text
    assert '"pkqa:style"' not in text


def fields(table: dict[str, Any]) -> set[str]:
    """The placeholders of every sentence."""
    return {f"{key} {name}" for key, told in table.items() for name in _placeholders(told)}


def _placeholders(told: object) -> set[str]:
    if isinstance(told, dict):
        return set().union(*map(_placeholders, told.values()))
    return set(re.findall(r"\{(\w+)\}", told)) if isinstance(told, str) else set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_and_those_of_the_page_are_the_same(language: Language) -> None:
    table, strings = words()["languages"][language], STRINGS[language]
    assert {name: table[name] for name in SHARED} == {
        name: getattr(strings, name) for name in SHARED
    }
    assert table["verdicts"] == VERDICTS[language]
    assert table["reasons"] == REASONS[language]
    assert partly(language, ["x"]).startswith(table["partly"])
    assert set(table["faults"]) == {*get_args(RefusalKind), "unreachable"}
    assert table["faults"]["busy"] == strings.busy
    assert table["faults"]["rate"] == strings.too_fast
    assert fields(table) == fields(words()["languages"]["en"])


def test_the_script_uses_every_sentence_and_no_other() -> None:
    source = static("widget.js")
    used = set(
        re.findall(r"(?:\bwords|\.#words|WORDS\.languages\[[^\]]+\]+(?:\)\])?)\.(\w+)", source)
    )
    by_kind = {"superseded", "contradiction"}  # words[told.kind]
    assert used | by_kind == set(words()["languages"]["en"])


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/widget.js", "text/javascript"),
        ("/embed.js", "text/javascript"),
        ("/embed.css", "text/css"),
    ],
)
def test_a_file_is_asked_for_again_and_sent_only_when_it_changed(
    path: str, media_type: str
) -> None:
    http = client()
    first = http.get(path)
    assert first.status_code == 200
    assert first.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert re.fullmatch(r"public, max-age=\d+", first.headers["cache-control"])
    tag = first.headers["etag"]
    for told in (tag, f"W/{tag}", f'"other", {tag}'):
        again = http.get(path, headers={"If-None-Match": told})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert http.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert "set-cookie" not in first.headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_to_frame_holds_nothing_inline(language: Language) -> None:
    http = client("https://b.example, https://a.example:8443")
    page = http.get(f"/embed?lang={language}").text
    direction = STRINGS[language].direction
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert f'<pkqa-chat mode="inline" lang="{language}">' in page
    assert 'data-origins="https://a.example:8443 https://b.example"' in page
    assert unescape(page).count(STRINGS[language].welcome) == 1
    assert re.findall(r"<script(?![^>]* src=\")", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert sources == ["favicon.ico", "embed.css", "embed.js", "widget.js"]


def test_the_page_to_frame_repeats_nothing_of_what_was_asked() -> None:
    http = client()
    odd = http.get(
        "/embed", params={"lang": '"><script>x', "heading": "<b>x", "theme": '" onload="'}
    )
    assert odd.text == http.get("/embed?lang=en").text
    assert client().get("/embed", headers={"Accept-Language": "ar"}).text.count('dir="rtl"') == 1


def test_what_is_no_origin_stops_the_server() -> None:
    with pytest.raises(UsageError, match="widget_origins"):
        client("https://intranet.example.org/page")
