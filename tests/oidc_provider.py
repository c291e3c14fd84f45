"""An OpenID Connect provider on the loopback: right, or wrong in the one way that a test names.

It signs everybody in at once, as the reader of ``claims``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "pkqa-client", "the-secret-at-the-provider"


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


_usual_key = cache(rsa_key)  # making one takes its time


def jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {**public, "kid": kid, "use": "sig", "alg": "RS256"}


class OidcProvider:
    """The provider, running from entry to exit of the ``with`` block."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "ana", "groups": ["staff"]}
        # Ways of going wrong: fields of the metadata, and of the ID token, in place of the true.
        self.metadata: dict[str, Any] = {}
        self.token: dict[str, Any] = {}
        self.key = self.published = _usual_key()
        self.unsigned = False
        self.without_id_token = False
        self.down = False
        self.requests: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._connection())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(
        self, path: str, query: Mapping[str, str], form: Mapping[str, str], sent: str
    ) -> tuple[int, object]:
        """Status, and a JSON body or the address to go to."""
        self.requests.append(path)
        if self.down:
            return 503, {"error": "temporarily_unavailable"}
        match path:
            case "/.well-known/openid-configuration":
                return 200, self._metadata()
            case "/jwks":
                return 200, {"keys": [jwk(self.published, "one")]}
            case "/authorize":
                return self._authorize(query)
            case "/token":
                return self._token(form, sent)
        return 404, {}

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "none"],
            **self.metadata,
        }

    def _authorize(self, query: Mapping[str, str]) -> tuple[int, object]:
        if query["client_id"] != CLIENT or query["code_challenge_method"] != "S256":
            return 400, {"error": "invalid_request"}
        code = secrets.token_urlsafe(16)
        self._codes[code] = dict(query)
        back = urlencode({"code": code, "state": query["state"]})
        return 302, f"{query['redirect_uri']}?{back}"

    def _token(self, form: Mapping[str, str], sent: str) -> tuple[int, object]:
        asked = self._codes.pop(form["code"], None)  # a code is good once
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if sent != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.token,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.unsigned:
            signed = jwt.encode(claims, None, algorithm="none")  # type: ignore[arg-type]
        else:
            signed = jwt.encode(claims, self.key, "RS256", headers={"kid": "one"})
        reply = {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 300}
        return 200, reply if self.without_id_token else {**reply, "id_token": signed}

    def _connection(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Connection(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(dict(parse_qsl(body.decode())))

            def _answer(self, form: Mapping[str, str]) -> None:
                parts = urlsplit(self.path)
                sent = self.headers.get("Authorization", "")
                status, told = provider.answer(parts.path, dict(parse_qsl(parts.query)), form, sent)
                body = b"" if isinstance(told, str) else json.dumps(told).encode()
                self.send_response(status)
                if isinstance(told, str):
                    self.send_header("Location", told)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output clean."""

        return Connection

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
