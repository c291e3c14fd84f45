"""All the ways in which callers are recognised, in the order in which they are tried."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from pkqa.errors import UsageError
from pkqa.serve.caller import LOCAL, Caller
from pkqa.serve.origins import is_loopback, read_origin
from pkqa.serve.refusal import Refusal
from pkqa.serve.signin.keys import PREFIX, ApiKeys
from pkqa.serve.signin.proxy import TrustedProxy, trusted_proxy_of
from pkqa.serve.signin.tokens import WidgetTokens, widget_tokens_of
from pkqa.settings import Settings

if TYPE_CHECKING:
    from pkqa.serve.signin.oidc import SignIn

_BEARER: Final = "bearer "

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """What the settings name; each is None where they do not."""

    keys: ApiKeys | None = None
    tokens: WidgetTokens | None = None
    proxy: TrustedProxy | None = None
    sign_in: SignIn | None = None

    @property
    def local(self) -> bool:
        """Whether whoever comes without a token is the machine's own user."""
        return self.keys is None and self.proxy is None and self.sign_in is None

    async def caller(self, scope: Scope, elsewhere: bool) -> Caller | None:
        """Who sent a request; None where nothing says so.

        Args:
            scope: of the request.
            elsewhere: a page of another site asks. Then only what that page sends by itself
                counts, never what a browser or its network adds on its own.

        Raises:
            Refusal: ``sign_in``: a key or token was sent that is no good.
        """
        bearer = _bearer(Headers(scope=scope))
        if bearer is not None and not (self.local and self.tokens is None):
            return await self._shown(bearer)
        if elsewhere:
            return None
        # Without any sign-in a token gives nothing and takes nothing away: clients that cannot
        # do without a key send anything at all.
        if self.local:
            return LOCAL
        vouched = self.proxy.caller(scope) if self.proxy else None
        if vouched is None and self.sign_in is not None:
            return self.sign_in.cookie.caller(scope)
        return vouched

    async def _shown(self, bearer: str) -> Caller:
        if not bearer.startswith(PREFIX):
            if self.tokens is None:
                raise Refusal("sign_in", "the key or token is not one of this server's")
            return await self.tokens.caller(bearer)
        try:
            caller = self.keys.caller(bearer) if self.keys else None
        except UsageError as error:
            log.error("nobody is let in by API key: %s", error)  # noqa: TRY400
            raise Refusal("unavailable", "API keys cannot be read at the moment") from None
        if caller is None:
            raise Refusal("sign_in", "the API key is not one of this server's, or has expired")
        return caller


def _bearer(headers: Headers) -> str | None:
    """The key or token that a request shows; None where it shows none."""
    shown = headers.getlist("authorization")
    bearers = [value for value in shown if value.lower().startswith(_BEARER)]
    if not bearers:
        return None
    if len(shown) > 1:
        raise Refusal("sign_in", "the request has several Authorization headers; send one")
    return bearers[0][len(_BEARER) :].strip()


def ways_of(settings: Settings) -> Ways:
    """The ways that the settings name; raises ``UsageError`` where one does not fit."""
    sign_in = None
    if settings.oidc_issuer:
        from pkqa.serve.signin.oidc import SignIn

        sign_in = SignIn(settings, public_origin(settings))
    return Ways(
        ApiKeys(settings.api_keys_file) if settings.api_keys_file else None,
        widget_tokens_of(settings),
        trusted_proxy_of(settings),
        sign_in,
    )


def public_origin(settings: Settings) -> str:
    """The origin at which readers reach the server, where it is set; raises ``UsageError``."""
    return read_origin("public_url", settings.public_url.rstrip("/")) if settings.public_url else ""


def require_signin(settings: Settings) -> None:
    """Refuse an address that others can reach without a way to tell who they are.

    Raises:
        UsageError: ``host`` or ``public_url`` is not loopback, and no way in is set that a reader
            could take.
    """
    public = urlsplit(public_origin(settings)).hostname or ""
    if is_loopback(settings.host) and (not public or is_loopback(public)):
        return
    if not (settings.oidc_issuer or settings.proxy_addresses.strip() or settings.api_keys_file):
        raise UsageError(
            f"others can reach {public or settings.host}, and nothing says who they are: set "
            "oidc_issuer (OpenID Connect), proxy_addresses (a proxy that signs readers in) or "
            "api_keys_file (API keys), or serve on 127.0.0.1; see docs/serving.md"
        )
    if settings.oidc_issuer and not settings.public_url:
        raise UsageError(
            "sign-in by oidc_issuer needs public_url, the https address to which the provider "
            "sends readers back; see docs/serving.md"
        )
