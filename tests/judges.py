"""A judge at the loopback, and gold questions in three languages to judge answers to."""

from __future__ import annotations

from pathlib import Path

from openai_server import KEY, OpenAIServer
from pkqa.answer.llm import CHAT, OpenAIChat
from pkqa.evals.gold.record import Nugget, Record
from pkqa.evals.judging.opinion import Judge
from pkqa.retrieve.openai_endpoint import Endpoint
from pkqa.retrieve.openai_faults import Patience

QUESTIONS = {
    "en": "Where was the ministerial held in 2021?",
    "fr": "Où s'est tenue la réunion ministérielle en 2021 ?",
    "ar": "أين عقد الاجتماع الوزاري عام 2021؟",
}
PLACE = Nugget(type="name", values={"en": ("Seoul",), "fr": ("Séoul",), "ar": ("سول", "سيول")})
DAY = Nugget(type="date", value="2021-12-07")
COUNT = Nugget(type="number", value="155", vital=False)
RIGHT = {
    "en": "The documents say: “It was held in Seoul on 7 December 2021.” [1]",
    "fr": "On lit dans les documents : « Elle s'est tenue à Séoul le 7 décembre 2021. » [1]",
    "ar": "جاء في الوثائق: «عقد في سول في 7 كانون الأول/ديسمبر 2021.» [1]",
}
WRONG = {
    "en": "The documents say: “It was held in Accra on 5 December 2023.” [1]",
    "fr": "On lit dans les documents : « Elle s'est tenue à Accra en 2023. » [1]",
    "ar": "جاء في الوثائق: «عقد في أكرا في عام 2023.» [1]",
}


def gold(language: str, name: str = "") -> Record:
    """A gold question; ``name`` makes it one of several on facts of their own."""
    return Record(
        id=f"ministerial{name}.{language}",
        fact_id=f"ministerial{name}",
        split="dev",
        language=language,
        question=QUESTIONS[language],
        nuggets=(PLACE, DAY, COUNT),
    )


def chat_for(server: OpenAIServer, url: str | None = None) -> OpenAIChat:
    """The server's model, tried twice and quickly."""
    patience = Patience(timeout=5.0, deadline=10.0, retries=1, first_wait=0.001, longest_wait=0.001)
    return OpenAIChat(Endpoint.at(CHAT, url or server.url, server.model, KEY), patience)


def judge_at(server: OpenAIServer, cache: Path) -> Judge:
    return Judge(chat_for(server), cache)


def block(messages: list[dict[str, str]], name: str) -> str:
    """What stands in a fence in a conversation; empty where there is no such fence."""
    user = messages[1]["content"]
    fence = user[: len(user) - len(user.lstrip("="))]
    start, end = f"{fence} {name} {fence}\n", f"\n{fence} end of {name} {fence}"
    if start not in user:
        return ""
    inside, _, _ = user.partition(start)[2].partition(end)
    return inside
