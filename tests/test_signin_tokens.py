"""Widget tokens: the one that is right, and all the ways of being wrong."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gated import GOOD, WIDGET_SECRET, Site, bearer, refusal
from oidc_provider import jwk, rsa_key
from pkqa.errors import UsageError
from pkqa.serve.signin.jwks import Jwks, rsa_keys

ASK = "/api/v1/suggestions"
OTHER = "o" * 40


def claims(**other: Any) -> dict[str, Any]:
    """A good token's claims but for these; None leaves one out."""
    now = int(time.time())
    good = {"sub": "ana", "groups": ["staff"], "aud": "pkqa", "iat": now, "exp": now + 300}
    return {name: value for name, value in {**good, **other}.items() if value is not None}


def signed(body: dict[str, Any], secret: str = WIDGET_SECRET, **header: Any) -> str:
    return jwt.encode(body, secret, "HS256", headers=header or None)


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def by_hand(header: object, body: object, secret: bytes = WIDGET_SECRET.encode()) -> str:
    """A token that no library would make, with a true signature."""
    told = f"{part(header)}.{part(body)}"
    return f"{told}.{part(hmac.digest(secret, told.encode(), hashlib.sha256))}"


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(widget_secret=WIDGET_SECRET, widget_origins=GOOD)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa_key()


def test_a_good_token_names_reader_and_groups(site: Site) -> None:
    token = signed(claims())
    assert site.caller(ASK, headers=bearer(token)) == ["ana", ["staff"], "widget"]
    assert site.caller(ASK, headers=bearer(token) | {"Origin": GOOD})[0] == "ana"


def test_a_token_without_groups_opens_what_is_open(site: Site) -> None:
    assert site.caller(ASK, headers=bearer(signed(claims(groups=None)))) == ["ana", [], "widget"]


def test_clocks_may_differ_by_seconds(site: Site) -> None:
    ahead = int(time.time()) + 10
    assert site.caller(ASK, headers=bearer(signed(claims(iat=ahead, exp=ahead + 900))))
    behind = int(time.time()) - 910
    assert site.caller(ASK, headers=bearer(signed(claims(iat=behind, exp=behind + 900))))


NOW = int(time.time())
HS256 = {"alg": "HS256", "typ": "JWT"}
WRONG: dict[str, Callable[[], str]] = {
    "expired": lambda: signed(claims(iat=NOW - 600, exp=NOW - 300)),
    "from the future": lambda: signed(claims(iat=NOW + 3600, exp=NOW + 3700)),
    "not before": lambda: signed(claims(nbf=NOW + 3600)),
    "no end": lambda: signed(claims(exp=None)),
    "no beginning": lambda: signed(claims(iat=None)),
    "nobody": lambda: signed(claims(sub=None)),
    "empty name": lambda: signed(claims(sub="")),
    "blank name": lambda: signed(claims(sub="  ")),
    "name of two lines": lambda: signed(claims(sub="ana\nroot")),
    "name that is a number": lambda: by_hand(HS256, claims(sub=7)),
    "endless name": lambda: signed(claims(sub="n" * 201)),
    "too long-lived": lambda: signed(claims(iat=NOW, exp=NOW + 901)),
    "issued long ago": lambda: signed(claims(iat=1, exp=NOW + 300)),
    "no audience": lambda: signed(claims(aud=None)),
    "another audience": lambda: signed(claims(aud="other")),
    "audience as a list": lambda: signed(claims(aud=["pkqa"])),
    "audience of other case": lambda: signed(claims(aud="PKQA")),
    "groups as a text": lambda: signed(claims(groups="staff")),
    "groups of numbers": lambda: signed(claims(groups=[1])),
    "groups with a blank": lambda: signed(claims(groups=["staff", ""])),
    "groups as an object": lambda: signed(claims(groups={"staff": True})),
    "groups null": lambda: by_hand(HS256, {**claims(), "groups": None}),
    "end not a number": lambda: by_hand(HS256, claims(exp="soon")),
    "end as a text": lambda: by_hand(HS256, claims(exp=str(NOW + 300))),
    "end is true": lambda: by_hand(HS256, claims(iat=True, exp=NOW + 300)),
    "end without end": lambda: by_hand(HS256, {**claims(), "exp": float("inf")}),
    "end that is NaN": lambda: by_hand(HS256, {**claims(), "exp": float("nan")}),
    "beginning that is NaN": lambda: by_hand(HS256, {**claims(), "iat": float("nan")}),
    "other secret": lambda: signed(claims(), OTHER),
    "no signature asked": lambda: jwt.encode(claims(), None, "none"),  # type: ignore[arg-type]
    "no signature": lambda: signed(claims()).rpartition(".")[0] + ".",
    "alg in capitals": lambda: by_hand(HS256 | {"alg": "NONE"}, claims()),
    "HS384": lambda: jwt.encode(claims(), "w" * 48, "HS384"),
    "no alg": lambda: by_hand({"typ": "JWT"}, claims()),
    "critical header": lambda: by_hand(HS256 | {"crit": ["x"], "x": 1}, claims()),
    "tampered groups": lambda: swapped(signed(claims()), groups=["staff", "secret"]),
    "claims that are a list": lambda: by_hand(HS256, [claims()]),
    "header that is a list": lambda: by_hand([HS256], claims()),
    "huge": lambda: signed(claims(more="x" * 10_000)),
    "deep": lambda: by_hand(HS256, b"[" * 5000),
    "five parts": lambda: "a.b.c.d.e",
    "one part": lambda: "token",
    "nothing": lambda: "",
    "no base64": lambda: "!!.!!.!!",
}


