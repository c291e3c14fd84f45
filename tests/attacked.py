"""A library whose documents are attacks, read in from files as any are, and whose answers obey
every one of them; and a server for it on the loopback."""

from __future__ import annotations

import json
import re
import shutil
import sys
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from attacks import Attack, attacks
from loopback import settings_for
from openai_server import OpenAIServer
from pkqa.answer.followup import Exchange
from pkqa.corpus import Corpus
from pkqa.indexing import ingest
from pkqa.model import Answer, Checked, Citation, Disagreement, Document, Hit, Reported, Version
from pkqa.seen import Seen
from pkqa.serve import api, fonts, widget
from pkqa.serve.app import with_page
from pkqa.serve.caller import LOCAL, Caller, recognise
from pkqa.serve.library import Rating
from pkqa.serve.service import Service
from pkqa.settings import Settings
from pkqa.store.where import Where

AT_ONCE: Final = 70
"""Attacks in one answer, and in one of the documents that hold many."""


def kept(attack: Attack) -> Attack:
    """The attack as an index and an answer can hold it: half a character is no text to write."""
    return replace(attack, text=attack.text.replace("\ud800", "\ufffd"))


def document_id(attack: Attack) -> str:
    """The id of the document that is made of one attack; of every other, the attack itself."""
    return kept(attack).text.strip() if attack.number % 2 else f"attack-{attack.number}"


def record(attack: Attack, groups: Sequence[str] = ()) -> dict[str, Any]:
    """One line of a ``.jsonl`` file that holds the attack wherever text can stand."""
    return {
        "_id": document_id(attack),
        "title": attack.text,
        "text": f"The herald {attack.number} announced {attack.text} at noon.",
        "url": attack.text,
        "publication": attack.text,
        "date": attack.text,
        "language": attack.text,
        "groups": [*groups],
    }


def slices(made: Sequence[Attack]) -> list[Sequence[Attack]]:
    """The attacks, so many at a time."""
    return [made[start : start + AT_ONCE] for start in range(0, len(made), AT_ONCE)]


def many(part: int, some: Sequence[Attack]) -> dict[str, Any]:
    """One document of many attacks, each in a paragraph of its own."""
    text = "\n\n".join(f"Line {one.number} reads {one.text} to its end." for one in some)
    return {"_id": f"part-{part}", "title": f"Part {part}", "text": text}


def attacked_index(made: Sequence[Attack], bare: Path, folder: Path) -> Path:
    """An index of all of it, by the loopback's bag of words; ``bare`` is one without documents."""
    lines = [*map(record, made), *(many(n, some) for n, some in enumerate(slices(made)))]
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "attacks.jsonl").write_text("\n".join(map(json.dumps, lines)))
    index = folder / "index"
    shutil.copytree(bare, index)
    with OpenAIServer() as server:
        report = ingest([folder / "documents"], settings_for(server, index))
    assert report.rejected == []
    return index


