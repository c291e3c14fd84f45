"""What pkqa itself says in an answer, in English, French and Arabic; everything else is quoted.

A question in another language is answered with the English phrases round the quotations.
"""

from __future__ import annotations

from collections.abc import Sequence

from pkqa.errors import FaultKind

NEAREST_DOCUMENTS = 3  # named where nothing answers
_LEAD = {
    "en": ("The documents say:", "From the documents:"),
    "fr": ("On lit dans les documents :", "D'après les documents :"),
    "ar": ("جاء في الوثائق:", "تقول الوثائق:"),
}
_NOT_FOUND = {
    "en": "The documents do not answer this question.",
    "fr": "Les documents ne répondent pas à cette question.",
    "ar": "لا تجيب الوثائق عن هذا السؤال.",
}
_NEAREST = {
    "en": "Nearest documents: {}.",
    "fr": "Documents les plus proches : {}.",
    "ar": "أقرب الوثائق: {}.",
}
_QUOTES = {"en": "“{}”", "fr": "« {} »", "ar": "«{}»"}
_JOINT = {"en": "; ", "fr": " ; ", "ar": "؛ "}
_ABOUT = {
    "en": "What do the documents say about “{}”?",
    "fr": "Que disent les documents sur « {} » ?",
    "ar": "ماذا تقول الوثائق عن «{}»؟",
}


def lead_in(language: str, sentences: int) -> str:
    """The words before the quotations."""
    one, several = _LEAD.get(language, _LEAD["en"])
    return one if sentences == 1 else several


def quoted(text: str, language: str) -> str:
    """A quotation in the marks of the language it is quoted in."""
    return _QUOTES.get(language, _QUOTES["en"]).format(text)


def not_found(language: str, titles: Sequence[str]) -> str:
    """That nothing answers, and which documents come nearest."""
    said = _NOT_FOUND.get(language, _NOT_FOUND["en"])
    if not titles:
        return said
    joined = _JOINT.get(language, _JOINT["en"]).join(quoted(t, language) for t in titles)
    return f"{said} {_NEAREST.get(language, _NEAREST['en']).format(joined)}"


def about(title: str, language: str) -> str:
    """A question to start with, from a document's title."""
    return _ABOUT.get(language, _ABOUT["en"]).format(title)


# What is said of a model that writes, and of what became of it.

