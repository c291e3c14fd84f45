"""What the widget says: the sentences of the chat page, and a few that only it needs."""

from __future__ import annotations

from typing import Any, Final

from pkqa.answer.phrases import partly
from pkqa.serve.library import LONGEST_QUESTION
from pkqa.serve.refusal import RefusalKind
from pkqa.serve.strings import LANGUAGES, STRINGS, Language, Strings
from pkqa.serve.withheld import REASONS, VERDICTS

SHARED: Final = """
    direction tagline new_conversation welcome promise try_one conversation question placeholder
    ask searching checking answer asked_as partial missing not_found nearest superseded
    contradiction withheld why_withheld verbatim written translated seconds cited_passage
    show_passage show_document whole_document also_in back to_answer open_source new_tab page
    undated not_among changed gone failed actions helpful unhelpful thanks not_kept months
    first_day date
""".split()
"""The fields of ``Strings`` that the widget uses as they are."""

# "Unreachable" is what the browser makes of a server that is down and of one that does not let
# this page read its answers: it tells the two apart for nobody.
_FAULTS: Final[dict[Language, dict[RefusalKind | str, str]]] = {
    "en": {
        "sign_in": "This page could not say who is asking, or its time has run out. Please reload "
        "the page and ask again.",
        "forbidden": "Questions may not be asked from here. Please tell whoever runs this page.",
        "unknown": "What was asked for is no longer on hand. Please ask the question again.",
        "invalid": "The question could not be read. Please put it in other words, or begin a new "
        "conversation.",
        "unavailable": "The documents cannot be reached at the moment. Please try again in a "
        "minute.",
        "unreachable": "The answering service did not reply. Please check the connection and try "
        "again; if it stays so, tell whoever runs this page.",
    },
    "fr": {
        "sign_in": "La page n’a pas pu dire qui pose la question, ou son délai est passé. "
        "Rechargez la page, puis posez à nouveau la question.",
        "forbidden": "On ne peut pas poser de question d’ici. Prévenez la personne qui gère cette "
        "page.",
        "unknown": "Ce qui est demandé n’est plus disponible. Posez à nouveau la question.",
        "invalid": "La question n’a pas pu être lue. Formulez-la autrement, ou ouvrez une nouvelle "
        "conversation.",
        "unavailable": "Les documents sont inaccessibles pour le moment. Réessayez dans une "
        "minute.",
        "unreachable": "Le service n’a pas répondu. Vérifiez la connexion et réessayez ; si cela "
        "persiste, prévenez la personne qui gère cette page.",
    },
    "ar": {
        "sign_in": "لم تتمكن الصفحة من تعريف السائل، أو انتهت مدتها. يُرجى إعادة تحميل الصفحة "
        "ثم طرح السؤال من جديد.",
        "forbidden": "لا يُسمح بطرح الأسئلة من هنا. يُرجى إبلاغ المسؤول عن الصفحة.",
        "unknown": "لم يعد المطلوب متاحًا. يُرجى طرح السؤال من جديد.",
        "invalid": "تعذرت قراءة السؤال. يُرجى صياغته بطريقة أخرى أو بدء محادثة جديدة.",
        "unavailable": "يتعذر الوصول إلى الوثائق الآن. يُرجى المحاولة بعد دقيقة.",
        "unreachable": "لم تستجب الخدمة. يُرجى التحقق من الاتصال والمحاولة من جديد، وإن استمر ذلك "
        "فيُرجى إبلاغ المسؤول عن الصفحة.",
    },
}
_CLOSE: Final[dict[Language, str]] = {"en": "Close", "fr": "Fermer", "ar": "إغلاق"}
_AGAIN: Final[dict[Language, str]] = {
    "en": "Ask again",
    "fr": "Redemander",
    "ar": "طرح السؤال من جديد",
}


def words() -> dict[str, Any]:
    """Everything, as the script takes it: plain JSON."""
    return {
        "longest_question": LONGEST_QUESTION,
        "languages": {language: _words(language) for language in LANGUAGES},
    }


def _words(language: Language) -> dict[str, Any]:
    strings = STRINGS[language]
    return {name: getattr(strings, name) for name in SHARED} | {
        "names": dict(strings.languages),
        "verdicts": VERDICTS[language],
        "reasons": REASONS[language],
        "partly": partly(language, ()),
        "faults": _FAULTS[language] | _told_by_the_page(strings),
        "close": _CLOSE[language],
        "again": _AGAIN[language],
    }


def _told_by_the_page(strings: Strings) -> dict[RefusalKind | str, str]:
    return {
        "too_long": strings.long_question,
        "rate": strings.too_fast,
        "busy": strings.busy,
        "failed": strings.failed,
    }
