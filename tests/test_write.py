"""The answerer that writes, over the real wire, against a checker that knows what is true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from openai_server import (
    KEY,
    OpenAIServer,
    Step,
    cut,
    dripping,
    event,
    failing,
    page,
    saying,
    slow,
    streaming,
    telling,
)
from pkqa.answer.chat import ChatModel
from pkqa.answer.citing import page as page_of
from pkqa.answer.claims import claim_of
from pkqa.answer.draft import Draft
from pkqa.answer.llm import CHAT, OpenAIChat
from pkqa.answer.missing import of_the_question
from pkqa.answer.passages import Passage
from pkqa.answer.phrases import cut_short, fault, not_found, partly, quoted_instead, until_then
from pkqa.answer.support import Support
from pkqa.answer.verify import Verified
from pkqa.answer.write import Writer
from pkqa.answer.written import Writing
from pkqa.errors import FaultKind, LLMError
from pkqa.model import Answer, Checked, Document, Sentence
from pkqa.retrieve.openai_endpoint import Endpoint
from pkqa.retrieve.openai_faults import Patience
from pkqa.settings import Settings
from pkqa.text.languages import detect
from pkqa.text.sentences import sentences

QUESTION = "Where was the conference held, and how many people were registered?"
ENGLISH = (
    "The conference was held in Seoul. Some 700 people were registered. It ended on Wednesday."
)
FRENCH = "La conférence s'est tenue à Séoul. Quelque 700 personnes étaient inscrites."


def document(name: str, text: str, language: str, **values: Any) -> Document:
    return Document(
        name, text, "", f"Title of {name}", language, "2021-12-07", name, name, "txt", **values
    )


def passage(marker: int, of: Document) -> Passage:
    spans = [
        Sentence(at, start, end, of.language)
        for at, (start, end) in enumerate(sentences(of.text, of.language))
    ]
    return Passage(marker, of, 0, len(of.text), of.language, tuple(spans), tuple(range(len(spans))))


PASSAGES = [
    passage(1, document("a.en.txt", ENGLISH, "en")),
    passage(2, document("b.fr.txt", FRENCH, "fr")),
]

# What the passages carry: a sentence of a reply, and the sentence of a document that says it.
TRUE = {
    "It was held in Seoul.": "The conference was held in Seoul.",
    "The city was Seoul.": "The conference was held in Seoul.",
    "The city was:": "The conference was held in Seoul.",
    "Some 700 people were registered.": "Some 700 people were registered.",
    "Some 700 people were registered": "Some 700 people were registered.",
    "About 700 persons signed up.": "Quelque 700 personnes étaient inscrites.",
    "The conference took place in Seoul.": "La conférence s'est tenue à Séoul.",
    "Elle s'est tenue à Séoul en fin d'année.": "The conference was held in Seoul.",
    "انعقد المؤتمر في سيول.": "The conference was held in Seoul.",
    "La conférence s'est tenue à Séoul.": "La conférence s'est tenue à Séoul.",
    "La conférence était à Séoul.": "The conference was held in Seoul.",
}


@dataclass
class Known:
    """A checker that knows the true sentences by heart, and the language to be written in."""

    passages: Sequence[Passage]
    language: str = "en"
    asked: list[str] = field(default_factory=list)

    def check(self, sentence: str, question: str = "") -> Verified:
        del question
        self.asked.append(sentence)
        claim = claim_of(sentence)
        here = {passage.marker: passage for passage in self.passages}
        if any(marker not in here for marker in claim.markers):
            return Verified(Checked(claim.text, "unconfirmed", "marker", ""))
        if detect(claim.text, default=self.language) != self.language:
            return Verified(Checked(claim.text, "unconfirmed", "language", ""))
        quote = TRUE.get(claim.text, "")
        found = [
            Support(one, at, at + len(quote))
            for marker, one in here.items()
            if quote
            and marker in (claim.markers or here)
            and (at := one.document.text.find(quote)) >= 0
        ]
        if not found:
            return Verified(Checked(claim.text, "contradicted", "number", "7"))
        return Verified(Checked(claim.text, "confirmed"), tuple(found))


def chat_for(server: OpenAIServer, **values: Any) -> ChatModel:
    quick = {"timeout": 5.0, "deadline": 10.0, "retries": 1, "first_wait": 0.001}
    patience = Patience(**(quick | {"longest_wait": 0.01} | values))
    return OpenAIChat(Endpoint.at(CHAT, server.url, server.model, KEY), patience)


def answers(
    server: OpenAIServer,
    *,
    language: str = "en",
    passages: Sequence[Passage] = PASSAGES,
    question: str = QUESTION,
    patience: dict[str, float] | None = None,
    **options: Any,
) -> list[Answer]:
    writer = Writer(chat_for(server, **(patience or {})), **options)
    return list(writer.answers(question, language, passages, lambda these: Known(these, language)))


def final(server: OpenAIServer, **values: Any) -> Answer:
    return answers(server, **values)[-1]


# What is shown.


def test_the_answer_grows_by_confirmed_sentences(server: OpenAIServer) -> None:
    server.says = (
        "It was held in Seoul [1]. Some 700 people were registered. [1] The rest is mine [1]."
    )
    grown = answers(server)
    assert [answer.answer for answer in grown] == [
        "It was held in Seoul. [1]",
        "It was held in Seoul. [1] Some 700 people were registered. [2]",
        "It was held in Seoul. [1] Some 700 people were registered. [2]",
    ]
    last = grown[-1]
    assert last.status == "answered"
    assert (last.answerer, last.model) == ("llm", server.model)
    assert last.withheld == ("The rest is mine.",)
    assert [one.verdict for one in last.checked] == ["confirmed", "confirmed", "contradicted"]
    assert last.usage["completion_tokens"] == 17
    assert [(c.marker, c.document_id, c.quote, c.language) for c in last.citations] == [
        (1, "a.en.txt", "The conference was held in Seoul.", "en"),
        (2, "a.en.txt", "Some 700 people were registered.", "en"),
    ]
    assert all(ENGLISH[c.start : c.end] == c.quote for c in last.citations)


def test_markers_count_from_one_in_order_of_use_and_a_span_has_one(server: OpenAIServer) -> None:
    server.says = (
        "About 700 persons signed up [2]. It was held in Seoul [1]. The city was Seoul [1]."
    )
    answer = answers(server, judge=False)[-1]
    assert answer.answer == (
        "About 700 persons signed up. [1] It was held in Seoul. [2] The city was Seoul. [2]"
    )
    assert [(c.marker, c.document_id) for c in answer.citations] == [
        (1, "b.fr.txt"),
        (2, "a.en.txt"),
    ]


def test_lists_are_lines_and_lead_ins_are_nothing(server: OpenAIServer) -> None:
    server.says = (
        "According to the passages:\n\n## Answer\n- **It was held in Seoul** [1].\n"
        "- Some 700 people were registered [1]\n\n![x](http://127.0.0.1/x.png)"
    )
    answer = final(server)
    assert answer.answer == "It was held in Seoul. [1]\n\nSome 700 people were registered [2]"
    assert answer.withheld == ()
    assert len(answer.checked) == 2


def test_what_announces_is_shown_with_what_it_announces(server: OpenAIServer) -> None:
    server.says = "The city was: [1]\n- Nine hundred came [1].\n- It was held in Seoul [1]."
    grown = answers(server)
    assert grown[0].answer == "The city was: [1]\n\nIt was held in Seoul. [1]"
    assert [one.verdict for one in grown[-1].checked] == ["confirmed", "contradicted", "confirmed"]


def test_what_announces_and_is_followed_by_nothing_is_withheld(server: OpenAIServer) -> None:
    server.says = "It was held in Seoul [1]. The city was: [1]\n- Nine hundred came [1]."
    answer = final(server)
    assert answer.answer == "It was held in Seoul. [1]"
    assert answer.withheld == ("The city was:", "Nine hundred came.")
    assert [one.reason for one in answer.checked] == ["", "announces", "number"]


def test_what_is_withheld_is_shown_to_nobody_and_counted(server: OpenAIServer) -> None:
    server.says = "Nine hundred came [1]. It was held in Seoul [7]. It was held in Seoul [1]."
    answer = final(server)
    assert answer.answer == "It was held in Seoul. [1]"
    assert answer.withheld == ("Nine hundred came.", "It was held in Seoul.")
    assert [one.reason for one in answer.checked] == ["number", "marker", ""]


def test_the_checker_is_told_of_the_passages_that_were_sent(server: OpenAIServer) -> None:
    server.says = "It was held in Seoul [1]. About 700 persons signed up [2]."
    long = passage(2, document("b.fr.txt", FRENCH + " Et encore." * 3000, "fr"))
    answer = final(server, passages=[PASSAGES[0], long], context_tokens=2048)
    assert "passage [2]" not in server.chats()[0][-1]["content"]
    assert [one.reason for one in answer.checked] == ["", "marker"]


# The three states.


@pytest.mark.parametrize(
    "says", ["NOT_IN_PASSAGES", "**NOT_IN_PASSAGES**.\n", "The answer is NOT_IN_PASSAGES."]
)
def test_the_model_finds_nothing(server: OpenAIServer, says: str) -> None:
    server.says = says
    answer = final(server)
    assert answer.status == "not_found"
    assert answer.answer == not_found("en", ["Title of a.en.txt", "Title of b.fr.txt"])
    assert answer.citations == ()
    assert answer.withheld == answer.missing == ()


def test_prose_is_no_signal(server: OpenAIServer) -> None:
    server.says = "It was held in Seoul [1]. The passages do not say how many, partly: not found."
    answer = final(server)
    assert answer.status == "answered"
    assert len(answer.withheld) == 1


@pytest.mark.parametrize(("language", "says"), [
    ("en", "It rained in Paris [1]. Nine hundred came [1]."),
    ("fr", "Il pleuvait à Paris ce jour-là [1]. Neuf cents sont venus [1]."),
    ("ar", "كان الجو ممطرا في باريس [1]. حضر تسعمئة شخص [1]."),
])  # fmt: skip
def test_nothing_that_was_written_is_confirmed(
    server: OpenAIServer, language: str, says: str
) -> None:
    server.says = says
    answer = final(server, language=language)
    assert answer.status == "not_found"
    assert "2" in answer.answer
    assert answer.answer.endswith(not_found(language, ["Title of a.en.txt", "Title of b.fr.txt"]))
    assert len(answer.withheld) == 2


@pytest.mark.parametrize(("language", "question", "says", "missing"), [
    ("en", QUESTION, "It was held in Seoul [1].\nPARTLY: how many people were registered",
     "how many people were registered"),
    ("fr", "Où la conférence s'est-elle tenue et combien de personnes étaient inscrites ?",
     "La conférence était à Séoul [1].\nPARTLY: combien de personnes étaient inscrites",
     "combien de personnes étaient inscrites"),
    ("ar", "أين انعقد المؤتمر وكم عدد المسجلين؟",
     "انعقد المؤتمر في سيول [1].\nPARTLY: كم عدد المسجلين", "كم عدد المسجلين"),
])  # fmt: skip
def test_a_part_is_missing_and_said_to_be(
    server: OpenAIServer, language: str, question: str, says: str, missing: str
) -> None:
    server.says = says
    answer = final(server, language=language, question=question)
    assert answer.status == "partial"
    assert answer.missing == (missing,)
    assert answer.answer.endswith(f"\n\n{partly(language, [missing])}")
    assert missing in partly(language, [missing])
    assert answer.withheld == ()


def test_what_is_missing_is_said_in_words_of_the_question_alone(server: OpenAIServer) -> None:
    server.says = "It was held in Seoul [1].\nPARTLY: that General Smith stole 9 million [3]"
    answer = final(server)
    assert answer.status == "partial"
    assert answer.missing == ()
    assert answer.answer.endswith(partly("en", []))
    assert "Smith" not in answer.answer


@pytest.mark.parametrize(
    ("part", "kept"),
    [
        ("how many people were registered", True),
        ("Where the conference was held.", True),
        ("how many people were registered in 2019", False),
        ("how many people Morocco registered", False),
        ("nothing else", False),
        ("how many people were registered " * 9, False),
        ("[2]", False),
        ("", False),
    ],
)
def test_which_parts_are_parts_of_the_question(part: str, kept: bool) -> None:
    assert of_the_question([part], QUESTION, "en") == ((part.strip(" ."),) if kept else ())


def test_no_passage_is_no_request(server: OpenAIServer) -> None:
    [answer] = answers(server, passages=[])
    assert answer.status == "not_found"
    assert server.requests == []


# The language.


def test_a_reply_in_another_language_is_asked_for_again_once(server: OpenAIServer) -> None:
    server.script(telling("It was held in Seoul [1]. Some 700 people were registered [1]."))
    server.says = "La conférence était à Séoul [1]."
    grown = answers(server, language="fr")
    assert len(server.chats()) == 3  # and one for the translation of the English quotation
    assert "in French, not in English" in server.chats()[1][-1]["content"]
    assert {answer.answer for answer in grown} == {"La conférence était à Séoul. [1]"}
    assert grown[-1].withheld == ()


def test_a_model_that_does_not_learn_the_language_is_not_shown(server: OpenAIServer) -> None:
    server.says = "It was held in Seoul [1]. Some 700 people were registered [1]."
    answer = final(server, language="ar")
    assert len(server.chats()) == 2
    assert answer.status == "not_found"
    assert [one.reason for one in answer.checked] == ["language", "language"]


def test_a_second_try_that_fails_leaves_the_first(server: OpenAIServer) -> None:
    first = (
        "The registration of everybody was a great success for the whole of the country. "
        "انعقد المؤتمر في سيول. [1]"
    )
    server.script(telling(first), failing(500), failing(500))
    answer = answers(server, language="ar")[-1]
    assert answer.answer == "انعقد المؤتمر في سيول. [1]"
    assert len(answer.withheld) == 1


def test_quotations_in_another_language_do_not_make_a_reply_foreign(server: OpenAIServer) -> None:
    quote = "La conférence s'est tenue à Séoul, où quelque 700 personnes étaient inscrites"
    server.says = f"The text says « {quote} », which is French [2]."
    final(server)
    assert len(server.chats()) == 1


# Faults: before anything is confirmed they are raised, after it what is confirmed is shown.

Faulty = tuple[Step, FaultKind]
FAULTS: dict[str, Faulty] = {
    "timeout": (slow(30), "timeout"),
    "never-ending": (dripping(20, 0.05), "timeout"),
    "401": (failing(401), "key"),
    "429": (failing(429, retry_after="1000"), "busy"),
    "500": (failing(500), "server"),
    "cut": (cut(0.3), "broken"),
    "empty": (streaming(event(finish="stop")), "empty"),
    "broken-json": (streaming(b"data: {"), "unusable"),
    "endless": (saying(b"data: " + b"x" * 2**23, media_type="text/event-stream"), "endless"),
    "wrong-model": (failing(404, "unknown", "model_not_found"), "model"),
    "web-page": (page(), "unusable"),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_each_fault_ends_in_a_kind_and_a_plain_sentence(
    server: OpenAIServer, name: str, language: str
) -> None:
    step, kind = FAULTS[name]
    server.says = "Nobody knows where the conference was, or whether it was at all."
    server.script(step, step)
    # Short where time is what is tested; elsewhere a busy machine must not come first.
    deadline = 1.0 if kind == "timeout" else 30.0
    with pytest.raises(LLMError) as caught:
        answers(server, language=language, deadline=deadline)
    assert caught.value.kind == kind
    told = quoted_instead(caught.value.kind, language)
    assert detect(told) == language
    assert told.startswith(fault(kind, language))


def test_every_kind_has_its_words_in_every_language() -> None:
    kinds = FaultKind.__args__  # type: ignore[attr-defined]
    for language in ("en", "fr", "ar"):
        told = [fault(kind, language) for kind in kinds]
        assert len(set(told)) == len(kinds)
        assert {detect(text) for text in told} == {language}


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (streaming(*map(event, ("It was ", "held in Seoul [1]. ", "So")), done=False), "broken"),
        (streaming(event("It was held in Seoul [1]. Some 7"), b"data: {"), "unusable"),
        (streaming(event("It was held in Seoul [1].\n"), {"error": {"message": "oh"}}), "server"),
        (
            lambda reply: dripping(200, 30)(
                streaming(event("It was held in Seoul [1]. So "), *[event("me ")] * 9)(reply)
            ),
            "timeout",
        ),
    ],
)  # fmt: skip
def test_a_fault_later_leaves_what_was_confirmed(
    server: OpenAIServer, step: Step, kind: FaultKind
) -> None:
    server.script(step)
    answer = final(server, deadline=1.0)
    assert answer.status == "partial"
    # The documents are not blamed for it.
    assert answer.answer == "It was held in Seoul. [1]"
    assert answer.notes == (until_then(kind, "en"),)
    assert len(answer.checked) == 1
    assert len(server.requests) == 1


def test_a_reply_at_its_limit_loses_the_sentence_that_is_not_whole(server: OpenAIServer) -> None:
    server.says = "It was held in Seoul [1]. Some 700 people were registered [1]."
    answer = final(server, reply_tokens=8)
    assert answer.answer == "It was held in Seoul. [1]"
    assert answer.status == "partial"
    assert answer.notes == (cut_short("en"),)
    assert len(answer.checked) == 1


def test_thoughts_that_were_taken_for_the_reply_are_taken_back(server: OpenAIServer) -> None:
    server.script(telling("The city was Seoul [1]. So I say: </think>It was held in Seoul [1]."))
    grown = answers(server)
    assert grown[0].answer == "The city was Seoul. [1]"
    assert grown[-1].answer == "It was held in Seoul. [1]"
    assert len(grown[-1].checked) == 1


def test_a_prompt_that_is_too_long_is_halved_once(server: OpenAIServer) -> None:
    many = [
        passage(n, document(f"{n}.txt", f"{ENGLISH} {'Word ' * 60}.", "en")) for n in range(1, 7)
    ]
    server.says = "It was held in Seoul [1]."
    server.most_words = 600
    answer = final(server, passages=many)
    assert answer.answer == "It was held in Seoul. [1]"
    sizes = [chat[-1]["content"].count("end of passage") for chat in server.chats()]
    assert sizes == [6, 3]
    server.most_words = 100
    with pytest.raises(LLMError) as caught:
        answers(server, passages=many)
    assert caught.value.kind == "too_long"
    assert len(server.chats()) == 4


# The judge.


def judging(opinion: str) -> Callable[[list[dict[str, str]]], str]:
    def says(messages: list[dict[str, str]]) -> str:
        if "Yes or no?" in messages[-1]["content"]:
            return opinion
        return "It was held in Seoul [1]. Nine hundred came [1]."

    return says


@pytest.mark.parametrize("opinion", ["no", "No.", "**No**, it does not.", "Non", "لا"])
def test_the_judge_s_no_withholds_a_sentence(server: OpenAIServer, opinion: str) -> None:
    server.says = judging(opinion)
    answer = final(server, judge=True)
    assert answer.status == "not_found"
    assert [(one.verdict, one.reason) for one in answer.checked] == [
        ("unconfirmed", "judge"),
        ("contradicted", "number"),
    ]
    assert answer.citations == ()


@pytest.mark.parametrize("opinion", ["yes", "Oui.", "نعم", "Perhaps", "Nothing is certain", "42"])
def test_the_judge_raises_nothing_and_an_unclear_one_changes_nothing(
    server: OpenAIServer, opinion: str
) -> None:
    server.says = judging(opinion)
    answer = final(server, judge=True)
    assert answer.answer == "It was held in Seoul. [1]"
    assert [one.verdict for one in answer.checked] == ["confirmed", "contradicted"]
    # Only what passed the check is asked about, with its passage.
    asked = [chat for chat in server.chats() if "Yes or no?" in chat[-1]["content"]]
    assert len(asked) == 1
    assert ENGLISH in asked[0][-1]["content"]


def test_a_judge_that_fails_changes_nothing(server: OpenAIServer) -> None:
    server.says = judging("yes")
    server.script(lambda reply: reply, failing(400))
    assert final(server, judge=True).answer == "It was held in Seoul. [1]"


# Translations of quotations.


def translating(translation: str) -> Callable[[list[dict[str, str]]], str]:
    def says(messages: list[dict[str, str]]) -> str:
        if messages[0]["content"].startswith("You translate"):
            return translation
        return "It was held in Seoul [1]. About 700 persons signed up [2]."

    return says


def test_a_foreign_quotation_is_translated_where_the_check_agrees(server: OpenAIServer) -> None:
    server.says = translating("[2] About 700 persons signed up.")
    grown = answers(server)
    assert [one.translation for one in grown[-2].citations] == ["", ""]
    assert [(one.quote, one.translation) for one in grown[-1].citations] == [
        ("The conference was held in Seoul.", ""),
        ("Quelque 700 personnes étaient inscrites.", "About 700 persons signed up."),
    ]
    asked = server.chats()[-1][-1]["content"]
    assert "[2] Quelque 700 personnes étaient inscrites." in asked
    assert "Seoul" not in asked
    assert grown[-1].usage["completion_tokens"] > grown[-2].usage["completion_tokens"]


@pytest.mark.parametrize(
    "translation",
    [
        "[2] About 900 persons signed up.",
        "[2] About 700 persons signed up. All of them paid.",
        "[2] It was held in Seoul.",  # true, and not what is quoted
        "[1] About 700 persons signed up.",
        "[2] Quelque 700 personnes étaient inscrites.",
        "About 700 persons signed up.",
        "",
    ],
)
def test_a_translation_that_says_something_else_is_not_shown(
    server: OpenAIServer, translation: str
) -> None:
    server.says = translating(translation)
    answer = final(server)
    assert answer.status == "answered"
    assert [one.translation for one in answer.citations] == ["", ""]


@pytest.mark.parametrize(
    "step", [failing(500), slow(30), streaming(event("[2] About"), done=False)]
)
def test_a_translation_that_fails_is_simply_not_there(server: OpenAIServer, step: Step) -> None:
    server.says = translating("")
    server.script(lambda reply: reply, step, step)
    answer = final(server, deadline=1.0)
    assert answer.status == "answered"
    assert len(answer.citations) == 2
    assert not any(one.translation for one in answer.citations)
    assert answer.notes == ()


def test_of_a_translation_that_was_cut_the_last_is_not_shown(server: OpenAIServer) -> None:
    server.says = translating("")
    server.script(lambda reply: reply, telling("[2] About 700 persons signed up.", "length"))
    assert [one.translation for one in final(server).citations] == ["", ""]


def test_the_settings_reach_the_writer(server: OpenAIServer) -> None:
    server.says = judging("no")
    settings = Settings(llm_judge=True, llm_reply_tokens=40, llm_context_tokens=1024)
    writer = Writer.of(chat_for(server), settings)
    [answer] = writer.answers(QUESTION, "en", PASSAGES, Known)
    assert [one.reason for one in answer.checked] == ["judge", "number"]
    assert server.requests[0].body["max_tokens"] == 40


# A reply taken apart.


@pytest.mark.parametrize("size", [1, 2, 3, 5, 11, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "It opened in 2021. [1] It was held in Seoul [2]. It has 1,724 troops.[1][2] The end",
            [
                "It opened in 2021 [1].",
                "It was held in Seoul [2].",
                "It has 1,724 troops [1][2].",
                "The end",
            ],
        ),
        ("It opened.\n[1]\n\nIt closed.\n[2]", ["It opened [1].", "It closed [2]."]),
        ("[1] It opened. [2] It closed.", ["[1] It opened.", "[2] It closed."]),
        (
            "It opened in 2021.【1】 Then 5.5 % came [1, 2].",
            ["It opened in 2021 【1】.", "Then 5.5 % came [1, 2]."],
        ),
        ("- x [1]\n* y [2]\n3. z [3].\n", ["x [1]", "y [2]", "z [3]."]),
        ("# Title\n\n> It *opened* in `2021` [1].", ["It opened in 2021 [1]."]),
        ("Here is the answer:\nIt opened [1].", ["It opened [1]."]),
        ("D'après les sources : Elle a ouvert [1].", ["D'après les sources : Elle a ouvert [1]."]),
        (
            "وفقا للوثائق:\nانعقد المؤتمر عام ٢٠٢١. [١] وبعد؟ [2]",
            ["انعقد المؤتمر عام ٢٠٢١ [١].", "وبعد [2]؟"],
        ),
        ("See [the page](http://x.y/z) and [1](http://x.y) now.", ["See the page and [1] now."]),
        ("![a](http://e/x.png) <img src='x'>It is <b>so</b> [1].", ["It is so [1]."]),
        ("Look:\n```\nx = 1. [3]\n```\nSo it is [1].", ["Look:", "So it is [1]."]),
        ("| Country | Dead |\n|---|---|\n| Mali | 13 [1] |\n", ["Country, Dead", "Mali, 13 [1]"]),
        ("Mr. Lacroix met Gen. Gaye in the U.N. Annan hall [1]. Yes [1].",
         ["Mr. Lacroix met Gen. Gaye in the U.N. Annan hall [1].", "Yes [1]."]),
        ("« Elle a réuni 155 pays. » [2] Fin.", ["« Elle a réuni 155 pays [2]. »", "Fin."]),
        ("The count is 5 [1]. NOT_IN_PASSAGES", ["The count is 5 [1]."]),
        ("", []),
        (" \n\n", []),
    ],
)  # fmt: skip
def test_a_reply_is_the_same_sentences_in_pieces_of_any_size(
    text: str, expected: list[str], size: int
) -> None:
    writing = Writing("en")
    found = [
        one.text for at in range(0, len(text), size) for one in writing.add(text[at : at + size])
    ]
    found += [one.text for one in writing.end()]
    assert found == expected


def test_a_sentence_is_given_once_the_next_has_begun() -> None:
    writing = Writing("en")
    assert writing.add("It opened in 2021. ") == []
    assert writing.add("[1] It") == []
    [first] = writing.add(" was ")
    assert first.text == "It opened in 2021 [1]."
    [second] = writing.add("held in Seoul [2].\nThen")
    assert second.text == "It was held in Seoul [2]."
    assert not second.opens
    [third] = writing.end()
    assert third.opens


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It opened [1]. It has 1", ["It opened [1]."]),
        ("It opened [1]. It has 1.", ["It opened [1]."]),  # of 1.724, perhaps
        ("It opened [1]. It closed [2].", ["It opened [1].", "It closed [2]."]),
        ("It opened [1]. It closed\n", ["It opened [1].", "It closed"]),
        ("It opened", []),
        ("It opened [1].\nPARTLY: the numb", ["It opened [1]."]),
    ],
)
def test_a_reply_that_was_cut_loses_what_may_not_be_whole(text: str, kept: list[str]) -> None:
    writing = Writing("en")
    found = [one.text for one in (*writing.add(text), *writing.end(cut=True))]
    assert found == kept
    assert writing.missing == []


def test_a_very_long_line_is_no_trap() -> None:
    writing = Writing("en")
    given = [one for _ in range(4000) for one in writing.add("word word ")]
    assert 0 < len(given) < 10


def test_pages_are_counted_from_one() -> None:
    paged = document("p.pdf", ENGLISH, "en", pages=(0, 34, 68))
    assert [page_of(paged, at) for at in (0, 33, 34, 70)] == [1, 1, 2, 3]
    assert page_of(PASSAGES[0].document, 0) is None


def test_an_answer_has_its_page_and_its_sentence_s_language() -> None:
    paged = document("p.pdf", ENGLISH, "en", pages=(0, 34, 68))
    draft = Draft(QUESTION, "en", "m", [passage(4, paged)])
    draft.add(Known([passage(4, paged)]).check("Some 700 people were registered. [4]"), opens=True)
    [citation] = draft.answer().citations
    assert (citation.page, citation.language, citation.marker) == (2, "en", 1)
