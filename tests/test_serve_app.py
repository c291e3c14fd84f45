"""The server: where it listens, and what is switched off."""

from __future__ import annotations

import json
import socket
from importlib import resources

import pytest
from fastapi import FastAPI

from pkqa.errors import UsageError
from pkqa.serve.app import serve, theme


def test_a_port_in_use_is_a_sentence_with_a_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}.*--port"):
            serve(FastAPI(), port=port)


def test_a_host_that_is_not_ours_is_a_sentence_with_a_remedy() -> None:
    with pytest.raises(UsageError, match=r"192\.0\.2\.1.*--host"):
        serve(FastAPI(), host="192.0.2.1", port=7861)


def test_the_theme_fetches_no_fonts() -> None:
    assert theme()._stylesheets == []
    assert "http" not in json.dumps(theme()._font_css)


@pytest.mark.parametrize("name", ["page.css", "page.js", "logo.svg"])
def test_the_package_ships_its_own_static_files(name: str) -> None:
    text = (resources.files("pkqa.serve") / "static" / name).read_text(encoding="utf-8")
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "@import" not in text
