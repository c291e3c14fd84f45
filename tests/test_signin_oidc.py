"""Sign-in by OpenID Connect, against a provider that is right, and wrong in every way we know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from itsdangerous import URLSafeSerializer

from gated import GOOD, HERE, INSIDE, SESSION_SECRET, Site, refusal
from oidc_provider import CLIENT, SECRET, OidcProvider, rsa_key
from pkqa.errors import UsageError
from pkqa.serve.signin.oidc import way_back

PUBLIC = "https://pkqa.example.org"
PAGE = {"Accept": "text/html,*/*"}


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as running:
        yield running


def site_of(provider: OidcProvider, **settings: Any) -> Site:
    return Site(
        **{
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "session_secret": SESSION_SECRET,
            **settings,
        }
    )


@pytest.fixture
def site(provider: OidcProvider) -> Site:
    return site_of(provider)


async def to_provider(client: httpx.AsyncClient, path: str = "/signin") -> str:
    """Go to sign in; the address to which the provider sends one back."""
    there = await client.get(path)
    assert there.status_code == 302, there.text
    async with httpx.AsyncClient() as browser:
        back = await browser.get(there.headers["location"])
    assert back.status_code == 302, back.text
    return back.headers["location"]


def signed_in(site: Site, path: str = "/signin", address: str = HERE) -> httpx.Response:
    """The answer at the end of a whole sign-in."""

    async def flow() -> httpx.Response:
        async with site.client(address=address) as client:
            return await client.get(await to_provider(client, path))

    return asyncio.run(flow())


def cookie_of(reply: httpx.Response, name: str = "pkqa") -> str:
    (found,) = [c for c in reply.headers.get_list("set-cookie") if c.startswith(f"{name}=")]
    return found


def test_a_reader_comes_back_signed_in(site: Site) -> None:
    async def flow() -> Any:
        async with site.client() as client:
            sent = await client.get("/?lang=ar&document=a%2Fb", headers=PAGE)
            assert sent.status_code == 302
            end = await client.get(await to_provider(client, sent.headers["location"]))
            assert end.status_code == 303
            assert end.headers["location"] == "/?lang=ar&document=a%2Fb"
            return (await client.get(end.headers["location"])).json()

    told = asyncio.run(flow())
    assert told["caller"] == ["ana", ["staff"], "oidc"]


def test_what_is_asked_of_the_provider(site: Site) -> None:
    asked = parse_qs(urlsplit(site.ask("/signin").headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid profile email"]
    assert asked["redirect_uri"] == [f"{HERE}/signin/callback"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 20
    assert "client_secret" not in asked


def test_the_cookie_on_loopback(site: Site) -> None:
    cookie = cookie_of(signed_in(site))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "path=/" in cookie.lower()
    assert "Secure" not in cookie
    value = cookie.partition("=")[2].partition(";")[0]
    body = URLSafeSerializer(SESSION_SECRET, salt="pkqa.session").loads(value)
    assert set(body) == {"name", "groups", "ends"}
    assert 0 < body["ends"] - time.time() <= 8 * 3600


def test_the_cookie_elsewhere_travels_by_https_alone(provider: OidcProvider) -> None:
    site = site_of(provider, public_url=PUBLIC, host="0.0.0.0")  # noqa: S104
    cookie = cookie_of(signed_in(site, address=PUBLIC), "__Host-pkqa")
    assert "Secure" in cookie
    assert "domain" not in cookie.lower()
    for name in site.ask("/signin", address=PUBLIC).headers.get_list("set-cookie"):
        assert name.startswith("__Host-pkqa-signin=")
        assert "secure" in name.lower()
        assert "httponly" in name.lower()


def test_behind_a_proxy_the_public_address_counts(provider: OidcProvider) -> None:
    site = site_of(provider, public_url=PUBLIC)
    reply = site.ask("/signin", headers={"X-Forwarded-Host": "evil.example"})
    asked = parse_qs(urlsplit(reply.headers["location"]).query)
    assert asked["redirect_uri"] == [f"{PUBLIC}/signin/callback"]


def test_a_cookie_of_another_kind_or_hand_or_time_is_nobody_s(site: Site) -> None:
    def made(secret: str = SESSION_SECRET, salt: str = "pkqa.session", hours: float = 1) -> str:
        body = {"name": "root", "groups": [], "ends": int(time.time() + hours * 3600)}
        return str(URLSafeSerializer(secret, salt=salt).dumps(body))

    assert site.caller(headers={"Cookie": f"pkqa={made()}"}) == ["root", [], "oidc"]
    under_way = site.ask("/signin").headers["set-cookie"].partition("=")[2].partition(";")[0]
    wrong = [made("x" * 40), made(salt="other"), made(hours=-1), made()[:-2], "", under_way]
    for value in wrong:
        reply = site.ask(headers={"Cookie": f"pkqa={value}"})
        assert (reply.status_code, refusal(reply)) == (401, "sign_in")


def test_a_reader_signs_out(site: Site) -> None:
    async def flow() -> tuple[httpx.Response, int]:
        async with site.client() as client:
            await client.get(await to_provider(client))
            assert (await client.get("/api/v1/search")).status_code == 200
            out = await client.post("/signout", headers={"Origin": HERE})
            return out, (await client.get("/api/v1/search")).status_code

    out, after = asyncio.run(flow())
    assert out.status_code == 200
    assert 'href="/signin"' in out.text
    assert after == 401
    assert site.ask("/signout").status_code == 405
    assert site.ask("/signout", "POST", headers={"Origin": GOOD}).status_code == 403


def test_groups_and_names_as_the_settings_say(provider: OidcProvider) -> None:
    site = site_of(provider, oidc_groups_claim="roles", oidc_name_claim="email")
    provider.claims = {"sub": "1", "email": "ana@example.org", "roles": "staff", "groups": ["x"]}
    cookie = cookie_of(signed_in(site)).partition(";")[0]
    assert site.caller(headers={"Cookie": cookie}) == ["ana@example.org", ["staff"], "oidc"]


def test_without_groups_a_reader_sees_what_is_open(site: Site, provider: OidcProvider) -> None:
    provider.claims = {"sub": "bo"}
    cookie = cookie_of(signed_in(site)).partition(";")[0]
    assert site.caller(headers={"Cookie": cookie}) == ["bo", [], "oidc"]


def test_a_star_among_the_provider_s_groups_is_a_group(site: Site, provider: OidcProvider) -> None:
    provider.claims = {"sub": "bo", "groups": ["*"]}
    cookie = cookie_of(signed_in(site)).partition(";")[0]
    assert site.caller(headers={"Cookie": cookie}) == ["bo", ["*"], "oidc"]


def test_too_many_groups_for_a_cookie_are_said(site: Site, provider: OidcProvider) -> None:
    provider.claims = {"sub": "bo", "groups": [sha256(b"%d" % n).hexdigest() for n in range(99)]}
    reply = signed_in(site)
    assert reply.status_code == 403
    assert "Too many groups" in reply.text
    assert not [c for c in reply.headers.get_list("set-cookie") if c.startswith("pkqa=")]


# The provider is wrong


def _token(**fields: Any) -> Callable[[OidcProvider], None]:
    return lambda provider: provider.token.update(fields)


def _set(**fields: Any) -> Callable[[OidcProvider], None]:
    def wrong(provider: OidcProvider) -> None:
        for name, value in fields.items():
            setattr(provider, name, value)

    return wrong


NOW = int(time.time())
WRONG: dict[str, Callable[[OidcProvider], None]] = {
    "nonce of another": _token(nonce="other"),
    "no nonce": _token(nonce=None),
    "another audience": _token(aud="other"),
    "another audience, for us": _token(aud="other", azp=CLIENT),
    "several, for another": _token(aud=[CLIENT, "other"], azp="other"),
    "no audience": _token(aud=None),
    "another issuer": _token(iss="https://evil.example"),
    "no issuer": _token(iss=None),
    "expired": _token(iat=NOW - 7200, exp=NOW - 3600),
    "never expires": _token(exp=None),
    "from the future": _token(iat=NOW + 3600, exp=NOW + 7200),
    "nobody": _token(sub=None),
    "blank": _token(sub=" "),
    "a number": _token(sub=5),
    "groups of numbers": _token(groups=[1]),
    "groups an object": _token(groups={"staff": 1}),
    "signed with another key": _set(key=rsa_key()),
    "not signed": _set(unsigned=True),
    "no ID token": _set(without_id_token=True),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_token_signs_nobody_in(
    site: Site, provider: OidcProvider, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    WRONG[wrong](provider)
    reply = signed_in(site)
    assert reply.status_code in {401, 503}
    assert reply.headers["content-type"].startswith("text/html")
    assert not [c for c in reply.headers.get_list("set-cookie") if c.startswith("pkqa=")]
    assert "sign-in failed" in caplog.text
    for secret in (SECRET, SESSION_SECRET, "an-access-token", "eyJ"):
        assert secret not in reply.text + caplog.text


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "ftp://evil.example/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ],
)
def test_metadata_that_cannot_be_trusted_sends_nobody_anywhere(
    site: Site, provider: OidcProvider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    reply = site.ask("/signin")
    assert reply.status_code == 503
    assert "location" not in reply.headers
    provider.metadata = {}
    assert site.ask("/signin").status_code == 302  # it is asked again


def test_a_provider_that_is_down_is_said_and_asked_again(
    site: Site, provider: OidcProvider
) -> None:
    provider.down = True
    reply = site.ask("/signin", headers={"Accept-Language": "fr"})
    assert reply.status_code == 503
    assert "ne répond pas" in reply.text
    provider.down = False
    assert signed_in(site).status_code == 303


def test_keys_that_were_changed_are_fetched_again(site: Site, provider: OidcProvider) -> None:
    assert signed_in(site).status_code == 303
    provider.key = provider.published = rsa_key()
    assert signed_in(site).status_code == 401  # the same name for another key
    assert signed_in(site).status_code == 303


# The way back is used by somebody else, or again


def test_a_way_back_is_good_once_and_in_one_browser(site: Site) -> None:
    async def flow() -> list[int]:
        async with site.client() as client, site.client() as thief:
            way = await to_provider(client)
            saved = dict(client.cookies)
            codes = [(await thief.get(way)).status_code]
            codes += [(await client.get(way)).status_code for _ in range(2)]
            client.cookies.update(saved)
            codes.append((await client.get(way)).status_code)
            return codes

    assert asyncio.run(flow()) == [401, 303, 401, 401]


@pytest.mark.parametrize(
    "query", ["", "?code=a", "?state=b", "?code=a&state=b", "?error=access_denied", "?error=<b>"]
)
def test_a_way_back_nobody_was_sent_is_refused(site: Site, query: str) -> None:
    reply = site.ask(f"/signin/callback{query}")
    assert reply.status_code == 401
    assert "<b>" not in reply.text
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "evil",
        "",
        "/\t/evil.example",
        "/\n",
        "/a\r\nSet-Cookie: x=y",
        "/\x00",
        "/ü",
        "/signin?next=/",
        "/signin/callback",
        "/" + "a" * 3000,
    ],
)
def test_one_is_never_sent_to_another_site(site: Site, path: str) -> None:
    assert way_back(path) == "/"
    start = str(httpx.URL("/signin", params={"next": path}))
    assert signed_in(site, start).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/?lang=ar&document=a%2Fb", "/api/v1/search?x=1", "/embed"])
def test_one_is_sent_to_paths_of_ours(path: str) -> None:
    assert way_back(path) == path


# The settings


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"oidc_client_id": ""}, "oidc_client_id"),
        ({"session_secret": None}, "PKQA_SESSION_SECRET"),
        ({"session_secret": "short"}, "PKQA_SESSION_SECRET"),
        ({"oidc_scopes": "profile"}, "openid"),
        ({"oidc_issuer": "http://provider.example"}, "https"),
        ({"oidc_issuer": "provider"}, "oidc_issuer"),
        ({"public_url": "http://pkqa.example.org"}, "public_url"),
        ({"host": "0.0.0.0"}, "public_url"),  # noqa: S104
    ],
)
def test_settings_that_do_not_fit_are_said(
    provider: OidcProvider, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        site_of(provider, **settings)
    assert SECRET not in str(caught.value)


def test_without_a_provider_there_is_nothing_to_sign_in_at() -> None:
    for method, path in (("GET", "/signin"), ("GET", "/signin/callback"), ("POST", "/signout")):
        reply = Site().ask(path, method)
        assert (reply.status_code, refusal(reply)) == (404, "unknown")


def test_a_page_of_another_name_that_leads_here_is_refused(site: Site) -> None:
    reply = site.ask("/signin", address="http://evil.example:7860")
    assert (reply.status_code, refusal(reply)) == (403, "forbidden")
    assert INSIDE not in reply.text
