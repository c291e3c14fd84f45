"""A trusted proxy's headers: believed from its own address, and from nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from gated import Site, refusal
from pkqa.errors import UsageError

PROXY = "10.1.0.7"
OUTSIDE = "http://pkqa.example.org"
ANA = {"X-Forwarded-User": "ana", "X-Forwarded-Groups": "staff, press,,"}


@pytest.fixture
def site() -> Site:
    return Site(proxy_addresses="10.1.0.0/24, 2001:db8::7", host="0.0.0.0")  # noqa: S104


@pytest.mark.parametrize("peer", [PROXY, "2001:db8::7", "::ffff:10.1.0.7"])
def test_a_listed_proxy_says_who_the_reader_is(site: Site, peer: str) -> None:
    assert site.caller(headers=ANA, peer=peer) == ["ana", ["staff", "press"], "proxy"]


@pytest.mark.parametrize("peer", ["10.1.1.7", "127.0.0.1", "2001:db8::8", "::ffff:10.2.0.7", "x"])
def test_nobody_else_does(site: Site, peer: str) -> None:
    reply = site.ask(headers=ANA, peer=peer)
    assert (reply.status_code, refusal(reply)) == (401, "sign_in")


def test_a_reader_without_groups_sees_what_is_open(site: Site) -> None:
    assert site.caller(headers={"X-Forwarded-User": "bo"}, peer=PROXY) == ["bo", [], "proxy"]


def test_names_of_other_scripts_are_read(site: Site) -> None:
    headers = [(b"x-forwarded-user", "أمينة".encode())]
    assert site.caller(headers=headers, peer=PROXY)[0] == "أمينة"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Forwarded-User", "")],
        [("X-Forwarded-User", " ")],
        [("X-Forwarded-Groups", "staff")],
        [("X-Forwarded-User", "ana"), ("X-Forwarded-User", "bo")],
        [("X-Forwarded-User", "a"), ("X-Forwarded-Groups", "x"), ("X-Forwarded-Groups", "y")],
        [("X-Forwarded-User", "n" * 201)],
        [(b"x-forwarded-user", b"\xff\xfe")],
        [("X-Forwarded-User", "a"), ("X-Forwarded-Groups", "\tx\x7f")],
        [("X_Forwarded_User", "ana")],
    ],
)
def test_a_listed_proxy_that_says_nothing_clear_names_nobody(site: Site, headers: Any) -> None:
    assert site.ask(headers=headers, peer=PROXY).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/search"])
def test_the_headers_go_no_further(site: Site, path: str) -> None:
    told = site.ask(path, headers=ANA, peer=PROXY).json()["headers"]
    assert not {name for name, _ in told} & {name.lower() for name in ANA}


def test_headers_named_by_the_settings() -> None:
    site = Site(
        proxy_addresses=PROXY, proxy_user_header="Remote-User", proxy_groups_header="Remote-Groups"
    )
    assert site.ask(headers=ANA, peer=PROXY).status_code == 401
    named = {"Remote-User": "ana", "Remote-Groups": "staff"}
    assert site.caller(headers=named, peer=PROXY) == ["ana", ["staff"], "proxy"]


def test_where_a_request_was_sent_is_not_for_headers_to_say() -> None:
    lies = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/gradio_api/file=x",
    }
    told = Site().ask(headers=lies).json()
    assert "evil" not in str(told)
    assert dict(told["headers"])["host"] == "127.0.0.1:7860"
    assert told["scheme"] == "http"
    site = Site(proxy_addresses=PROXY, public_url="https://pkqa.example.org/")
    told = site.ask(headers=lies | ANA, peer=PROXY, address=OUTSIDE).json()
    assert dict(told["headers"])["host"] == "pkqa.example.org"
    assert told["scheme"] == "https"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"proxy_addresses": "10.0.0.0/33"}, "proxy_addresses"),
        ({"proxy_addresses": "proxy.example"}, "proxy_addresses"),
        ({"proxy_addresses": "10.0.0.1/8"}, "proxy_addresses"),
        ({"proxy_addresses": "0.0.0.0/0"}, "every address"),
        ({"proxy_addresses": "10.0.0.1", "proxy_user_header": "a b"}, "proxy_user_header"),
        ({"proxy_addresses": "10.0.0.1", "proxy_groups_header": ""}, "proxy_groups_header"),
    ],
)
def test_settings_that_do_not_fit_are_named(settings: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Site(**settings)
