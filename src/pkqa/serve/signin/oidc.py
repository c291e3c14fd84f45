"""Sign-in by OpenID Connect: the code flow with PKCE, state and nonce (Authlib)."""

from __future__ import annotations

import logging
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.integrations.starlette_client import (  # type: ignore[import-untyped]
    OAuth,
    OAuthError,
    StarletteOAuth2App,
)
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pkqa.errors import UsageError
from pkqa.serve.caller import Caller
from pkqa.serve.doors import CALLBACK, SIGN_IN, SIGN_OUT
from pkqa.serve.origins import is_loopback
from pkqa.serve.signin.names import is_name
from pkqa.serve.signin.notices import notice
from pkqa.serve.signin.session import SessionCookie, session_secret
from pkqa.settings import Settings

_MINUTES: Final = 10  # that a reader may take at the provider
_LEEWAY: Final = 30  # seconds by which the clocks may differ
_LONGEST_WAY_BACK: Final = 2000
_TIMEOUT: Final = 10.0
# Signatures that only the provider can make. Its own list may name "none", which anybody can.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA")
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")

log = logging.getLogger(__name__)


class _Unfit(Exception):
    """What the provider says cannot be used."""


_FAULTS: Final = (
    *(_Unfit, OAuthError, JoseError, HTTPError),
    *(AttributeError, LookupError, RuntimeError, TypeError, ValueError),  # of a reply that is none
)


class SignIn:
    """The three addresses of sign-in, as one ASGI application, and the cookie that they set."""

    def __init__(self, settings: Settings, public: str) -> None:
        """Sign-in at the provider of the settings, for readers at the origin ``public`` (empty:
        at the loopback address that their request names).

        Raises:
            UsageError: a setting is missing or does not fit.
        """
        _require(settings)
        secret = settings.session_secret
        signing = session_secret(secret.get_secret_value() if secret else None)
        secure = public.startswith("https:")
        self.cookie = SessionCookie(signing, settings.session_hours, secure)
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._groups_claim = settings.oidc_groups_claim
        self._name_claim = settings.oidc_name_claim
        self._public = public
        self._provider = _provider(settings)
        # What a sign-in under way has to remember is apart from what it comes to, and short-lived.
        under_way = Middleware(
            SessionMiddleware,
            secret_key=signing,
            session_cookie=f"{self.cookie.name}-signin",
            max_age=_MINUTES * 60,
            same_site="lax",
            https_only=secure,
        )
        self._app = Starlette(
            routes=[
                Route(SIGN_IN, self._start, methods=["GET"]),
                Route(CALLBACK, self._end, methods=["GET"]),
                Route(SIGN_OUT, self._leave, methods=["POST"]),
            ],
            middleware=[under_way],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at one of the three."""
        await self._app(scope, receive, send)

    async def _start(self, request: Request) -> Response:
        try:
            await self._metadata()
            base = self._public or f"http://{request.headers['host']}"
            reply: Response = await self._provider.authorize_redirect(request, base + CALLBACK)
        except _FAULTS as error:
            return self._failed(request, error)
        request.session["next"] = way_back(request.query_params.get("next", "/"))
        return reply

    async def _end(self, request: Request) -> Response:
        try:
            await self._metadata()
            caller = self._caller(await self._claims(request))
        except _FAULTS as error:
            # The keys may have been changed for others of the same names.
            self._provider.server_metadata.pop("jwks", None)
            return self._failed(request, error)
        reply = RedirectResponse(way_back(request.session.get("next", "/")), 303)
        request.session.clear()
        if not self.cookie.set(reply, caller):
            log.warning("a reader belongs to %d groups: too many", len(caller.groups or ()))
            return notice("too_many", request.headers)
        return reply

    async def _leave(self, request: Request) -> Response:
        reply = notice("signed_out", request.headers, SIGN_IN)
        self.cookie.clear(reply)
        return reply

    async def _metadata(self) -> None:
        """Know the provider's addresses; once it is known, nothing is asked."""
        metadata = await self._provider.load_server_metadata()
        unsafe = [name for name in _ENDPOINTS if not _is_safe(metadata.get(name))]
        if metadata.get("issuer") != self._issuer or unsafe:
            metadata.pop("_loaded_at", None)
            what = f"{unsafe[0]} over https" if unsafe else f"{self._issuer!r} for its own name"
            raise _Unfit(f"the provider of oidc_issuer does not have {what}")
        known = metadata.get("id_token_signing_alg_values_supported") or ()
        metadata["id_token_signing_alg_values_supported"] = [
            name for name in known if name in _ALGORITHMS
        ] or ["RS256"]

    async def _claims(self, request: Request) -> dict[str, Any]:
        token = await self._provider.authorize_access_token(
            request,
            claims_options={
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client_id},
            },
            leeway=_LEEWAY,
        )
        claims: dict[str, Any] = token["userinfo"]
        return claims

    def _caller(self, claims: dict[str, Any]) -> Caller:
        name, groups = claims[self._name_claim], claims.get(self._groups_claim, [])
        groups = [groups] if isinstance(groups, str) else groups
        if not isinstance(groups, list):
            raise _Unfit(f"the claim {self._groups_claim!r} is no list")
        if not all(map(is_name, (name, *groups))):
            raise _Unfit(f"{self._name_claim!r} or {self._groups_claim!r} holds what is no name")
        return Caller(name, tuple(groups), "oidc")

    def _failed(self, request: Request, error: Exception) -> Response:
        # Only what we wrote ourselves is logged in full: other messages may quote what came.
        log.warning("sign-in failed: %s", error if isinstance(error, _Unfit) else type(error))
        away = isinstance(error, HTTPError | _Unfit)
        return notice("unavailable" if away else "failed", request.headers, SIGN_IN)


def way_back(path: str) -> str:
    """Where a reader goes after sign-in: a path of ours, or the page where that is none."""
    own = path.startswith("/") and not path.startswith(("//", SIGN_IN))
    plain = path.isascii() and path.isprintable() and "\\" not in path
    return path if own and plain and len(path) <= _LONGEST_WAY_BACK else "/"


def _require(settings: Settings) -> None:
    if not _is_safe(settings.oidc_issuer):
        raise UsageError(
            f"setting 'oidc_issuer' is {settings.oidc_issuer!r}; give the provider's https address"
        )
    if not settings.oidc_client_id:
        raise UsageError("oidc_issuer is set, but oidc_client_id is not: set that too")
    if "openid" not in settings.oidc_scopes.split():
        raise UsageError("setting 'oidc_scopes' lacks openid: add it")


def _is_safe(address: object) -> bool:
    try:
        parts = urlsplit(address) if isinstance(address, str) else None
    except ValueError:
        return False
    if parts is None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def _provider(settings: Settings) -> StarletteOAuth2App:
    secret = settings.oidc_client_secret
    return OAuth().register(
        "oidc",
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.oidc_scopes,
            "code_challenge_method": "S256",
            "timeout": _TIMEOUT,
        }
        | ({} if secret else {"token_endpoint_auth_method": "none"}),
    )
