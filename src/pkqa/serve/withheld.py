"""What a model wrote and no passage confirmed: listed where a reader looks for it, with the reason.

None of it may be taken for the answer: it is closed at first, and each sentence bears its verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkqa.model import Answer, Checked
from pkqa.serve.markup import block, isolated, quoted, tag
from pkqa.serve.strings import STRINGS, Language, Strings, language_name, written_date

# By what ``pkqa.model.Checked`` gives as verdict or as reason; a reason that is not here is told
# by the verdict alone.
VERDICTS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"unconfirmed": "Not confirmed", "contradicted": "Contradicted"},
    "fr": {"unconfirmed": "Non confirmé", "contradicted": "Contredit"},
    "ar": {"unconfirmed": "غير مؤكد", "contradicted": "تناقضه الوثائق"},
}
REASONS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "marker": "it points to a passage that the model was not given",
        "quotation": "words in quotation marks that are not in the passage",
        "number": "a number that the passage does not give",
        "date": "a date that the passage does not give",
        "name": "a name that the passage does not give",
        "unit": "the passage gives the number in another unit",
        "negation": "the passage affirms what is denied here, or denies what is affirmed",
        "modality": "a plan, a wish or a duty is told as a fact, or a fact as one of these",
        "contrary": "the passage says the opposite",
        "subject": "the passage says this of somebody or something else",
        "quantity": "the passage gives the number for something else",
        "passage": "the passage cited is not the one that speaks of this",
        "language": "it is not in the language of the question",
        "meaning": "the passage does not say this",
        "replaced": "a word of the passage is replaced by another",
        "uncited": "it cites no passage, and none says this",
        "echo": "it only says again what the question says",
        "announces": "it announces something that does not follow",
        "judge": "asked again, the model did not find it in the passage",
    },
    "fr": {
        "marker": "la phrase renvoie à un passage que le modèle n’a pas reçu",
        "quotation": "des mots entre guillemets qui ne sont pas dans le passage",
        "number": "un nombre que le passage ne donne pas",
        "date": "une date que le passage ne donne pas",
        "name": "un nom que le passage ne donne pas",
        "unit": "le passage donne le nombre dans une autre unité",
        "negation": "le passage affirme ce qui est nié ici, ou nie ce qui est affirmé",
        "modality": "un projet, un souhait ou un devoir est donné pour un fait, ou l’inverse",
        "contrary": "le passage dit le contraire",
        "subject": "le passage le dit de quelqu’un ou de quelque chose d’autre",
        "quantity": "dans le passage, le nombre se rapporte à autre chose",
        "passage": "le passage cité n’est pas celui qui en parle",
        "language": "la phrase n’est pas dans la langue de la question",
        "meaning": "le passage ne le dit pas",
        "replaced": "un mot du passage est remplacé par un autre",
        "uncited": "la phrase ne cite aucun passage, et aucun ne le dit",
        "echo": "la phrase ne fait que redire la question",
        "announces": "la phrase annonce quelque chose qui ne suit pas",
        "judge": "interrogé à nouveau, le modèle ne l’a pas trouvé dans le passage",
    },
    "ar": {
        "marker": "تحيل الجملة إلى مقطع لم يُعطَ للنموذج",
        "quotation": "كلمات بين علامتي تنصيص لا ترد في المقطع",
        "number": "عدد لا يذكره المقطع",
        "date": "تاريخ لا يذكره المقطع",
        "name": "اسم لا يذكره المقطع",
        "unit": "يذكر المقطع العدد بوحدة أخرى",
        "negation": "يُثبت المقطع ما تنفيه الجملة أو ينفي ما تُثبته",
        "modality": "تعرض الجملة خطة أو رغبة أو واجبًا على أنه واقع، أو العكس",
        "contrary": "يقول المقطع عكس ذلك",
        "subject": "يقول المقطع هذا عن شخص آخر أو شيء آخر",
        "quantity": "يتعلق العدد في المقطع بشيء آخر",
        "passage": "المقطع المذكور ليس هو الذي يتحدث عن هذا",
        "language": "ليست الجملة بلغة السؤال",
        "meaning": "لا يقول المقطع هذا",
        "replaced": "استُبدلت كلمة من المقطع بأخرى",
        "uncited": "لا تذكر الجملة أي مقطع، ولا يقول هذا أي مقطع",
        "echo": "لا تقول الجملة إلا ما يقوله السؤال",
        "announces": "تعلن الجملة عن شيء لا يأتي بعدها",
        "judge": "سُئل النموذج مرة أخرى فلم يجد هذا في المقطع",
    },
}


def withheld(answer: Answer, number: int, language: Language) -> str:
    """The sentences that turn ``number`` withheld, to be opened; nothing where there are none."""
    kept_back = [one for one in answer.checked if one.verdict != "confirmed"]
    if not kept_back:
        return ""
    strings = STRINGS[language]
    return tag(
        "details",
        tag("summary", quoted(strings.withheld.format(count=len(kept_back)))),
        tag("p", quoted(strings.why_withheld)),
        tag("ul", *(_sentence(one, language) for one in kept_back)),
        class_="withheld",
        id=f"withheld-{number}",
    )


def _sentence(one: Checked, language: Language) -> str:
    verdict = VERDICTS[language].get(one.verdict, one.verdict)
    reason = REASONS[language].get(one.reason)
    detail = _detail(one, STRINGS[language])
    told = [tag("strong", quoted(verdict))]
    if reason is not None:
        told.append(quoted(reason) + (f" ({isolated(detail)})" if detail else ""))
    return tag(
        "li",
        block("p", one.sentence, class_="unconfirmed"),
        tag("p", " · ".join(told), class_="reason"),
    )


def _detail(one: Checked, strings: Strings) -> str:
    """What failed, as a reader knows it: codes of the check's own are left out."""
    if one.reason == "date":
        return written_date(one.detail, strings)
    if one.reason == "language":
        return language_name(one.detail, strings)
    shown = one.reason == "marker" or one.detail in one.sentence
    return one.detail if shown else ""