def swapped(token: str, **other: Any) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{part(claims(**other))}.{signature}"


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_token_is_refused_and_never_said_again(
    site: Site, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    token = WRONG[wrong]()
    reply = site.ask(ASK, headers=bearer(token))
    assert (reply.status_code, refusal(reply)) == (401, "sign_in")
    assert reply.headers["www-authenticate"].startswith("Bearer")
    for piece in filter(lambda piece: len(piece) > 8, token.split(".")):
        assert piece not in reply.text + str(reply.headers) + caplog.text


def test_what_is_wrong_is_said_only_where_the_signature_holds(site: Site) -> None:
    late = claims(iat=NOW - 600, exp=NOW - 300)
    assert "time is over" in site.ask(ASK, headers=bearer(signed(late))).text
    assert "time is over" not in site.ask(ASK, headers=bearer(signed(late, OTHER))).text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/config"),
        ("POST", "/api/v1/search"),
        ("GET", "/api/v1/feedback"),
        ("GET", "/api/v1/ask"),
        ("DELETE", "/api/v1/documents/a"),
        ("POST", "/api/v1/documents/a"),
        ("GET", "/metrics"),
        ("POST", "/v1/chat/completions"),
        ("GET", "/v1/models"),
        ("POST", "/mcp"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/data?session_hash=a"),
    ],
)
def test_a_widget_goes_nowhere_else(site: Site, method: str, path: str) -> None:
    reply = site.ask(path, method, headers=bearer(signed(claims())))
    assert (reply.status_code, refusal(reply)) == (403, "forbidden")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/ask"),
        ("POST", "/api/v1/feedback"),
        ("GET", "/api/v1/documents/a%2Fb?start=1"),
        ("HEAD", "/api/v1/documents/a"),
        ("GET", "/api/v1/suggestions?n=3"),
    ],
)
def test_a_widget_goes_where_it_has_business(site: Site, method: str, path: str) -> None:
    assert site.ask(path, method, headers=bearer(signed(claims()))).status_code == 200


def test_settings_of_its_own() -> None:
    site = Site(widget_secret=WIDGET_SECRET, widget_audience="chat", widget_minutes=1)
    now = int(time.time())
    good = signed(claims(aud="chat", iat=now, exp=now + 60))
    assert site.caller(ASK, headers=bearer(good))[0] == "ana"
    assert site.ask(ASK, headers=bearer(signed(claims(aud="chat")))).status_code == 401
    assert site.ask(ASK, headers=bearer(signed(claims(exp=now + 60)))).status_code == 401


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"widget_secret": "short"}, "32 bytes"),
        ({"widget_secret": WIDGET_SECRET, "widget_jwks": "x"}, "choose one"),
        ({"widget_jwks": "/nowhere/jwks.json"}, "jwks.json"),
        ({"widget_jwks": "http://keys.example/jwks"}, "https"),
    ],
)
def test_settings_that_do_not_fit_are_said(settings: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        Site(**settings)
    assert WIDGET_SECRET not in str(caught.value)


# RS256


def rs256(body: dict[str, Any], key: rsa.RSAPrivateKey, kid: str | None = "one") -> str:
    return jwt.encode(body, key, "RS256", headers={"kid": kid} if kid else None)


@pytest.fixture
def jwks(tmp_path: Path, key: rsa.RSAPrivateKey) -> Path:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [jwk(key, "one"), jwk(rsa_key(), "two")]}))
    return path


def test_a_token_signed_with_a_published_key(jwks: Path, key: rsa.RSAPrivateKey) -> None:
    site = Site(widget_jwks=str(jwks))
    assert site.caller(ASK, headers=bearer(rs256(claims(), key))) == ["ana", ["staff"], "widget"]


