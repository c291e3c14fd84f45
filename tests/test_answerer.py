"""A whole question with a model that writes: what the reader gets, also where the wire fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pkqa
from openai_server import (
    OpenAIServer,
    Step,
    cut,
    dripping,
    event,
    failing,
    saying,
    slow,
    streaming,
    telling,
)
from pkqa.answer.followup import exchange_of
from pkqa.corpus import Corpus
from pkqa.errors import UsageError
from pkqa.settings import Settings

ENGLISH = "How many helicopters will Korea give?"
FRENCH = "Combien d'hélicoptères la Corée va-t-elle donner ?"
ARABIC = "كم مروحية ستقدم كوريا؟"
ASKED = {"en": ENGLISH, "fr": FRENCH, "ar": ARABIC}
# How each note ends: "quoted instead", in the reader's language.
INSTEAD = {
    "en": "The documents are quoted instead.",
    "fr": "Les documents sont cités mot pour mot à la place.",
    "ar": "تُقتبس الوثائق حرفيا بدلا من ذلك.",
}


@pytest.fixture
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


def _corpus(index: Path, server: OpenAIServer, **settings: Any) -> Corpus:
    patient: dict[str, Any] = {"llm_timeout": 1.0, "llm_deadline": 2.0, "llm_retries": 1}
    return Corpus(
        Settings(
            index=index,
            llm_base_url=server.url,
            llm_model=settings.pop("model", server.model),
            **(patient | settings),
        )
    )


def _marker(messages: list[dict[str, str]], words: str) -> str:
    """The marker of the first passage of a prompt that holds these words."""
    for part in messages[-1]["content"].split("===== passage [")[1:]:
        if words in part:
            return "[" + part.partition("]")[0] + "]"
    raise AssertionError(f"no passage holds {words!r}")


def test_a_reply_becomes_an_answer_with_quotations(seeds_index: Path, model: OpenAIServer) -> None:
    model.says = lambda messages: (
        f"Korea will give 16 helicopters to partner countries. {_marker(messages, '16 heli')} "
        f"It will also give 12 submarines. {_marker(messages, '16 heli')}"
    )
    with _corpus(seeds_index, model) as corpus:
        grown = list(corpus.stream(ENGLISH))
    answer = grown[-1]
    assert (answer.status, answer.answerer, answer.model) == ("answered", "llm", model.model)
    assert answer.answer == "Korea will give 16 helicopters to partner countries. [1]"
    assert "16 helicopters" in answer.citations[0].quote
    assert answer.withheld == ("It will also give 12 submarines.",)
    assert [one.reason for one in answer.checked] == ["", "number"]
    assert answer.hits
    assert answer.usage["completion_tokens"] > 0
    assert grown[0].answer == answer.answer  # shown before the reply was at its end


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize(
    ("steps", "settings"),
    [
        pytest.param([slow(30)] * 2, {}, id="timeout"),
        pytest.param([failing(401, "no such key")], {}, id="401"),
        pytest.param([failing(429, "busy", Retry_After="60")], {}, id="429 with Retry-After"),
        pytest.param([failing(500)] * 2, {}, id="500"),
        pytest.param([cut()] * 2, {}, id="cut before a word"),
        pytest.param([streaming(event("Korea will"), done=False)] * 2, {}, id="cut stream"),
        pytest.param([telling("")] * 2, {}, id="empty reply"),
        pytest.param([saying(b'data: {"choices": [', 200, "text/event-stream")], {}, id="broken"),
        pytest.param([dripping(1, 0.3)], {}, id="a reply that never ends"),
        pytest.param([], {"model": "gpt-0"}, id="wrong model name"),
    ],
)
def test_a_fault_of_the_wire_ends_in_a_quotation_that_says_so(
    seeds_index: Path,
    model: OpenAIServer,
    language: str,
    steps: list[Step],
    settings: dict[str, Any],
) -> None:
    model.says = "Korea will give 16 helicopters " + "and more " * 2000
    model.script(*steps)
    with _corpus(seeds_index, model, **settings) as corpus:
        answer = corpus.ask(ASKED[language])
    assert (answer.status, answer.answerer) == ("answered", "quote")
    assert any("16" in citation.quote for citation in answer.citations)
    (note,) = answer.notes
    assert note.endswith(INSTEAD[language])
    assert answer.timings_ms["total"] < 10_000  # the deadline is 2 s, tries and all


def test_what_was_confirmed_before_a_fault_is_shown(seeds_index: Path, model: OpenAIServer) -> None:
    with _corpus(seeds_index, model) as corpus:
        model.says = lambda messages: _marker(messages, "16 heli")
        corpus.ask(ENGLISH)
        marker = _marker(model.chats()[-1], "16 heli")
        said = event(f"Korea will give 16 helicopters. {marker} "), event("It")
        model.script(streaming(*said, done=False))
        answer = corpus.ask(ENGLISH)
    assert (answer.status, answer.answerer) == ("partial", "llm")
    assert answer.answer.startswith("Korea will give 16 helicopters. [1]")
    assert answer.notes


def test_a_model_that_finds_nothing_is_believed(seeds_index: Path, model: OpenAIServer) -> None:
    with _corpus(seeds_index, model) as corpus:
        answer = corpus.ask(ENGLISH)
    assert (answer.status, answer.citations) == ("not_found", ())


# What a model may make up, and how the note on it begins: "nothing could be confirmed".
LIES = {
    "en": ("Korea will give 12 submarines to Norway.", "Nothing that the model wrote"),
    "fr": ("La Corée donnera 12 sous-marins à la Norvège.", "Rien de ce que le modèle a écrit"),
    "ar": ("ستقدم كوريا 12 غواصة إلى النرويج.", "لم يتأكد شيء مما كتبه النموذج"),
}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_where_nothing_written_is_confirmed_the_documents_are_quoted(
    seeds_index: Path, model: OpenAIServer, language: str
) -> None:
    lie, begins = LIES[language]
    model.says = lambda messages: f"{lie} {_marker(messages, '16')}"
    question = ASKED[language]
    with _corpus(seeds_index, model) as corpus:
        (answer,) = corpus.stream(question)  # and nothing else is shown before it
        with Corpus(Settings(index=seeds_index, answerer="quote")) as quoting:
            quotation = quoting.ask(question)
    assert (answer.status, answer.answerer) == ("answered", "quote")
    assert (answer.answer, answer.citations, answer.model) == (
        quotation.answer, quotation.citations, quotation.model,
    )  # fmt: skip
    assert answer.withheld == (lie,)
    assert [one.sentence for one in answer.checked] == [lie]
    assert answer.checked[0].verdict != "confirmed"
    (note,) = answer.notes
    assert note.startswith(begins)
    assert "1" in note  # sentences withheld
    assert note.endswith(INSTEAD[language])
    assert answer.usage["completion_tokens"] > 0


def test_values_that_changed_are_shown_beside_what_is_quoted_instead(
    seeds_index: Path, model: OpenAIServer
) -> None:
    model.says = "للمغرب 12 غواصة. [1]"
    with _corpus(seeds_index, model) as corpus:
        answer = corpus.ask("كم عدد القبعات الزرق المغاربة؟")
    assert answer.answerer == "quote"
    assert [told.kind for told in answer.disagreements] == ["superseded"]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_where_the_documents_do_not_answer_either_nothing_is_quoted(
    seeds_index: Path, model: OpenAIServer, language: str
) -> None:
    lie, begins = LIES[language]
    bread = {
        "en": "How do you bake sourdough bread?",
        "fr": "Comment fait-on cuire le pain au levain ?",
        "ar": "كيف يخبز الخبز بالخميرة؟",
    }
    model.says = f"{lie} [1]"
    with _corpus(seeds_index, model) as corpus:
        (answer,) = corpus.stream(bread[language])
    assert (answer.status, answer.answerer) == ("not_found", "llm")
    assert (answer.citations, answer.notes, answer.withheld) == ((), (), (lie,))
    assert answer.answer.startswith(begins)


def test_a_follow_up_is_asked_as_it_is_meant(seeds_index: Path) -> None:
    with Corpus(Settings(index=seeds_index, answerer="quote")) as corpus:
        before = corpus.ask("When was the Seoul conference held?")
        answer = corpus.ask("and where?", history=[exchange_of(before)])
    assert answer.question == "and where?"
    assert "Seoul" in answer.standalone


def test_a_model_makes_a_follow_up_stand_alone(seeds_index: Path, model: OpenAIServer) -> None:
    told = "How many helicopters will Korea give?"
    model.says = lambda messages: told if "conversation" in messages[-1]["content"] else ""
    with _corpus(seeds_index, model) as corpus:
        before = corpus.ask("What will Korea give to partner countries?")
        answer = corpus.ask("How many helicopters?", history=[exchange_of(before)])
    assert answer.standalone == told


def test_values_that_changed_are_shown_with_their_dates(seeds_index: Path) -> None:
    with Corpus(Settings(index=seeds_index, answerer="quote")) as corpus:
        answer = corpus.ask("كم عدد القبعات الزرق المغاربة؟")
    (told,) = answer.disagreements
    assert told.kind == "superseded"
    assert [(v.value, (v.date or "")[:4]) for v in told.values] == [
        ("نحو 1700", "2021"),
        ("1724", "2023"),
    ]
    assert {value.marker for value in told.values} <= {c.marker for c in answer.citations}


def test_an_answer_as_of_a_day_knows_nothing_later(seeds_index: Path) -> None:
    with Corpus(Settings(index=seeds_index, answerer="quote")) as corpus:
        answer = corpus.ask("How many Moroccan peacekeepers are there?", as_of="2022-01-01")
    assert answer.disagreements == ()
    assert all(c.date is not None and c.date <= "2022-01-01" for c in answer.citations)


def test_a_model_of_llama_index_s_may_write(seeds_index: Path) -> None:
    from llama_index.core.llms import MockLLM

    with pkqa.open(seeds_index, llm=MockLLM()) as corpus:  # it repeats what it is sent
        answer = corpus.ask(ENGLISH)
    assert answer.answerer == "llm"
    assert answer.checked


def test_a_model_is_asked_for_and_none_is_set(seeds_index: Path) -> None:
    with (
        Corpus(Settings(index=seeds_index, answerer="llm")) as corpus,
        pytest.raises(UsageError, match="PKQA_LLM_BASE_URL"),
    ):
        corpus.ask(ENGLISH)
