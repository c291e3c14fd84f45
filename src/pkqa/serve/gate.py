"""The gate: what every request passes before anything else of the server sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pkqa.serve.caller import recognise
from pkqa.serve.doors import SIGN_IN, SIGN_IN_PATHS, exists, is_open, is_page
from pkqa.serve.headers import PAGE, protect
from pkqa.serve.origins import SAFE, Origins, for_widgets, is_loopback, read_origins
from pkqa.serve.ownership import Ownership
from pkqa.serve.refusal import Refusal, RefusalKind
from pkqa.serve.signin.notices import POLICY as NOTICE
from pkqa.serve.signin.notices import notice
from pkqa.serve.signin.proxy import as_addressed
from pkqa.serve.signin.ways import Ways, public_origin, require_signin, ways_of
from pkqa.settings import Settings

_CLOSED: Final = 1008  # of a web socket: policy violation
_ELSEWHERE: Final = frozenset({"listed", "foreign"})
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^:]+)(?::\d+)?")


class Gate:
    """ASGI middleware around the whole application.

    Behind it ``caller_of(scope)`` tells who asks, except at the addresses that are open to
    anybody. In front of it nothing is believed but the connection itself, and what is signed.
    """

    def __init__(
        self,
        app: ASGIApp,
        ways: Ways,
        origins: Origins,
        refused: Callable[[RefusalKind], None] = lambda _: None,
    ) -> None:
        """Guard ``app``; ``refused`` is told the kind of every refusal."""
        self._app = app
        self._ways = ways
        self._origins = origins
        self._refused = refused
        self._ownership = Ownership()
        # A name that leads here though it is not ours brings a page of another site to our own
        # origin. Where a reader must sign in, that page has no cookie to do it with.
        self._only_loopback = ways.local or (ways.sign_in is not None and not origins.public)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "websocket":  # nothing here speaks over one
            await receive()
            await send({"type": "websocket.close", "code": _CLOSED})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        hosts = Headers(scope=scope).getlist("host")
        scope = as_addressed(scope, self._origins.public)
        try:
            if self._only_loopback:
                _require_loopback(hosts)
            inner, receive = await self._admit(scope, receive)
        except Refusal as refusal:
            self._refused(refusal.kind)
            inner = self._refusal(scope, refusal)
        if self._ways.proxy is not None:
            self._ways.proxy.strip(scope)
        page = PAGE if inner is self._app else NOTICE
        await inner(scope, receive, self._guarded(scope, send, page))

    async def _admit(self, scope: Scope, receive: Receive) -> tuple[ASGIApp, Receive]:
        """Who answers a request, and what they read its body from; raises ``Refusal``."""
        headers, path, method = Headers(scope=scope), scope["path"], scope["method"]
        if method == "OPTIONS" and "access-control-request-method" in headers:
            if not self._origins.allows(headers, path):
                raise _other_site()
            return Response(status_code=204), receive
        standing = self._origins.standing(headers)
        for_widget = for_widgets(method, path)
        may_change = standing not in _ELSEWHERE or (standing == "listed" and for_widget)
        if method not in SAFE and not may_change:
            raise _other_site()
        if not exists(method, path):
            raise Refusal("unknown", "there is nothing at this address")
        if path in SIGN_IN_PATHS:
            if self._ways.sign_in is None:
                raise Refusal("unknown", "there is nothing at this address")
            return self._ways.sign_in, receive
        if is_open(path):
            return self._app, receive
        caller = await self._ways.caller(scope, standing in _ELSEWHERE)
        if caller is None:
            raise Refusal("sign_in", "sign in, or send an API key or a widget's token")
        if caller.way == "widget" and (standing == "foreign" or not for_widget):
            raise Refusal("forbidden", "a widget's token is good for listed pages' questions alone")
        recognise(scope, caller)
        return self._app, await self._ownership.checked(scope, receive, caller)

    def _refusal(self, scope: Scope, refusal: Refusal) -> Response:
        reply = self._sign_in_first(scope) if refusal.kind == "sign_in" else None
        if reply is None:
            reply = JSONResponse(refusal.to_json(), refusal.status, refusal.headers())
        if reply.status_code == 401:
            wrong = ' error="invalid_token"' if "authorization" in Headers(scope=scope) else ""
            reply.headers["WWW-Authenticate"] = f"Bearer{wrong}"
        reply.headers["Cache-Control"] = "no-store"
        return reply

    def _sign_in_first(self, scope: Scope) -> Response | None:
        """What a person is told who is not signed in; None for a program."""
        headers = Headers(scope=scope)
        if not is_page(scope["method"], scope["path"]) or "text/html" not in headers.get(
            "accept", ""
        ):
            return None
        if self._ways.sign_in is None:
            return notice("needed", headers)
        query = scope["query_string"].decode("latin-1")
        back = quote(f"{scope['path']}?{query}" if query else scope["path"], safe="")
        return RedirectResponse(f"{SIGN_IN}?next={back}", 302)

    def _guarded(self, scope: Scope, send: Send, page: str) -> Send:
        """``send`` with the headers of every answer; ``page`` is the policy of HTML."""
        request, path, method = Headers(raw=scope["headers"]), scope["path"], scope["method"]

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                protect(headers, path, self._origins.frames(), page)
                self._origins.answer(request, method, path, headers)
            await send(message)

        return guarded


def gate_of(
    settings: Settings, app: ASGIApp, refused: Callable[[RefusalKind], None] = lambda _: None
) -> Gate:
    """The gate before ``app`` that the settings ask for.

    Raises:
        UsageError: a setting does not fit, or others could come in unknown.
    """
    require_signin(settings)
    listed = read_origins("widget_origins", settings.widget_origins)
    origins = Origins(listed, public_origin(settings))
    return Gate(app, ways_of(settings), origins, refused)


def _require_loopback(hosts: list[str]) -> None:
    named = _HOST.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
    if named is None or not is_loopback(named[1]):
        raise Refusal("forbidden", "this server answers at localhost alone; see public_url")


def _other_site() -> Refusal:
    return Refusal("forbidden", "pages of other sites may not ask here; see widget_origins")
