"""The outermost HTML, whatever the page inside is."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from pkqa.serve.shell import Shell

PAGE = [
    b'<html\n\tlang="en"\n\tstyle="margin: 0"><head><meta property="og:image"\n',
    b'content="https://elsewhere.example/x.jpg" /><meta name="twitter:title" content="T" />',
    b'<meta charset="utf-8" /></head></html>',
]


def get(query: str, accepted: str, kind: str) -> tuple[dict[str, str], bytes, int]:
    """What ``Shell`` sends for a page that comes in three pieces: headers, body, messages."""

    async def inner(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", kind.encode()), (b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, piece in enumerate(PAGE):
            more = number < len(PAGE) - 1
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "query_string": query.encode(),
        "headers": [(b"accept-language", accepted.encode())],
    }
    asyncio.run(Shell(inner)(scope, receive, send))
    headers = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return headers, b"".join(message["body"] for message in sent[1:]), len(sent)


@pytest.mark.parametrize(
    ("query", "accepted", "root"),
    [
        ("lang=ar", "fr", b'<html lang="ar" dir="rtl"'),
        ("x=1", "fr-CA,en", b'<html lang="fr" dir="ltr"'),
        ("lang=%22%3E%3Cscript", "", b'<html lang="en" dir="ltr"'),
    ],
)
def test_a_page_says_its_language_and_names_no_other_site(
    query: str, accepted: str, root: bytes
) -> None:
    headers, body, _ = get(query, accepted, "text/html; charset=utf-8")
    assert body.startswith(root)
    assert b"elsewhere.example" not in body
    assert b"twitter" not in body
    assert b'<meta charset="utf-8" />' in body
    assert headers["content-length"] == str(len(body))


def test_what_is_no_page_passes_untouched() -> None:
    headers, body, messages = get("lang=ar", "ar", "application/json")
    assert body == b"".join(PAGE)
    assert messages == 1 + len(PAGE)
    assert headers == {"content-type": "application/json", "content-length": "1"}