def test_wrong_keys_and_kinds_are_refused(jwks: Path, key: rsa.RSAPrivateKey) -> None:
    site = Site(widget_jwks=str(jwks))
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    modulus = json.dumps(jwk(key, "one")).encode()
    wrong = {
        "another key": rs256(claims(), rsa_key()),
        "the other key's name": rs256(claims(), key, "two"),
        "no such name": rs256(claims(), key, "three"),
        "no name of two": rs256(claims(), key, None),
        "the public key as a secret": by_hand(HS256 | {"kid": "one"}, claims(), pem),
        "the JWK as a secret": by_hand(HS256 | {"kid": "one"}, claims(), modulus),
        "said to be RS256": by_hand({"alg": "RS256", "kid": "one"}, claims(), pem),
        "RS512": jwt.encode(claims(), key, "RS512", headers={"kid": "one"}),
        "its own key along": jwt.encode(
            claims(), rsa_key(), "RS256", headers={"jwk": jwk(rsa_key(), "one"), "kid": "one"}
        ),
        "a path as a name": rs256(claims(), key, "../../etc/passwd"),
    }
    for name, token in wrong.items():
        reply = site.ask(ASK, headers=bearer(token))
        assert (name, reply.status_code, refusal(reply)) == (name, 401, "sign_in")


def test_the_only_key_needs_no_name(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [jwk(key, "one")]}))
    site = Site(widget_jwks=str(path))
    assert site.caller(ASK, headers=bearer(rs256(claims(), key, None)))[0] == "ana"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": []}', b'{"keys": [1]}', b"[" * 9999, b"\xff"],
)
def test_what_is_no_set_of_keys(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(body)
    with pytest.raises(UsageError, match=r"jwks\.json holds no public keys"):
        Site(widget_jwks=str(path))


def test_only_public_keys_for_our_kind_of_signature_count(key: rsa.RSAPrivateKey) -> None:
    good = jwk(key, "one")
    private = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key)), "kid": "private"}
    others = [
        {**good, "kid": "enc", "use": "enc"},
        {**good, "kid": "512", "alg": "RS512"},
        {"kty": "oct", "kid": "secret", "k": "AAAA"},
        private,
    ]
    assert set(rsa_keys(json.dumps({"keys": [good, *others]}).encode())) == {"one"}
    with pytest.raises(ValueError, match="no RSA key"):
        rsa_keys(json.dumps({"keys": others}).encode())


class Publisher:
    """Publishes keys at an address, while it is up."""

    def __init__(self) -> None:
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.up = True
        self.asked = 0
        publisher = self

        class Connection(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.asked += 1
                keys = [jwk(key, kid) for kid, key in publisher.keys.items()]
                body = json.dumps({"keys": keys}).encode() if publisher.up else b"out of order"
                self.send_response(200 if publisher.up else 500)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Connection)
        self.address = f"http://127.0.0.1:{self.server.server_port}/jwks"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    thread = Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_keys_at_an_address_are_fetched_once(publisher: Publisher, key: rsa.RSAPrivateKey) -> None:
    publisher.keys = {"one": key}
    site = Site(widget_jwks=publisher.address)
    assert publisher.asked == 0
    for _ in range(3):
        assert site.caller(ASK, headers=bearer(rs256(claims(), key)))[0] == "ana"
    for number in range(5):
        token = rs256(claims(), key, f"unknown-{number}")
        assert site.ask(ASK, headers=bearer(token)).status_code == 401
    assert publisher.asked == 1  # whoever makes names up does not make us ask


def test_keys_that_cannot_be_had_are_nobody_s_fault(
    publisher: Publisher, key: rsa.RSAPrivateKey, caplog: pytest.LogCaptureFixture
) -> None:
    publisher.up = False
    site = Site(widget_jwks=publisher.address)
    reply = site.ask(ASK, headers=bearer(rs256(claims(), key)))
    assert (reply.status_code, refusal(reply)) == (503, "unavailable")
    assert int(reply.headers["retry-after"]) > 0
    assert publisher.address in caplog.text
    assert publisher.address not in reply.text


def test_changed_keys_are_found(publisher: Publisher, key: rsa.RSAPrivateKey) -> None:
    async def both() -> None:
        keys = Jwks(publisher.address, pause=0)
        publisher.keys = {"one": key}
        assert await keys.key("one") is not None
        assert await keys.key("two") is None
        publisher.keys = {"two": key}
        assert await keys.key("two") is not None
        assert await keys.key("one") is None
        publisher.up = False  # what is known stays good for a while
        assert await keys.key("one") is None
        assert await keys.key("two") is not None

    asyncio.run(both())


def test_old_keys_are_read_again(jwks: Path, key: rsa.RSAPrivateKey) -> None:
    async def twice() -> None:
        keys = Jwks(str(jwks), fresh=0, pause=0)
        assert await keys.key("one") is not None
        jwks.write_text(json.dumps({"keys": [jwk(key, "other")]}))
        assert await keys.key("one") is None

    asyncio.run(twice())