_PARTLY = {
    "en": "The documents answer only a part of the question.",
    "fr": "Les documents ne répondent qu'à une partie de la question.",
    "ar": "لا تجيب الوثائق إلا عن جزء من السؤال.",
}
_UNANSWERED = {
    "en": "Not answered: {}.",
    "fr": "Sans réponse : {}.",
    "ar": "بقي بلا جواب: {}.",
}
_NOTHING_CONFIRMED = {
    "en": "Nothing that the model wrote could be confirmed (sentences withheld: {}).",
    "fr": "Rien de ce que le modèle a écrit n'a pu être confirmé (phrases écartées : {}).",
    "ar": "لم يتأكد شيء مما كتبه النموذج (عدد الجمل المحجوبة: {}).",
}
_FAULTS: dict[FaultKind, dict[str, str]] = {
    "timeout": {
        "en": "The language model did not answer in time.",
        "fr": "Le modèle de langue n'a pas répondu à temps.",
        "ar": "لم يجب النموذج اللغوي في الوقت المحدد.",
    },
    "key": {
        "en": "The language model's server did not accept the key.",
        "fr": "Le serveur du modèle de langue n'a pas accepté la clé.",
        "ar": "لم يقبل خادم النموذج اللغوي المفتاح.",
    },
    "quota": {
        "en": "The account with the language model's provider has no quota left.",
        "fr": "Le compte auprès du fournisseur du modèle de langue est épuisé.",
        "ar": "نفدت حصة الحساب لدى مزود النموذج اللغوي.",
    },
    "busy": {
        "en": "The language model's server is busy.",
        "fr": "Le serveur du modèle de langue est surchargé.",
        "ar": "خادم النموذج اللغوي مشغول.",
    },
    "server": {
        "en": "The language model's server failed.",
        "fr": "Le serveur du modèle de langue a rencontré une erreur.",
        "ar": "حدث خطأ في خادم النموذج اللغوي.",
    },
    "model": {
        "en": "The language model's server does not know the model that is set.",
        "fr": "Le serveur du modèle de langue ne connaît pas le modèle choisi.",
        "ar": "لا يعرف خادم النموذج اللغوي النموذج المحدد.",
    },
    "too_long": {
        "en": "The passages are too long for the language model.",
        "fr": "Les passages sont trop longs pour le modèle de langue.",
        "ar": "المقاطع أطول مما يتسع له النموذج اللغوي.",
    },
    "request": {
        "en": "The language model's server refused the request.",
        "fr": "Le serveur du modèle de langue a refusé la requête.",
        "ar": "رفض خادم النموذج اللغوي الطلب.",
    },
    "address": {
        "en": "There is no language model at the address that is set.",
        "fr": "Il n'y a pas de modèle de langue à l'adresse choisie.",
        "ar": "لا يوجد نموذج لغوي في العنوان المحدد.",
    },
    "connection": {
        "en": "The language model's server cannot be reached.",
        "fr": "Le serveur du modèle de langue est injoignable.",
        "ar": "تعذر الوصول إلى خادم النموذج اللغوي.",
    },
    "broken": {
        "en": "The language model's reply broke off.",
        "fr": "La réponse du modèle de langue s'est interrompue.",
        "ar": "انقطع رد النموذج اللغوي.",
    },
    "empty": {
        "en": "The language model's reply was empty.",
        "fr": "La réponse du modèle de langue était vide.",
        "ar": "جاء رد النموذج اللغوي فارغا.",
    },
    "endless": {
        "en": "The language model's reply did not end.",
        "fr": "La réponse du modèle de langue ne finissait pas.",
        "ar": "لم ينته رد النموذج اللغوي.",
    },
    "unusable": {
        "en": "What the language model's server sent is no reply.",
        "fr": "Ce qu'a envoyé le serveur du modèle de langue n'est pas une réponse.",
        "ar": "ما أرسله خادم النموذج اللغوي ليس ردا.",
    },
}
_INSTEAD = {
    "en": "The documents are quoted instead.",
    "fr": "Les documents sont cités mot pour mot à la place.",
    "ar": "تُقتبس الوثائق حرفيا بدلا من ذلك.",
}
_UNTIL_THEN = {
    "en": "What had been confirmed by then is shown.",
    "fr": "Ce qui avait été confirmé jusque-là est affiché.",
    "ar": "يُعرض ما كان قد تأكد حتى ذلك الحين.",
}
_TOO_LONG_A_REPLY = {
    "en": "The reply grew too long, and its end is missing.",
    "fr": "La réponse était trop longue : la fin manque.",
    "ar": "تجاوز الرد الطول المسموح به، فنقصت نهايته.",
}


def partly(language: str, missing: Sequence[str]) -> str:
    """That a part of the question is not answered, and which, where it is known."""
    said = _PARTLY.get(language, _PARTLY["en"])
    if not missing:
        return said
    joined = _JOINT.get(language, _JOINT["en"]).join(missing)
    return f"{said} {_UNANSWERED.get(language, _UNANSWERED['en']).format(joined)}"


def nothing_confirmed(language: str, withheld: int) -> str:
    """That all that a model wrote is withheld."""
    return _NOTHING_CONFIRMED.get(language, _NOTHING_CONFIRMED["en"]).format(withheld)


def fault(kind: FaultKind, language: str) -> str:
    """What went wrong with the model, to a reader who has asked a question."""
    return _FAULTS[kind].get(language, _FAULTS[kind]["en"])


def quoted_instead(kind: FaultKind, language: str) -> str:
    """That the answer is the quote answerer's, and why."""
    return f"{fault(kind, language)} {_INSTEAD.get(language, _INSTEAD['en'])}"


def unconfirmed_instead(language: str, withheld: int) -> str:
    """That the answer is the quote answerer's, for all that a model wrote is withheld."""
    return f"{nothing_confirmed(language, withheld)} {_INSTEAD.get(language, _INSTEAD['en'])}"


def until_then(kind: FaultKind, language: str) -> str:
    """That the answer lacks what the model had still to say, and why."""
    return f"{fault(kind, language)} {_UNTIL_THEN.get(language, _UNTIL_THEN['en'])}"


def cut_short(language: str) -> str:
    """That the model ran into its limit of tokens."""
    return _TOO_LONG_A_REPLY.get(language, _TOO_LONG_A_REPLY["en"])