class Obedient:
    """A :class:`~pkqa.serve.library.Library` that does in its answers what the attacks want.

    ``Part 3`` asks for the fourth slice of the attacks, each in every place that an answer has for
    text; anything else is not found, and the documents that hold many come nearest.
    """

    def __init__(self, seen: Seen, made: Sequence[Attack]) -> None:
        self._seen = seen
        self._slices = slices([kept(one) for one in made])
        self.kept: list[tuple[Answer, Rating, str]] = []

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),  # noqa: ARG002
        as_of: str | None = None,  # noqa: ARG002
        where: Where | None = None,  # noqa: ARG002
    ) -> Generator[Answer]:
        """First half of the answer, then all of it."""
        asked = re.fullmatch(r"Part (\d+)", question)
        if asked is None:
            yield self._nothing(question)
            return
        some = self._slices[int(asked[1])]
        yield replace(self._answer(question, some[: len(some) // 2]), withheld=(), checked=())
        yield self._answer(question, some)

    def search(self, query: str, top_k: int | None = None, where: Where | None = None) -> list[Hit]:
        """Nothing."""
        raise NotImplementedError(query, top_k, where)

    def document(self, document_id: str) -> Document:
        """The document as it was ingested."""
        return self._seen.document(document_id)

    def found(self, document_id: str) -> Document | None:
        """The same; each that is asked for is there."""
        return self._seen.document(document_id)

    def suggestions(self, language: str, n: int) -> list[str]:  # noqa: ARG002
        """Attacks, whatever the language."""
        return [f"What about {one.text}?" for some in self._slices for one in some[: n // 2 + 1]]

    def receipt(self, answer: Answer, where: Where | None = None) -> dict[str, Any]:
        """Nothing."""
        raise NotImplementedError(answer, where)

    def rate(self, answer: Answer, rating: Rating, note: str = "") -> str:
        """Keep it in memory."""
        self.kept.append((answer, rating, note))
        return str(len(self.kept))

    def _nothing(self, question: str) -> Answer:
        wanted = re.search(r"\d+", question)
        first = int(wanted[0]) if wanted else 0
        hits = tuple(
            Hit(f"part-{part % len(self._slices)}", "c", rank, 0.1, 0, 1, "L")
            for rank, part in enumerate(range(first, first + 3), start=1)
        )
        return Answer(question, "en", "not_found", "", hits=hits, standalone=question + "?")

    def _answer(self, question: str, some: Sequence[Attack]) -> Answer:
        cited = tuple(self._citation(marker, one) for marker, one in enumerate(some, start=1))
        texts = [one.text for one in some]
        said = "\n".join(
            f"{text} {one.quote} [{one.marker}] after {text} [{one.marker}]"
            for text, one in zip(texts, cited, strict=True)
        )
        return Answer(
            question,
            "en",
            "partial",
            said,
            cited,
            disagreements=tuple(
                Disagreement(
                    text,
                    "superseded" if marker % 2 else "contradiction",
                    (Reported(text, text, marker), Reported(text, None, marker)),
                )
                for marker, text in enumerate(texts, start=1)
            ),
            withheld=tuple(texts),
            answerer="llm",
            model=texts[0],
            timings_ms={"total": 1.0},
            checked=tuple(Checked(text, "unconfirmed", "name", text) for text in texts),
            missing=tuple(texts),
            standalone=texts[-1],
            notes=tuple(texts),
        )

    def _citation(self, marker: int, attack: Attack) -> Citation:
        document = self.document(document_id(attack))
        return Citation(
            marker,
            document.document_id,
            document.title,
            document.source,
            document.language,
            attack.text,
            document.text,
            0,
            len(document.text),
            versions=(Version(document.document_id, attack.text, attack.text, "und", attack.text),),
            emphasis=((4, 10), (20, 24)),
            translation=attack.text,
        )


class Recognised:
    """ASGI middleware that takes everybody for one caller."""

    def __init__(self, app: ASGIApp, caller: Caller) -> None:
        self._app = app
        self._caller = caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on."""
        recognise(scope, self._caller)
        await self._app(scope, receive, send)


@contextmanager
def standing(app: ASGIApp) -> Iterator[str]:
    """Serve an application in a thread; its origin."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


async def host_page(_: Request) -> HTMLResponse:
    """A page that holds the widget, without any policy that would come to its help."""
    return HTMLResponse(
        "<!doctype html><title>Host</title><script src=/widget.js defer></script>"
        "<pkqa-chat mode=inline lang=en token=any></pkqa-chat>"
    )


def main() -> None:
    """Serve the chat page over the attacks to a host, in an index, on a port, for a browser."""
    host, index, port = sys.argv[1:]
    with OpenAIServer() as server, Corpus(settings_for(server, Path(index))) as corpus:
        library = Obedient(corpus.seen_by(None), attacks(host))
        told = SimpleNamespace(desk=lambda _: library, settings=Settings(), corpus=corpus)
        service = cast("Service", told)
        app = FastAPI(openapi_url=None)
        app.include_router(fonts.router())
        app.include_router(widget.router(service))
        app.include_router(api.router(service))
        app.router.routes.append(Route("/host", host_page))
        served = Recognised(with_page(app, lambda _: library), LOCAL)
        uvicorn.run(served, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
